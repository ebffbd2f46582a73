// Inner loops of NumPy's universal functions. NumPy runs them detached, unless the registration says that they work on
// objects: a type of NPY_OBJECT for PyUFunc_FromFuncAndData, NPY_METH_REQUIRES_PYAPI for array methods.
#include "link/Program.h"
#include <optional>

namespace gilray::link {

using api::EntryState;

static constexpr int64_t NpyObject = 17, RequiresPyApi = 1;

/// The global array that &@array[0], &@array or @array names.
static const ir::Global *arrayIn(const Program &P, const ir::Function &F, ir::ValueId V) {
  while (V) {
    const ir::Value &X = F.Values[V];
    if (X.Kind == ir::ValueKind::Global)
      return P.global(X.Str);
    if (X.Kind != ir::ValueKind::AddrOf && X.Kind != ir::ValueKind::Cast && X.Kind != ir::ValueKind::Index)
      return nullptr;
    V = X.A;
  }
  return nullptr;
}

static const ir::Init *field(const ir::Init &Of, StringRef Name) {
  for (const ir::Init &E : Of.Elems)
    if (E.Field == Name)
      return &E;
  return nullptr;
}

void Program::loopRoot(const ir::Unit &U, const ir::Init &I, EventRef At) {
  if (I.Kind != ir::InitKind::Function)
    return;
  if (FnId F = resolve(U, I.Func); F != NoFn)
    addRoot({F, RootKind::Loop, EntryState::Detached, "ufunc-loop", "", At, &U, I.Where});
}

/// PyUFunc_FromFuncAndData(loops, data, types, ntypes, nin, nout, ...): loop i works on types[i * (nin + nout) ...].
void Program::ufuncLoops(FnId In, EventRef At, const ir::Event &E) {
  const ir::Function &F = fn(In);
  const ir::Unit &U = unit(In);
  if (!E.Callee || E.Args.size() < 6)
    return;
  const api::Entry *Api = api(In, E.Callee);
  if (!Api || !Api->UfuncLoops)
    return;
  const ir::Global *Loops = arrayIn(*this, F, E.Args[0]), *Types = arrayIn(*this, F, E.Args[2]);
  const ir::Value &NIn = F.Values[E.Args[4]], &NOut = F.Values[E.Args[5]];
  if (!Loops || !Types || NIn.Kind != ir::ValueKind::Int || NOut.Kind != ir::ValueKind::Int || NIn.Int < 0 ||
      NOut.Int < 0)
    return;
  size_t Width = size_t(NIn.Int) + size_t(NOut.Int);
  const std::vector<ir::Init> &Codes = Types->Value.Elems, &Fns = Loops->Value.Elems;
  for (size_t I = 0; Width && I < Fns.size() && (I + 1) * Width <= Codes.size(); ++I) {
    bool Plain = true; // what is filled in at run time is unknown, and no root
    for (size_t T = I * Width; T < (I + 1) * Width; ++T)
      Plain &= Codes[T].Kind == ir::InitKind::Int && Codes[T].Int != NpyObject;
    if (Plain)
      loopRoot(U, Fns[I], At);
  }
}

/// static PyArrayMethod_Spec spec = {.flags = ..., .slots = slots}: the flags decide how the slots' loops run.
void Program::arrayMethodLoops(const ir::Unit &U, const ir::Global &Spec) {
  if (!Spec.Type || U.Types[Spec.Type].Record != "PyArrayMethod_Spec")
    return;
  const ir::Init *Flags = field(Spec.Value, "flags"), *Slots = field(Spec.Value, "slots");
  if (!Flags || Flags->Kind != ir::InitKind::Int || (Flags->Int & RequiresPyApi) || !Slots ||
      Slots->Kind != ir::InitKind::Address)
    return;
  const ir::Global *Array = global(Slots->Str);
  if (!Array)
    return;
  for (const ir::Init &Slot : Array->Value.Elems) {
    const ir::Init *Id = field(Slot, "slot"), *Fn = field(Slot, "pfunc");
    const api::RootEntry *R = Id && Fn ? TheModel.root("PyType_Slot", Id->Spelling) : nullptr;
    if (R && R->State == EntryState::Detached)
      loopRoot(U, *Fn, {});
  }
}

/// The variable that a path lies in, through fields and elements only.
static std::optional<ir::VarId> localOf(const ir::Function &F, ir::ValueId V) {
  while (F.Values[V].Kind == ir::ValueKind::Field || F.Values[V].Kind == ir::ValueKind::Index ||
         F.Values[V].Kind == ir::ValueKind::AddrOf || F.Values[V].Kind == ir::ValueKind::Cast)
    V = F.Values[V].A;
  return F.Values[V].Kind == ir::ValueKind::Var ? std::optional(F.Values[V].Ref) : std::nullopt;
}

/// The same with both in local variables, as NumPy itself has it:
///
///     PyType_Slot slots[] = {{NPY_METH_strided_loop, &add_loop}, {0, NULL}};
///     PyArrayMethod_Spec spec = {.flags = NPY_METH_NO_FLOATINGPOINT_ERRORS, .slots = slots, ...};
///
/// Flags that are no constant, or that two places set, are unknown, and so are the loops.
void Program::localArrayMethods(FnId In) {
  const ir::Function &F = fn(In);
  struct Spec {
    std::optional<int64_t> Flags;
    bool Changed = false;
    std::optional<ir::VarId> Slots;
    EventRef At;
  };
  struct Loop {
    ir::VarId Slots;
    ir::ValueId Fn;
    EventRef At;
  };
  std::map<ir::VarId, Spec> Specs;
  std::vector<Loop> Loops;
  llvm::DenseMap<ir::ValueId, StringRef> SlotOf; ///< element -> slot name
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      const ir::Value &D = F.Values[E.Dst];
      if ((E.Kind != ir::EventKind::Assign && E.Kind != ir::EventKind::Write) || D.Kind != ir::ValueKind::Field)
        continue;
      std::optional<ir::VarId> Var = localOf(F, E.Dst);
      if (!Var)
        continue;
      const ir::Value &X = F.Values[E.Src];
      if (D.Rec == "PyArrayMethod_Spec" && (D.Str == "flags" || D.Str == "slots")) {
        Spec &S = Specs[*Var];
        S.At = {In, B, I};
        if (D.Str == "slots") {
          S.Slots = localOf(F, E.Src);
        } else {
          bool Known = X.Kind == ir::ValueKind::Int && !E.Compound;
          S.Changed |= S.Flags.has_value() || !Known;
          S.Flags = Known ? X.Int : 0;
        }
      } else if (D.Rec == "PyType_Slot") {
        if (const api::RootEntry *R = TheModel.root("PyType_Slot", X.Str); R && !X.Str.empty())
          SlotOf[D.A] = R->State == EntryState::Detached ? X.Str : StringRef();
        else if (auto It = SlotOf.find(D.A); It != SlotOf.end() && !It->second.empty())
          Loops.push_back({*Var, E.Src, {In, B, I}});
      }
    }
  for (const auto &[Var, S] : Specs)
    for (const Loop &L : Loops)
      if (S.Flags && !S.Changed && !(*S.Flags & RequiresPyApi) && S.Slots == L.Slots)
        for (FnId G : functionsIn(In, L.Fn))
          addRoot({G, RootKind::Loop, EntryState::Detached, "ufunc-loop", "", L.At, &unit(In), where(L.At)});
}

} // namespace gilray::link
