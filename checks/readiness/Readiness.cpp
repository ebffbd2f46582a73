#include "readiness/Readiness.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::readiness {

using evidence::Fact;
using evidence::Goal;
using evidence::Kind;
using link::Declaration;
using link::ModuleForm;
using llvm::StringRef;

static std::string pythonOf(const ir::UnitFacts &F) {
  if (!F.PyVersionHex)
    return {};
  return std::to_string(F.PyVersionHex >> 24) + "." + std::to_string((F.PyVersionHex >> 16) & 0xff) +
         (F.GilDisabled ? "t" : "");
}

static Statement statement(const flow::Results &R, const Declaration &D) {
  Statement S;
  S.State = D.State;
  S.Value = D.Value;
  if (D.Unit && D.Where.valid())
    S.Where = R.place(*D.Unit, D.Where);
  S.Condition = D.Condition.str();
  return S;
}

/// Locks are often written for the free-threaded build only: without it, what they guard looks unguarded.
///
///     #ifdef Py_GIL_DISABLED
///         PyMutex_Lock(&self->lock);
///     #endif
static bool skippedGilCode(const flow::Results &R, const link::Modules &M, unsigned Module) {
  llvm::DenseSet<const ir::Unit *> Skipping;
  for (const ir::Unit *U : R.program().units())
    if (!U->Facts.GilDisabled && llvm::any_of(U->PPGroups, [](const ir::PPGroup &G) {
          return !G.Taken && G.Condition.contains("Py_GIL_DISABLED") && !G.Names.empty();
        }))
      Skipping.insert(U);
  if (Skipping.empty())
    return false;
  for (link::FnId F = 0; F < R.program().functions().size(); ++F)
    if (Skipping.contains(&R.program().unit(F)) && llvm::is_contained(M.of(F), Module))
      return true;
  return false;
}

std::vector<ModuleFacts> gather(const flow::Results &R, const link::Modules &M, const evidence::Evidence &E) {
  std::vector<ModuleFacts> Out;
  for (unsigned I = 0; I < M.all().size(); ++I) {
    const link::ExtensionModule &Mod = M.all()[I];
    ModuleFacts F;
    F.Name = Mod.Name;
    F.Form = Mod.Form;
    F.Cython = Mod.Cython;
    F.Where = R.place(*Mod.Unit, Mod.Where);
    F.Python = pythonOf(Mod.Unit->Facts);
    F.HasGilCode = !skippedGilCode(R, M, I);
    F.Interpreters = statement(R, Mod.Interpreters);
    F.Gil = statement(R, Mod.Gil);
    F.CanSayInterpreters = Mod.CanSayInterpreters;
    F.CanSayGil = Mod.CanSayGil;
    for (const Fact &X : E.facts())
      if (llvm::is_contained(X.Modules, I))
        F.Facts.push_back(X);
    for (const evidence::Unseen &X : E.unseen())
      if (llvm::is_contained(X.Modules, I))
        F.Unseen.push_back(X);
    Out.push_back(std::move(F));
  }
  llvm::stable_sort(Out, [](const ModuleFacts &A, const ModuleFacts &B) {
    return std::tie(A.Name, A.Where.File, A.Where.Line) < std::tie(B.Name, B.Where.File, B.Where.Line);
  });
  return Out;
}

// ---------------------------------------------------------------- verdicts

static const Statement &statementFor(const ModuleFacts &M, Goal G) {
  return G == evidence::FreeThreading ? M.Gil : M.Interpreters;
}

static bool declares(const Statement &S, Goal G) {
  if (S.State != Declaration::Declared)
    return false;
  return G == evidence::OwnGilInterpreters ? S.Value == 2 : S.Value >= 1;
}

/// What a lock could have prevented.
static bool dependsOnLocks(Kind K) {
  return K == Kind::MutableGlobal || K == Kind::StaticObject || K == Kind::UnguardedField;
}

/// Why a missing declaration cannot be judged, whatever the code does.
static std::vector<std::string> unjudgeable(const ModuleFacts &M, const Statement &S, Goal G) {
  std::vector<std::string> Why;
  bool Gil = G == evidence::FreeThreading;
  switch (S.State) {
  case Declaration::Hidden:
    Why.push_back("the declaration stands under '#if " + S.Condition + "', which was not compiled" +
                  (Gil && !M.HasGilCode ? "; judge for a free-threaded build (--target 3.14t)" : ""));
    break;
  case Declaration::Unreadable:
    Why.push_back("how the module is defined could not be followed, so what it declares is not known");
    break;
  case Declaration::NoHeaders:
    Why.push_back("Python " + M.Python + " does not have this declaration; judge for " +
                  (Gil ? "3.13 or later" : "3.12 or later") + " (--target)");
    break;
  case Declaration::Absent:
  case Declaration::Declared:
    break;
  }
  if (S.State == Declaration::Absent && !(Gil ? M.CanSayGil : M.CanSayInterpreters))
    Why.push_back("the headers of the binding library are too old to declare it");
  return Why;
}

