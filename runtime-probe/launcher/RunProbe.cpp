// See RunProbe.h.
#include "launcher/RunProbe.h"
#include "launcher/Costs.h"
#include "launcher/Machine.h"
#include "launcher/Measure.h"
#include "launcher/Replay.h"
#include "launcher/Tasks.h"
#include "report/Verdict.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

namespace gilray::probe {

using namespace llvm;

namespace {

struct Cell {
  const InterpreterSpec *Interpreter;
  Strategy How;
  Share Sharing;
};

class ProbeRun {
public:
  ProbeRun(const Spec &S, const RunOptions &O) : TheSpec(S), O(O), Random(O.Seed.value_or(S.Seed)) {}

  Expected<Report> run() {
    Began = monotonicSeconds();
    adoptOrphans();
    InterruptGuard Guard;
    R.ToolVersion = GILRAY_VERSION;
    R.Machine = describeMachine();
    R.Machine.Seed = O.Seed.value_or(TheSpec.Seed);
    R.Machine.SpecPath = TheSpec.Path;
    R.StructureOnly = O.StructureOnly;
    if (Error E = prepare())
      return std::move(E);
    for (const KernelSpec &K : TheSpec.Kernels)
      if (!InterruptGuard::interrupted() && wanted(K))
        kernel(K);
    (void)sys::fs::remove_directories(Launch.ScratchDirectory);
    R.Interrupted = InterruptGuard::interrupted();
    R.Machine.QuietShare = QuietChecks ? double(QuietPassed) / QuietChecks : 0;
    R.Machine.Seconds = monotonicSeconds() - Began;
    judge(R);
    clearLine();
    return std::move(R);
  }

private:
  const Spec &TheSpec;
  const RunOptions &O;
  std::mt19937_64 Random;
  Report R;
  LaunchContext Launch;
  Symbols Names;
  std::vector<InterpreterSpec> Usable;
  double Began = 0;
  unsigned QuietChecks = 0, QuietPassed = 0;

  void clearLine() {
    if (O.Log && O.LogIsTerminal)
      *O.Log << "\r\033[K";
  }
  void say(const Twine &Text) {
    if (!O.Log)
      return;
    clearLine();
    *O.Log << Text << (O.LogIsTerminal ? "" : "\n");
    O.Log->flush();
  }

  bool wanted(const KernelSpec &K) const {
    if (O.OnlyKernel.empty())
      return true;
    auto G = GlobPattern::create(O.OnlyKernel);
    if (!G) {
      consumeError(G.takeError());
      return false;
    }
    return G->match(K.Name);
  }

  Error prepare() {
    Launch.Harness = O.Harness;
    Launch.Environment = cleanEnvironment(TheSpec);
    Launch.Cpus = R.Machine.Used;
    SmallString<128> Scratch;
    if (std::error_code EC = sys::fs::createUniqueDirectory("gilray-probe", Scratch))
      return createStringError(EC, "no directory for temporary files: %s", EC.message().c_str());
    Launch.ScratchDirectory = std::string(Scratch);
    Launch.Environment.push_back("TMPDIR=" + Launch.ScratchDirectory);
    R.Machine.Variables = Launch.Environment;
    std::vector<InterpreterSpec> Wanted = TheSpec.Interpreters;
    if (Wanted.empty())
      Wanted.push_back({"python3", "python3", std::nullopt, 0});
    for (InterpreterSpec &I : Wanted) {
      say("asking " + I.Id);
      InterpreterFacts F = askInterpreter(I, Launch);
      I.Python = F.Python;
      if (F.Problem.empty())
        Usable.push_back(I);
      else
        R.Notes.push_back("interpreter " + I.Id + " was left out: " + F.Problem);
      R.Machine.Interpreters.push_back(std::move(F));
    }
    if (Usable.empty()) {
      (void)sys::fs::remove_directories(Launch.ScratchDirectory);
      return createStringError(std::errc::no_such_file_or_directory, "no interpreter to measure with: %s",
                               R.Notes.empty() ? "" : R.Notes[0].c_str());
    }
    calibrateMachine();
    return Error::success();
  }

  std::vector<unsigned> workersOf(const KernelSpec &K) const {
    std::vector<unsigned> N = {1};
    unsigned Max = std::max<unsigned>(1, R.Machine.Used.size());
    for (unsigned W : K.Workers)
      N.push_back(W == 0 ? Max : W);
    llvm::sort(N);
    N.erase(llvm::unique(N), N.end());
    return N;
  }

