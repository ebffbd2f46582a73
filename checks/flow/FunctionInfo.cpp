#include "flow/FunctionInfo.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::EventKind;

bool isThreadStatePointer(const api::Model &M, const ir::Unit &U, ir::TypeId Id) {
  const ir::Type &T = U.Types[Id];
  if (T.Kind != ir::TypeKind::Pointer || U.Types[T.Inner].Record.empty())
    return false;
  const api::TypeEntry *E = M.type(U.Types[T.Inner].Record);
  return E && E->ThreadState;
}

FunctionInfos::FunctionInfos(const link::Program &P) : P(P) {
  for (FnId F = 0; F < P.functions().size(); ++F)
    Infos.push_back(std::make_unique<FunctionInfo>(P.fn(F), Program));
  auto IsState = [&](const ir::Unit &U, ir::TypeId T) { return isThreadStatePointer(P.model(), U, T); };
  for (const ir::Unit *U : P.units()) {
    for (const ir::Record &R : U->Records)
      for (const ir::Field &Fd : R.Fields)
        if (IsState(*U, Fd.Type))
          ThreadStates.insert(Program.field(R.Name, Fd.Name));
    for (const ir::Global &G : U->Globals)
      if (IsState(*U, G.Type))
        ThreadStates.insert(Program.global(G.Id));
  }
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (P.fn(F).Kind == ir::FunctionKind::Constructor)
      Constructors[P.fn(F).Record].push_back(F);
  for (FnId F = 0; F < P.functions().size(); ++F)
    local(F);
  for (FnId F = 0; F < P.functions().size(); ++F)
    Infos[F]->PassesOn = passesOn(F, PassedOn);
  for (FnId F = 0; F < P.functions().size(); ++F) {
    guards(F);
    threadStates(F);
  }
  // Ref::release() { PyObject *o = p; p = nullptr; return o; }: what it writes decides whether ~Ref() needs the API.
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (P.unit(F).Facts.Lang == ir::Language::Cxx && P.fn(F).Blocks.size() <= 8)
      for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
        for (uint32_t N = 0; N < P.fn(F).Blocks[B].Events.size(); ++N) {
          const ir::Event &E = P.fn(F).Blocks[B].Events[N];
          const api::Entry *A = Infos[F]->Targets[B][N].Api;
          bool Clears = A && A->SetsNull && A->OutArg >= 0 && unsigned(A->OutArg) < E.Args.size();
          auto SetsOwner = [&](ValueId D) {
            Infos[F]->SetsOwner |= D && Infos[F]->Values[D].Name && NeedGuards.count(Infos[F]->Values[D].Name);
          };
          SetsOwner(Infos[F]->Values.of(E.Kind == EventKind::Write ? E.Dst : Clears ? E.Args[A->OutArg] : 0));
          if (A && (A->Swaps || A->Exchanges))
            for (ir::ValueId V : E.Args)
              SetsOwner(Infos[F]->Values.deref(Infos[F]->Values.of(V)));
        }
  for (FnId F = 0; F < P.functions().size(); ++F)
    jumps(F);
  for (FnId F = 0; F < P.functions().size(); ++F)
    jumpSites(F);
  close();
}

/// void leave(void *token) { if (token) detach(token); }
bool FunctionInfos::passesOn(FnId F, unsigned Depth) const {
  constexpr size_t MostBlocks = 4;
  const FunctionInfo &I = *Infos[F];
  if (I.Attaches || I.Releases)
    return true;
  if (!Depth || P.fn(F).Blocks.size() > MostBlocks)
    return false;
  return llvm::any_of(I.Callees, [&](FnId G) { return passesOn(G, Depth - 1); });
}

/// The same of what only releases: it never attaches.
bool FunctionInfos::givesUp(FnId F, unsigned Depth) const {
  const FunctionInfo &I = *Infos[F];
  if (!I.PassesOn || I.Attaches || I.Releases)
    return I.Releases && !I.Attaches;
  return Depth && llvm::any_of(I.Callees, [&](FnId G) { return givesUp(G, Depth - 1); });
}

