#include "link/Callables.h"
#include "link/Program.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::link {

using ir::EventKind;
using ir::TypeKind;
using ir::ValueKind;

/// A member that holds more is not followed.
static constexpr size_t MostHeld = 64;

static StringRef lastName(StringRef Name) { return Name.substr(Name.rfind(':') + 1); }

static std::string key(StringRef Record, StringRef Name) { return (Record + "." + Name).str(); }

/// const T & and plain values are only read by who gets them.
static bool isOnlyRead(const ir::Unit &U, ir::TypeId T) {
  return U.Types[T].Kind == TypeKind::Record ||
         (U.Types[T].Kind == TypeKind::Reference && U.Types[U.Types[T].Inner].Const);
}

CallableFlow::CallableFlow(const Program &P) : P(P) {
  findFields();
  llvm::DenseMap<const ir::Unit *, bool> Concerned;
  for (const ir::Unit *U : P.units())
    for (ir::TypeId T = 1; T < U->Types.size() && !Concerned[U]; ++T)
      Concerned[U] = mentions(*U, T);
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (Concerned[&P.unit(F)])
      captures(F);
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (Concerned[&P.unit(F)])
      function(F);
  if (Nodes.empty())
    return;
  blockShared();
  propagate();
}

/// std::deque<std::function<void ()>> &, an iterator of it, std::map<int, std::function<void ()>>
bool CallableFlow::mentions(const ir::Unit &U, ir::TypeId T) {
  std::vector<int8_t> &Known = Mentions[&U];
  if (Known.empty())
    Known.resize(U.Types.size());
  if (Known[T])
    return Known[T] > 0;
  Known[T] = -1;
  const ir::Type &X = U.Types[T];
  bool Yes = P.isCallable(X.Record) || (X.Inner && X.Kind != TypeKind::Function && mentions(U, X.Inner));
  for (ir::TypeId A : X.Args)
    Yes = Yes || mentions(U, A);
  Known[T] = Yes ? 1 : -1;
  return Yes;
}

void CallableFlow::findFields() {
  for (const ir::Unit *U : P.units())
    if (U->Facts.Lang == ir::Language::Cxx)
      for (const ir::Record &R : U->Records)
        for (const ir::Field &Fd : R.Fields)
          Fields.try_emplace(key(R.Name, Fd.Name), mentions(*U, Fd.Type));
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (!P.fn(F).Record.empty() && P.fn(F).Name.ends_with("::operator()"))
      if (auto [It, New] = Functors.try_emplace(P.fn(F).Record, F); !New)
        It->second = NoFn;
}

CallableFlow::NodeId CallableFlow::node(FnId In, ir::ValueId V) {
  auto [It, New] = Locals.try_emplace({In, V}, Nodes.size());
  if (New)
    Nodes.emplace_back();
  return It->second;
}

CallableFlow::NodeId CallableFlow::result(FnId F) { return node(F, 0); }

CallableFlow::NodeId CallableFlow::place(StringRef Record, StringRef Name) {
  auto [It, New] = Places.try_emplace(key(Record, Name), Nodes.size());
  if (New) {
    Nodes.emplace_back();
    Nodes.back().Place = Nodes.back().Filled = true;
    Nodes.back().Record = Record;
  }
  return It->second;
}

/// The variable, temporary or member that a path or address leads into: &step, (*it).second, jobs_[2].
static ir::ValueId base(const ir::Function &F, const llvm::StringMap<bool> &Fields, ir::ValueId V) {
  for (;;)
    switch (F.Values[V].Kind) {
    case ValueKind::Cast:
    case ValueKind::AddrOf:
    case ValueKind::Deref:
    case ValueKind::Index:
      V = F.Values[V].A;
      continue;
    case ValueKind::Field: {
      auto It = Fields.find(key(F.Values[V].Rec, F.Values[V].Str));
      if (It != Fields.end())
        return It->second ? V : 0;
      V = F.Values[V].A; // of a library's record: (*it).second
      continue;
    }
    case ValueKind::Var:
    case ValueKind::Temp:
    case ValueKind::Global:
      return V;
    default:
      return 0;
    }
}

