// What a module declares of itself: by slots, by PyUnstable_Module_SetGIL, by the tags of a binding macro; and what a
// skipped preprocessor group would declare.
#include "link/Conditions.h"
#include "link/ModuleReader.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::link {

using ir::EventKind;
using ir::HeaderClass;
using ir::ValueKind;

Declaration ModuleReader::fromSlot(const ExtensionModule &M, int64_t Id) const {
  Declaration D;
  for (const ModuleSlot &S : M.Slots) {
    if (S.Id != Id)
      continue;
    D.State = S.Value ? Declaration::Declared : Declaration::Unreadable;
    D.Value = S.Value.value_or(0);
    D.Unit = S.Unit;
    D.Where = S.Where;
    return D;
  }
  if (!M.SlotsKnown)
    D.State = Declaration::Unreadable;
  return D;
}

/// PyUnstable_Module_SetGIL(m, Py_MOD_GIL_NOT_USED), anywhere on the way from the init or exec functions.
Declaration ModuleReader::fromSetGil(const ExtensionModule &M) const {
  Declaration D;
  auto Look = [&](FnId F) {
    const ir::Unit &U = P.unit(F);
    for (const ir::Block &B : P.fn(F).Blocks)
      for (const ir::Event &E : B.Events) {
        if (!E.Callee || E.Args.size() < 2 || U.Callees[E.Callee].Name != "PyUnstable_Module_SetGIL")
          continue;
        const ir::Value *V = &P.fn(F).Values[E.Args[1]];
        while (V->Kind == ValueKind::Cast)
          V = &P.fn(F).Values[V->A];
        bool Constant = V->Kind == ValueKind::Int || V->Kind == ValueKind::Null;
        if (D.State != Declaration::Absent && !(Constant && D.says(V->Int)))
          Constant = false; // one call says so, another not
        D.State = Constant ? Declaration::Declared : Declaration::Unreadable;
        D.Value = V->Int;
        D.Unit = &U;
        D.Where = E.Where;
      }
  };
  forCallees(M.Init, Look);
  for (const ModuleSlot &S : M.Slots)
    if (S.Id == slot::Exec && S.Function != NoFn)
      forCallees(S.Function, Look);
  return D;
}

static bool names(const ir::PPGroup &G, StringRef Name) { return llvm::binary_search(G.Names, Name); }

/// An absent declaration may stand in a skipped preprocessor group, or the headers may not know it yet.
void ModuleReader::lookBehind(const ExtensionModule &M, Declaration &D, bool Gil) const {
  StringRef Slot = Gil ? "Py_mod_gil" : "Py_mod_multiple_interpreters";
  const ir::Unit *Around = M.SlotUnit ? M.SlotUnit : M.DefUnit ? M.DefUnit : M.Unit;
  if (D.State == Declaration::Declared) {
    if (const ir::PPGroup *G = innermost(*D.Unit, D.Where))
      D.Condition = G->Condition;
    return;
  }
  if (D.State != Declaration::Absent)
    return;
  for (const ir::Unit *U : {Around, M.Unit})
    for (const ir::PPGroup &G : U->PPGroups) {
      if (G.Taken || !(names(G, Slot) || (Gil && names(G, "PyUnstable_Module_SetGIL"))))
        continue;
      bool InArray = M.SlotArray && contains(M.SlotArray->Value.Where, G.Where);
      // #ifndef Py_mod_gil / #define Py_mod_gil 4: that only makes the name known.
      if (!InArray && names(G, "define"))
        continue;
      D.State = Declaration::Hidden;
      D.Unit = U;
      D.Where = G.Where;
      D.Condition = G.Condition;
      return;
    }
  const ir::UnitFacts &Facts = M.Unit->Facts;
  uint32_t Since = Gil ? 0x030D0000 : 0x030C0000;
  bool Here = Facts.PyVersionHex >= Since && (!Facts.LimitedApi || Facts.LimitedApi >= Since);
  // There is no slot in single-phase modules, and the function that stands for it is not part of the limited API.
  if (Gil && M.Form == ModuleForm::SinglePhase && Facts.LimitedApi)
    Here = false;
  if (!Here)
    D.State = Declaration::NoHeaders;
}

void ModuleReader::declare(ExtensionModule &M) const {
  if (M.Form != ModuleForm::SinglePhase) {
    M.Interpreters = fromSlot(M, slot::Interpreters);
    M.Gil = fromSlot(M, slot::Gil);
  }
  if (M.Gil.State != Declaration::Declared)
    if (Declaration D = fromSetGil(M); D.State != Declaration::Absent)
      M.Gil = D;
  if (!M.Created) {
    for (Declaration *D : {&M.Interpreters, &M.Gil})
      if (D->State == Declaration::Absent)
        D->State = Declaration::Unreadable;
  }
  if (M.Form != ModuleForm::SinglePhase)
    lookBehind(M, M.Interpreters, false);
  lookBehind(M, M.Gil, true);
}

// ---------------------------------------------------------------- binding libraries

