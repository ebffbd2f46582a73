#include "flow/Results.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallBitVector.h"

namespace gilray::flow {

using api::EntryState;
using link::Root;
using link::RootKind;

static Thread threadOf(EntryState S) {
  switch (S) {
  case EntryState::Attached:
    return Thread::Attached;
  case EntryState::Detached:
    return Thread::Detached;
  case EntryState::NoThreadState:
    return Thread::NoState;
  case EntryState::AsyncSignal:
    return Thread::AsyncSignal;
  case EntryState::Finalised:
    return Thread::Finalised;
  case EntryState::BeforeInit:
    return Thread::BeforeInit;
  case EntryState::Unknown:
    return Thread::Unknown;
  }
  return Thread::Unknown;
}

Results::Results(const link::Program &P, Budget B, Watch *W)
    : P(P), E(P, B, W), Entered(P.functions().size(), 0), NodesOf(P.functions().size()) {
  for (const Root &R : P.roots())
    if (R.State != EntryState::Unknown)
      enterRoot(R, threadOf(R.State));

  std::vector<unsigned> Callers(P.functions().size(), 0);
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : E.infos()[F].Callees)
      Callers[G] += G != F;
  auto IsCallback = [&](FnId F) {
    return llvm::any_of(P.registrations(), [&](const link::Registration &R) { return R.Fn == F; });
  };
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (!touched(F) && !Callers[F] && !IsCallback(F))
      assume(F);
  callbacks();
  believedCallbacks();
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (!touched(F) && (!Callers[F] || IsCallback(F)))
      assume(F);
  // A second look: functions reached through callbacks may contain the detached calls that make other callbacks
  // possible.
  callbacks();
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (!touched(F)) // only callers that are themselves never entered: a dead cycle
      assume(F);

  for (NodeId N : Order)
    if (Watch::Step S(E.watch(), E.node(N).Fn); S)
      report(N);
  gather();
}

/// Marks a node and what it calls as reached; the first arrival is the one that witnesses are built from.
void Results::reach(NodeId First, Arrival A) {
  if (Reached.count(First))
    return;
  std::deque<std::pair<NodeId, Arrival>> Work{{First, A}};
  while (!Work.empty()) {
    auto [N, From] = Work.front();
    Work.pop_front();
    if (!Reached.try_emplace(N, From).second)
      continue;
    Order.push_back(N);
    const NodeData &D = E.node(N);
    NodesOf[D.Fn].push_back(N);
    Entered[D.Fn] |= 1u << unsigned(D.Entry);
    for (unsigned I = 0; I < D.Calls.size(); ++I) {
      Incoming[D.Calls[I].To].push_back({N, I});
      Work.push_back({D.Calls[I].To, {N, I, nullptr, nullptr, {}}});
    }
    for (FnId G : D.PlainCalls)
      enterPlain(G);
  }
}

/// Called in a state in which it shows nothing, so no node exists: its callees are entered the same way.
void Results::enterPlain(FnId First) {
  std::vector<FnId> Work{First};
  while (!Work.empty()) {
    FnId F = Work.back();
    Work.pop_back();
    if (Entered[F] & 1)
      continue;
    Entered[F] |= 1;
    for (FnId G : E.infos()[F].Callees)
      Work.push_back(G);
  }
}

void Results::enterRoot(const Root &R, Thread T, const link::Registration *Reg, EventRef Foreign) {
  if (!E.matters(R.Fn, T))
    return enterPlain(R.Fn);
  reach(E.enter(R.Fn, T), {NoNode, 0, &R, Reg, Foreign});
}

/// Is the first change of thread state in this node, or a few calls below it, impossible? Then nobody enters it like
/// that. Every node is looked at once: functions that call each other have many ways through them.
bool Results::impossible(NodeId N, Thread Entry) const {
  constexpr unsigned Deepest = 8;
  auto Wrong = Entry == Thread::Attached ? Observed::AttachWhileAttached : Observed::DetachWhileDetached;
  std::vector<NodeId> Level{N};
  std::set<NodeId> Met{N};
  for (unsigned Depth = 0; Depth <= Deepest && !Level.empty(); ++Depth) {
    std::vector<NodeId> Next;
    for (NodeId Here : Level) {
      const NodeData &D = E.node(Here);
      if (llvm::any_of(D.Seen, [&](const Observation &O) { return !O.Origin.valid() && O.Kind == Wrong; }))
        return true;
      for (const CallEdge &C : D.Calls)
        if (!C.Origin.valid() && C.Now == Entry && Met.insert(C.To).second)
          Next.push_back(C.To);
    }
    Level = std::move(Next);
  }
  return false;
}

