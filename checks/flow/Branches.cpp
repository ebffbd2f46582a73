// Conditions: what a valuation says of them, and what taking a branch teaches.
#include "flow/Solver.h"

namespace gilray::flow {

static constexpr unsigned MaxDepth = 8;

/// The truth of a condition (non-null, non-zero) under a state, if known.
std::optional<bool> Solver::evaluate(const State &S, ValueId Cond, unsigned Depth) const {
  if (!Cond || Depth > MaxDepth)
    return std::nullopt;
  if (const Fact *Known = S.V.get(Cond)) {
    if (Known->isNull())
      return false;
    if (Known->nonNull())
      return true;
    switch (Known->Kind) {
    case FactKind::Alias:
      return evaluate(S, Known->Other, Depth + 1);
    case FactKind::AsksInitialized:
      if (S.K.Now == Thread::Attached || S.K.Now == Thread::Detached)
        return true;
      return std::nullopt;
    default:
      return std::nullopt;
    }
  }
  const Node N = Values[Cond];
  switch (N.Kind) {
  case ValueKind::Null:
    return false;
  case ValueKind::Int:
    return N.Int != 0;
  case ValueKind::AddrOf:
  case ValueKind::String:
  case ValueKind::Function:
  case ValueKind::Lambda:
    return true;
  case ValueKind::Unary:
    if (N.Operator == Op::Not)
      if (auto T = evaluate(S, N.A, Depth + 1))
        return !*T;
    return std::nullopt;
  case ValueKind::Binary: {
    if (N.Operator == Op::LAnd || N.Operator == Op::LOr) {
      auto A = evaluate(S, N.A, Depth + 1), B = evaluate(S, N.B, Depth + 1);
      bool Short = N.Operator == Op::LOr;
      if ((A && *A == Short) || (B && *B == Short))
        return Short;
      if (A && B)
        return !Short;
      return std::nullopt;
    }
    if (N.Operator != Op::Eq && N.Operator != Op::Lt && N.Operator != Op::Le)
      return std::nullopt;
    const Node R = Values[N.B];
    bool Zero = R.Kind == ValueKind::Null || (R.Kind == ValueKind::Int && R.Int == 0);
    if (N.Operator == Op::Eq && Zero) {
      if (auto T = evaluate(S, N.A, Depth + 1))
        return !*T;
      return std::nullopt;
    }
    auto Number = [&](ValueId V) -> std::optional<int64_t> {
      const Node X = Values[V];
      if (X.Kind == ValueKind::Int)
        return X.Int;
      Fact K = factOf(S, V);
      if (K.Kind == FactKind::Const)
        return K.Int;
      if (K.isNull())
        return 0;
      return std::nullopt;
    };
    auto A = Number(N.A), B = Number(N.B);
    if (Fact Of = factOf(S, N.A); Of.Kind == FactKind::Token && N.Operator == Op::Eq && B && *B < Of.Int)
      return false; // if (token == ALREADY_ATTACHED)
    if (A && B)
      return N.Operator == Op::Eq ? *A == *B : N.Operator == Op::Lt ? *A < *B : *A <= *B;
    return std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

/// Learns that Cond has this truth; false when the state contradicts it, so that the edge is not feasible.
bool Solver::refine(State &S, ValueId Cond, bool Truth, unsigned Depth) {
  if (!Cond || Depth > MaxDepth)
    return true;
  if (auto Known = evaluate(S, Cond))
    if (*Known != Truth)
      return false;
  const Node N = Values[Cond];
  if (N.Kind == ValueKind::Unary && N.Operator == Op::Not)
    return refine(S, N.A, !Truth, Depth + 1);
  if (N.Kind == ValueKind::Binary) {
    if ((N.Operator == Op::LAnd && Truth) || (N.Operator == Op::LOr && !Truth))
      return refine(S, N.A, Truth, Depth + 1) && refine(S, N.B, Truth, Depth + 1);
    if (N.Operator == Op::Eq) {
      const Node R = Values[N.B];
      bool Zero = R.Kind == ValueKind::Null || (R.Kind == ValueKind::Int && R.Int == 0);
      if (Zero)
        return refine(S, N.A, !Truth, Depth + 1);
      if (Truth && R.Kind == ValueKind::Int) {
        if (R.Int == 1 && !refine(S, N.A, true, Depth + 1)) // if (flag == 1), flag = (n > 500)
          return false;
        Fact Old = factOf(S, N.A);
        if (Old.Kind != FactKind::Cookie && Old.Kind != FactKind::Token && Old.Kind != FactKind::Alias)
          S.V.set(N.A, {FactKind::Const, 0, R.Int});
      }
    }
  }
  return refinePath(S, Cond, Truth, Depth);
}

bool Solver::refinePath(State &S, ValueId Path, bool Truth, unsigned Depth) {
  const Fact *Known = S.V.get(Path);
  if (Known) {
    switch (Known->Kind) {
    case FactKind::Alias: {
      ValueId Other = Known->Other;
      return refine(S, Other, Truth, Depth + 1);
    }
    case FactKind::ForkResult:
      // The child is alone and short-lived up to _exit or exec: it is not judged.
      if (!Truth)
        S.K.Now = Thread::Unknown;
      return true;
    case FactKind::AsksAttached:
      if (S.K.Now != Thread::Attached && !mayNotCallApi(S.K.Now))
        setThread(S, Truth ? Thread::Attached : S.K.Now == Thread::Unknown ? Thread::Detached : S.K.Now);
      break;
    case FactKind::AsksInitialized:
      if (S.K.Now == Thread::Finalised || S.K.Now == Thread::BeforeInit)
        setThread(S, Truth ? Thread::Unknown : S.K.Now);
      break;
    case FactKind::AsksFinalizing:
      // A process that shuts down: PyEval_RestoreThread would not return, and what is left attached or detached on
      // purpose is nobody's loss.
      if (bool Finalizing = Truth != bool(Known->Int); S.K.Now == Thread::Finalised)
        setThread(S, Finalizing ? S.K.Now : Thread::Unknown);
      else if (Finalizing && (mayNotCallApi(S.K.Now) || !S.K.Stack.empty() || Info.Releases))
        setThread(S, Thread::Unknown);
      break;
    case FactKind::Undef:
    case FactKind::Cookie:
    case FactKind::Token:
      return true;
    default:
      break;
    }
    if (Known->isNull() || Known->nonNull())
      return true; // agreed, or evaluate() would have refused
  }
  // if (s->save) PyEval_RestoreThread(s->save): in a region that the program released, the field that keeps thread
  // states holds the released one. That it is null would be a guess.
  if (!Truth && !Known && mayNotCallApi(S.K.Now) && (S.Origin.valid() || D.Own) && Values[Path].Name &&
      E.infos().holdsThreadState(Values[Path].Name))
    return false;
  S.V.set(Path, {Truth ? FactKind::NonNull : FactKind::Null});
  return true;
}

} // namespace gilray::flow
