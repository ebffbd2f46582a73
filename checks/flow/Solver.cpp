#include "flow/Solver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

Solver::Solver(Engine &E, NodeId N)
    : E(E), P(E.program()), Id(N), D(*E.Nodes[N]), F(P.fn(D.Fn)), U(P.unit(D.Fn)), Info(E.infos()[D.Fn]),
      Values(Info.Values) {}

void Solver::incomplete(std::string Why) {
  if (D.Incomplete.empty())
    D.Incomplete = std::move(Why);
}

void Solver::run() {
  D.Incomplete.clear();
  auto Reset = [&] {
    D.Seen.clear();
    D.Calls.clear();
    D.PlainCalls.clear();
    D.PlainDetached.clear();
    D.Foreign.clear();
    D.Threads.clear();
  };
  if (F.Body != ir::BodyState::Complete || F.Blocks.empty()) {
    incomplete(F.Body == ir::BodyState::Complete ? "the function has no body" : whyNotJudged(F.Body).str());
    Reset();
    D.Exits.clear();
    return;
  }
  Sites.assign(Info.JumpSites.size(), {});
  D.Partly.clear();
  Reset();
  D.Threads = PerEvent<uint8_t>(F);
  // A second return of setjmp may lead anywhere.
  const ir::BlockId AtOnce = Sites.empty() ? Info.FirstInLoop : 0;
  settle(AtOnce);
  tellJumpSites();
  if (!D.Incomplete.empty()) {
    Reset();
    D.Exits.clear();
    return;
  }
  Settled = true;
  for (ir::BlockId Point = AtOnce; Point < In.size(); ++Point)
    for (uint32_t I = 0; I < In[Point].size(); ++I)
      record(Point, I);
  // Recursive calls met while recording must see the exits that the fixed point was computed with: D.Exits stays till
  // here.
  D.Exits = std::move(Fresh);
  judgeExits();
}

void Solver::record(ir::BlockId Point, uint32_t Entry) {
  Recording = true;
  visit(Point, Entry);
  Recording = false;
  for (Exit &X : Pending)
    addExit(Fresh, std::move(X));
  Pending.clear();
}

/// The fixed point over all blocks and all second returns of setjmp. Points before AtOnce are recorded on the way.
void Solver::settle(ir::BlockId AtOnce) {
  Again = false;
  Dirty.clear();
  In.assign(F.Blocks.size() + Sites.size(), {});
  Visits.assign(In.size(), 0);
  State Start;
  Start.K.Now = D.Entry == Thread::Caller ? Thread::Unknown : D.Entry;
  Start.V = D.Context;
  Start.Locks = D.Locked;
  propagate(0, Start, ir::NoBlock, 0, 0);
  while (!Dirty.empty() && D.Incomplete.empty() && !Again) {
    // Blocks are in reverse post order: the smallest first reaches the fixed point in few visits.
    auto It = std::min_element(Dirty.begin(), Dirty.end());
    auto [B, I] = *It;
    *It = Dirty.back();
    Dirty.pop_back();
    if (++Visits[B] > E.budget().VisitsPerBlock * E.budget().KeysPerPoint) {
      incomplete("the analysis did not settle");
      break;
    }
    B < AtOnce ? record(B, I) : visit(B, I);
  }
  if (Again)
    settle(AtOnce);
}

void Solver::propagate(ir::BlockId To, const State &S, ir::BlockId From, uint32_t FromEntry, unsigned Succ,
                       EventRef Raised, EventRef Jumped) {
  if (To == ir::NoBlock || Settled)
    return;
  auto &Entries = In[To];
  for (uint32_t I = 0; I < Entries.size(); ++I) {
    State &O = Entries[I].S;
    if (!(O.K == S.K) || O.Broken != S.Broken)
      continue;
    bool Changed = O.V.mergeFrom(S.V);
    auto Flag = [&](bool &Have, bool Want) {
      Changed |= Have != Want;
      Have = Want;
    };
    Flag(O.Faulted, O.Faulted && S.Faulted);
    if (O.Guessed && !S.Guessed) { // a real way here is the better witness
      Entries[I].Pred = From;
      Entries[I].PredEntry = FromEntry;
      Entries[I].Succ = Succ;
      Entries[I].Raised = Raised;
      Entries[I].Jumped = Jumped;
    }
    Flag(O.Guessed, O.Guessed && S.Guessed);
    if (S.Locks > O.Locks) {
      O.Locks = S.Locks;
      Changed = true;
    }
    if (Changed && !llvm::is_contained(Dirty, std::make_pair(To, I)))
      Dirty.push_back({To, I});
    return;
  }
  if (Entries.size() >= E.budget().KeysPerPoint)
    return incomplete("more than " + std::to_string(E.budget().KeysPerPoint) + " thread states at one point");
  Entries.push_back({S, From, FromEntry, Succ, Raised, Jumped});
  Dirty.push_back({To, uint32_t(Entries.size() - 1)});
}

