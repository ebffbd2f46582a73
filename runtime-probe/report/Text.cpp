// See Text.h.
#include "report/Text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace gilray::probe {

using namespace llvm;

std::string bandInWords(const BandAt &B) {
  if (B.WillNotScale)
    return "will not scale";
  std::string High = formatv(B.High < 10 ? "{0:f1}" : "{0:f0}", B.High).str();
  return B.Low ? formatv("{0:f1}-{1}", *B.Low, High).str() : "<= " + High;
}

std::string replayInWords(const Replay &R) {
  std::string Text = formatv("replayed with {0} threads: ", R.Workers);
  if (!R.Accepted)
    return Text + (R.Problem.empty() ? "no quiet moment" : R.Problem);
  Text += formatv("{0:f1} times one [{1:f1}, {2:f1}], {3} of {4} quiet", R.Speedup.Median, R.Speedup.Low,
                  R.Speedup.High, R.Accepted, R.Tried);
  if (R.Stretched > 1)
    Text += formatv("; rounds {0:f0} times as long, so without what handing over costs", R.Stretched);
  return Text;
}

std::string fitsInWords(const Series &S) {
  std::vector<std::string> Parts;
  for (const Fitted &F : S.Fits)
    if (F.Identifiable)
      Parts.push_back(formatv("{0} {1:f3} [{2:f3}, {3:f3}] by {4}", F.Parameter, F.Value, F.Low, F.High, F.Law));
  return join(Parts, ", ");
}

namespace {

using Row = std::vector<std::string>;

void writeTable(const std::vector<Row> &Rows, const std::vector<std::vector<std::string>> &Under, raw_ostream &OS) {
  std::vector<size_t> Widths;
  for (const Row &R : Rows)
    for (auto [I, Cell] : enumerate(R)) {
      if (I >= Widths.size())
        Widths.push_back(0);
      Widths[I] = std::max(Widths[I], Cell.size());
    }
  for (auto [Index, R] : enumerate(Rows)) {
    std::string Line;
    for (auto [I, Cell] : enumerate(R)) {
      Line += Cell;
      Line.append(Widths[I] - Cell.size() + 2, ' ');
    }
    OS << StringRef(Line).rtrim() << '\n';
    if (Index < Under.size())
      for (const std::string &Text : Under[Index])
        OS << Text << '\n';
  }
}

std::vector<std::string> wrapped(StringRef Text, unsigned Indent, unsigned Width) {
  std::vector<std::string> Lines;
  std::string Line(Indent, ' ');
  for (StringRef Word : split(Text, ' ')) {
    if (Line.size() > Indent && Line.size() + 1 + Word.size() > Width) {
      Lines.push_back(Line);
      Line.assign(Indent, ' ');
    }
    if (Line.size() > Indent)
      Line += ' ';
    Line += Word;
  }
  Lines.push_back(Line);
  return Lines;
}

std::string handOverLoss(const Structure &S, double HandOver) {
  if (!S.HasGil || S.CallSeconds <= 0 || !S.Measured)
    return "-";
  return formatv("{0:f0} %", 100 * S.ReleasesPerCall * HandOver / S.CallSeconds);
}

const Series *seriesOf(const Kernel &K, const Result &R) {
  for (const Series &S : K.AllSeries)
    if (S.Interpreter == R.Interpreter && S.Strategy == R.Strategy && S.Share == R.Share)
      return &S;
  return nullptr;
}

void writeKernel(const Report &R, const Kernel &K, const TextOptions &O, raw_ostream &OS) {
  OS << '\n' << K.Name << "  (" << K.Module << ": " << K.Call << ")\n";
  std::vector<Row> Rows = {
      {"  interpreter", "strategy", "N", "speed-up", "efficiency", "held", "hand-over", "at 64", "blocks", "verdict"}};
  std::vector<std::vector<std::string>> Under = {{}};
  for (const Result &X : K.Results) {
    const Series *S = seriesOf(K, X);
    std::string Speedup = "-", Efficiency = "-";
    if (X.Accepted) {
      Speedup = formatv("{0:f2} [{1:f2}, {2:f2}]", X.Speedup.Median, X.Speedup.Low, X.Speedup.High);
      Efficiency = formatv("{0:f0} %", X.Efficiency * 100);
    }
    Rows.push_back({"  " + X.Interpreter, X.Strategy + (X.Share == "own" ? "" : " (shared " + X.Share + ")"),
                    std::to_string(X.Workers), Speedup, Efficiency,
                    X.HeldFraction ? formatv("{0:f0} %", *X.HeldFraction * 100).str() : "-",
                    S ? handOverLoss(S->Shape, R.Machine.HandOverSeconds) : "-",
                    S && S->Band ? bandInWords(*S->Band) : "-",
                    std::to_string(X.Accepted) + "/" + std::to_string(X.Tried), X.Verdict});
    auto Lines = wrapped(X.Evidence, 6, O.Width);
    for (const std::string &Flag : X.Flags)
      Lines.push_back("      flag: " + Flag);
    if (S && S->Replayed)
      Lines.push_back("      " + replayInWords(*S->Replayed));
    if (S && X.Workers == S->Workers.back())
      if (std::string Fits = fitsInWords(*S); !Fits.empty())
        Lines.push_back("      " + Fits);
    if (S)
      for (const std::string &Note : S->Notes)
        Lines.push_back("      note: " + Note);
    Under.push_back(std::move(Lines));
  }
  writeTable(Rows, Under, OS);
  for (const Advice &A : K.AllAdvice) {
    OS << "  " << A.Interpreter << ":\n";
    for (const std::string &Sentence : A.Text)
      for (auto [I, Line] : enumerate(wrapped(Sentence, 6, O.Width)))
        OS << (I ? Line : "    - " + Line.substr(6)) << '\n';
  }
  for (const Checked &E : K.Expectations)
    OS << "  expected " << E.Text << ": " << E.Outcome << " (" << E.Why << ")\n";
}

} // namespace

void writeText(const Report &R, const TextOptions &O, raw_ostream &OS) {
  const Environment &E = R.Machine;
  OS << "gilray probe: " << E.CpuModel << ", " << E.CpuChoice << "; quiet " << formatv("{0:f0} %", E.QuietShare * 100)
     << " of the time; seed " << E.Seed << '\n';
  for (const InterpreterFacts &I : E.Interpreters)
    OS << "  " << I.Id << ": "
       << (I.Problem.empty() ? "CPython " + I.Release + (I.FreeThreaded ? ", free-threaded" : "") +
                                   (I.FreeThreaded && I.GilEnabled ? " with the GIL on" : "") + ", " + I.Python
                             : I.Problem)
       << '\n';
  for (const Kernel &K : R.Kernels)
    writeKernel(R, K, O, OS);
  bool HasBand = any_of(R.Kernels, [](const Kernel &K) {
    return any_of(K.AllSeries, [](const Series &S) { return S.Band && !S.Band->WillNotScale; });
  });
  OS << '\n';
  if (HasBand)
    OS << "The bounds at 64 workers come from the time with the GIL alone: memory bandwidth, NUMA, hyper-threads and "
          "clock "
          "frequencies are not in them.\n";
  for (const std::string &N : R.Notes)
    OS << "note: " << N << '\n';
  if (R.Interrupted)
    OS << "Interrupted: this is what had been measured by then.\n";
}

} // namespace gilray::probe