CallableFlow::NodeId CallableFlow::holder(FnId In, ir::ValueId V) {
  const ir::Function &F = P.fn(In);
  V = base(F, Fields, V);
  const ir::Value &X = F.Values[V];
  if (!V || (X.Kind == ValueKind::Var && !mentions(P.unit(In), F.Vars[X.Ref].Type)))
    return NoNode;
  if (X.Kind == ValueKind::Field)
    return place(X.Rec, X.Str);
  return X.Kind == ValueKind::Global ? place("", X.Str) : node(In, V);
}

CallableFlow::NodeId CallableFlow::existing(FnId In, ir::ValueId V) const {
  const ir::Function &F = P.fn(In);
  V = base(F, Fields, V);
  const ir::Value &X = F.Values[V];
  if (X.Kind == ValueKind::Field || X.Kind == ValueKind::Global) {
    auto It = Places.find(X.Kind == ValueKind::Field ? key(X.Rec, X.Str) : key("", X.Str));
    return It == Places.end() ? NoNode : It->second;
  }
  auto It = V ? Locals.find({In, V}) : Locals.end();
  return It == Locals.end() ? NoNode : It->second;
}

void CallableFlow::give(NodeId To, FnId F) {
  if (!llvm::is_contained(Nodes[To].Fns, F))
    Nodes[To].Fns.push_back(F);
  Nodes[To].Filled = true;
}

/// Both: the two name one thing, as a reference and what it is bound to.
void CallableFlow::flow(NodeId From, NodeId To, bool Both) {
  if (From == To)
    return;
  Nodes[From].To.push_back(To);
  if (Both)
    Nodes[To].To.push_back(From);
  Nodes[To].Filled = true;
}

/// The function that an object of this type is when it is called: a closure's, or struct Job { void operator()(); }.
FnId CallableFlow::functor(FnId In, ir::TypeId T) const {
  const ir::Unit &U = P.unit(In);
  const ir::Type &X = U.Types[U.Types[T].Kind == TypeKind::Reference ? U.Types[T].Inner : T];
  auto It = X.Record.empty() ? Functors.end() : Functors.find(X.Record);
  return It == Functors.end() ? NoFn : It->second;
}

/// template <class F> function(F &&): what F is says what is stored.
bool CallableFlow::functors(FnId In, const ir::Callee &C, NodeId To) {
  bool Any = false;
  for (ir::TypeId T : C.TemplateArgs)
    if (FnId G = functor(In, T); G != NoFn) {
      give(To, G);
      Any = true;
    }
  return Any;
}

/// Lets a value flow into a node; false when it is not known what the value holds.
bool CallableFlow::source(FnId In, ir::ValueId V, NodeId To, bool Both) {
  const ir::Function &F = P.fn(In);
  while (F.Values[V].Kind == ValueKind::Cast || F.Values[V].Kind == ValueKind::AddrOf)
    V = F.Values[V].A;
  const ir::Value &X = F.Values[V];
  if (X.Kind == ValueKind::Null || (X.Kind == ValueKind::Int && !X.Int)) {
    Nodes[To].Filled = true;
    return true;
  }
  if (X.Kind == ValueKind::Lambda || X.Kind == ValueKind::Function) {
    FnId G = P.resolve(P.unit(In), X.Ref);
    if (G != NoFn)
      give(To, G);
    return G != NoFn;
  }
  NodeId From = holder(In, V);
  if (From != NoNode)
    flow(From, To, Both);
  return From != NoNode;
}

/// What a constructor, an assignment or a method like push_back puts into an object. A callable holds one thing, so
/// what cannot be told makes it unknown.
void CallableFlow::fill(FnId In, const ir::Event &E, unsigned First, NodeId To, bool Callable) {
  const ir::Callee *C = E.Callee ? &P.unit(In).Callees[E.Callee] : nullptr;
  Nodes[To].Filled = true;
  bool Typed = C && functors(In, *C, To), Known = Typed;
  for (unsigned I = First; I < E.Args.size(); ++I)
    if (!Typed || P.fn(In).Values[base(P.fn(In), Fields, E.Args[I])].Kind != ValueKind::Temp) // std::forward<F>(f)
      Known |= source(In, E.Args[I], To, false);
  if (Callable && !Known && E.Args.size() > First)
    Nodes[To].Unknown = true;
}

