#include "belief/ForeignCalls.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray::belief {

using link::NoFn;
using link::RootKind;

static constexpr uint8_t AttachedBit = 1u << unsigned(flow::Thread::Attached);
static constexpr uint8_t AwayBits = 1u << unsigned(flow::Thread::Detached) | 1u << unsigned(flow::Thread::NoState);

ForeignCalls::ForeignCalls(const flow::Results &R, const link::Modules &M)
    : R(R), P(R.program()), M(M), Ways(P.functions().size()), AttachedCalls(P.functions().size()) {
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (P.fn(F).Body == ir::BodyState::Complete)
      collect(F);
  std::set<EventRef> Sole;
  for (const Region &X : Regions)
    if (X.ForeignNames.size() == 1 && !X.CallsBodies)
      Sole.insert(X.Events.begin(), X.Events.end());
  for (CallSite &S : Sites) {
    S.Sole = S.detached() && Sole.count(S.At);
    ByName[S.Callee->Name].push_back(&S);
  }
  enter();
}

llvm::ArrayRef<const CallSite *> ForeignCalls::of(StringRef Name) const {
  auto It = ByName.find(Name);
  return It == ByName.end() ? llvm::ArrayRef<const CallSite *>() : llvm::ArrayRef<const CallSite *>(It->second);
}

/// A function of another library. Those of Python, of binding libraries and of the compiler are not what releases are
/// for.
static bool isForeign(const link::Program &P, const ir::Unit &U, const link::Target &T) {
  if (!T.Named || !T.Fns.empty())
    return false;
  switch (P.homeOf(U, *T.Named)) {
  case ir::HeaderClass::Project:
  case ir::HeaderClass::System:
  case ir::HeaderClass::Libc:
    return T.Foreign || (T.Api && T.Api->Does == api::Effect::None && T.Api->Needs == api::Need::Nothing);
  default:
    return false;
  }
}

/// memcpy, strlen, errno: nobody releases for these.
static bool isTrivial(const ir::Unit &U, const CallSite &S) {
  return !S.Blocks && U.Files[S.Callee->Header].Class == ir::HeaderClass::Libc;
}

/// Something that attaches: what comes behind it is reached attached only.
static bool attaches(const flow::FunctionInfo &I, EventRef At, uint8_t After) {
  if (const api::Entry *A = I.Targets[At.Block][At.Index].Api; A && A->Does == api::Effect::Attach)
    return true;
  for (const flow::Action &A : I.Actions[At.Block][At.Index])
    if (A.Type && A.Type->Destroys == api::Effect::Attach)
      return true;
  return After && !(After & AwayBits);
}

void ForeignCalls::collect(FnId Id) {
  const ir::Function &F = P.fn(Id);
  const ir::Unit &U = P.unit(Id);
  const flow::FunctionInfo &I = R.engine().infos()[Id];
  const flow::Results::ThreadMap Map = R.threads(Id);
  std::vector<bool> Fails;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const link::Target &T = I.Targets[B][N];
      EventRef At{Id, B, N};
      if (Map[B][N] & AttachedBit)
        for (FnId G : T.Fns)
          AttachedCalls[G].push_back(At);
      // A detach, a guard, a wrapper of the program: whatever it is, it is reached attached and left detached.
      if (I.Transitions && Map[B][N] == AttachedBit)
        if (uint8_t After = R.threadsAfter(At, Map); After && !(After & ~AwayBits))
          regionFrom(At, Map);
      if (F.Blocks[B].Events[N].Kind != ir::EventKind::Call || !Map[B][N] || !isForeign(P, U, T))
        continue;
      if (Fails.empty())
        Fails = failing(Id);
      Sites.push_back(
          {At, T.Named, P.model().blocking(T.Named->Name, P.homeOf(U, *T.Named)), Map[B][N], Fails[B], false});
    }
}