/// The init function of a module that a binding library's macro defines stands in that macro's expansion.
ModuleForm ModuleReader::bindingForm(const ExtensionModule &M, bool &Is) const {
  Is = true;
  for (const ir::MacroStep &S : M.Unit->MacroChains[P.fn(M.Init).Where.Chain]) {
    if (S.Class == HeaderClass::Pybind11)
      return ModuleForm::Pybind11;
    if (S.Class == HeaderClass::Nanobind)
      return ModuleForm::Nanobind;
    if (S.Class == HeaderClass::BoostPython)
      return ModuleForm::BoostPython;
  }
  Is = false;
  return ModuleForm::MultiPhase;
}

/// A tag like mod_gil_not_used(expr): none is true, a constant is what it says, nothing else is known.
static std::optional<int64_t> flagOf(const ir::Function &F, const ir::Event &E) {
  if (E.Args.size() < 2)
    return 1;
  const ir::Value &V = F.Values[E.Args[1]];
  return V.Kind == ValueKind::Int ? std::optional<int64_t>(V.Int != 0) : std::nullopt;
}

/// The macro's further arguments become calls in the init function:
/// PYBIND11_MODULE(demo, m, py::mod_gil_not_used(), py::multiple_interpreters::per_interpreter_gil())
void ModuleReader::bindingTags(ExtensionModule &M) const {
  const ir::Function &F = P.fn(M.Init);
  auto Say = [&](Declaration &D, std::optional<int64_t> Value, const ir::Event &E) {
    // A default argument of the library stands where the macro does: nobody wrote it.
    if (E.Where.Line == M.Where.Line && E.Where.Col == M.Where.Col)
      return;
    D.State = Value ? Declaration::Declared : Declaration::Unreadable;
    D.Value = Value.value_or(0);
    D.Unit = M.Unit;
    D.Where = E.Where;
  };
  bool Slots = false, CreateTakesTag = false, InitTakesTag = false;
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if (!E.Callee)
        continue;
      const ir::Callee &C = M.Unit->Callees[E.Callee];
      StringRef Name = C.Name;
      bool Copies = C.Params.size() == 1 && M.Unit->Types[C.Params[0]].Kind == ir::TypeKind::Reference;
      if (Name.ends_with("::init_slots"))
        Slots = true;
      else if (Name.ends_with("::create_extension_module"))
        CreateTakesTag = C.Params.size() > 3;
      else if (Name.ends_with("::detail::init_module"))
        InitTakesTag = C.Params.size() > 2;
      else if (Name.ends_with("mod_gil_not_used::mod_gil_not_used") && !Copies)
        Say(M.Gil, flagOf(F, E), E);
      else if (Name.ends_with("::mod_gil_used"))
        Say(M.Gil, 0, E);
      else if (Name.ends_with("multiple_interpreters::not_supported"))
        Say(M.Interpreters, 0, E);
      else if (Name.ends_with("multiple_interpreters::shared_gil"))
        Say(M.Interpreters, 1, E);
      else if (Name.ends_with("multiple_interpreters::per_interpreter_gil"))
        Say(M.Interpreters, 2, E);
      else if (Name.ends_with("multiple_interpreters::multiple_interpreters") && !Copies)
        Say(M.Interpreters, std::nullopt, E);
    }
  M.CanSayGil = Slots || CreateTakesTag || InitTakesTag;
  M.CanSayInterpreters = Slots;
}

void ModuleReader::readBinding(ExtensionModule &M) const {
  const ir::Unit &U = *M.Unit;
  M.Where = P.fn(M.Init).Where;
  bindingTags(M);
  // What else the macro wrote: the exec function, and the head of the body that follows it.
  auto SameMacro = [&](const ir::Loc &L) {
    return L.File == M.Where.File && L.Line == M.Where.Line && L.Col == M.Where.Col;
  };
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (&P.unit(F) == &U && SameMacro(P.fn(F).Where))
      M.Exec.push_back(F);
  const ir::UnitFacts &Facts = U.Facts;
  if (M.Form == ModuleForm::Nanobind) {
    // The library itself says that it supports no sub-interpreters; NB_FREE_THREADED, which CMake's FREE_THREADED sets
    // for free-threaded builds, decides about the GIL.
    M.CanSayInterpreters = false;
    M.Interpreters.State = Declaration::Declared;
    M.Interpreters.Unit = &U;
    M.Interpreters.Where = M.Where;
    M.Gil.State = Facts.NanobindFreeThreaded ? Declaration::Declared : Declaration::Absent;
    M.Gil.Value = Facts.NanobindFreeThreaded;
    M.Gil.Unit = &U;
    M.Gil.Where = M.Where;
    if (!Facts.GilDisabled)
      M.Gil.State = Declaration::NoHeaders;
    return;
  }
  if (M.Interpreters.State == Declaration::Absent && Facts.PyVersionHex < 0x030C0000)
    M.Interpreters.State = Declaration::NoHeaders;
  if (M.Gil.State == Declaration::Absent && Facts.PyVersionHex < 0x030D0000)
    M.Gil.State = Declaration::NoHeaders;
}

} // namespace gilray::link
