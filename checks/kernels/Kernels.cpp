#include "kernels/Kernels.h"
#include "kernels/Work.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include <deque>

namespace gilray::kernels {

using link::CallableKind;
using link::FnId;
using llvm::StringRef;

/// A manifest is for people and a probe, not a dump: what exceeds this says nothing new.
static constexpr size_t MostCallables = 8, MostCalls = 32;

StringRef kindName(CallableKind K) {
  switch (K) {
  case CallableKind::Function:
    return "function";
  case CallableKind::Method:
    return "method";
  case CallableKind::ClassMethod:
    return "class-method";
  case CallableKind::StaticMethod:
    return "static-method";
  case CallableKind::Getter:
    return "getter";
  case CallableKind::Setter:
    return "setter";
  case CallableKind::Slot:
    return "slot";
  }
  llvm_unreachable("all kinds are named");
}

StringRef heldName(Held H) {
  switch (H) {
  case Held::Attached:
    return "attached";
  case Held::Detached:
    return "detached";
  case Held::Both:
    return "both";
  case Held::Unknown:
    return "unknown";
  }
  llvm_unreachable("all states are named");
}

namespace {

class Gatherer {
public:
  Gatherer(const flow::Results &R, const link::Modules &M) : R(R), P(R.program()), M(M), Names(P, M), Guess(R) {
    Callers.resize(P.functions().size());
    for (FnId F = 0; F < P.functions().size(); ++F)
      for (FnId G : R.callees(F))
        Callers[G].push_back(F);
  }

  std::vector<Kernel> run(llvm::ArrayRef<Finding> Findings) {
    std::vector<Kernel> Out;
    for (FnId F = 0; F < P.functions().size(); ++F) {
      if (P.fn(F).Body != ir::BodyState::Complete || P.fn(F).Blocks.empty())
        continue;
      std::vector<Change> Changes = changes(F);
      bool Releases = llvm::any_of(Changes, [](const Change &C) { return C.Detaches; }) && !isWrapper(F, Changes);
      if (Releases || llvm::any_of(Findings, [&](const Finding &X) { return isIn(X, F); }))
        Out.push_back(kernel(F, std::move(Changes)));
    }
    return Out;
  }

private:
  const flow::Results &R;
  const link::Program &P;
  const link::Modules &M;
  link::PythonNames Names;
  WorkGuess Guess;
  std::vector<llvm::SmallVector<FnId, 4>> Callers;

  bool isIn(const Finding &X, FnId F) const {
    return isMeasured(*X.Check) && X.Function == P.fn(F).Name && X.Where.File == R.place(P.unit(F), P.fn(F).Where).File;
  }

  std::string nameOf(const ir::Function &, const ir::Event &E, const link::Target &T, FnId In) const {
    if (T.Named)
      return T.Named->Name.str();
    if (E.Type)
      return P.unit(In).Types[E.Type].Record.str();
    return T.Fns.empty() ? std::string() : R.functionName(T.Fns.front());
  }

  static bool attaches(const flow::FunctionInfo &I, ir::BlockId B, uint32_t N) {
    if (const api::Entry *A = I.Targets[B][N].Api)
      return A->Does == api::Effect::Attach;
    return llvm::any_of(I.Actions[B][N],
                        [](const flow::Action &A) { return A.Type && A.Type->Destroys == api::Effect::Attach; });
  }

  /// my_begin_threads(): its callers are what releases.
  bool isWrapper(FnId F, llvm::ArrayRef<Change> Changes) const {
    return !Callers[F].empty() && llvm::none_of(Changes, [](const Change &C) { return !C.Detaches; });
  }

  std::vector<Change> changes(FnId Id) {
    const ir::Function &F = P.fn(Id);
    const flow::FunctionInfo &I = R.engine().infos()[Id];
    std::vector<Change> Out;
    if (!I.Transitions)
      return Out;
    const flow::Results::ThreadMap &Map = Guess.threads(Id);
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
        const ir::Event &E = F.Blocks[B].Events[N];
        const link::Target &T = I.Targets[B][N];
        if (!T.Api && T.Fns.empty() && I.Actions[B][N].empty())
          continue;
        uint8_t Before = Map[B][N], Then = R.threadsAfter({Id, B, N}, Map);
        bool Away = isAttached(Before) && !isDetached(Before) && isDetached(Then);
        bool Back = isDetached(Before) && isAttached(Then) && !isDetached(Then);
        if (Then == 0) // the last event of the function
          Back = isDetached(Before) && !isAttached(Before) && attaches(I, B, N);
        if (Away || Back)
          Out.push_back({Away, nameOf(F, E, T, Id), R.place({Id, B, N})});
      }
    llvm::sort(Out, [](const Change &A, const Change &B) {
      return std::tie(A.Where.Line, A.Where.Col, A.Detaches) < std::tie(B.Where.Line, B.Where.Col, B.Detaches);
    });
    Out.erase(llvm::unique(
                  Out, [](const Change &A, const Change &B) { return A.Where == B.Where && A.Detaches == B.Detaches; }),
              Out.end());
    return Out;
  }

