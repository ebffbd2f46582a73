// See Verdict.h. The order of the questions is part of the contract: the first that is answered gives the verdict.
#include "report/Verdict.h"
#include "report/Advice.h"
#include "stats/Intervals.h"
#include "stats/Scaling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <map>

namespace gilray::probe {

using namespace llvm;

namespace {

constexpr unsigned LeastAccepted = 5;
constexpr double ScalesFrom = 0.9; // of what the machine, or processes, reach
constexpr double AllHeld = 0.9, SomeHeld = 0.1;
constexpr double GilWaitFrom = 0.05, LockWaitFrom = 0.20, HandOverFrom = 0.10, SharedDataFrom = 1.3;
constexpr double CostlyHooks = 0.05, UnsteadyHeld = 0.1;

/// Failure kind -> verdict.
StringRef verdictOf(StringRef Kind) {
  return StringSwitch<StringRef>(Kind)
      .Case("import-refused", "import refused")
      .Case("hung-holding", "hung holding the GIL")
      .Case("hung-released", "hung with the GIL released")
      .Case("flooded", "flooded its output")
      .Case("memory-limit", "over the memory limit")
      .Case("not-available", "not available")
      .Case("silent", "hung")
      .Default(Kind);
}

std::string percent(double Share) {
  return formatv("{0}", Share >= 0.0995 || Share == 0 ? formatv("{0:f0} %", Share * 100).str()
                                                      : formatv("{0:f1} %", Share * 100).str());
}

std::string place(const CodeShare &C) {
  std::string Where = C.File.empty() ? sys::path::filename(C.Object).str()
                                     : (sys::path::filename(C.File) + (C.Line ? ":" + Twine(C.Line) : Twine())).str();
  if (!C.Function.empty() && C.Line == 0)
    Where = C.Function + " in " + Where;
  return Where;
}

/// "held 70 % of the time, 67.7 % of the call at _lzmamodule.c:658 (lzma_easy_encoder)".
std::string heldInWords(const Structure &S) {
  if (!S.Held)
    return {};
  std::string Text = (S.HasGil ? "held " : "attached ") + percent(*S.Held) + " of the time";
  if (S.HeldAt.empty() || *S.Held < 0.02)
    return Text;
  const CodeShare &Top = S.HeldAt[0];
  if (Top.Share < 0.02)
    return Text;
  double InFunction = 0;
  for (const CodeShare &C : S.HeldAt)
    if (C.Object == Top.Object && C.Function == Top.Function)
      InFunction += C.Share;
  // A loop of several lines: the function tells more than the line that was met most often.
  if (Top.Line && InFunction > 1.5 * Top.Share)
    return Text + ", " + percent(InFunction) + " of the call in " + Top.Function + ", most at " + place(Top);
  Text += ", " + percent(Top.Share) + " of the call at " + place(Top);
  if (!Top.Callee.empty())
    Text += " (" + Top.Callee + ")";
  return Text;
}

const Run *runOf(const Block &B, unsigned Workers) {
  auto At = find_if(B.Runs, [&](const Run &R) { return R.Workers == Workers; });
  return At == B.Runs.end() ? nullptr : &*At;
}

double sum(const Run &R, double WorkerRun::*Member) {
  double Total = 0;
  for (const WorkerRun &W : R.Each)
    Total += W.*Member;
  return Total;
}

double medianOr(std::vector<double> V, double Default) { return V.empty() ? Default : stats::median(std::move(V)); }

} // namespace

Interval intervalOf(const stats::Estimate &E) {
  StringRef Method = E.Method == stats::IntervalMethod::Bca              ? "bca-bootstrap"
                     : E.Method == stats::IntervalMethod::OrderStatistic ? "order-statistic"
                                                                         : "none";
  return {E.Median, E.Low, E.High, E.Coverage, Method.str(), static_cast<unsigned>(E.Count)};
}

namespace {

class Judge {
public:
  Judge(Report &R, Kernel &K) : E(R.Machine), K(K), StructureOnly(R.StructureOnly) {}

