#include "flow/Engine.h"
#include "flow/Solver.h"
#include "llvm/Support/PrettyStackTrace.h"

namespace gilray::flow {

StringRef whyNotJudged(ir::BodyState B) {
  switch (B) {
  case ir::BodyState::Complete:
    return "";
  case ir::BodyState::HasErrors:
    return "the function does not compile";
  case ir::BodyState::Skipped:
    return "the function's body was not parsed";
  case ir::BodyState::TooLarge:
    return "the function has too many blocks";
  case ir::BodyState::Coroutine:
    return "the function is a coroutine: where and on which thread it goes on is decided elsewhere";
  }
  return "";
}

Engine::Engine(const link::Program &P, Budget B, Watch *W) : P(P), Limits(B), Infos(P), Watched(W ? *W : Unwatched) {}

bool Engine::matters(FnId F, Thread Entry) const {
  const FunctionInfo &I = Infos[F];
  if (I.Transitions || I.SetsOwner || I.Jumps)
    return true;
  switch (Entry) {
  case Thread::Attached:
  case Thread::Unknown:
  case Thread::BeforeInit:
  case Thread::Caller:
    return false;
  case Thread::Detached:
  case Thread::NoState:
    return I.Needs || I.Writes;
  case Thread::Finalised:
    return I.Needs;
  case Thread::AsyncSignal:
    return true;
  }
  return true;
}

NodeId Engine::intern(FnId F, Thread Entry, const Valuation &Context, bool Locked, bool Own, const Valuation &Core) {
  auto &Same = Index[{F, Entry, Locked, Own}];
  auto Make = [&](const Valuation &V, size_t Room, bool Vague = false) -> NodeId {
    for (NodeId N : Same)
      if (Nodes[N]->Context == V && Nodes[N]->Vague == Vague)
        return N;
    if (Same.size() >= Room)
      return NoNode;
    Nodes.push_back(std::make_unique<NodeData>());
    NodeData &D = *Nodes.back();
    D.Fn = F;
    D.Entry = Entry;
    D.Context = V;
    D.Locked = Locked;
    D.Own = Own;
    D.Vague = Vague;
    Same.push_back(Nodes.size() - 1);
    return Nodes.size() - 1;
  };
  // Too many contexts: first without what only decides about API use, then without any facts, which covers them all.
  NodeId N = Make(Context, Limits.Contexts);
  if (N == NoNode)
    N = Make(Core, 2 * Limits.Contexts);
  return N == NoNode ? Make({}, ~size_t(0), !(Context == Valuation{})) : N;
}

NodeId Engine::enter(FnId F, Thread Entry, const Valuation &Context, bool Locked, bool Own, const Valuation *Core) {
  NodeId N = intern(F, Entry, Context, Locked, Own, Core ? *Core : Context);
  NodeData &D = *Nodes[N];
  if (D.Status == NodeData::Running) {
    // Recursion: the caller works with the summary so far; whoever lies between must be solved again.
    D.Recursive = true;
    for (NodeId S : Stack)
      if (Nodes[S]->Depth >= D.Depth)
        Nodes[S]->LowLink = std::min(Nodes[S]->LowLink, D.Depth);
    return N;
  }
  if (D.Status == NodeData::New)
    solve(N);
  else if (D.Status == NodeData::Provisional)
    for (NodeId S : Stack)
      if (Nodes[S]->Depth >= D.LowLink)
        Nodes[S]->LowLink = std::min(Nodes[S]->LowLink, D.LowLink);
  return N;
}

static bool sameExits(const std::vector<Exit> &A, const std::vector<Exit> &B) {
  return std::equal(A.begin(), A.end(), B.begin(), B.end(), [](const Exit &X, const Exit &Y) {
    return X.K == Y.K && X.Ret == Y.Ret && X.Visible == Y.Visible && X.Exceptional == Y.Exceptional &&
           X.Broken == Y.Broken && X.Jumps == Y.Jumps && X.Buffer == Y.Buffer;
  });
}

/// Solves a node; a recursive one until its exits are stable. Nodes that used an unfinished summary are only
/// provisional and are solved again in the next round of the one they waited for.
void Engine::solve(NodeId N) {
  NodeData &D = *Nodes[N];
  if (Stack.size() >= Limits.CallDepth) {
    D.Status = NodeData::Done;
    D.Incomplete = "call chain deeper than " + std::to_string(Limits.CallDepth);
    return;
  }
  Watch::Step Watching(Watched, D.Fn);
  if (!Watching) {
    D.Status = NodeData::Done;
    D.Incomplete = Watch::Reason;
    return;
  }
  llvm::PrettyStackTraceFormat Trace("solving thread states of %s", P.fn(D.Fn).Name.str().c_str());
  D.Status = NodeData::Running;
  D.Depth = D.LowLink = Stack.size();
  Stack.push_back(N);
  size_t FirstProvisional = Provisional.size();
  for (unsigned Round = 0;; ++Round) {
    D.Recursive = false;
    std::vector<Exit> Before = D.Exits;
    Solver(*this, N).run();
    if (!D.Recursive || sameExits(Before, D.Exits))
      break;
    if (Round + 1 == Limits.Rounds) {
      D.Incomplete = "recursion did not settle in " + std::to_string(Limits.Rounds) + " rounds";
      break;
    }
    for (size_t I = FirstProvisional; I < Provisional.size(); ++I)
      Nodes[Provisional[I]]->Status = NodeData::New;
    Provisional.resize(FirstProvisional);
  }
  Stack.pop_back();
  if (D.LowLink < D.Depth) {
    D.Status = NodeData::Provisional;
    Provisional.push_back(N);
    return;
  }
  D.Status = NodeData::Done;
  for (size_t I = FirstProvisional; I < Provisional.size(); ++I)
    Nodes[Provisional[I]]->Status = NodeData::Done;
  Provisional.resize(FirstProvisional);
}

} // namespace gilray::flow
