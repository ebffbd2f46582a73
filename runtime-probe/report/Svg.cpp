// See Svg.h.
#include "report/Svg.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace gilray::probe {

using namespace llvm;

std::string htmlEscape(StringRef Text) {
  std::string Result;
  raw_string_ostream OS(Result);
  printHTMLEscaped(Text, OS);
  return Result;
}

namespace {

constexpr double Width = 340, Height = 190, Left = 34, Bottom = 26, Top = 8, Right = 8;

struct Axes {
  double MaxX, MaxY;
  double x(double N) const { return Left + (Width - Left - Right) * (MaxX > 1 ? (N - 1) / (MaxX - 1) : 0); }
  double y(double S) const { return Height - Bottom - (Height - Bottom - Top) * (S / MaxY); }
};

void line(raw_ostream &OS, double X1, double Y1, double X2, double Y2, StringRef Class) {
  OS << formatv("<line x1=\"{0:f1}\" y1=\"{1:f1}\" x2=\"{2:f1}\" y2=\"{3:f1}\" class=\"{4}\"/>", X1, Y1, X2, Y2, Class);
}
void text(raw_ostream &OS, double X, double Y, StringRef Anchor, const Twine &T) {
  OS << formatv("<text x=\"{0:f1}\" y=\"{1:f1}\" text-anchor=\"{2}\">{3}</text>", X, Y, Anchor, htmlEscape(T.str()));
}

} // namespace

void writeSpeedupChart(const Kernel &K, const Environment &E, raw_ostream &OS) {
  double MaxN = 2, MaxS = 2;
  for (const Result &R : K.Results) {
    MaxN = std::max<double>(MaxN, R.Workers);
    MaxS = std::max({MaxS, R.Speedup.High, double(R.Workers)});
  }
  Axes A{MaxN, MaxS * 1.05};
  OS << formatv("<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"speed-up by number of workers\">", Width,
                Height);
  line(OS, Left, A.y(0), Width - Right, A.y(0), "axis");
  line(OS, Left, A.y(0), Left, Top, "axis");
  unsigned Step = MaxS > 16 ? 8 : MaxS > 6 ? 2 : 1;
  for (unsigned S = Step; S <= MaxS; S += Step) {
    line(OS, Left, A.y(S), Width - Right, A.y(S), "grid");
    text(OS, Left - 5, A.y(S) + 4, "end", Twine(S));
  }
  std::vector<unsigned> Counts = {1};
  for (const Result &R : K.Results)
    if (!is_contained(Counts, R.Workers))
      Counts.push_back(R.Workers);
  for (unsigned N : Counts)
    text(OS, A.x(N), Height - 8, N == MaxN ? "end" : "middle", Twine(N));
  line(OS, A.x(1), A.y(1), A.x(MaxN), A.y(MaxN), "ideal");
  std::string Native = formatv("M{0:f1} {1:f1}", A.x(1), A.y(1));
  for (const Ceiling &C : E.Ceilings)
    if (C.Spin > 0 && C.Workers <= MaxN)
      Native += formatv(" L{0:f1} {1:f1}", A.x(C.Workers), A.y(C.Spin));
  OS << "<path d=\"" << Native << "\" class=\"ceiling\"/>";
  for (auto [Index, S] : enumerate(K.AllSeries)) {
    unsigned Color = Index % 6;
    std::string Path = formatv("M{0:f1} {1:f1}", A.x(1), A.y(1));
    std::string Marks;
    raw_string_ostream MarksOS(Marks);
    bool Any = false;
    for (const Result &R : K.Results) {
      if (R.Interpreter != S.Interpreter || R.Strategy != S.Strategy || R.Share != S.Share || !R.Accepted ||
          R.Workers < 2)
        continue;
      Any = true;
      // Side by side, or intervals of different series would hide each other.
      double X = A.x(R.Workers) - 3.0 * Index;
      Path += formatv(" L{0:f1} {1:f1}", X, A.y(R.Speedup.Median));
      MarksOS << formatv("<line x1=\"{0:f1}\" x2=\"{0:f1}\" y1=\"{1:f1}\" y2=\"{2:f1}\" stroke=\"var(--c{3})\"/>"
                         "<circle cx=\"{0:f1}\" cy=\"{4:f1}\" r=\"3\" fill=\"var(--c{3})\"><title>{5}</title></circle>",
                         X, A.y(R.Speedup.Low), A.y(R.Speedup.High), Color, A.y(R.Speedup.Median),
                         htmlEscape(formatv("{0}, {1}: {2:f2} [{3:f2}, {4:f2}]", S.Interpreter, S.Strategy,
                                            R.Speedup.Median, R.Speedup.Low, R.Speedup.High)
                                        .str()));
    }
    if (Any)
      OS << formatv("<path d=\"{0}\" fill=\"none\" stroke=\"var(--c{1})\" stroke-width=\"1.5\"/>", Path, Color)
         << Marks;
  }
  OS << "</svg>";
}