/// Conditions of a function that itself changes the thread state or uses the API: what they test is worth telling its
/// callees, and nothing else is. `void leave(struct s *s) { if (s->threaded && s->save) PyEval_RestoreThread(s->save);
/// }`
void FunctionInfos::guards(FnId Id) {
  FunctionInfo &I = *Infos[Id];
  const ir::Function &F = P.fn(Id);
  bool Changes = false, Needs = false;
  std::vector<bool> Helped(F.Blocks.size());
  auto Mark = [&](ValueId V, uint32_t &Params, llvm::DenseSet<uint32_t> &Names) {
    I.Values.mentions(V, [&](const Node &N) {
      if (N.Kind == ValueKind::Var && N.Ref < std::min(F.NumParams, 32u))
        Params |= 1u << N.Ref;
      if (N.Name)
        Names.insert(N.Name);
      return false;
    });
  };
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = F.Blocks[B].Events[N];
      if (const api::Entry *A = I.Targets[B][N].Api) {
        Needs |= A->Needs == api::Need::Attached;
        if (A->NullOkArg >= 0 && unsigned(A->NullOkArg) < E.Args.size())
          Mark(I.Values.of(E.Args[A->NullOkArg]), I.NeedParams, NeedGuards);
        if (A->Does != api::Effect::None) {
          Changes = true;
          for (ValueId V : E.Args)
            Mark(I.Values.of(V), I.GuardParams, Guards);
        }
      }
      // ~Guard() { if (active) restore(); }
      Helped[B] = Helped[B] || llvm::any_of(I.Targets[B][N].Fns, [&](FnId G) { return Infos[G]->PassesOn; });
      for (const Action &X : I.Actions[B][N])
        if (X.Type) {
          Changes |= X.Type->Constructs != api::Effect::None || X.Type->Destroys != api::Effect::None;
          Needs |= X.Type->Holder;
        }
    }
  std::vector<unsigned> Ways(F.Blocks.size());
  for (const ir::Block &B : F.Blocks)
    for (ir::BlockId Next : B.Term.Succs)
      if (Next != ir::NoBlock)
        ++Ways[Next];
  // Of a function whose helpers change the state, only the condition right before the helper's call is taken to decide
  // about it: all conditions of a long function would be too many to follow.
  auto Decides = [&](const ir::Terminator &T) {
    return llvm::any_of(T.Succs,
                        [&](ir::BlockId Next) { return Next != ir::NoBlock && Helped[Next] && Ways[Next] == 1; });
  };
  for (const ir::Block &B : F.Blocks)
    if (B.Term.Kind == ir::TermKind::Branch || B.Term.Kind == ir::TermKind::Switch) {
      if (Changes || Decides(B.Term))
        Mark(I.Values.of(B.Term.Value), I.GuardParams, Guards);
      if (Needs)
        Mark(I.Values.of(B.Term.Value), I.NeedParams, NeedGuards);
    }
}

/// What is stored in fields for thread states: the result of a detach, or something else too.
void FunctionInfos::threadStates(FnId Id) {
  FunctionInfo &I = *Infos[Id];
  const ir::Function &F = P.fn(Id);
  llvm::DenseSet<ValueId> Saved;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = F.Blocks[B].Events[N];
      if (const api::Entry *A = I.Targets[B][N].Api; A && A->Does == api::Effect::Detach && E.Result)
        Saved.insert(I.Values.of(E.Result));
      DropsCookie |= I.Targets[B][N].Api && I.Targets[B][N].Api->Does == api::Effect::Ensure && !E.Result;
      if (const api::Entry *A = I.Targets[B][N].Api;
          A && A->Does == api::Effect::Release && A->Arg >= 0 && unsigned(A->Arg) < E.Args.size())
        ReleasesConstant |= I.Values[I.Values.of(E.Args[A->Arg])].Kind == ValueKind::Int;
      const link::Target &T = I.Targets[B][N];
      if ((T.Api && T.Api->Does == api::Effect::Release) ||
          llvm::any_of(T.Fns, [&](FnId G) { return givesUp(G, PassedOn); }))
        for (ValueId V : E.Args)
          I.Values.mentions(I.Values.of(V), [&](const Node &X) {
            if (X.Name)
              ReleasedFrom.insert(X.Name);
            I.ReleasesKept |= X.Name != 0;
            return false;
          });
      for (ValueId V : E.Args) // new_state(&job->state)
        if (const Node X = I.Values[I.Values.of(V)]; X.Kind == ValueKind::AddrOf)
          if (uint32_t Name = I.Values[X.A].Name; ThreadStates.count(Name))
            OtherStates.insert(Name);
      const Node To = E.Kind == EventKind::Write ? I.Values[I.Values.of(E.Dst)] : Node{};
      if (To.Kind != ValueKind::Field || !ThreadStates.count(To.Name))
        continue;
      ValueId From = I.Values.of(E.Src);
      if (Saved.count(From))
        SavedStates.insert(To.Name);
      else if (I.Values[From].Kind != ValueKind::Null)
        OtherStates.insert(To.Name);
    }
  if (I.Attaches || llvm::any_of(I.Callees, [&](FnId G) { return Infos[G]->Attaches; }))
    I.ReleasesKept = false;
}

