// setjmp and longjmp. A setjmp is a point of its own in the function: what jumps there, in the function or below it,
// brings its state.
//
//     if (setjmp(d->on_error)) return NULL;      second return: { detached }, from parse() below
//     Py_BEGIN_ALLOW_THREADS
//     parse(d);                                  static void parse(D *d) { ... longjmp(d->on_error, 1); }
//     Py_END_ALLOW_THREADS
//
// A library jumps too, when it was given the buffer, or a function that jumps: png_read_image(png),
// jpeg_read_header(&c). It finds the buffer through a handle; calls that pass that handle may jump.
#include "flow/Solver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::EventKind;

/// The field or global that holds a jump buffer: 0 for locals.
static uint32_t nameOf(const ValueTable &Values, ValueId Buffer) {
  while (Values[Buffer].Kind == ValueKind::AddrOf || Values[Buffer].Kind == ValueKind::Index)
    Buffer = Values[Buffer].A;
  return Values[Buffer].Name;
}

static bool isPointer(const ir::Unit &U, ir::TypeId T) { return U.Types[T].Kind == ir::TypeKind::Pointer; }

void FunctionInfos::jumps(FnId Id) {
  FunctionInfo &I = *Infos[Id];
  const ir::Function &F = P.fn(Id);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const api::Entry *A = I.Targets[B][N].Api;
      if (!A || !A->Jumps)
        continue;
      I.Jumps = true;
      const ir::Event &E = F.Blocks[B].Events[N];
      if (A->Arg >= 0 && unsigned(A->Arg) < E.Args.size())
        if (uint32_t Name = nameOf(I.Values, I.Values.of(E.Args[A->Arg])))
          I.JumpsTo.push_back(Name);
    }
}

static llvm::BitVector reachableFrom(const ir::Function &F, ir::BlockId From) {
  llvm::BitVector Seen(F.Blocks.size());
  std::vector<ir::BlockId> Work{From};
  while (!Work.empty()) {
    ir::BlockId B = Work.back();
    Work.pop_back();
    auto Go = [&](ir::BlockId To) {
      if (To != ir::NoBlock && !Seen.test(To)) {
        Seen.set(To);
        Work.push_back(To);
      }
    };
    llvm::for_each(F.Blocks[B].Term.Succs, Go);
    for (const ir::Event &E : F.Blocks[B].Events)
      Go(E.Unwind);
  }
  return Seen;
}

/// The events of a function, block by block.
static void eachEvent(const ir::Function &F, llvm::function_ref<void(ir::BlockId, uint32_t, const ir::Event &)> Do) {
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N)
      Do(B, N, F.Blocks[B].Events[N]);
}

/// setjmp(*png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf))): made with the help of png, and of a function that jumps.
void FunctionInfos::madeWith(FnId Id, const ir::Event &Maker, JumpSite &S) const {
  const ir::Unit &U = P.unit(Id);
  const ValueTable &Values = Infos[Id]->Values;
  for (ValueId V : Maker.Args) {
    const Node A = Values[Values.of(V)];
    if (A.Kind == ValueKind::Function) {
      const api::Entry *J = P.api(Id, A.Ref);
      S.Told |= J && J->Jumps;
    } else if (isPointer(U, P.typeOf(Id, V)) && A.Kind != ValueKind::Null && A.Kind != ValueKind::String) {
      S.addHandle(Values.base(Values.of(V)));
    }
  }
}

/// The handles of a setjmp: the object that holds the buffer, and what was made with its help.
///     cinfo.err = jpeg_std_error(&err.pub); setjmp(err.buffer)          err, cinfo
void FunctionInfos::findHandles(FnId Id, JumpSite &S) const {
  const ir::Unit &U = P.unit(Id);
  const ValueTable &Values = Infos[Id]->Values;
  const ValueId Holder = Values.base(S.Buffer);
  if (!Holder || Values[Holder].Kind == ValueKind::Global)
    return;
  S.addHandle(Holder);
  for (unsigned Round = 0; Round < 3; ++Round) // made, stored, stored in the next
    eachEvent(P.fn(Id), [&](ir::BlockId, uint32_t, const ir::Event &E) {
      if (E.Kind == EventKind::Call && E.Callee && E.Result && isPointer(U, U.Callees[E.Callee].Result)) {
        if (llvm::any_of(E.Args, [&](ValueId V) { return Values.base(Values.of(V)) == Holder; }))
          S.addHandle(Values.of(E.Result));
        if (Values.of(E.Result) == Holder)
          madeWith(Id, E, S);
      }
      if ((E.Kind == EventKind::Assign || E.Kind == EventKind::Write) && E.Src &&
          llvm::is_contained(S.Handles, Values.base(Values.of(E.Src))))
        S.addHandle(Values.container(Values.of(E.Dst)));
    });
}