void Solver::visit(ir::BlockId Point, uint32_t Entry) {
  ++E.Steps;
  States Cur;
  Cur.push_back(In[Point][Entry].S);
  AtPoint = Point;
  AtEntry = Entry;
  const ir::BlockId B = blockOf(Point);
  const ir::Block &Block = F.Blocks[B];
  for (uint32_t I = B == Point ? 0 : Info.JumpSites[Point - F.Blocks.size()].Index + 1; I < Block.Events.size(); ++I) {
    At = {D.Fn, B, I};
    if (Recording)
      for (const State &S : Cur)
        D.Threads[B][I] |= 1u << unsigned(S.K.Now);
    event(Block.Events[I], Cur);
    if (Cur.size() > E.budget().KeysPerPoint)
      mergeEqualKeys(Cur);
    if (Cur.size() > E.budget().KeysPerPoint)
      return incomplete("more than " + std::to_string(E.budget().KeysPerPoint) + " thread states at one point");
  }
  At = {D.Fn, B, EventRef::Terminator};
  terminate(B, Entry, Cur);
}

/// A call with many exits multiplies states within a block: what they disagree on is given up first.
void Solver::mergeEqualKeys(States &Cur) const {
  States Out;
  for (State &S : Cur) {
    auto It = llvm::find_if(Out, [&](const State &O) { return O.K == S.K; });
    if (It == Out.end()) {
      Out.push_back(std::move(S));
      continue;
    }
    It->V.mergeFrom(S.V);
    It->Faulted &= S.Faulted;
    It->Broken |= S.Broken;
    It->Guessed &= S.Guessed;
    It->Locks = std::max(It->Locks, S.Locks);
  }
  Cur = std::move(Out);
}

void Solver::terminate(ir::BlockId B, uint32_t Entry, States &Cur) {
  const ir::Terminator &T = F.Blocks[B].Term;
  // Where control goes on is known once the fixed point is reached: then only the exits are of interest.
  if (Settled && (T.Kind == ir::TermKind::Jump || T.Kind == ir::TermKind::IndirectGoto ||
                  T.Kind == ir::TermKind::Branch || T.Kind == ir::TermKind::Switch))
    return;
  for (State &S : Cur) {
    switch (T.Kind) {
    case ir::TermKind::Jump:
    case ir::TermKind::IndirectGoto:
      for (unsigned I = 0; I < T.Succs.size(); ++I) {
        bool Guessed = S.Guessed;
        // try { ... } catch (const A &) { ... }: that what is thrown is no A is a guess.
        S.Guessed |= T.Kind == ir::TermKind::IndirectGoto && I > 0 && I + 1 == T.Succs.size() && unwinds(T.Succs[I]);
        propagate(T.Succs[I], S, AtPoint, Entry, I);
        S.Guessed = Guessed;
      }
      break;
    case ir::TermKind::Branch:
      branch(S, T, Entry);
      break;
    case ir::TermKind::Switch: {
      ValueId V = Values.of(T.Value);
      bool Default = true;
      for (unsigned I = 0; I < T.Succs.size(); ++I) {
        State N = S;
        if (I + 1 == T.Succs.size()) {
          // None of the values: a later switch over the same operand must not take them either.
          for (unsigned C = 0; Default && V && C < T.Cases.size() && C < 8; ++C)
            if (T.Cases[C].Lo == T.Cases[C].Hi) {
              bool Flip = false;
              ValueId Not = Values.compare(
                  Op::Eq, V, Values.intern({ValueKind::Int, Op::None, 0, 0, 0, T.Cases[C].Lo, {}, {}}), Flip);
              Default = refine(N, Not, false);
            }
          if (Default)
            propagate(T.Succs[I], N, AtPoint, Entry, I);
          break;
        }
        if (V && T.Cases[I].Lo == T.Cases[I].Hi) {
          bool Flip = false;
          ValueId Cond = Values.compare(
              Op::Eq, V, Values.intern({ValueKind::Int, Op::None, 0, 0, 0, T.Cases[I].Lo, {}, {}}), Flip);
          if (auto Known = evaluate(S, Cond); Known && *Known)
            Default = false;
          if (!refine(N, Cond, true))
            continue;
        }
        propagate(T.Succs[I], N, AtPoint, Entry, I);
      }
      break;
    }
    case ir::TermKind::Return:
      exit(S, Values.of(T.Value), false, At);
      break;
    case ir::TermKind::Throw:
      if (!T.Succs.empty() && T.Succs.front() != ir::NoBlock)
        propagate(T.Succs.front(), S, AtPoint, Entry, 0);
      else
        exit(S, 0, true, At);
      break;
    case ir::TermKind::Resume:
      exit(S, 0, true, raisedAt());
      break;
    case ir::TermKind::Unreachable:
      break;
    }
  }
}

