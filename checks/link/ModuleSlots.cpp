// Slot arrays, old (PyModuleDef_Slot) and new (PySlot, 3.15), as written and as filled in at run time.
#include "link/ModuleReader.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::link {

using ir::Init;
using ir::InitKind;
using ir::ValueKind;

/// 3.15 gave the four slots of modules new numbers; the old ones stay valid.
static int64_t oldNumber(int64_t Number) { return Number >= 84 && Number <= 87 ? Number - 83 : Number; }

/// "Py_mod_gil", also where the slot's name is itself a macro that a macro of the project brought.
static StringRef slotName(const ir::Unit &U, const Init &Id) {
  if (Id.Spelling.starts_with("Py_"))
    return Id.Spelling;
  for (const ir::MacroStep &S : U.MacroChains[Id.Where.Chain])
    if (S.Name.starts_with("Py_mod_") || S.Name.starts_with("Py_slot_"))
      return S.Name;
  return "";
}

static StringRef valueName(const ir::Unit &U, const Init &Value) {
  if (Value.Spelling.starts_with("Py_MOD_"))
    return Value.Spelling;
  for (const ir::MacroStep &S : U.MacroChains[Value.Where.Chain])
    if (S.Name.starts_with("Py_MOD_"))
      return S.Name;
  return "";
}

static bool isIdField(StringRef Field) { return Field == "slot" || Field == "sl_id"; }
static bool isFlagsField(StringRef Field) { return Field == "sl_flags"; }
static bool isReservedField(StringRef Field) { return Field == "sl_reserved"; }

/// Members of the anonymous unions of PySlot may stand one level deeper.
static void flatten(const Init &E, llvm::SmallVectorImpl<const Init *> &Out) {
  for (const Init &I : E.Elems)
    if (I.Kind == InitKind::List && I.Field.empty())
      flatten(I, Out);
    else
      Out.push_back(&I);
}

/// Returns false at the sentinel.
bool ModuleReader::readSlot(ExtensionModule &M, const ir::Unit &U, const Init &Array, const Init &E) const {
  if (E.Kind != InitKind::List) {
    M.SlotsKnown = false;
    return true;
  }
  llvm::SmallVector<const Init *, 6> Fields;
  flatten(E, Fields);
  const Init *Id = nullptr, *Value = nullptr, *Flags = nullptr;
  for (const Init *I : Fields) {
    if (isIdField(I->Field))
      Id = I;
    else if (isFlagsField(I->Field))
      Flags = I;
    else if (!isReservedField(I->Field))
      Value = I;
  }
  if (!Id)
    return !Fields.empty();
  if (Id->Kind != InitKind::Int) {
    M.SlotsKnown = false;
    return true;
  }
  if (Id->Int == slot::End)
    return false;
  ModuleSlot S;
  S.Number = Id->Int;
  S.Id = oldNumber(Id->Int);
  S.Name = slotName(U, *Id);
  S.Entry = &E;
  S.Array = &Array;
  S.Unit = &U;
  S.Where = Id->Where;
  S.Flags = Flags ? Flags->Int : 0;
  S.ValueKind = InitKind::Null; // not written: zero
  S.Value = 0;
  if (Value) {
    S.ValueKind = Value->Kind;
    S.ValueName = valueName(U, *Value);
    S.Text = Value->Str;
    S.Value = Value->Kind == InitKind::Int || Value->Kind == InitKind::Null ? std::optional(Value->Int) : std::nullopt;
    if (Value->Kind == InitKind::Function)
      S.Function = P.resolve(U, Value->Func);
  }
  M.Slots.push_back(S);
  return true;
}

