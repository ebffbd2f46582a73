// Fields of objects that methods write without a lock: two threads can call methods of one object at the same time as
// soon as no GIL makes them take turns.
//
//     static PyObject *put(Cache *self, PyObject *v) { self->n++; .. }                 a race for sure: a blocker
//     Py_BEGIN_CRITICAL_SECTION(self); self->n++; Py_END_CRITICAL_SECTION();           no fact, if all others do so
//     static PyObject *len(Cache *self, ..) { return PyLong_FromLong(self->n); }       read without it: a concern
//     static PyObject *copy(..) { Cache *c = make_copy(self); c->n = 0; .. }           whose object? not judged
//
// Construction and destruction have the object for themselves. One fact per type of object.
#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <map>

namespace gilray::evidence {

using flow::SharedAccess;
using llvm::StringRef;

/// How many further fields are named.
static constexpr size_t MaxOthers = 3;

namespace {

/// What two threads in methods of one object do to a field.
enum class Verdict : uint8_t {
  Fine,          ///< only read, or one lock is held at every access
  Race,          ///< a write of an object that others know, under no lock at all
  ReadsUnlocked, ///< all writes are under one lock that some read does not take
  Unknown,       ///< a lock may be held, or it is not known whose object is written
};

class Collector {
public:
  explicit Collector(Context &C) : C(C) {}
  void run();

private:
  bool isExclusive(StringRef Role) const;
  bool isConstruction(const SharedAccess &A) const;
  bool isShared(const SharedAccess &A) const;
  /// Is the way that the witness shows one of construction or destruction?
  bool entersExclusively(const SharedAccess &A) const {
    const link::Root *Root = C.TheReach.entry(A.At.Fn);
    return Root && isExclusive(Root->Role);
  }
  std::vector<SharedAccess> shared(StringRef Record, StringRef Field) const;
  Verdict judge(llvm::ArrayRef<SharedAccess> Accesses, const SharedAccess *&At) const;
  void record(const ir::Unit &U, const ir::Record &R);
  struct Named {
    std::string Field;
    SharedAccess At;
  };
  void witness(Fact &F, const SharedAccess &A, const std::string &Verb) const;
  void add(StringRef Record, llvm::ArrayRef<Named> Fields, bool Race);

