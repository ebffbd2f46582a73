// Calls: recursion, function pointers, exceptions, guards and holders of C++.
#include "flow/tests/TestModel.h"
#include <gmock/gmock.h>

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Calls, ThroughAFieldReachAllThatIsStoredThere) {
  const char *Program = R"(unit "a.c"
global @ops: Ops = {.run = fn plain, .done = fn plain}
function plain() internal {
  return at 2:1
}
function python() internal {
  call PyErr_Clear() at 4:1
  return at 5:1
}
function setup(o: Ops *): PyObject * {
  write o->Ops::run = fn python
  write o->Ops::last = fn python
  call python() at 7:1
  return null at 8:1
}
released f(o: Ops *) {
  call via o->Ops::FIELD() at 10:1
})";
  auto With = [&](const char *Field) {
    std::string T = Program;
    return T.replace(T.find("FIELD"), 5, Field);
  };
  EXPECT_THAT(found({With("last")}), ElementsAre("10: detached-api-call"));
  EXPECT_THAT(found({With("run")}), IsEmpty()) << "which of the two decides the object's making, which is not followed";
  EXPECT_THAT(found({With("done")}), IsEmpty());
  EXPECT_THAT(found({With("other")}), IsEmpty()) << "nobody stores there: unknown";
}

TEST(Calls, VirtualFunctionsReachTheOverriders) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
callee Base::run virtual record=Base
function Derived::run(self: Derived *) virtual overrides=("Base::run") record=Derived kind=method {
  call PyErr_Clear() at 2:1
  return at 3:1
}
function g(b: Derived *): PyObject * {
  call Derived::run(b) at 5:1
  return null at 6:1
}
released f(b: Base *) {
  call Base::run(b) at 9:1
})"}),
              ElementsAre("9: detached-api-call"));
}