void CallableFlow::function(FnId Id) {
  const ir::Function &F = P.fn(Id);
  const ir::Unit &U = P.unit(Id);
  bool Returns = mentions(U, F.Result);
  for (const ir::Block &B : F.Blocks) {
    for (const ir::Event &E : B.Events)
      event(Id, E);
    if (Returns && B.Term.Kind == ir::TermKind::Return && B.Term.Value)
      source(Id, B.Term.Value, result(Id), !isOnlyRead(U, F.Result));
  }
}

void CallableFlow::captures(FnId Id) {
  const ir::Function &F = P.fn(Id);
  for (const ir::Value &V : F.Values)
    if (V.Kind == ValueKind::Lambda && V.B)
      for (const ir::Capture &X : F.Captures[V.B - 1]) {
        if (!mentions(P.unit(Id), X.Type))
          continue;
        StringRef Closure = P.unit(Id).Callees[V.Ref].Record;
        Fields[key(Closure, X.Name)] = true;
        NodeId To = place(Closure, X.Name);
        Nodes[To].Place = false; // it is the variable, or a copy
        if (NodeId From = holder(Id, X.From); From != NoNode)
          flow(From, To, X.ByReference);
        else
          Nodes[To].Unknown = true;
      }
}

void CallableFlow::event(FnId In, const ir::Event &E) {
  const ir::Function &F = P.fn(In);
  const ir::Unit &U = P.unit(In);
  switch (E.Kind) {
  case EventKind::Assign:
    if (const ir::Value &D = F.Values[E.Dst]; D.Kind == ValueKind::Var && mentions(U, F.Vars[D.Ref].Type))
      if (NodeId To = node(In, E.Dst); !source(In, E.Src, To, !P.isCallable(U.Types[F.Vars[D.Ref].Type].Record)))
        Nodes[To].Unknown = true;
    break;
  case EventKind::Write:
    if (ir::ValueId D = base(F, Fields, E.Dst))
      if (ValueKind K = F.Values[D].Kind;
          K == ValueKind::Field ||
          (K == ValueKind::Global && P.global(F.Values[D].Str) && mentions(U, P.typeOf(In, D))))
        source(In, E.Src, holder(In, D), false);
    break;
  case EventKind::Construct:
    if (!E.Args.empty() && E.Type && mentions(U, E.Type)) {
      if (NodeId To = holder(In, E.Args[0]); To != NoNode)
        fill(In, E, 1, To, P.isCallable(U.Types[E.Type].Record));
      break;
    }
    [[fallthrough]];
  case EventKind::Call:
    if (E.Callee)
      call(In, E);
    break;
  default:
    break;
  }
}

void CallableFlow::call(FnId In, const ir::Event &E) {
  const ir::Unit &U = P.unit(In);
  const ir::Callee &C = U.Callees[E.Callee];
  StringRef Method = lastName(C.Name);
  if (P.isCallable(C.Record)) {
    if (Method == "operator=" && E.Args.size() > 1) {
      if (NodeId To = holder(In, E.Args[0]); To != NoNode)
        fill(In, E, 1, To, true);
    } else if (E.Args.size() > 1 && Method != "operator()") {
      if (NodeId A = holder(In, E.Args[0]), B = holder(In, E.Args[1]); A != NoNode && B != NoNode)
        flow(A, B, true); // a.swap(b)
    }
    return;
  }
  auto Mentions = [&](ir::TypeId T) { return mentions(U, T); };
  bool Concerned =
      Mentions(C.Result) || llvm::any_of(C.Params, Mentions) || P.model().says(api::Naming::KeepsArgument, Method);
  if (!Concerned && (!C.Params.empty() || E.Args.empty()))
    return;
  if (P.homeOf(U, C) == ir::HeaderClass::Std)
    return library(In, E, C);
  link::Target T = P.target(In, E);
  for (FnId G : T.Fns)
    intoBody(In, E, G);
  if (T.Fns.empty())
    foreign(In, E, C);
}

void CallableFlow::intoBody(FnId In, const ir::Event &E, FnId G) {
  const ir::Function &F = P.fn(G);
  const ir::Unit &U = P.unit(G);
  for (unsigned I = 0; I < E.Args.size() && I < F.NumParams; ++I) {
    if (!mentions(U, F.Vars[I].Type))
      continue;
    bool Both = !isOnlyRead(U, F.Vars[I].Type);
    for (ir::ValueId V = 1; V < F.Values.size(); ++V)
      if (F.Values[V].Kind == ValueKind::Var && F.Values[V].Ref == I)
        if (NodeId To = node(G, V); !source(In, E.Args[I], To, Both))
          Nodes[To].Unknown = true;
  }
  if (E.Result && mentions(U, F.Result))
    flow(result(G), node(In, E.Result), !isOnlyRead(U, F.Result));
}

