#include "evidence/Reach.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

using ir::ValueKind;
using link::NoFn;
using link::RootKind;

Reach::Reach(const flow::Results &R, const link::Modules &M)
    : R(R), P(R.program()), M(M), Lives(P.functions().size(), Life::Unused), Arrivals(P.functions().size()) {
  seed();
}

bool Reach::enter(FnId F, Life L, Arrival A) {
  if (Lives[F] != Life::Unused || M.initOnly(F))
    return false;
  ir::FunctionKind Kind = P.fn(F).Kind;
  if (Kind == ir::FunctionKind::GlobalInit || Kind == ir::FunctionKind::GlobalDestructor)
    return false;
  Lives[F] = L;
  Arrivals[F] = A;
  return true;
}

static void functionsOf(const ir::Init &I, llvm::function_ref<void(ir::CalleeId)> Visit) {
  if (I.Kind == ir::InitKind::Function)
    Visit(I.Func);
  for (const ir::Init &E : I.Elems)
    functionsOf(E, Visit);
}

/// m_clear, m_free, exit handlers: nobody uses the module any more. Nor does anybody else in a child process.
static bool endsModule(const link::Modules &M, const link::Program &P, const link::Root &R) {
  if (R.Kind == RootKind::AtExit || R.Kind == RootKind::PyAtExit || R.Kind == RootKind::StaticDestructor)
    return true;
  // pthread_atfork(prepare, parent, child): after a fork the child has one thread.
  if (R.Kind == RootKind::Fork && R.RegisteredAt.valid()) {
    const ir::Function &F = P.fn(R.RegisteredAt.Fn);
    const ir::Event &E = P.event(R.RegisteredAt);
    const ir::Value &Child = F.Values[E.Args.empty() ? 0 : E.Args.back()];
    return Child.Kind == ValueKind::Function && P.resolve(P.unit(R.RegisteredAt.Fn), Child.Ref) == R.Fn;
  }
  return llvm::any_of(M.all(), [&](const link::ExtensionModule &X) {
    return X.Definition && llvm::any_of(X.Definition->Value.Elems, [&](const ir::Init &E) {
             bool Ends = E.Field == "m_traverse" || E.Field == "m_clear" || E.Field == "m_free";
             return Ends && E.Kind == ir::InitKind::Function && P.resolve(*X.DefUnit, E.Func) == R.Fn;
           });
  });
}

void Reach::seed() {
  std::vector<FnId> Work;
  llvm::DenseSet<FnId> Ends;
  for (const link::Root &Root : P.roots())
    if (endsModule(M, P, Root))
      Ends.insert(Root.Fn);
  auto Enter = [&](FnId F, Arrival A) {
    if (!Ends.contains(F) && enter(F, Life::Running, A))
      Work.push_back(F);
  };
  for (const link::Root &Root : P.roots())
    if (Root.Kind != RootKind::StaticInit)
      Enter(Root.Fn, {NoFn, {}, &Root});
  // Tables of functions that are no slots of Python, and functions handed on by module creation.
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals)
      functionsOf(G.Value, [&](ir::CalleeId C) {
        if (FnId F = P.resolve(*U, C); F != NoFn)
          Enter(F, {});
      });
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (M.initOnly(F)) {
      Lives[F] = Life::Init;
      // What it calls without being the only one is entered from elsewhere; what it hands on runs later.
      edges(F, [&](FnId G, EventRef At, bool Taken) {
        if (Taken)
          Enter(G, {F, At});
      });
    }
  // if (Py_AtExit(sweep)) ...: where a running function hands on what ends the module, that does not run beside others.
  spread(Life::Running, std::move(Work), &Ends);

  // A name that is visible outside, but that only module creation is seen to use.
  Work.clear();
  for (FnId F : Ends)
    if (enter(F, Life::Init, {}))
      Work.push_back(F);
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (M.initOnly(F))
      Work.push_back(F);
  llvm::sort(Work);
  spread(Life::Init, std::move(Work));

  std::vector<unsigned> Callers(P.functions().size(), 0);
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : R.callees(F))
      Callers[G] += G != F;
  std::vector<FnId> Loose;
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (!Callers[F] && P.fn(F).Link == ir::Linkage::External && enter(F, Life::Loose, {}))
      Loose.push_back(F);
  spread(Life::Loose, std::move(Loose));
}