void FunctionInfos::jumpSites(FnId Id) {
  FunctionInfo &I = *Infos[Id];
  const ir::Function &F = P.fn(Id);
  eachEvent(F, [&](ir::BlockId B, uint32_t N, const ir::Event &E) {
    const link::Target &T = I.Targets[B][N];
    if (E.Kind != EventKind::Call || !T.Named || !T.Named->ReturnsTwice || T.Api || E.Args.empty() || !E.Result)
      return;
    JumpSite S;
    S.Block = B;
    S.Index = N;
    S.Buffer = I.Values.of(E.Args[0]);
    S.Later = reachableFrom(F, B);
    findHandles(Id, S);
    if (uint32_t Name = nameOf(I.Values, S.Buffer))
      S.Told |= llvm::any_of(Infos, [&](const auto &O) { return llvm::is_contained(O->JumpsTo, Name); });
    I.JumpSites.push_back(std::move(S));
  });
}

ir::BlockId Solver::blockOf(ir::BlockId Point) const {
  return Point < F.Blocks.size() ? Point : Info.JumpSites[Point - F.Blocks.size()].Block;
}

/// longjmp, here or in a function called here: to a setjmp of this function that ran before, or out of it.
void Solver::jump(State S, ValueId Buffer) {
  bool Found = false, Unsure = false;
  for (auto [I, Site] : llvm::enumerate(Info.JumpSites)) {
    if (!Site.isLater(At))
      continue;
    uint32_t Name = nameOf(Values, Buffer);
    if (Buffer && (Site.Buffer == Buffer || (Name && nameOf(Values, Site.Buffer) == Name))) {
      jumpTo(I, S);
      Found = true;
    } else if (!Buffer || !Site.Buffer) {
      giveUp(I, "a longjmp below may lead there or elsewhere");
      Unsure = true;
    }
  }
  if (Found || Unsure)
    return;
  Exit &X = exit(S, 0, false, At);
  X.Jumps = true;
  X.Buffer = Buffer;
}

void Solver::jumpTo(unsigned Site, State S) {
  if (!Sites[Site].Unknown.empty())
    return;
  const JumpSite &To = Info.JumpSites[Site];
  ValueId Result = Values.of(F.Blocks[To.Block].Events[To.Index].Result);
  killTemp(S, Values[Result].Ref);
  S.V.set(Result, {FactKind::NonNull});
  S.Guessed = false;
  propagate(F.Blocks.size() + Site, S, AtPoint, AtEntry, 0, {}, At);
}

bool Solver::passesHandle(const JumpSite &Site, const ir::Event &Ev) const {
  return llvm::any_of(Ev.Args, [&](ValueId A) {
    ValueId V = Values.of(A);
    return V && llvm::is_contained(Site.Handles, Values.base(V));
  });
}

/// A foreign function that is given the handle of a setjmp.
void Solver::mayJump(const State &S, const ir::Event &Ev) {
  for (auto [I, Site] : llvm::enumerate(Info.JumpSites)) {
    if (!Site.isLater(At) || S.Broken || !passesHandle(Site, Ev))
      continue;
    Sites[I].States |= mayNotCallApi(S.K.Now) ? 1 : 2;
    // Nobody in sight jumps, and the state depends on which of these calls does.
    if (Sites[I].States == 3 && !Site.Told)
      giveUp(I, "which call jumps there is not known");
    jumpTo(I, S);
  }
}

/// A function with a body that is given the handle passes it on: its foreign calls may jump, in the state of this call
/// unless it changes that.
void Solver::mayJumpInside(const State &S, const ir::Event &Ev, FnId G) {
  if (Info.JumpSites.empty() || E.infos()[G].Jumps)
    return;
  if (!E.infos()[G].Transitions)
    return mayJump(S, Ev);
  for (auto [I, Site] : llvm::enumerate(Info.JumpSites))
    if (Site.isLater(At) && passesHandle(Site, Ev))
      giveUp(I, "'" + P.fn(G).Name.str() + "' attaches or detaches and may jump there");
}

void Solver::giveUp(unsigned Site, std::string Why) {
  if (Settled || !Sites[Site].Unknown.empty())
    return;
  Sites[Site].Unknown = std::move(Why);
  Again = true;
}

/// What of the function is not judged because of a setjmp.
void Solver::tellJumpSites() {
  for (unsigned I = 0; I < Sites.size(); ++I) {
    const JumpSite &Site = Info.JumpSites[I];
    if (In[Site.Block].empty() || !In[F.Blocks.size() + I].empty())
      continue;
    StringRef Name = Info.Targets[Site.Block][Site.Index].Named->Name;
    D.Partly = "what follows the second return of setjmp ('" + Name.ltrim('_').str() +
               "') is not followed: " + (Sites[I].Unknown.empty() ? "nothing seen jumps there" : Sites[I].Unknown);
  }
}

} // namespace gilray::flow
