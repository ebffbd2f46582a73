// Fields of objects that methods use without the lock that others hold, or write without any: two threads can call
// methods of one object at the same time as soon as no GIL makes them take turns.
//
//     static PyObject *put(Cache *self, PyObject *v) { self->n++; .. }                 a race for sure: a blocker
//     Py_BEGIN_CRITICAL_SECTION(self); self->n++; Py_END_CRITICAL_SECTION();           no fact, if all others do so
//     static PyObject *len(Cache *self, ..) { return PyLong_FromLong(self->n); }       read without it: a concern
//     static PyObject *copy(..) { Cache *c = make_copy(self); c->n = 0; .. }           whose object? not judged
//
// Construction and destruction have the object for themselves. Fields that nobody guards are one fact per type of
// object, with the worst of them first; a field with a lock at some places and not at others is one of its own.
#include "evidence/Races.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace gilray::evidence {

using llvm::StringRef;

/// How many further fields are named.
static constexpr size_t MaxOthers = 12;
/// So many times as many functions with the lock as without it make the rest slips.
static constexpr size_t Believed = 3;
/// How many further functions that lack the lock are named.
static constexpr size_t MaxPlaces = 16;

namespace {

struct RacingField {
  StringRef Name;
  std::vector<SharedAccess> Accesses;
  EventRef Test; ///< if (self->busy) ...; self->busy = 1;
  SharedAccess First, Second;
  bool Pointer = false, Handle = false, SomeLocked = false;
  bool Slip = false;      ///< nearly all others hold the lock: each function that lacks it is told by itself
  bool ReadsOnly = false; ///< all writes are under one lock that some read does not take
  bool OneWriter = false; ///< not all locks are known: only of Second that it writes under one
  /// What does most harm is told first: two users of what one of them frees, a test that both pass, lost updates.
  unsigned rank() const { return Test.valid() ? 0 : Pointer || Handle ? 1 : 2; }
};

class Collector {
public:
  explicit Collector(Context &C) : C(C), Threads(C) {}
  void run();

private:
  void judge(std::vector<SharedAccess> Accesses, const ir::Unit &U, const ir::Record &R, const ir::Field &F,
             std::vector<RacingField> &Racing);
  std::vector<SharedAccess> shared(std::vector<SharedAccess> All) const;
  std::vector<SharedAccess> handles(const ir::Unit &U, const ir::Record &R, const ir::Field &F) const;
  bool hasBusyFlag(const ir::Record &R) const;
  std::vector<FnId> unlockedEntries(const RacingField &X) const;
  bool hasPromised(const RacingField &X) const;
  bool isLockedMethod(const SharedAccess &A) const;
  bool isMostlyLocked(llvm::ArrayRef<SharedAccess> Accesses) const;
  std::pair<const SharedAccess *, const SharedAccess *> readerAndWriter(llvm::ArrayRef<SharedAccess> Accesses,
                                                                        llvm::ArrayRef<SharedAccess> Written) const;
  std::vector<const SharedAccess *> lacking(const RacingField &X) const;
  std::vector<RacingField> slips(RacingField X) const;
  void otherPlaces(Fact &F, llvm::ArrayRef<RacingField> Of) const;
  Fact fact(const ir::Record &R, llvm::ArrayRef<RacingField> Of) const;
  void record(const ir::Unit &U, const ir::Record &R);

  Context &C;
  const Races Threads;
  std::map<unsigned, std::pair<std::string, Place>> Unjudged; ///< per module: a field, and where it is written
};

} // namespace

/// Is it the object that a method was called on, one that this object leads to, or one in static storage? Of any other
/// it is not known whether somebody else has it, too.
static bool isShared(const flow::LockSets &L, const SharedAccess &A) {
  if (A.Own)
    return true;
  const flow::LockPaths &Paths = L.paths();
  flow::PathId Root = A.Object;
  while (Paths[Root].A)
    Root = Paths[Root].A;
  const flow::Path &X = Paths[Root];
  return X.Kind == flow::PathKind::Global ||
         (X.Kind == flow::PathKind::Param && X.Ref < 32 && A.Context && (A.Context->Own >> X.Ref & 1));
}

bool ownsObject(const flow::LockSets &L, const SharedAccess &A) {
  if (A.Fresh)
    return true;
  if (!A.Roots || A.Roots->none())
    return false;
  return llvm::all_of(A.Roots->set_bits(), [&](unsigned I) {
    const link::Root &Root = L.roots()[I];
    return isShared(L, A) ? isExclusive(Root) : Root.Role == "new" || Root.Role == "alloc";
  });
}

