#include "ownership/TestedFields.h"
#include "ir/Values.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>

namespace gilray::ownership {

using ir::EventKind;
using ir::ValueKind;

TestedFields::TestedFields(const Ownership &O, const Disturbances &D, const Fields &F, const Handles &H)
    : O(O), D(D), Fs(F), H(H), P(O.program()), Infos(O.results().engine().infos()) {}

/// The pointer that a condition compares with null, and the branch on which it is not null.
static std::optional<std::pair<ValueId, unsigned>> nullTest(const ir::Function &F, ValueId Cond, bool Truth = true) {
  Cond = withoutCasts(F, Cond);
  const ir::Value &X = F.Values[Cond];
  if (X.Kind == ValueKind::Unary && X.Operator == ir::Op::Not)
    return nullTest(F, X.A, !Truth);
  if (X.Kind == ValueKind::Binary && (X.Operator == ir::Op::Eq || X.Operator == ir::Op::Ne)) {
    ValueId A = withoutCasts(F, X.A), B = withoutCasts(F, X.B);
    if (F.Values[A].Kind == ValueKind::Null)
      std::swap(A, B);
    if (F.Values[B].Kind != ValueKind::Null)
      return std::nullopt;
    return nullTest(F, A, (X.Operator == ir::Op::Ne) == Truth);
  }
  if (X.Kind == ValueKind::Field)
    return std::pair(Cond, Truth ? 0u : 1u);
  return std::nullopt;
}

static bool contains(const ir::Function &F, ValueId V, ValueId Part) {
  const ir::Value &X = F.Values[V];
  return V == Part || (X.A && contains(F, X.A, Part)) || (X.Kind != ValueKind::Lambda && X.B && contains(F, X.B, Part));
}

/// Is the field's content dereferenced on the way?
static bool leadsThrough(const ir::Function &F, ValueId V, ValueId Path) {
  const ir::Value &X = F.Values[V];
  if (X.Kind == ValueKind::Deref && withoutCasts(F, X.A) == Path)
    return true;
  return X.A && leadsThrough(F, X.A, Path);
}

/// The first place that sets the field to null, or gives up what is in there, while the other method is at work.
const Ending *TestedFields::endedElsewhere(StringRef Record, StringRef Field, EventRef Use) const {
  for (const Ending &E : Fs.endings(Record, Field))
    if (E.At.Fn != Use.Fn && !H.keptApart(Use, E.At, Record, Field))
      return &E;
  return nullptr;
}

/// check_open(self): a new test, in a helper.
bool TestedFields::testsField(FnId G, const std::string &Name, unsigned Depth) const {
  if (H.tested(G).count(Name))
    return true;
  return Depth < 2 &&
         llvm::any_of(O.results().callees(G), [&](FnId Below) { return testsField(Below, Name, Depth + 1); });
}

struct TestedFields::Walk {
  struct Point {
    ir::BlockId Block;
    Disturbance By;
  };
  const TestedFields &T;
  FnId Id;
  const ir::Function &F;
  ValueId Path;
  std::string Name;
  std::deque<Point> Work;
  std::set<std::pair<ir::BlockId, EventRef>> Seen;
  std::optional<OutdatedTest> Found;

  Walk(const TestedFields &T, FnId Id, ValueId Path)
      : T(T), Id(Id), F(T.P.fn(Id)), Path(Path), Name((F.Values[Path].Rec + "." + F.Values[Path].Str).str()) {}

  bool isField(ValueId V) const {
    const ir::Value &X = F.Values[V];
    return X.Kind == ValueKind::Field && X.Str == F.Values[Path].Str && X.Rec == F.Values[Path].Rec;
  }
  bool mentionsField(ValueId V) const {
    const ir::Value &X = F.Values[V];
    return isField(V) || (X.A && mentionsField(X.A)) || (X.Kind != ValueKind::Lambda && X.B && mentionsField(X.B));
  }
  void push(ir::BlockId B, const Disturbance &By) {
    if (B != ir::NoBlock && Seen.size() < 2048 && Seen.insert({B, By.At}).second)
      Work.push_back({B, By});
  }