  Context &C;
  std::map<unsigned, std::pair<std::string, Place>> Unjudged; ///< per module: a field, and where it is written
};

} // namespace

/// tp_new, tp_init, tp_dealloc and the like have the object that they are given, or make, for themselves.
bool Collector::isExclusive(StringRef Role) const {
  static constexpr StringRef Exclusive[] = {"alloc", "new", "init", "dealloc", "traverse", "clear", "finalize", "free"};
  return llvm::is_contained(Exclusive, Role);
}

bool Collector::isConstruction(const SharedAccess &A) const {
  if (A.Fresh)
    return true;
  if (!A.Roots || A.Roots->none())
    return false;
  return llvm::all_of(A.Roots->set_bits(), [&](unsigned I) {
    StringRef Role = C.Locks.roots()[I].Role;
    return isShared(A) ? isExclusive(Role) : Role == "new" || Role == "alloc";
  });
}

/// Is it the object that a method was called on, one that this object leads to, or one in static storage? Of any other
/// it is not known whether somebody else has it, too.
bool Collector::isShared(const SharedAccess &A) const {
  if (A.Own)
    return true;
  const flow::LockPaths &Paths = C.Locks.paths();
  flow::PathId Root = A.Object;
  while (Paths[Root].A)
    Root = Paths[Root].A;
  const flow::Path &X = Paths[Root];
  return X.Kind == flow::PathKind::Global ||
         (X.Kind == flow::PathKind::Param && X.Ref < 32 && A.Context && (A.Context->Own >> X.Ref & 1));
}

std::vector<SharedAccess> Collector::shared(StringRef Record, StringRef Field) const {
  std::vector<SharedAccess> Out = C.Locks.accessesOf(Record, Field);
  llvm::erase_if(Out, [&](const SharedAccess &A) {
    return A.InitOnly || A.atomic() || A.Passed || !C.TheReach.running(A.At.Fn) || isConstruction(A);
  });
  return Out;
}

/// At: where the verdict shows.
Verdict Collector::judge(llvm::ArrayRef<SharedAccess> Accesses, const SharedAccess *&At) const {
  std::vector<SharedAccess> Writes;
  bool Sure = true;
  for (const SharedAccess &A : Accesses) {
    Sure &= !A.Uncertain && !(A.Context && A.Context->Merged) && A.May.size() == A.Must.size();
    if (A.Writes)
      Writes.push_back(A);
  }
  At = nullptr;
  if (Writes.empty() || !C.Locks.commonLock(Accesses, /*Weak=*/true).empty())
    return Verdict::Fine;
  for (const SharedAccess &A : Accesses)
    if (A.Writes) {
      bool Bare = A.Must.empty() && A.May.empty() && !A.Uncertain && !(A.Context && A.Context->Merged) && isShared(A);
      if (Bare && (!At || (entersExclusively(*At) && !entersExclusively(A))))
        At = &A;
    }
  if (At)
    return Verdict::Race;
  if (Sure && !C.Locks.commonLock(Writes, /*Weak=*/true).empty()) {
    At = llvm::find_if(Accesses, [](const SharedAccess &A) { return !A.Writes && A.Must.empty(); });
    if (At != Accesses.end())
      return Verdict::ReadsUnlocked;
  }
  At = llvm::find_if(Accesses, [](const SharedAccess &A) { return A.Writes; });
  return Verdict::Unknown;
}

/// A function that construction or destruction uses too has a way through those, which would prove nothing.
void Collector::witness(Fact &F, const SharedAccess &A, const std::string &Verb) const {
  const std::string Here = Verb + " here " + C.inFunction(A.At.Fn);
  if (A.Roots && entersExclusively(A))
    for (unsigned I : A.Roots->set_bits())
      if (const link::Root &Root = C.Locks.roots()[I]; !isExclusive(Root.Role)) {
        C.TheReach.witness(Root.Fn, F.Notes);
        return C.note(F, NoteKind::Path, Here + ", which it leads to", C.place(A.At));
      }
  C.witness(F, A.At, Here);
}

void Collector::add(StringRef Record, llvm::ArrayRef<Named> Fields, bool Race) {
  const Named &First = Fields.front();
  const bool Several = Fields.size() > 1;
  Fact F;
  F.What = Kind::UnguardedField;
  (Race ? F.Blocks : F.Concerns) = FreeThreading;
  F.Subject = (Record + "." + First.Field).str();
  F.Says = Several ? "fields '" + First.Field + "' and " + std::to_string(Fields.size() - 1) +
                         (Fields.size() > 2 ? " others" : " other") + " of '" + Record.str() + "' are "
                   : "field '" + First.Field + "' of '" + Record.str() + "' is ";
  F.Says += Race ? "written by methods without a lock" : "read without the lock that its writers hold";
  F.Remedy = "hold a critical section on the object (3.13) or a lock wherever the field is used, or make it atomic";
  F.Where = C.place(First.At.At);
  F.Function = C.R.functionName(First.At.At.Fn);
  const std::string Verb = Race ? "written" : "read";
  witness(F, First.At, Verb);
  for (const Named &X : Fields.drop_front().take_front(MaxOthers))
    C.note(F, NoteKind::Related, "'" + X.Field + "' is " + Verb + " here", C.place(X.At.At));
  C.add(std::move(F), C.M.of(First.At.At.Fn));
}

void Collector::record(const ir::Unit &U, const ir::Record &R) {
  std::vector<Named> Racing, Half;
  for (const ir::Field &F : R.Fields) {
    std::vector<SharedAccess> Accesses = shared(R.Name, F.Name);
    const SharedAccess *At = nullptr;
    switch (judge(Accesses, At)) {
    case Verdict::Fine:
      break;
    case Verdict::Race:
      Racing.push_back({F.Name.str(), *At});
      break;
    case Verdict::ReadsUnlocked:
      Half.push_back({F.Name.str(), *At});
      break;
    case Verdict::Unknown:
      for (unsigned M : C.M.of(At->At.Fn))
        Unjudged.try_emplace(M, (R.Name + "." + F.Name).str(), C.place(At->At));
    }
  }
  auto Entered = [&](const Named &X) { return !entersExclusively(X.At); };
  std::stable_partition(Racing.begin(), Racing.end(), Entered);
  if (!Racing.empty())
    add(R.Name, Racing, true);
  if (!Half.empty())
    add(R.Name, Half, false);
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