template <class T> static bool insertSorted(std::vector<T> &V, T X) {
  auto It = llvm::lower_bound(V, X);
  if (It != V.end() && *It == X)
    return false;
  V.insert(It, X);
  return true;
}

void FunctionInfos::destroyActions(const ir::Unit &U, ir::TypeId Id, bool OfPart, unsigned Depth,
                                   llvm::SmallVectorImpl<Action> &Out) const {
  if (!Id || Depth > 6)
    return;
  const ir::Type &T = U.Types[Id];
  if (T.Kind == ir::TypeKind::Array)
    return destroyActions(U, T.Inner, OfPart, Depth + 1, Out);
  if (T.Kind != ir::TypeKind::Record)
    return;
  if (const api::TypeEntry *E = P.model().type(T.Record)) {
    if (E->DeleterArg >= 0 && unsigned(E->DeleterArg) < T.Args.size()) {
      const ir::Type &Deleter = U.Types[T.Args[E->DeleterArg]];
      if (!Deleter.Record.empty() && !Deleter.Record.ends_with("default_delete")) {
        for (FnId F = 0; F < P.functions().size(); ++F)
          if (P.fn(F).Record == Deleter.Record && P.fn(F).Name.ends_with("operator()"))
            Out.push_back({nullptr, F, true});
        return;
      }
    }
    if (E->Holder || E->Destroys != api::Effect::None)
      Out.push_back({E, link::NoFn, OfPart});
    for (unsigned I = 0; I < T.Args.size() && I < 32; ++I)
      if (E->OwnsArgs >> I & 1)
        destroyActions(U, T.Args[I], true, Depth + 1, Out);
    return;
  }
  if (const ir::Record *R = P.record(T.Record); R && !R->Destructor.empty())
    if (FnId F = P.byId(R->Destructor, U); F != link::NoFn)
      Out.push_back({nullptr, F, OfPart});
}

void FunctionInfos::makeActions(const ir::Unit &U, ir::TypeId Id, size_t Arguments,
                                llvm::SmallVectorImpl<Action> &Out) const {
  StringRef Record = U.Types[Id].Record;
  if (const api::TypeEntry *E = Record.empty() ? nullptr : P.model().type(Record)) {
    if (E->Constructs != api::Effect::None)
      Out.push_back({E, link::NoFn, true, true});
    return;
  }
  auto It = Constructors.find(Record);
  if (It == Constructors.end())
    return;
  FnId Only = link::NoFn;
  for (FnId F : It->second)
    if (P.fn(F).NumParams == Arguments + 1) {
      if (Only != link::NoFn)
        return;
      Only = F;
    }
  if (Only != link::NoFn)
    Out.push_back({nullptr, Only, true, true});
}

/// std::unique_ptr<PyObject, void (*)(PyObject *)> p(object, Py_DecRef): the function that a local one is made with.
/// False when the deleter is no function pointer.
static bool pointerDeleter(const link::Program &P, FnId Id, ir::TypeId Owner, const ir::Value &Object,
                           llvm::SmallVectorImpl<Action> &Out) {
  static constexpr api::TypeEntry CountedDown{.Record = "PyObject", .Holder = true};
  const ir::Function &F = P.fn(Id);
  const ir::Unit &U = P.unit(Id);
  const ir::Type &T = U.Types[Owner];
  const api::TypeEntry *E = T.Record.empty() ? nullptr : P.model().type(T.Record);
  if (!E || E->DeleterArg < 0 || unsigned(E->DeleterArg) >= T.Args.size() ||
      U.Types[T.Args[E->DeleterArg]].Kind != ir::TypeKind::Pointer)
    return false;
  if (Object.Kind != ir::ValueKind::AddrOf || F.Values[Object.A].Kind != ir::ValueKind::Var)
    return true;
  ir::CalleeId Deleter = 0;
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &Made : B.Events) {
      if (Made.Kind != EventKind::Construct || Made.Args.size() < 3 || F.Values[Made.Args[0]].Kind != Object.Kind ||
          F.Values[Made.Args[0]].A != Object.A)
        continue;
      const ir::Value &Given = F.Values[Made.Args[2]];
      if (Given.Kind != ir::ValueKind::Function || (Deleter && Deleter != Given.Ref))
        return true;
      Deleter = Given.Ref;
    }
  if (!Deleter)
    return true;
  if (FnId G = P.resolve(U, Deleter); G != link::NoFn)
    Out.push_back({nullptr, G, true});
  else if (const api::Entry *Api = P.api(Id, Deleter); Api && Api->Needs == api::Need::Attached)
    Out.push_back({&CountedDown, link::NoFn, true});
  return true;
}

