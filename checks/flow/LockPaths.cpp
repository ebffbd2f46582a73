#include "flow/LockPaths.h"
#include "flow/Mix.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"

namespace gilray::flow {

using ir::EventKind;
using ir::ValueId;
using ir::ValueKind;

LockPaths::LockPaths(const link::Program &P) : P(P), All(1), NameText(1), Functions(P.functions().size()) {}

PathId &LockPaths::bucketOf(const Path &X) {
  uint64_t Hash = mix(mix(mix(uint64_t(X.Kind), uint64_t(X.A) << 32 | X.B), uint64_t(X.Ref) << 32 | X.Name), X.Fn);
  size_t Mask = Buckets.size() - 1, I = Hash & Mask;
  while (Buckets[I] && All[Buckets[I]] != X)
    I = (I + 1) & Mask;
  return Buckets[I];
}

PathId LockPaths::intern(const Path &X) {
  PathId &Known = bucketOf(X);
  if (Known)
    return Known;
  PathId Id = Known = All.size();
  All.push_back(X);
  if (All.size() * 2 > Buckets.size()) {
    Buckets.assign(2 * Buckets.size(), 0);
    for (PathId P = 1; P < All.size(); ++P)
      bucketOf(All[P]) = P;
  }
  return Id;
}

NameId LockPaths::global(StringRef Id) {
  auto [It, New] = Names.try_emplace(Id, NameText.size());
  if (New)
    NameText.push_back(It->first());
  return It->second;
}

NameId LockPaths::fieldName(StringRef Record, StringRef Field) {
  llvm::SmallString<64> Key(Record);
  Key += '.';
  Key += Field;
  return global(Key);
}

PathId LockPaths::deref(PathId X) {
  if (!X)
    return 0;
  return All[X].Kind == PathKind::Addr ? All[X].A : intern({PathKind::Deref, X});
}

PathId LockPaths::addr(PathId X) {
  if (!X)
    return 0;
  return All[X].Kind == PathKind::Deref ? All[X].A : intern({PathKind::Addr, X});
}

PathId LockPaths::field(PathId Object, StringRef Record, StringRef Field) {
  return Object ? intern({PathKind::Field, Object, 0, 0, fieldName(Record, Field)}) : 0;
}

/// How often each variable and temporary is set, and to what. Declarations without a value and resets to null do not
/// count: `Conn *self = NULL; if (..) self = (Conn *)op;` is op wherever it is used.
LockPaths::FnNames &LockPaths::names(FnId Id) {
  if (Functions[Id])
    return *Functions[Id];
  Functions[Id] = std::make_unique<FnNames>();
  FnNames &N = *Functions[Id];
  const ir::Function &F = P.fn(Id);
  uint32_t Temps = 0;
  for (const ir::Value &V : F.Values)
    if (V.Kind == ValueKind::Temp)
      Temps = std::max(Temps, V.Ref + 1);
  N.Vars.resize(F.Vars.size());
  N.VarIs.resize(F.Vars.size());
  N.VarSets.resize(F.Vars.size());
  N.Temps.resize(Temps);
  N.TempIs.resize(Temps);
  N.TempSets.resize(Temps);
  N.Values.resize(F.Values.size());
  auto Set = [&](ValueId To, ValueId From, bool Compound) {
    const ir::Value &T = F.Values[To];
    bool Temp = T.Kind == ValueKind::Temp;
    if (!Temp && T.Kind != ValueKind::Var)
      return;
    ValueKind K = F.Values[From].Kind;
    if (!Compound && (K == ValueKind::Undef || K == ValueKind::Null))
      return;
    uint8_t &Times = (Temp ? N.TempSets : N.VarSets)[T.Ref];
    (Temp ? N.TempIs : N.VarIs)[T.Ref] = Times || Compound ? 0 : From;
    Times = std::min(Times + 1 + Compound, 2);
  };
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if (E.Kind == EventKind::Assign)
        Set(E.Dst, E.Src, E.Compound);
      if (!E.Result)
        continue;
      const api::Entry *A = E.Args.size() == 1 ? P.api(Id, E.Callee) : nullptr;
      Set(E.Result, A && A->Result == api::Returns::Argument ? E.Args[0] : 0, false);
    }
  return N;
}

