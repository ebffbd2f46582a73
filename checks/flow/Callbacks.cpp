// Which callbacks of foreign libraries may run detached: what the program does, and what its authors believe.
//
//  - A detached call passes the handle that the callback was registered with.
//  - The registration has no handle, and the same library is called detached: set_hook(f); ... release; pump(); ...
//  - The callback attaches itself: its author expects to be called detached, also before that line and after the
//  release.
//  - Its siblings, the functions in the same structure or given to the same function, attach themselves; for the
//    destructor of a context: so does the callback that it was registered with.
#include "flow/Results.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using api::EntryState;
using link::Registration;
using link::Root;
using link::RootKind;

/// A call of a foreign library made while detached.
struct Results::Detached {
  EventRef At;
  std::vector<link::Handle> Handles;
};

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

/// The detached call that may run the callback.
EventRef Results::libraryRunsDetached(const Registration &R, llvm::ArrayRef<Detached> Calls) const {
  const ir::Event *By = R.At.valid() ? &P.event(R.At) : nullptr;
  const ir::Callee *Register = By && By->Callee ? &R.Unit->Callees[By->Callee] : nullptr;
  // void set_finished(void (*f)(int)): a library without handles, which can only have kept the function.
  bool Global = Register && R.Handles.empty() && Register->Record.empty() && P.fn(R.At.Fn).Values.size() &&
                (R.Kept || By->Args.size() == 1) && R.Unit->Types[Register->Result].Kind == ir::TypeKind::Void;
  auto SameHeader = [&](EventRef At) {
    const ir::Event &Ev = P.event(At);
    const ir::Unit &U = P.unit(At.Fn);
    return Ev.Callee && U.Callees[Ev.Callee].Header &&
           U.Files[U.Callees[Ev.Callee].Header].Path == R.Unit->Files[Register->Header].Path;
  };
  for (const Detached &C : Calls) {
    if (!R.Kept && !Global) { // at most during the call that hands it over
      if (C.At == R.At)
        return C.At;
      continue;
    }
    if (llvm::any_of(C.Handles, [&](const link::Handle &H) { return llvm::is_contained(R.Handles, H); }) ||
        (Global && SameHeader(C.At)))
      return C.At;
  }
  return {};
}

/// Most of the functions that are registered in the same way and use the API attach themselves first: one of them that
/// does.
EventRef Results::siblingAttaches(const Registration &R) {
  constexpr unsigned Few = 2;
  auto Group = [](const Registration &X) { // the structure, or the function that registers
    return X.At.valid() ? StringRef(X.Library) : StringRef(X.Library).rsplit('.').first;
  };
  EventRef First;
  // register(handler, &(struct data){context, destroy}): whoever runs the handler ends the context, too.
  bool Destructor = link::isDestructor(P.unit(R.Fn), P.fn(R.Fn));
  auto Together = [&](const Registration &X) {
    return X.Fn != R.Fn && X.At.valid() &&
           (R.At.valid() ? X.At == R.At : llvm::is_contained(X.Handles, R.Handles.front()));
  };
  llvm::SmallVector<FnId, 8> Attach, Others;
  for (const Registration &X : P.registrations()) {
    if (EventRef At = Destructor && Together(X) ? attachesItself(X.Fn) : EventRef(); At.valid())
      return At;
    if (X.At.valid() != R.At.valid() || Group(X) != Group(R) || llvm::is_contained(Attach, X.Fn) ||
        llvm::is_contained(Others, X.Fn))
      continue;
    if (EventRef At = attachesItself(X.Fn); At.valid()) {
      Attach.push_back(X.Fn);
      First = First.valid() ? First : At;
    } else if (E.infos()[X.Fn].Needs) {
      Others.push_back(X.Fn);
    }
  }
  return Attach.size() >= Few && Attach.size() >= 2 * Others.size() ? First : EventRef();
}

/// A callback of a foreign library may run detached.
void Results::callbacks() {
  std::vector<Detached> Calls;
  for (NodeId N : Order)
    for (const ForeignCall &C : E.node(N).Foreign)
      Calls.push_back({C.At, P.handles(C.At.Fn, P.event(C.At))});
  llvm::sort(Calls, [](const Detached &A, const Detached &B) { return A.At < B.At; });
  for (const Registration &R : P.registrations()) {
    if (llvm::any_of(Made, [&](const Root &M) { return M.Fn == R.Fn && M.Kind == RootKind::Callback; }))
      continue;
    EventRef Why = libraryRunsDetached(R, Calls);
    if (!Why.valid() && E.infos()[R.Fn].Needs && !Entered[R.Fn])
      Why = attachesItself(R.Fn);
    if (!Why.valid() && E.infos()[R.Fn].Needs && !attachesItself(R.Fn).valid())
      Why = siblingAttaches(R);
    if (!Why.valid())
      continue;
    Made.push_back({R.Fn, RootKind::Callback, EntryState::Detached, "callback", "", R.At, R.Unit, R.Where});
    enterRoot(Made.back(), Thread::Detached, &R, Why);
  }
}

} // namespace gilray::flow