/// What a call or destruction does to the parts of an object: elements, pointees, values of optionals.
void FunctionInfos::partActions(FnId Id, const ir::Event &E, const link::Target &T,
                                llvm::SmallVectorImpl<Action> &Out) const {
  const ir::Function &F = P.fn(Id);
  const ir::Unit &U = P.unit(Id);
  if (T.Api) {
    if (T.Api->MakesOwned && E.Result && T.Named && !T.Named->TemplateArgs.empty())
      makeActions(U, T.Named->TemplateArgs[0], E.Args.size(), Out);
    return;
  }
  if (!T.Fns.empty())
    return;
  if (E.Kind == EventKind::Destroy) {
    if (E.Args.empty() || !pointerDeleter(P, Id, E.Type, F.Values[E.Args[0]], Out))
      destroyActions(U, E.Type, false, 0, Out);
    return;
  }
  if (!T.Named || E.Args.empty() || T.Named->Record.empty())
    return;
  const api::TypeEntry *Owner = P.model().type(T.Named->Record);
  const ir::Value &Object = F.Values[E.Args[0]];
  if (!Owner || !Owner->OwnsArgs || Owner->SharedOwner || Object.Kind != ir::ValueKind::AddrOf)
    return;
  ir::TypeId Type = E.Kind == EventKind::Construct ? E.Type : P.typeOf(Id, Object.A);
  StringRef Method = methodName(*T.Named);
  auto InPlace = [&] {
    const ir::Type &First = U.Types[T.Named->Params.empty() ? 0 : T.Named->Params[0]];
    StringRef Record = First.Kind == ir::TypeKind::Reference ? U.Types[First.Inner].Record : First.Record;
    const api::TypeEntry *Tag = Record.empty() ? nullptr : P.model().type(Record);
    return Tag && Tag->InPlace;
  };
  bool Assigns = E.Kind == EventKind::Call && Method == "operator=" && !Owner->GivesUp.empty();
  if (E.Kind == EventKind::Call && (Assigns || llvm::is_contained(Owner->Empties, Method))) {
    // v.clear(), p = nullptr: the parts go, the owner stays
    if (!pointerDeleter(P, Id, Type, Object, Out))
      destroyActions(U, Type, true, 0, Out);
    return;
  }
  if (U.Types[Type].Args.empty() || Owner->Fills.empty())
    return;
  if (E.Kind == EventKind::Call && llvm::is_contained(Owner->Fills, Method))
    makeActions(U, U.Types[Type].Args[0], E.Args.size() - 1, Out);
  else if (E.Kind == EventKind::Construct && E.Args.size() > 1 && InPlace())
    makeActions(U, U.Types[Type].Args[0], E.Args.size() - 2, Out);
}

static void exposes(FunctionInfo &I, const ir::Event &E) {
  const Node Src = I.Values[I.Values.of(E.Src)];
  if (!E.Src || Src.Kind != ValueKind::AddrOf)
    return;
  ValueId Local = Src.A;
  while (I.Values[Local].Kind == ValueKind::Field || I.Values[Local].Kind == ValueKind::Index)
    Local = I.Values[Local].A;
  ValueId Holder = I.Values.container(I.Values.of(E.Dst));
  if (I.Values[Local].Kind == ValueKind::Var && Holder != Local)
    I.Exposed.push_back({Holder, Src.A});
}

