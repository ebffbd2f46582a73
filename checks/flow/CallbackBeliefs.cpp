// Callbacks of which no call shows that they may run detached, but whose siblings all attach before they use Python.
//
//     uv_read_start(stream, alloc_cb, read_cb);      read_cb, write_cb and connect_cb begin with PyGILState_Ensure,
//     uv_close(handle, close_cb);                    close_cb does not
//
// Whoever wrote the others knew on which threads the library calls back.
#include "flow/Results.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray::flow {

using link::Registration;
using link::RootKind;

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

void Results::believedCallbacks() {
  struct Group {
    std::set<FnId> Attach, Naked;
  };
  // By the function that registers, and by the library's prefix for what the library keeps or hands its handles to.
  std::map<std::string, Group> Groups;
  std::map<FnId, bool> NeedsFirst;
  std::vector<bool> Called(P.functions().size());
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : E.infos()[F].Callees)
      Called[G] = Called[G] || G != F;
  auto Keys = [&](const Registration &R) {
    llvm::SmallVector<std::string, 2> Out{R.Library};
    if (std::string Prefix = prefixOf(R.Library); !Prefix.empty() && (R.Kept || takesHandle(P, R, Prefix)))
      Out.push_back(Prefix + "*");
    return Out;
  };
  for (const Registration &R : P.registrations()) {
    if (!E.infos()[R.Fn].Needs)
      continue;
    auto [It, New] = NeedsFirst.try_emplace(R.Fn, false);
    if (New)
      It->second = needsWhenDetached(E.enter(R.Fn, Thread::Detached));
    for (const std::string &Key : Keys(R))
      (It->second ? Groups[Key].Naked : Groups[Key].Attach).insert(R.Fn);
  }
  for (const Registration &R : P.registrations()) {
    auto Needs = NeedsFirst.find(R.Fn);
    // A function that the program calls, too, is a helper as well: who calls it attached is right.
    if (Needs == NeedsFirst.end() || !Needs->second || touched(R.Fn) || Called[R.Fn])
      continue;
    for (const std::string &Key : Keys(R)) {
      const Group &G = Groups[Key];
      belief::Tally T{unsigned(G.Attach.size()), unsigned(G.Naked.size())};
      if (!belief::believed(T))
        continue;
      Beliefs[R.Fn] = {T, Key, *G.Attach.begin()};
      Made.push_back({R.Fn, RootKind::Callback, api::EntryState::Detached, "callback", "", R.At, R.Unit, R.Where});
      enterRoot(Made.back(), Thread::Detached, &R);
      break;
    }
  }
}

} // namespace gilray::flow
