// Entry points: who runs a function decides in which thread state it starts.
#include "flow/tests/TestModel.h"
#include <gmock/gmock.h>

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A program in which f, whose body uses the API, is handed over by `how`.
std::string entered(llvm::StringRef How, llvm::StringRef Body = "  call PyErr_Clear() at 2:1\n") {
  return ("unit \"a.c\"\nglobal @table: Spec\nfunction f() internal {\n" + Body + "  return at 9:1\n}\n" +
          "function setup(): PyObject * {\n  var sa: sigaction\n  " + How + " at 20:1\n  return null at 21:1\n}\n")
      .str();
}

} // namespace

TEST(Roots, ThreadsHaveNoThreadState) {
  for (const char *How : {"call start_thread(fn f)", "call at_thread_exit(fn f)", "call at_py_exit(fn f)",
                          "construct lib::thread::thread(&sa, fn f) type=\"lib::thread\"", "call Py_AtExit(fn f)"})
    EXPECT_THAT(found({entered(How)}), ElementsAre("2: unattached-callback")) << How;
}

TEST(Roots, ThreadThatAttaches) {
  EXPECT_THAT(found({entered("call start_thread(fn f)", "  %1 = call PyGILState_Ensure() at 2:1\n"
                                                        "  call PyErr_Clear() at 3:1\n"
                                                        "  call PyGILState_Release(%1) at 4:1\n")}),
              IsEmpty());
  EXPECT_THAT(found({entered("call start_thread(fn f)", "  %1 = call PyGILState_Ensure() at 2:1\n"
                                                        "  call PyGILState_Release(%1) at 3:1\n"
                                                        "  call PyErr_Clear() at 4:1\n")}),
              ElementsAre("4: detached-api-call"));
  EXPECT_THAT(found({entered("call start_thread(fn f)", "  %1 = call PyGILState_Ensure() at 2:1\n")}),
              ElementsAre("9: leaked-attach"))
      << "a thread's routine has no caller that could release";
}

TEST(Roots, HooksRunDetached) {
  EXPECT_THAT(found({entered("write @PyOS_InputHook = fn f")}), ElementsAre("2: unattached-callback"));
  EXPECT_THAT(found({entered("call add_loop(fn f)")}), ElementsAre("2: unattached-callback"));
}

TEST(Roots, InterpreterCallsAttached) {
  EXPECT_THAT(found({entered("call add_pending(fn f)")}), IsEmpty());
  // What the interpreter calls nobody else brings back.
  const char *Leaves = "  %1 = call PyEval_SaveThread() at 2:1\n  write @saved = %1\n";
  EXPECT_THAT(found({entered("call add_pending(fn f)", Leaves)}), ElementsAre("9: region-escape"));
  EXPECT_THAT(found({entered("call ext()", Leaves)}), IsEmpty()) << "a wrapper, for all that can be seen";
}

TEST(Roots, SignalHandlers) {
  for (const char *How : {"call on_signal(2, fn f)", "assign sa.sigaction::sa_handler = fn f",
                          "assign sa.sigaction::sa_sigaction = fn f"}) {
    EXPECT_THAT(found({entered(How)}), ElementsAre("2: signal-handler-api")) << How;
    EXPECT_THAT(found({entered(How, "  call PyGILState_Ensure() at 2:1\n")}), ElementsAre("2: signal-handler-api"))
        << How;
    EXPECT_THAT(found({entered(How, "  call print_text() at 2:1\n")}), ElementsAre("2: signal-handler-api")) << How;
    EXPECT_THAT(found({entered(How, "  call safe_write() at 2:1\n  call PyErr_SetInterrupt() at 3:1\n")}), IsEmpty())
        << How;
  }
}

TEST(Roots, AtExitTheInterpreterMayBeGone) {
  EXPECT_THAT(found({entered("call at_exit(fn f)")}), ElementsAre("2: attach-after-finalize"));
  EXPECT_THAT(found({entered("call at_exit(fn f)", "  %1 = call PyGILState_Ensure() at 2:1\n"
                                                   "  call PyErr_Clear() at 3:1\n"
                                                   "  call PyGILState_Release(%1) at 4:1\n")}),
              ElementsAre("2: attach-after-finalize"));
  EXPECT_THAT(found({entered("call at_exit(fn f)", "  %1 = call Py_IsInitialized() at 2:1\n"
                                                   "  branch %1 ? yes : no at 3:1\n"
                                                   "yes:\n"
                                                   "  call PyErr_Clear() at 4:1\n"
                                                   "no:\n")}),
              IsEmpty());
}