/// The value that is returned by a body that only reads.
static ValueId returnedBy(const ir::Function &F, const ValueTable &Values) {
  if (F.Blocks.size() != 1 || F.Virtual || F.Blocks.front().Term.Kind != ir::TermKind::Return ||
      !llvm::all_of(F.Blocks.front().Events, [](const ir::Event &E) { return E.Kind == EventKind::Read; }))
    return 0;
  return Values.of(F.Blocks.front().Term.Value);
}

void FunctionInfos::local(FnId Id) {
  FunctionInfo &I = *Infos[Id];
  const ir::Function &F = P.fn(Id);
  const ir::Unit &U = P.unit(Id);
  I.KnownValues = F.Values.size();
  I.Returned = returnedBy(F, I.Values);
  I.Targets = PerEvent<link::Target>(F);
  I.FirstInLoop = F.Blocks.size();
  bool Returns = F.Blocks.empty();
  llvm::SmallVector<ValueId, 1> Asked;                // answers of Py_IsFinalizing
  I.Transitions = F.Body == ir::BodyState::Coroutine; // what it did when it returns for the first time is not known
  auto InObject = [&](ValueId V) {                    // self->x, self->items[i]
    while (I.Values[V].Kind == ValueKind::Index || I.Values[V].Kind == ValueKind::Deref)
      V = I.Values[V].A;
    const ir::Record *R = I.Values[V].Kind == ValueKind::Field ? P.record(I.Values[V].Rec) : nullptr;
    return R && R->PythonObject;
  };
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    const ir::Block &Block = F.Blocks[B];
    Returns |= Block.Term.Kind == ir::TermKind::Return;
    I.Throws |= Block.Term.Kind == ir::TermKind::Throw;
    auto Edge = [&](ir::BlockId To) {
      if (To <= B)
        I.FirstInLoop = std::min(I.FirstInLoop, To);
    };
    llvm::for_each(Block.Term.Succs, Edge);
    for (uint32_t N = 0; N < Block.Events.size(); ++N) {
      const ir::Event &E = Block.Events[N];
      Edge(E.Unwind);
      if (E.Kind == EventKind::Assign || E.Kind == EventKind::Write)
        exposes(I, E);
      switch (E.Kind) {
      case EventKind::Write: {
        const Node &D = I.Values[I.Values.of(E.Dst)];
        I.Writes |= InObject(I.Values.of(E.Dst));
        if (D.Kind == ValueKind::Field) {
          insertSorted(I.Written, D.Name);
        } else if (D.Kind == ValueKind::Index && I.Values[D.A].Kind == ValueKind::Global) {
          I.Writes = true;
        } else if (D.Kind == ValueKind::Global) {
          insertSorted(I.Written, D.Name);
          I.Writes = true;
        } else if (D.Kind == ValueKind::Deref && I.Values[D.A].Kind == ValueKind::Var &&
                   I.Values[D.A].Ref < std::min(F.NumParams, 32u)) {
          I.DerefParams |= 1u << I.Values[D.A].Ref;
        }
        break;
      }
      case EventKind::Call:
      case EventKind::Macro:
      case EventKind::Construct:
      case EventKind::Destroy:
      case EventKind::Fork: {
        link::Target &T = I.Targets[B][N];
        T = P.target(Id, E);
        llvm::SmallVector<Action, 1> Actions;
        for (ValueId A : E.Args) // lib_open(&self->handle)
          I.Writes |= I.Values[I.Values.of(A)].Kind == ValueKind::AddrOf && InObject(I.Values[I.Values.of(A)].A);
        partActions(Id, E, T, Actions);
        if (E.Kind == EventKind::Construct && T.Fns.empty() && !T.Api)
          if (const api::TypeEntry *Ty = E.Type ? P.model().type(U.Types[E.Type].Record) : nullptr)
            if (Ty->Holder || Ty->Constructs != api::Effect::None)
              Actions.push_back({Ty, link::NoFn, false});
        if (const api::Entry *A = T.Api) {
          if (A->Asks == api::Query::IsFinalizing && E.Result)
            Asked.push_back(I.Values.of(E.Result));
          I.Transitions |= A->Does != api::Effect::None || A->Asks != api::Query::None ||
                           A->Lock != api::LockOp::None || A->NoReturn;
          I.Needs |= A->Needs == api::Need::Attached;
          I.Starts |= A->Does == api::Effect::Initialize;
          I.Detaches |= A->Does == api::Effect::Detach || A->Does == api::Effect::DetachArg;
          I.Attaches |= attaches(A->Does);
          I.Releases |=
              A->Does == api::Effect::Release || A->Does == api::Effect::Detach || A->Does == api::Effect::DetachArg;
          I.Writes |= A->SharedStatic;
          if (A->Swaps || A->Exchanges)
            for (ir::ValueId V : E.Args) // std::swap(object_, other.object_)
              if (const Node &X = I.Values[I.Values.of(V)]; X.Kind == ValueKind::AddrOf && I.Values[X.A].Name)
                insertSorted(I.Written, I.Values[X.A].Name);
          if (A->OutArg >= 0 && unsigned(A->OutArg) < E.Args.size()) {
            const Node &D = I.Values[I.Values.of(E.Args[A->OutArg])];
            if (D.Kind == ValueKind::Var && D.Ref < std::min(F.NumParams, 32u))
              I.DerefParams |= 1u << D.Ref;
          }
          for (const api::Callback &C : A->Callbacks)
            if (C.Runs == api::When::Now && C.FunctionArg < E.Args.size()) {
              const Node &D = I.Values[I.Values.of(E.Args[C.FunctionArg])];
              if (D.Kind == ValueKind::Function || D.Kind == ValueKind::Lambda)
                if (FnId G = P.resolve(U, D.Ref); G != link::NoFn)
                  T.Fns.push_back(G);
            }
        }
        I.Actions.set(B, N, Actions);
        for (const Action &A : Actions) {
          if (A.Fn != link::NoFn)
            insertSorted(I.Callees, A.Fn);
          else
            I.Transitions |= A.Type->Constructs != api::Effect::None || A.Type->Destroys != api::Effect::None,
                I.Needs |= A.Type->Holder, I.Attaches |= attaches(A.Type->Constructs);
        }
        for (FnId G : T.Fns)
          insertSorted(I.Callees, G);
        break;
      }
      default:
        break;
      }
    }
  }
  I.Returns = Returns && !F.NoReturn;
  if (!Asked.empty())
    shutdown(Id, Asked);
}