void Solver::branch(const State &S, const ir::Terminator &T, uint32_t Entry) {
  State Taken[2] = {S, S};
  bool Feasible[2];
  for (unsigned I = 0; I < 2; ++I)
    Feasible[I] = refine(Taken[I], Values.of(T.Value), I == 0);
  // if (threaded) gil = PyGILState_Ensure(); The condition tells whether there is something to attach. Which of the two
  // a caller or a library means is not known here, so the path around the attach is not judged.
  if (Feasible[0] && Feasible[1] && mayNotCallApi(S.K.Now) && !S.Origin.valid())
    for (unsigned I = 0; I < 2; ++I)
      if (attachesOnTheWay(T.Succs[!I], T.Succs[I]))
        Taken[I].K.Now = Thread::Unknown;
  // if (spooler) attach(); if (worker) attach(); One of the two is meant, never both.
  if (Feasible[0] && Feasible[1] && S.K.Now == Thread::Attached && S.Origin.valid())
    for (unsigned I = 0; I < 2; ++I)
      if (attachesOnTheWay(T.Succs[I], T.Succs[!I]))
        Taken[I].K.Now = Thread::Unknown;
  // if (self->saved) PyEval_RestoreThread(self->saved); An attached thread has no saved state of its own.
  if (bool IsNull = false; Feasible[0] && Feasible[1] && S.K.Now == Thread::Attached)
    if (ValueId Saved = savedState(Values.of(T.Value), IsNull); Saved && factOf(S, Saved).Kind == FactKind::None)
      Feasible[IsNull] = false;
  // if (!needs_api) NPY_BEGIN_THREADS; .. if (descr->type_num == NPY_OBJECT) Py_INCREF(..): the two exclude each other.
  bool Negated = false;
  if (mayNotCallApi(S.K.Now) && isConditional(S.Origin) && asksForObjects(Values.of(T.Value), Negated))
    Taken[Negated].K.Now = Thread::Unknown;
  for (unsigned I = 0; I < 2; ++I)
    if (Feasible[I])
      propagate(T.Succs[I], Taken[I], AtPoint, Entry, I);
}

/// The field for a saved thread state that is compared with null; IsNull: the condition holds if it is null.
ValueId Solver::savedState(ValueId Cond, bool &IsNull) const {
  while (Values[Cond].Kind == ValueKind::Unary && Values[Cond].Operator == ir::Op::Not) {
    IsNull = !IsNull;
    Cond = Values[Cond].A;
  }
  if (Values[Cond].Kind == ValueKind::Binary && Values[Cond].Operator == ir::Op::Eq) {
    const Node &With = Values[Values[Cond].B];
    if (With.Kind != ValueKind::Null && !(With.Kind == ValueKind::Int && With.Int == 0))
      return 0;
    IsNull = !IsNull;
    Cond = Values[Cond].A;
  }
  return Values[Cond].Name && E.infos().holdsSavedState(Values[Cond].Name) ? Cond : 0;
}

