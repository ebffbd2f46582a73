// What a state knows about values, and what ends that: assignments to what they are made of, and calls.
#include "flow/Solver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::Op;
using ir::ValueKind;

Fact Solver::factOf(const State &S, ValueId V) const {
  for (unsigned Depth = 0; V && Depth < 4; ++Depth) {
    if (const Fact *Known = S.V.get(V)) {
      if (Known->Kind == FactKind::Alias) {
        V = Known->Other;
        continue;
      }
      return *Known;
    }
    break;
  }
  if (!V)
    return {};
  const Node &N = Values[V];
  switch (N.Kind) {
  case ValueKind::Undef:
    return {FactKind::Undef};
  case ValueKind::Null:
    return {FactKind::Null};
  case ValueKind::Int:
    return N.Int ? Fact{FactKind::Const, 0, N.Int} : Fact{FactKind::Null};
  case ValueKind::AddrOf:
  case ValueKind::String:
  case ValueKind::Function:
  case ValueKind::Lambda:
    return {FactKind::NonNull};
  case ValueKind::Binary: // token = PyGILState_Ensure() + 2; ... PyGILState_Release(token - 2);
    if (const Node By = Values[N.B]; By.Kind == ValueKind::Int && By.Int > 0) {
      Fact Of = factOf(S, N.A);
      if (N.Operator == Op::Add && Of.Kind == FactKind::Cookie)
        return {FactKind::Token, 0, By.Int, Of.At};
      if (N.Operator == Op::Sub && Of.Kind == FactKind::Token && Of.Int == By.Int)
        return {FactKind::Cookie, 0, 0, Of.At};
    }
    return {};
  default:
    return {};
  }
}

ValueId Solver::resolve(const State &S, ValueId V) const {
  for (unsigned Depth = 0; Depth < 4; ++Depth) {
    const Fact *K = V ? S.V.get(V) : nullptr;
    if (!K || K->Kind != FactKind::Alias)
      break;
    V = K->Other;
  }
  return V;
}

/// nested++, --nested: 0, 1, 2 are counted, which is what nesting counters are tested for. More is not worth a state.
Fact Solver::counted(const State &S, ValueId Dst, ValueId Src) const {
  constexpr int64_t Most = 3;
  const Node N = Values[Src];
  if (N.Kind != ValueKind::Binary || (N.Operator != Op::Add && N.Operator != Op::Sub) || N.A != Dst)
    return {};
  const Node By = Values[N.B];
  Fact Old = factOf(S, Dst);
  if (By.Kind != ValueKind::Int || std::abs(By.Int) > Most || !(Old.isNull() || Old.Kind == FactKind::Const))
    return {};
  int64_t New = Old.Int + (N.Operator == Op::Add ? By.Int : -By.Int);
  if (std::abs(New) > Most)
    return {};
  return New ? Fact{FactKind::Const, 0, New} : Fact{FactKind::Null};
}

/// &local, &local.member: does not change with the content of the local.
bool Solver::fixedAddress(ValueId V) const {
  if (Values[V].Kind != ValueKind::AddrOf)
    return false;
  V = Values[V].A;
  while (Values[V].Kind == ValueKind::Field)
    V = Values[V].A;
  return Values[V].Kind == ValueKind::Var || Values[V].Kind == ValueKind::Global;
}

void Solver::killVar(State &S, ir::VarId Var) {
  S.V.drop([&](ValueId V, const Fact &K) {
    return Values.mentionsVar(V, Var) || (K.Other && !fixedAddress(K.Other) && Values.mentionsVar(K.Other, Var));
  });
}

void Solver::killTemp(State &S, uint32_t T) {
  auto Is = [&](const Node &N) { return N.Kind == ValueKind::Temp && N.Ref == T; };
  auto Mentions = [&](ValueId V) { return Values.mentionsTemp(V) && Values.mentions(V, Is); };
  S.V.drop([&](ValueId V, const Fact &K) { return Mentions(V) || (K.Other && Mentions(K.Other)); });
}