TEST(Calls, ForeignAndUnresolvedOnesNeedNothing) {
  EXPECT_THAT(found({R"(unit "a.c"
released f(p: Handler *, n: int) {
  call Python_like_name[project]() at 3:1
  call via p() at 4:1
  call via n() at 5:1
})"}),
              IsEmpty());
}

TEST(Calls, MutualRecursionSettles) {
  const auto Unit = [](llvm::StringRef Use) {
    return (R"(unit "a.c"
function even(n: int) internal {
  branch n ? more : done at 2:1
more:
  call odd(n - 1) at 3:1
done:
  return at 4:1
}
function odd(n: int) internal {
  call even(n - 1) at 6:1
)" + Use + R"(  return at 8:1
}
function f(): PyObject * {
  call odd(4) at 10:1
  released {
    call even(3) at 12:1
  }
  return null at 14:1
})")
        .str();
  };
  EXPECT_THAT(found({Unit("  call PyErr_Clear() at 7:1\n")}), ElementsAre("12: detached-api-call"));
  Result R = analyseTexts({Unit("")});
  EXPECT_THAT(R.Findings, IsEmpty());
  EXPECT_THAT(R.Unjudged, IsEmpty());
}

TEST(Calls, RecursionThatReleases) {
  EXPECT_THAT(found({R"(unit "a.c"
function walk(n: int) internal {
  var s: PyThreadState *
  branch n ? more : done at 2:1
more:
  %1 = call PyEval_SaveThread() at 3:1
  assign s = %1
  call PyEval_RestoreThread(s) at 4:1
  call walk(n - 1) at 5:1
done:
  return at 6:1
}
function f(): PyObject * {
  call walk(3) at 8:1
  call PyErr_Clear() at 9:1
  return null at 10:1
})"}),
              IsEmpty());
  EXPECT_THAT(found({R"(unit "a.c"
function walk(n: int) internal {
  var s: PyThreadState *
  branch n ? more : done at 2:1
more:
  %1 = call PyEval_SaveThread() at 3:1
  assign s = %1
  call walk(n - 1) at 4:1
  call PyEval_RestoreThread(s) at 5:1
done:
  return at 6:1
}
function f(): PyObject * {
  call walk(3) at 8:1
  return null at 9:1
})"}),
              ElementsAre("4: double-detach"));
}

TEST(Calls, ResultsOfCalleesAreCorrelated) {
  EXPECT_THAT(found({R"(unit "a.c"
function begin_if(n: int, p: PyThreadState **): int internal {
  branch n > 500 ? yes : no at 2:1
yes:
  %1 = call PyEval_SaveThread() at 3:1
  write *p = %1
  return 1 at 4:1
no:
  return 0 at 5:1
}
function f(n: int): PyObject * {
  var s: PyThreadState *, released: int
  %1 = call begin_if(n, &s) at 7:1
  assign released = %1
  branch released ? back : done at 8:1
back:
  call PyEval_RestoreThread(s) at 9:1
done:
  call PyErr_Clear() at 10:1
  return null at 11:1
})"}),
              IsEmpty());
}

TEST(Calls, CalleeThatRestoresAndSavesAgainForItsCaller) {
  EXPECT_THAT(found({R"(unit "a.c"
function note(p: PyThreadState **) internal {
  call PyEval_RestoreThread(*p) at 2:1
  call PyErr_Clear() at 3:1
  %1 = call PyEval_SaveThread() at 4:1
  write *p = %1
  return at 5:1
}
function f(): PyObject * {
  var s: PyThreadState *
  %1 = call PyEval_SaveThread() at 7:1
  assign s = %1
  call note(&s) at 8:1
  call note(&s) at 9:1
  call PyEval_RestoreThread(s) at 10:1
  return null at 11:1
})"}),
              IsEmpty());
}

TEST(Calls, StateKeptInAStructOfTheCaller) {
  EXPECT_THAT(found({R"(unit "a.c"
function begin(c: Ctx *) internal {
  %1 = call PyEval_SaveThread() at 2:1
  write c->Ctx::save = %1
  return at 3:1
}
function end(c: Ctx *) internal {
  branch c->Ctx::save != null ? yes : no at 5:1
yes:
  call PyEval_RestoreThread(c->Ctx::save) at 6:1
  write c->Ctx::save = null
no:
  return at 7:1
}
function f(): PyObject * {
  var c: Ctx
  assign c.Ctx::save = null
  call begin(&c) at 9:1
  call PyErr_Clear() at 10:1
  call end(&c) at 11:1
  call end(&c) at 12:1
  call PyErr_Clear() at 13:1
  return null at 14:1
})"}),
              ElementsAre("10: detached-api-call"));
}

// ---------------------------------------------------------------- C++
TEST(Exceptions, UnwindToTheHandler) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
function f(): PyObject * {
  var s: PyThreadState *
  %1 = call PyEval_SaveThread() at 2:1
  assign s = %1
  call compute() unwind=handler at 3:1
  call PyEval_RestoreThread(s) at 4:1
  return null at 5:1
handler:
  call PyErr_SetString(null, "failed") at 6:1
  call PyEval_RestoreThread(s) at 7:1
  return null at 8:1
})"}),
              ElementsAre("6: detached-api-call"));
}

TEST(Exceptions, ThatTheProgramThrowsLeaveTheRegion) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
global @m: PyMethodDef = {.ml_meth = fn f}
function f(n: int): PyObject * internal {
  %1 = call PyEval_SaveThread() at 2:1
  branch n ? bad : good at 3:1
bad:
  throw n at 4:1
good:
  call PyEval_RestoreThread(%1) at 5:1
  return null at 6:1
})"}),
              ElementsAre("4: region-escape"));
}

TEST(Exceptions, OfACalleeRunTheCleanUpOfTheCaller) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
function thrower(n: int) internal {
  branch n ? bad : good at 2:1
bad:
  throw n at 3:1
good:
  return at 4:1
}
function f(n: int): PyObject * {
  var s: PyThreadState *
  %1 = call PyEval_SaveThread() at 6:1
  assign s = %1
  call thrower(n) unwind=cleanup at 7:1
  call PyEval_RestoreThread(s) at 8:1
  return null at 9:1
cleanup:
  call PyEval_RestoreThread(s) at 10:1
  call PyErr_Clear() at 11:1
  resume at 12:1
})"}),
              IsEmpty());
}

