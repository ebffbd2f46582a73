#include "flow/LockSets.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

LockSets::LockSets(const Results &R, const link::Modules &M, LockBudget Limits)
    : R(R), M(M), P(R.program()), Infos(R.engine().infos()), Limits(Limits), Paths(std::make_unique<LockPaths>(P)),
      Events(std::make_unique<LockEvents>(P, Infos, *Paths)), Summaries(P.functions().size()),
      Points(P.functions().size()), WaysOf(P.functions().size()), Fresh(P.functions().size()) {
  Events->findSpinLocks();
  Events->findRecursiveLocks();
  components();
  for (FnId F = 0; F < P.functions().size(); ++F)
    collect(F);
  enterRoots();
  spreadRoots();
  entries();

  // Whoever releases a lock for its caller makes it likely that others take it for theirs.
  llvm::DenseSet<NameId> Unlocked;
  for (const LockSummary &S : Summaries)
    for (const LockExit &X : S.Exits)
      for (PathId L : X.Dropped)
        Unlocked.insert(Paths->className(L));
  for (LockEventFact &F : Facts)
    F.Handed = F.Kind == LockFactKind::Leak && Unlocked.count(Paths->className(F.Lock.Lock));
  llvm::stable_sort(Facts, [](const LockEventFact &A, const LockEventFact &B) {
    return std::tuple(A.At, A.Kind) < std::tuple(B.At, B.Kind);
  });
}

LockSets::~LockSets() = default;

/// Strongly connected components of the call graph, callees first (Tarjan, without recursion: call chains are long).
void LockSets::components() {
  struct Frame {
    FnId F;
    size_t Next;
  };
  const size_t N = P.functions().size();
  std::vector<unsigned> Number(N, 0), Low(N, 0);
  std::vector<bool> OnStack(N, false);
  std::vector<FnId> Stack;
  std::vector<Frame> Calls;
  unsigned Counter = 0;
  for (FnId First = 0; First < N; ++First) {
    if (Number[First])
      continue;
    Calls.push_back({First, 0});
    while (!Calls.empty()) {
      Frame &Top = Calls.back();
      FnId F = Top.F;
      if (!Top.Next) {
        Number[F] = Low[F] = ++Counter;
        Stack.push_back(F);
        OnStack[F] = true;
      }
      const auto &Callees = Infos[F].Callees;
      if (Top.Next < Callees.size()) {
        FnId G = Callees[Top.Next++];
        if (!Number[G])
          Calls.push_back({G, 0});
        else if (OnStack[G])
          Low[F] = std::min(Low[F], Number[G]);
        continue;
      }
      Calls.pop_back();
      if (!Calls.empty())
        Low[Calls.back().F] = std::min(Low[Calls.back().F], Low[F]);
      if (Low[F] != Number[F])
        continue;
      auto Begin = llvm::find(Stack, F);
      std::vector<FnId> Component(Begin, Stack.end());
      Stack.erase(Begin, Stack.end());
      for (FnId G : Component)
        OnStack[G] = false;
      solve(Component);
    }
  }
}

/// What callers see of a summary, for the question whether another round is needed. Without Names, locks count by their
/// field alone: a recursion over a list has ever longer names for them.
///
///     int walk(Node *n) { lock(&n->lock); unlock(&n->lock); return n->next ? walk(n->next) : 0; }
static bool sameOutside(const LockPaths &Paths, const LockSummary &A, const LockSummary &B, bool Names) {
  auto Classes = [&](llvm::ArrayRef<PathId> Locks) {
    llvm::SmallVector<NameId, 4> Out;
    for (PathId L : Locks)
      insertInOrder(Out, Paths.className(L));
    return Out;
  };
  auto Same = [&](llvm::ArrayRef<PathId> X, llvm::ArrayRef<PathId> Y) {
    return X == Y || (!Names && Classes(X) == Classes(Y));
  };
  auto SameExit = [&](const LockExit &X, const LockExit &Y) {
    return Same(X.Dropped, Y.Dropped) && X.Thread == Y.Thread && X.Ensures == Y.Ensures && X.Released == Y.Released &&
           X.Uncertain == Y.Uncertain && X.Ret == Y.Ret && X.Int == Y.Int && Same(X.Took, Y.Took) &&
           X.Held.size() == Y.Held.size() &&
           std::equal(X.Held.begin(), X.Held.end(), Y.Held.begin(),
                      [](const HeldLock &H, const HeldLock &G) { return H.key() == G.key(); });
  };
  auto Covers = [&](const LockSummary &X, const LockSummary &Y) {
    return llvm::all_of(Y.Exits, [&](const LockExit &E) {
      return llvm::any_of(X.Exits, [&](const LockExit &F) { return SameExit(E, F); });
    });
  };
  bool SameExits =
      Names ? A.Exits.size() == B.Exits.size() && std::equal(A.Exits.begin(), A.Exits.end(), B.Exits.begin(), SameExit)
            : Covers(A, B) && Covers(B, A);
  return A.Incomplete == B.Incomplete && (!Names || A.MayTake.size() == B.MayTake.size()) &&
         Same(A.GivesUp, B.GivesUp) && A.Detaches.Sure == B.Detaches.Sure && A.RunsPython.Sure == B.RunsPython.Sure &&
         A.Attaches.valid() == B.Attaches.valid() && SameExits;
}

/// What a recursive function does itself is the better witness than the call of itself that comes to do it, too, once
/// that is known: a way round in circles shows nothing.
///
///     void walk(Node *n) { if (n->next) walk(n->next);  PyObject_CallNoArgs(n->hook); }
static void keepWays(const LockSummary &Before, LockSummary &S) {
  if (Before.Detaches.Sure == S.Detaches.Sure)
    S.Detaches.At = Before.Detaches.At;
  if (Before.RunsPython.Sure == S.RunsPython.Sure)
    S.RunsPython.At = Before.RunsPython.At;
  if (Before.Attaches.valid() && S.Attaches.valid())
    S.Attaches = Before.Attaches;
}

