// See Join.h.
//
// A kernel exercises a finding when it spent time in the function of the finding, gave the GIL up there, or calls what
// the manifest says leads there. Times are those of one worker alone, which no load of the machine changes.
#include "report/Join.h"
#include "report/Model.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include <cmath>

namespace gilray::report {

using namespace llvm;

StringRef outcomeName(Outcome O) {
  switch (O) {
  case Outcome::NotMeasurable:
    return "not measurable";
  case Outcome::NotExercised:
    return "not exercised";
  case Outcome::Contradicted:
    return "contradicted";
  case Outcome::Confirmed:
    return "confirmed";
  }
  llvm_unreachable("all outcomes have a name");
}

Expected<WaysFromPython> readManifest(StringRef Text, StringRef Name) {
  auto V = json::parse(Text);
  if (!V)
    return createStringError(Name + ": " + toString(V.takeError()));
  const json::Object *Root = V->getAsObject();
  const json::Array *Kernels = Root ? Root->getArray("kernels") : nullptr;
  if (!Kernels || Root->getInteger("schema_version") != 1)
    return createStringError(Name + ": not a manifest of 'gilray check --kernels FILE'");
  WaysFromPython Ways;
  for (const json::Value &KV : *Kernels) {
    const json::Object *K = KV.getAsObject();
    const json::Array *Found = K ? K->getArray("findings") : nullptr;
    const json::Array *Python = K ? K->getArray("python") : nullptr;
    if (!Found || !Python)
      continue;
    for (const json::Value &F : *Found)
      for (const json::Value &P : *Python)
        if (const json::Object *Way = P.getAsObject())
          Ways[F.getAsString().value_or("")].push_back(Way->getString("name").value_or("").str());
  }
  return Ways;
}

namespace {

constexpr double Worth = 0.05; ///< a share of the call below this is nothing that a release would gain
constexpr unsigned Many = 64;  ///< workers for which bounds are told

enum class Claim : uint8_t {
  None,
  HoldsGil,        ///< time is spent attached there, computing
  WaitsAttached,   ///< time is spent attached there, waiting or computing in a call
  ReleasesOften,   ///< the GIL is given up so often that it costs more than it brings
  EnablesGil,      ///< importing the module switches the GIL on
  Deadlocks,       ///< threads may wait for each other there
  RefusesIsolation ///< the module cannot be imported where interpreters have a GIL each
};

Claim claimOf(const CheckInfo &Check) {
  static constexpr std::pair<std::string_view, Claim> Claims[] = {
      {"long-loop-attached", Claim::HoldsGil},
      {"blocking-call-attached", Claim::WaitsAttached},
      {"blocking-wait-attached", Claim::WaitsAttached},
      {"inconsistent-release", Claim::WaitsAttached},
      {"release-in-hot-loop", Claim::ReleasesOften},
      {"missing-gil-slot", Claim::EnablesGil},
      {"missing-interpreters-slot", Claim::RefusesIsolation},
  };
  for (const auto &[Name, C] : Claims)
    if (Name == Check.Name)
      return C;
  return Check.Group == "locks" ? Claim::Deadlocks : Claim::None;
}

std::string percent(double Share) {
  bool Small = Share < 0.095 && Share >= 0.0005;
  return (Small ? formatv("{0:f1} %", Share * 100) : formatv("{0:f0} %", Share * 100)).str();
}

/// What Held allows at Many workers: the rest of them waits.
std::string bound(double Held) {
  double Times = std::min<double>(Many, 1 / std::max(Held, 1.0 / Many));
  return (Times < 9.95 ? formatv("{0:f1}", Times) : formatv("{0:f0}", Times)).str();
}

/// "mod::f(int)" and "mod::f" are one function; so is "f.constprop.0".
StringRef bareName(StringRef Function) { return Function.split('(').first.split('.').first; }

bool sameFile(StringRef A, StringRef B) { return !A.empty() && sys::path::filename(A) == sys::path::filename(B); }

bool inFunction(const probe::CodeShare &C, const Finding &F) {
  StringRef Measured = bareName(C.Function), Found = bareName(F.Function);
  bool SameName = !Found.empty() && (Measured == Found || Measured.ends_with(("::" + Found).str()));
  return SameName && (C.File.empty() || sameFile(C.File, F.Where.File));
}

class Judge {
public:
  Judge(const Finding &F, Claim C, ArrayRef<std::string> Ways) : F(F), C(C), Ways(Ways) {}

