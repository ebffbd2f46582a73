// Follows one claim through a function: breadth first, so that the first use found is on a shortest way.
#include "ownership/Claims.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>
#include <set>

namespace gilray::ownership {

using api::Degree;
using ir::EventKind;
using ir::ValueKind;

/// A way that is followed: which variable holds the claim, and what has happened since.
struct Claims::Holder {
  ir::BlockId Block = 0;
  uint32_t Index = 0;
  ValueId Var = 0;
  Disturbance By;
  bool Removed = false, Own = false, Region = false;
  auto key() const { return std::tuple(Block, Index, Var, By.At, Region); }
};

struct Claims::Walker {
  static constexpr unsigned Most = 4096; ///< blocks visited for one claim; ways beyond are not followed

  const Claims &C;
  const Claim &What;
  FnId Id;
  const ir::Function &F;
  std::deque<Holder> Work;
  std::set<decltype(std::declval<Holder>().key())> Seen;
  std::optional<StaleUse> Found;

  Walker(const Claims &C, const Claim &What, FnId Id) : C(C), What(What), Id(Id), F(C.P.fn(Id)) {}

  void push(Holder H) {
    if (H.Block != ir::NoBlock && Seen.size() < Most && Seen.insert(H.key()).second)
      Work.push_back(std::move(H));
  }

  bool mentions(ValueId V, ValueId Var) const {
    const ir::Value &X = F.Values[V];
    return V == Var || (X.A && mentions(X.A, Var)) || (X.Kind != ValueKind::Lambda && X.B && mentions(X.B, Var));
  }
  ValueId plain(ValueId V) const {
    while (F.Values[V].Kind == ValueKind::Cast)
      V = F.Values[V].A;
    return V;
  }
  /// Is what the pointer leads to read or handed on? The address of the variable, or the variable in a sum, is no use.
  bool leadsThrough(ValueId V, ValueId Var) const {
    V = plain(V);
    const ir::Value &X = F.Values[V];
    if (V == Var)
      return true;
    switch (X.Kind) {
    case ValueKind::AddrOf:
      return X.A != Var && leadsThrough(X.A, Var);
    case ValueKind::Deref:
    case ValueKind::Field:
    case ValueKind::Index:
      return leadsThrough(X.A, Var);
    default:
      return false;
    }
  }

  const link::Target &target(EventRef At) const { return C.Infos[At.Fn].Targets[At.Block][At.Index]; }
  bool isKept(ValueId V, const Holder &H) const {
    V = plain(V);
    return V == H.Var || llvm::is_contained(What.Keepers, V);
  }

  void use(const Holder &H, EventRef At, std::vector<EventRef> Below = {}) {
    if (Found)
      return;
    Found = StaleUse{What, H.By, At, std::move(Below), H.Removed, H.Own, H.Region};
  }