/// What a call may write through the addresses it is given.
void Solver::killArguments(State &S, const ir::Event &Ev) {
  for (ValueId A : Ev.Args) {
    ValueId V = Values.of(A);
    if (!V || Values[V].Kind != ValueKind::AddrOf)
      continue;
    ValueId Object = Values[V].A;
    S.V.drop([&](ValueId X, const Fact &K) {
      return Values.contains(X, Object) || (K.Other && Values.contains(K.Other, Object));
    });
  }
}

/// Foreign code writes locals that it finds through what it is given:
///     int n = 0; struct arg list[] = {{"n", &n}}; if (parse(args, list) < 0) return NULL; if (n == 0) ...
/// Saved thread states stay: a library has no business with them, and losing one would be a guess.
void Solver::killExposed(State &S, const ir::Event &Ev) {
  if (Info.Exposed.empty())
    return;
  llvm::SmallVector<ValueId, 8> Given;
  for (ValueId A : Ev.Args)
    if (ValueId V = Values.of(A))
      Given.push_back(Values.base(V));
  const size_t Direct = Given.size();
  for (size_t I = 0; I < Given.size(); ++I)
    for (auto [Holder, Object] : Info.Exposed)
      if (Holder == Given[I] && !llvm::is_contained(Given, Object))
        Given.push_back(Object);
  auto Hit = [&](ValueId V) {
    return llvm::any_of(llvm::drop_begin(Given, Direct), [&](ValueId O) { return Values.contains(V, O); });
  };
  if (Given.size() > Direct)
    S.V.drop([&](ValueId V, const Fact &K) { return !keepsThread(V, K) && (Hit(V) || (K.Other && Hit(K.Other))); });
}

/// Does this fact tell a thread state or an Ensure, or that there is none?
bool Solver::keepsThread(ValueId V, const Fact &K) const {
  if (K.Kind == FactKind::Saved || K.Kind == FactKind::Restored || K.Kind == FactKind::Deleted ||
      K.Kind == FactKind::Cookie || K.Kind == FactKind::Token)
    return true;
  const Node &N = Values[V];
  return N.Kind == ValueKind::Var ? isThreadStatePointer(P.model(), U, F.Vars[N.Ref].Type)
                                  : N.Name && E.infos().holdsThreadState(N.Name);
}

/// What a function with a body may write.
void Solver::killWrites(State &S, FnId Callee, llvm::ArrayRef<ValueId> Args) {
  const FunctionInfo &C = E.infos()[Callee];
  if (!C.Written.empty())
    killNames(S, [&](uint32_t N) { return std::binary_search(C.Written.begin(), C.Written.end(), N); }, 0, Args);
  for (unsigned I = 0; I < Args.size() && I < 32; ++I)
    if (C.DerefParams >> I & 1) {
      ValueId Object = Values.deref(Args[I]);
      S.V.drop([&](ValueId X, const Fact &K) {
        return Values.contains(X, Object) || (K.Other && Values.contains(K.Other, Object));
      });
    }
}

/// if (guard) ..., where guard.operator bool() returns guard.attached: the same as if (guard.attached). Only for what
/// decides about the thread state somewhere.
void Solver::learnReturned(State &S, const ir::Event &Ev, FnId Callee, llvm::ArrayRef<ValueId> Args) {
  const FunctionInfo &C = E.infos()[Callee];
  if (!Ev.Result || !C.Returned || !C.Values.mentions(C.Returned, [&](const Node &N) {
        return N.Name && (E.infos().isGuard(N.Name) || E.infos().isNeedGuard(N.Name));
      }))
    return;
  ValueId Answer = Values.import(C.Values, C.Returned, Args);
  if (!Answer)
    return;
  Fact Known = factOf(S, Answer);
  S.V.set(Values.of(Ev.Result), Known.Kind == FactKind::None ? Fact{FactKind::Alias, resolve(S, Answer)} : Known);
}

} // namespace gilray::flow