  bool reliesOn(EventRef At, const ir::Event &E) const {
    switch (E.Kind) {
    case EventKind::Read:
      return leadsThrough(F, E.Src, Path);
    case EventKind::Write:
      return leadsThrough(F, E.Dst, Path);
    case EventKind::Call:
    case EventKind::Macro: {
      const link::Target &To = T.Infos[Id].Targets[At.Block][At.Index];
      for (unsigned N = 0; N < E.Args.size(); ++N)
        if (withoutCasts(F, E.Args[N]) == Path && To.Fns.empty() && !(To.Api && To.Api->NullOkArg == int(N)) &&
            !(To.Named && namedLikeAnEnd(T.P.model(), To.Named->Name)))
          return To.Named != nullptr;
      return false;
    }
    default:
      return false;
    }
  }

  /// False: the way ends here.
  bool event(EventRef At, const ir::Event &E, Disturbance &By) {
    bool Outdated = By.At.valid();
    if (Outdated && !T.H.detached(At) && reliesOn(At, E)) {
      Found = OutdatedTest{{}, By, At, Path, F.Values[Path].Rec, F.Values[Path].Str, {}};
      return false;
    }
    if (E.Kind == EventKind::Write && isField(E.Dst))
      return false;
    if (E.Kind != EventKind::Call && E.Kind != EventKind::Macro && E.Kind != EventKind::Construct &&
        E.Kind != EventKind::Destroy)
      return E.Kind != EventKind::Assign || !contains(F, Path, E.Dst); // self = other
    for (ValueId A : E.Args)                                           // Py_CLEAR(self->f), open(&self->f)
      if (isField(A) ? E.Kind == EventKind::Macro && A == Path && T.Infos[Id].Targets[At.Block][At.Index].Api &&
                           T.Infos[Id].Targets[At.Block][At.Index].Api->OutArg >= 0
                     : F.Values[A].Kind == ValueKind::AddrOf && isField(F.Values[A].A))
        return false;
    if (Outdated) {
      for (FnId G : T.Infos[Id].Targets[At.Block][At.Index].Fns)
        if (T.testsField(G, Name))
          return false;
    } else if (Disturbance D = T.D.at(At); D.Sure == api::Degree::Certain && D.Detaches) {
      By = D;
    }
    return true;
  }

  void run() {
    while (!Work.empty() && !Found) {
      Point X = Work.front();
      Work.pop_front();
      const ir::Block &B = F.Blocks[X.Block];
      bool Goes = true;
      for (uint32_t I = 0; I < B.Events.size() && Goes; ++I)
        Goes = event({Id, X.Block, I}, B.Events[I], X.By);
      if (!Goes || (B.Term.Value && mentionsField(B.Term.Value))) // tested anew
        continue;
      for (ir::BlockId S : B.Term.Succs)
        push(S, X.By);
    }
  }
};

std::vector<OutdatedTest> TestedFields::outdated(FnId Id) const {
  std::vector<OutdatedTest> Out;
  const ir::Function &F = P.fn(Id);
  if (F.Body != ir::BodyState::Complete || Fs.running(Id) == link::NoFn)
    return Out;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    const ir::Terminator &T = F.Blocks[B].Term;
    auto Test = T.Kind == ir::TermKind::Branch ? nullTest(F, T.Value) : std::nullopt;
    if (!Test)
      continue;
    auto [Path, Succ] = *Test;
    const ir::Value &V = F.Values[Path];
    const ir::Record *R = P.record(V.Rec);
    if (!R || !R->PythonObject || Fs.endings(V.Rec, V.Str).empty() ||
        llvm::any_of(Out, [&, Path = Path](const OutdatedTest &X) { return X.Path == Path; }))
      continue;
    Walk W(*this, Id, Path);
    W.push(T.Succs[Succ], {});
    W.run();
    if (!W.Found)
      continue;
    if (const Ending *E = endedElsewhere(V.Rec, V.Str, W.Found->At)) {
      W.Found->Test = {Id, B, EventRef::Terminator};
      W.Found->EndedBy = *E;
      Out.push_back(*W.Found);
    }
  }
  return Out;
}

} // namespace gilray::ownership