  bool takesElement(EventRef At, const ir::Event &E) const;
  bool givesUp(EventRef At, const ir::Event &E) const;
  bool secures(EventRef At, const ir::Event &E, const Holder &H) const;
  bool disturbs(EventRef At, const ir::Event &E, Holder &H) const;
  bool event(EventRef At, const ir::Event &E, Holder &H);
  bool call(EventRef At, const ir::Event &E, Holder &H);
  void block(Holder H);
};

/// PyDict_SetItem(d, k, ..) after PyDict_GetItem(d, k), PyList_SetSlice(l, ..) after PyList_GetItem(l, 0).
bool Claims::Walker::takesElement(EventRef At, const ir::Event &E) const {
  const api::Entry *A = target(At).Api;
  if (!A || A->Removes == api::Removal::None || What.Why != Risk::Element || E.Args.empty() || What.Source.Fn != Id ||
      plain(E.Args[0]) != plain(What.Of))
    return false;
  const ir::Block &B = F.Blocks[What.Source.Block];
  const ir::Event &Got = B.Events[What.Source.Index];
  return A->Removes == api::Removal::All ||
         (E.Args.size() > 1 && Got.Args.size() > 1 && plain(E.Args[1]) == plain(Got.Args[1]));
}

/// Py_DECREF(coded), Py_CLEAR(coded): of an object that nobody else has.
bool Claims::Walker::givesUp(EventRef At, const ir::Event &E) const {
  if (What.Why != Risk::Owned || E.Args.size() != 1 || (E.Kind != EventKind::Call && E.Kind != EventKind::Macro))
    return false;
  const api::Entry *A = target(At).Api;
  if (!A || A->Home != ir::HeaderClass::Python || !(A->Steals & 1) ||
      !llvm::is_contained(What.Keepers, plain(E.Args[0])))
    return false;
  llvm::SmallVector<EventRef, 1> Object;
  return C.madeBy(At, E.Args[0], Object) && !Object.empty() &&
         llvm::all_of(Object, [&](EventRef Call) { return llvm::is_contained(What.Made, Call); });
}

/// From here on the reference is ours, or something that lives on has it.
bool Claims::Walker::secures(EventRef At, const ir::Event &E, const Holder &H) const {
  if (E.Kind == EventKind::Write)
    return isKept(E.Src, H);
  const link::Target &T = target(At);
  for (unsigned N = 0; N < E.Args.size(); ++N) {
    if (!isKept(E.Args[N], H))
      continue;
    bool Object = What.Why == Risk::Owned && plain(E.Args[N]) == plain(What.Of);
    if (Object && T.Fns.empty() && (!T.Api || N > 0)) // whoever gets the object may keep it
      return true;
    if (!T.Api) {
      // A function of the project that counts the reference, or keeps the object.
      if (llvm::any_of(T.Fns, [&](FnId G) { return C.keeps(G, N); }))
        return true;
      continue;
    }
    bool Python = T.Api->Home == ir::HeaderClass::Python;
    if (!Python && T.Api->Home != ir::HeaderClass::Libc) // a binding library makes a holder of it
      return true;
    bool Stolen = N < 32 && T.Api->Steals >> N & 1;
    if (Stolen || T.Api->CountsUp)
      return true;
    if (Python && N > 0 && !T.Api->Pure && T.Api->RunsPython != Degree::Certain && !What.Pointer)
      return true; // stored: PyList_Append(l, item), Py_BuildValue("O", item)
  }
  return false;
}

/// Does the event give others a chance to end the claim?
bool Claims::Walker::disturbs(EventRef At, const ir::Event &E, Holder &H) const {
  if (E.Kind != EventKind::Call && E.Kind != EventKind::Macro && E.Kind != EventKind::Construct &&
      E.Kind != EventKind::Destroy)
    return false;
  if (What.Why == Risk::Owned)
    return false;
  if (takesElement(At, E)) {
    H.By = {Degree::Likely, false, At};
    return H.Removed = true;
  }
  Disturbance D = C.D.at(At);
  if (What.Why == Risk::Storage && !D.Detaches && D.Sure < Degree::Certain)
    return false;
  if (D.Sure == Degree::Certain) {
    H.By = D;
    return true;
  }
  // __str__ of the very item: its author may well have the container at hand.
  const api::Entry *A = target(At).Api;
  if (D.Sure == Degree::Likely && A && !A->Steals && A->Removes == api::Removal::None && !E.Args.empty() &&
      isKept(E.Args[0], H) && What.Why == Risk::Element && !What.Pointer) {
    H.By = D;
    return H.Own = true;
  }
  return false;
}

/// False: the way ends here.
bool Claims::Walker::call(EventRef At, const ir::Event &E, Holder &H) {
  const link::Target &T = target(At);
  bool Stale = H.By.At.valid();
  for (unsigned N = 0; N < E.Args.size(); ++N) {
    if (!leadsThrough(E.Args[N], H.Var) || F.Values[plain(E.Args[N])].Kind == ValueKind::AddrOf)
      continue;
    if (Stale) {
      if (T.Api && T.Api->Steals >> N & 1 && T.Api->RunsPython == Degree::Likely && E.Args.size() == 1)
        return false; // Py_DECREF: somebody took it, in a way that was not seen
      use(H, At);
      return false;
    }
    if (plain(E.Args[N]) == H.Var && What.Why != Risk::Owned)
      for (FnId G : T.Fns)
        if (const StaleUse *In = C.staleParameter(G, N)) {
          H.By = In->By;
          std::vector<EventRef> Below = In->Below;
          Below.push_back(In->At);
          use(H, At, std::move(Below));
          return false;
        }
  }
  return true;
}

bool Claims::Walker::event(EventRef At, const ir::Event &E, Holder &H) {
  bool Stale = H.By.At.valid();
  switch (E.Kind) {
  case EventKind::Assign:
    if (E.Dst == H.Var)
      return false;
    if (plain(E.Src) == H.Var || (What.Pointer && leadsThrough(E.Src, H.Var) &&
                                  F.Values[plain(E.Src)].Kind == ValueKind::AddrOf)) { // q = p, q = p + 1
      Holder Copy = H;
      Copy.Var = E.Dst;
      Copy.Index = At.Index + 1;
      push(Copy);
    }
    return true;
  case EventKind::Read:
    if (Stale && leadsThrough(E.Src, H.Var)) {
      use(H, At);
      return false;
    }
    return true;
  case EventKind::Write:
    if (Stale && leadsThrough(E.Dst, H.Var)) {
      use(H, At);
      return false;
    }
    return Stale || !secures(At, E, H);
  case EventKind::Call:
  case EventKind::Macro:
  case EventKind::Construct: {
    if (E.Result == H.Var)
      return false;
    if (!Stale && givesUp(At, E)) {
      H.By = {Degree::Certain, false, At};
      return true;
    }
    if (!Stale && secures(At, E, H))
      return false;
    if (!call(At, E, H))
      return false;
    if (!Stale)
      disturbs(At, E, H);
    for (unsigned N = 0; N < E.Args.size(); ++N) // filled anew: PyDict_Next(d, &pos, &key, &value)
      if (F.Values[plain(E.Args[N])].Kind == ValueKind::AddrOf && F.Values[plain(E.Args[N])].A == H.Var)
        return false;
    if (E.Kind == EventKind::Macro && target(At).Api && target(At).Api->OutArg == 0 && !E.Args.empty() &&
        E.Args[0] == H.Var)
      return false;
    return true;
  }
  case EventKind::Destroy:
    if (!Stale)
      disturbs(At, E, H);
    return true;
  default:
    return true;
  }
}

void Claims::Walker::block(Holder H) {
  const ir::Block &B = F.Blocks[H.Block];
  for (uint32_t I = H.Index; I < B.Events.size() && !Found; ++I)
    if (!event({Id, H.Block, I}, B.Events[I], H))
      return;
  H.Index = 0;
  const ir::Terminator &T = B.Term;
  for (unsigned S = 0; S < T.Succs.size(); ++S) {
    if (T.Kind == ir::TermKind::Branch && C.excludes(F, T.Value, H.Var, S == 0))
      continue;
    H.Block = T.Succs[S];
    push(H);
  }
}

std::optional<StaleUse> Claims::follow(const Claim &C, FnId Id, ValueId First, EventRef From) const {
  Walker W(*this, C, Id);
  W.push({From.Block, From.Index, First, {}, false, false, false});
  while (!W.Work.empty() && !W.Found) {
    Holder H = W.Work.front();
    W.Work.pop_front();
    W.block(std::move(H));
  }
  return std::move(W.Found);
}

/// Does the branch say that the variable is null?
bool Claims::excludes(const ir::Function &F, ValueId Cond, ValueId Var, bool Truth) {
  const ir::Value &X = F.Values[Cond];
  auto IsZero = [&](ValueId V) {
    while (F.Values[V].Kind == ValueKind::Cast)
      V = F.Values[V].A;
    return F.Values[V].Kind == ValueKind::Null || (F.Values[V].Kind == ValueKind::Int && !F.Values[V].Int);
  };
  auto IsVar = [&](ValueId V) {
    while (F.Values[V].Kind == ValueKind::Cast)
      V = F.Values[V].A;
    return V == Var;
  };
  switch (X.Kind) {
  case ValueKind::Cast:
    return excludes(F, X.A, Var, Truth);
  case ValueKind::Unary:
    return X.Operator == ir::Op::Not && excludes(F, X.A, Var, !Truth);
  case ValueKind::Binary:
    if ((X.Operator == ir::Op::Eq || X.Operator == ir::Op::Ne) &&
        ((IsVar(X.A) && IsZero(X.B)) || (IsVar(X.B) && IsZero(X.A))))
      return Truth == (X.Operator == ir::Op::Eq);
    return false;
  default:
    return IsVar(Cond) && !Truth;
  }
}

ValueId Claims::parameter(FnId G, unsigned Param) const {
  const ir::Function &F = P.fn(G);
  if (Param < F.NumParams && F.Body == ir::BodyState::Complete)
    for (ValueId V = 1; V < F.Values.size(); ++V)
      if (F.Values[V].Kind == ValueKind::Var && F.Values[V].Ref == Param)
        return V;
  return 0;
}

/// Does the function of the project count up the reference it is given, or store it, in whatever way?
bool Claims::keeps(FnId G, unsigned Param) const {
  auto [It, New] = Keeps.try_emplace({G, Param}, false);
  ValueId Var = New ? parameter(G, Param) : 0;
  if (!Var)
    return It->second;
  Claim C;
  Walker W(*this, C, G);
  Holder H;
  H.Var = Var;
  const ir::Function &F = P.fn(G);
  bool Found = false;
  for (ir::BlockId B = 0; B < F.Blocks.size() && !Found; ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size() && !Found; ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if (E.Kind == EventKind::Call || E.Kind == EventKind::Macro || E.Kind == EventKind::Construct ||
          E.Kind == EventKind::Write)
        Found = W.secures({G, B, I}, E, H);
    }
  return Keeps[{G, Param}] = Found;
}

/// o = PyList_GetItem(l, 0); Py_INCREF(o); p = PyUnicode_AsUTF8(o);
bool Claims::isOwned(const Claim &C, EventRef At) const {
  if (C.Source.Fn != At.Fn || C.Source == At)
    return false;
  const ir::Function &F = P.fn(At.Fn);
  Walker W(*this, C, At.Fn);
  std::vector<bool> Seen(F.Blocks.size());
  llvm::SmallVector<std::pair<ir::BlockId, uint32_t>, 8> Work{{C.Source.Block, C.Source.Index + 1}};
  while (!Work.empty()) {
    auto [B, I] = Work.pop_back_val();
    const ir::Block &Block = F.Blocks[B];
    uint32_t End = B == At.Block && I <= At.Index ? At.Index : Block.Events.size();
    for (; I < End; ++I) {
      const ir::Event &E = Block.Events[I];
      if (E.Kind != EventKind::Call && E.Kind != EventKind::Macro && E.Kind != EventKind::Construct &&
          E.Kind != EventKind::Write)
        continue;
      for (ValueId K : C.Keepers) {
        Holder H;
        H.Var = K;
        if (W.secures({At.Fn, B, I}, E, H))
          return true;
      }
    }
    if (End == At.Index && B == At.Block)
      continue;
    for (ir::BlockId S : Block.Term.Succs)
      if (S != ir::NoBlock && S != C.Source.Block && !Seen[S]) {
        Seen[S] = true;
        Work.push_back({S, 0});
      }
  }
  return false;
}

const StaleUse *Claims::staleParameter(FnId G, unsigned Param) const {
  auto [It, New] = Parameters.try_emplace({G, Param});
  if (New) // asked again meanwhile, in recursion: nothing yet
    if (ValueId Var = parameter(G, Param)) {
      Claim C;
      C.Why = Risk::Field; // whatever it is: only what happens for certain counts
      C.At = C.Source = {G, 0, 0};
      std::optional<StaleUse> Use = follow(C, G, Var, {G, 0, 0});
      Parameters[{G, Param}].Use = std::move(Use);
    }
  const std::optional<StaleUse> &Use = Parameters[{G, Param}].Use;
  return Use ? &*Use : nullptr;
}

} // namespace gilray::ownership
