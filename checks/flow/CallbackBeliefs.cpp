// Callbacks of which no call shows that they may run detached, but whose siblings attach before they use Python.
//
//     uv_read_start(stream, alloc_cb, read_cb);      read_cb, write_cb and connect_cb begin with PyGILState_Ensure,
//     uv_close(handle, close_cb);                    close_cb does not
//
// Whoever wrote the others knew on which threads the library calls back. Siblings are functions in the same structure
// or given to the same function; less close, what the same library keeps or hands its own structures to. A destructor
// of a context belongs to the callback that it was registered with.
#include "flow/Results.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray::flow {

using link::Registration;
using link::RootKind;

/// Where a function that can be entered detached attaches in its own body, directly or by a wrapper or a guard object.
EventRef Results::attachesItself(FnId F) {
  auto [It, New] = Believers.try_emplace(F);
  if (!New)
    return It->second;
  const FunctionInfo &I = E.infos()[F];
  auto LeavesAttached = [&](FnId G) {
    return E.infos()[G].Attaches && !E.infos()[G].Releases &&
           llvm::any_of(E.node(E.enter(G, Thread::Detached)).Exits,
                        [](const Exit &X) { return X.returns() && X.K.Now == Thread::Attached; });
  };
  EventRef Found;
  for (ir::BlockId B = 0; B < I.Targets.size() && !Found.valid(); ++B)
    for (uint32_t N = 0; N < I.Targets[B].size() && !Found.valid(); ++N) {
      const link::Target &T = I.Targets[B][N];
      bool Guard = llvm::any_of(I.Actions[B][N], [&](const Action &A) {
        return A.Type && attaches(A.Type->Constructs) && P.fn(F).Blocks[B].Events[N].Kind == ir::EventKind::Construct;
      });
      if (Guard || (T.Api && attaches(T.Api->Does)) || llvm::any_of(T.Fns, LeavesAttached))
        Found = {F, B, N};
    }
  if (Found.valid() && impossible(E.enter(F, Thread::Detached), Thread::Detached))
    Found = {};
  return Believers[F] = Found;
}

/// Entered detached, does the function come to a use of Python before it attaches?
bool Results::needsWhenDetached(NodeId N, unsigned Depth) const {
  constexpr unsigned Deepest = 8;
  const NodeData &D = E.node(N);
  if (Depth > Deepest || !D.Incomplete.empty())
    return false;
  for (const Observation &O : D.Seen)
    if (O.Kind == Observed::ApiWithoutThreadState && !O.Origin.valid() && O.Weight == api::Weight::Error)
      return true;
  return llvm::any_of(D.Calls, [&](const CallEdge &C) {
    return !C.Origin.valid() && mayNotCallApi(C.Now) && needsWhenDetached(C.To, Depth + 1);
  });
}

/// "uv_" of uv_read_start; the record of "sqlite3_module.xCreate" counts like a function's name.
static std::string prefixOf(StringRef Library) {
  StringRef Name = Library.split('.').first;
  size_t End = Name.find('_');
  return End == StringRef::npos || End < 2 ? std::string() : Name.take_front(End + 1).str();
}

/// Is the callback handed one of the library's own structures? uv_write(req, .., cb) has cb(uv_write_t *, int): the
/// library works with it later. uv_walk(loop, cb, list) hands on a context of the caller's: it only runs during the
/// call.
static bool takesHandle(const link::Program &P, const Registration &R, StringRef Prefix) {
  const ir::Function &F = P.fn(R.Fn);
  if (!F.NumParams)
    return false;
  if (R.At.valid()) {
    const ir::Unit &Caller = P.unit(R.At.Fn);
    for (ir::TypeId Id : Caller.Callees[P.event(R.At).Callee].Params)
      if (const ir::Type &T = Caller.Types[Id];
          T.Kind == ir::TypeKind::Pointer && Caller.Types[T.Inner].Kind == ir::TypeKind::Void)
        return false;
  }
  const ir::Unit &U = P.unit(R.Fn);
  const ir::Type &T = U.Types[F.Vars[0].Type];
  return T.Kind == ir::TypeKind::Pointer && U.Types[T.Inner].Record.starts_with(Prefix);
}

