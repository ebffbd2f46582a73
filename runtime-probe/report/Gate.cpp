// See Gate.h.
#include "report/Gate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <set>

namespace gilray::probe {

using namespace llvm;

namespace {

constexpr unsigned LeastAccepted = 5;
/// A limit above this share of what the machine itself reaches cannot be asked for.
constexpr double MostOfCeiling = 0.85;

struct Outcome {
  StringRef Word;
  std::string Why;
};
Outcome pass(std::string Why) { return {"pass", std::move(Why)}; }
Outcome fail(std::string Why) { return {"fail", std::move(Why)}; }
Outcome inconclusive(std::string Why) { return {"inconclusive", std::move(Why)}; }

bool holds(const Comparison &C, double Value) { return C.AtMost ? Value <= C.Limit : Value >= C.Limit; }

/// Fails before passes before nothing known: one expectation may be about several series.
Outcome worst(const std::vector<Outcome> &All) {
  for (StringRef Word : {"fail", "inconclusive", "pass"})
    for (const Outcome &O : All)
      if (O.Word == Word)
        return O;
  return inconclusive("nothing was measured that this is about");
}

std::string where(const Series &S) { return S.Interpreter + ", " + S.Strategy; }

/// A series that did not get far enough fails whatever was expected of its figures: a kernel that crashes holds no
/// limit.
bool brokeDown(const Series &S, std::vector<Outcome> &Into) {
  if (!S.Failed)
    return false;
  static const std::set<std::string> NotTheKernel = {"interrupted", "not-available"};
  std::string Why = where(S) + ": " + S.Failed->Kind + ", " + S.Failed->Text;
  Into.push_back(NotTheKernel.count(S.Failed->Kind) ? inconclusive(Why) : fail(Why));
  return true;
}

Outcome heldOrLocks(const Expectation &E, const Kernel &K) {
  std::vector<Outcome> All;
  for (const Series &S : K.AllSeries) {
    // What is held matters where workers have one GIL to share.
    if (S.Strategy != "threads" || brokeDown(S, All))
      continue;
    const Structure &H = S.Shape;
    if (!H.Measured)
      continue;
    if (E.What == Expectation::LockWait) {
      bool Ok = holds(E.Limit, H.PairLockWait);
      All.push_back({Ok ? "pass" : "fail", formatv("{0}: two workers wait for locks {1:f0} % of their time", where(S),
                                                   H.PairLockWait * 100)});
      continue;
    }
    if (E.What == Expectation::ReleasesPerCall) {
      if (!H.Observable)
        All.push_back(inconclusive(where(S) + ": " + H.WhyNot));
      else
        All.push_back({holds(E.Limit, H.ReleasesPerCall) ? "pass" : "fail",
                       formatv("{0}: {1:f1} releases per call", where(S), H.ReleasesPerCall)});
      continue;
    }
    if (!H.HasGil)
      continue;
    std::string Why =
        H.Held ? formatv("{0}: held {1:f0} % of the call", where(S), *H.Held * 100).str() : where(S) + ": " + H.WhyNot;
    if (!H.Held)
      All.push_back(inconclusive(Why));
    else if (H.Disagreement > 0.05 && !H.Observable)
      All.push_back(inconclusive(Why + ", but the estimates disagree"));
    else if (!holds(E.Limit, *H.Held) &&
             (holds(E.Limit, H.HeldLow.value_or(*H.Held)) || holds(E.Limit, H.HeldHigh.value_or(*H.Held))))
      All.push_back(inconclusive(Why + formatv(", from {0:f0} % to {1:f0} %: the limit is inside",
                                               H.HeldLow.value_or(*H.Held) * 100, H.HeldHigh.value_or(*H.Held) * 100)
                                           .str()));
    else
      All.push_back({holds(E.Limit, *H.Held) ? "pass" : "fail", Why});
  }
  return worst(All);
}

Outcome import(const Expectation &E, const Kernel &K) {
  std::vector<Outcome> All;
  for (const Series &S : K.AllSeries) {
    if (E.How ? S.Strategy != strategyName(*E.How) : S.Interpreter != E.Interpreter || S.Strategy != "threads")
      continue;
    const ImportFacts &I = S.Import;
    bool Refused = S.Failed && S.Failed->Kind == "import-refused";
    if (!I.Tried && !Refused) {
      if (!brokeDown(S, All))
        All.push_back(inconclusive(where(S) + ": no import was tried"));
      continue;
    }
    std::string Error = Refused ? S.Failed->Text : "";
    bool SwitchedOn = !I.GilBefore && I.GilAfter;
    switch (E.State) {
    case Expectation::Accepted:
      All.push_back(Refused ? fail(where(S) + ": " + Error) : pass(where(S) + ": imported"));
      break;
    case Expectation::Refused:
      All.push_back(Refused ? pass(where(S) + ": " + Error) : fail(where(S) + ": imported"));
      break;
    case Expectation::KeepsGilOff:
      if (Refused)
        All.push_back(fail(where(S) + ": " + Error));
      else if (I.GilBefore)
        All.push_back(inconclusive(where(S) + ": the GIL was on before the import"));
      else
        All.push_back(SwitchedOn ? fail(where(S) + ": the import switched the GIL on")
                                 : pass(where(S) + ": the GIL stayed off"));
    }
  }
  return worst(All);
}

/// Verdicts that name a cause: with one of them a low speed-up is no accident of the machine.
bool namesCause(StringRef Verdict) {
  return is_contained({"serialised by the GIL", "partly serialised by the GIL", "hand-over bound",
                       "serialised by its own lock", "shared data", "re-enabled the GIL"},
                      Verdict);
}

Outcome speedup(const Expectation &E, const Kernel &K) {
  std::vector<Outcome> All;
  for (const Series &S : K.AllSeries) {
    if (S.Strategy != strategyName(*E.How) || (!E.Interpreter.empty() && S.Interpreter != E.Interpreter))
      continue;
    if (brokeDown(S, All))
      continue;
    for (const Result &R : K.Results) {
      if (R.Interpreter != S.Interpreter || R.Strategy != S.Strategy || R.Share != S.Share || R.Workers != E.Workers)
        continue;
      std::string Why =
          formatv("{0}: {1:f2} [{2:f2}, {3:f2}]", where(S), R.Speedup.Median, R.Speedup.Low, R.Speedup.High);
      double Far = E.Limit.AtMost ? R.Speedup.High : R.Speedup.Low,
             Near = E.Limit.AtMost ? R.Speedup.Low : R.Speedup.High;
      if (R.Accepted < LeastAccepted)
        All.push_back(inconclusive(where(S) + ": " + R.Evidence));
      else if (holds(E.Limit, Far))
        All.push_back(pass(Why));
      else if (!E.Limit.AtMost && R.Ceiling > 0 && E.Limit.Limit > MostOfCeiling * R.Ceiling)
        All.push_back(
            inconclusive(Why + formatv("; this machine reaches {0:f2} with native threads: ask for {1:f2} at most",
                                       R.Ceiling, MostOfCeiling * R.Ceiling)
                                   .str()));
      else if (holds(E.Limit, Near))
        All.push_back(inconclusive(Why + ": the limit is inside the interval"));
      else if (!E.Limit.AtMost && !namesCause(R.Verdict))
        All.push_back(inconclusive(Why + ", but nothing shows why: " + R.Evidence));
      else
        All.push_back(fail(Why + ": " + R.Verdict + ", " + R.Evidence));
    }
  }
  return worst(All);
}

/// The bound follows from structure alone, so no load changes it.
Outcome bound(const Expectation &E, const Kernel &K) {
  std::vector<Outcome> All;
  for (const Series &S : K.AllSeries) {
    if (S.Strategy != "threads" || brokeDown(S, All) || !S.Shape.HasGil || !S.Shape.Measured)
      continue;
    if (!S.Shape.Held) {
      All.push_back(inconclusive(where(S) + ": " + S.Shape.WhyNot));
      continue;
    }
    double Most = *S.Shape.Held > 0 ? std::min<double>(E.Workers, 1 / *S.Shape.Held) : E.Workers;
    All.push_back({holds(E.Limit, Most) ? "pass" : "fail",
                   formatv("{0}: held {1:f0} % of the call, so at most {2:f1} with {3} workers", where(S),
                           *S.Shape.Held * 100, Most, E.Workers)});
  }
  return worst(All);
}

Outcome judgeOne(const Expectation &E, const Kernel &K) {
  switch (E.What) {
  case Expectation::GilHeld:
  case Expectation::ReleasesPerCall:
  case Expectation::LockWait:
    return heldOrLocks(E, K);
  case Expectation::Import:
    return import(E, K);
  case Expectation::Speedup:
    return speedup(E, K);
  case Expectation::Bound:
    return bound(E, K);
  }
  llvm_unreachable("all expectations are judged");
}

} // namespace

void judgeExpectations(const Spec &S, Report &R) {
  for (const KernelSpec &Asked : S.Kernels)
    for (Kernel &K : R.Kernels) {
      if (K.Name != Asked.Name)
        continue;
      K.Expectations.clear();
      for (const Expectation &E : Asked.Expect) {
        Outcome O = judgeOne(E, K);
        K.Expectations.push_back({E.Text, O.Word.str(), O.Why, E.Line});
      }
    }
}

int gateStatus(const Report &R, bool Strict) {
  bool Failed = false, Open = false;
  for (const Kernel &K : R.Kernels)
    for (const Checked &E : K.Expectations) {
      Failed |= E.Outcome == "fail";
      Open |= E.Outcome == "inconclusive";
    }
  return Failed ? 1 : Open && Strict ? 3 : 0;
}

} // namespace gilray::probe