/// Nobody is seen to call F: attached, as CPython's documentation prescribes, unless its own code makes that
/// impossible.
void Results::assume(FnId F) {
  Made.push_back({F, RootKind::Assumed, EntryState::Attached, "", "", {}, &P.unit(F), P.fn(F).Where});
  Root &R = Made.back();
  if (!E.matters(F, Thread::Attached))
    return enterPlain(F);
  NodeId Attached = E.enter(F, Thread::Attached);
  if (!impossible(Attached, Thread::Attached)) {
    reach(Attached, {NoNode, 0, &R, nullptr, {}});
    return;
  }
  NodeId Detached = E.enter(F, Thread::Detached);
  if (impossible(Detached, Thread::Detached)) {
    Assumptions[F] = "neither entered attached nor entered detached does this function make sense";
    Entered[F] |= 1;
    return;
  }
  R.State = EntryState::Detached;
  reach(Detached, {NoNode, 0, &R, nullptr, {}});
}

bool Results::onlyEntered(FnId F, Thread T) const {
  uint8_t Same =
      mayNotCallApi(T) ? (1u << unsigned(Thread::Detached) | 1u << unsigned(Thread::NoState)) : 1u << unsigned(T);
  return (Entered[F] & ~Same) == 0;
}

Note Results::note(const Step &S, unsigned Thread) const {
  std::string Whose = Thread ? "thread " + std::to_string(Thread) + ": " : "";
  return step(Whose + S.Text, place(*S.Unit, S.Where), S.After, Thread);
}

Step Results::entering(FnId F, EventRef At) const {
  return {&P.unit(At.Fn), P.where(At), "'" + functionName(F) + "' is called here", ThreadState::Unknown, F};
}

Step Results::changing(EventRef At, Thread Now) const {
  if (mayNotCallApi(Now))
    return {&P.unit(At.Fn), P.where(At), "the thread state is released (GIL given up) here", ThreadState::Detached};
  return {&P.unit(At.Fn), P.where(At), "the thread state is attached (GIL taken) here", ThreadState::Attached};
}

Step Results::ensuring(EventRef At) const {
  return {&P.unit(At.Fn), P.where(At), "the thread is attached with PyGILState_Ensure here", ThreadState::Attached};
}

/// The way a node was first reached, from its entry point or the change of state down to it.
Results::Arrival Results::origin(NodeId N, std::vector<Step> &Steps) const {
  std::vector<Step> Up;
  Arrival A = Reached.at(N);
  while (A.Parent != NoNode) {
    const NodeData &D = E.node(A.Parent);
    const CallEdge &C = D.Calls[A.Edge];
    Up.push_back(entering(E.node(C.To).Fn, C.At));
    Up.insert(Up.end(), C.Path.rbegin(), C.Path.rend());
    if (C.Origin.valid()) {
      Up.push_back(changing(C.Origin, C.Now));
      Steps.insert(Steps.end(), Up.rbegin(), Up.rend());
      return {};
    }
    A = Reached.at(A.Parent);
  }
  Steps.insert(Steps.end(), Up.rbegin(), Up.rend());
  return A;
}

void Results::add(Report R) {
  if (R.At == R.What.At)
    R.Raised = R.What.Raised;
  auto [It, New] = Placed.try_emplace({R.What.Kind, R.Raised.valid() ? R.Raised : R.At}, Reports.size());
  if (New) {
    Reports.push_back(std::move(R));
    return;
  }
  Report &Old = Reports[It->second];
  if (Old.What.At == R.What.At)
    return; // the same place, reached in another way
  Step Also{&P.unit(R.What.At.Fn), P.where(R.What.At), R.What.Subject};
  if (Old.Also.size() < 5 &&
      llvm::none_of(Old.Also, [&](const Step &S) { return S.Unit == Also.Unit && S.Where == Also.Where; }))
    Old.Also.push_back(std::move(Also));
}

