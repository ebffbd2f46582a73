#include "flow/Results.h"
#include "rules/Report.h"
#include "rules/freethreading/Applies.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {
    {"declared for free threading, built for the limited API", R"c(#define Py_LIMITED_API 0x030d0000
#include <Python.h>

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"the full API", R"c(#include <Python.h>

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    LimitedApiBuild,
    {
        .Name = "limited-api-build",
        .Group = "freethreading",
        .Summary = "a module for free-threaded Python is built with a limited API that it does not have",
        .Default = Severity::Note,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "Py_LIMITED_API in the build of a module that declares Py_MOD_GIL_NOT_USED, or that is compiled for a "
                "free-threaded Python: before 3.15 there is no limited API for it, and from 3.15 on it rules out "
                "PyObject_HEAD, static types, a static PyModuleDef and PyInit functions (PEP 803).",
        .Why = "A free-threaded Python does not load the stable ABI of the other build, so the declaration has no "
               "effect, or the build fails.",
        .Remedy = "Build without Py_LIMITED_API for free-threaded Pythons before 3.15; from 3.15 on define "
                  "Py_TARGET_ABI3T, export PyModExport_NAME, and keep the object's data with PyObject_GetTypeData.",
        .Limits = "A project that builds both ways is told for the build that is analysed. A note, hidden unless notes "
                  "are asked for.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// The first limited API that free-threaded builds have.
static constexpr uint32_t FirstWithoutGil = 0x030f0000;

static std::string version(uint32_t Hex) { return std::to_string(Hex >> 24) + "." + std::to_string(Hex >> 16 & 0xff); }

/// What the stable ABI of free-threaded builds leaves out, as far as this module needs it.
static std::string ruledOut(const Input &In, const link::ExtensionModule &M) {
  const link::Program &P = In.flow().program();
  for (const ir::Unit *U : P.units())
    for (const ir::Record &R : U->Records)
      if (R.PythonObject && U->Files[R.Where.File].Class == ir::HeaderClass::Project)
        return "'" + R.Name.str() + "' begins with PyObject_HEAD";
  for (const evidence::Fact &F : In.evidence().facts())
    if (F.What == evidence::Kind::StaticType)
      return "'" + F.Subject + "' is a static type";
  if (M.Definition)
    return "'" + M.Definition->Name.str() + "' is a static PyModuleDef";
  return {};
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  for (const link::ExtensionModule &M : In.modules().all()) {
    const uint32_t Limited = M.Unit ? M.Unit->Facts.LimitedApi : 0;
    if (!Limited || !withoutGil(M))
      continue;
    Finding F;
    F.Check = &LimitedApiBuildCheck;
    F.Sev = LimitedApiBuildCheck.Default;
    F.Where = In.flow().place(*M.Unit, M.Where);
    F.Module = M.Name;
    if (Limited < FirstWithoutGil) {
      F.Message = "module '" + M.Name + "' is to run without the GIL, but is built for the limited API of " +
                  version(Limited) + ", which free-threaded builds do not have";
      why(F, "free-threaded Pythons before 3.15 refuse Py_LIMITED_API and do not load abi3 modules");
      remedyInGuide(F, "leave out Py_LIMITED_API in builds for free-threaded Pythons, or require 3.15",
                    "The limited API");
    } else {
      std::string What = ruledOut(In, M);
      if (What.empty())
        continue;
      F.Message = "module '" + M.Name + "' cannot be built for the stable ABI of free-threaded Pythons: " + What;
      why(F, "the layout of objects differs between the builds, so that ABI hides it (PEP 803)");
      remedyInGuide(F, "use PyModExport_NAME, heap types and PyObject_GetTypeData (3.12)", "The limited API");
    }
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