/// Does a condition right before it decide about this change of the thread state?
bool Solver::isConditional(EventRef Change) const {
  if (!Change.valid() || Change.Fn != D.Fn)
    return false;
  unsigned Ways = 0, Branches = 0;
  for (const ir::Block &B : F.Blocks)
    if (llvm::is_contained(B.Term.Succs, Change.Block)) {
      ++Ways;
      Branches += B.Term.Kind == ir::TermKind::Branch;
    }
  return Ways == 1 && Branches == 1;
}

/// Is it asked whether what a record describes consists of Python objects?
bool Solver::asksForObjects(ValueId Cond, bool &Negated) const {
  while (Values[Cond].Kind == ValueKind::Unary && Values[Cond].Operator == ir::Op::Not) {
    Negated = !Negated;
    Cond = Values[Cond].A;
  }
  const Node &N = Values[Cond], &A = Values[N.A], &B = Values[N.B];
  return N.Kind == ValueKind::Binary && N.Operator == ir::Op::Eq && A.Kind == ValueKind::Field &&
         B.Kind == ValueKind::Int &&
         P.model().says(api::Naming::OfObjects, (A.Rec + "." + A.Str + "=" + std::to_string(B.Int)).str());
}

/// Is the thread attached on a way without branches from one block to another?
bool Solver::attachesOnTheWay(ir::BlockId From, ir::BlockId To) const {
  constexpr unsigned Longest = 4;
  bool Attaches = false;
  for (unsigned I = 0; I < Longest && From != ir::NoBlock && From != To; ++I) {
    for (const link::Target &T : Info.Targets[From])
      Attaches |= (T.Api && attaches(T.Api->Does)) ||
                  llvm::any_of(T.Fns, [&](FnId G) { return E.infos()[G].Attaches && !E.infos()[G].Releases; });
    const ir::Terminator &T = F.Blocks[From].Term;
    if (T.Kind != ir::TermKind::Jump)
      return false;
    From = T.Succs.front();
  }
  return Attaches && From == To;
}

/// Does an exception that no handler took leave the function through this block?
bool Solver::unwinds(ir::BlockId B) const {
  for (size_t Limit = F.Blocks.size(); Limit && B != ir::NoBlock; --Limit) {
    const ir::Terminator &T = F.Blocks[B].Term;
    if (T.Kind == ir::TermKind::Resume)
      return true;
    if ((T.Kind != ir::TermKind::Jump && T.Kind != ir::TermKind::IndirectGoto) || T.Succs.empty())
      return false;
    B = T.Succs.back();
  }
  return false;
}

/// Where the exception that leaves the function here was raised: the throw or the call at the head of the clean-up
/// chain.
EventRef Solver::raisedAt() const {
  ir::BlockId B = AtPoint;
  uint32_t I = AtEntry;
  for (size_t Limit = In.size(); Limit; --Limit) {
    const Entry &Here = In[B][I];
    if (Here.Raised.valid())
      return Here.Raised;
    if (Here.Pred == ir::NoBlock)
      return At;
    const ir::BlockId From = blockOf(Here.Pred);
    if (F.Blocks[From].Term.Kind == ir::TermKind::Throw)
      return {D.Fn, From, EventRef::Terminator};
    if (F.Blocks[From].Term.Kind != ir::TermKind::Jump || Here.Jumped.valid())
      return At;
    B = Here.Pred;
    I = Here.PredEntry;
  }
  return At;
}

Exit &Solver::exit(const State &S, ValueId Ret, bool Exceptional, EventRef Where) {
  Exit X;
  if (!Recording)
    return DiscardedExit = std::move(X);
  X.K = S.K;
  X.Exceptional = Exceptional;
  X.Broken = S.Broken;
  X.Guessed = S.Guessed;
  X.Nested = !S.K.Stack.empty() && S.V.get(Values.pureCall(NestedEnsure, {}));
  X.Origin = S.Origin;
  X.At = Where;
  X.Locks = int8_t(S.Locks) - int8_t(D.Locked);
  X.Ret = factOf(S, Ret);
  if (X.Ret.Kind == FactKind::Alias || X.Ret.Kind == FactKind::Undef)
    X.Ret = {};
  if (X.Ret.Kind == FactKind::None) // return PyThreadState_GetUnchecked() != NULL;
    if (std::optional<bool> Truth = evaluate(S, Ret))
      X.Ret = {*Truth ? FactKind::NonNull : FactKind::Null};
  for (const auto &[V, Known] : S.V)
    if (Known.Kind != FactKind::Alias && Known.Kind != FactKind::Undef && Values.visibleToCaller(V, F.NumParams))
      X.Visible.set(V, Known);
  X.Path = path(S.Origin);
  Pending.push_back(std::move(X));
  return Pending.back();
}