void ModuleReader::readSlotList(ExtensionModule &M, const ir::Unit &U, const ir::Global &Array, unsigned Depth) const {
  if (!Array.Definition || Array.Value.Kind != InitKind::List || Depth > 4) {
    M.SlotsKnown = false;
    return;
  }
  bool Ended = false;
  for (const Init &E : Array.Value.Elems) {
    if (!readSlot(M, U, Array.Value, E)) {
      Ended = true;
      break;
    }
    // { Py_slot_subslots, more }: the slots of another array, as if written here.
    if (M.Slots.empty() || M.Slots.back().Entry != &E)
      continue;
    const ModuleSlot S = M.Slots.back();
    if (S.Id != slot::Subslots && S.Id != slot::ModSlots)
      continue;
    const ir::Global *Inner = S.ValueKind == InitKind::Address ? P.global(S.Text) : nullptr;
    if (!Inner || Inner == &Array)
      M.SlotsKnown = false;
    else
      readSlotList(M, *unitOf(*Inner), *Inner, Depth + 1);
  }
  // An array that is longer than what is written in it ends with zeroes.
  uint64_t Extent = Array.Type ? U.Types[Array.Type].Extent : 0;
  if (!Ended && M.SlotsKnown && Extent <= Array.Value.Elems.size() && (Extent || !Array.Value.SizeWritten))
    M.Terminated = false;
}

void ModuleReader::readSlots(ExtensionModule &M) const {
  M.SlotsKnown = true;
  if (M.SlotArray->Definition && M.SlotArray->Value.Kind != InitKind::List && Writes.count(M.SlotArray->Id))
    M.Terminated = true; // static PyModuleDef_Slot slots[4]; filled in below
  else
    readSlotList(M, *M.SlotUnit, *M.SlotArray, 0);
  applyWrites(M);
  for (EventRef At : Handed.lookup(M.SlotArray->Id)) { // fill(slots): anything may be in it afterwards
    const ir::Unit &U = P.unit(At.Fn);
    const ir::Event &E = P.event(At);
    if (E.Callee && U.Files[U.Callees[E.Callee].Header].Class == ir::HeaderClass::Python)
      continue;
    M.SlotsKnown = false;
  }
}

/// slots[2].slot = Py_mod_gil; slots[2].value = Py_MOD_GIL_NOT_USED; with constant indices. Anything else is not
/// followed.
void ModuleReader::applyWrites(ExtensionModule &M) const {
  auto It = Writes.find(M.SlotArray->Id);
  if (It == Writes.end())
    return;
  std::map<int64_t, ModuleSlot> At; // by index
  for (EventRef Ref : It->second) {
    const ir::Function &F = P.fn(Ref.Fn);
    const ir::Unit &U = P.unit(Ref.Fn);
    const ir::Event &E = P.event(Ref);
    const ir::Value &Dst = F.Values[E.Dst];
    const ir::Value *Elem = Dst.Kind == ValueKind::Field ? &F.Values[Dst.A] : nullptr;
    if (!Elem || Elem->Kind != ValueKind::Index || F.Values[Elem->B].Kind != ValueKind::Int ||
        F.Values[Elem->A].Kind != ValueKind::Global || !M.SlotArray->Value.Elems.empty()) {
      M.SlotsKnown = false;
      continue;
    }
    ModuleSlot &S = At[F.Values[Elem->B].Int];
    S.Unit = &U;
    const ir::Value *Src = &F.Values[E.Src];
    while (Src->Kind == ValueKind::Cast)
      Src = &F.Values[Src->A];
    std::optional<int64_t> Number;
    if (Src->Kind == ValueKind::Int)
      Number = Src->Int;
    else if (Src->Kind == ValueKind::Null)
      Number = 0;
    if (isIdField(Dst.Str)) {
      if (!Number) {
        M.SlotsKnown = false;
        continue;
      }
      S.Number = *Number;
      S.Id = oldNumber(*Number);
      S.Name = Src->Str;
      S.Where = E.Where;
    } else if (!isFlagsField(Dst.Str)) {
      S.Value = Number;
      S.ValueKind = Number ? InitKind::Int : Src->Kind == ValueKind::Function ? InitKind::Function : InitKind::Unknown;
      S.ValueName = Src->Str;
      if (Src->Kind == ValueKind::Function)
        S.Function = P.resolve(U, Src->Ref);
    }
  }
  for (auto &[Index, S] : At)
    if (S.Id != slot::End)
      M.Slots.push_back(S);
}

} // namespace gilray::link