/// Under no lock for sure, in an object that others know.
static bool isBare(const flow::LockSets &L, const SharedAccess &A) {
  return A.Must.empty() && A.May.empty() && !A.Uncertain && !(A.Context && A.Context->Merged) && isShared(L, A);
}

/// Is it only come to when a foreign library calls back? The library may do so in a call that is made under the lock.
///     reader->fn = &callbacks; ..  lock(self);  redisReaderGetReply(self->reader, &reply);  unlock(self);
static bool isCalledBack(const flow::LockSets &L, const SharedAccess &A) {
  return A.Roots && A.Roots->any() &&
         llvm::all_of(A.Roots->set_bits(), [&](unsigned I) { return L.roots()[I].Kind == link::RootKind::Callback; });
}

/// Without those that have the object for themselves.
std::vector<SharedAccess> Collector::shared(std::vector<SharedAccess> All) const {
  llvm::erase_if(All, [&](const SharedAccess &A) {
    return A.InitOnly || A.atomic() || !C.TheReach.running(A.At.Fn) || ownsObject(C.Locks, A);
  });
  return All;
}

/// Uses of a library's handle that only one thread at a time may use.
std::vector<SharedAccess> Collector::handles(const ir::Unit &U, const ir::Record &R, const ir::Field &F) const {
  const ir::Type &T = U.Types[F.Type];
  if (T.Kind != ir::TypeKind::Pointer || U.Types[T.Inner].Kind != ir::TypeKind::Record)
    return {};
  const api::TypeEntry *E = C.P.model().type(U.Types[T.Inner].Record);
  return E && E->OneThread ? shared(C.Locks.handed(R.Name, F.Name)) : std::vector<SharedAccess>();
}

/// A flag that says that somebody is at work in the object, which is tested and set under a lock: it may order the
/// rest.
///
///     Py_BEGIN_CRITICAL_SECTION(self);  if (self->busy) ok = 0;  if (ok) self->busy = 1;  Py_END_CRITICAL_SECTION();
bool Collector::hasBusyFlag(const ir::Record &R) const {
  return llvm::any_of(R.Fields, [&](const ir::Field &F) {
    std::vector<SharedAccess> Accesses = shared(C.Locks.accessesOf(R.Name, F.Name)), Writes;
    llvm::copy_if(Accesses, std::back_inserter(Writes), [](const SharedAccess &A) { return A.Writes; });
    if (Writes.empty() || C.Locks.commonLock(Writes, /*Weak=*/true).empty())
      return false;
    bool Taken = false, Left = false;
    for (const SharedAccess &W : Writes) {
      const ir::Event &E = C.P.event(W.At);
      const ir::Value &Stored = C.P.fn(W.At.Fn).Values[E.Src];
      if (E.Kind != ir::EventKind::Write || Stored.Kind != ir::ValueKind::Int)
        return false;
      Left |= Stored.Int == 0;
      Taken |= Stored.Int && llvm::any_of(Accesses, [&](const SharedAccess &A) {
                 return A.At.Fn == W.At.Fn && A.Reads && !A.Writes && !A.Must.empty();
               });
    }
    return Taken && Left;
  });
}

/// A method uses the object that it was called on, under a lock for sure.
bool Collector::isLockedMethod(const SharedAccess &A) const {
  return A.Own && !A.Must.empty() && !A.Uncertain && !(A.Context && A.Context->Merged) && !Threads.entersExclusively(A);
}

/// Most functions hold a lock. Where few do, the others may know why: what is read is ready since a flag says so.
///
///     Py_BEGIN_CRITICAL_SECTION(self);  self->fields = make();  store(&self->ready, 1);
///     if (load(&self->ready)) use(self->fields);
bool Collector::isMostlyLocked(llvm::ArrayRef<SharedAccess> Accesses) const {
  llvm::DenseSet<FnId> Holding, Lacking;
  for (const SharedAccess &A : Accesses)
    if (isBare(C.Locks, A) && !Threads.entersExclusively(A))
      Lacking.insert(A.At.Fn);
  for (const SharedAccess &A : Accesses)
    if (!A.Must.empty() && !Lacking.contains(A.At.Fn))
      Holding.insert(A.At.Fn);
  return Holding.size() >= Believed * Lacking.size();
}

/// Whatever else there is: a method that writes under a lock and one that reads under none meet in one object.
std::pair<const SharedAccess *, const SharedAccess *>
Collector::readerAndWriter(llvm::ArrayRef<SharedAccess> Accesses, llvm::ArrayRef<SharedAccess> Written) const {
  const auto *Reader = llvm::find_if(
      Accesses, [&](const SharedAccess &A) { return isBare(C.Locks, A) && !Threads.entersExclusively(A); });
  const auto *Writer = llvm::find_if(Written, [&](const SharedAccess &A) { return isLockedMethod(A); });
  if (Reader == Accesses.end() || Writer == Written.end() || !isMostlyLocked(Accesses))
    return {};
  return {Reader, Writer};
}