void Solver::addExit(std::vector<Exit> &To, Exit X) {
  for (Exit &O : To)
    if (O.K == X.K && O.leavesLike(X) && O.Broken == X.Broken && O.Ret == X.Ret) {
      O.Visible.mergeFrom(X.Visible);
      O.Guessed &= X.Guessed;
      O.Nested &= X.Nested;
      O.Locks = std::max(O.Locks, X.Locks);
      if (!(O.At == X.At) || O.Origin.valid() != X.Origin.valid())
        O.Also.push_back({X.Origin, X.At, std::move(X.Path)});
      return;
    }
  To.push_back(std::move(X));
}

/// (void *)(uintptr_t)(PyGILState_Ensure() + 2) is a token for the caller, who computes the cookie back.
bool Solver::isMadeOf(ValueId V, llvm::ArrayRef<ValueId> From) const {
  const Node &N = Values[V];
  bool Computed = N.Kind == ValueKind::Binary || N.Kind == ValueKind::Unary;
  return llvm::is_contained(From, V) || (Computed && (isMadeOf(N.A, From) || (N.B && isMadeOf(N.B, From))));
}

/// Is the saved thread state or cookie that this call returns lost when the function ends? Kept in locals only, neither
/// returned nor stored nor passed on, it cannot be given back by the caller: this is no wrapper.
bool Solver::diesHere(EventRef Made) const {
  if (!Made.valid() || Made.Fn != D.Fn || Made.Index == EventRef::Terminator)
    return false;
  const ir::Event &Origin = P.event(Made);
  const api::Entry *A = Info.Targets[Made.Block][Made.Index].Api;
  if (!A || (A->Does != api::Effect::Detach && A->Does != api::Effect::Ensure))
    return false;
  // Without a saved state, another function can still undo it: PyEval_RestoreThread(PyGILState_GetThisThreadState()),
  // PyGILState_Release(PyGILState_UNLOCKED). Both are seen in the wild.
  if (!Origin.Result)
    return A->Does == api::Effect::Ensure && !E.infos().releasesConstant();
  llvm::SmallVector<ValueId, 4> Holders = {Values.of(Origin.Result)};
  auto Holds = [&](ValueId V) { return V && isMadeOf(V, Holders); };
  for (unsigned Round = 0; Round < 2; ++Round) // save = %1; copy = save;
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &Ev : B.Events)
        if (Ev.Kind == ir::EventKind::Assign && Holds(Values.of(Ev.Src)) &&
            Values[Values.of(Ev.Dst)].Kind == ValueKind::Var && !Holds(Values.of(Ev.Dst)))
          Holders.push_back(Values.of(Ev.Dst));
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    if (F.Blocks[B].Term.Kind == ir::TermKind::Return && Holds(Values.of(F.Blocks[B].Term.Value)))
      return false;
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &Ev = F.Blocks[B].Events[I];
      if ((Ev.Kind == ir::EventKind::Write || Ev.Kind == ir::EventKind::Assign) && Holds(Values.of(Ev.Src)) &&
          !Holds(Values.of(Ev.Dst)))
        return false;
      const api::Entry *Called = Info.Targets[B].size() > I ? Info.Targets[B][I].Api : nullptr;
      if (Called && (Called->Does == api::Effect::Attach || Called->Does == api::Effect::Release ||
                     Called->Does == api::Effect::Swap))
        continue;
      for (ValueId V : Ev.Args)
        if (ValueId X = Values.of(V); Holds(X) || (X && Values[X].Kind == ValueKind::AddrOf && Holds(Values[X].A)))
          return false;
    }
  }
  return true;
}