TEST(Guards, OfALibrary) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
function f(): PyObject * {
  var g: "lib::release"
  construct lib::release::release(&g) type="lib::release" at 2:1
  call PyErr_Clear() at 3:1
  destroy lib::release::~release(&g) implicit type="lib::release" at 4:1
  call PyErr_Clear() at 5:1
  return null at 6:1
})"}),
              ElementsAre("3: detached-api-call"));
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
function f() internal {
  var g: "lib::acquire"
  construct lib::acquire::acquire(&g) type="lib::acquire" at 2:1
  call PyErr_Clear() at 3:1
  destroy lib::acquire::~acquire(&g) implicit type="lib::acquire" at 4:1
  call PyErr_Clear() at 5:1
  return at 6:1
}
function setup(): PyObject * {
  call start_thread(fn f)
  return null
})"}),
              ElementsAre("5: detached-api-call"));
}

TEST(Guards, OfPybind11) {
  EXPECT_THAT(findings({R"(unit "a.cpp" lang=c++
function f(): PyObject * {
  var r: "pybind11::gil_scoped_release", a: "pybind11::gil_scoped_acquire"
  construct pybind11::gil_scoped_release::gil_scoped_release(&r) type="pybind11::gil_scoped_release" at 2:1
  construct pybind11::gil_scoped_acquire::gil_scoped_acquire(&a) type="pybind11::gil_scoped_acquire" at 3:1
  call PyErr_Clear() at 4:1
  destroy pybind11::gil_scoped_acquire::~gil_scoped_acquire(&a) implicit type="pybind11::gil_scoped_acquire" at 5:1
  call PyErr_Clear() at 6:1
  destroy pybind11::gil_scoped_release::~gil_scoped_release(&r) implicit type="pybind11::gil_scoped_release" at 7:1
  call PyErr_Clear() at 8:1
  return null at 9:1
})"}),
              ElementsAre("6: detached-api-call"));
}

TEST(Guards, LearntFromTheirBodies) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
record NoGil destructor="NoGil::~NoGil" { save: PyThreadState * }
function NoGil::NoGil(this: NoGil *) kind=constructor record=NoGil internal {
  %1 = call PyEval_SaveThread() at 2:1
  write this->NoGil::save = %1
  return at 3:1
}
function NoGil::~NoGil(this: NoGil *) kind=destructor record=NoGil internal {
  branch this->NoGil::save ? yes : no at 5:1
yes:
  call PyEval_RestoreThread(this->NoGil::save) at 6:1
no:
  return at 7:1
}
function NoGil::reset(this: NoGil *) kind=method record=NoGil internal {
  call PyEval_RestoreThread(this->NoGil::save) at 9:1
  write this->NoGil::save = null
  return at 10:1
}
function f(n: int): PyObject * {
  var g: NoGil
  construct NoGil::NoGil(&g) type=NoGil at 12:1
  branch n ? early : late at 13:1
early:
  call NoGil::reset(&g) at 14:1
  call PyErr_Clear() at 15:1
  jump out
late:
  call PyErr_Clear() at 16:1
out:
  destroy NoGil::~NoGil(&g) implicit type=NoGil at 17:1
  call PyErr_Clear() at 18:1
  return null at 19:1
})"}),
              ElementsAre("16: detached-api-call"));
}

TEST(Guards, DestructorOfAnElement) {
  // The vector's own destructor has no body here; its element's has.
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
type 1 record "Owner" record="Owner"
type 2 record "lib::vector<Owner>" record="lib::vector" args=(#1)
record Owner destructor="Owner::~Owner" { o: PyObject * }
function Owner::~Owner(this: Owner *) kind=destructor record=Owner internal {
  call Py_DecRef(this->Owner::o) at 2:1
  return at 3:1
}
function f(): PyObject * {
  var v: #2
  released {
    destroy ?(&v) implicit type=#2 at 6:1
  }
  return null at 8:1
})"}),
              ElementsAre("2: detached-api-call"))
      << "only ever entered detached";
}