/// Puts one observation, whose state comes from the node's entry, at the function or at the call that crosses into it.
void Results::place(NodeId N, const Observation &O, std::vector<Step> Below, EventRef At, unsigned Depth,
                    std::vector<NodeId> &Seen) {
  const NodeData &D = E.node(N);
  const Arrival &Here = Reached.at(N);
  auto In = Incoming.find(N);
  bool Top = In == Incoming.end() || Here.Parent == NoNode;
  // What the compiler wrote (the destructor of a member) is mended where the whole object dies.
  bool Written = At.Index == EventRef::Terminator || !P.event(At).Implicit;
  if (Top || (Written && onlyEntered(D.Fn, D.Entry)) || Depth > 16) {
    Report R;
    R.What = O;
    R.At = At;
    for (NodeId Up = N; Reached.at(Up).Parent != NoNode; Up = Reached.at(Up).Parent) {
      const CallEdge &C = E.node(Reached.at(Up).Parent).Calls[Reached.at(Up).Edge];
      R.InParallel |= P.event(C.At).Kind == ir::EventKind::Fork;
      if (C.Origin.valid())
        break;
    }
    Arrival From = origin(N, R.Path);
    R.Via = From.Root;
    R.Registered = From.Registered;
    R.Foreign = From.Foreign;
    R.Path.insert(R.Path.end(), Below.begin(), Below.end());
    add(std::move(R));
    return;
  }
  if (llvm::is_contained(Seen, N))
    return;
  Seen.push_back(N);
  for (auto [Caller, Index] : In->second) {
    const CallEdge &C = E.node(Caller).Calls[Index];
    std::vector<Step> Steps = C.Path;
    Steps.push_back(entering(D.Fn, C.At));
    Steps.insert(Steps.end(), Below.begin(), Below.end());
    if (C.Secondary && mayNotCallApi(C.Now))
      continue; // the caller is at fault before this call already
    if (!C.Origin.valid()) {
      place(Caller, O, std::move(Steps), C.At, Depth + 1, Seen);
      continue;
    }
    Report R;
    R.What = O;
    R.At = C.At;
    R.Raised = C.Raised;
    R.InParallel = P.event(C.At).Kind == ir::EventKind::Fork;
    R.Path.push_back(changing(C.Origin, C.Now));
    R.Path.insert(R.Path.end(), Steps.begin(), Steps.end());
    add(std::move(R));
  }
}

/// One API use that many calls reach from released regions is one thing to mend: at the use, with the calls as notes.
void Results::gather() {
  constexpr size_t Many = 3;
  std::map<std::tuple<Observed, EventRef>, llvm::SmallVector<size_t, 4>> BySite;
  for (size_t I = 0; I < Reports.size(); ++I)
    if (Reports[I].At != Reports[I].What.At)
      BySite[{Reports[I].What.Kind, Reports[I].What.At}].push_back(I);
  std::vector<bool> Gone(Reports.size());
  for (const auto &[Site, Calls] : BySite) {
    if (Calls.size() <= Many)
      continue;
    Report &First = Reports[Calls.front()];
    First.Also.clear();
    for (size_t I : llvm::drop_begin(Calls)) {
      const Report &R = Reports[I];
      if (First.Also.size() < 5)
        First.Also.push_back({&P.unit(R.At.Fn), P.where(R.At), ""});
      Gone[I] = true;
    }
    First.Crossings = Calls.size();
    First.At = First.What.At;
  }
  size_t Kept = 0;
  for (size_t I = 0; I < Reports.size(); ++I)
    if (!Gone[I]) {
      if (Kept != I)
        Reports[Kept] = std::move(Reports[I]);
      ++Kept;
    }
  Reports.resize(Kept);
}