  void run() {
    K.Results.clear();
    // Processes first: they say what the machine gives this kernel when nothing is shared.
    for (bool Processes : {true, false})
      for (Series &S : K.AllSeries)
        if ((S.Strategy == "processes") == Processes)
          for (unsigned N : S.Workers)
            if (N > 1 || S.Workers.size() == 1)
              K.Results.push_back(resultOf(S, N));
    for (Series &S : K.AllSeries) {
      S.Band = band(S);
      fit(S);
    }
    llvm::stable_sort(K.Results, [&](const Result &A, const Result &B) { return position(A) < position(B); });
  }

private:
  const Environment &E;
  Kernel &K;
  const bool StructureOnly;

  size_t position(const Result &R) const {
    auto At = find_if(K.AllSeries, [&](const Series &S) { return isOf(R, S); });
    return At - K.AllSeries.begin();
  }
  static bool isOf(const Result &R, const Series &S) {
    return R.Interpreter == S.Interpreter && R.Strategy == S.Strategy && R.Share == S.Share;
  }
  const Result *processes(const Result &Of) const {
    for (const Result &R : K.Results)
      if (R.Strategy == "processes" && R.Interpreter == Of.Interpreter && R.Workers == Of.Workers)
        return &R;
    return nullptr;
  }
  const Ceiling *ceiling(unsigned N) const {
    auto At = find_if(E.Ceilings, [&](const Ceiling &C) { return C.Workers == N && C.Spin > 0; });
    return At == E.Ceilings.end() ? nullptr : &*At;
  }

  Result resultOf(const Series &S, unsigned N) {
    Result R;
    R.Interpreter = S.Interpreter;
    R.Strategy = S.Strategy;
    R.Share = S.Share;
    R.Workers = N;
    R.HeldFraction = S.Shape.Held;
    R.ReleasesPerCall = S.Shape.ReleasesPerCall;
    R.Tried = S.Blocks.size();
    R.Ratios = acceptedRatios(S, N);
    R.Accepted = R.Ratios.size();
    R.Speedup = intervalOf(stats::estimateMedian(R.Ratios, E.Seed + N));
    R.Efficiency = R.Speedup.Median / N;
    if (const Ceiling *C = ceiling(N))
      R.Ceiling = C->Spin;
    shares(R, S);
    if (R.Accepted && N > 1)
      R.KarpFlatt = stats::karpFlatt(N, std::max(R.Speedup.Median, 1e-6));
    predict(R);
    decide(R, S);
    if (R.Accepted && R.Speedup.High < 0.9 && N > 1)
      R.Flags.push_back("slower than one worker");
    if (S.Shape.Disagreement > 0.05)
      R.Flags.push_back("the estimates of the held fraction disagree");
    if (S.Shape.HeldLow && S.Shape.HeldHigh && *S.Shape.HeldHigh - *S.Shape.HeldLow > UnsteadyHeld)
      R.Flags.push_back("the held fraction was not the same in all windows: from " + percent(*S.Shape.HeldLow) +
                        " to " + percent(*S.Shape.HeldHigh));
    if (S.Shape.HookCost.value_or(0) > CostlyHooks)
      R.Flags.push_back("recording takes " + percent(*S.Shape.HookCost) + " of a call");
    return R;
  }