static std::string slotLine(StringRef Slot, StringRef Value, StringRef Since) {
  return ("#if PY_VERSION_HEX >= " + Since + "\n    {" + Slot + ", " + Value + "},\n#endif").str();
}

/// What to write, in the language of the module's form; empty where there is nothing to be written.
static std::string declarationLine(const ModuleFacts &M, Goal G) {
  if (M.Cython)
    return G == evidence::FreeThreading        ? "# cython: freethreading_compatible = True"
           : G == evidence::OwnGilInterpreters ? "# cython: subinterpreters_compatible = own_gil"
                                               : "# cython: subinterpreters_compatible = shared_gil";
  switch (M.Form) {
  case ModuleForm::MultiPhase:
    return G == evidence::FreeThreading
               ? slotLine("Py_mod_gil", "Py_MOD_GIL_NOT_USED", "0x030D0000")
               : slotLine("Py_mod_multiple_interpreters",
                          G == evidence::OwnGilInterpreters ? "Py_MOD_PER_INTERPRETER_GIL_SUPPORTED"
                                                            : "Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED",
                          "0x030C0000");
  case ModuleForm::Export:
    return G == evidence::FreeThreading        ? "PySlot_DATA(Py_mod_gil, Py_MOD_GIL_NOT_USED),"
           : G == evidence::OwnGilInterpreters ? "PySlot_DATA(Py_mod_multiple_interpreters, "
                                                 "Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),"
                                               : "PySlot_DATA(Py_mod_multiple_interpreters, "
                                                 "Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED),";
  case ModuleForm::SinglePhase:
    return G == evidence::FreeThreading
               ? "#ifdef Py_GIL_DISABLED\n    PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);\n#endif"
               : "";
  case ModuleForm::Pybind11:
    return G == evidence::FreeThreading        ? "py::mod_gil_not_used()"
           : G == evidence::OwnGilInterpreters ? "py::multiple_interpreters::per_interpreter_gil()"
                                               : "py::multiple_interpreters::shared_gil()";
  case ModuleForm::Nanobind:
    return G == evidence::FreeThreading ? "nanobind_add_module(... FREE_THREADED ...)" : "";
  case ModuleForm::BoostPython:
    return G == evidence::FreeThreading ? "boost::python::mod_gil_not_used()" : "";
  }
  return {};
}

static GoalVerdict verdict(const ModuleFacts &M, Goal G) {
  GoalVerdict V;
  V.Goal = G;
  V.Says = statementFor(M, G);
  for (const Fact &F : M.Facts) {
    if (F.Blocks & G)
      V.Blockers.push_back(F);
    else if (F.Concerns & G)
      V.Concerns.push_back(F);
  }
  const bool LocksHidden = G == evidence::FreeThreading && !M.HasGilCode;
  for (const evidence::Unseen &U : M.Unseen)
    if ((U.Hides & G) && !(U.OtherBuild && LocksHidden)) // said below, in words that help
      V.Unseen.push_back(U);
  V.Because = unjudgeable(M, V.Says, G);
  bool CertainBlocker =
      llvm::any_of(V.Blockers, [&](const Fact &F) { return !LocksHidden || !dependsOnLocks(F.What); });
  if (LocksHidden && !CertainBlocker && V.Says.State != Declaration::Hidden)
    V.Because.push_back(
        "code under Py_GIL_DISABLED was not compiled; judge for a free-threaded build (--target 3.14t)");
  if (declares(V.Says, G)) {
    V.Is = CertainBlocker ? Verdict::Contradicted : Verdict::Declared;
  } else if (CertainBlocker) {
    V.Is = Verdict::Blocked;
  } else if (!V.Because.empty() || !V.Unseen.empty()) {
    V.Is = Verdict::Unknown;
  } else {
    V.Is = Verdict::Earned;
    V.Line = declarationLine(M, G);
  }
  return V;
}

std::vector<GoalVerdict> assess(const ModuleFacts &M) {
  std::vector<GoalVerdict> Out;
  for (Goal G : Goals)
    Out.push_back(verdict(M, G));
  return Out;
}

} // namespace gilray::readiness
