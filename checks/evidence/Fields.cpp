// Fields of objects that methods write without the lock that others hold, or without any: two threads can call methods
// of one object at the same time as soon as no GIL makes them take turns.
//
//     static PyObject *put(Cache *self, PyObject *v) { self->n++; .. }                 no lock: a fact
//     Py_BEGIN_CRITICAL_SECTION(self); self->n++; Py_END_CRITICAL_SECTION();           guarded, if all others do the
//     same
//
// Construction and destruction have the object for themselves. One fact per type of object.
#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace gilray::evidence {

using flow::SharedAccess;
using llvm::StringRef;

/// How many further fields are named.
static constexpr size_t MaxOthers = 3;

namespace {

class Collector {
public:
  explicit Collector(Context &C) : C(C) {}
  void run();

private:
  bool ownsObject(const SharedAccess &A) const;
  std::vector<SharedAccess> shared(StringRef Record, StringRef Field) const;
  void record(const ir::Unit &U, const ir::Record &R);

  Context &C;
  std::map<unsigned, std::pair<std::string, Place>> Unjudged; ///< per module: a field, and where it is written
};

} // namespace

/// Entered through tp_new, tp_init, tp_dealloc and the like only, and about the object that they were given.
bool Collector::ownsObject(const SharedAccess &A) const {
  if (A.Fresh)
    return true;
  if (!A.Own || !A.Roots || A.Roots->none())
    return false;
  return llvm::all_of(A.Roots->set_bits(), [&](unsigned I) {
    static constexpr StringRef Exclusive[] = {"new", "init", "dealloc", "traverse", "clear", "finalize", "free"};
    return llvm::is_contained(Exclusive, C.Locks.roots()[I].Role);
  });
}

std::vector<SharedAccess> Collector::shared(StringRef Record, StringRef Field) const {
  std::vector<SharedAccess> Out = C.Locks.accessesOf(Record, Field);
  llvm::erase_if(Out, [&](const SharedAccess &A) {
    return A.InitOnly || A.atomic() || A.Passed || !C.TheReach.running(A.At.Fn) || ownsObject(A);
  });
  return Out;
}

void Collector::record(const ir::Unit &U, const ir::Record &R) {
  std::vector<std::pair<std::string, SharedAccess>> Racing;
  for (const ir::Field &F : R.Fields) {
    std::vector<SharedAccess> Accesses = shared(R.Name, F.Name);
    auto Write = llvm::find_if(Accesses, [](const SharedAccess &A) { return A.Writes; });
    if (Write == Accesses.end())
      continue;
    switch (C.guard(Accesses)) {
    case Context::Guard::Lock:
      break;
    case Context::Guard::Unknown:
      for (unsigned M : C.M.of(Write->At.Fn))
        Unjudged.try_emplace(M, (R.Name + "." + F.Name).str(), C.place(Write->At));
      break;
    case Context::Guard::None:
      Racing.push_back({F.Name.str(), *Write});
    }
  }
  if (Racing.empty())
    return;
  const SharedAccess &First = Racing.front().second;
  Fact F;
  F.What = Kind::UnguardedField;
  F.Blocks = FreeThreading;
  F.Subject = (R.Name + "." + Racing.front().first).str();
  F.Says = "field '" + Racing.front().first + "' of '" + R.Name.str() + "' is written by methods without a lock";
  if (Racing.size() > 1)
    F.Says = "fields '" + Racing.front().first + "' and " + std::to_string(Racing.size() - 1) + " others of '" +
             R.Name.str() + "' are written by methods without a lock";
  F.Remedy = "hold a critical section on the object (3.13) or a lock wherever the field is used, or make it atomic";
  F.Where = C.place(First.At);
  F.Function = C.R.functionName(First.At.Fn);
  C.witness(F, First.At, "written here " + C.inFunction(First.At.Fn));
  for (auto &[Name, Write] : llvm::ArrayRef(Racing).drop_front().take_front(MaxOthers))
    C.note(F, NoteKind::Related, "'" + Name + "' is written here", C.place(Write.At));
  C.add(std::move(F), C.M.of(First.At.Fn));
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
        {"whether a lock orders the accesses to fields of objects could not be followed, for one to '" + At.first + "'",
         At.second,
         FreeThreading,
         {Module}});
}

void collectFields(Context &C) { Collector(C).run(); }

} // namespace gilray::evidence
