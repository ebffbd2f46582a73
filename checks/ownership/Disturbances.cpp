#include "ownership/Disturbances.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::ownership {

using api::Degree;
using api::Effect;
using ir::EventKind;
using ir::ValueKind;

Disturbances::Disturbances(const Ownership &O)
    : O(O), P(O.program()), Infos(O.results().engine().infos()), Functions(P.functions().size()) {}

static bool detaches(Effect E) { return E == Effect::Detach || E == Effect::DetachArg || E == Effect::DeleteCurrent; }

/// What the event does itself, without bodies in the program.
Disturbance Disturbances::direct(EventRef At, const ir::Event &E) const {
  Disturbance D;
  D.At = At;
  if (E.Kind == EventKind::Construct || E.Kind == EventKind::Destroy)
    for (const flow::Action &A : Infos[At.Fn].Actions[At.Block][At.Index])
      if (A.Type && detaches(E.Kind == EventKind::Construct ? A.Type->Constructs : A.Type->Destroys)) {
        D.Sure = Degree::Certain;
        D.Detaches = true;
      }
  const api::Entry *A = Infos[At.Fn].Targets[At.Block][At.Index].Api;
  if (!A)
    return D;
  if (detaches(A->Does)) {
    D.Sure = Degree::Certain;
    D.Detaches = true;
  } else if (A->Does == Effect::None) {
    D.Sure = std::max(A->MayDetach, A->RunsPython);
  }
  // Calling a type or an exception of C: what runs is C code.
  if (D.Sure == Degree::Certain && !D.Detaches && !E.Args.empty()) {
    Provenances Called = O.of(At, E.Args[0]);
    if (!Called.empty() && llvm::all_of(Called, [](const Provenance &X) { return X.From == Origin::Constant; }) &&
        P.fn(At.Fn).Values[E.Args[0]].Kind != ValueKind::String)
      D.Sure = Degree::Rare;
  }
  return D;
}

Disturbance Disturbances::at(EventRef At) const {
  const ir::Event &E = P.event(At);
  switch (E.Kind) {
  case EventKind::Call:
  case EventKind::Macro:
  case EventKind::Construct:
  case EventKind::Destroy:
    break;
  default:
    return {};
  }
  Disturbance D = direct(At, E);
  for (FnId G : Infos[At.Fn].Targets[At.Block][At.Index].Fns)
    if (Disturbance Below = in(G); Below.Sure > D.Sure)
      D = {Below.Sure, Below.Detaches, At};
  for (const flow::Action &A : Infos[At.Fn].Actions[At.Block][At.Index])
    if (A.Fn != link::NoFn)
      if (Disturbance Below = in(A.Fn); Below.Sure > D.Sure)
        D = {Below.Sure, Below.Detaches, At};
  return D;
}

/// return NULL; return -1; return raise_error(..), which returns nothing else.
bool Disturbances::isFailure(FnId Id, const ir::Terminator &T, unsigned Depth) const {
  const ir::Function &F = P.fn(Id);
  ir::ValueId V = T.Value;
  while (F.Values[V].Kind == ValueKind::Cast)
    V = F.Values[V].A;
  if (F.Values[V].Kind != ValueKind::Temp || Depth > 2)
    return F.Values[V].Kind == ValueKind::Null || (F.Values[V].Kind == ValueKind::Int && F.Values[V].Int < 0);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I)
      if (F.Blocks[B].Events[I].Result == V) {
        const link::Target &Called = Infos[Id].Targets[B][I];
        if (Called.Api)
          return Called.Api->Result == api::Returns::Null;
        return !Called.Fns.empty() && llvm::all_of(Called.Fns, [&](FnId G) {
          return llvm::all_of(P.fn(G).Blocks, [&](const ir::Block &X) {
            return X.Term.Kind != ir::TermKind::Return || isFailure(G, X.Term, Depth + 1);
          });
        });
      }
  return false;
}

/// Blocks on some way to a return that is no failure.
llvm::BitVector Disturbances::succeeding(FnId Id) const {
  const ir::Function &F = P.fn(Id);
  std::vector<llvm::SmallVector<ir::BlockId, 2>> Preds(F.Blocks.size());
  std::vector<ir::BlockId> Work;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    for (ir::BlockId S : F.Blocks[B].Term.Succs)
      if (S != ir::NoBlock)
        Preds[S].push_back(B);
    if (F.Blocks[B].Term.Kind == ir::TermKind::Return && !isFailure(Id, F.Blocks[B].Term))
      Work.push_back(B);
  }
  llvm::BitVector Good(F.Blocks.size());
  if (Work.empty()) // it only ever returns null or -1: nothing can be told apart
    Good.set();
  while (!Work.empty()) {
    ir::BlockId B = Work.back();
    Work.pop_back();
    if (Good.test(B))
      continue;
    Good.set(B);
    llvm::append_range(Work, Preds[B]);
  }
  return Good;
}

const Disturbance &Disturbances::in(FnId F) const {
  OfFunction &Mine = Functions[F];
  if (Mine.Known)
    return Mine.Most;
  Mine.Known = true; // recursion adds nothing to what is found here
  if (P.fn(F).Body != ir::BodyState::Complete)
    return Mine.Most;
  llvm::BitVector Good = succeeding(F);
  Disturbance Most;
  for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
    if (Good.test(B))
      for (uint32_t I = 0; I < P.fn(F).Blocks[B].Events.size() && Most.Sure < Degree::Certain; ++I)
        if (Disturbance D = at({F, B, I}); D.Sure > Most.Sure)
          Most = D;
  Functions[F].Most = Most;
  return Functions[F].Most;
}

std::vector<flow::Step> Disturbances::witness(const Disturbance &D) const {
  std::vector<flow::Step> Out;
  Disturbance Here = D;
  for (unsigned Depth = 0; Here.At.valid() && Depth < 16; ++Depth) {
    const link::Target &T = Infos[Here.At.Fn].Targets[Here.At.Block][Here.At.Index];
    std::string Name = T.Named ? "'" + T.Named->Name.str() + "'" : std::string("a function");
    FnId Next = link::NoFn;
    for (FnId G : T.Fns)
      if (in(G).Sure >= D.Sure)
        Next = G;
    for (const flow::Action &A : Infos[Here.At.Fn].Actions[Here.At.Block][Here.At.Index])
      if (A.Fn != link::NoFn && in(A.Fn).Sure >= D.Sure)
        Next = A.Fn;
    std::string Text = Next != link::NoFn          ? "'" + P.fn(Next).Name.str() + "' is called here"
                       : D.Detaches                ? "the thread detaches here: others may run"
                       : D.Sure == Degree::Certain ? Name + " runs Python code here, and other threads meanwhile"
                                                   : Name + " may run Python code here";
    Out.push_back({&P.unit(Here.At.Fn), P.where(Here.At), std::move(Text)});
    if (Next == link::NoFn)
      break;
    Here = in(Next);
  }
  return Out;
}

} // namespace gilray::ownership