PathId LockPaths::variable(FnId Id, uint32_t V, bool Temp) {
  FnNames &N = names(Id);
  PathId &Known = (Temp ? N.Temps : N.Vars)[V];
  if (Known && Known != Busy)
    return Known;
  bool Param = !Temp && V < P.fn(Id).NumParams;
  Path Itself{Temp ? PathKind::Result : PathKind::Local, 0, 0, V, 0, Id};
  if (Known == Busy) // x = x->next
    return intern(Itself);
  uint8_t Times = (Temp ? N.TempSets : N.VarSets)[V];
  ValueId Is = (Temp ? N.TempIs : N.VarIs)[V];
  if (Param)
    return Known = intern(Times ? Itself : Path{PathKind::Param, 0, 0, V});
  PathId To = 0;
  if (Times == 1 && Is) {
    Known = Busy;
    To = of(Id, Is);
    if (mentions(To, [&](const Path &X) { return X.Kind == Itself.Kind && X.Ref == V && X.Fn == Id; }))
      To = 0;
  }
  // `of` may have made room for more functions' names, never for this one's: the reference is still good.
  return Known = To ? To : intern(Itself);
}

PathId LockPaths::of(FnId F, ValueId V) {
  if (!V)
    return 0;
  FnNames &N = names(F);
  if (N.Values[V])
    return N.Values[V] - 1;
  PathId X = compute(F, V);
  N.Values[V] = X + 1;
  return X;
}

PathId LockPaths::compute(FnId F, ValueId Id) {
  const ir::Value &V = P.fn(F).Values[Id];
  switch (V.Kind) {
  case ValueKind::Var:
    return variable(F, V.Ref, false);
  case ValueKind::Temp:
    return variable(F, V.Ref, true);
  case ValueKind::Global:
    return intern({PathKind::Global, 0, 0, 0, global(V.Str)});
  case ValueKind::Deref:
    return deref(of(F, V.A));
  case ValueKind::AddrOf:
    return addr(of(F, V.A));
  case ValueKind::Field:
    return field(of(F, V.A), V.Rec, V.Str);
  case ValueKind::Cast:
    return of(F, V.A);
  case ValueKind::Lambda:
    return intern({PathKind::Lambda, 0, 0, Id, 0, F});
  case ValueKind::Index: {
    PathId A = of(F, V.A);
    if (!A)
      return 0;
    const ir::Value &I = P.fn(F).Values[V.B];
    PathId B = I.Kind == ValueKind::Int ? intern({PathKind::Number, 0, 0, uint32_t(I.Int)}) : of(F, V.B);
    return intern({PathKind::Index, A, B ? B : unknown()});
  }
  default:
    return 0;
  }
}

bool LockPaths::mentions(PathId X, llvm::function_ref<bool(const Path &)> Pred) const {
  for (; X; X = All[X].A)
    if (Pred(All[X]) || (All[X].B && mentions(All[X].B, Pred)))
      return true;
  return false;
}

/// Rewrites from the outside in: the longest part that has a counterpart is replaced.
PathId LockPaths::replace(PathId X, llvm::function_ref<PathId(PathId)> Counterpart) {
  if (!X)
    return 0;
  if (PathId Y = Counterpart(X))
    return Y;
  Path N = All[X];
  switch (N.Kind) {
  case PathKind::Global:
  case PathKind::Number:
  case PathKind::Unknown:
    return X;
  case PathKind::Deref:
    return deref(replace(N.A, Counterpart));
  case PathKind::Addr:
    return addr(replace(N.A, Counterpart));
  case PathKind::Field:
  case PathKind::Index:
    N.A = replace(N.A, Counterpart);
    N.B = N.B ? replace(N.B, Counterpart) : 0;
    return intern(N);
  default:
    return unknown();
  }
}

PathId LockPaths::up(PathId Inner, const Renamings &R) {
  return replace(Inner, [&](PathId X) {
    auto It = llvm::find_if(R, [&](const Renaming &N) { return N.Inner == X; });
    return It == R.end() ? 0 : It->Outer;
  });
}

