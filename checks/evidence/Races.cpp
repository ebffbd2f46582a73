#include "evidence/Races.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

using ir::Op;
using ir::ValueKind;
using llvm::StringRef;

/// A test in a caller this many calls up still decides.
static constexpr unsigned MaxTestDepth = 2;

bool isExclusive(const link::Root &Root) {
  static constexpr StringRef Exclusive[] = {"alloc", "new", "init", "dealloc", "traverse", "clear", "finalize", "free"};
  // What pickle makes is nobody else's until __setstate__ has filled it.
  return llvm::is_contained(Exclusive, Root.Role) || Root.PythonName == "__setstate__" || Root.PythonName == "__init__";
}

Races::Races(const Context &C) : C(C), Callers(C.P.functions().size()) {
  for (FnId F = 0; F < C.P.functions().size(); ++F) {
    const auto &Targets = C.R.engine().infos()[F].Targets;
    for (ir::BlockId B = 0; B < Targets.size(); ++B)
      for (uint32_t I = 0; I < Targets[B].size(); ++I)
        for (FnId G : Targets[B][I].Fns)
          Callers[G].push_back({F, B, I});
  }
}

/// Is At only reached over that edge?
bool Races::dominated(const ir::Function &F, ir::BlockId Test, unsigned Successor, ir::BlockId At) const {
  llvm::BitVector Seen(F.Blocks.size());
  llvm::SmallVector<ir::BlockId, 16> Work{0};
  Seen.set(0);
  while (!Work.empty()) {
    ir::BlockId B = Work.pop_back_val();
    if (B == At)
      return false;
    const auto &Succs = F.Blocks[B].Term.Succs;
    for (unsigned I = 0; I < Succs.size(); ++I) {
      if ((B == Test && I == Successor) || Succs[I] == ir::NoBlock || Seen.test(Succs[I]))
        continue;
      Seen.set(Succs[I]);
      Work.push_back(Succs[I]);
    }
  }
  return true;
}

/// The successor of a branch that is taken when Place is null, zero or a negative number; -1: the branch does not ask.
static int unsetSuccessor(const Context &C, FnId Id, const ir::Terminator &T, StringRef Place) {
  if (T.Kind != ir::TermKind::Branch)
    return -1;
  const ir::Function &F = C.P.fn(Id);
  auto IsPlace = [&](ir::ValueId V) {
    while (F.Values[V].Kind == ValueKind::Cast)
      V = F.Values[V].A;
    return C.Locks.placeName(Id, V) == Place;
  };
  auto IsEmpty = [&](ir::ValueId V) {
    const ir::Value &X = F.Values[V];
    return X.Kind == ValueKind::Null || (X.Kind == ValueKind::Int && X.Int <= 0);
  };
  bool Negated = false;
  ir::ValueId V = T.Value;
  for (; F.Values[V].Kind == ValueKind::Unary && F.Values[V].Operator == Op::Not; V = F.Values[V].A)
    Negated = !Negated;
  const ir::Value &X = F.Values[V];
  if (X.Kind == ValueKind::Binary) {
    bool Asks = (IsPlace(X.A) && IsEmpty(X.B)) || (IsPlace(X.B) && IsEmpty(X.A));
    if (!Asks || (X.Operator != Op::Eq && X.Operator != Op::Ne && X.Operator != Op::Lt))
      return -1;
    return (X.Operator == Op::Ne) != Negated ? 1 : 0;
  }
  if (!IsPlace(V))
    return -1;
  return Negated ? 0 : 1;
}

EventRef Races::testIn(StringRef Place, EventRef At) const {
  const ir::Function &F = C.P.fn(At.Fn);
  EventRef Locked;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    int S = unsetSuccessor(C, At.Fn, F.Blocks[B].Term, Place);
    if (S < 0 || B == At.Block || !dominated(F, B, unsigned(S), At.Block))
      continue;
    EventRef Test{At.Fn, B, EventRef::Terminator};
    // Of two looks the one without the lock is the one to tell of.
    if (C.Locks.at(Test).Must.empty())
      return Test;
    Locked = Test;
  }
  return Locked;
}

EventRef Races::unsetTest(StringRef Place, EventRef At) const {
  llvm::SmallVector<EventRef, 4> Work{At}, Next;
  for (unsigned Depth = 0; Depth <= MaxTestDepth; ++Depth, Work = Next, Next.clear())
    for (EventRef E : Work) {
      if (EventRef Test = testIn(Place, E); Test.valid())
        return Test;
      for (EventRef Call : Callers[E.Fn])
        if (Call.Fn != E.Fn)
          Next.push_back(Call);
    }
  return {};
}

std::string Races::verb(const SharedAccess &A, bool Writes) {
  return !Writes ? "read" : A.Reads && !A.Passed ? "changed" : "written";
}

std::string Races::held(const SharedAccess &A) const {
  if (A.Must.empty())
    return ", under no lock";
  const flow::LockName &L = A.Must.front();
  if (L.Kind == api::LockKind::CriticalSection)
    return std::string(", in a critical section of ") + (L.Whose == flow::LockName::ThisObject ? "the" : "an") +
           " object";
  return ", holding '" + C.Locks.spell(L) + "'";
}