bool writeBandChart(const Kernel &K, raw_ostream &OS) {
  auto Drawn = [](const Series &S) { return S.Band && !S.Band->WillNotScale; };
  if (none_of(K.AllSeries, Drawn))
    return false;
  unsigned Most = 1;
  for (const Series &S : K.AllSeries)
    if (Drawn(S))
      Most = std::max(Most, S.Band->Workers);
  double Last = std::log2(Most);
  auto X = [&](double N) { return Left + (Width - Left - Right) * std::log2(N) / Last; };
  auto Y = [&](double S) { // below one worker's speed there is no room; such points lie on the axis
    return Height - Bottom - (Height - Bottom - Top) * std::log2(std::clamp(S, 1.0, double(Most))) / Last;
  };
  OS << formatv("<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"bounds of the speed-up up to {2} workers\">",
                Width, Height, Most);
  line(OS, Left, Y(1), Width - Right, Y(1), "axis");
  line(OS, Left, Y(1), Left, Top, "axis");
  for (unsigned N = 1; N <= Most; N *= 2) {
    if (N > 1)
      line(OS, Left, Y(N), Width - Right, Y(N), "grid");
    text(OS, Left - 5, Y(N) + 4, "end", Twine(N));
    text(OS, X(N), Height - 8, N == Most ? "end" : "middle", Twine(N));
  }
  line(OS, X(1), Y(1), X(Most), Y(Most), "ideal");
  for (auto [Index, S] : enumerate(K.AllSeries)) {
    if (!Drawn(S))
      continue;
    unsigned Color = Index % 6;
    // Both bounds are the ideal up to a number of workers, and level from there on.
    double High = std::max(1.0, S.Band->High), Low = std::clamp(S.Band->Low.value_or(High), 1.0, High);
    std::string Text = S.Interpreter + ", " + S.Strategy + formatv(": at most {0:f1}", High).str();
    if (S.Band->Low)
      Text += formatv(", at least {0:f1}", Low).str();
    OS << formatv(
        "<path d=\"M{0:f1} {1:f1} L{2:f1} {3:f1} L{4:f1} {3:f1} L{4:f1} {5:f1} L{6:f1} {5:f1} Z\" fill=\"var(--c{7})\" "
        "fill-opacity=\".25\" stroke=\"var(--c{7})\"><title>{8}</title></path>",
        X(1), Y(1), X(High), Y(High), X(Most), Y(Low), X(Low), Color, htmlEscape(Text));
    auto Point = [&](double N, double Speedup, StringRef What) {
      OS << formatv(
          "<circle cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"3\" fill=\"var(--c{2})\"><title>{3} {4:f2}</title></circle>", X(N),
          Y(Speedup), Color, What, Speedup);
    };
    for (const Result &R : K.Results)
      if (R.Interpreter == S.Interpreter && R.Strategy == S.Strategy && R.Share == S.Share && R.Accepted &&
          R.Workers > 1 && R.Workers <= Most)
        Point(R.Workers, R.Speedup.Median, "measured");
    if (S.Replayed && S.Replayed->Accepted && S.Replayed->Workers <= Most)
      Point(S.Replayed->Workers, S.Replayed->Speedup.Median, "replayed");
  }
  OS << "</svg>";
  return true;
}

void writeBar(ArrayRef<Slice> Slices, raw_ostream &OS) {
  OS << "<svg viewBox=\"0 0 340 16\" class=\"bar\" role=\"img\">";
  double X = 0, Total = 0;
  for (const Slice &S : Slices)
    Total += std::max(0.0, S.Share);
  for (const Slice &S : Slices) {
    double W = Total > 0 ? 340 * std::max(0.0, S.Share) / std::max(1.0, Total) : 0;
    if (W < 0.3)
      continue;
    OS << formatv("<rect x=\"{0:f1}\" y=\"0\" width=\"{1:f1}\" height=\"16\" fill=\"var(--c{2})\"><title>{3} {4:f0} %"
                  "</title></rect>",
                  X, W, S.Color, htmlEscape(S.Name), S.Share * 100);
    X += W;
  }
  OS << "</svg>";
}

void writeBlocks(const Series &S, raw_ostream &OS) {
  OS << "<svg viewBox=\"0 0 340 12\" class=\"bar\" role=\"img\" aria-label=\"blocks\">";
  double Step = std::min(12.0, 336.0 / std::max<size_t>(1, S.Blocks.size()));
  for (auto [I, B] : enumerate(S.Blocks))
    OS << formatv("<circle cx=\"{0:f1}\" cy=\"6\" r=\"{1:f1}\" class=\"{2}\"><title>{3}</title></circle>", 6 + Step * I,
                  std::min(4.0, Step / 2.4), B.Accepted ? "accepted" : "rejected",
                  htmlEscape(B.Accepted ? "accepted" : B.Rejected));
  OS << "</svg>";
}

void writeFairness(const Series &S, raw_ostream &OS) {
  std::vector<double> Calls;
  unsigned Most = S.Workers.empty() ? 1 : S.Workers.back();
  for (const Block &B : S.Blocks)
    for (const Run &R : B.Runs)
      if (B.Accepted && R.Workers == Most)
        for (auto [I, W] : enumerate(R.Each)) {
          if (I >= Calls.size())
            Calls.push_back(0);
          Calls[I] += W.Iterations;
        }
  if (Calls.size() < 2)
    return;
  double Sum = 0;
  for (double C : Calls)
    Sum += C;
  std::vector<Slice> Slices;
  for (auto [I, C] : enumerate(Calls))
    Slices.push_back({"worker " + std::to_string(I), Sum > 0 ? C / Sum : 0, static_cast<unsigned>(I % 6)});
  OS << "<p class=\"dim\">calls of each worker</p>";
  writeBar(Slices, OS);
}

} // namespace gilray::probe
