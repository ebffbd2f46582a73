// See Session.h.
#include "launcher/Session.h"
#include "launcher/Machine.h"
#include "launcher/Tasks.h"
#include "stats/Intervals.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

namespace gilray::probe {

using namespace llvm;

std::string loopCode(const KernelSpec &K) {
  return "def _gilray_loop(n):\n    for _ in range(n):\n        " + K.Call + "\n";
}

std::optional<json::Object> Session::answer(Child &C, double Seconds, Failure &F) {
  auto Reply = C.receive(Seconds, F);
  if (!Reply) {
    if (F.Kind == "silent")
      C.diagnose(nullptr, HasGil, F);
    return std::nullopt;
  }
  if (auto Stage = Reply->getString("stuck")) {
    F.Stage = Stage->str();
    // A worker that raised does not get warm either.
    if (const json::Array *Workers = Reply->getArray("workers"))
      for (const json::Value &V : *Workers)
        if (auto Error = V.getAsObject()->getString("error")) {
          F.Kind = "raised";
          F.Text = Error->str();
          F.Stage = V.getAsObject()->getString("stage").value_or("call").str();
          return std::nullopt;
        }
    C.diagnose(&*Reply, HasGil, F);
    return std::nullopt;
  }
  if (auto Error = Reply->getString("error")) {
    F.Kind = "raised";
    F.Text = Error->str();
    return std::nullopt;
  }
  return Reply;
}

std::optional<json::Object> Session::ask(Child &C, const Twine &Command, double Seconds, Failure &F) {
  C.send(Command.str());
  return answer(C, Seconds, F);
}

static void readPrepared(const json::Object &P, ImportFacts &Import, std::vector<std::string> &Extensions) {
  Import.Tried = true;
  Import.Warnings.clear(); // every process tells the same again
  Extensions.clear();
  Import.GilBefore = P.getBoolean("gil_before").value_or(true);
  Import.GilAfter = P.getBoolean("gil_after").value_or(P.getBoolean("gil_enabled").value_or(true));
  Import.File = P.getString("file").value_or("").str();
  Import.Accepted = !P.getString("error") || P.getString("stage").value_or("") != "import";
  if (!Import.Accepted)
    Import.Error = P.getString("error")->str();
  if (const json::Array *Warnings = P.getArray("warnings"))
    for (const json::Value &W : *Warnings)
      Import.Warnings.push_back(W.getAsString().value_or("").str());
  if (const json::Object *Files = P.getObject("extensions"))
    for (const auto &[Name, File] : *Files)
      if (auto Text = File.getAsString())
        Extensions.push_back(Text->str());
}

static double medianSetup(const json::Object &Started) {
  std::vector<double> Seconds;
  if (const json::Array *All = Started.getArray("workers"))
    for (const json::Value &V : *All)
      Seconds.push_back(V.getAsObject()->getNumber("setup_s").value_or(0));
  return Seconds.empty() ? 0 : stats::median(Seconds);
}

bool Session::begin(Child &C, const KernelSpec &K, Strategy S, Share Sharing, unsigned Workers, const LaunchContext &L,
                    ImportFacts &Import, Failure &F) {
  F.Stage = "start";
  auto Facts = answer(C, 20, F);
  if (!Facts)
    return false;
  // Interpreters of their own import for themselves; a first import in the main one would hide what happens in them.
  bool InMain = S == Strategy::Threads || S == Strategy::Processes;
  json::Object Config{{"prepare", InMain},
                      {"harness", L.Harness},
                      {"module", K.Module},
                      {"share", shareName(Sharing)},
                      {"import", "import " + K.Module + "\n"},
                      {"setup", K.Setup + "\n"},
                      {"loop", loopCode(K)}};
  std::string Text;
  raw_string_ostream(Text) << json::Value(std::move(Config));
  C.send(Text);
  F.Stage = "import";
  if (InMain) {
    auto Reply = answer(C, Timeout, F);
    const json::Object *P = Reply ? Reply->getObject("prepared") : nullptr;
    if (!P)
      return false;
    readPrepared(*P, Import, Extensions);
    HasGil = P->getBoolean("gil_enabled").value_or(true);
    if (auto Error = P->getString("error")) {
      F.Stage = P->getString("stage").value_or("").str();
      F.Kind = F.Stage == "import" ? "import-refused" : "raised";
      F.Text = Error->str();
      return false;
    }
  }
  F.Stage = "start";
  auto Loaded = answer(C, Timeout, F);
  if (!Loaded || !answer(C, Timeout, F))
    return false;
  if (!InMain)
    HasGil = Loaded->getBoolean("gil_enabled").value_or(true);
  F.Stage = "setup";
  uint64_t Alone = proportionalBytes(C.pid());
  auto Started = ask(C,
                     "start strategy=" + strategyName(S) + " workers=" + Twine(Workers) +
                         " timeout_ms=" + Twine(static_cast<int64_t>(Timeout * 1000)),
                     4 * Timeout * (Workers + 1) + 5, F);
  if (!Started)
    return false;
  ClockSeconds = Started->getNumber("clock_s").value_or(0);
  // The workers of one process cost what they add to it; see start() for processes.
  double Grown = double(proportionalBytes(C.pid())) - double(Alone);
  MemoryPerWorker = std::max(0.0, Grown / Workers);
  StartSeconds = medianSetup(*Started);
  if (!InMain) {
    Import.Tried = Import.Accepted = true;
    Import.GilBefore = Import.GilAfter = HasGil;
  }
  if (const json::Array *All = Started->getArray("workers"))
    for (const json::Value &V : *All)
      if (auto Error = V.getAsObject()->getString("error")) {
        F.Stage = V.getAsObject()->getString("stage").value_or("setup").str();
        F.Kind = F.Stage == "import" ? "import-refused" : F.Stage == "interpreter" ? "not-available" : "raised";
        F.Text = Error->str();
        if (F.Stage == "import") {
          Import.Accepted = false;
          Import.Error = F.Text;
        }
        return false;
      }
  if (const json::Array *Objects = Started->getArray("objects"))
    for (const json::Value &V : *Objects) {
      auto &Names = Hooked[V.getAsObject()->getString("path").value_or("").str()];
      if (const json::Array *Hooks = V.getAsObject()->getArray("hooks"))
        for (const json::Value &H : *Hooks)
          Names.push_back(H.getAsString().value_or("").str());
    }
  F = {};
  return true;
}

std::unique_ptr<Session> Session::start(const KernelSpec &K, const InterpreterSpec &I, Strategy S, Share Sharing,
                                        unsigned MaxWorkers, const LaunchContext &C, ImportFacts &Import, Failure &F) {
  std::unique_ptr<Session> Result(new Session);
  Result->Spread = S == Strategy::Processes;
  Result->Timeout = K.TimeoutSeconds;
  ChildOptions O = interpreterCommand(I, C);
  O.MemoryBytes = K.MemoryBytes;
  std::vector<double> Seconds, Bytes;
  for (unsigned N = 0; N < (Result->Spread ? MaxWorkers : 1); ++N) {
    std::string Problem;
    double Began = monotonicSeconds();
    auto Process = Child::start(O, Problem);
    if (!Process) {
      F.Kind = "not-available";
      F.Text = Problem;
      return nullptr;
    }
    Child &Started = *Result->Children.emplace_back(std::move(Process));
    if (!Result->begin(Started, K, S, Sharing, Result->Spread ? 1 : MaxWorkers, C, Import, F))
      return nullptr;
    Seconds.push_back(monotonicSeconds() - Began);
    Bytes.push_back(double(proportionalBytes(Started.pid())));
  }
  if (Result->Spread) {
    Result->StartSeconds = stats::median(Seconds);
    Result->MemoryPerWorker = stats::median(Bytes);
  }
  return Result;
}

static WorkerRun readWorker(const json::Object &W) {
  auto Number = [](const json::Object &O, StringRef Key) { return O.getNumber(Key).value_or(0); };
  auto Integer = [](const json::Object &O, StringRef Key) { return O.getInteger(Key).value_or(0); };
  WorkerRun R;
  R.Iterations = Number(W, "iterations");
  R.Wall = Number(W, "wall");
  R.Cpu = Number(W, "cpu");
  R.RunDelay = Number(W, "run_delay");
  R.LockWait = Number(W, "lock_wait");
  R.Voluntary = Integer(W, "voluntary");
  R.Involuntary = Integer(W, "involuntary");
  if (const json::Object *H = W.getObject("whole")) {
    R.Calls = Integer(*H, "calls");
    R.WholeWall = Number(*H, "wall");
    R.WholeCpu = Number(*H, "cpu");
    R.Releases = Integer(*H, "releases");
    int64_t Timed = Integer(*H, "timed");
    double Scale = Timed ? double(R.Releases) / Timed : 0;
    R.ReleasedWall = Number(*H, "released_wall") * Scale;
    R.GilWait = Number(*H, "gil_wait") * Scale;
    R.LockWaitAttached = Number(*H, "lock_wait_attached");
    R.Locks = Integer(*H, "locks");
    R.Contended = Integer(*H, "contended");
  }
  return R;
}

std::optional<Run> Session::measure(const MeasureOptions &O, Failure &F, std::vector<json::Object> *Raw) {
  F.Stage = "call";
  F.Workers = O.Workers;
  size_t Active = Spread ? O.Workers : 1;
  std::string TimeoutText = " timeout_ms=" + std::to_string(static_cast<int64_t>(Timeout * 1000));
  std::string Go = "go workers=" + std::to_string(Spread ? 1 : O.Workers) + " batch=" + std::to_string(O.Batch) +
                   " cpu=" + std::to_string(O.Cpu) + " every=" + std::to_string(O.Every) +
                   " pc_us=" + std::to_string(O.PcMicros) + " hooks=" + std::to_string(O.Hooks) + TimeoutText;
  for (size_t I = 0; I < Active; ++I)
    Children[I]->send(Go);
  for (size_t I = 0; I < Active; ++I)
    if (!answer(*Children[I], 4 * Timeout + 10, F))
      return std::nullopt;
  // One moment for all processes, far enough ahead that all have heard of it.
  int64_t T0 = static_cast<int64_t>((monotonicSeconds() + 0.003 + 0.0005 * Active) * 1e9);
  std::string Window = "window t0=" + std::to_string(T0) + " length=" + std::to_string(int64_t(O.Window * 1e9)) +
                       " gil_us=" + std::to_string(O.GilMicros) + " pc=" + std::to_string(O.PcMicros ? 1 : 0) +
                       TimeoutText;
  for (size_t I = 0; I < Active; ++I)
    Children[I]->send(Window);
  Run R;
  R.Workers = O.Workers;
  R.Window = O.Window;
  for (size_t I = 0; I < Active; ++I) {
    auto Reply = answer(*Children[I], O.Window + 8 * Timeout + 10, F);
    if (!Reply)
      return std::nullopt;
    if (const json::Array *Workers = Reply->getArray("workers"))
      for (const json::Value &V : *Workers) {
        if (auto Error = V.getAsObject()->getString("error")) {
          F.Kind = "raised";
          F.Text = Error->str();
          return std::nullopt;
        }
        R.Each.push_back(readWorker(*V.getAsObject()));
      }
    if (Raw)
      Raw->push_back(std::move(*Reply));
  }
  F = {};
  return R;
}

void Session::finish(std::string &Note) {
  unsigned Left = 0;
  for (auto &C : Children)
    C->send("quit");
  for (auto &C : Children) {
    Failure F;
    if (!C->receive(8, F))
      Note = "ending the workers failed: " + F.Kind + (F.Text.empty() ? "" : ", " + F.Text);
    else if (C->receive(8, F); F.Kind == "crashed" || F.Kind == "silent")
      Note = "the interpreter " + std::string(F.Kind == "silent" ? "did not end" : "crashed while it ended: " + F.Text);
    Left += C->end();
  }
  if (Left)
    Note +=
        (Note.empty() ? "" : "; ") + std::to_string(Left) + " processes of the kernel were left and have been ended";
  Children.clear();
}

} // namespace gilray::probe
