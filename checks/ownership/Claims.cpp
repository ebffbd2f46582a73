// Which references and pointers are at risk; ClaimWalk.cpp follows them.
#include "ownership/Claims.h"
#include "ir/Values.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::ownership {

using api::Lender;
using ir::EventKind;
using ir::ValueKind;

Claims::Claims(const Ownership &O, const Disturbances &D, const Fields &F)
    : O(O), D(D), Fs(F), P(O.program()), Infos(O.results().engine().infos()) {}

static bool isVariable(const ir::Function &F, ValueId V) {
  return F.Values[V].Kind == ValueKind::Var || F.Values[V].Kind == ValueKind::Temp;
}

/// The risk of a value with several origins: all that are not null must be at risk, else the code knows more than we
/// do.
Claim Claims::risk(EventRef At, ValueId V, unsigned Depth) const {
  Claim Out;
  if (Depth > 4)
    return Out;
  for (const Provenance &X : O.of(At, V)) {
    if (X.From == Origin::Null)
      continue;
    Claim C = risk(X, Depth);
    if (C.Why == Risk::None)
      return {};
    if (Out.Why == Risk::None)
      Out = C;
  }
  if (Out.Why != Risk::None && isVariable(P.fn(At.Fn), V) && Out.At.Fn == At.Fn)
    Out.Keepers.push_back(V);
  return Out;
}

Claim Claims::risk(const Provenance &X, unsigned Depth) const {
  Claim C;
  C.At = C.Source = X.At;
  C.Of = X.Of;
  C.Pointer = X.Pointer;
  C.Api = X.Api;
  const ir::Function &F = P.fn(X.At.Fn);
  switch (X.From) {
  case Origin::Lent:
    switch (X.How) {
    case Lender::Container:
      if (O.exposure(X.At, X.Of) == Exposure::Others) {
        // What stands in a module's dictionary stays there.
        bool OfModule = llvm::any_of(
            O.of(X.At, X.Of), [](const Provenance &Y) { return Y.From == Origin::Lent && Y.How == Lender::Namespace; });
        if (!OfModule && !Fs.isSettled(X.At, X.Of))
          C.Why = Risk::Element;
      } else { // an item of a list that is kept by nobody but a borrowed reference
        C = risk(X.At, X.Of, Depth + 1);
        C.At = X.At;
      }
      return C;
    case Lender::Part: {
      Claim Whole = risk(X.At, X.Of, Depth + 1);
      if (Whole.Why == Risk::None && X.Pointer)
        return owned(X);
      Whole.At = X.At;
      Whole.Pointer |= X.Pointer;
      Whole.Api = X.Api;
      return Whole;
    }
    case Lender::WeakReference:
      C.Why = Risk::Weak;
      return C;
    case Lender::Storage:
      if (!X.Of || O.exposure(X.At, X.Of) == Exposure::Others)
        C.Why = Risk::Storage;
      return C;
    default:
      return C;
    }
  case Origin::Field: {
    const ir::Value &V = F.Values[X.Of];
    // Other structures live and die in ways that are not followed.
    const ir::Record *R = P.record(V.Rec);
    if (!R || !R->PythonObject)
      return C;
    for (const Ending &E : Fs.endings(V.Rec, V.Str))
      if (E.How == Ending::Released && C.Why == Risk::None) {
        C.Why = Risk::Field;
        C.EndedBy = E;
      }
    return C;
  }
  case Origin::Global: {
    const ir::Global *G = P.global(F.Values[X.Of].Str);
    if (!G)
      return C;
    for (const Ending &E : Fs.endings(*G))
      if (E.How == Ending::Released && C.Why == Risk::None) {
        C.Why = Risk::Global;
        C.EndedBy = E;
      }
    return C;
  }
  default:
    return C;
  }
}

/// Does the call give out an object that it made and that nobody else knows? Also a function of the project that
/// returns what it made: return utf8 ? PyUnicode_AsUTF8String(name) : PyUnicode_AsLatin1String(name);
bool Claims::makes(EventRef Call) const {
  const link::Target &T = Infos[Call.Fn].Targets[Call.Block][Call.Index];
  if (T.Api)
    return T.Api->Result == api::Returns::NewRef && T.Api->Allocates;
  return !T.Fns.empty() && llvm::all_of(T.Fns, [&](FnId G) {
    bool Returns = false;
    for (ir::BlockId B = 0; B < P.fn(G).Blocks.size(); ++B) {
      const ir::Terminator &Term = P.fn(G).Blocks[B].Term;
      if (Term.Kind != ir::TermKind::Return)
        continue;
      EventRef At{G, B, EventRef::Terminator};
      if (!Term.Value || O.exposure(At, Term.Value) != Exposure::Nobody)
        return false;
      for (const Provenance &X : O.of(At, Term.Value)) {
        if (X.From != Origin::Fresh && X.From != Origin::Null)
          return false;
        Returns |= X.From == Origin::Fresh;
      }
    }
    return Returns && P.fn(G).Body == ir::BodyState::Complete;
  });
}

