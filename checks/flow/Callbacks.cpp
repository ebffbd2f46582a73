// Which callbacks of foreign libraries may run detached, as the program shows:
//
//  - A detached call passes the handle that the callback was registered with.
//  - The registration has no handle, and the same library is called detached: set_hook(f); ... release; pump(); ...
//  - The callback attaches itself: its author expects to be called detached, also before that line and after the
//    release.
//
// What the siblings of a callback say about it is in CallbackBeliefs.cpp.
#include "flow/Results.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

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
  // event_base_dispatch(base) runs the callbacks of what was made from the base; mysql_options(connection) runs none of
  // the connection's statements.
  auto Says = [&](EventRef At, api::Naming What) {
    const ir::Event &Ev = P.event(At);
    return Ev.Callee && P.model().aWordSays(What, P.unit(At.Fn).Callees[Ev.Callee].Name);
  };
  for (const Detached &C : Calls) {
    if (!R.Kept && !Global) { // at most during the call that hands it over
      if (C.At == R.At)
        return C.At;
      continue;
    }
    auto Has = [&](llvm::ArrayRef<link::Handle> Of) {
      return llvm::any_of(C.Handles, [&](const link::Handle &H) { return llvm::is_contained(Of, H); });
    };
    if ((Has(R.Handles) && !Says(C.At, api::Naming::OnlyAsks)) || (Has(R.Makers) && Says(C.At, api::Naming::Drives)) ||
        (Global && SameHeader(C.At)))
      return C.At;
  }
  return {};
}

/// static int pump(void) { return lib_step(); }: called detached, it calls the library detached.
void Results::callsBelow(std::vector<Detached> &Calls) const {
  std::set<FnId> Seen;
  std::vector<FnId> Work;
  auto Add = [&](FnId F) {
    if (Seen.insert(F).second)
      Work.push_back(F);
  };
  for (NodeId N : Order)
    llvm::for_each(E.node(N).PlainDetached, Add);
  while (!Work.empty()) {
    const FnId F = Work.back();
    Work.pop_back();
    const FunctionInfo &I = E.infos()[F];
    for (ir::BlockId B = 0; B < I.Targets.size(); ++B)
      for (uint32_t N = 0; N < I.Targets[B].size(); ++N) {
        const link::Target &T = I.Targets[B][N];
        const ir::Event &Call = P.fn(F).Blocks[B].Events[N];
        if (!I.Transitions && T.Fns.size() == 1)
          Add(T.Fns.front());
        if (Call.Kind == ir::EventKind::Call && (T.Api ? T.Api->Home == ir::HeaderClass::System : T.Foreign))
          Calls.push_back({{F, B, N}, P.handles(F, Call)});
      }
  }
}

/// A callback of a foreign library may run detached.
void Results::callbacks() {
  std::vector<Detached> Calls;
  for (NodeId N : Order)
    for (const ForeignCall &C : E.node(N).Foreign)
      Calls.push_back({C.At, P.handles(C.At.Fn, P.event(C.At))});
  callsBelow(Calls);
  llvm::sort(Calls, [](const Detached &A, const Detached &B) { return A.At < B.At; });
  for (const Registration &R : P.registrations()) {
    if (E.infos()[R.Fn].ReleasesKept ||
        llvm::any_of(Made, [&](const Root &M) { return M.Fn == R.Fn && M.Kind == RootKind::Callback; }))
      continue;
    EventRef Why = libraryRunsDetached(R, Calls);
    if (!Why.valid() && E.infos()[R.Fn].Needs && !Entered[R.Fn])
      Why = attachesItself(R.Fn);
    if (!Why.valid())
      continue;
    Made.push_back({R.Fn, RootKind::Callback, EntryState::Detached, "callback", "", R.At, R.Unit, R.Where});
    enterRoot(Made.back(), Thread::Detached, &R, Why);
  }
}

} // namespace gilray::flow