  /// What the workers did with their time, over the accepted blocks.
  static void shares(Result &R, const Series &S) {
    std::vector<double> Gil, Lock, Blocked, Cpu, Fair, MinMax;
    for (const Block &B : S.Blocks) {
      const Run *Many = runOf(B, R.Workers), *One = runOf(B, 1);
      if (!B.Accepted || !Many || !One)
        continue;
      double Wall = sum(*Many, &WorkerRun::Wall), Whole = sum(*Many, &WorkerRun::WholeWall);
      double OneWall = sum(*One, &WorkerRun::Wall);
      auto Waits = [](const Run &X) {
        return std::max(0.0, sum(X, &WorkerRun::Wall) - sum(X, &WorkerRun::Cpu) - sum(X, &WorkerRun::RunDelay));
      };
      if (Wall <= 0 || OneWall <= 0)
        continue;
      double LockShare = sum(*Many, &WorkerRun::LockWait) / Wall;
      double Hooked = Whole > 0 ? sum(*Many, &WorkerRun::GilWait) / Whole : 0;
      double Waiting = Waits(*Many) / Wall;
      Blocked.push_back(Waiting);
      Lock.push_back(LockShare);
      // The evaluation loop's own hand-overs are not hooked: what is waited for beyond locks and the kernel's own
      // waiting is the GIL.
      double Own = Waits(*One) / OneWall;
      Gil.push_back(S.Shape.HasGil ? std::max(Hooked, Waiting - LockShare - Own) : 0);
      double Calls = sum(*Many, &WorkerRun::Iterations), OneCalls = sum(*One, &WorkerRun::Iterations);
      double OneCpu = sum(*One, &WorkerRun::Cpu);
      if (Calls > 0 && OneCalls > 0 && OneCpu > 0)
        Cpu.push_back(sum(*Many, &WorkerRun::Cpu) / Calls / (OneCpu / OneCalls));
      std::vector<double> Each;
      for (const WorkerRun &W : Many->Each)
        Each.push_back(W.Iterations);
      Fair.push_back(stats::jain(Each));
      MinMax.push_back(stats::minToMax(Each));
    }
    R.GilWaitShare = std::max(0.0, medianOr(Gil, 0));
    R.LockWaitShare = std::min(1.0, medianOr(Lock, 0)); // waits for critical sections are estimated from samples
    R.BlockedShare = medianOr(Blocked, 0);
    R.CpuPerCallRatio = medianOr(Cpu, 1);
    R.Jain = medianOr(Fair, 1);
    R.MinToMax = medianOr(MinMax, 1);
  }

  /// Amdahl's law from the next smaller number of workers.
  void predict(Result &R) {
    const Result *Smaller = nullptr;
    for (const Result &Other : K.Results)
      if (Other.Interpreter == R.Interpreter && Other.Strategy == R.Strategy && Other.Share == R.Share &&
          Other.Workers < R.Workers && Other.KarpFlatt && (!Smaller || Other.Workers > Smaller->Workers))
        Smaller = &Other;
    if (Smaller)
      R.Predicted = stats::amdahl(std::clamp(*Smaller->KarpFlatt, 0.0, 1.0), R.Workers);
  }

  void decide(Result &R, const Series &S) {
    auto Say = [&](StringRef Verdict, std::string Evidence) {
      R.Verdict = Verdict.str();
      R.Evidence = std::move(Evidence);
    };
    if (S.Failed && S.Failed->Kind == "import-refused")
      return Say("import refused", S.Failed->Text);
    if (S.Import.Tried && !S.Import.GilBefore && S.Import.GilAfter)
      return Say("re-enabled the GIL",
                 S.Import.Warnings.empty() ? "the import switched the GIL on" : S.Import.Warnings[0]);
    if (S.Failed) {
      std::string Text = S.Failed->Text;
      if (S.Failed->Workers > 1)
        Text += " (with " + std::to_string(S.Failed->Workers) + " workers)";
      else if (!S.Failed->Stage.empty() && S.Failed->Stage != "call")
        Text += " (during " + S.Failed->Stage + ")";
      return Say(verdictOf(S.Failed->Kind), Text);
    }
    if (R.Workers < 2)
      return Say("not compared", "only one worker was asked for");
    if (StructureOnly)
      return Say("not compared", "speed-ups were not asked for" + limitInWords(S, R.Workers));
    Target T = target(R);
    bool Scales = R.Accepted >= LeastAccepted && R.Speedup.Low >= T.Limit;
    if (!Scales && S.Shape.HasGil && !S.Shape.Held && !S.Shape.Observable)
      return Say("not observable", S.Shape.WhyNot.empty() ? "nothing shows how long the GIL is held" : S.Shape.WhyNot);
    if (R.Accepted < LeastAccepted)
      return Say("inconclusive", tooFew(R, S));
    if (R.Workers > E.Used.size() && !E.Used.empty())
      return Say("over-subscribed", std::to_string(R.Workers) + " workers on " + std::to_string(E.Used.size()) +
                                        (E.Used.size() == 1 ? " processor" : " processors"));
    if (Scales)
      return Say("scales", formatv("{0} reach {1:f2} times one, {2}{3}", R.Workers, R.Speedup.Median, T.Text,
                                   S.Shape.Held.value_or(0) > SomeHeld ? limitInWords(S) : ""));
    if (R.Speedup.High >= T.Limit)
      return Say("inconclusive", formatv("the interval {0:f2} to {1:f2} has the limit {2:f2} inside", R.Speedup.Low,
                                         R.Speedup.High, T.Limit));
    cause(R, S, Say);
  }