/// PyThreadState_Swap(mine); if (!v) return -1; ... PyThreadState_Swap(NULL); return n: a library's callback or a
/// thread that gives the thread state up on other paths. Whatever it returns, its caller does not detach for it. A
/// return that is also reached after giving it up is a condition's affair, which decided about attaching before.
static bool othersDetach(const link::Program &P, const NodeData &D, const Exit &X) {
  if (!mayNotCallApi(D.Entry) || X.K.Now != Thread::Attached || !X.K.Stack.empty() || !X.returns())
    return false;
  auto IsHere = [&](EventRef At) {
    return P.where(At) == P.where(X.At) ||
           llvm::any_of(X.Also, [&](const Departure &A) { return P.where(A.At) == P.where(At); });
  };
  bool Elsewhere = false, Here = false;
  auto Look = [&](EventRef Origin, EventRef At) {
    if (Origin.valid())
      (IsHere(At) ? Here : Elsewhere) = true;
  };
  for (const Exit &O : D.Exits) {
    if (!O.returns() || O.Broken || !mayNotCallApi(O.K.Now))
      continue;
    Look(O.Origin, O.At);
    for (const Departure &A : O.Also)
      Look(A.Origin, A.At);
  }
  return Elsewhere && !Here;
}

void Results::report(NodeId N) {
  const NodeData &D = E.node(N);
  const Arrival Here = Reached.at(N);
  for (const Observation &O : D.Seen) {
    if (O.Secondary)
      continue;
    if (O.Kind == Observed::ReleaseUnmatched && (O.StateFact == FactKind::NonNull || O.StateFact == FactKind::Undef) &&
        (Here.Parent != NoNode || !Here.Root ||
         (Here.Root->Kind == RootKind::Assumed && O.StateFact == FactKind::NonNull)))
      continue; // the caller's Ensure, perhaps
    if (O.Origin.valid() || O.Kind == Observed::ExitDetached || O.Kind == Observed::ExitWithEnsure) {
      Report R;
      R.What = O;
      R.At = O.At;
      if (O.Origin.valid())
        R.Path.push_back(O.Kind == Observed::ExitWithEnsure && O.StateFact != FactKind::Restored
                             ? ensuring(O.Origin)
                             : changing(O.Origin, O.StateFact == FactKind::Restored ? Thread::Attached : O.Now));
      R.Path.insert(R.Path.end(), O.Path.begin(), O.Path.end());
      add(std::move(R));
      continue;
    }
    std::vector<NodeId> Seen;
    place(N, O, O.Path, O.At, 0, Seen);
  }
  // Consequences on the same path are told with the first.
  for (const Observation &O : D.Seen)
    if (O.Secondary && O.Weight != api::Weight::Note)
      for (const Observation &First : D.Seen)
        if (!First.Secondary && First.Kind == O.Kind && First.Origin == O.Origin && First.At != O.At) {
          if (auto It = Placed.find({First.Kind, First.At});
              It != Placed.end() && Reports[It->second].Also.size() < 5) {
            Step Also{&P.unit(O.At.Fn), P.where(O.At), O.Subject};
            auto &List = Reports[It->second].Also;
            if (llvm::none_of(List, [&](const Step &S) { return S.Unit == Also.Unit && S.Where == Also.Where; }))
              List.push_back(std::move(Also));
          }
          break;
        }
  // At an entry point the interpreter or the library is the caller: nobody else will bring the state back.
  if (Here.Parent != NoNode || !Here.Root || Here.Root->Kind == RootKind::Assumed || Here.Root->Kind == RootKind::Main)
    return;
  for (const Exit &X : D.Exits) {
    if (X.Broken || (X.Exceptional && X.Guessed))
      continue;
    bool Left = D.Entry == Thread::Attached && mayNotCallApi(X.K.Now) && X.K.Stack.empty();
    bool Leaked = !X.K.Stack.empty() && X.K.Now != Thread::Unknown && !X.Nested && !X.HandsOut;
    // A thread that attached with a state of its own and ends without giving the lock up.
    bool Ends = D.Entry == Thread::NoState && Here.Root->Kind == RootKind::Thread && X.K.Now == Thread::Attached &&
                X.K.Stack.empty() && X.Origin.valid();
    bool Kept = X.Origin.valid() && othersDetach(P, D, X);
    if (!Left && !Leaked && !Ends && !Kept)
      continue;
    auto Tell = [&](EventRef At, EventRef Origin, const std::vector<Step> &Path) {
      Report R;
      R.What.Kind = Left ? Observed::ExitDetached : Observed::ExitWithEnsure;
      R.What.At = R.At = At;
      R.What.Origin = Leaked ? X.K.Stack.back().At : Origin;
      if (Ends || Kept)
        R.What.StateFact = Kept ? FactKind::Restored : FactKind::Saved;
      R.What.Now = X.K.Now;
      R.What.Exceptional = X.Exceptional;
      R.Path.push_back(Leaked && !Left ? ensuring(R.What.Origin)
                                       : changing(R.What.Origin, Left ? Thread::Detached : Thread::Attached));
      R.Path.insert(R.Path.end(), Path.begin(), Path.end());
      add(std::move(R));
    };
    Tell(X.At, X.Origin, X.Path);
    for (const Departure &A : X.Also)
      Tell(A.At, A.Origin, A.Path);
  }
}

