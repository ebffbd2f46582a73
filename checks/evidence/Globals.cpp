// Static storage that holds no Python objects and changes while the module is in use.
//
//     static int calls;    calls++ in a method         two threads lose a count; two interpreters mix theirs
//     static int limit;    limit = 10 in exec only     silent: written before anybody else can read it
#include "evidence/Races.h"
#include "llvm/ADT/STLExtras.h"
#include <set>
#include <tuple>

namespace gilray::evidence {

using ir::EventKind;
using ir::TypeKind;

/// How many further places are named.
static constexpr unsigned MaxOthers = 3;

namespace {

struct Writes {
  llvm::SmallVector<const WriteSite *, 4> Running, Loose, Passed;
  bool IsLock = false;
  Context::Guard Guard = Context::Guard::None;
};

} // namespace

/// lock = PyThread_allocate_lock()
static bool makesLock(const Context &C, const WriteSite &W) {
  const ir::Function &F = C.P.fn(W.At.Fn);
  if (!W.Src)
    return false;
  const auto &Targets = C.R.engine().infos()[W.At.Fn].Targets;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N)
      if (F.Blocks[B].Events[N].Result == W.Src && Targets[B][N].Api && Targets[B][N].Api->Lock == api::LockOp::Init)
        return true;
  return false;
}

/// Memory that was taken out of a list under a lock belongs to whoever took it:
///
///     lock(); item = free_list; free_list = item->next; unlock();
///     item->user_data = NULL;                                       the memory, not the list
static Context::Guard guard(const Context &C, llvm::ArrayRef<const WriteSite *> Sites) {
  if (Sites.empty())
    return Context::Guard::None;
  llvm::SmallVector<const WriteSite *, 4> Direct;
  llvm::copy_if(Sites, std::back_inserter(Direct), [](const WriteSite *W) { return !W->Pointee; });
  Context::Guard All = C.guard(Sites);
  if (All == Context::Guard::None && !Direct.empty() && C.guard(Direct) == Context::Guard::Lock)
    return Context::Guard::Unknown;
  return All;
}

static Writes sorted(const Context &C, const Variable &V) {
  Writes Out;
  for (const WriteSite &W : C.TheStorage.writes(V.Global->Id)) {
    const ir::Event &E = C.P.event(W.At);
    Out.IsLock |= W.Locked || makesLock(C, W);
    // Whoever uses atomic operations on it once knows what it is.
    if (E.Order != ir::Ordering::NotAtomic || W.Guarded || E.Kind == EventKind::Destroy)
      continue;
    Life L = C.TheReach.of(W.At.Fn);
    if (L == Life::Running)
      (W.Guess ? Out.Passed : Out.Running).push_back(&W);
    else if (L == Life::Loose && !W.Guess)
      Out.Loose.push_back(&W);
  }
  Out.Guard = guard(C, Out.Running);
  return Out;
}

static std::string written(const Context &C, const WriteSite &W) {
  std::string In = " " + C.inFunction(W.At.Fn);
  if (!W.Through.empty())
    return (W.Guess ? "its address is given to '" : "written by '") + W.Through + "' here" + In;
  return "written here" + In;
}

static Fact fact(const Context &C, const Races &Threads, const Variable &V, const Writes &All) {
  Fact F;
  F.What = Kind::MutableGlobal;
  F.Subject = V.Global->Name.str();
  F.Where = C.place(V);
  if (FnId Owner = C.owner(V); Owner != link::NoFn)
    F.Function = C.R.functionName(Owner);
  const auto &Sites = !All.Running.empty() ? All.Running : !All.Passed.empty() ? All.Passed : All.Loose;
  // Under one GIL the interpreters take turns: what they share is mixed up, but not torn.
  F.Concerns = SharedGilInterpreters;
  bool Certain = !All.Running.empty() && All.Guard == Context::Guard::None;
  (Certain ? F.Blocks : F.Concerns) |= OwnGilInterpreters;
  Context::Guard Verdict = Context::Guard::None;
  if (!All.Running.empty())
    F.Threads = Threads.ofGlobal(V, All.Running, Verdict);
  (F.Threads && !F.Threads->ReadsOnly ? F.Blocks : F.Concerns) |= FreeThreading;
  bool Pointee = llvm::all_of(Sites, [](const WriteSite *W) { return W->Pointee; });
  std::string What = C.spell(V);
  if (Pointee && V.Unit->Types[V.Global->Type].Kind == TypeKind::Pointer)
    What = "memory that " + What + " points to";
  F.Says = (C.owner(V) != link::NoFn ? "static variable "
            : Pointee                ? ""
                                     : "global variable ") +
           What +
           (All.Guard == Context::Guard::Lock && F.Threads ? " is written under a lock and used without it"
            : All.Guard == Context::Guard::Lock ? " is written under a lock, and all interpreters and threads share it"
            : !All.Running.empty() ? " is written after module creation, and all interpreters and threads share it"
            : !All.Passed.empty()  ? " is given to a function that may write it after module creation"
                                   : " is written by a function that nobody is seen to call");
  F.Remedy = V.Global->Name.starts_with("__pyx_v_")
                 ? "make it a field of a cdef class instance, make it atomic "
                   "(libcpp.atomic), or guard it with a lock (with self.lock:)"
                 : "keep it in the module state or in an object, make it atomic, or guard it with a lock";
  C.witness(F, Sites.front()->At, written(C, *Sites.front()));
  for (const WriteSite *W : llvm::ArrayRef(Sites).drop_front().take_front(MaxOthers))
    C.note(F, NoteKind::Related, written(C, *W), C.place(W->At));
  return F;
}

void collectGlobals(Context &C) {
  const Races Threads(C);
  // Told already, as something that keeps Python objects.
  std::set<std::tuple<std::string, unsigned, std::string>> Known;
  for (const Fact &F : C.Facts)
    if (F.What == Kind::StaticObject)
      Known.emplace(F.Where.File, F.Where.Line, F.Subject);
  auto IsKnown = [&](const Variable &V) {
    const Place Where = C.place(V);
    return Known.count({Where.File, Where.Line, V.Global->Name.str()}) > 0;
  };
  for (const Variable &V : C.Variables) {
    if (V.Holds.Safe || V.Holds.TypeObject || V.Holds.Object || V.Holds.Reference || V.Global->ThreadLocal ||
        !V.Global->Definition)
      continue;
    Writes All = sorted(C, V);
    if (All.IsLock || (All.Running.empty() && All.Passed.empty() && All.Loose.empty()) || IsKnown(V))
      continue;
    C.add(fact(C, Threads, V, All), C.M.of(*V.Global));
  }
}

} // namespace gilray::evidence
