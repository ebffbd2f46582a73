// The ways in which functions are entered: from the program's roots down, with the locks that callers hold.
#include "flow/LockSets.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using link::Root;

static uint8_t arrival(api::EntryState S) {
  switch (S) {
  case api::EntryState::Attached:
    return ArrivesAttached;
  case api::EntryState::Detached:
  case api::EntryState::NoThreadState:
  case api::EntryState::BeforeInit:
    return ArrivesDetached;
  default:
    return ArrivesUnknown;
  }
}

uint8_t LockSets::arrivals(uint8_t Relative, uint8_t Entered) {
  auto In = [&](Here H) { return Relative >> unsigned(H) & 1; };
  return (In(Here::AsEntered) ? Entered : 0) | (In(Here::Attached) ? ArrivesAttached : 0) |
         (In(Here::Detached) ? ArrivesDetached : 0) | (In(Here::Unknown) ? ArrivesUnknown : 0);
}

uint8_t LockSets::threads(uint8_t Relative, FnId In) const {
  uint8_t Entered = 0;
  for (unsigned W : WaysOf[In])
    Entered |= Ways[W]->Context.Threads;
  return arrivals(Relative, Entered);
}

std::vector<const LockContext *> LockSets::contexts(FnId F) const {
  std::vector<const LockContext *> Out;
  for (unsigned W : WaysOf[F])
    Out.push_back(&Ways[W]->Context);
  return Out;
}

static bool sameLocks(const std::vector<HeldLock> &A, const std::vector<HeldLock> &B) {
  return A.size() == B.size() && std::equal(A.begin(), A.end(), B.begin(),
                                            [](const HeldLock &X, const HeldLock &Y) { return X.key() == Y.key(); });
}

static bool sameContext(const LockContext &A, const LockContext &B) {
  return A.Threads == B.Threads && A.Own == B.Own && A.Fresh == B.Fresh && A.Uncertain == B.Uncertain &&
         sameLocks(A.Must, B.Must) && sameLocks(A.May, B.May);
}

/// The context that stands for both; true when it is more than Into was.
static bool mergeContext(LockContext &Into, const LockContext &C) {
  LockContext Old = Into;
  auto Has = [](const std::vector<HeldLock> &In, const HeldLock &H) {
    return llvm::any_of(In, [&](const HeldLock &X) { return X.Lock == H.Lock && X.Shared == H.Shared; });
  };
  llvm::erase_if(Into.Must, [&](const HeldLock &H) { return !Has(C.Must, H); });
  for (const HeldLock &H : C.May)
    if (!Has(Into.May, H))
      Into.May.push_back(H);
  Into.Threads |= C.Threads;
  Into.Own &= C.Own;
  Into.Fresh &= C.Fresh;
  Into.Uncertain |= C.Uncertain;
  Into.Merged = true;
  return !sameContext(Old, Into);
}

/// The number of the way; it is queued when it is new, or has become more.
unsigned LockSets::enter(FnId F, LockContext C, int From, EventRef Call) {
  auto Queued = [&](unsigned W) {
    if (!Ways[W]->Queued)
      Queue.push_back(W);
    Ways[W]->Queued = true;
    return W;
  };
  for (unsigned W : WaysOf[F])
    if (sameContext(Ways[W]->Context, C))
      return W;
  if (WaysOf[F].size() >= Limits.Contexts) {
    unsigned W = WaysOf[F].back();
    return mergeContext(Ways[W]->Context, C) ? Queued(W) : W;
  }
  Ways.push_back(std::make_unique<Way>());
  Way &W = *Ways.back();
  W.Fn = F;
  W.Context = std::move(C);
  W.From = From;
  W.Call = Call;
  WaysOf[F].push_back(Ways.size() - 1);
  return Queued(Ways.size() - 1);
}

void LockSets::enterRoots() {
  std::vector<bool> Called(P.functions().size(), false);
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : Infos[F].Callees)
      if (G != F)
        Called[G] = true;
  for (const Root &X : P.roots())
    if (X.State != api::EntryState::Unknown)
      Roots.push_back(X);
  auto IsRoot = [&](FnId F) { return llvm::any_of(Roots, [&](const Root &X) { return X.Fn == F; }); };
  for (const link::Registration &G : P.registrations())
    if (!IsRoot(G.Fn))
      Roots.push_back(
          {G.Fn, link::RootKind::Callback, api::EntryState::Unknown, "callback", "", G.At, G.Unit, G.Where});
  std::vector<unsigned> First;
  auto Enter = [&](const Root &X) {
    LockContext C;
    C.Threads = arrival(X.State);
    bool Object = (X.Kind == link::RootKind::Interpreter || X.Kind == link::RootKind::Bound) && X.Role != "new" &&
                  X.Role != "alloc" && X.Role != "module-exec";
    C.Own = Object ? 1 : 0;
    First.push_back(enter(X.Fn, std::move(C), -1, {}));
  };
  for (const Root &X : Roots)
    Enter(X);
  // Nobody is seen to call it: attached, as CPython's documentation prescribes, unless the engine found otherwise. Of
  // what has nothing to do with Python, such as a library in the package's own sources, nobody knows.
  auto Assume = [&](FnId F) {
    bool Python = Infos[F].Needs || Infos[F].Detaches || Summaries[F].Detaches.Sure != Degree::Never;
    Roots.push_back({F,
                     link::RootKind::Assumed,
                     !R.enteredAttached(F) ? api::EntryState::Detached
                     : Python              ? api::EntryState::Attached
                                           : api::EntryState::Unknown,
                     "",
                     "",
                     {},
                     &P.unit(F),
                     P.fn(F).Where});
    Enter(Roots.back());
  };
  auto Drain = [&] {
    while (!Queue.empty()) {
      unsigned W = Queue.front();
      Queue.pop_front();
      Ways[W]->Queued = false;
      follow(W);
    }
  };
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (!Called[F] && WaysOf[F].empty())
      Assume(F);
  Drain();
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (WaysOf[F].empty()) { // only cycles that nobody enters are left
      Assume(F);
      Drain();
    }
  for (std::unique_ptr<Way> &W : Ways)
    W->Roots.resize(Roots.size());
  for (unsigned I = 0; I < First.size(); ++I)
    Ways[First[I]]->Roots.set(I);
}

