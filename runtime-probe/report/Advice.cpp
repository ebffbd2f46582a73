// See Advice.h.
#include "report/Advice.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace gilray::probe {

using namespace llvm;

static std::string scaled(double Value, ArrayRef<StringRef> Units, double Step) {
  size_t Unit = 0;
  while (Value >= Step * 0.9995 && Unit + 1 < Units.size()) {
    Value /= Step;
    ++Unit;
  }
  return formatv(Value < 10 ? "{0:f1} {1}" : "{0:f0} {1}", Value, Units[Unit]);
}

std::string duration(double Seconds) { return scaled(Seconds * 1e6, {"us", "ms", "s"}, 1000); }
std::string size(double Bytes) { return scaled(Bytes, {"B", "KB", "MB", "GB"}, 1000); }

namespace {

/// Cheapest first: where two do about the same, the earlier one is the better advice.
constexpr StringRef Strategies[] = {"threads", "shared-gil", "own-gil", "processes"};
constexpr double Pays = 1.1; ///< low end of the interval from which a strategy counts as faster
constexpr double AboutSame = 0.95;
constexpr double Many = 64; ///< workers up to which a bound is foretold

class Adviser {
public:
  Adviser(const Kernel &K, const Environment &E, StringRef Interpreter) : K(K), E(E), Id(Interpreter) {
    A.Interpreter = Id.str();
    auto At = find_if(K.AllCosts, [&](const Costs &C) { return C.Interpreter == Id; });
    C = At == K.AllCosts.end() ? nullptr : &*At;
    Threads = series("threads");
  }

  Advice advise() {
    for (StringRef Name : Strategies)
      consider(Name);
    if (Best)
      recommend();
    else
      nothingPays();
    others();
    fixFirst();
    switching();
    return std::move(A);
  }

private:
  const Kernel &K;
  const Environment &E;
  StringRef Id;
  Advice A;
  const Costs *C = nullptr;
  const Series *Threads = nullptr;
  const Result *Best = nullptr;
  std::vector<const Result *> Known;
  std::vector<StringRef> Unknown;

  void say(std::string Text) { A.Text.push_back(std::move(Text)); }

  const Series *series(StringRef Strategy) const {
    auto At = find_if(K.AllSeries, [&](const Series &S) {
      return S.Interpreter == Id && S.Strategy == Strategy && S.Share == "own";
    });
    return At == K.AllSeries.end() ? nullptr : &*At;
  }
  /// With the most workers that there are processors for.
  const Result *result(StringRef Strategy) const {
    const Result *Most = nullptr;
    for (const Result &R : K.Results)
      if (R.Interpreter == Id && R.Strategy == Strategy && R.Share == "own" && R.Workers > 1 &&
          (E.Used.empty() || R.Workers <= E.Used.size()) && (!Most || R.Workers > Most->Workers))
        Most = &R;
    return Most;
  }
  const WorkerCost *cost(StringRef Prefix) const {
    if (!C)
      return nullptr;
    const WorkerCost *Cheapest = nullptr;
    for (const WorkerCost &W : C->Workers)
      if ((Prefix.ends_with("-pool") ? StringRef(W.How).starts_with(Prefix) : W.How == Prefix) && W.Problem.empty() &&
          (!Cheapest || W.TaskSeconds.value_or(1e9) < Cheapest->TaskSeconds.value_or(1e9)))
        Cheapest = &W;
    return Cheapest;
  }
  const WorkerCost *poolOf(StringRef Strategy) const {
    return cost(Strategy == "threads" ? "thread-pool" : Strategy == "own-gil" ? "interpreter-pool" : "process-pool");
  }

  void consider(StringRef Strategy) {
    const Result *R = result(Strategy);
    if (!R || R->Verdict == "not available")
      return;
    // Below five blocks there is no verdict, and no advice either.
    if (R->Accepted < 5)
      return Unknown.push_back(Strategy);
    Known.push_back(R);
    if (R->Speedup.Low < Pays)
      return;
    if (!Best || R->Speedup.Median * AboutSame > Best->Speedup.Median)
      Best = R;
  }