PathId LockPaths::down(PathId Outer, const Renamings &R) {
  return replace(Outer, [&](PathId X) -> PathId {
    for (const Renaming &N : R) {
      if (N.Outer == X)
        return N.Inner;
      if (All[N.Outer].Kind == PathKind::Addr && All[N.Outer].A == X)
        return deref(N.Inner);
    }
    return 0;
  });
}

PathId LockPaths::relativeTo(PathId X, PathId Base) {
  bool Found = false;
  PathId Y = replace(X, [&](PathId Z) -> PathId {
    if (Z != Base)
      return 0;
    Found = true;
    return intern({PathKind::Object});
  });
  return Found ? Y : 0;
}

PathId LockPaths::forget(PathId X) {
  return replace(X, [&](PathId Y) -> PathId {
    PathKind K = All[Y].Kind;
    return K == PathKind::Local || K == PathKind::Result ? unknown() : K == PathKind::Param ? Y : 0;
  });
}

Renamings LockPaths::renamings(FnId Caller, llvm::ArrayRef<ValueId> Args, FnId Callee) {
  Renamings Out;
  const ir::Function &To = P.fn(Callee);
  for (uint32_t I = 0; I < Args.size() && I < To.NumParams; ++I)
    if (PathId A = of(Caller, Args[I]))
      Out.push_back({A, intern({PathKind::Param, 0, 0, I})});
  // A closure that the call runs: its captures are fields of what `this` points to.
  if (To.Kind == ir::FunctionKind::Lambda)
    for (ValueId V : Args) {
      const ir::Function &From = P.fn(Caller);
      const ir::Value &L = From.Values[V];
      if (L.Kind != ValueKind::Lambda || P.resolve(P.unit(Caller), L.Ref) != Callee || !L.B)
        continue;
      PathId Closure = deref(intern({PathKind::Param, 0, 0, 0}));
      for (const ir::Capture &C : From.Captures[L.B - 1])
        if (PathId X = of(Caller, C.From))
          Out.push_back({C.ByReference ? addr(X) : X, field(Closure, To.Record, C.Name)});
    }
  return Out;
}

NameId LockPaths::className(PathId X) const {
  for (; X; X = All[X].A)
    if (All[X].Name)
      return All[X].Name;
  return 0;
}

std::string LockPaths::spell(PathId X, FnId In) const {
  if (!X)
    return "?";
  const Path &N = All[X];
  auto Variable = [&](FnId F, uint32_t V) {
    return F < P.functions().size() && V < P.fn(F).Vars.size() ? P.fn(F).Vars[V].Name.str() : "?";
  };
  switch (N.Kind) {
  case PathKind::Global: {
    const ir::Global *G = P.global(NameText[N.Name]);
    return G ? G->Name.str() : NameText[N.Name].str();
  }
  case PathKind::Param:
    return Variable(In, N.Ref);
  case PathKind::Local:
    return Variable(N.Fn, N.Ref);
  case PathKind::Number:
    return std::to_string(int32_t(N.Ref));
  case PathKind::Addr:
    return "&" + spell(N.A, In);
  case PathKind::Deref:
    return "*" + spell(N.A, In);
  case PathKind::Index:
    return spell(N.A, In) + "[" + spell(N.B, In) + "]";
  case PathKind::Field: {
    std::string Field = NameText[N.Name].substr(NameText[N.Name].rfind('.') + 1).str();
    if (All[N.A].Kind == PathKind::Unknown || All[N.A].Kind == PathKind::Object)
      return NameText[N.Name].str();
    if (All[N.A].Kind == PathKind::Deref) {
      PathKind Inner = All[All[N.A].A].Kind;
      bool Nameless = Inner == PathKind::Unknown || Inner == PathKind::Result || Inner == PathKind::Lambda;
      return Nameless ? NameText[N.Name].str() : spell(All[N.A].A, In) + "->" + Field;
    }
    return spell(N.A, In) + "." + Field;
  }
  default:
    return "?";
  }
}

} // namespace gilray::flow