  /// Python-callable functions that reach F, the nearest first.
  std::vector<Callable> callables(FnId F) {
    std::vector<Callable> Out;
    std::map<FnId, unsigned> Distance{{F, 0}};
    std::deque<FnId> Work{F};
    while (!Work.empty() && Out.size() < MostCallables) {
      FnId Now = Work.front();
      Work.pop_front();
      for (const link::PythonCallable &C : Names.of(Now))
        Out.push_back({C.Kind, C.Module, C.Type, C.Name, C.qualified(), C.Convention, R.functionName(Now),
                       Distance[Now], R.place(*C.Unit, C.Where)});
      for (FnId Up : Callers[Now])
        if (Distance.try_emplace(Up, Distance[Now] + 1).second)
          Work.push_back(Up);
    }
    if (Out.size() > MostCallables)
      Out.resize(MostCallables);
    return Out;
  }

  static Held held(uint8_t Threads) {
    bool Att = isAttached(Threads), Det = isDetached(Threads);
    return Att && Det ? Held::Both : Att ? Held::Attached : Det ? Held::Detached : Held::Unknown;
  }

  Kernel kernel(FnId Id, std::vector<Change> Changes) {
    const ir::Function &F = P.fn(Id);
    Kernel K;
    K.Function = R.functionName(Id);
    K.Where = R.place(P.unit(Id), F.Where);
    K.EndLine = std::max(F.End.Line, F.Where.Line);
    K.Changes = std::move(Changes);
    K.Callables = callables(Id);
    if (auto Owning = M.of(Id); Owning.size() == 1)
      K.Module = M.all()[Owning.front()].Name;
    Work W = Guess.of(Id);
    K.AttachedShare = W.all() > 0 ? W.Attached / W.all() : 1;
    contents(Id, K);
    return K;
  }

  void contents(FnId Id, Kernel &K) {
    const ir::Function &F = P.fn(Id);
    const ir::Unit &U = P.unit(Id);
    const flow::FunctionInfo &I = R.engine().infos()[Id];
    const flow::Results::ThreadMap &Map = Guess.threads(Id);
    std::vector<uint8_t> LoopThreads(F.Loops.size());
    for (uint32_t L = 0; L < F.Loops.size(); ++L) {
      std::string Bound = F.Loops[L].Bound ? I.Values.spell(I.Values.of(F.Loops[L].Bound)) : std::string();
      K.Loops.push_back({R.place(U, F.Loops[L].Where), std::move(Bound), loopDepth(F, F.Loops[L].Header), Held::Unknown,
                         0, 0, F.Loops[L].Work});
    }
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
        const ir::Event &E = F.Blocks[B].Events[N];
        const link::Target &T = I.Targets[B][N];
        bool Call = E.Kind == ir::EventKind::Call || E.Kind == ir::EventKind::Macro;
        bool Api = T.Api && T.Api->Needs == api::Need::Attached;
        for (uint32_t L = F.Blocks[B].Loop; L; L = F.Loops[L - 1].Parent) {
          LoopThreads[L - 1] |= Map[B][N];
          K.Loops[L - 1].ApiCalls += Api;
          K.Loops[L - 1].ForeignCalls += Call && T.Foreign;
        }
        if (!Call || !T.Named || !isAttached(Map[B][N]))
          continue;
        AttachedCall C{T.Named->Name.str(), R.place({Id, B, N}), loopDepth(F, B), ""};
        if (const api::BlockingEntry *X =
                T.Fns.empty() ? P.model().blocking(T.Named->Name, P.homeOf(U, *T.Named)) : nullptr) {
          C.Why = X->Why.str();
          put(K.Blocking, std::move(C));
        } else if (T.Api && T.Api->Allocates) {
          put(K.Allocations, std::move(C));
        } else if (Api && T.Api->Does == api::Effect::None) {
          put(K.Api, std::move(C));
        }
      }
    for (uint32_t L = 0; L < F.Loops.size(); ++L)
      K.Loops[L].State = held(LoopThreads[L]);
  }

  static void put(std::vector<AttachedCall> &To, AttachedCall C) {
    if (To.size() < MostCalls)
      To.push_back(std::move(C));
  }
};

bool earlier(const Kernel &A, const Kernel &B) {
  return std::tie(A.Where.File, A.Where.Line, A.Where.Col, A.Function) <
         std::tie(B.Where.File, B.Where.Line, B.Where.Col, B.Function);
}

} // namespace

bool isMeasured(const CheckInfo &Check) { return Check.Group == "release" || Check.Group == "locks"; }

std::vector<Kernel> gather(const flow::Results &R, const link::Modules &M, llvm::ArrayRef<Finding> Findings) {
  std::vector<Kernel> Out = Gatherer(R, M).run(Findings);
  llvm::stable_sort(Out, earlier);
  return Out;
}

} // namespace gilray::kernels
