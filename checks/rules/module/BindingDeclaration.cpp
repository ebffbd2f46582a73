// Modules of binding libraries and of Cython declare in their own words; the default of all of them is the cautious
// one.
#include "rules/module/ModuleReport.h"

namespace gilray {

using namespace rules;
using link::Declaration;
using link::ExtensionModule;
using link::ModuleForm;

// What the headers of a binding library look like to a program that does not have them: Cython's output needs none.
static constexpr Example Bad[] = {{"a module that Cython made without freethreading_compatible", R"c(#include <Python.h>

static int __pyx_pymod_exec_demo(PyObject *m) { return PyModule_AddIntConstant(m, "answer", 42); }

static PyModuleDef_Slot __pyx_moduledef_slots[] = {
    {Py_mod_exec, __pyx_pymod_exec_demo},
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef __pyx_moduledef = {
    PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, __pyx_moduledef_slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&__pyx_moduledef); }
)c"}};

static constexpr Example Good[] = {{"with the directive freethreading_compatible", R"c(#include <Python.h>

static int __pyx_pymod_exec_demo(PyObject *m) { return PyModule_AddIntConstant(m, "answer", 42); }

static PyModuleDef_Slot __pyx_moduledef_slots[] = {
    {Py_mod_exec, __pyx_pymod_exec_demo},
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef __pyx_moduledef = {
    PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, __pyx_moduledef_slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&__pyx_moduledef); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    BindingDeclaration,
    {
        .Name = "binding-declaration",
        .Group = "module",
        .Summary = "a module of a binding library or of Cython leaves the cautious default",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .Fix = FixKind::Safe,
        .What = "PYBIND11_MODULE without mod_gil_not_used or multiple_interpreters, NB_MODULE built without CMake's "
                "FREE_THREADED, BOOST_PYTHON_MODULE without mod_gil_not_used, and modules that Cython made without "
                "the directive freethreading_compatible.",
        .Why = "Without the declaration a free-threaded Python enables the GIL when the module is imported, and "
               "pybind11 and nanobind let no other interpreter load it.",
        .Remedy =
            "Say what the code supports: the tags of PYBIND11_MODULE (the one about the GIL from pybind11 2.13, the "
            "one about interpreters from 3.0), FREE_THREADED in nanobind_add_module, mod_gil_not_used() in "
            "BOOST_PYTHON_MODULE, the directives freethreading_compatible and subinterpreters_compatible in Cython. "
            "For "
            "pybind11 the fix writes a head per version of the library; it is made without asking only if no library "
            "has "
            "to be trusted.",
        .Limits =
            "What nanobind and Cython declare about the GIL shows only in a free-threaded build or target. nanobind "
            "and Boost.Python cannot declare support for several interpreters, so nothing is said about that.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {

/// How a library lets one declare that the GIL is not needed.
std::string gilWords(const ExtensionModule &M) {
  if (M.Cython)
    return "the directive 'freethreading_compatible'";
  switch (M.Form) {
  case ModuleForm::Nanobind:
    return "'FREE_THREADED' in nanobind_add_module";
  case ModuleForm::BoostPython:
    return M.CanSayGil ? "'boost::python::mod_gil_not_used()'" : "a Boost.Python that knows 'mod_gil_not_used'";
  default:
    return M.CanSayGil ? "'pybind11::mod_gil_not_used()'" : "'mod_gil_not_used()' of pybind11 2.13";
  }
}

std::string interpretersWords(const ExtensionModule &M) {
  if (M.Cython)
    return "the directive 'subinterpreters_compatible'";
  return M.CanSayInterpreters ? "'pybind11::multiple_interpreters::per_interpreter_gil()'"
                              : "'multiple_interpreters' of pybind11 3.0";
}

bool judgesInterpreters(const ExtensionModule &M) { return M.Form == ModuleForm::Pybind11; }

/// Cython writes Py_MOD_GIL_USED where the directive is missing; a person who writes it has decided.
bool leavesGil(const ExtensionModule &M) { return M.Gil.State == Declaration::Absent || (M.Cython && M.Gil.says(0)); }

/// Is what was judged the code of every Python that reads the declaration?
bool isForAll(const std::optional<Coverage::Guard> &G) { return G && G->All; }

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const link::Modules &All = In.modules();
  for (unsigned I = 0; I < All.all().size(); ++I) {
    const ExtensionModule &M = All.all()[I];
    if (isHandWritten(M))
      continue;
    const bool Gil = leavesGil(M);
    const bool Interpreters = judgesInterpreters(M) && M.Interpreters.State == Declaration::Absent;
    if (!Gil && !Interpreters)
      continue;
    std::string What = Gil && Interpreters
                           ? "declares neither whether it needs the GIL nor which interpreters it supports"
                       : Gil ? "does not declare whether it needs the GIL"
                             : "does not declare which interpreters it supports";
    Finding F = moduleFinding(In, BindingDeclarationCheck, M, *M.Unit, M.Where, "module '" + M.Name + "' " + What);
    const Support Free = supportFor(In, I, evidence::FreeThreading);
    const Support Own = supportFor(In, I, evidence::OwnGilInterpreters);
    if (Gil) {
      whyNotEarned(F, Free, "running without the GIL");
      if (Free.earned())
        remedy(F, "nothing in the code speaks against " + gilWords(M));
    }
    if (Interpreters) {
      whyNotEarned(F, Own, "an own GIL per interpreter");
      if (Own.earned())
        remedy(F, "nothing in the code speaks against " + interpretersWords(M));
    }
    llvm::SmallVector<Tag, 2> Tags;
    bool Proven = true;
    const Coverage Covers(In, I);
    if (Gil && Free.earned() && M.CanSayGil && M.Form != ModuleForm::Nanobind && !M.Cython) {
      Tags.push_back(M.Form == ModuleForm::BoostPython ? Tag{"boost::python::mod_gil_not_used()", 0}
                                                       : Tag{"pybind11::mod_gil_not_used()", 0x020D0000});
      Proven &= Free.proven() && isForAll(Covers.guard(true));
    }
    if (Interpreters && Own.earned() && M.CanSayInterpreters) {
      Tags.push_back({"pybind11::multiple_interpreters::per_interpreter_gil()", 0x03000000});
      Proven &= Own.proven() && isForAll(Covers.guard(false));
    }
    if (!Tags.empty())
      if (auto Fix = addTags(In, M, Tags, "declare what the code supports")) {
        Fix->Safe &= Proven;
        F.Fixes.push_back(std::move(*Fix));
      }
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