namespace {

/// How one way of registering callbacks is used.
struct Group {
  std::set<FnId> Attach, Naked;
  bool Close = false; ///< the same structure or the same function, not only the same library
  belief::Tally tally() const { return {unsigned(Attach.size()), unsigned(Naked.size())}; }
  bool believed() const {
    constexpr unsigned Few = 2;
    belief::Tally T = tally();
    return belief::believed(T) || (Close && T.For >= Few && T.For >= 2 * T.Against);
  }
};

} // namespace

/// The names of the groups that a registration belongs to, the closer one first.
static llvm::SmallVector<std::string, 2> groupsOf(const link::Program &P, const Registration &R) {
  llvm::SmallVector<std::string, 2> Out{R.At.valid() ? R.Library : StringRef(R.Library).rsplit('.').first.str()};
  if (std::string Prefix = prefixOf(R.Library); !Prefix.empty() && (R.Kept || takesHandle(P, R, Prefix)))
    Out.push_back(Prefix + "*");
  return Out;
}

/// register(handler, &(struct data){context, destroy}): whoever runs the handler ends the context, too.
EventRef Results::companionAttaches(const Registration &R) {
  if (!link::isDestructor(P.unit(R.Fn), P.fn(R.Fn)))
    return {};
  for (const Registration &X : P.registrations()) {
    bool Together =
        X.Fn != R.Fn && X.At.valid() &&
        (R.At.valid() ? X.At == R.At : !R.Handles.empty() && llvm::is_contained(X.Handles, R.Handles.front()));
    if (EventRef At = Together ? attachesItself(X.Fn) : EventRef(); At.valid())
      return At;
  }
  return {};
}

void Results::believedCallbacks() {
  std::map<std::string, Group> Groups;
  std::set<FnId> Asked, Naked;
  for (const Registration &R : P.registrations()) {
    const FunctionInfo &I = E.infos()[R.Fn];
    bool Attaches = attachesItself(R.Fn).valid();
    if ((!I.Needs && !Attaches) || I.ReleasesKept)
      continue;
    if (Asked.insert(R.Fn).second && !Attaches && needsWhenDetached(E.enter(R.Fn, Thread::Detached)))
      Naked.insert(R.Fn);
    if (!Attaches && !Naked.count(R.Fn) && !I.Transitions)
      continue;
    llvm::SmallVector<std::string, 2> Names = groupsOf(P, R);
    for (const std::string &Name : Names) {
      Group &G = Groups[Name];
      G.Close |= Name == Names.front();
      (Naked.count(R.Fn) ? G.Naked : G.Attach).insert(R.Fn);
    }
  }
  if (Naked.empty())
    return;
  std::vector<bool> Called(P.functions().size());
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : E.infos()[F].Callees)
      Called[G] = Called[G] || G != F;
  auto Judge = [&](const Registration &R, EventRef Why) {
    Made.push_back({R.Fn, RootKind::Callback, api::EntryState::Detached, "callback", "", R.At, R.Unit, R.Where});
    enterRoot(Made.back(), Thread::Detached, &R, Why);
  };
  for (const Registration &R : P.registrations()) {
    if (!Naked.count(R.Fn))
      continue;
    // A function that the program calls, too, is a helper as well: who calls it attached is right, and perhaps the
    // library does so, too. A destructor beside a callback that attaches is worth a note.
    if (touched(R.Fn) || Called[R.Fn]) {
      if (EventRef Why = companionAttaches(R); Why.valid() && !(Entered[R.Fn] & ~1u) && Doubts.insert(R.Fn).second)
        Judge(R, Why);
      continue;
    }
    if (EventRef Why = companionAttaches(R); Why.valid()) {
      Judge(R, Why);
      continue;
    }
    for (const std::string &Name : groupsOf(P, R))
      if (const Group &G = Groups[Name]; G.believed()) {
        Beliefs[R.Fn] = {G.tally(), Name, *G.Attach.begin()};
        Judge(R, {});
        break;
      }
  }
}

} // namespace gilray::flow
