// A module that says nothing about interpreters cannot be imported into one that has its own GIL.
#include "rules/module/Examples.h"
#include "rules/module/ModuleReport.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"slots without Py_mod_multiple_interpreters", R"c(#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {BothSlots};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    MissingInterpretersSlot,
    {
        .Name = "missing-interpreters-slot",
        .Group = "module",
        .Summary = "a module does not declare which interpreters it supports",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .Fix = FixKind::Safe,
        .What = "A module with multi-phase initialisation and without the slot Py_mod_multiple_interpreters, compiled "
                "with headers of Python 3.12 or later.",
        .Why = "Without the slot CPython takes Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED: the module is refused by "
               "interpreters that have their own GIL, and loaded by those that share one, whether it is fit for that "
               "or not (PEP 684).",
        .Remedy =
            "Declare what the code supports. The finding says what that is; the fix adds the slot under a version "
            "guard.",
        .Limits = "Modules of binding libraries and of Cython are for gilray-binding-declaration, modules with "
                  "single-phase initialisation for gilray-single-phase-init. Slots that are filled in by code that is "
                  "not followed count as declared.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void offer(const rules::Input &In, const link::ExtensionModule &M, Finding &F, StringRef Value,
                  const Coverage::Guard &Guard, bool Proven = true) {
  remedy(F, ("the code supports '{Py_mod_multiple_interpreters, " + Value + "}'").str());
  auto Fix = addSlot(In, M, {"Py_mod_multiple_interpreters", Value, Guard.From}, ("declare " + Value).str());
  if (!Fix)
    return;
  Fix->Safe &= Guard.All && Proven;
  F.Fixes.push_back(std::move(*Fix));
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const link::Modules &All = In.modules();
  for (unsigned I = 0; I < All.all().size(); ++I) {
    const link::ExtensionModule &M = All.all()[I];
    if (!isHandWritten(M) || M.Form == link::ModuleForm::SinglePhase ||
        M.Interpreters.State != link::Declaration::Absent)
      continue;
    auto [U, Where] = slotPlace(M);
    Finding F = moduleFinding(In, MissingInterpretersSlotCheck, M, *U, Where,
                              "module '" + M.Name +
                                  "' does not say which interpreters it supports: those with their own GIL refuse it");
    const Support Own = supportFor(In, I, evidence::OwnGilInterpreters);
    const Support Shared = supportFor(In, I, evidence::SharedGilInterpreters);
    const Coverage Covers(In, I);
    const std::optional<Coverage::Guard> Guard = Covers.guard(false);
    if (!Shared.Blockers.empty()) {
      whyNotEarned(F, Shared, "more than one interpreter");
      offer(In, M, F, "Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED", {0x030C0000, /*All=*/false});
    } else if (!Own.earned()) {
      whyNotEarned(F, Own, "an own GIL per interpreter");
      if (Shared.earned()) // the default, but said: nothing changes
        offer(In, M, F, "Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED", {0x030C0000, /*All=*/true});
    } else if (Guard) {
      offer(In, M, F, "Py_MOD_PER_INTERPRETER_GIL_SUPPORTED", *Guard, Own.proven());
    } else {
      otherCodeNote(F, Covers, false);
    }
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