/// Does a shutdown of the interpreter make this condition true (or false)?
static bool followsShutdown(const ValueTable &Values, ValueId V, bool Truth, llvm::ArrayRef<ValueId> Asked,
                            unsigned Depth = 0) {
  const Node N = Values[V];
  auto Part = [&](ValueId A, bool T) { return followsShutdown(Values, A, T, Asked, Depth + 1); };
  if (Depth > 8)
    return false;
  if (N.Kind == ValueKind::Temp)
    return Truth && llvm::is_contained(Asked, V);
  if (N.Kind == ValueKind::Unary && N.Operator == ir::Op::Not)
    return Part(N.A, !Truth);
  if (N.Kind != ValueKind::Binary)
    return false;
  if (N.Operator == (Truth ? ir::Op::LOr : ir::Op::LAnd))
    return Part(N.A, Truth) || Part(N.B, Truth);
  const Node R = Values[N.B];
  return N.Operator == ir::Op::Eq && R.Kind == ValueKind::Int && R.Int == 0 && Part(N.A, !Truth);
}

/// A helper around Py_IsFinalizing: the answer is the interpreter's, perhaps together with a flag of the module's own.
void FunctionInfos::shutdown(FnId Id, llvm::ArrayRef<ValueId> Asked) {
  FunctionInfo &I = *Infos[Id];
  for (const ir::Block &B : P.fn(Id).Blocks) {
    if (B.Term.Kind != ir::TermKind::Return || !B.Term.Value)
      continue;
    ValueId V = I.Values.of(B.Term.Value);
    if (followsShutdown(I.Values, V, true, Asked))
      I.Shutdown = FunctionInfo::ShutdownTrue;
    else if (followsShutdown(I.Values, V, false, Asked))
      I.Shutdown = FunctionInfo::ShutdownFalse;
  }
}

