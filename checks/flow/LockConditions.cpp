// What a lock state knows of values: enough to keep `if (c) lock(); .. if (c) unlock();` and try-locks correlated.
#include "flow/LockSolver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::Op;
using ir::ValueId;
using ir::ValueKind;

static constexpr unsigned MaxDepth = 8;

std::optional<int64_t> LockSolver::number(const LockState &S, ValueId V, unsigned Depth) const {
  const ir::Value &X = F.Values[V];
  if (X.Kind == ValueKind::Int)
    return X.Int;
  if (X.Kind == ValueKind::Null)
    return 0;
  if (const LockFact *K = S.fact(V)) {
    if (K->Kind == LockFact::Const)
      return K->Int;
    if (K->Kind == LockFact::Zero)
      return 0;
    if (K->Kind == LockFact::Same && Depth < MaxDepth)
      return number(S, K->Other, Depth + 1);
  }
  return std::nullopt;
}

std::optional<bool> LockSolver::evaluate(const LockState &S, ValueId V, unsigned Depth) const {
  if (!V || Depth > MaxDepth)
    return std::nullopt;
  if (const LockFact *K = S.fact(V)) {
    if (K->Kind == LockFact::Same)
      return evaluate(S, K->Other, Depth + 1);
    return K->Kind == LockFact::Const ? K->Int != 0 : K->Kind == LockFact::NonZero;
  }
  const ir::Value &X = F.Values[V];
  switch (X.Kind) {
  case ValueKind::Int:
    return X.Int != 0;
  case ValueKind::Null:
    return false;
  case ValueKind::AddrOf:
  case ValueKind::Function:
  case ValueKind::String:
    return true;
  case ValueKind::Cast:
    return evaluate(S, X.A, Depth + 1);
  case ValueKind::Unary:
    if (X.Operator == Op::Not)
      if (auto A = evaluate(S, X.A, Depth + 1))
        return !*A;
    return std::nullopt;
  case ValueKind::Binary: {
    if (X.Operator == Op::LAnd || X.Operator == Op::LOr) {
      auto A = evaluate(S, X.A, Depth + 1), B = evaluate(S, X.B, Depth + 1);
      bool Decides = X.Operator == Op::LOr;
      if ((A && *A == Decides) || (B && *B == Decides))
        return Decides;
      return A && B ? std::optional(!Decides) : std::nullopt;
    }
    auto A = number(S, X.A), B = number(S, X.B);
    if (A && B)
      switch (X.Operator) {
      case Op::Eq:
        return *A == *B;
      case Op::Ne:
        return *A != *B;
      case Op::Lt:
        return *A < *B;
      case Op::Le:
        return *A <= *B;
      case Op::Gt:
        return *A > *B;
      case Op::Ge:
        return *A >= *B;
      default:
        return std::nullopt;
      }
    if ((X.Operator == Op::Eq || X.Operator == Op::Ne) && B && *B == 0)
      if (auto T = evaluate(S, X.A, Depth + 1))
        return *T == (X.Operator == Op::Ne);
    return std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

void LockSolver::learn(LockState &S, ValueId V, LockFact::Sort K, int64_t Int, ValueId Other) const {
  if (V && (S.fact(V) || S.Facts.size() < Limits.Facts))
    S.know({V, K, Int, Other});
}

/// False when the condition cannot have this outcome.
bool LockSolver::refine(LockState &S, ValueId V, bool Truth, unsigned Depth) const {
  if (!V || Depth > MaxDepth)
    return true;
  if (auto Known = evaluate(S, V))
    if (*Known != Truth)
      return false;
  const ir::Value &X = F.Values[V];
  switch (X.Kind) {
  case ValueKind::Cast:
    return refine(S, X.A, Truth, Depth + 1);
  case ValueKind::Unary:
    if (X.Operator == Op::Not)
      return refine(S, X.A, !Truth, Depth + 1);
    break;
  case ValueKind::Binary:
    if ((X.Operator == Op::LAnd && Truth) || (X.Operator == Op::LOr && !Truth))
      return refine(S, X.A, Truth, Depth + 1) && refine(S, X.B, Truth, Depth + 1);
    if (X.Operator == Op::Eq || X.Operator == Op::Ne)
      if (auto B = number(S, X.B)) {
        bool Equal = Truth == (X.Operator == Op::Eq);
        if (*B == 0)
          return refine(S, X.A, !Equal, Depth + 1);
        if (Equal)
          learn(S, X.A, LockFact::Const, *B);
      }
    break;
  case ValueKind::Int:
  case ValueKind::Null:
  case ValueKind::Unknown:
    return true;
  default:
    break;
  }
  if (const LockFact *K = S.fact(V)) {
    if (K->Kind == LockFact::Same)
      return refine(S, K->Other, Truth, Depth + 1);
    if (K->Kind == LockFact::Const)
      return true;
  }
  learn(S, V, Truth ? LockFact::NonZero : LockFact::Zero);
  return true;
}

void LockSolver::written(LockState &S, ValueId Place) const {
  if (S.Facts.empty() || !Place)
    return;
  ValueId V = Info.Values.of(Place);
  uint32_t Name = Info.Values[V].Name;
  S.forget([&](ValueId X) {
    ValueId Y = Info.Values.of(X);
    return Info.Values.contains(Y, V) || (Name && Info.Values.mentionsNamed(Y) &&
                                          Info.Values.mentions(Y, [&](const Node &N) { return N.Name == Name; }));
  });
}

void LockSolver::assign(LockState &S, const ir::Event &E) const {
  std::optional<int64_t> N = E.Compound ? std::nullopt : number(S, E.Src);
  std::optional<bool> T = E.Compound ? std::nullopt : evaluate(S, E.Src);
  bool Condition = F.Values[E.Src].Kind == ValueKind::Unary || F.Values[E.Src].Kind == ValueKind::Binary;
  bool Self = E.Src && Info.Values.contains(Info.Values.of(E.Src), Info.Values.of(E.Dst));
  written(S, E.Dst);
  // A lock that was named by the variable is held still, but the name is another's now.
  if (E.Kind == ir::EventKind::Assign && F.Values[E.Dst].Kind == ValueKind::Var && !S.Held.empty()) {
    uint32_t Var = F.Values[E.Dst].Ref;
    auto Named = [&](const Path &X) { return X.Kind == PathKind::Local && X.Fn == Id && X.Ref == Var; };
    for (HeldLock &H : S.Held)
      if (Paths.mentions(H.Lock, Named))
        H.Lock = Paths.forget(H.Lock);
  }
  if (N)
    learn(S, E.Dst, LockFact::Const, *N);
  else if (T)
    learn(S, E.Dst, *T ? LockFact::NonZero : LockFact::Zero);
  else if (!E.Compound && Condition && !Self)
    learn(S, E.Dst, LockFact::Same, 0, E.Src);
  else if (!E.Compound && !Self && F.Values[E.Src].Kind == ValueKind::Temp)
    learn(S, E.Dst, LockFact::Same, 0, E.Src);
}

/// What a call may change: what it is given the address of, and what its callees write.
void LockSolver::clobber(LockState &S, const ir::Event &E, llvm::ArrayRef<FnId> Callees) const {
  if (S.Facts.empty())
    return;
  if (E.Result)
    written(S, E.Result);
  for (ValueId A : E.Args) {
    const ir::Value &X = F.Values[A];
    if (X.Kind == ValueKind::AddrOf || E.Kind == ir::EventKind::Macro)
      written(S, X.Kind == ValueKind::AddrOf ? X.A : X.Kind == ValueKind::Int ? 0 : A);
  }
  for (FnId G : Callees) {
    const FunctionInfo &C = Infos[G];
    for (unsigned I = 0; I < E.Args.size() && I < 32; ++I)
      if (C.DerefParams >> I & 1)
        S.forget([&](ValueId V) {
          ValueId Pointer = Info.Values.of(E.Args[I]);
          return Info.Values.mentions(Info.Values.of(V),
                                      [&](const Node &N) { return N.Kind == ValueKind::Deref && N.A == Pointer; });
        });
    if (!C.Written.empty())
      S.forget([&](ValueId V) {
        return Info.Values.mentions(Info.Values.of(V), [&](const Node &N) {
          return N.Name && std::binary_search(C.Written.begin(), C.Written.end(), N.Name);
        });
      });
  }
}

} // namespace gilray::flow
