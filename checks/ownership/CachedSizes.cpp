#include "ownership/CachedSizes.h"
#include "ir/Values.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>
#include <set>

namespace gilray::ownership {

using ir::EventKind;
using ir::ValueKind;

namespace {

class Walk {
public:
  Walk(const Ownership &O, const Disturbances &D, EventRef Asked, ValueId Of, ValueId Size)
      : D(D), P(O.program()), Infos(O.results().engine().infos()), F(P.fn(Asked.Fn)), Asked(Asked), Of(Of), Size(Size) {
  }
  std::optional<OutdatedSize> run(uint32_t From);

private:
  struct Point {
    ir::BlockId Block = 0;
    uint32_t Index = 0;
    Disturbance By;
    EventRef Test;
  };
  static constexpr unsigned Most = 2048; ///< blocks visited for one question; ways beyond are not followed

  bool event(EventRef At, const ir::Event &E, Point &X);
  void push(Point X) {
    if (X.Block != ir::NoBlock && Seen.size() < Most && Seen.insert({X.Block, X.By.At, X.Test.valid()}).second)
      Work.push_back(X);
  }

  const Disturbances &D;
  const link::Program &P;
  const flow::FunctionInfos &Infos;
  const ir::Function &F;
  EventRef Asked;
  ValueId Of, Size;
  std::deque<Point> Work;
  std::set<std::tuple<ir::BlockId, EventRef, bool>> Seen;
  std::optional<OutdatedSize> Found;
};

} // namespace

static bool mentions(const ir::Function &F, ValueId V, ValueId Part) {
  const ir::Value &X = F.Values[V];
  return V == Part || (X.A && mentions(F, X.A, Part)) || (X.B && X.Kind != ValueKind::Lambda && mentions(F, X.B, Part));
}

/// PyList_GET_SIZE, PySequence_Fast_GET_SIZE: a number read out of storage that may change.
static bool asksSize(const api::Entry *A, const ir::Event &E) {
  return A && A->Home == ir::HeaderClass::Python && A->Use == api::Weight::Warning && E.Args.size() == 1 &&
         A->Result == api::Returns::Other && A->RunsPython == api::Degree::Never && E.Result;
}

/// PyList_GET_ITEM(list, i), which does not look at the size; PyList_GetItem does.
static bool fetches(const api::Entry *A, const ir::Event &E) {
  return A && A->Home == ir::HeaderClass::Python && A->Use == api::Weight::Warning && E.Args.size() == 2 &&
         A->Result == api::Returns::BorrowedRef && A->LentBy == api::Lender::Container;
}

/// False: the way ends here.
bool Walk::event(EventRef At, const ir::Event &E, Point &X) {
  if (E.Kind == EventKind::Assign)
    return E.Dst != Size && !mentions(F, Of, E.Dst);
  if (E.Kind == EventKind::Write) // self->items = other
    return !mentions(F, Of, E.Dst);
  if (E.Kind != EventKind::Call && E.Kind != EventKind::Macro && E.Kind != EventKind::Construct &&
      E.Kind != EventKind::Destroy)
    return true;
  const api::Entry *A = Infos[At.Fn].Targets[At.Block][At.Index].Api;
  bool Same = !E.Args.empty() && withoutCasts(F, E.Args[0]) == Of;
  if (At != Asked && Same && asksSize(A, E)) // asked again
    return false;
  if (At == Asked || llvm::any_of(E.Args, [&](ValueId V) {
        V = withoutCasts(F, V);
        return F.Values[V].Kind == ValueKind::AddrOf && (F.Values[V].A == Size || F.Values[V].A == Of);
      }))
    return false;
  if (X.Test.valid() && Same && fetches(A, E) && F.Values[withoutCasts(F, E.Args[1])].Kind != ValueKind::Int) {
    Found = OutdatedSize{Asked, X.By, X.Test, At, Of};
    return false;
  }
  if (!X.By.At.valid())
    if (Disturbance By = D.at(At); By.Sure == api::Degree::Certain)
      X.By = By;
  return true;
}

std::optional<OutdatedSize> Walk::run(uint32_t From) {
  Work.push_back({Asked.Block, From, {}, {}});
  while (!Work.empty() && !Found) {
    Point X = Work.front();
    Work.pop_front();
    const ir::Block &B = F.Blocks[X.Block];
    bool Goes = true;
    for (uint32_t I = X.Index; I < B.Events.size() && Goes; ++I)
      Goes = event({Asked.Fn, X.Block, I}, B.Events[I], X);
    if (!Goes)
      continue;
    if (X.By.At.valid() && B.Term.Value && mentions(F, B.Term.Value, Size))
      X.Test = {Asked.Fn, X.Block, EventRef::Terminator};
    X.Index = 0;
    for (ir::BlockId S : B.Term.Succs) {
      X.Block = S;
      push(X);
    }
  }
  return std::move(Found);
}

std::vector<OutdatedSize> outdatedSizes(const Ownership &O, const Disturbances &D, FnId Id) {
  std::vector<OutdatedSize> Out;
  const ir::Function &F = O.program().fn(Id);
  if (F.Body != ir::BodyState::Complete)
    return Out;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if ((E.Kind != EventKind::Call && E.Kind != EventKind::Macro) ||
          !asksSize(O.results().engine().infos()[Id].Targets[B][I].Api, E))
        continue;
      // n = PyList_GET_SIZE(list), perhaps through a cast
      uint32_t Next = I + 1;
      if (Next == F.Blocks[B].Events.size())
        continue;
      const ir::Event &Stored = F.Blocks[B].Events[Next];
      if (Stored.Kind != EventKind::Assign || withoutCasts(F, Stored.Src) != E.Result ||
          F.Values[Stored.Dst].Kind != ValueKind::Var)
        continue;
      EventRef At{Id, B, I};
      ValueId Of = withoutCasts(F, E.Args[0]);
      if (O.exposure(At, Of) != Exposure::Others)
        continue;
      if (std::optional<OutdatedSize> X = Walk(O, D, At, Of, Stored.Dst).run(Next + 1))
        Out.push_back(*X);
    }
  return Out;
}

} // namespace gilray::ownership