/// What is held at an event, entered in some way: locks of the function and of its callers. Detaching gives all
/// sections up, and only the last one comes back.
void LockSets::combine(const LockPoint &Here, const LockContext &C, FnId F, std::vector<HeldLock> &Must,
                       std::vector<HeldLock> &May) const {
  Must = Here.Must;
  May = Here.May;
  auto Add = [](std::vector<HeldLock> &To, const HeldLock &H) {
    if (llvm::none_of(To, [&](const HeldLock &X) { return X.Lock == H.Lock; }))
      To.push_back(H);
  };
  Degree Disturbed = Here.Disturbed;
  if (Points[F].empty())
    Disturbed = std::max(Disturbed, Summaries[F].Detaches.Sure);
  bool Away = Here.in(flow::Here::Detached);
  bool OwnSection = llvm::any_of(Here.May, [](const HeldLock &H) { return H.critical(); });
  unsigned Sections = llvm::count_if(C.Must, [](const HeldLock &H) { return H.critical(); });
  for (const HeldLock &H : C.May)
    Add(May, H);
  for (const HeldLock &H : C.Must) {
    if (llvm::is_contained(Here.Dropped, H.Lock))
      continue;
    if (H.critical() && (Away || (Disturbed == Degree::Certain && (OwnSection || Sections > 1))))
      continue;
    Add(Must, H);
  }
}

LockContext LockSets::contextOf(const Way &From, EventRef At, FnId Callee) {
  const LockPoint &Here = this->at(At);
  const ir::Event &E = P.event(At);
  LockContext C;
  C.Threads = arrivals(Here.Threads, From.Context.Threads);
  C.Uncertain = Here.Uncertain || From.Context.Uncertain;
  std::vector<HeldLock> Must, May;
  combine(Here, From.Context, From.Fn, Must, May);
  if (LockAction A = Events->action(At); A.Do == LockAction::Once)
    for (PathId L : A.Locks) {
      HeldLock H{L, A.Kind, false, true, false, HeldLock::No, 1, 0, At};
      Must.push_back(H);
      May.push_back(H);
    }
  bool Anything =
      !Must.empty() || !May.empty() || From.Context.Own || From.Context.Fresh || !Fresh[From.Fn].Made.empty();
  if (!Anything)
    return C;
  Renamings Names = Paths->renamings(From.Fn, E.Args, Callee);
  auto Rename = [&](const std::vector<HeldLock> &In, std::vector<HeldLock> &Out) {
    for (HeldLock H : In) {
      // A global keeps its name, and has the parameter's as well: the callee may use either.
      PathId Inner = Paths->down(H.Lock, Names);
      bool Global = !Paths->mentions(H.Lock, [](const Path &X) {
        return X.Kind != PathKind::Global && X.Kind != PathKind::Deref && X.Kind != PathKind::Field &&
               X.Kind != PathKind::Addr;
      });
      H.Guard = 0;
      H.At = {};
      if (Global && Inner != H.Lock)
        Out.push_back(H);
      H.Lock = Inner;
      Out.push_back(H);
    }
    llvm::stable_sort(Out, [](const HeldLock &A, const HeldLock &B) { return A.Lock < B.Lock; });
    Out.erase(
        std::unique(Out.begin(), Out.end(), [](const HeldLock &A, const HeldLock &B) { return A.Lock == B.Lock; }),
        Out.end());
  };
  Rename(Must, C.Must);
  Rename(May, C.May);
  for (const Renaming &N : Names) {
    const Path &Inner = (*Paths)[N.Inner], &Outer = (*Paths)[N.Outer];
    if (Inner.Kind != PathKind::Param || Inner.Ref >= 32)
      continue;
    bool Mine = Outer.Kind == PathKind::Param && Outer.Ref < 32;
    if (Mine && From.Context.Own >> Outer.Ref & 1)
      C.Own |= 1u << Inner.Ref;
    if ((Mine && From.Context.Fresh >> Outer.Ref & 1) || isFresh(From.Fn, Paths->deref(N.Outer), At))
      C.Fresh |= 1u << Inner.Ref;
  }
  return C;
}