/// Walks from a detach over what is reached detached.
void ForeignCalls::regionFrom(EventRef Detach, const flow::Results::ThreadMap &Map) {
  const ir::Function &F = P.fn(Detach.Fn);
  const ir::Unit &U = P.unit(Detach.Fn);
  const flow::FunctionInfo &I = R.engine().infos()[Detach.Fn];
  Region Out;
  Out.Detach = Detach;
  std::set<StringRef> Names;
  std::vector<bool> Seen(F.Blocks.size());
  std::vector<std::pair<ir::BlockId, uint32_t>> Work{{Detach.Block, Detach.Index + 1}};
  uint32_t Home = F.Blocks[Detach.Block].Loop;
  while (!Work.empty()) {
    auto [B, From] = Work.back();
    Work.pop_back();
    bool Back = false;
    for (uint32_t N = From; N < F.Blocks[B].Events.size(); ++N) {
      EventRef At{Detach.Fn, B, N};
      Back = !(Map[B][N] & AwayBits) || attaches(I, At, R.threadsAfter(At, Map));
      if (Back)
        break;
      const link::Target &T = I.Targets[B][N];
      Out.Events.push_back(At);
      Out.CallsBodies |= !T.Fns.empty();
      if (F.Blocks[B].Events[N].Kind == ir::EventKind::Call && isForeign(P, U, T)) {
        CallSite S{{Detach.Fn, B, N}, T.Named, P.model().blocking(T.Named->Name, P.homeOf(U, *T.Named))};
        if (!isTrivial(U, S))
          Names.insert(T.Named->Name);
      }
    }
    if (Back)
      continue;
    for (ir::BlockId S : F.Blocks[B].Term.Succs)
      if (S != ir::NoBlock && !Seen[S]) {
        Seen[S] = true;
        for (uint32_t L = F.Blocks[S].Loop; L; L = F.Loops[L - 1].Parent)
          Out.Loops |= L != Home && F.Loops[L - 1].Parent == Home;
        Work.push_back({S, 0});
      }
  }
  Out.ForeignNames.assign(Names.begin(), Names.end());
  Regions.push_back(std::move(Out));
}

/// Blocks from which every path returns what Python's protocols call failure: a null pointer or a negative number.
///
///     if (rc != OK) { lib_close(db);  set_error(rc);  return NULL; }
std::vector<bool> ForeignCalls::failing(FnId Id) const {
  const ir::Function &F = P.fn(Id);
  auto Fails = [&](ir::BlockId B) {
    ir::ValueId V = F.Blocks[B].Term.Value;
    while (F.Values[V].Kind == ir::ValueKind::Cast)
      V = F.Values[V].A;
    const ir::Value &X = F.Values[V];
    if (X.Kind == ir::ValueKind::Null)
      return P.unit(Id).Types[F.Result].Kind == ir::TypeKind::Pointer;
    if (X.Kind == ir::ValueKind::Int)
      return X.Int < 0 || (X.Int == 0 && P.unit(Id).Types[F.Result].Kind == ir::TypeKind::Bool);
    // return PyErr_NoMemory();
    for (const ir::Event &E : F.Blocks[B].Events)
      if (V && E.Result == V && E.Callee)
        if (const api::Entry *A = P.target(Id, E).Api; A && A->Result == api::Returns::Null)
          return true;
    return false;
  };
  // Greatest fixed point: a block fails unless one of its successors does not.
  std::vector<bool> Out(F.Blocks.size(), true);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (ir::BlockId B = F.Blocks.size(); B-- > 0;) {
      if (!Out[B])
        continue;
      const ir::Terminator &T = F.Blocks[B].Term;
      bool Ok = true;
      if (T.Kind == ir::TermKind::Return)
        Ok = Fails(B);
      else
        for (ir::BlockId S : T.Succs)
          Ok &= S == ir::NoBlock || Out[S];
      if (!Ok) {
        Out[B] = false;
        Changed = true;
      }
    }
  }
  if (!F.Blocks.empty() && Out[0]) // a function that always fails tells nothing
    Out.assign(F.Blocks.size(), false);
  return Out;
}

// ---------------------------------------------------------------- who gets here attached
/// Runs while the module is made or taken down: once per interpreter, before or after there is anything to run beside
/// it.
static bool isSetUp(const link::Root &R) {
  return R.Role == "module-init" || R.Role == "module-exec" || R.Role == "free" || R.Kind == RootKind::StaticInit;
}

void ForeignCalls::enter() {
  std::vector<FnId> Work;
  auto Seed = [&](FnId F, const link::Root *Root) {
    if (Ways[F].Known || M.initOnly(F) || !R.enteredAttached(F))
      return;
    Ways[F] = {true, NoFn, {}, Root};
    Work.push_back(F);
  };
  std::vector<bool> Rooted(P.functions().size());
  for (const link::Root &Root : P.roots()) {
    Rooted[Root.Fn] = true;
    if ((Root.Kind == RootKind::Interpreter || Root.Kind == RootKind::Bound) &&
        Root.State == api::EntryState::Attached && !isSetUp(Root))
      Seed(Root.Fn, &Root);
  }
  // Functions that other files call, as far as can be seen.
  for (const link::Registration &X : P.registrations())
    Rooted[X.Fn] = true;
  std::vector<bool> Called(P.functions().size());
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : R.callees(F))
      Called[G] = Called[G] || G != F;
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (!Called[F] && !Rooted[F] && P.fn(F).Link == ir::Linkage::External)
      Seed(F, nullptr);
  std::vector<std::vector<std::pair<EventRef, FnId>>> From(P.functions().size());
  for (FnId G = 0; G < P.functions().size(); ++G)
    for (EventRef At : AttachedCalls[G])
      From[At.Fn].push_back({At, G});
  for (size_t Next = 0; Next < Work.size(); ++Next) {
    llvm::sort(From[Work[Next]]);
    for (auto [At, G] : From[Work[Next]])
      if (!Ways[G].Known && !M.initOnly(G)) {
        Ways[G] = {true, At.Fn, At, nullptr};
        Work.push_back(G);
      }
  }
}