TEST(Roots, StaticDestructors) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
function cleanup() internal kind=global_destructor {
  call PyErr_Clear() at 2:1
  return at 3:1
})"}),
              ElementsAre("2: attach-after-finalize"));
}

TEST(Roots, AroundForkIsNotJudged) { EXPECT_THAT(found({entered("call at_fork(fn f)")}), IsEmpty()); }

TEST(Roots, MainHasNoInterpreterYet) {
  EXPECT_THAT(found({R"(unit "a.c"
function main(): int {
  call Py_Initialize() at 2:1
  call PyErr_Clear() at 3:1
  released {
    call PyErr_Clear() at 5:1
  }
  call Py_Finalize() at 7:1
  return 0 at 8:1
})"}),
              ElementsAre("5: detached-api-call"));
}

TEST(Roots, MethodTable) {
  const char *Body = R"(
function f(self: PyObject *): PyObject * internal {
  %1 = call PyEval_SaveThread() at 2:1
  write @saved = %1
  return null at 3:1
})";
  EXPECT_THAT(found({std::string("unit \"a.c\"\nglobal @methods: \"PyMethodDef[2]\" = "
                                 "{{.ml_name = \"f\", .ml_meth = fn f} : PyMethodDef, {} : PyMethodDef}") +
                     Body}),
              ElementsAre("3: region-escape"));
  EXPECT_THAT(found({std::string("unit \"a.c\"") + Body}), IsEmpty());
}

TEST(Roots, Slots) {
  const char *Body = R"(
function f(self: PyObject *) internal {
  %1 = call PyEval_SaveThread() at 2:1
  call PyEval_RestoreThread(%1) at 3:1
  call PyObject_GC_UnTrack(self) at 4:1
  return at 5:1
})";
  for (const char *Table :
       {"global @slots: \"PyType_Slot[2]\" = {{52 spelled Py_tp_dealloc, fn f} : PyType_Slot, {0, null} : PyType_Slot}",
        "global @type: PyTypeObject = {.tp_dealloc = fn f}", "global @type: _typeobject = {.tp_dealloc = fn f}"})
    EXPECT_THAT(found({std::string("unit \"a.c\"\n") + Table + Body}), ElementsAre("2: release-in-dealloc")) << Table;
  EXPECT_THAT(found({std::string("unit \"a.c\"") + Body}), IsEmpty()) << "not a dealloc";
}