Results::ThreadMap Results::threads(FnId F) const {
  // Entered attached without a node: it changes nothing, so every event is reached attached.
  uint8_t All = enteredAttached(F) && !E.matters(F, Thread::Attached) ? 1u << unsigned(Thread::Attached) : 0;
  for (NodeId N : NodesOf[F])
    if (!E.node(N).Incomplete.empty())
      All |= 1u << unsigned(Thread::Unknown);
  ThreadMap Out(P.fn(F));
  Out.fill(All);
  for (NodeId N : NodesOf[F]) {
    const ThreadMap &Seen = E.node(N).Threads;
    for (ir::BlockId B = 0; B < Seen.size(); ++B)
      for (size_t I = 0; I < Seen[B].size(); ++I)
        Out[B][I] |= Seen[B][I];
  }
  return Out;
}

uint8_t Results::threadsAfter(EventRef At, const ThreadMap &Map) const {
  if (At.Index + 1 < Map[At.Block].size())
    return Map[At.Block][At.Index + 1];
  const ir::Function &F = P.fn(At.Fn);
  uint8_t Out = 0;
  llvm::SmallBitVector Seen(F.Blocks.size());
  llvm::SmallVector<ir::BlockId, 8> Work{At.Block}; // empty blocks have no states of their own
  while (!Work.empty()) {
    ir::BlockId Now = Work.back();
    Work.pop_back();
    for (ir::BlockId S : F.Blocks[Now].Term.Succs) {
      if (S == ir::NoBlock || Seen.test(S))
        continue;
      Seen.set(S);
      if (Map[S].empty())
        Work.push_back(S);
      else
        Out |= Map[S].front();
    }
  }
  return Out;
}

std::vector<const Observation *> Results::observations(Observed Kind) const {
  std::vector<const Observation *> Out;
  for (NodeId N : Order)
    for (const Observation &O : E.node(N).Seen)
      if (O.Kind == Kind)
        Out.push_back(&O);
  return Out;
}

std::vector<Incomplete> Results::incomplete() const {
  std::map<FnId, std::string> Why = Assumptions;
  for (FnId F : E.watch().Skip)
    Why[F] = Watch::Reason;
  for (NodeId N : Order)
    if (!E.node(N).Incomplete.empty() || !E.node(N).Partly.empty())
      Why.try_emplace(E.node(N).Fn, E.node(N).Incomplete.empty() ? E.node(N).Partly : E.node(N).Incomplete);
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (P.fn(F).Body != ir::BodyState::Complete)
      Why.try_emplace(F, whyNotJudged(P.fn(F).Body).str());
  std::vector<Incomplete> Out;
  for (const auto &[F, Reason] : Why)
    Out.push_back({place(P.unit(F), P.fn(F).Where), functionName(F), Reason});
  llvm::sort(Out, [](const Incomplete &A, const Incomplete &B) { return before(A, B); });
  return Out;
}

Place Results::place(const ir::Unit &U, const ir::Loc &L) const {
  return {U.Files[L.File].Path.str(), L.Line, L.Col, L.EndLine, L.EndCol};
}

} // namespace gilray::flow