/// Containers, iterators, smart pointers: their results lead into them, and some methods put arguments there.
void CallableFlow::library(FnId In, const ir::Event &E, const ir::Callee &C) {
  const ir::Unit &U = P.unit(In);
  if (E.Args.empty())
    return;
  bool Keeps = P.model().says(api::Naming::KeepsArgument, lastName(C.Name));
  NodeId Object = C.Record.empty() ? NoNode : holder(In, E.Args[0]);
  NodeId Made = E.Result && mentions(U, C.Result) ? node(In, E.Result) : NoNode;
  const api::Entry *Api = P.model().function(C.Name, ir::HeaderClass::Std);
  if (Api && Api->Result == api::Returns::Argument && Made != NoNode && E.Args.size() == 1) {
    source(In, E.Args[0], Made, true);
  } else if (Api && (Api->Swaps || Api->Exchanges) && E.Args.size() == 2) {
    NodeId A = holder(In, E.Args[0]), B = holder(In, E.Args[1]);
    if (A != NoNode && Made != NoNode)
      flow(A, Made, false);
    if (A != NoNode && B != NoNode)
      flow(B, A, Api->Swaps);
  } else if (Object != NoNode) {
    if (Keeps)
      fill(In, E, 1, Object, false);
    else if (lastName(C.Name) == "swap" && E.Args.size() == 2)
      source(In, E.Args[1], Object, true);
    if (Made != NoNode)
      flow(Object, Made, !P.isCallable(U.Types[C.Result].Record));
  } else if (Made != NoNode && Keeps) {
    fill(In, E, 0, Made, P.isCallable(U.Types[C.Result].Record));
  } else if (Made != NoNode && U.Types[C.Result].Kind != TypeKind::Record) {
    for (ir::ValueId A : E.Args) // std::get<1>(*it), std::as_const(slots_)
      if (NodeId From = holder(In, A); From != NoNode)
        flow(From, Made, true);
  }
}

/// refill(&step): what is not seen may put anything there.
void CallableFlow::foreign(FnId In, const ir::Event &E, const ir::Callee &C) {
  const ir::Unit &U = P.unit(In);
  unsigned Shift = C.Params.size() + 1 == E.Args.size();
  for (unsigned I = 0; I < E.Args.size(); ++I) {
    bool Reads = I >= Shift && I - Shift < C.Params.size() && isOnlyRead(U, C.Params[I - Shift]);
    ir::ValueId V = Reads ? 0 : base(P.fn(In), Fields, E.Args[I]);
    if (V && P.fn(In).Values[V].Kind == ValueKind::Var)
      if (NodeId N = holder(In, V); N != NoNode)
        Nodes[N].Unknown = true;
  }
}

/// The records among those counted that a variable of this type is, holds or points to.
void CallableFlow::findObjects(const ir::Unit &U, ir::TypeId T, Counts &Count,
                               llvm::SmallPtrSetImpl<Counts::value_type *> &Found, unsigned Depth) const {
  const ir::Type &X = U.Types[T];
  if (Depth > 6 || X.Kind == TypeKind::Function || X.Kind == TypeKind::Reference)
    return;
  if (auto It = X.Record.empty() ? Count.end() : Count.find(X.Record); It != Count.end())
    Found.insert(&*It);
  auto Bases = X.Record.empty() ? BasesOf.end() : BasesOf.find(X.Record);
  if (Bases != BasesOf.end())
    for (auto [Of, B] : Bases->second)
      findObjects(*Of, B, Count, Found, Depth + 1);
  if (X.Inner)
    findObjects(U, X.Inner, Count, Found, Depth + 1);
  for (ir::TypeId A : X.Args)
    findObjects(U, A, Count, Found, Depth + 1);
}