/// Does this path put the cookie where the caller finds it? A function that itself releases it from there keeps it
/// there for its own use.
///     PyGILState_STATE gil = PyGILState_Ensure(); if (found) { ticket->gil = gil; return; } PyGILState_Release(gil);
ValueId Solver::handsOut(const Exit &X, EventRef Made) const {
  auto ReleasedFrom = [&](ValueId Place) {
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t I = 0; I < F.Blocks[B].Events.size() && I < Info.Targets[B].size(); ++I) {
        const api::Entry *A = Info.Targets[B][I].Api;
        const ir::Event &Ev = F.Blocks[B].Events[I];
        if (A && A->Does == api::Effect::Release && A->Arg >= 0 && unsigned(A->Arg) < Ev.Args.size() &&
            Values.of(Ev.Args[A->Arg]) == Place)
          return true;
      }
    return false;
  };
  for (const auto &[Place, K] : X.Visible)
    if ((K.Kind == FactKind::Cookie || K.Kind == FactKind::Token) && K.At == Made && !ReleasedFrom(Place))
      return Place;
  return 0;
}

/// enter(); if (!args) return 0; ... leave(); return 1: entered detached, attached on one path, detached on others.
/// That is a mistake only where the returned value does not tell the two apart, and not where one return statement has
/// both: there a condition decided about attaching, and decides again.
bool Solver::othersDetach(const Exit &X) const {
  bool SameValue = false;
  for (const Exit &O : D.Exits) {
    if (!O.returns() || O.Broken || O.K.Now != D.Entry)
      continue;
    SameValue |= O.Origin.valid() && O.Ret == X.Ret;
    if (P.where(O.At) == P.where(X.At) ||
        llvm::any_of(O.Also, [&](const Departure &A) { return P.where(A.At) == P.where(X.At); }))
      return false;
  }
  return SameValue;
}

/// Exits in which the thread is not what the caller left it. A function that never brings the state back is a wrapper
/// and its caller is judged; one that does so on some paths and forgets it on others is judged here, and its caller
/// sees the state that was meant.
void Solver::judgeExits() {
  bool Returned = false;
  for (const Exit &X : D.Exits) {
    bool Moved = X.Origin.valid() || llvm::any_of(X.Also, [](const Departure &A) { return A.Origin.valid(); });
    Returned |= X.returns() && !X.Broken && X.K.Now == D.Entry && Moved;
  }
  for (Exit &X : D.Exits) {
    if (X.Broken || (X.Exceptional && X.Guessed))
      continue;
    // Whoever called setjmp may know that it is left so: only what cannot be brought back any more is wrong here. The
    // same where the facts of the callers were dropped, which may be what decides about attaching.
    bool Judged = !X.Jumps && !D.Vague;
    bool Left = D.Entry == Thread::Attached && !Info.Starts && mayNotCallApi(X.K.Now) && X.K.Stack.empty() &&
                ((Judged && (Returned || Undone.count(X.Origin))) || diesHere(X.Origin));
    ValueId Place = X.K.Stack.empty() ? 0 : handsOut(X, X.K.Stack.back().At);
    X.HandsOut = Place && E.infos().isReleasedFrom(Values[Place].Name);
    bool Leaked = !X.K.Stack.empty() && X.K.Now != Thread::Unknown &&
                  ((Judged && Released.count(X.K.Stack.back().At) && !Place) || diesHere(X.K.Stack.back().At));
    bool Kept = Judged && mayNotCallApi(D.Entry) && X.returns() && X.K.Now == Thread::Attached && X.K.Stack.empty() &&
                X.Origin.valid() && othersDetach(X);
    if (!Left && !Leaked && !Kept)
      continue;
    if (Leaked && X.Nested) {
      X.K.Now = D.Entry;
      X.K.Stack.clear();
      continue;
    }
    auto See = [&](EventRef At, EventRef Origin, const std::vector<Step> &Path) {
      Observation O;
      O.Kind = Left ? Observed::ExitDetached : Observed::ExitWithEnsure;
      O.At = At;
      O.Origin = Left || Kept ? Origin : X.K.Stack.back().At;
      O.StateFact = Kept ? FactKind::Restored : FactKind::None;
      O.Now = X.K.Now;
      O.Exceptional = X.Exceptional;
      O.Jumps = X.Jumps;
      O.Path = Path;
      D.Seen.push_back(std::move(O));
    };
    See(X.At, X.Origin, X.Path);
    for (const Departure &A : X.Also)
      See(A.At, A.Origin, A.Path);
    X.Also.clear();
    X.K.Now = D.Entry;
    X.K.Stack.clear();
    X.Faulted = true;
  }
  // One key: the return value decides nothing about the thread, so one exit says it all.
  llvm::SmallVector<bool, 8> OneKey;
  for (const Exit &X : D.Exits)
    OneKey.push_back(
        llvm::all_of(D.Exits, [&](const Exit &O) { return !O.leavesLike(X) || (O.K == X.K && O.Broken == X.Broken); }));
  std::vector<Exit> Merged;
  for (auto [X, Alone] : llvm::zip(D.Exits, OneKey)) {
    auto It = llvm::find_if(Merged, [&](const Exit &O) { return O.leavesLike(X); });
    if (Alone && It != Merged.end()) {
      It->Ret = meet(It->Ret, X.Ret);
      It->Visible.mergeFrom(X.Visible);
      It->Guessed &= X.Guessed;
      It->Nested &= X.Nested;
      It->Locks = std::max(It->Locks, X.Locks);
      It->Faulted |= X.Faulted;
      It->Also.push_back({X.Origin, X.At, std::move(X.Path)});
      llvm::append_range(It->Also, X.Also);
    } else {
      Merged.push_back(std::move(X));
    }
  }
  D.Exits = std::move(Merged);
}

