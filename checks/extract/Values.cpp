// Normal forms of access paths. See ir/Unit.h for the list.
#include "extract/Values.h"

namespace gilray::extract {

using ir::Op;
using ir::Value;
using ir::ValueId;
using ir::ValueKind;
using llvm::StringRef;

static Value of(ValueKind K, ValueId A = 0, ValueId B = 0, Op O = Op::None) {
  Value V;
  V.Kind = K;
  V.Operator = O;
  V.A = A;
  V.B = B;
  return V;
}

/// Larger trees (machine-made expressions) are unknown: readers refuse them, and nobody could use them.
static constexpr uint32_t MaxNodes = 400, MaxDepth = 100;

ValueId Values::intern(Value V) {
  ValueId B = V.Kind == ValueKind::Lambda ? 0 : V.B;
  uint32_t Nodes = 1 + Extent[V.A].first + Extent[B].first;
  uint32_t Depth = 1 + std::max(Extent[V.A].second, Extent[B].second);
  if (Nodes > MaxNodes || Depth > MaxDepth)
    return 0;
  size_t At = slot(V);
  if (Slots[At])
    return Slots[At];
  ValueId Id = Slots[At] = F.Values.size();
  F.Values.push_back(V);
  Extent.push_back({Nodes, Depth});
  if (F.Values.size() * 2 > Slots.size())
    grow();
  return Id;
}

size_t Values::slot(const Value &V) const {
  size_t Mask = Slots.size() - 1, At = hash(V) & Mask;
  while (Slots[At] && !equal(F.Values[Slots[At]], V))
    At = (At + 1) & Mask;
  return At;
}

void Values::grow() {
  Slots.assign(Slots.size() * 2, 0);
  for (ValueId Id = 1; Id < F.Values.size(); ++Id)
    Slots[slot(F.Values[Id])] = Id;
}

ValueId Values::findAddrOf(ValueId Path) const { return Slots[slot(of(ValueKind::AddrOf, Path))]; }

ValueId Values::integer(int64_t N, StringRef Spelled) {
  Value X = of(ValueKind::Int);
  X.Int = N;
  X.Str = Spelled.empty() ? StringRef() : U.intern(Spelled);
  return intern(X);
}
ValueId Values::string(StringRef Bytes) {
  Value X = of(ValueKind::String);
  X.Str = U.intern(Bytes);
  return intern(X);
}
ValueId Values::global(StringRef Id) {
  Value X = of(ValueKind::Global);
  X.Str = Id;
  return intern(X);
}
ValueId Values::lambda(ir::CalleeId Body, unsigned Captures) {
  Value X = of(ValueKind::Lambda, 0, Captures);
  X.Ref = Body;
  return intern(X);
}

ValueId Values::deref(ValueId P) {
  if (is(P, ValueKind::AddrOf))
    return get(P).A;
  if (!P || is(P, ValueKind::Function) || is(P, ValueKind::Lambda)) // callables stand for themselves
    return P;
  return intern(of(ValueKind::Deref, P));
}

ValueId Values::field(ValueId Object, StringRef Name, StringRef Record) {
  if (!Object)
    return 0;
  Value X = of(ValueKind::Field, Object);
  X.Str = Name.empty() ? StringRef() : Name;
  X.Rec = Record.empty() ? StringRef() : Record;
  return intern(X);
}

ValueId Values::addrOf(ValueId Path) {
  if (is(Path, ValueKind::Deref))
    return get(Path).A;
  if (!Path || is(Path, ValueKind::Function) || is(Path, ValueKind::Lambda) || is(Path, ValueKind::String))
    return Path;
  return intern(of(ValueKind::AddrOf, Path));
}

ValueId Values::element(ValueId Array, ValueId Index) {
  if (!Array)
    return 0;
  return intern(of(ValueKind::Index, Array, Index));
}

ValueId Values::pointerAdd(ValueId P, ValueId Index) {
  if (!P)
    return 0;
  if (is(Index, ValueKind::Int) && get(Index).Int == 0)
    return P;
  if (is(P, ValueKind::AddrOf) && is(get(P).A, ValueKind::Index)) {
    Value Elem = get(get(P).A);
    ValueId Sum = binary(Op::Add, Elem.B, Index);
    return addrOf(element(Elem.A, Sum));
  }
  return addrOf(element(deref(P), Index));
}

ValueId Values::cast(ValueId V, ir::TypeId T) {
  if (!V || is(V, ValueKind::Null) || is(V, ValueKind::Function))
    return V;
  if (is(V, ValueKind::Cast))
    V = get(V).A; // Only the last view of a pointer matters.
  Value X = of(ValueKind::Cast, V);
  X.Type = T;
  return intern(X);
}

static bool isTruth(const Value &V) {
  if (V.Kind == ValueKind::Unary)
    return V.Operator == Op::Not;
  return V.Kind == ValueKind::Binary && V.Operator >= Op::Eq && V.Operator <= Op::LOr;
}

ValueId Values::truth(ValueId V, bool Pointer) {
  if (!V || isTruth(get(V)))
    return V;
  return binary(Op::Ne, V, Pointer ? null() : integer(0));
}

ValueId Values::unary(Op O, ValueId A) {
  if (!A)
    return 0;
  const Value &V = get(A);
  if (V.Kind == ValueKind::Int)
    switch (O) {
    case Op::Neg:
      return integer(-uint64_t(V.Int));
    case Op::BitNot:
      return integer(~V.Int);
    case Op::Not:
      return integer(!V.Int);
    default:
      break;
    }
  if (O == Op::Not && V.Kind == ValueKind::Unary && V.Operator == Op::Not)
    return truth(V.A, false);
  if (O == Op::Not && V.Kind == ValueKind::Binary && (V.Operator == Op::Eq || V.Operator == Op::Ne))
    return binary(V.Operator == Op::Eq ? Op::Ne : Op::Eq, V.A, V.B);
  return intern(of(ValueKind::Unary, A, 0, O));
}

static bool isConstant(const Value &V) { return V.Kind == ValueKind::Int || V.Kind == ValueKind::Null; }

ValueId Values::binary(Op O, ValueId A, ValueId B) {
  if (!A || !B)
    return 0;
  // Constants stand on the right.
  if (isConstant(get(A)) && !isConstant(get(B))) {
    switch (O) {
    case Op::Lt:
      return binary(Op::Gt, B, A);
    case Op::Le:
      return binary(Op::Ge, B, A);
    case Op::Gt:
      return binary(Op::Lt, B, A);
    case Op::Ge:
      return binary(Op::Le, B, A);
    case Op::Eq:
    case Op::Ne:
    case Op::Add:
    case Op::Mul:
    case Op::And:
    case Op::Or:
    case Op::Xor:
      std::swap(A, B);
      break;
    default:
      break;
    }
  }
  if ((O == Op::Add || O == Op::Sub) && is(B, ValueKind::Int) && get(B).Int == 0)
    return A;
  const Value &X = get(A), &Y = get(B);
  if (X.Kind == ValueKind::Int && Y.Kind == ValueKind::Int) {
    uint64_t M = X.Int, N = Y.Int;
    switch (O) {
    case Op::Add:
      return integer(M + N);
    case Op::Sub:
      return integer(M - N);
    case Op::Mul:
      return integer(M * N);
    case Op::And:
      return integer(M & N);
    case Op::Or:
      return integer(M | N);
    case Op::Xor:
      return integer(M ^ N);
    case Op::Shl:
      return N < 64 ? integer(M << N) : 0;
    default:
      break;
    }
  }
  return intern(of(ValueKind::Binary, A, B, O));
}

ValueId Values::root(ValueId V) const {
  while (V) {
    const Value &X = get(V);
    if (X.Kind != ValueKind::Field && X.Kind != ValueKind::Index)
      break;
    V = X.A;
  }
  return V;
}

} // namespace gilray::extract