void ForeignCalls::witness(FnId F, std::vector<Note> &Notes) const {
  std::vector<Note> Up;
  for (FnId Now = F; Now != NoFn && Ways[Now].Known; Now = Ways[Now].From) {
    const Way &W = Ways[Now];
    std::string Name = "'" + R.functionName(Now) + "'";
    if (W.From != NoFn)
      Up.push_back(step(Name + " is called here", R.place(W.At)));
    else if (W.Root && W.Root->Unit)
      Up.push_back(step(W.Root->Role.empty() || W.Root->Role == "method"
                            ? Name + " can be called from Python, attached"
                            : Name + " is called by the interpreter (" + W.Root->Role + "), attached",
                        R.place(*W.Root->Unit, W.Root->Where.valid() ? W.Root->Where : P.fn(Now).Where),
                        ThreadState::Attached));
  }
  Notes.insert(Notes.end(), Up.rbegin(), Up.rend());
}

std::vector<EventRef> ForeignCalls::attachedCallsOf(FnId F) const {
  std::vector<EventRef> Out;
  for (EventRef At : AttachedCalls[F])
    if (Ways[At.Fn].Known)
      Out.push_back(At);
  return Out;
}

// ---------------------------------------------------------------- questions about places
/// Edges that lead back to the head of a loop: what comes behind them is another round.
static std::set<std::pair<ir::BlockId, ir::BlockId>> backEdges(const ir::Function &F) {
  std::set<std::pair<ir::BlockId, ir::BlockId>> Out;
  if (F.Blocks.empty())
    return Out;
  std::vector<uint8_t> Mark(F.Blocks.size()); // 1: on the way, 2: done
  std::vector<std::pair<ir::BlockId, size_t>> Way{{0, 0}};
  Mark[0] = 1;
  while (!Way.empty()) {
    auto &[B, Next] = Way.back();
    if (Next == F.Blocks[B].Term.Succs.size()) {
      Mark[B] = 2;
      Way.pop_back();
      continue;
    }
    ir::BlockId S = F.Blocks[B].Term.Succs[Next++];
    if (S == ir::NoBlock)
      continue;
    if (Mark[S] == 1)
      Out.insert({B, S});
    else if (!Mark[S]) {
      Mark[S] = 1;
      Way.push_back({S, 0});
    }
  }
  return Out;
}

/// Within one round of the loops around both.
static bool reaches(const ir::Function &F, EventRef From, EventRef To) {
  if (From.Block == To.Block && From.Index < To.Index)
    return true;
  std::set<std::pair<ir::BlockId, ir::BlockId>> Back = backEdges(F);
  std::vector<bool> Seen(F.Blocks.size());
  std::vector<ir::BlockId> Work{From.Block};
  while (!Work.empty()) {
    ir::BlockId B = Work.back();
    Work.pop_back();
    for (ir::BlockId S : F.Blocks[B].Term.Succs) {
      if (S == ir::NoBlock || Seen[S] || Back.count({B, S}))
        continue;
      if (S == To.Block)
        return true;
      Seen[S] = true;
      Work.push_back(S);
    }
  }
  return false;
}

bool ForeignCalls::exclusive(EventRef A, EventRef B) const {
  return A.Fn == B.Fn && !reaches(P.fn(A.Fn), A, B) && !reaches(P.fn(A.Fn), B, A);
}

std::optional<ForeignCalls::FieldOf> ForeignCalls::handle(EventRef Call) const {
  const ir::Function &F = P.fn(Call.Fn);
  for (ir::ValueId V : P.event(Call).Args) {
    while (F.Values[V].Kind == ir::ValueKind::Cast || F.Values[V].Kind == ir::ValueKind::AddrOf)
      V = F.Values[V].A;
    const ir::Value &X = F.Values[V];
    const ir::Record *Rec = X.Kind == ir::ValueKind::Field ? P.record(X.Rec) : nullptr;
    if (Rec && Rec->PythonObject)
      return FieldOf{X.Rec, X.Str};
  }
  return std::nullopt;
}

} // namespace gilray::belief