void sideNotes(const flow::Results &R, const flow::LockSets &L, std::vector<Note> &Notes, unsigned Thread,
               const SharedAccess &A, std::string Text) {
  const link::Program &P = R.program();
  auto Say = [&](const std::string &What, Place Where, ThreadState After = ThreadState::Unknown) {
    Notes.push_back(step("thread " + std::to_string(Thread) + ": " + What, std::move(Where), After, Thread));
  };
  const link::Root *Root = L.entry(A);
  // A function that construction uses, too, has a way through that, which would prove nothing.
  if (Root && A.Roots && isExclusive(*Root))
    for (unsigned I : A.Roots->set_bits())
      if (const link::Root &Other = L.roots()[I]; !isExclusive(Other)) {
        Say(Reach::entryText("'" + R.functionName(Other.Fn) + "'", &Other),
            R.place(P.unit(Other.Fn), P.fn(Other.Fn).Where), Reach::entryState(&Other));
        return Say(Text + " here in '" + R.functionName(A.At.Fn) + "', which it leads to", R.place(A.At));
      }
  if (Root) {
    const ir::Unit &U = Root->Unit ? *Root->Unit : P.unit(Root->Fn);
    Say(Reach::entryText("'" + R.functionName(Root->Fn) + "'", Root),
        R.place(U, Root->Unit && Root->Where.valid() ? Root->Where : P.fn(Root->Fn).Where), Reach::entryState(Root));
  }
  for (const flow::Step &S : L.way(A))
    Say(S.Text, R.place(*S.Unit, S.Where));
  Say(Text + " here in '" + R.functionName(A.At.Fn) + "'", R.place(A.At));
}

void Races::side(std::vector<Note> &Notes, unsigned Thread, const SharedAccess &A, StringRef What) const {
  sideNotes(C.R, C.Locks, Notes, Thread, A, What.str());
  Notes.back().Message += held(A);
}

void Races::sideOf(std::vector<Note> &Notes, unsigned Thread, const WriteSite &W, StringRef What) const {
  std::vector<Note> Mine;
  C.TheReach.witness(W.At.Fn, Mine);
  Mine.push_back(step(What.str() + " here " + C.inFunction(W.At.Fn), C.place(W.At)));
  for (Note &N : Mine) {
    N.Message = "thread " + std::to_string(Thread) + ": " + N.Message;
    N.Thread = Thread;
    Notes.push_back(std::move(N));
  }
}

Races::Pair Races::pair(llvm::ArrayRef<SharedAccess> Accesses,
                        llvm::function_ref<bool(const SharedAccess &)> Writes) const {
  Pair P;
  auto Better = [&](const SharedAccess &A) { return std::pair(A.Must.empty(), Writes(A)); };
  for (const SharedAccess &A : Accesses)
    if (!P.First || Better(A) > Better(*P.First))
      P.First = &A;
  P.Second = second(Accesses, *P.First, Writes);
  return P;
}

/// Preferably one with a lock in another function, and a write if the first only reads.
const SharedAccess *Races::second(llvm::ArrayRef<SharedAccess> Accesses, const SharedAccess &First,
                                  llvm::function_ref<bool(const SharedAccess &)> Writes) const {
  auto Fits = [&](const SharedAccess &A) {
    return std::tuple(Writes(A) || Writes(First), !A.Must.empty(), A.At.Fn != First.At.Fn, A.At != First.At);
  };
  const SharedAccess *Best = nullptr;
  for (const SharedAccess &A : Accesses)
    if (!Best || Fits(A) > Fits(*Best))
      Best = &A;
  return Best;
}

bool Races::entersExclusively(const SharedAccess &A) const {
  const link::Root *Root = C.Locks.entry(A);
  return Root && isExclusive(*Root);
}

/// The lock of one object does not keep out those who hold that of another.
static bool holdsGlobalLock(const SharedAccess &A) {
  return llvm::any_of(A.Must, [](const flow::LockName &L) { return L.Whose == flow::LockName::Global; });
}

/// A structure with a lock or an atomic counter in it: its own functions see to it that they do not meet.
///
///     struct Store { std::mutex lock; long size; void add(); };  static Store store;  store.add();
static bool guardsItself(const Context &C, const Variable &V) {
  const ir::Type &T = V.Unit->Types[V.Global->Type];
  const ir::Record *R = T.Kind == ir::TypeKind::Record ? C.TheTypes.record(*V.Unit, T.Record) : nullptr;
  return R && llvm::any_of(R->Fields, [&](const ir::Field &F) { return C.TheTypes.content(*V.Unit, F.Type).Safe; });
}

/// static volatile sig_atomic_t caught;  static void handler(int signo) { caught = signo; }
static bool isSignalFlag(const Context &C, const Variable &V, llvm::ArrayRef<const WriteSite *> Sites) {
  return V.Unit->Types[V.Global->Type].Kind == ir::TypeKind::Int && llvm::all_of(Sites, [&](const WriteSite *W) {
           llvm::BitVector From = C.Locks.rootsOf(W->At.Fn);
           return From.any() && llvm::all_of(From.set_bits(), [&](unsigned I) {
                    return C.Locks.roots()[I].Kind == link::RootKind::Signal;
                  });
         });
}