/// Do these accesses race at all: is there a write, and somebody whom it hurts?
static bool collide(llvm::ArrayRef<SharedAccess> Accesses) {
  auto Writes = [](const SharedAccess &A) { return A.Writes; };
  return llvm::any_of(Accesses, Writes) && llvm::any_of(Accesses, [](const SharedAccess &A) { return A.Reads; });
}

void Collector::judge(std::vector<SharedAccess> Accesses, const ir::Unit &U, const ir::Record &R, const ir::Field &F,
                      std::vector<RacingField> &Racing) {
  RacingField X;
  X.Name = F.Name;
  X.Handle = !Accesses.empty() && llvm::all_of(Accesses, [](const SharedAccess &A) { return A.Passed; });
  if (Accesses.empty() || (!X.Handle && !collide(Accesses)) || C.guard(Accesses) == Context::Guard::Lock)
    return;
  auto Writes = [&](const SharedAccess &A) { return A.Writes || X.Handle; };
  std::vector<SharedAccess> Written;
  llvm::copy_if(Accesses, std::back_inserter(Written), Writes);
  bool Sure = llvm::none_of(Accesses, [](const SharedAccess &A) {
    return A.Uncertain || (A.Context && A.Context->Merged) || A.May.size() > A.Must.size();
  });
  const SharedAccess *First = nullptr;
  for (const SharedAccess &A : Accesses)
    if (Writes(A) && isBare(C.Locks, A) &&
        (!First || (Threads.entersExclusively(*First) && !Threads.entersExclusively(A))))
      First = &A;
  X.ReadsOnly = !First;
  // What is written into new objects under a lock that is held anyway says nothing of those who read them later.
  bool Known = llvm::any_of(Written, [&](const SharedAccess &A) { return isShared(C.Locks, A); });
  if (!First && Sure && Known && !C.Locks.commonLock(Written, /*Weak=*/true).empty())
    for (const SharedAccess &A : Accesses)
      if (!First && A.Must.empty() && !isCalledBack(C.Locks, A))
        First = &A;
  const SharedAccess *Writer = nullptr;
  if (!First)
    std::tie(First, Writer) = readerAndWriter(Accesses, Written);
  X.OneWriter = Writer;
  if (!First) {
    for (unsigned M : C.M.of(Accesses.front().At.Fn))
      Unjudged.try_emplace(M, (R.Name + "." + F.Name).str(), C.place(Accesses.front().At));
    return;
  }
  X.Pointer = U.Types[F.Type].Kind == ir::TypeKind::Pointer;
  X.SomeLocked = llvm::any_of(Accesses, [](const SharedAccess &A) { return !A.Must.empty(); });
  std::string Place = (R.Name + "." + F.Name).str();
  // The write behind a test that two threads pass is the one that everybody believes.
  for (const SharedAccess &A : Accesses)
    if (A.Writes && isBare(C.Locks, A) && !X.Test.valid()) {
      X.Test = Threads.unsetTest(Place, A.At);
      if (X.Test.valid())
        First = &A;
    }
  X.First = *First;
  X.Second = Writer ? *Writer : *Threads.second(Accesses, *First, Writes);
  X.Accesses = std::move(Accesses);
  Racing.push_back(std::move(X));
}

/// The functions through which the program is entered on the way to uses without a lock, in their order.
std::vector<FnId> Collector::unlockedEntries(const RacingField &X) const {
  std::vector<FnId> Out;
  for (const SharedAccess &A : X.Accesses)
    if (A.Must.empty() && A.Roots)
      for (unsigned I : A.Roots->set_bits())
        Out.push_back(C.Locks.roots()[I].Fn);
  llvm::sort(Out);
  Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
  if (Out.size() > MaxOthers)
    Out.resize(MaxOthers);
  return Out;
}

/// Does a module that it belongs to say that it needs no GIL?
bool Collector::hasPromised(const RacingField &X) const {
  return llvm::any_of(C.M.of(X.First.At.Fn), [&](unsigned I) { return C.M.all()[I].Gil.says(1); });
}

/// Does it come before the other: writes first, then in the order of the source.
static bool comesBefore(const SharedAccess &A, const SharedAccess &B) {
  return std::tuple(!A.Writes, A.At) < std::tuple(!B.Writes, B.At);
}

