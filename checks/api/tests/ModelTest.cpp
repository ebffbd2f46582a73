// The built-in model: lookups, defaults and the facts that the checks stand on.
#include "api/Model.h"
#include "api/yaml/ModelYaml.h"
#include "llvm/ADT/StringSet.h"
#include <gmock/gmock.h>

using namespace gilray::api;

namespace {

const Entry &python(StringRef Name) {
  const Entry *E = Model::builtin().function(Name, HeaderClass::Python);
  EXPECT_TRUE(E) << Name.str();
  static const Entry Missing = {};
  return E ? *E : Missing;
}

TEST(Model, NamesAndHomesDecideWhatIsApi) {
  const Model &M = Model::builtin();
  EXPECT_EQ(M.function("PyList_New", HeaderClass::Project), nullptr);
  EXPECT_EQ(M.function("PyFoo_Bar", HeaderClass::Project), nullptr);
  EXPECT_EQ(M.function("foo", HeaderClass::Python), nullptr);
  ASSERT_TRUE(M.function("PyList_New", HeaderClass::Python));
  EXPECT_EQ(M.function("PyList_New", HeaderClass::Python)->Name, "PyList_New");
}

TEST(Model, UnlistedPythonNamesNeedTheLock) {
  for (StringRef Name : {"PyBrandNew_Function", "_PyBrandNew_Function", "Py_BrandNew"}) {
    const Entry &E = python(Name);
    EXPECT_EQ(E.Needs, Need::Attached) << Name.str();
    EXPECT_EQ(E.Use, Weight::Error) << Name.str();
  }
  EXPECT_EQ(python("_Py_atomic_load_int").Needs, Need::Nothing);
}

TEST(Model, SystemHeadersCountAsOne) {
  const Model &M = Model::builtin();
  for (HeaderClass Home : {HeaderClass::Libc, HeaderClass::Std, HeaderClass::System, HeaderClass::Builtin}) {
    const Entry *E = M.function("abort", Home);
    ASSERT_TRUE(E);
    EXPECT_TRUE(E->NoReturn);
    EXPECT_TRUE(E->AsyncSignalSafe);
  }
  EXPECT_EQ(M.function("abort", HeaderClass::Project), nullptr);
}

TEST(Model, PythonTwoUnicodeNames) {
  EXPECT_EQ(python("PyUnicodeUCS4_FromString").Name, "PyUnicode_FromString");
  EXPECT_EQ(python("PyUnicodeUCS2_GetSize").Name, "PyUnicode_GetSize");
}

TEST(Model, NumPyDefaults) {
  const Model &M = Model::builtin();
  EXPECT_EQ(M.function("PyArray_SomethingNew", HeaderClass::NumPy)->Use, Weight::Error);
  EXPECT_EQ(M.function("PyUFunc_SomethingNew", HeaderClass::NumPy)->Use, Weight::Error);
  EXPECT_EQ(M.function("PyArray_DATA", HeaderClass::NumPy)->Use, Weight::Note);
  EXPECT_EQ(M.function("npy_sqrt", HeaderClass::NumPy), nullptr);
}

TEST(Model, ThreadStateEffects) {
  EXPECT_EQ(python("PyEval_SaveThread").Does, Effect::Detach);
  EXPECT_EQ(python("PyEval_SaveThread").Needs, Need::Attached);
  EXPECT_EQ(python("PyEval_SaveThread").Result, Returns::NonNull);
  for (StringRef Name : {"PyEval_RestoreThread", "PyEval_AcquireThread"}) {
    EXPECT_EQ(python(Name).Does, Effect::Attach);
    EXPECT_EQ(python(Name).Needs, Need::Detached);
    EXPECT_EQ(python(Name).Arg, 0);
  }
  EXPECT_EQ(python("PyEval_ReleaseThread").Does, Effect::DetachArg);
  EXPECT_EQ(python("PyGILState_Ensure").Does, Effect::Ensure);
  EXPECT_EQ(python("PyGILState_Ensure").Needs, Need::Nothing);
  EXPECT_TRUE(python("PyGILState_Ensure").GilState);
  EXPECT_EQ(python("PyGILState_Release").Does, Effect::Release);
  EXPECT_EQ(python("PyGILState_Release").Arg, 0);
  EXPECT_EQ(python("PyThreadState_Ensure").Does, Effect::EnsureMayFail);
  EXPECT_EQ(python("PyThreadState_EnsureFromView").Does, Effect::EnsureMayFail);
  EXPECT_EQ(python("PyThreadState_Release").Does, Effect::Release);
  EXPECT_EQ(python("PyThreadState_Swap").Does, Effect::Swap);
  EXPECT_EQ(python("PyThreadState_Delete").Does, Effect::DeleteState);
  EXPECT_EQ(python("PyThreadState_DeleteCurrent").Does, Effect::DeleteCurrent);
  EXPECT_EQ(python("Py_NewInterpreterFromConfig").Does, Effect::NewInterpreter);
  EXPECT_EQ(python("Py_EndInterpreter").Does, Effect::EndInterpreter);
  EXPECT_EQ(python("Py_InitializeFromConfig").Does, Effect::Initialize);
  EXPECT_EQ(python("Py_FinalizeEx").Does, Effect::Finalize);
  EXPECT_EQ(python("Py_BEGIN_CRITICAL_SECTION").Does, Effect::CriticalEnter);
  EXPECT_EQ(python("Py_END_CRITICAL_SECTION2").Does, Effect::CriticalLeave);
}

TEST(Model, Questions) {
  for (StringRef Name : {"PyGILState_Check", "PyThreadState_GetUnchecked", "_PyThreadState_UncheckedGet"})
    EXPECT_EQ(python(Name).Asks, Query::IsAttached) << Name.str();
  // It is not null in a detached thread that has a thread state.
  EXPECT_EQ(python("PyGILState_GetThisThreadState").Asks, Query::None);
  EXPECT_EQ(python("PyGILState_GetThisThreadState").Needs, Need::Nothing);
  EXPECT_EQ(python("Py_IsInitialized").Asks, Query::IsInitialized);
  EXPECT_EQ(python("Py_IsFinalizing").Asks, Query::IsFinalizing);
  EXPECT_EQ(python("_Py_IsFinalizing").Asks, Query::IsFinalizing);
}

TEST(Model, Degrees) {
  for (StringRef Name :
       {"PyBytes_AS_STRING", "PyString_AS_STRING", "PyBytes_GET_SIZE", "PyTuple_GET_ITEM", "PyFloat_AS_DOUBLE",
        "PyUnicode_READ", "PyUnicode_KIND", "PyUnicode_DATA", "PyUnicode_GET_LENGTH", "Py_TYPE", "Py_SIZE",
        "PyDateTime_GET_YEAR", "PyList_Check", "PyLong_CheckExact", "PyInt_AS_LONG", "PyObject_TypeCheck"}) {
    EXPECT_EQ(python(Name).Needs, Need::Attached) << Name.str();
    EXPECT_EQ(python(Name).Use, Weight::Note) << Name.str();
  }
  for (StringRef Name : {"PyList_GET_ITEM", "PyList_GET_SIZE", "PyByteArray_AS_STRING", "PyDict_GET_SIZE", "Py_REFCNT",
                         "PySequence_Fast_GET_ITEM", "PyWeakref_GET_OBJECT"})
    EXPECT_EQ(python(Name).Use, Weight::Warning) << Name.str();
  for (StringRef Name : {"Py_INCREF", "Py_XDECREF", "Py_CLEAR", "PyErr_Occurred", "PyErr_SetString", "PyMem_Malloc",
                         "PyMem_NEW", "PyObject_Free", "PyModule_GetState", "PyLong_AsLong", "PyString_FromString",
                         "PyInt_FromLong", "PyObject_CallObject", "PyThread_get_stacksize"})
    EXPECT_EQ(python(Name).Use, Weight::Error) << Name.str();
  for (StringRef Name : {"PyMem_RawMalloc", "PyMem_RawFree", "PyThread_acquire_lock", "PyMutex_Lock", "Py_IsNone",
                         "PyErr_SetInterrupt", "Py_AddPendingCall", "PyOS_snprintf", "Py_MIN"}) {
    EXPECT_EQ(python(Name).Needs, Need::Nothing) << Name.str();
    EXPECT_EQ(python(Name).Use, Weight::None) << Name.str();
  }
}

TEST(Model, NullDoesNothingForTheXVariants) {
  for (StringRef Name : {"Py_XDECREF", "Py_XINCREF", "Py_CLEAR", "Py_DecRef"})
    EXPECT_EQ(python(Name).NullOkArg, 0) << Name.str();
  EXPECT_EQ(python("Py_DECREF").NullOkArg, -1);
}

TEST(Model, RunningPythonMayDetach) {
  for (const Entry &E : Model::builtin().functions())
    EXPECT_GE(E.MayDetach, E.RunsPython) << E.Name.str();
  EXPECT_EQ(python("PyObject_CallObject").RunsPython, Degree::Certain);
  EXPECT_EQ(python("Py_DECREF").RunsPython, Degree::Likely);
  EXPECT_EQ(python("PyList_New").RunsPython, Degree::Rare);
}

TEST(Model, Callbacks) {
  auto Runs = [](StringRef Name, HeaderClass Home) {
    const Entry *E = Model::builtin().function(Name, Home);
    return E && !E->Callbacks.empty() ? E->Callbacks.front() : Callback{255, -1, When::Later};
  };
  Callback C = Runs("pthread_create", HeaderClass::Libc);
  EXPECT_EQ(C.FunctionArg, 2);
  EXPECT_EQ(C.ContextArg, 3);
  EXPECT_EQ(C.Runs, When::Thread);
  EXPECT_EQ(Runs("PyThread_start_new_thread", HeaderClass::Python).Runs, When::Thread);
  EXPECT_EQ(Runs("Py_AtExit", HeaderClass::Python).Runs, When::PyAtExit);
  EXPECT_EQ(Runs("Py_AddPendingCall", HeaderClass::Python).Runs, When::Attached);
  EXPECT_EQ(Runs("PyCapsule_New", HeaderClass::Python).FunctionArg, 2);
  EXPECT_EQ(Runs("qsort", HeaderClass::Libc).Runs, When::Now);
  EXPECT_EQ(Runs("signal", HeaderClass::Libc).Runs, When::Signal);
  EXPECT_EQ(Runs("pthread_key_create", HeaderClass::Libc).Runs, When::ThreadExit);
  EXPECT_EQ(Model::builtin().function("pthread_atfork", HeaderClass::Libc)->Callbacks.size(), 3u);
}

TEST(Model, LibcFacts) {
  const Model &M = Model::builtin();
  const Entry *E = M.function("strerror", HeaderClass::Libc);
  EXPECT_TRUE(E->SharedStatic);
  EXPECT_EQ(E->Replacement, "strerror_r");
  EXPECT_FALSE(M.function("strerror_r", HeaderClass::Libc) &&
               M.function("strerror_r", HeaderClass::Libc)->SharedStatic);
  EXPECT_TRUE(M.function("setlocale", HeaderClass::Libc)->ProcessWide);
  EXPECT_TRUE(M.function("read", HeaderClass::Libc)->Blocks);
  EXPECT_TRUE(M.function("write", HeaderClass::Libc)->AsyncSignalSafe);
  EXPECT_FALSE(M.function("malloc", HeaderClass::Libc)->AsyncSignalSafe);
}

TEST(Model, Types) {
  const Model &M = Model::builtin();
  EXPECT_EQ(M.type("pybind11::gil_scoped_release")->Constructs, Effect::Detach);
  EXPECT_EQ(M.type("pybind11::gil_scoped_release")->Destroys, Effect::Attach);
  EXPECT_EQ(M.type("nanobind::gil_scoped_acquire")->Constructs, Effect::Ensure);
  EXPECT_TRUE(M.type("pybind11::object")->Holder);
  EXPECT_TRUE(M.type("pybind11::handle")->Handle);
  EXPECT_FALSE(M.type("pybind11::handle")->Holder);
  EXPECT_EQ(M.type("std::map")->OwnsArgs, 3u);
  EXPECT_TRUE(M.type("std::shared_ptr")->SharedOwner);
  EXPECT_EQ(M.type("std::unique_ptr")->DeleterArg, 1);
  EXPECT_TRUE(M.type("std::jthread")->JoinsOnDestroy);
  EXPECT_EQ(M.type("my::type"), nullptr);
}

TEST(Model, Roots) {
  const Model &M = Model::builtin();
  EXPECT_EQ(M.root("PyMethodDef", "ml_meth")->Role, "method");
  EXPECT_EQ(M.root("PyType_Slot", "Py_tp_traverse")->Role, "traverse");
  EXPECT_EQ(M.root("PyModuleDef_Slot", "Py_mod_exec")->State, EntryState::Attached);
  EXPECT_EQ(M.root("PyType_Slot", "NPY_METH_strided_loop")->State, EntryState::Detached);
  EXPECT_EQ(M.root("PyMethodDef", "ml_doc"), nullptr);
}

TEST(Model, RootsByTagFlagAndAnyRecord) {
  const Model &M = Model::builtin();
  EXPECT_EQ(M.root("_typeobject", "tp_dealloc"), M.root("PyTypeObject", "tp_dealloc"));
  EXPECT_EQ(M.root("PyTypeObject", "tp_traverse")->FlagField, "tp_flags");
  EXPECT_EQ(M.root("PyTypeObject", "tp_traverse")->FlagBit, 14);
  EXPECT_EQ(M.root("(unnamed:12)", "sa_handler")->State, EntryState::AsyncSignal);
  EXPECT_EQ(M.root("PyMethodDef", "ml_name")->Role, "python-name");
  EXPECT_EQ(M.variable("PyOS_InputHook")->State, EntryState::Detached);
  EXPECT_EQ(M.variable("sa_handler"), nullptr);
}

TEST(Model, ExportedFunctions) {
  const Model &M = Model::builtin();
  EXPECT_EQ(M.exported("PyInit_demo", 0x030D)->Role, "module-init");
  EXPECT_EQ(M.exported("PyInit_demo", 0)->Field, "PyInit_*");
  EXPECT_EQ(M.exported("PyModExport_demo", 0x030F)->Role, "module-init");
  EXPECT_EQ(M.exported("initdemo", 0x0207)->Role, "module-init");
  EXPECT_EQ(M.exported("initdemo", 0x0309), nullptr);
  EXPECT_EQ(M.exported("initdemo", 0), nullptr);
  EXPECT_EQ(M.exported("demo", 0x030D), nullptr);
}

TEST(Model, WhatNamesSay) {
  const Model &M = Model::builtin();
  EXPECT_TRUE(M.says(Naming::KeepsFunction, "setopt"));
  EXPECT_FALSE(M.says(Naming::KeepsFunction, "exec"));
  EXPECT_TRUE(M.says(Naming::KeepsFunction, "on")); // not the boolean
  EXPECT_TRUE(M.says(Naming::MakesHandle, "addpart"));
  EXPECT_FALSE(M.says(Naming::MakesHandle, "setopt"));
  EXPECT_TRUE(M.says(Naming::Binds, "def_static"));
  EXPECT_TRUE(M.says(Naming::UnrelatedStruct, "timeval"));
  EXPECT_TRUE(M.says(Naming::PythonStruct, "PyModuleDef"));
  EXPECT_FALSE(M.says(Naming::PythonStruct, "sqlite3_module"));
  EXPECT_TRUE(M.says(Naming::LeavesTypeOpen, "PyCallable_Check"));
  EXPECT_FALSE(M.says(Naming::LeavesTypeOpen, "PyLong_Check"));
  EXPECT_TRUE(M.type("std::function")->Callable);
  EXPECT_TRUE(M.function("PyUFunc_FromFuncAndData", HeaderClass::NumPy)->UfuncLoops);
}

TEST(Model, ExpandedMacros) {
  EXPECT_TRUE(isExpandedMacro("NPY_BEGIN_THREADS_DESCR"));
  EXPECT_TRUE(isExpandedMacro("PYBIND11_OVERRIDE")); // by prefix
  EXPECT_TRUE(isExpandedMacro("Py_UNUSED"));
  EXPECT_FALSE(isExpandedMacro("PyList_GET_ITEM"));
  EXPECT_FALSE(isExpandedMacro("Py_BEGIN_CRITICAL_SECTION"));
}

/// A replacement that is a Python function must itself be known, and not since later than promised.
TEST(Model, WhatBlocks) {
  const Model &M = Model::builtin();
  ASSERT_NE(M.blocking("recv", HeaderClass::Libc), nullptr);
  EXPECT_EQ(M.blocking("recv", HeaderClass::Libc)->Blocks, Degree::Certain);
  EXPECT_EQ(M.blocking("recv", HeaderClass::Project), nullptr) << "a project's own function of that name";
  ASSERT_NE(M.blocking("PQexec", HeaderClass::Project), nullptr) << "libraries are known by name";
  EXPECT_NE(M.blocking("PQexec", HeaderClass::System), nullptr);
  EXPECT_EQ(M.blocking("memcpy", HeaderClass::Libc), nullptr);
  for (const BlockingEntry &E : M.blocking()) {
    EXPECT_FALSE(E.Why.empty()) << E.Name.str();
    EXPECT_NE(E.Blocks, Degree::Never) << E.Name.str();
    EXPECT_FALSE(E.Why.ends_with(".")) << E.Name.str();
  }
}

/// What the lock rules treat as blocking is either a wait for the own program, or has a reason here.
TEST(Model, BlockingFlagsHaveReasons) {
  const Model &M = Model::builtin();
  for (const Entry &E : M.functions())
    if (E.Home == HeaderClass::Libc && E.Blocks && E.Lock == LockOp::None)
      EXPECT_NE(M.blocking(E.Name, HeaderClass::Libc), nullptr) << E.Name.str();
}

TEST(Model, ReplacementsExist) {
  llvm::StringSet<> Names;
  for (const Entry &E : Model::builtin().functions())
    Names.insert(E.Name);
  unsigned Seen = 0;
  for (const Entry &E : Model::builtin().functions()) {
    if (E.Home != HeaderClass::Python || E.Replacement.empty())
      continue;
    ++Seen;
    EXPECT_TRUE(Names.contains(E.Replacement) || E.Replacement == "PyMutex")
        << E.Name.str() << " -> " << E.Replacement.str();
    if (const Entry *R = Model::builtin().function(E.Replacement, HeaderClass::Python);
        R && R->Since && E.ReplacementSince) {
      EXPECT_EQ(R->Since, E.ReplacementSince) << E.Name.str();
    }
  }
  EXPECT_GT(Seen, 40u);
}

TEST(Model, AProjectsEntriesWin) {
  llvm::Expected<ParsedModel> P = parseModelText("functions:\n"
                                                 "  PyList_New: {needs: nothing}\n"
                                                 "  my_unlock: {does: detach}\n"
                                                 "  \"wxPy*\": {needs: attached}\n"
                                                 "types:\n"
                                                 "  my::Ref: {flags: holder}\n"
                                                 "roots:\n"
                                                 "  my_ops:\n"
                                                 "    on_data: {state: detached, role: callback}\n"
                                                 "  exported-functions:\n"
                                                 "    plugin_start: {state: detached}\n"
                                                 "names:\n"
                                                 "  keeps-function: [remember, \"store*\"]\n"
                                                 "aliases:\n"
                                                 "  my_ops_tag: my_ops\n",
                                                 "user.yaml");
  ASSERT_TRUE(bool(P)) << llvm::toString(P.takeError());
  Model M(Model::builtin(), P->Functions, P->Types, P->Storage, P->Roots, P->Names, P->Aliases);
  EXPECT_EQ(M.function("PyList_New", HeaderClass::Python)->Needs, Need::Nothing);
  EXPECT_EQ(M.function("my_unlock", HeaderClass::Project)->Does, Effect::Detach);
  EXPECT_EQ(M.function("my_unlock", HeaderClass::System)->Does, Effect::Detach);
  EXPECT_EQ(M.function("wxPyBeginAllowThreads", HeaderClass::System)->Needs, Need::Attached);
  EXPECT_EQ(M.function("PyDict_New", HeaderClass::Python)->Needs, Need::Attached);
  EXPECT_TRUE(M.type("my::Ref")->Holder);
  EXPECT_TRUE(M.type("pybind11::object")->Holder);
  EXPECT_EQ(M.root("my_ops", "on_data")->State, EntryState::Detached);
  EXPECT_EQ(M.root("my_ops_tag", "on_data"), M.root("my_ops", "on_data"));
  EXPECT_EQ(M.exported("plugin_start", 0)->State, EntryState::Detached);
  EXPECT_TRUE(M.says(Naming::KeepsFunction, "remember"));
  EXPECT_TRUE(M.says(Naming::KeepsFunction, "storeall"));
  EXPECT_TRUE(M.says(Naming::KeepsFunction, "setopt"));
  EXPECT_FALSE(Model::builtin().says(Naming::KeepsFunction, "remember"));
  EXPECT_EQ(Model::builtin().function("my_unlock", HeaderClass::Project), nullptr);
}

} // namespace