  void look(const probe::Kernel &K, const probe::Series &S) {
    Measured M;
    M.Kernel = K.Name + " (" + S.Interpreter + ", " + S.Strategy + ")";
    if (F.Check->Group == "locks")
      deadlocks(K, S, M);
    switch (M.Is == Outcome::Confirmed ? Claim::Deadlocks : C) {
    case Claim::None:
      return;
    case Claim::Deadlocks:
      break;
    case Claim::HoldsGil:
    case Claim::WaitsAttached:
      held(K, S, M);
      break;
    case Claim::ReleasesOften:
      releases(K, S, M);
      break;
    case Claim::EnablesGil:
      enablesGil(K, S, M);
      break;
    case Claim::RefusesIsolation:
      refuses(K, S, M);
      break;
    }
    if (M.Is > Best.Is)
      Best = std::move(M);
  }

  Measured take() {
    if (Best.Is == Outcome::NotMeasurable && C != Claim::None) {
      Best = {Outcome::NotExercised, "", "no kernel of the probe run comes here", ""};
      if (C == Claim::EnablesGil)
        Best.Evidence = "the probe did not import the module in a free-threaded Python";
      if (C == Claim::RefusesIsolation)
        Best.Evidence = "the probe did not import the module in an interpreter with a GIL of its own";
    }
    return std::move(Best);
  }

private:
  const Finding &F;
  Claim C;
  ArrayRef<std::string> Ways;
  Measured Best;

  static bool names(StringRef Code, StringRef Name) {
    auto IsWord = [](char X) { return isAlnum(X) || X == '_'; };
    for (size_t At = Code.find(Name); At != StringRef::npos && !Name.empty(); At = Code.find(Name, At + 1)) {
      size_t End = At + Name.size();
      if ((At == 0 || !IsWord(Code[At - 1])) && (End == Code.size() || !IsWord(Code[End])))
        return true;
    }
    return false;
  }

  bool calledByName(const probe::Kernel &K) const {
    return any_of(Ways, [&](const std::string &W) { return K.Name == W || names(K.Call, W); });
  }
  bool exercised(const probe::Kernel &K, const probe::Structure &S) const {
    auto Here = [&](const probe::CodeShare &X) { return inFunction(X, F); };
    return any_of(S.HeldAt, Here) || any_of(S.ReleasedAt, Here) || calledByName(K);
  }
  /// "package._ext" and "_ext": the source does not say in which package the module is.
  bool aboutModule(const probe::Kernel &K) const {
    auto Last = [](StringRef Name) { return Name.drop_front(Name.rfind('.') + 1); };
    return !F.Module.empty() && Last(F.Module) == Last(K.Module);
  }

  void held(const probe::Kernel &K, const probe::Series &Ser, Measured &M) const {
    const probe::Structure &S = Ser.Shape;
    if (!S.Measured || !S.HasGil || !S.Held || !exercised(K, S))
      return;
    // Samples are taken in processor time: they do not see what waits. Held in wall time does.
    double Sampled = 0, Waited = 0;
    for (const probe::CodeShare &X : S.HeldAt)
      if (inFunction(X, F) && (C == Claim::HoldsGil || covers(X.Line)))
        Sampled += X.Share;
    bool Wall = S.HeldClock == "wall";
    if (Wall && C == Claim::WaitsAttached)
      Waited = std::max(0.0, *S.Held - S.CpuShare);
    double Share = std::min(*S.Held, Sampled * (Wall ? S.CpuShare : 1) + Waited);
    M.Evidence = "the GIL is held for " + percent(*S.Held) + " of a call";
    if (Share >= Worth) {
      M.Is = Outcome::Confirmed;
      M.Evidence += Waited > Share / 2 ? ", waiting for " + percent(Waited) + " of it"
                                       : ", " + percent(Share) + " of the call in '" + bareName(F.Function).str() + "'";
      M.Gain = formatv("{0} workers reach at most {1} times one worker now, {2} times if it is released", Many,
                       bound(*S.Held), bound(*S.Held - Share))
                   .str();
      return;
    }
    double N = S.PcSamples, Chance = N > 0 ? 2 * std::sqrt(Share * (1 - Share) / N) + 3 / N : 1;
    if (*S.Held < Worth || Share + Chance < Worth) {
      M.Is = Outcome::Contradicted;
      M.Evidence += *S.Held < Worth ? std::string("; there is next to nothing to gain")
                                    : ", but only for " + percent(Share) + " of it here";
      return;
    }
    M.Is = Outcome::NotExercised;
    M.Evidence = formatv("the kernel comes here, but {0} samples are too few to tell; run it longer", S.PcSamples);
  }

  bool covers(unsigned Line) const { return Line >= F.Where.Line && Line <= std::max(F.Where.Line, F.Where.EndLine); }