  struct Target {
    double Limit;
    std::string Text;
  };
  Target target(const Result &R) const {
    double Best = R.Ceiling > 0 ? R.Ceiling : R.Workers;
    std::string Text =
        R.Ceiling > 0 ? formatv("native threads {0:f2}", R.Ceiling).str() : "no native ceiling was measured";
    const Result *P = R.Strategy == "processes" ? nullptr : processes(R);
    if (P && P->Accepted >= LeastAccepted && P->Speedup.Median < Best) {
      Best = P->Speedup.Median;
      Text = formatv("processes {0:f2}", Best);
    }
    return {ScalesFrom * Best, Text};
  }

  static std::string tooFew(const Result &R, const Series &S) {
    std::map<std::string, unsigned> Reasons;
    for (const Block &B : S.Blocks)
      if (!B.Accepted)
        ++Reasons[StringRef(B.Rejected).split(": ").second.split(": ").first.str()];
    std::string Text =
        R.Tried ? formatv("{0} of {1} blocks were quiet, {2} are needed", R.Accepted, R.Tried, LeastAccepted).str()
                : "the budget was used up before the first block";
    auto Most = max_element(Reasons, [](auto &A, auto &B) { return A.second < B.second; });
    if (Most != Reasons.end())
      Text += "; " + Most->first;
    return Text + limitInWords(S, R.Workers);
  }

  /// Two workers that hold the GIL half of their time may take turns and reach 2; no number of workers reaches more.
  /// Told when it lies below Workers; without them always.
  static std::string limitInWords(const Series &S, unsigned Workers = UINT_MAX) {
    if (!S.Shape.HasGil || !S.Shape.Held || *S.Shape.Held * Workers <= 1)
      return {};
    return formatv("; {0}: more than {1:f1} times one worker cannot be reached", heldInWords(S.Shape),
                   1 / *S.Shape.Held);
  }

  template <typename F> void cause(Result &R, const Series &S, F Say) {
    const Structure &H = S.Shape;
    double Held = H.HasGil && H.Held ? *H.Held : 0;
    double HandOver = H.HasGil && H.CallSeconds > 0 ? H.ReleasesPerCall * E.HandOverSeconds / H.CallSeconds : 0;
    const Result *P = R.Strategy == "processes" ? nullptr : processes(R);
    if (Held >= AllHeld)
      return Say("serialised by the GIL", heldInWords(H));
    if (Held > SomeHeld && R.GilWaitShare > GilWaitFrom)
      return Say("partly serialised by the GIL",
                 heldInWords(H) + ", workers wait for it " + percent(R.GilWaitShare) + " of the time");
    if (HandOver > HandOverFrom)
      return Say("hand-over bound",
                 formatv("releases the GIL {0:f0} times per call, every {1:f1} us; handing it over takes "
                         "this machine {2:f1} us",
                         H.ReleasesPerCall, H.RoundSeconds * 1e6, E.HandOverSeconds * 1e6));
    if (R.LockWaitShare > LockWaitFrom)
      return Say("serialised by its own lock",
                 "workers wait " + percent(R.LockWaitShare) + " of the time for locks that the module takes itself");
    bool Dearer = R.CpuPerCallRatio >= SharedDataFrom && R.BlockedShare < 0.1;
    bool ProcessesKnown = P && P->Accepted >= LeastAccepted;
    // Not whether processes scale: what one call costs them is known more exactly than how many get through.
    if (Dearer && ProcessesKnown && P->CpuPerCallRatio < std::min(SharedDataFrom, (1 + R.CpuPerCallRatio) / 2))
      return Say("shared data", formatv("a call needs {0:f1} times the processor time that it needs alone, without "
                                        "waiting; in processes {1:f1} times: the workers write to the same memory",
                                        R.CpuPerCallRatio, P->CpuPerCallRatio));
    const Ceiling *C = ceiling(R.Workers);
    bool StreamFalls = C && C->Stream > 0 && C->Stream < ScalesFrom * R.Workers;
    bool ProcessesFall = R.Strategy == "processes" || (ProcessesKnown && P->Verdict != "scales");
    if (StreamFalls && ProcessesFall && E.Used.size() > 2)
      return Say(
          "memory bound",
          formatv("processes do not scale either, and native threads that stream memory reach {0:f2}", C->Stream));
    std::string Text = "no cause was found: " + (H.Held ? heldInWords(H) + ", " : std::string()) + "lock wait " +
                       percent(R.LockWaitShare) +
                       formatv(", {0:f2} times the processor time per call", R.CpuPerCallRatio).str();
    if (Dearer && !ProcessesKnown)
      Text += "; whether processes need that, too, would tell shared data from memory bandwidth, and was not measured";
    Say("does not scale", Text);
  }