/// What F calls, and the functions whose address it takes: they run later, through a pointer.
void Reach::edges(FnId Id, llvm::function_ref<void(FnId, EventRef, bool Taken)> Visit) const {
  const ir::Function &F = P.fn(Id);
  const flow::FunctionInfo &I = R.engine().infos()[Id];
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      for (FnId G : I.Targets[B][N].Fns)
        Visit(G, {Id, B, N}, false);
      for (const flow::Action &A : I.Actions[B][N])
        if (A.Fn != NoFn)
          Visit(A.Fn, {Id, B, N}, false);
      const ir::Event &E = F.Blocks[B].Events[N];
      auto Taken = [&](ir::ValueId V) {
        while (F.Values[V].Kind == ValueKind::Cast || F.Values[V].Kind == ValueKind::AddrOf)
          V = F.Values[V].A;
        if (F.Values[V].Kind == ValueKind::Function || F.Values[V].Kind == ValueKind::Lambda)
          if (FnId G = P.resolve(P.unit(Id), F.Values[V].Ref); G != NoFn)
            Visit(G, {Id, B, N}, true);
      };
      Taken(E.Src);
      for (ir::ValueId V : E.Args)
        Taken(V);
    }
}

void Reach::spread(Life L, std::vector<FnId> Work, const llvm::DenseSet<FnId> *Ends) {
  for (size_t Next = 0; Next < Work.size(); ++Next) {
    FnId F = Work[Next];
    edges(F, [&](FnId G, EventRef At, bool Taken) {
      if (!(Taken && Ends && Ends->contains(G)) && enter(G, L, {F, At}))
        Work.push_back(G);
    });
  }
}

std::string Reach::entryText(const std::string &Name, const link::Root *Root) {
  if (!Root)
    return Name + " is called through a pointer";
  switch (Root->Kind) {
  case RootKind::Interpreter:
  case RootKind::Bound:
    if (Root->Role.empty() || Root->Role == "method")
      return Name + " can be called from Python";
    return Name + " is called by the interpreter (" + Root->Role + ")";
  case RootKind::Thread:
    return Name + " runs on a thread of its own";
  case RootKind::Signal:
    return Name + " is a signal handler";
  case RootKind::Loop:
    return Name + " is a loop that NumPy runs";
  case RootKind::Main:
    return Name + " is the program's entry point";
  default:
    return Name + " is called back";
  }
}

ThreadState Reach::entryState(const link::Root *Root) {
  if (!Root)
    return ThreadState::Unknown;
  switch (Root->Kind) {
  case RootKind::Interpreter:
  case RootKind::Bound:
    return ThreadState::Attached;
  case RootKind::Thread:
  case RootKind::Loop:
    return ThreadState::Detached;
  default:
    return ThreadState::Unknown;
  }
}

const link::Root *Reach::entry(FnId F) const {
  while (Arrivals[F].From != NoFn && !M.initOnly(Arrivals[F].From))
    F = Arrivals[F].From;
  return Arrivals[F].Root;
}

void Reach::witness(FnId F, std::vector<Note> &Notes) const {
  std::vector<Note> Up;
  for (FnId Now = F; Now != NoFn;) {
    const Arrival &A = Arrivals[Now];
    std::string Name = "'" + R.functionName(Now) + "'";
    if (A.From == NoFn) {
      const ir::Unit &U = A.Root && A.Root->Unit ? *A.Root->Unit : P.unit(Now);
      const ir::Loc &L = A.Root && A.Root->Unit && A.Root->Where.valid() ? A.Root->Where : P.fn(Now).Where;
      Up.push_back(step(entryText(Name, A.Root), R.place(U, L), entryState(A.Root)));
      break;
    }
    bool Direct = llvm::is_contained(R.callees(A.From), Now);
    Up.push_back(step(Name + (Direct ? " is called here" : " is handed on here, to be called later"), R.place(A.At)));
    if (M.initOnly(A.From))
      break;
    Now = A.From;
  }
  Notes.insert(Notes.end(), Up.rbegin(), Up.rend());
}

} // namespace gilray::evidence