TEST(Roots, SlotsFilledByCode) {
  EXPECT_THAT(found({R"(unit "a.c"
function f(self: PyObject *) internal {
  %1 = call PyEval_SaveThread() at 2:1
  call PyEval_RestoreThread(%1) at 3:1
  call PyObject_GC_UnTrack(self) at 4:1
  return at 5:1
}
function make(): PyObject * {
  var slots: "PyType_Slot[2]"
  assign slots[0].PyType_Slot::slot = 52{Py_tp_dealloc}
  assign slots[0].PyType_Slot::pfunc = fn f
  return null at 9:1
})"}),
              ElementsAre("2: release-in-dealloc"));
}

TEST(Roots, LoopTables) {
  EXPECT_THAT(found({R"(unit "a.c"
global @spec: LoopSpec = {.loop = fn f}
function f() internal {
  call PyErr_Clear() at 2:1
  return at 3:1
})"}),
              ElementsAre("2: unattached-callback"));
}

TEST(Roots, ModuleInit) {
  EXPECT_THAT(found({R"(unit "a.c"
function PyInit_a(): PyObject * {
  %1 = call PyEval_SaveThread() at 2:1
  return null at 3:1
})"}),
              ElementsAre("3: region-escape"));
}

TEST(Roots, CallbackNeedsADetachedCallWithTheSameHandle) {
  const char *Callback = R"(unit "a.c"
function on_event(ctx: void *) internal {
  call PyErr_Clear() at 2:1
  return at 3:1
}
function watch(db: lib *): PyObject * {
  call lib_register((db : lib *), fn on_event) at 6:1
  return null at 7:1
}
)";
  auto With = [&](llvm::StringRef Call) {
    return (Callback + std::string("function run(db: lib *, o: other *): PyObject * {\n") + Call +
            "  return null at 19:1\n}\n")
        .str();
  };
  const char *Released = "  %1 = call PyEval_SaveThread() at 11:1\n"
                         "  call lib_step((db : lib *)) at 12:1\n"
                         "  call PyEval_RestoreThread(%1) at 13:1\n";
  const char *OtherHandle = "  %1 = call PyEval_SaveThread() at 11:1\n"
                            "  call other_step((o : other *)) at 12:1\n"
                            "  call PyEval_RestoreThread(%1) at 13:1\n";
  EXPECT_THAT(found({With(Released)}), ElementsAre("2: unattached-callback"));
  EXPECT_THAT(found({With(OtherHandle)}), IsEmpty());
  EXPECT_THAT(found({With("  call lib_step((db : lib *)) at 12:1\n")}), IsEmpty()) << "only ever called attached";
}

TEST(Roots, ListedCallbackOfALibrary) {
  EXPECT_THAT(found({R"(unit "a.c"
function on_event(ctx: void *) internal {
  call PyErr_Clear() at 2:1
  return at 3:1
}
function run(db: lib *): PyObject * {
  call lib_on_event((db : lib *), fn on_event) at 6:1
  released {
    call lib_step((db : lib *)) at 8:1
  }
  return null at 10:1
})"}),
              ElementsAre("2: unattached-callback"));
}

TEST(Roots, UntypedHandlesAreToldApartByTheirField) {
  auto Program = [](llvm::StringRef Field) {
    return (R"(unit "a.c"
function on_event(ctx: void *) internal {
  call PyErr_Clear() at 2:1
  return at 3:1
}
function watch(self: Conn *): PyObject * {
  call lib_register((self->Conn::curl : void *), fn on_event) at 6:1
  return null at 7:1
}
released run(self: Conn *) {
  call lib_step((self->Conn::)" +
            Field + R"( : void *)) at 12:1
})")
        .str();
  };
  EXPECT_THAT(found({Program("curl")}), ElementsAre("2: unattached-callback"));
  EXPECT_THAT(found({Program("buffer")}), IsEmpty());
}

TEST(Roots, StreamsAndObjectsAreNoHandles) {
  for (const char *Type : {"_IO_FILE *", "PyObject *", "_object *", "int", "char *"})
    EXPECT_THAT(found({(llvm::Twine(R"(unit "a.c"
function on_event(ctx: void *) internal {
  call PyErr_Clear() at 2:1
  return at 3:1
}
function run(h: int): PyObject * {
  call lib_register((h : )") +
                        Type + R"(), fn on_event) at 6:1
  released {
    call lib_step((h : )" +
                        Type +
                        R"()) at 8:1
  }
  return null at 10:1
})")
                           .str()}),
                IsEmpty())
        << Type;
}

TEST(Roots, SynchronousCallbacksTakeTheStateOfTheCall) {
  auto Program = [](bool Released) {
    return std::string(R"(unit "a.c"
function compare(a: void *, b: void *): int internal {
  call PyErr_Clear() at 2:1
  return 0 at 3:1
}
function run(v: int *): PyObject * {
  %1 = call PyEval_SaveThread() at 7:1
)") + (Released ? "" : "  call PyEval_RestoreThread(%1) at 8:1\n") +
           "  call sort_with(v, fn compare) at 9:1\n" + (Released ? "  call PyEval_RestoreThread(%1) at 10:1\n" : "") +
           "  return null at 11:1\n}";
  };
  EXPECT_THAT(found({Program(true)}), ElementsAre("2: detached-api-call"));
  EXPECT_THAT(found({Program(false)}), IsEmpty());
}

TEST(Roots, BoundByALibrary) {
  const char *Program = R"(unit "a.cpp" lang=c++
callee pybind11::class_::def[pybind11] template=(%s)
function f(): int internal {
  call PyErr_Clear() at 2:1
  return 0 at 3:1
}
function bind() {
  call pybind11::class_::def("f", fn f) at 6:1
  return at 7:1
})";
  auto With = [&](llvm::StringRef Guard) {
    std::string T = Program;
    return T.replace(T.find("%s"), 2, Guard.str());
  };
  EXPECT_THAT(found({With("int")}), IsEmpty());
  EXPECT_THAT(found({With("pybind11::gil_scoped_release")}), ElementsAre("2: detached-api-call"));
}

TEST(Roots, KnownCallersDecide) {
  EXPECT_THAT(found({R"(unit "a.c"
function f() internal {
  call PyErr_Clear() at 2:1
  return at 3:1
}
function worker() internal {
  call f() at 5:1
  return at 6:1
}
function setup(): PyObject * {
  call f() at 8:1
  call start_thread(fn worker) at 9:1
  return null at 10:1
})"}),
              ElementsAre("5: unattached-callback"));
}