  void fit(Series &S) const {
    S.Fits.clear();
    std::vector<stats::Curve> Curves;
    for (const Block &B : S.Blocks) {
      const Run *One = runOf(B, 1);
      if (!B.Accepted || !One || One->rate() <= 0)
        continue;
      stats::Curve Points;
      for (unsigned N : S.Workers)
        // Beyond the processors at hand the machine bends the curve, not the kernel.
        if (const Run *Many = N <= E.Used.size() ? runOf(B, N) : nullptr)
          Points.push_back({double(N), Many->rate() / One->rate()});
      Curves.push_back(std::move(Points));
    }
    if (Curves.empty())
      return;
    auto Add = [&](StringRef Law, StringRef Name, const auto &F, const stats::Parameter &P) {
      S.Fits.push_back({Law.str(), Name.str(), F.Identifiable, F.Why, P.Value, P.Low, P.High});
    };
    stats::AmdahlFit Amdahl = stats::fitAmdahl(Curves, E.Seed);
    stats::UslFit Usl = stats::fitUsl(Curves, E.Seed);
    Add("amdahl", "serial", Amdahl, Amdahl.Serial);
    Add("usl", "sigma", Usl, Usl.Sigma);
    Add("usl", "kappa", Usl, Usl.Kappa);
  }

  std::optional<BandAt> band(const Series &S) const {
    const Structure &H = S.Shape;
    if (!H.Measured || (H.HasGil && !H.Held) || S.Strategy == "processes")
      return std::nullopt;
    stats::BandInput In;
    In.HasGil = H.HasGil;
    In.Held = H.Held.value_or(0);
    In.ReleasesPerCall = H.ReleasesPerCall;
    In.CallSeconds = H.CallSeconds;
    In.HandOverSeconds = E.HandOverSeconds;
    for (const Result &R : K.Results) {
      if (!isOf(R, S))
        continue;
      In.SharedData |= R.Verdict == "shared data";
      // N workers that queue for one lock: each waits for the others, so 1 - wait is the share of one.
      if (R.Verdict == "serialised by its own lock")
        In.LockHeld = std::max(In.LockHeld, 1 / std::max(1.0, R.Speedup.Median));
    }
    stats::Band B = stats::bandAt(In);
    BandAt Result{64, B.WillNotScale, B.High, std::nullopt};
    if (B.HasLow)
      Result.Low = B.Low;
    return Result;
  }
};

} // namespace

std::vector<double> acceptedRatios(const Series &S, unsigned Workers) {
  std::vector<double> Many, One;
  for (const Block &B : S.Blocks) {
    const Run *M = runOf(B, Workers), *O = runOf(B, 1);
    if (!B.Accepted || !M || !O)
      continue;
    Many.push_back(M->rate());
    One.push_back(O->rate());
  }
  return stats::pairedRatios(Many, One);
}

void judge(Report &R) {
  for (Kernel &K : R.Kernels) {
    Judge(R, K).run();
    K.AllAdvice = R.StructureOnly ? std::vector<Advice>() : adviceFor(K, R.Machine);
  }
}

} // namespace gilray::probe