void LockSets::solve(llvm::ArrayRef<FnId> Component) {
  bool Recursive = Component.size() > 1 || llvm::is_contained(Infos[Component[0]].Callees, Component[0]);
  if (Recursive) // until something else is known, a recursive call changes nothing
    for (FnId F : Component)
      if (Infos[F].Returns)
        Summaries[F].Exits.emplace_back();
  for (unsigned Round = 0;; ++Round) {
    bool Changed = false, NamesChanged = false;
    std::vector<LockEventFact> Found;
    for (FnId F : Component) {
      LockSolver S(P, Infos, *Paths, *Events, Summaries, Limits, F);
      if (P.fn(F).Body != ir::BodyState::Complete)
        S.Summary.Incomplete = "its body was not analysed";
      else if (S.matters())
        S.run();
      else
        S.skim();
      if (!S.Summary.Incomplete.empty()) {
        S.Summary.Neutral = false;
        S.Points.clear();
        S.Facts.clear();
      }
      Changed |= Recursive && !sameOutside(*Paths, Summaries[F], S.Summary, false);
      NamesChanged |= Recursive && !sameOutside(*Paths, Summaries[F], S.Summary, true);
      if (Recursive)
        keepWays(Summaries[F], S.Summary);
      Summaries[F] = std::move(S.Summary);
      Points[F] = std::move(S.Points);
      Found.insert(Found.end(), S.Facts.begin(), S.Facts.end());
      freshness(F);
    }
    if (NamesChanged && Round + 1 < Limits.Rounds)
      continue;
    if (Changed)
      for (FnId F : Component) {
        Summaries[F].Incomplete = "what it does to locks depends on its own recursion";
        Summaries[F].Neutral = false;
      }
    else
      Facts.insert(Facts.end(), Found.begin(), Found.end());
    return;
  }
}

const LockPoint &LockSets::at(EventRef E) const {
  static const LockPoint Nothing = [] {
    LockPoint X;
    X.Threads = 1u << unsigned(Here::AsEntered);
    X.Reached = true;
    return X;
  }();
  static const LockPoint NotKnown = [] {
    LockPoint X;
    X.Threads = 1u << unsigned(Here::Unknown);
    X.Reached = X.Uncertain = true;
    return X;
  }();
  if (!Summaries[E.Fn].Incomplete.empty())
    return NotKnown;
  const auto &Blocks = Points[E.Fn];
  if (Blocks.empty())
    return Nothing;
  const auto &In = Blocks[E.Block];
  return E.Index == EventRef::Terminator ? In.back() : In[E.Index];
}

std::vector<std::pair<FnId, StringRef>> LockSets::incomplete() const {
  std::vector<std::pair<FnId, StringRef>> Out;
  for (FnId F = 0; F < Summaries.size(); ++F)
    if (!Summaries[F].Incomplete.empty())
      Out.push_back({F, Summaries[F].Incomplete});
  return Out;
}

/// One call further down towards what a fact tells of; invalid when the event does it itself.
EventRef LockSets::below(const LockEventFact &F, EventRef At) const {
  const link::Target &T = Infos[At.Fn].Targets[At.Block][At.Index];
  if (T.Api)
    return {};
  for (FnId G : T.Fns) {
    const LockSummary &S = Summaries[G];
    NameId Class = Paths->className(F.Kind == LockFactKind::Ordered ? F.Second : F.Lock.Lock);
    switch (F.Kind) {
    case LockFactKind::DoubleLock:
    case LockFactKind::Ordered:
      for (const LockTaking &X : S.MayTake)
        if (Paths->className(X.Lock) == Class)
          return X.At;
      break;
    case LockFactKind::PythonWhileHolding:
      if (S.RunsPython.Sure >= F.Sure)
        return S.RunsPython.At;
      break;
    default:
      if (EventRef E = S.Detaches.Sure >= F.Sure ? S.Detaches.At : S.Attaches; E.valid())
        return E;
      break;
    }
  }
  return {};
}

EventRef LockSets::cause(const LockEventFact &F) const {
  EventRef At = F.At;
  for (unsigned Depth = 0; Depth < 16; ++Depth) {
    EventRef Next = F.At == At && F.Other.valid() ? F.Other : below(F, At);
    if (!Next.valid())
      break;
    At = Next;
  }
  return At;
}

/// Follows what a call may do down to the event that does it.
std::vector<Step> LockSets::witness(const LockEventFact &F) const {
  std::vector<Step> Out;
  auto Say = [&](EventRef E, std::string Text) { Out.push_back({&P.unit(E.Fn), P.where(E), std::move(Text)}); };
  if (F.Lock.At.valid() && F.Lock.At != F.At)
    Say(F.Lock.At, "'" + Paths->spell(F.Lock.Lock, F.At.Fn) + "' is taken here");
  EventRef Below = F.Other;
  if (F.Kind == LockFactKind::Leak) {
    Say(F.Other, "it is released before the function is left here");
    return Out;
  }
  Say(F.At, Below.valid() ? "'" + R.functionName(Below.Fn) + "' is called here" : "here");
  for (unsigned Depth = 0; Below.valid() && Depth < 16; ++Depth) {
    const link::Target &T = Infos[Below.Fn].Targets[Below.Block][Below.Index];
    Say(Below, "'" + (T.Named ? T.Named->Name.str() : "a function") + "' is called here");
    Below = below(F, Below);
  }
  return Out;
}

} // namespace gilray::flow