TEST(Holders, DestroyedDetached) {
  const char *Program = R"(unit "a.cpp" lang=c++
callee lib::object::object params=(HOW)
function f(o: "lib::object"): PyObject * {
  var h: "lib::object"
  construct lib::object::object(&hARG) type="lib::object" at 2:1
  released {
    destroy lib::object::~object(&h) implicit type="lib::object" at 4:1
  }
  return null at 6:1
})";
  auto With = [&](const char *Param, const char *Arg) {
    std::string T = Program;
    T.replace(T.find("HOW"), 3, Param);
    return T.replace(T.find("ARG"), 3, Arg);
  };
  EXPECT_THAT(found({With("\"const lib::object &\"", ", &o")}), ElementsAre("4: detached-api-call"));
  EXPECT_THAT(found({With("", "")}), IsEmpty()) << "default construction owns nothing";
  EXPECT_THAT(found({With("\"lib::object &&\"", ", &o")}), ElementsAre("4: detached-api-call"));
}

TEST(Holders, MovedFromOwnNothing) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
callee move id="move" params=("lib::object &&")
callee lib::object::object params=("lib::object &&")
function f(o: "lib::object"): PyObject * {
  var a: "lib::object"
  construct lib::object::object(&a, &o) type="lib::object" at 2:1
  released {
    destroy lib::object::~object(&o) implicit type="lib::object" at 4:1
  }
  destroy lib::object::~object(&a) implicit type="lib::object" at 6:1
  return null at 7:1
})"}),
              IsEmpty());
}

TEST(Holders, CopiedDetached) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
callee lib::object::object params=("const lib::object &")
function f(o: "lib::object"): PyObject * {
  var a: "lib::object"
  released {
    construct lib::object::object(&a, &o) type="lib::object" at 3:1
  }
  destroy lib::object::~object(&a) implicit type="lib::object" at 5:1
  return null at 6:1
})"}),
              ElementsAre("3: detached-api-call"));
}

TEST(Holders, ReleasedOwnNothing) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
callee lib::object::release record="lib::object"
function f(o: "lib::object"): PyObject * {
  call lib::object::release(&o) at 2:1
  released {
    destroy lib::object::~object(&o) implicit type="lib::object" at 4:1
  }
  return null at 6:1
})"}),
              IsEmpty());
}

TEST(Holders, DeclaredBeforeTheAcquireGuard) {
  EXPECT_THAT(found({R"(unit "a.cpp" lang=c++
callee lib::object::object params=("const lib::object &")
function f(o: "lib::object") internal {
  var h: "lib::object", g: "lib::acquire"
  construct lib::object::object(&h) type="lib::object" at 2:1
  construct lib::acquire::acquire(&g) type="lib::acquire" at 3:1
  construct lib::object::object(&h, &o) type="lib::object" at 4:1
  destroy lib::acquire::~acquire(&g) implicit type="lib::acquire" at 5:1
  destroy lib::object::~object(&h) implicit type="lib::object" at 6:1
  return at 7:1
}
function setup(): PyObject * {
  call start_thread(fn f)
  return null
})"}),
              ElementsAre("6: detached-api-call"));
}

TEST(Holders, InContainersAndSmartPointers) {
  auto Destroyed = [](llvm::StringRef Types) {
    return (R"(unit "a.cpp" lang=c++
type 1 record "lib::object" record="lib::object"
type 2 record "Plain" record="Plain"
type 3 record "Deleter" record="Deleter"
)" + Types + R"(
function Deleter::operator(p: int *) record=Deleter kind=method id="del" internal {
  return at 20:1
}
function f(): PyObject * {
  var v: #4
  released {
    destroy ?(&v) implicit type=#4 at 3:1
  }
  return null at 5:1
})")
        .str();
  };
  EXPECT_THAT(found({Destroyed("type 4 record \"lib::vector<lib::object>\" record=\"lib::vector\" args=(#1)")}),
              ElementsAre("3: detached-api-call"));
  EXPECT_THAT(found({Destroyed("type 4 record \"lib::vector<Plain>\" record=\"lib::vector\" args=(#2)")}), IsEmpty());
  EXPECT_THAT(found({Destroyed("type 4 array \"lib::object[3]\" inner=#1")}), ElementsAre("3: detached-api-call"));
  EXPECT_THAT(
      found({Destroyed("type 4 record \"lib::unique<lib::object, Deleter>\" record=\"lib::unique\" args=(#1, #3)")}),
      IsEmpty())
      << "the deleter runs instead of the destructor";
}