/// All functions, callees before their callers where there is no recursion.
std::vector<FnId> FunctionInfos::bottomUp() const {
  std::vector<FnId> Out;
  Out.reserve(Infos.size());
  std::vector<bool> Seen(Infos.size());
  std::vector<std::pair<FnId, size_t>> Calls; // without recursion: call chains are long
  for (FnId First = 0; First < Infos.size(); ++First) {
    if (!Seen[First])
      Calls.push_back({First, 0});
    Seen[First] = true;
    while (!Calls.empty()) {
      auto &[F, Next] = Calls.back();
      if (Next == Infos[F]->Callees.size()) {
        Out.push_back(F);
        Calls.pop_back();
      } else if (FnId G = Infos[F]->Callees[Next++]; !Seen[G]) {
        Seen[G] = true;
        Calls.push_back({G, 0});
      }
    }
  }
  return Out;
}

/// Closes the flow-insensitive facts over the call graph; sets only grow, so the order does not matter for the result.
void FunctionInfos::close() {
  struct Site {
    const ir::Event *Call;
    llvm::ArrayRef<FnId> Fns;
  };
  std::vector<llvm::SmallVector<FnId, 4>> Callers(Infos.size());
  std::vector<std::vector<Site>> Sites(Infos.size()); ///< calls of bodies: a function is looked at often
  for (FnId F = 0; F < Infos.size(); ++F) {
    for (FnId G : Infos[F]->Callees)
      Callers[G].push_back(F);
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
      for (auto [E, T] : llvm::zip(P.fn(F).Blocks[B].Events, std::as_const(Infos[F]->Targets)[B]))
        if (!T.Api && !T.Fns.empty())
          Sites[F].push_back({&E, T.Fns});
  }
  std::vector<FnId> Work = bottomUp();
  std::reverse(Work.begin(), Work.end());
  std::vector<bool> Queued(Infos.size(), true);
  while (!Work.empty()) {
    FnId Id = Work.back();
    Work.pop_back();
    Queued[Id] = false;
    FunctionInfo &I = *Infos[Id];
    bool Changed = false;
    auto Or = [&](bool &To, bool From) {
      Changed |= From && !To;
      To |= From;
    };
    for (FnId G : I.Callees) {
      const FunctionInfo &C = *Infos[G];
      Or(I.Transitions, C.Transitions);
      Or(I.Needs, C.Needs);
      Or(I.Writes, C.Writes);
      Or(I.Detaches, C.Detaches);
      Or(I.Throws, C.Throws);
      Or(I.Jumps, C.Jumps);
      Or(I.Starts, C.Starts);
      if (G == Id)
        continue;
      for (uint32_t N : C.Written)
        Changed |= insertSorted(I.Written, N);
    }
    const ir::Function &F = P.fn(Id);
    for (const Site &S : Sites[Id])
      for (FnId G : S.Fns) {
        uint32_t Mask = Infos[G]->DerefParams, Guard = Infos[G]->GuardParams | Infos[G]->NeedParams;
        if (!Mask && !Guard)
          continue;
        const auto &Args = S.Call->Args;
        for (unsigned A = 0; A < Args.size() && A < 32; ++A)
          if (Guard >> A & 1)
            I.Values.mentions(I.Values.of(Args[A]), [&](const Node &D) {
              if (D.Kind == ValueKind::Var && D.Ref < std::min(F.NumParams, 32u)) {
                uint32_t Bit = 1u << D.Ref;
                auto Set = [&](uint32_t &Mine, uint32_t Theirs) {
                  Changed |= (Theirs >> A & 1) && !(Mine & Bit);
                  Mine |= Theirs >> A & 1 ? Bit : 0;
                };
                Set(I.GuardParams, Infos[G]->GuardParams);
                Set(I.NeedParams, Infos[G]->NeedParams);
              }
              return false;
            });
        for (unsigned A = 0; A < Args.size() && A < 32; ++A) {
          if (!(Mask >> A & 1))
            continue;
          const Node &D = I.Values[I.Values.of(Args[A])];
          if (D.Kind == ValueKind::Var && D.Ref < std::min(F.NumParams, 32u) && !(I.DerefParams >> D.Ref & 1)) {
            I.DerefParams |= 1u << D.Ref;
            Changed = true;
          } else if (D.Kind == ValueKind::AddrOf && I.Values[D.A].Kind == ValueKind::Field) {
            Changed |= insertSorted(I.Written, I.Values[D.A].Name);
          }
        }
      }
    if (Changed)
      for (FnId C : Callers[Id])
        if (!Queued[C]) {
          Queued[C] = true;
          Work.push_back(C);
        }
  }
}

} // namespace gilray::flow