/// The calls of this function that made the value, if there are no other ways to it.
bool Claims::madeBy(EventRef At, ValueId V, llvm::SmallVectorImpl<EventRef> &Calls, unsigned Depth) const {
  const ir::Function &F = P.fn(At.Fn);
  V = withoutCasts(F, V);
  if (F.Values[V].Kind == ValueKind::Null || (F.Values[V].Kind == ValueKind::Int && !F.Values[V].Int))
    return true;
  const Definitions &D = O.definitions(At.Fn);
  if (Depth > 4 || !isVariable(F, V) || D.unclear(V))
    return false;
  return llvm::all_of(D.reaching(V, At), [&](const Definition &X) {
    if (X.How == Definition::Assigned)
      return X.Src && madeBy(X.At, X.Src, Calls, Depth + 1);
    if (X.How != Definition::Result || !makes(X.At))
      return false;
    if (!llvm::is_contained(Calls, X.At))
      Calls.push_back(X.At);
    return true;
  });
}

/// PyObject *coded = PyUnicode_AsUTF8String(name); const char *text = PyBytes_AsString(coded): of an object that was
/// made here and that nobody else knows.
Claim Claims::owned(const Provenance &X) const {
  Claim C;
  if (!madeBy(X.At, X.Of, C.Made) || C.Made.empty())
    return {};
  C.Why = Risk::Owned;
  C.Source = C.Made.front();
  C.At = X.At;
  C.Of = X.Of;
  C.Pointer = true;
  C.Api = X.Api;
  ValueId Object = withoutCasts(P.fn(X.At.Fn), X.Of);
  if (isVariable(P.fn(X.At.Fn), Object))
    C.Keepers.push_back(Object);
  return C;
}

static bool isPointer(const link::Program &P, FnId F, ValueId V) {
  const ir::Function &Fn = P.fn(F);
  return Fn.Values[V].Kind == ValueKind::Var &&
         P.unit(F).Types[Fn.Vars[Fn.Values[V].Ref].Type].Kind == ir::TypeKind::Pointer;
}

/// PyObject_GetBuffer(o, &view, ..): while the export lives the memory stays. Where it is released is not looked at.
bool Claims::isPinned(FnId Id, ValueId Object) const {
  const ir::Function &F = P.fn(Id);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I)
      if (const api::Entry *A = Infos[Id].Targets[B][I].Api; A && A->Exports)
        if (const ir::Event &E = F.Blocks[B].Events[I];
            !E.Args.empty() && withoutCasts(F, E.Args[0]) == withoutCasts(F, Object))
          return true;
  return false;
}

/// Reading a variable into another is no new claim: claims begin where something is obtained from elsewhere.
std::vector<StaleUse> Claims::staleUses(FnId Id) const {
  std::vector<StaleUse> Out;
  const ir::Function &F = P.fn(Id);
  if (F.Body != ir::BodyState::Complete)
    return Out;
  auto Try = [&](EventRef At, ValueId V) {
    EventRef After{At.Fn, At.Block, At.Index + 1};
    Claim C = risk(After, V);
    if (C.Why == Risk::None || (C.Why == Risk::Storage && C.Source.Fn == Id && isPinned(Id, C.Of)))
      return;
    if (isOwned(C, At))
      return;
    C.At = At;
    C.Var = V;
    if (std::optional<StaleUse> Use = follow(C, Id, V, After))
      Out.push_back(std::move(*Use));
  };
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      EventRef At{Id, B, I};
      if (E.Kind == EventKind::Assign && E.Src && !E.Compound) {
        ValueKind K = F.Values[withoutCasts(F, E.Src)].Kind;
        if (K == ValueKind::Field || K == ValueKind::Global || K == ValueKind::Index || K == ValueKind::Deref)
          Try(At, E.Dst);
        continue;
      }
      if (E.Kind != EventKind::Call && E.Kind != EventKind::Macro)
        continue;
      const link::Target &T = Infos[Id].Targets[B][I];
      if (E.Result && (T.Api ? T.Api->LentBy != Lender::Unknown : !T.Fns.empty()))
        Try(At, E.Result);
      if (T.Api && T.Api->OutArg >= 0 && E.Kind == EventKind::Call)
        for (unsigned N = 1; N < E.Args.size(); ++N)
          if (const ir::Value &A = F.Values[E.Args[N]]; A.Kind == ValueKind::AddrOf && isPointer(P, Id, A.A))
            Try(At, A.A);
    }
  return Out;
}

} // namespace gilray::ownership
