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

/// The handles of each setjmp: the object that holds the buffer, and what was made with its help.
///     setjmp(*png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf)))        png
///     cinfo.err = jpeg_std_error(&err.pub); setjmp(err.buffer)          err, cinfo
void FunctionInfos::jumpSites(FnId Id) {
  FunctionInfo &I = *Infos[Id];
  const ir::Function &F = P.fn(Id);
  const ir::Unit &U = P.unit(Id);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = F.Blocks[B].Events[N];
      const link::Target &T = I.Targets[B][N];
      if (E.Kind != EventKind::Call || !T.Named || !T.Named->ReturnsTwice || T.Api || E.Args.empty() || !E.Result)
        continue;
      JumpSite S;
      S.Block = B;
      S.Index = N;
      S.Buffer = I.Values.of(E.Args[0]);
      S.Later = reachableFrom(F, B);
      ValueId Holder = I.Values.base(S.Buffer);
      if (Holder && I.Values[Holder].Kind != ValueKind::Global)
        S.Handles.push_back(Holder);
      auto Add = [&](ValueId V) {
        if (V && !llvm::is_contained(S.Handles, V))
          S.Handles.push_back(V);
      };
      auto Passes = [&](const ir::Event &Ev, ValueId H) {
        return llvm::any_of(Ev.Args, [&](ValueId V) { return I.Values.base(I.Values.of(V)) == H; });
      };
      for (unsigned Round = 0; Round < 3; ++Round) // made, stored, stored in the next
        for (ir::BlockId C = 0; C < F.Blocks.size(); ++C)
          for (uint32_t M = 0; M < F.Blocks[C].Events.size(); ++M) {
            const ir::Event &Ev = F.Blocks[C].Events[M];
            const ir::Callee *Made = Ev.Callee ? &U.Callees[Ev.Callee] : nullptr;
            if (Ev.Kind == EventKind::Call && Made && Ev.Result && isPointer(U, Made->Result) && Holder) {
              if (Passes(Ev, Holder))
                Add(I.Values.of(Ev.Result));
              if (I.Values.of(Ev.Result) == Holder)
                for (ValueId V : Ev.Args) {
                  ValueId X = I.Values.of(V);
                  const Node A = I.Values[X];
                  if (A.Kind == ValueKind::Function) {
                    const api::Entry *J = P.model().function(U.Callees[A.Ref].Name, P.homeOf(U, U.Callees[A.Ref]));
                    S.Told |= J && J->Jumps;
                  } else if (A.Kind != ValueKind::Int && A.Kind != ValueKind::Null && A.Kind != ValueKind::String &&
                             isPointer(U, P.typeOf(Id, V))) {
                    Add(I.Values.base(X));
                  }
                }
            }
            if ((Ev.Kind == EventKind::Assign || Ev.Kind == EventKind::Write) && Ev.Src &&
                llvm::is_contained(S.Handles, I.Values.base(I.Values.of(Ev.Src)))) {
              ValueId To = I.Values.of(Ev.Dst);
              Add(I.Values[To].Kind == ValueKind::Var ? To : I.Values.base(I.Values.addrOf(To)));
            }
          }
      if (uint32_t Name = nameOf(I.Values, S.Buffer))
        S.Told |= llvm::any_of(Infos, [&](const auto &O) { return llvm::is_contained(O->JumpsTo, Name); });
      I.JumpSites.push_back(std::move(S));
    }
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
  if (Recording || !Sites[Site].Unknown.empty())
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
