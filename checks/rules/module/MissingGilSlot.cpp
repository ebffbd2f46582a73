// A module that says nothing about the GIL makes a free-threaded Python take it back.
#include "rules/module/Examples.h"
#include "rules/module/ModuleReport.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"slots without Py_mod_gil", R"c(#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {BothSlots};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    MissingGilSlot,
    {
        .Name = "missing-gil-slot",
        .Group = "module",
        .Summary = "a module does not declare whether it needs the GIL",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .Fix = FixKind::Safe,
        .What = "A module with slots but without Py_mod_gil, or one made by PyModule_Create that does not call "
                "PyUnstable_Module_SetGIL, compiled with headers of Python 3.13 or later.",
        .Why = "A free-threaded Python that imports such a module enables the GIL for the whole process and warns "
               "about it; every other module loses its parallelism, too (PEP 703).",
        .Remedy =
            "Declare Py_MOD_GIL_NOT_USED if the module does its own locking, Py_MOD_GIL_USED if it does not. The fix "
            "adds the slot, under a version guard, only if nothing in the code speaks against it.",
        .Limits =
            "Modules of binding libraries and of Cython are for gilray-binding-declaration. Slots that are filled "
            "in by code that is not followed count as declared.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const link::Modules &All = In.modules();
  for (unsigned I = 0; I < All.all().size(); ++I) {
    const link::ExtensionModule &M = All.all()[I];
    if (!isHandWritten(M) || M.Gil.State != link::Declaration::Absent)
      continue;
    const bool Single = M.Form == link::ModuleForm::SinglePhase;
    auto [U, Where] = slotPlace(M);
    if (Single && M.CreatedIn != link::NoFn) {
      U = &In.flow().program().unit(M.CreatedIn);
      Where = M.CreatedAt;
    }
    Finding F = moduleFinding(
        In, MissingGilSlotCheck, M, *U, Where,
        "module '" + M.Name + "' does not say whether it needs the GIL: a free-threaded Python enables it on import");
    const Support S = supportFor(In, I, evidence::FreeThreading);
    const char *Line = Single ? "'PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED)' under '#ifdef Py_GIL_DISABLED'"
                              : "'{Py_mod_gil, Py_MOD_GIL_NOT_USED}'";
    const Coverage Covers(In, I);
    const std::optional<Coverage::Guard> Guard = Covers.guard(true);
    if (!S.earned()) {
      whyNotEarned(F, S, "running without the GIL");
    } else if (!Guard) {
      otherCodeNote(F, Covers, true);
    } else {
      remedy(F, std::string("nothing in the code speaks against ") + Line);
      if (!Single)
        if (auto Fix = addSlot(In, M, {"Py_mod_gil", "Py_MOD_GIL_NOT_USED", Guard->From},
                               "declare that the module does not need the GIL")) {
          Fix->Safe &= Guard->All && S.proven();
          F.Fixes.push_back(std::move(*Fix));
        }
    }
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