  void recommend() {
    A.Strategy = Best->Strategy;
    std::string Text =
        formatv("use {0}: {1:f2} times one with {2} workers", Best->Strategy, Best->Speedup.Median, Best->Workers);
    double Call = Threads ? Threads->Shape.CallSeconds : 0;
    if (const WorkerCost *W = poolOf(Best->Strategy); W && W->TaskSeconds) {
      double Overhead = *W->TaskSeconds;
      if (Best->Strategy != "threads" && C->Result && C->Result->Problem.empty())
        Overhead += C->Result->Seconds;
      A.PaysFrom = Overhead / (1 - 1 / Best->Speedup.Median);
      Text += formatv("; a task costs {0} through a {1}, so it pays for calls longer than {2}", duration(Overhead),
                      W->How, duration(*A.PaysFrom));
      if (Call > 0)
        Text += Call > *A.PaysFrom ? ", and this one takes " + duration(Call)
                                   : ": this one takes " + duration(Call) + ", so hand over several at once";
    }
    say(Text);
    if (Threads && Threads->Shape.Measured && Threads->Shape.CpuShare < 0.5)
      say(formatv("it waits {0:f0} % of its time: more threads than processors pay, too",
                  100 * (1 - Threads->Shape.CpuShare)));
  }

  void nothingPays() {
    if (!Known.empty()) {
      std::vector<std::string> Parts;
      for (const Result *R : Known)
        Parts.push_back(formatv("{0} {1:f2}", R->Strategy, R->Speedup.Median));
      say("keep one worker: several are no faster (" + join(Parts, ", ") + " times one)");
    }
    if (Unknown.empty() || !Known.empty())
      return;
    const Structure *S = Threads && Threads->Shape.Measured ? &Threads->Shape : nullptr;
    std::string Text = "no strategy is recommended: no speed-up could be measured";
    if (S && S->HasGil && S->Held && !Threads->Failed) {
      double AtMost = 1 / std::max(*S->Held, 1e-6);
      Text +=
          AtMost < Many
              ? formatv("; the time with the GIL allows threads {0:f1} times one at most", std::max(1.0, AtMost)).str()
              : "; the GIL does not keep threads from running side by side";
    }
    say(Text);
  }

  /// What the dearer strategies cost, when a cheaper one is advised, or why processes and interpreters may be.
  void others() {
    if (!C)
      return;
    std::vector<std::string> Parts;
    auto Describe = [&](StringRef Name, const WorkerCost *W) {
      if (!W)
        return;
      std::string Text = (Name + " " + duration(W->StartSeconds) + " to start").str();
      if (W->MemoryBytes && *W->MemoryBytes > 0)
        Text += " and " + size(*W->MemoryBytes);
      Parts.push_back(Text);
    };
    Describe("a thread", cost("thread"));
    if (const WorkerCost *Own = cost("own-gil"))
      Describe("an interpreter with its own GIL", Own);
    if (const WorkerCost *Process = cost("process-pool"))
      Describe("a process (" + StringRef(Process->How).substr(sizeof "process-pool").str() + ")", Process);
    if (!Parts.empty())
      say("one more worker costs: " + join(Parts, ", "));
    Parts.clear();
    for (const HandOverCost &H : C->Arguments)
      Parts.push_back(H.Problem.empty() ? H.How + " " + duration(H.Seconds) + " for " + size(H.Bytes)
                                        : "no " + H.How + " (" + H.Problem + ")");
    if (!Parts.empty())
      say("handing the arguments over: " + join(Parts, ", "));
  }

  /// Before any figure: calls that do not come back.
  void fixFailures() {
    for (StringRef Strategy : Strategies)
      if (const Series *S = series(Strategy); S && S->Failed && S->Failed->Stage == "call") {
        const Failure &F = *S->Failed;
        if (inWords(F.Kind).empty())
          continue;
        say(formatv("fix first: the kernel {0} with {1} worker{2} ({3})", inWords(F.Kind), F.Workers,
                    F.Workers == 1 ? "" : "s", Strategy));
      }
  }