  /// That it did not happen proves nothing: two threads have to come at the wrong moment.
  void deadlocks(const probe::Kernel &K, const probe::Series &S, Measured &M) const {
    if (!calledByName(K) && !exercised(K, S.Shape))
      return;
    bool Stuck = S.Failed && S.Failed->Kind == "deadlocked";
    M.Is = Stuck ? Outcome::Confirmed : Outcome::NotExercised;
    M.Evidence = Stuck ? "the kernel deadlocked: " + S.Failed->Text
                       : "the kernel comes here and did not deadlock, which proves nothing";
  }

  void releases(const probe::Kernel &K, const probe::Series &Ser, Measured &M) const {
    const probe::Structure &S = Ser.Shape;
    if (!S.Measured || !S.HasGil || S.CallSeconds <= 0 || !exercised(K, S))
      return;
    double Here = 0;
    for (const probe::CodeShare &X : S.ReleasedAt)
      if (inFunction(X, F))
        Here += X.Share;
    double PerCall = S.ReleasesPerCall, Round = PerCall > 0 ? S.CallSeconds / PerCall : S.CallSeconds;
    M.Evidence = formatv("the GIL is given up {0:f1} times per call, every {1:f1} us", PerCall, Round * 1e6);
    bool Bound = any_of(K.Results, [&](const probe::Result &X) {
      return X.Interpreter == Ser.Interpreter && X.Strategy == Ser.Strategy && X.Verdict == "hand-over bound";
    });
    // A hand-over to another thread takes some five microseconds: rounds that are shorter are lost to it.
    if (Bound || (PerCall >= 10 && Round < 20e-6 && Here > 0.1))
      M.Is = Outcome::Confirmed;
    else if (PerCall < 2 || Round > 200e-6)
      M.Is = Outcome::Contradicted;
    else
      M.Is = Outcome::NotExercised;
    if (Bound)
      M.Evidence += "; handing it over takes longer than the work";
  }

  void enablesGil(const probe::Kernel &K, const probe::Series &S, Measured &M) const {
    if (!aboutModule(K) || !S.Import.Tried || S.Import.GilBefore)
      return;
    M.Is = S.Import.GilAfter ? Outcome::Confirmed : Outcome::Contradicted;
    M.Evidence = S.Import.GilAfter ? "importing the module switched the GIL on" : "the GIL stayed off after the import";
  }

  void refuses(const probe::Kernel &K, const probe::Series &S, Measured &M) const {
    // A Python that has no such interpreters fails before it imports anything there.
    bool HasNone = S.Failed && S.Failed->Stage == "interpreter" && S.Import.Accepted;
    if (!aboutModule(K) || S.Strategy != "own-gil" || !S.Import.Tried || HasNone)
      return;
    M.Is = S.Import.Accepted ? Outcome::Contradicted : Outcome::Confirmed;
    M.Evidence = S.Import.Accepted ? "the import was accepted" : "the import was refused: " + S.Import.Error;
  }
};

void addKernels(Report &R, const probe::Report &Probe) {
  for (const probe::Kernel &K : Probe.Kernels)
    for (const probe::Series &S : K.AllSeries) {
      MeasuredKernel M{K.Name, S.Interpreter, S.Strategy};
      for (const probe::Result &X : K.Results)
        if (X.Interpreter == S.Interpreter && X.Strategy == S.Strategy && X.Share == S.Share)
          M.Verdict = X.Verdict, M.Evidence = X.Evidence; // the last has the most workers
      if (S.Shape.Measured && S.Shape.Held)
        M.Held = percent(*S.Shape.Held);
      std::string Label = K.Name + " (" + S.Interpreter + ", " + S.Strategy + ")";
      for (size_t I = 0; I < R.Measurements.size(); ++I)
        if (R.Measurements[I].Kernel == Label)
          M.Findings.push_back(I);
      R.Kernels.push_back(std::move(M));
    }
}

} // namespace

void join(Report &R, const probe::Report &Probe, const WaysFromPython &Ways) {
  R.HasProbe = true;
  R.Measurements.clear();
  for (const Finding &F : R.Findings) {
    auto Known = Ways.find(F.Fingerprint);
    Judge J(F, claimOf(*F.Check), Known == Ways.end() ? ArrayRef<std::string>() : ArrayRef<std::string>(Known->second));
    for (const probe::Kernel &K : Probe.Kernels)
      for (const probe::Series &S : K.AllSeries)
        J.look(K, S);
    R.Measurements.push_back(J.take());
  }
  addKernels(R, Probe);
}

} // namespace gilray::report
