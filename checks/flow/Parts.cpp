// Parts of objects: what optionals, smart pointers and containers construct and destroy.
#include "flow/Solver.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::EventKind;

/// Is the thread in another state once this part is destroyed? Not behind ~Cookie() { Guard guard; Py_DECREF(object); }
bool Solver::changesThread(const Action &A, Thread Now) {
  if (A.Fn == link::NoFn)
    return A.Type->Destroys != api::Effect::None;
  if (!E.infos()[A.Fn].Transitions)
    return false;
  const NodeData &Destructor = E.node(E.enter(A.Fn, Now));
  return Destructor.Exits.empty() || llvm::any_of(Destructor.Exits, [&](const Exit &X) {
           return X.K.Now != Now || !X.K.Stack.empty() || X.K.Popped || X.Broken;
         });
}

/// p = nullptr gives back what p owns, and so does p = q where p is known to own something. A first assignment to a
/// member looks the same as any other.
bool Solver::assignsKnown(const State &S, const ir::Event &Ev, const ir::Callee *C) const {
  if (Ev.Kind != EventKind::Call || !C || methodName(*C) != "operator=" || Ev.Args.size() < 2)
    return true;
  FactKind Old =
      factOf(S, Values[Values.of(Ev.Args[0])].Kind == ValueKind::AddrOf ? Values[Values.of(Ev.Args[0])].A : 0).Kind;
  return factOf(S, Values.of(Ev.Args[1])).isNull() || Old == FactKind::Saved || Old == FactKind::Cookie;
}

/// The owner that an event destroys or empties, if it has at most one part: optional, unique_ptr.
const api::TypeEntry *Solver::holdsOne(const ir::Event &Ev) const {
  ir::TypeId T = Ev.Kind == EventKind::Destroy ? Ev.Type : 0;
  if (!T && !Ev.Args.empty() && F.Values[Ev.Args[0]].Kind == ir::ValueKind::AddrOf)
    T = P.typeOf(D.Fn, F.Values[Ev.Args[0]].A);
  const api::TypeEntry *Type = T ? P.model().type(U.Types[T].Record) : nullptr;
  return Type && (!Type->Fills.empty() || !Type->GivesUp.empty()) ? Type : nullptr;
}

/// released.emplace(), std::make_unique<Guard>(): the part is constructed by a library.
void Solver::makes(const State &S, const ir::Event &Ev, llvm::ArrayRef<Action> As, States &Out) {
  bool ByPointer = Ev.Kind == EventKind::Call && Ev.Result && Info.Targets[At.Block][At.Index].Api;
  ValueId Whole = ByPointer ? Values.of(Ev.Result) : Values.deref(Values.of(Ev.Args[0]));
  const Action &A = As.front();
  if (A.Fn == link::NoFn) {
    effect(S, Ev, A.Type->Constructs, Whole, nullptr, Out);
    return;
  }
  llvm::SmallVector<ValueId, 6> Given = arguments(S, Ev), Args{ByPointer ? Whole : Given[0]};
  unsigned First = ByPointer ? 0 : Given.size() - (P.fn(A.Fn).NumParams - 1);
  Args.append(Given.begin() + First, Given.end());
  States Made;
  callBodies(S, Ev, A.Fn, Args, Made);
  for (State &X : Made) {
    X.V.set(Whole, {FactKind::NonNull});
    Out.push_back(std::move(X));
  }
}

/// Destructors and deleters that a Construct or Destroy of a library type comes down to, one after the other.
void Solver::actions(const State &S, const ir::Event &Ev, llvm::ArrayRef<Action> As, States &Out) {
  ValueId Whole = Ev.Args.empty() ? 0 : Values.deref(Values.of(Ev.Args[0]));
  bool Destroys = Ev.Kind == EventKind::Destroy || Ev.Kind == EventKind::Call;
  States Cur;
  Cur.push_back(S);
  for (const Action &A : As) {
    if (Destroys && A.OfPart && factOf(S, Whole).isNull())
      continue; // moved from, reset or never filled: there is no part
    // What a deleter gets is known where the pointer is; the members of a part are where it lies in the object itself.
    const api::TypeEntry *Owner = Destroys && A.OfPart ? holdsOne(Ev) : nullptr;
    FactKind Held = Owner ? factOf(S, Whole).Kind : FactKind::None;
    bool Pointer = A.Fn != link::NoFn && P.fn(A.Fn).NumParams > 1;
    bool Known = Held == FactKind::Saved || Held == FactKind::Cookie ||
                 (Held == FactKind::NonNull && !Pointer && !Owner->Fills.empty());
    if (Destroys && A.OfPart && !Known && changesThread(A, S.K.Now)) {
      // std::optional<Guard>: whether there is a part is not known, so neither is the state behind it.
      for (State &X : Cur)
        X.K.Now = Thread::Unknown;
      continue;
    }
    States Next;
    for (State &X : Cur) {
      if (A.Fn != link::NoFn) {
        llvm::SmallVector<ValueId, 2> Args;
        if (Known && Pointer)
          Args = {0, Whole};
        else if (Known)
          Args = {Values.of(Ev.Args[0])};
        callBodies(X, Ev, A.Fn, A.OfPart ? llvm::ArrayRef<ValueId>(Args) : arguments(X, Ev), Next);
        continue;
      }
      ValueId Object = Ev.Args.empty() ? 0 : Values.deref(Values.of(Ev.Args[0]));
      bool Construct = Ev.Kind == EventKind::Construct;
      if (A.Type->Holder) {
        holder(X, Ev, A);
        Next.push_back(std::move(X));
      } else {
        effect(X, Ev, Construct ? A.Type->Constructs : A.Type->Destroys, Object, nullptr, Next);
      }
    }
    Cur = std::move(Next);
  }
  for (State &X : Cur)
    Out.push_back(std::move(X));
}

} // namespace gilray::flow