/// Per function that lacks the lock its first write without one, or else its first read.
std::vector<const SharedAccess *> Collector::lacking(const RacingField &X) const {
  std::map<FnId, const SharedAccess *> ByFunction;
  for (const SharedAccess &A : X.Accesses) {
    if (!(X.ReadsOnly && !X.OneWriter ? A.Must.empty() : isBare(C.Locks, A)) || Threads.entersExclusively(A))
      continue;
    const SharedAccess *&First = ByFunction[A.At.Fn];
    if (!First || comesBefore(A, *First))
      First = &A;
  }
  std::vector<const SharedAccess *> Out;
  for (const auto &[Fn, A] : ByFunction)
    Out.push_back(A);
  return Out;
}

/// Nearly all functions hold the lock, and the module says that it needs no GIL: what the others do is a slip each.
///
///     put, pop, get, clear, ..: Py_BEGIN_CRITICAL_SECTION(self); .. self->items ..      peek, first: self->items
std::vector<RacingField> Collector::slips(RacingField X) const {
  std::vector<const SharedAccess *> Lacking = lacking(X);
  llvm::DenseSet<FnId> Holding;
  for (const SharedAccess &A : X.Accesses)
    if (!A.Must.empty())
      Holding.insert(A.At.Fn);
  for (const SharedAccess *A : Lacking)
    Holding.erase(A->At.Fn);
  std::vector<RacingField> Out;
  if (X.Handle || Lacking.size() < 2 || Holding.size() < Believed * Lacking.size() || !hasPromised(X))
    return {std::move(X)};
  for (const SharedAccess *A : Lacking) {
    RacingField One = X;
    One.Slip = true;
    One.First = *A;
    if (!X.OneWriter)
      One.Second = *Threads.second(X.Accesses, *A, [](const SharedAccess &B) { return B.Writes; });
    if (A->At.Fn != X.First.At.Fn)
      One.Test = {};
    Out.push_back(std::move(One));
  }
  return Out;
}

/// Each function that lacks the lock has to take it.
///
///     static PyObject *pop(..) { .. self->used--; .. }      told
///     static PyObject *get(..) { .. self->items[i] .. }     "'items' is read here in 'get', under no lock"
void Collector::otherPlaces(Fact &F, llvm::ArrayRef<RacingField> Of) const {
  std::map<FnId, std::pair<StringRef, const SharedAccess *>> ByFunction;
  for (const RacingField &X : Of)
    for (const SharedAccess *A : lacking(X))
      if (A->At.Fn != Of.front().First.At.Fn && A->At.Fn != Of.front().Second.At.Fn)
        if (auto [It, New] = ByFunction.try_emplace(A->At.Fn, X.Name, A); !New && comesBefore(*A, *It->second.second))
          It->second = {X.Name, A};
  std::vector<std::pair<StringRef, const SharedAccess *>> All;
  for (const auto &[Fn, Told] : ByFunction)
    All.push_back(Told);
  llvm::sort(All, [](const auto &A, const auto &B) { return comesBefore(*A.second, *B.second); });
  for (size_t I = 0; I < All.size(); ++I) {
    const auto &[Name, A] = All[I];
    if (I == MaxPlaces) {
      C.note(F, NoteKind::Related,
             "and in " + std::to_string(All.size() - I) + " more functions, here in the first of them", C.place(A->At));
      return;
    }
    C.note(F, NoteKind::Related,
           "'" + Name.str() + "' is " + Races::verb(*A, A->Writes) + " here " + C.inFunction(A->At.Fn) +
               ", under no lock",
           C.place(A->At));
  }
}