/// Of two signals in one class only one may be emitted by a thread, and handlers lie in either.
void CallableFlow::blockShared() {
  Counts Count;
  for (const Node &N : Nodes)
    if (N.Place && !N.Record.empty())
      Count.try_emplace(N.Record);
  if (Count.empty())
    return;
  auto Declares = [&](const ir::Unit &U, ir::TypeId T) {
    llvm::SmallPtrSet<Counts::value_type *, 2> Found;
    findObjects(U, T, Count, Found);
    for (Counts::value_type *X : Found)
      ++X->second;
  };
  for (const ir::Unit *U : P.units())
    for (const ir::Record &R : U->Records)
      for (ir::TypeId B : P.record(R.Name) == &R ? llvm::ArrayRef(R.Bases) : llvm::ArrayRef<ir::TypeId>())
        BasesOf[R.Name].push_back({U, B});
  for (const ir::Unit *U : P.units()) {
    for (const ir::Record &R : U->Records)
      if (P.record(R.Name) == &R)
        for (const ir::Field &Fd : R.Fields)
          Declares(*U, Fd.Type);
    for (const ir::Global &G : U->Globals)
      if (P.global(G.Id) == &G)
        Declares(*U, G.Type);
  }
  for (FnId Id = 0; Id < P.functions().size(); ++Id)
    for (const ir::Var &V : llvm::ArrayRef(P.fn(Id).Vars).drop_front(P.fn(Id).NumParams))
      if (auto It = Count.find(P.unit(Id).Types[V.Type].Record); It != Count.end())
        ++It->second;
  for (Node &N : Nodes)
    N.Blocked = N.Place && !N.Record.empty() && Count.lookup(N.Record) > 1;
}

void CallableFlow::propagate() {
  std::vector<NodeId> Work;
  for (NodeId N = 0; N < Nodes.size(); ++N) {
    Nodes[N].Unknown |= !Nodes[N].Filled;
    Work.push_back(N);
  }
  std::vector<bool> Queued(Nodes.size(), true);
  while (!Work.empty()) {
    NodeId Id = Work.back();
    Work.pop_back();
    Queued[Id] = false;
    const Node &From = Nodes[Id];
    if (From.Blocked)
      continue;
    for (NodeId T : From.To) {
      Node &To = Nodes[T];
      size_t Before = To.Fns.size();
      bool Unknown = To.Unknown, Kept = To.Kept;
      for (FnId F : From.Fns)
        if (!llvm::is_contained(To.Fns, F))
          To.Fns.push_back(F);
      To.Blocked |= To.Fns.size() > MostHeld;
      To.Unknown |= From.Unknown && !From.Place;
      To.Kept |= (From.Kept || From.Place) && !From.Fns.empty();
      if ((To.Fns.size() != Before || To.Unknown != Unknown || To.Kept != Kept) && !Queued[T]) {
        Queued[T] = true;
        Work.push_back(T);
      }
    }
  }
}

CallableFlow::Held CallableFlow::at(FnId In, ir::ValueId V) const {
  NodeId Id = existing(In, V);
  if (Id == NoNode || Nodes[Id].Blocked || (Nodes[Id].Unknown && !Nodes[Id].Place))
    return {};
  return {Nodes[Id].Fns, Nodes[Id].Kept || Nodes[Id].Place};
}

/// The functions of the program that an argument brings: itself, or in a std::function made for this call.
llvm::SmallVector<FnId, 2> Program::handedOver(FnId In, ir::ValueId V) const {
  llvm::SmallVector<FnId, 2> Out = functionsIn(In, V);
  if (Callables)
    for (FnId F : Callables->at(In, V).Fns)
      if (!llvm::is_contained(Out, F))
        Out.push_back(F);
  return Out;
}

/// config.on_event = [] { ... }: a std::function in a structure is a place for a callback like a function pointer.
void Program::handlerInField(FnId In, const ir::Event &E) {
  const ir::Function &F = fn(In);
  const ir::Callee &C = unit(In).Callees[E.Callee];
  if (!isCallable(C.Record) || E.Args.size() < 2 || !C.Name.ends_with("::operator="))
    return;
  ir::ValueId Place = E.Args[0];
  while (F.Values[Place].Kind == ir::ValueKind::Cast || F.Values[Place].Kind == ir::ValueKind::AddrOf)
    Place = F.Values[Place].A;
  const ir::Value &Field = F.Values[Place];
  if (Field.Kind != ir::ValueKind::Field)
    return;
  auto &To = Handlers[(Field.Rec + "." + Field.Str).str()];
  for (FnId G : handedOver(In, E.Args[1]))
    if (!llvm::is_contained(To, G))
      To.push_back(G);
}

} // namespace gilray::link