  static StringRef inWords(StringRef Kind) {
    return StringSwitch<StringRef>(Kind)
        .StartsWith("hung", "does not come back")
        .Case("deadlocked", "deadlocks")
        .Case("crashed", "crashes")
        .Case("exited", "ends the process")
        .Case("raised", "raises an exception")
        .Case("memory-limit", "needs more memory than it may have")
        .Case("flooded", "floods its output")
        .Default(""); // not the kernel's fault
  }

  void fixFirst() {
    fixFailures();
    const Result *R = result("threads");
    const Series *Own = series("own-gil");
    if (R && Threads && Threads->Shape.Measured)
      fixThreads(*R, Threads->Shape);
    if (R && R->Verdict == "re-enabled the GIL")
      say("fix first: the module switches the GIL on; gilray readiness says what keeps it from declaring that it needs "
          "none");
    if (Own && Own->Failed && Own->Failed->Kind == "import-refused")
      say("interpreters with their own GIL refuse the module; gilray readiness says what has to change");
  }

  void fixThreads(const Result &R, const Structure &S) {
    if (S.HasGil && S.Held && *S.Held > 0.1 && !S.HeldAt.empty() && S.HeldAt[0].Share > 0.05) {
      const CodeShare &Top = S.HeldAt[0];
      // A loop has several lines, and all of them have to be released.
      double Share = 0;
      for (const CodeShare &One : S.HeldAt)
        if (One.Object == Top.Object && One.Function == Top.Function && !One.Function.empty())
          Share += One.Share;
      Share = std::min(std::max(Share, Top.Share), *S.Held);
      double Left = std::max(0.0, *S.Held - Share);
      std::string Where = Top.File.empty() ? (Top.Function.empty() ? Top.Callee : Top.Function) + " in " +
                                                 sys::path::filename(Top.Object).str()
                                           : (sys::path::filename(Top.File) + ":" + Twine(Top.Line)).str() +
                                                 (Top.Function.empty() ? "" : " in " + Top.Function);
      double Now = std::max(1.0, 1 / *S.Held);
      std::string Then = Left > 1.0 / 64 ? formatv("at most {0:f1}", 1 / Left).str() : "no bound below 64";
      return say(
          formatv("fix first: {0} holds the GIL for {1:f0} % of the call; releasing it there changes the bound for "
                  "threads from {2:f1} to {3}",
                  Where, Share * 100, Now, Then));
    }
    if (R.Verdict == "hand-over bound")
      return say(formatv("fix first: it releases the GIL every {0}; release it once for work of {1} or more",
                         duration(S.RoundSeconds), duration(10 * E.HandOverSeconds)));
    if (R.Verdict == "serialised by its own lock")
      return say(formatv("fix first: workers wait {0:f0} % of the time for the module's own lock; hold it for less",
                         R.LockWaitShare * 100));
    if (R.Verdict == "shared data")
      return say("fix first: give each worker memory of its own to write to");
  }

  void switching() {
    if (!C || C->Switch.size() < 2 || !Threads || !Threads->Shape.Held)
      return;
    const SwitchEffect &Usual = C->Switch[0], &Short = C->Switch[1];
    if (Usual.Wait < 0.0005)
      return;
    std::string Text = formatv("while it runs, another thread waits {0} for the GIL (in one of ten cases {1} or more)",
                               duration(Usual.Wait), duration(Usual.WaitHigh));
    Text +=
        Short.Wait < 0.6 * Usual.Wait
            ? formatv("; a switch interval of {0} makes that {1}", duration(Short.Interval), duration(Short.Wait)).str()
            : "; a shorter switch interval changes nothing, since C code gives the lock up by itself only";
    say(Text);
  }
};

} // namespace

std::vector<Advice> adviceFor(const Kernel &K, const Environment &E) {
  std::vector<Advice> All;
  std::vector<StringRef> Seen;
  for (const Series &S : K.AllSeries) {
    if (is_contained(Seen, S.Interpreter))
      continue;
    Seen.push_back(S.Interpreter);
    Advice A = Adviser(K, E, S.Interpreter).advise();
    if (!A.Text.empty())
      All.push_back(std::move(A));
  }
  return All;
}

} // namespace gilray::probe