void LockSets::follow(unsigned Number) {
  FnId F = Ways[Number]->Fn;
  Ways[Number]->Next.clear();
  if (Infos[F].Callees.empty())
    return;
  const ir::Function &Fn = P.fn(F);
  for (ir::BlockId B = 0; B < Fn.Blocks.size(); ++B)
    for (uint32_t I = 0; I < Fn.Blocks[B].Events.size(); ++I) {
      EventRef At{F, B, I};
      llvm::SmallVector<FnId, 2> Bodies(Infos[F].Targets[B][I].Fns.begin(), Infos[F].Targets[B][I].Fns.end());
      for (const Action &X : Infos[F].Actions[B][I])
        if (X.Fn != link::NoFn)
          Bodies.push_back(X.Fn);
      if (Bodies.empty() || !this->at(At).Reached)
        continue;
      for (FnId G : Bodies) {
        unsigned To = enter(G, contextOf(*Ways[Number], At, G), int(Number), At);
        if (!llvm::is_contained(Ways[Number]->Next, To))
          Ways[Number]->Next.push_back(To);
      }
    }
}

void LockSets::spreadRoots() {
  std::vector<unsigned> Work;
  std::vector<bool> Queued(Ways.size(), true);
  for (unsigned W = Ways.size(); W-- > 0;)
    Work.push_back(W);
  while (!Work.empty()) {
    unsigned W = Work.back();
    Work.pop_back();
    Queued[W] = false;
    for (unsigned To : Ways[W]->Next) {
      if (!Ways[W]->Roots.test(Ways[To]->Roots)) // nothing new
        continue;
      Ways[To]->Roots |= Ways[W]->Roots;
      if (!Queued[To]) {
        Queued[To] = true;
        Work.push_back(To);
      }
    }
  }
}

const link::Root *LockSets::entry(const SharedAccess &A) const {
  for (unsigned W : WaysOf[A.At.Fn]) {
    if (&Ways[W]->Context != A.Context)
      continue;
    const Way *X = Ways[W].get();
    for (unsigned Steps = 0; X->From >= 0 && Steps < 64; ++Steps)
      X = Ways[X->From].get();
    auto Found = llvm::find_if(Roots, [&](const Root &R) { return R.Fn == X->Fn; });
    return Found == Roots.end() ? nullptr : &*Found;
  }
  return nullptr;
}

std::vector<Step> LockSets::stepsTo(const Way &W) const {
  std::vector<Step> Out;
  for (const Way *X = &W; X->From >= 0 && Out.size() < 32; X = Ways[X->From].get())
    Out.push_back({&P.unit(X->Call.Fn), P.where(X->Call), "'" + R.functionName(X->Fn) + "' is called here",
                   ThreadState::Unknown, X->Fn});
  std::reverse(Out.begin(), Out.end());
  return Out;
}

std::vector<Step> LockSets::way(const SharedAccess &A) const {
  for (unsigned W : WaysOf[A.At.Fn])
    if (&Ways[W]->Context == A.Context)
      return stepsTo(*Ways[W]);
  return {};
}

std::vector<Step> LockSets::wayInto(FnId F, uint8_t Threads) const {
  for (unsigned W : WaysOf[F])
    if (Ways[W]->Context.Threads & Threads)
      return stepsTo(*Ways[W]);
  return {};
}

llvm::BitVector LockSets::rootsOf(FnId F) const {
  llvm::BitVector Out(Roots.size());
  for (unsigned W : WaysOf[F])
    Out |= Ways[W]->Roots;
  return Out;
}

PathId LockSets::placeOfArgument(EventRef Call, unsigned Arg) const {
  const ir::Event &E = P.event(Call);
  if (Arg >= E.Args.size())
    return 0;
  PathId X = Paths->of(Call.Fn, E.Args[Arg]);
  const ir::Unit &U = P.unit(Call.Fn);
  bool Pointer =
      (*Paths)[X].Kind == PathKind::Addr || U.Types[P.typeOf(Call.Fn, E.Args[Arg])].Kind == ir::TypeKind::Pointer;
  return X && Pointer ? Paths->deref(X) : X;
}

void LockSets::entries() {
  auto Add = [](Entries &To, NameId Class, FnId F, const Root *X) {
    if (Class && llvm::none_of(To[Class], [&](const Entry &E) { return E.Fn == F; }))
      To[Class].push_back({F, X});
  };
  for (const Root &X : Roots)
    for (const LockExit &Exit : Summaries[X.Fn].Exits) {
      // Where C code gets the exception, the process ends: that hands nobody a lock.
      const bool Ends = Exit.Exceptional && X.Kind == link::RootKind::Interpreter;
      for (const HeldLock &H : Exit.Held)
        if (!Exit.Guessed && !H.Guard && !Ends)
          Add(LeftHeld, Paths->className(H.Lock), X.Fn, &X);
      for (PathId L : Exit.Dropped)
        Add(GivenBack, Paths->className(L), X.Fn, &X);
    }
}

} // namespace gilray::flow