  void calibrateMachine() {
    say("looking at the machine");
    R.Machine.HandOverSeconds = measureHandOver(R.Machine.Used);
    if (O.StructureOnly)
      return;
    std::vector<unsigned> All;
    for (const KernelSpec &K : TheSpec.Kernels)
      for (unsigned N : workersOf(K))
        if (N > 1 && N <= R.Machine.Used.size() && wanted(K))
          All.push_back(N);
    llvm::sort(All);
    All.erase(llvm::unique(All), All.end());
    for (unsigned N : All)
      if (!InterruptGuard::interrupted())
        R.Machine.Ceilings.push_back(measureCeiling(R.Machine.Used, N, 4));
  }

  std::vector<Cell> cellsOf(const KernelSpec &K) {
    std::vector<Cell> Cells;
    for (const InterpreterSpec &I : Usable)
      for (Strategy S : K.Strategies)
        for (Share Sharing : K.Shares) {
          // Objects can be shared by threads only.
          if (Sharing == Share::Args && S != Strategy::Threads)
            continue;
          Cells.push_back({&I, S, Sharing});
        }
    return Cells;
  }

  /// Where a kernel broke down its costs are not asked for: it would break down again.
  void costs(const KernelSpec &K, Kernel &Out) {
    for (const InterpreterSpec &I : Usable) {
      auto Threads = find_if(Out.AllSeries, [&](const Series &S) {
        return S.Interpreter == I.Id && S.Strategy == "threads" && S.Shape.Measured && !S.Failed;
      });
      if (Threads == Out.AllSeries.end() || InterruptGuard::interrupted())
        continue;
      say(K.Name + " " + I.Id + " costs");
      Out.AllCosts.push_back(measureCosts(K, I, Threads->Batch, Launch));
      unlinkSharedMemory(Launch.ScratchDirectory);
    }
  }

  void kernel(const KernelSpec &K) {
    Kernel Out;
    Out.Name = K.Name;
    Out.Module = K.Module;
    Out.Call = K.Call;
    Out.UnitsPerCall = K.UnitsPerCall;
    Out.Unit = K.Unit;
    std::vector<Cell> Cells = cellsOf(K);
    std::vector<size_t> Order(Cells.size());
    for (size_t I = 0; I < Order.size(); ++I)
      Order[I] = I;
    // A random order, so that what slowly changes on the machine favours nobody.
    for (size_t I = Order.size(); I > 1; --I)
      std::swap(Order[I - 1], Order[(Random() >> 11) % I]);
    std::vector<Series> Done(Cells.size());
    double End = monotonicSeconds() + O.Budget.value_or(K.BudgetSeconds);
    for (auto [Position, Index] : enumerate(Order)) {
      const Cell &C = Cells[Index];
      if (InterruptGuard::interrupted())
        break;
      double Budget = std::max(1.0, (End - monotonicSeconds()) / (Order.size() - Position));
      std::string Where = K.Name + " " + C.Interpreter->Id + " " + strategyName(C.How).str();
      say(Where);
      MeasureContext Context{Launch, Names, Random, Began, &QuietChecks, &QuietPassed, O.StructureOnly, nullptr};
      Context.Progress = [&](const Series &S, double Left) {
        unsigned Accepted = count_if(S.Blocks, [](const Block &B) { return B.Accepted; });
        if (O.LogIsTerminal)
          say(formatv("{0}: {1}/{2} blocks, quiet {3:f0} %, at most {4:f0} s more", Where, Accepted, S.Blocks.size(),
                      QuietChecks ? 100.0 * QuietPassed / QuietChecks : 0.0, std::max(0.0, Left))
                  .str());
      };
      Done[Index] = measureSeries(K, *C.Interpreter, C.How, C.Sharing, workersOf(K), Budget, Context);
      if (Series &S = Done[Index];
          O.Replay && C.How == Strategy::Threads && !S.Failed && S.Shape.HasGil && S.Shape.Held) {
        say(Where + " replay");
        S.Replayed = replaySeries(S, *C.Interpreter, O.Replay, Context);
      }
      if (unsigned Left = unlinkSharedMemory(Launch.ScratchDirectory))
        Done[Index].Notes.push_back(std::to_string(Left) + " pieces of shared memory were left and have been removed");
    }
    for (Series &S : Done)
      if (!S.Interpreter.empty())
        Out.AllSeries.push_back(std::move(S));
    if (O.Costs && !O.StructureOnly)
      costs(K, Out);
    R.Kernels.push_back(std::move(Out));
  }
};

} // namespace

Expected<Report> runProbe(const Spec &S, const RunOptions &O) { return ProbeRun(S, O).run(); }

} // namespace gilray::probe
