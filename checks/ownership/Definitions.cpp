#include "ownership/Definitions.h"

namespace gilray::ownership {

using ir::EventKind;
using ir::ValueKind;

Definitions::Definitions(const link::Program &P, FnId Id) : F(P.fn(Id)), OfBlock(F.Blocks.size()), Kept(F.Vars.size()) {
  uint32_t Temps = 0;
  for (const ir::Value &V : F.Values)
    if (V.Kind == ValueKind::Temp)
      Temps = std::max(Temps, V.Ref + 1);
  OfSlot.resize(F.Vars.size() + Temps);
  for (uint32_t V = 0; V < F.NumParams; ++V) {
    OfSlot[V].push_back(All.size());
    All.push_back({{Definition::Entry, {}, 0, V}, V, true});
  }
  collect(P, Id);
  flow();
}

uint32_t Definitions::slot(ValueId V) const {
  const ir::Value &X = F.Values[V];
  if (X.Kind == ValueKind::Var)
    return X.Ref;
  return X.Kind == ValueKind::Temp ? uint32_t(F.Vars.size()) + X.Ref : None;
}

bool Definitions::unclear(ValueId V) const { return F.Values[V].Kind == ValueKind::Var && Kept[F.Values[V].Ref]; }

void Definitions::define(ValueId V, Definition D, bool Sure) {
  uint32_t S = slot(V);
  if (S == None)
    return;
  OfSlot[S].push_back(All.size());
  OfBlock[D.At.Block].push_back(All.size());
  All.push_back({D, S, Sure});
}

/// The address of a variable is stored: it may change behind our back from then on (and before, in a loop).
void Definitions::keeps(ValueId V) {
  while (F.Values[V].Kind == ValueKind::Cast)
    V = F.Values[V].A;
  if (F.Values[V].Kind != ValueKind::AddrOf)
    return;
  ValueId Path = F.Values[V].A;
  while (F.Values[Path].Kind == ValueKind::Field || F.Values[Path].Kind == ValueKind::Index)
    Path = F.Values[Path].A;
  if (F.Values[Path].Kind == ValueKind::Var)
    Kept[F.Values[Path].Ref] = true;
}

void Definitions::outs(const link::Program &P, FnId Id, const ir::Event &E, EventRef At) {
  const api::Entry *Api = P.api(Id, E.Callee);
  for (unsigned N = 0; N < E.Args.size(); ++N) {
    ValueId A = E.Args[N];
    // What lends through one argument fills the others whose addresses it gets, too: PyDict_Next(d, &pos, &key, &value)
    bool Announced = Api && Api->OutArg >= 0 && (int(N) >= Api->OutArg || Api->LentBy != api::Lender::Unknown);
    if (E.Kind == EventKind::Macro && Announced && int(N) == Api->OutArg) // Py_CLEAR(x) names the variable itself
      define(A, {Definition::Out, At, 0, N});
    while (F.Values[A].Kind == ValueKind::Cast)
      A = F.Values[A].A;
    if (F.Values[A].Kind == ValueKind::AddrOf)
      define(F.Values[A].A, {Definition::Out, At, 0, N}, Announced);
  }
}

void Definitions::collect(const link::Program &P, FnId Id) {
  for (const auto &Captured : F.Captures)
    for (const ir::Capture &C : Captured)
      if (C.ByReference && F.Values[C.From].Kind == ValueKind::Var)
        Kept[F.Values[C.From].Ref] = true;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      EventRef At{Id, B, I};
      switch (E.Kind) {
      case EventKind::Assign:
        keeps(E.Src);
        define(E.Dst, {Definition::Assigned, At, E.Compound ? 0 : E.Src});
        break;
      case EventKind::Write:
        keeps(E.Src);
        break;
      case EventKind::Call:
      case EventKind::Macro:
      case EventKind::Construct:
        outs(P, Id, E, At);
        if (E.Result)
          define(E.Result, {Definition::Result, At});
        break;
      case EventKind::Fork:
        for (ValueId A : E.Args)
          keeps(A);
        break;
      default:
        break;
      }
    }
}

void Definitions::apply(ir::BlockId B, uint32_t End, llvm::SmallBitVector &Live) const {
  for (uint32_t N : OfBlock[B]) {
    if (All[N].What.At.Index >= End)
      return;
    if (All[N].Sure)
      for (uint32_t Old : OfSlot[All[N].Slot])
        Live.reset(Old);
    Live.set(N);
  }
}

void Definitions::flow() {
  In.assign(F.Blocks.size(), llvm::SmallBitVector(All.size()));
  if (F.Blocks.empty())
    return;
  for (uint32_t V = 0; V < F.NumParams; ++V)
    In[0].set(V);
  llvm::SmallVector<ir::BlockId, 8> Work;
  std::vector<bool> Queued(F.Blocks.size()), Seen(F.Blocks.size());
  auto Push = [&](ir::BlockId B) {
    if (!Queued[B]) {
      Queued[B] = true;
      Work.push_back(B);
    }
  };
  Push(0);
  while (!Work.empty()) {
    ir::BlockId B = Work.back();
    Work.pop_back();
    Queued[B] = false;
    Seen[B] = true;
    llvm::SmallBitVector Out = In[B];
    apply(B, ~0u, Out);
    auto To = [&](ir::BlockId S) {
      if (S == ir::NoBlock || (Seen[S] && !Out.test(In[S])))
        return;
      In[S] |= Out;
      Push(S);
    };
    for (ir::BlockId S : F.Blocks[B].Term.Succs)
      To(S);
    for (const ir::Event &E : F.Blocks[B].Events)
      To(E.Unwind);
  }
}

llvm::SmallVector<Definition, 2> Definitions::reaching(ValueId V, EventRef At) const {
  llvm::SmallVector<Definition, 2> Out;
  uint32_t S = slot(V);
  if (S == None)
    return Out;
  // The last sure one before the event in its block hides all that come from elsewhere.
  bool Hidden = false;
  for (uint32_t N : llvm::reverse(OfBlock[At.Block])) {
    if (All[N].Slot != S || All[N].What.At.Index >= At.Index)
      continue;
    Out.push_back(All[N].What);
    if ((Hidden = All[N].Sure))
      break;
  }
  if (!Hidden)
    for (uint32_t N : OfSlot[S])
      if (In[At.Block].test(N) && llvm::none_of(Out, [&](const Definition &D) {
            return D.At == All[N].What.At && D.How == All[N].What.How && D.Arg == All[N].What.Arg;
          }))
        Out.push_back(All[N].What);
  return Out;
}

} // namespace gilray::ownership