/// For a destructor that runs because of an exception: where that was raised. Invalid elsewhere.
EventRef Solver::chainStart() const {
  if (At.Index == EventRef::Terminator)
    return {};
  const ir::Event &Ev = F.Blocks[At.Block].Events[At.Index];
  if (Ev.Kind != ir::EventKind::Destroy || !Ev.Implicit)
    return {};
  EventRef Raised = raisedAt();
  return Raised == At ? EventRef() : Raised;
}

Observation &Solver::observe(const State &S, Observed Kind) {
  if (!Recording || S.Broken)
    return Discarded = Observation();
  Observation O;
  O.Kind = Kind;
  O.At = At;
  O.Origin = S.Origin;
  O.Now = S.K.Now;
  O.Secondary = S.Faulted;
  O.Raised = chainStart();
  O.Path = path(S.Origin);
  D.Seen.push_back(std::move(O));
  return D.Seen.back();
}

/// The branches taken between Origin and here, for the notes: at most the last four.
std::vector<Step> Solver::path(EventRef Origin) const {
  std::vector<Step> Out;
  if (!Recording)
    return Out;
  ir::BlockId B = AtPoint;
  uint32_t I = AtEntry;
  for (size_t Limit = 8 * In.size();
       Limit && !(Origin.valid() && Origin.Fn == D.Fn && Origin.Block == B) && Out.size() < 4; --Limit) {
    const Entry &Here = In[B][I];
    if (Here.Pred == ir::NoBlock)
      break;
    const ir::Terminator &T = F.Blocks[blockOf(Here.Pred)].Term;
    if (Here.Jumped.valid()) {
      Out.push_back({&U, P.where(Here.Jumped), "this call may jump back to setjmp"});
    } else if (T.Kind == ir::TermKind::Branch && T.Where.valid()) {
      ValueId Cond = Values.of(T.Value);
      bool Truth = Here.Succ == 0;
      std::string Text;
      while (Values[Cond].Kind == ValueKind::Unary && Values[Cond].Operator == Op::Not) {
        Cond = Values[Cond].A;
        Truth = !Truth;
      }
      if (std::string Spelled = Values.spell(Cond); !Spelled.empty())
        Text = "assuming '" + Spelled + "' is " + (Truth ? "true" : "false");
      else
        Text = Here.Succ == 0 ? "assuming this condition is true" : "assuming this condition is false";
      Out.push_back({&U, T.Where, Text});
    } else if (T.Kind == ir::TermKind::Jump && T.Jump == ir::JumpKind::Goto && T.Where.valid()) {
      Out.push_back({&U, T.Where, "jumping with goto"});
    }
    B = Here.Pred;
    I = Here.PredEntry;
  }
  std::reverse(Out.begin(), Out.end());
  return Out;
}

} // namespace gilray::flow