std::optional<Race> Races::ofGlobal(const Variable &V, llvm::ArrayRef<const WriteSite *> All,
                                    Context::Guard &Verdict) const {
  std::vector<SharedAccess> Accesses = C.Locks.accessesOf(*V.Global);
  llvm::erase_if(Accesses,
                 [&](const SharedAccess &A) { return A.InitOnly || A.atomic() || !C.TheReach.running(A.At.Fn); });
  // What was taken out of a list under its lock is written by whoever took it: that is not the list.
  std::vector<const WriteSite *> Sites;
  llvm::copy_if(All, std::back_inserter(Sites), [](const WriteSite *W) { return !W->Pointee; });
  if (Sites.empty())
    Sites = All.vec();
  if (guardsItself(C, V))
    llvm::erase_if(Sites, [](const WriteSite *W) { return !W->Through.empty(); });
  if (Sites.empty() || isSignalFlag(C, V, Sites)) {
    Verdict = Context::Guard::Unknown;
    return std::nullopt;
  }
  auto Writes = [&](const SharedAccess &A) {
    return llvm::any_of(Sites, [&](const WriteSite *W) { return W->At == A.At; });
  };
  bool Seen = llvm::all_of(Sites, [&](const WriteSite *W) {
    return llvm::any_of(Accesses, [&](const SharedAccess &A) { return A.At == W->At; });
  });
  Race R;
  std::string Name = R.Name = C.spell(V);
  if (!Seen) {
    Verdict = C.guard(Sites, /*Sections=*/true);
    if (Verdict != Context::Guard::None)
      return std::nullopt;
    auto Locked = [&](const WriteSite *W) { return !C.Locks.at(W->At).Must.empty(); };
    auto First = llvm::find_if_not(Sites, Locked), Other = llvm::find_if(Sites, Locked);
    if (First == Sites.end())
      First = Sites.begin();
    R.What = Other != Sites.end() ? Race::SomeUnlocked : Race::Unordered;
    sideOf(R.Notes, 1, **First, Name + " is written");
    if (Other == Sites.end())
      Other = std::prev(Sites.end());
    sideOf(R.Notes, 2, **Other, Name + " is written");
    if (Locked(*Other))
      R.Notes.back().Message += ", under a lock";
    R.Where = C.place((*First)->At);
    R.Function = C.R.functionName((*First)->At.Fn);
    return R;
  }
  std::vector<SharedAccess> Written;
  llvm::copy_if(Accesses, std::back_inserter(Written), Writes);
  Verdict = C.guard(Accesses);
  // Whoever comes after the once call sees what its function wrote.
  if (llvm::any_of(C.Locks.commonLock(Written), [](const flow::LockName &L) {
        return L.Kind == api::LockKind::Once || L.Kind == api::LockKind::StaticInit;
      }))
    Verdict = Context::Guard::Lock;
  if (Verdict != Context::Guard::None)
    return std::nullopt;
  R.ReadsOnly = !C.Locks.commonLock(Written, /*Weak=*/true).empty();
  for (const SharedAccess &W : Written) {
    const ir::Event &E = C.P.event(W.At);
    ValueKind Stored = C.P.fn(W.At.Fn).Values[E.Src].Kind;
    if (E.Kind == ir::EventKind::Write && Stored == ValueKind::Null)
      continue;
    EventRef Test = unsetTest(V.Global->Id, W.At);
    bool Locked = holdsGlobalLock(W);
    if (!Test.valid() || (Locked && !C.Locks.at(Test).Must.empty()))
      continue;
    R.What = Locked ? Race::DoubleChecked : Race::CheckThenSet;
    R.Where = C.place(Test);
    R.Function = C.R.functionName(Test.Fn);
    side(R.Notes, 1, W, Name + " was found unset and is set");
    R.Notes.push_back(step(Locked ? "thread 2: " + Name + " is tested here without the lock at the same moment"
                                  : "thread 2: the test here still finds " + Name + " unset at the same moment",
                           C.place(Test), ThreadState::Attached, 2));
    return R;
  }
  Pair P = pair(Accesses, Writes);
  bool SomeLocked = llvm::any_of(Accesses, holdsGlobalLock);
  bool AllLocked = llvm::all_of(Accesses, [](const SharedAccess &A) { return !A.Must.empty(); });
  R.What = AllLocked ? Race::OtherLocks : SomeLocked ? Race::SomeUnlocked : Race::Unordered;
  R.Where = C.place(P.First->At);
  R.Function = C.R.functionName(P.First->At.Fn);
  side(R.Notes, 1, *P.First, Name + " is " + verb(*P.First, Writes(*P.First)));
  side(R.Notes, 2, *P.Second, Name + " is " + verb(*P.Second, Writes(*P.Second)));
  return R;
}

} // namespace gilray::evidence