Fact Collector::fact(const ir::Record &R, llvm::ArrayRef<RacingField> Of) const {
  const RacingField &X = Of.front();
  std::string Names = "'" + X.Name.str() + "'";
  if (Of.size() > 1)
    Names += " and " + std::to_string(Of.size() - 1) + (Of.size() == 2 ? " other" : " others");
  std::string Plural = Of.size() > 1 ? "s" : "", Verb = Of.size() > 1 ? " are" : " is";
  Fact F;
  F.What = Kind::UnguardedField;
  (X.ReadsOnly ? F.Concerns : F.Blocks) = FreeThreading;
  F.Minor = X.ReadsOnly && !X.Pointer;
  F.Subject = (R.Name + "." + X.Name).str();
  std::string Fields = "field" + Plural + " " + Names + " of '" + R.Name.str() + "'" + Verb;
  if (X.Handle)
    F.Says = "the library's handle in field '" + X.Name.str() + "' of '" + R.Name.str() +
             "' is for one thread at a time and is used by methods without a lock";
  else if (X.SomeLocked)
    F.Says = Fields + " used by '" + C.R.functionName(X.First.At.Fn) + "' without the lock that others hold";
  else
    F.Says = Fields + " written by methods without a lock";
  F.Remedy = "hold a critical section on the object (3.13) or a lock wherever the field is used, or make it atomic";
  auto Writes = [&](const SharedAccess &A) { return A.Writes || X.Handle; };
  auto Does = [&](const SharedAccess &A) {
    return "'" + X.Name.str() + "' is " + (X.Handle ? "used" : Races::verb(A, Writes(A)));
  };
  F.Where = C.place(X.First.At);
  F.Function = C.R.functionName(X.First.At.Fn);
  Threads.side(F.Notes, 1, X.First, Does(X.First));
  if (X.Test.valid())
    F.Notes.push_back(step("thread 2: the test of '" + X.Name.str() + "' here is passed at the same moment",
                           C.place(X.Test), ThreadState::Attached, 2));
  else
    Threads.side(F.Notes, 2, X.Second, Does(X.Second));
  // Each of them has to take the lock.
  if (X.Handle)
    for (FnId Entry : unlockedEntries(X))
      C.note(F, NoteKind::Related, "'" + C.R.functionName(Entry) + "' comes to a use of it without a lock",
             C.R.place(C.P.unit(Entry), C.P.fn(Entry).Where));
  else if (!X.Slip)
    otherPlaces(F, Of);
  for (const RacingField &Other : Of.drop_front().take_front(MaxOthers))
    if (llvm::none_of(F.Notes, [&](const Note &N) { return N.Where == C.place(Other.First.At); }))
      C.note(F, NoteKind::Related,
             "'" + Other.Name.str() + "' is " + Races::verb(Other.First, Other.First.Writes) + " here " +
                 C.inFunction(Other.First.At.Fn),
             C.place(Other.First.At));
  return F;
}

void Collector::record(const ir::Unit &U, const ir::Record &R) {
  std::vector<RacingField> Racing;
  for (const ir::Field &F : R.Fields) {
    std::vector<SharedAccess> Accesses = shared(C.Locks.accessesOf(R.Name, F.Name));
    llvm::erase_if(Accesses, [](const SharedAccess &A) { return A.Passed; });
    size_t Before = Racing.size();
    judge(std::move(Accesses), U, R, F, Racing);
    if (Racing.size() == Before)
      judge(handles(U, R, F), U, R, F, Racing);
  }
  if (!Racing.empty() && hasBusyFlag(R)) {
    const RacingField &X = Racing.front();
    for (unsigned M : C.M.of(X.First.At.Fn))
      Unjudged.try_emplace(M, (R.Name + "." + X.Name).str(), C.place(X.First.At));
    return;
  }
  llvm::stable_sort(Racing, [](const RacingField &A, const RacingField &B) { return A.rank() < B.rank(); });
  // One fact for what nobody guards, one per library handle, and one for what some lack that others hold: per function
  // in a module that says it needs no GIL, where each is a slip.
  std::map<std::tuple<unsigned, FnId, StringRef>, std::vector<RacingField>> Groups;
  std::vector<RacingField> Single;
  for (RacingField &X : Racing)
    llvm::move(slips(std::move(X)), std::back_inserter(Single));
  for (RacingField &X : Single) {
    FnId Slip = hasPromised(X) ? X.First.At.Fn : link::NoFn;
    auto Key = X.Handle       ? std::tuple(4u, link::NoFn, X.Name)
               : X.ReadsOnly  ? std::tuple(X.Pointer ? 2u : 3u, Slip, StringRef())
               : X.SomeLocked ? std::tuple(1u, Slip, StringRef())
                              : std::tuple(0u, link::NoFn, StringRef());
    Groups[Key].push_back(std::move(X));
  }
  for (const auto &[Key, Of] : Groups)
    C.add(fact(R, Of), C.M.of(Of.front().First.At.Fn));
}

void Collector::run() {
  llvm::StringMap<bool> Seen;
  for (const ir::Unit *U : C.P.units())
    for (const ir::Record &R : U->Records)
      if (R.PythonObject && C.TheTypes.homeOf(*U, R.Where) == ir::HeaderClass::Project &&
          Seen.try_emplace(R.Name, true).second)
        record(*U, R);
  for (auto &[Module, At] : Unjudged)
    C.Hidden.push_back(
        {"whether two threads can meet in the fields of an object could not be followed, for one in '" + At.first + "'",
         At.second,
         FreeThreading,
         {Module}});
}

void collectFields(Context &C) { Collector(C).run(); }

} // namespace gilray::evidence
