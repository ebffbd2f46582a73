// See Html.h.
#include "report/Html.h"
#include "report/Advice.h"
#include "report/Svg.h"
#include "report/Text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace gilray::probe {

using namespace llvm;

namespace {

constexpr char Style[] = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2330;--dim:#5b6575;--line:#d8dde5;--card:#f6f7f9;--good:#1a7f4b;--bad:#b3261e;
--open:#8a6d00;--c0:#2f6fde;--c1:#d9822b;--c2:#1f9d6b;--c3:#a347ba;--c4:#c23b4e;--c5:#5b6575}
@media(prefers-color-scheme:dark){:root{--bg:#12161d;--fg:#e4e8ee;--dim:#98a2b3;--line:#2c3440;--card:#1a2029;--good:#4cc38a;
--bad:#ff8a80;--open:#e5c04b;--c0:#6ea2ff;--c1:#f2a65a;--c2:#4cc38a;--c3:#cf8ae0;--c4:#f27a8a;--c5:#98a2b3}}
*{box-sizing:border-box}body{margin:0 auto;padding:1rem;max-width:70rem;background:var(--bg);color:var(--fg);
font:15px/1.5 system-ui,sans-serif}h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2.5rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.2rem 0 .4rem}p,li,td{overflow-wrap:anywhere}.dim{color:var(--dim)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92em}
th,td{text-align:left;padding:.3rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{overflow-x:auto;background:var(--card);padding:.5rem;margin:.3rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem .9rem;margin:.8rem 0}
.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}b.good,b.bad,b.open{white-space:nowrap}
td code{white-space:nowrap}.flex{display:flex;flex-wrap:wrap;gap:1rem}.flex>*{flex:1 1 19rem;min-width:0}svg{width:100%;max-width:34rem;display:block}
svg text{fill:var(--dim);font:11px system-ui,sans-serif}.axis{stroke:var(--dim)}.grid{stroke:var(--line)}
.ideal{stroke:var(--dim);stroke-dasharray:3 3}.ceiling{stroke:var(--fg);stroke-dasharray:1 3;fill:none}
.accepted{fill:var(--good)}.rejected{fill:none;stroke:var(--dim)}.key span{display:inline-block;margin-right:1em}
.key i{display:inline-block;width:.8em;height:.8em;margin-right:.3em;border-radius:2px}mark{background:none;color:var(--bad);font-weight:600}
@media print{body{max-width:none}.card{break-inside:avoid}}
)css";

StringRef classOf(StringRef Verdict) {
  if (Verdict == "scales")
    return "good";
  if (is_contained(
          {"inconclusive", "not observable", "over-subscribed", "not compared", "interrupted", "not available"},
          Verdict))
    return "open";
  return "bad";
}

std::string verdict(const Result &R) {
  return ("<b class=\"" + classOf(R.Verdict) + "\">" + htmlEscape(R.Verdict) + "</b>").str();
}

void key(ArrayRef<std::pair<std::string, unsigned>> Names, raw_ostream &OS) {
  OS << "<p class=\"key dim\">";
  for (const auto &[Name, Color] : Names)
    OS << formatv("<span><i style=\"background:var(--c{0})\"></i>{1}</span>", Color, htmlEscape(Name));
  OS << "</p>";
}

/// Where the workers' time went, from the blocks with the most workers: accepted ones, or all if none was.
std::vector<Slice> timeOf(const Series &S) {
  bool Any = any_of(S.Blocks, [](const Block &B) { return B.Accepted; });
  double Wall = 0, Cpu = 0, Delay = 0, Lock = 0;
  for (const Block &B : S.Blocks)
    for (const Run &R : B.Runs)
      if (B.Accepted == Any && !S.Workers.empty() && R.Workers == S.Workers.back())
        for (const WorkerRun &W : R.Each) {
          Wall += W.Wall, Cpu += W.Cpu, Delay += W.RunDelay, Lock += W.LockWait;
        }
  if (Wall <= 0)
    return {};
  double LockShare = Lock / Wall, DelayShare = Delay / Wall;
  double Waiting = std::max(0.0, 1 - Cpu / Wall - DelayShare - LockShare);
  double Held = S.Shape.Held.value_or(1), Computing = Cpu / Wall;
  return {{S.Shape.HasGil ? "computing with the GIL" : "computing attached", Computing * Held, 4},
          {"computing released", Computing * (1 - Held), 2},
          {S.Shape.HasGil ? "waiting, for the GIL or else" : "waiting", Waiting, 1},
          {"waiting for the module's locks", LockShare, 3},
          {"wanted a processor and got none", DelayShare, 5}};
}

/// The line and its neighbours, if the file is at hand.
void source(const CodeShare &C, raw_ostream &OS) {
  if (C.File.empty() || !C.Line)
    return;
  auto Buffer = MemoryBuffer::getFile(C.File);
  if (!Buffer)
    return;
  SmallVector<StringRef, 256> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n');
  if (C.Line > Lines.size())
    return;
  OS << "<pre>";
  for (unsigned L = std::max(1u, C.Line - 2); L <= std::min<unsigned>(Lines.size(), C.Line + 2); ++L) {
    std::string Text = htmlEscape((Twine(L) + "  " + Lines[L - 1]).str());
    OS << (L == C.Line ? "<mark>" + Text + "</mark>" : Text) << '\n';
  }
  OS << "</pre>";
}

void places(StringRef Title, ArrayRef<CodeShare> All, bool WithSource, raw_ostream &OS) {
  if (All.empty())
    return;
  OS << "<h3>" << Title
     << "</h3><div class=\"wide\"><table><tr><th>share</th><th>place</th><th>function</th><th>called there</th></tr>";
  for (const CodeShare &C : All.take_front(6)) {
    std::string File = C.File.empty() ? sys::path::filename(C.Object).str() : sys::path::filename(C.File).str();
    OS << formatv(
        "<tr><td>{0:f1} %</td><td><code>{1}</code></td><td><code>{2}</code></td><td><code>{3}</code></td></tr>",
        C.Share * 100, htmlEscape(File + (C.Line ? ":" + std::to_string(C.Line) : "")), htmlEscape(C.Function),
        htmlEscape(C.Callee));
  }
  OS << "</table></div>";
  if (WithSource)
    source(All[0], OS);
}

void seriesCard(const Kernel &K, const Series &S, raw_ostream &OS) {
  OS << "<div class=\"card\"><h3>" << htmlEscape(S.Interpreter + ", " + S.Strategy)
     << (S.Share == "own" ? "" : ", shared " + htmlEscape(S.Share)) << "</h3>";
  for (const Result &R : K.Results)
    if (R.Interpreter == S.Interpreter && R.Strategy == S.Strategy && R.Share == S.Share) {
      OS << "<p>" << R.Workers << " workers: " << verdict(R);
      if (R.Accepted)
        OS << formatv(" {0:f2} [{1:f2}, {2:f2}], {3} of {4} blocks, {5}", R.Speedup.Median, R.Speedup.Low,
                      R.Speedup.High, R.Accepted, R.Tried, R.Speedup.Method);
      OS << "<br>" << htmlEscape(R.Evidence);
      for (const std::string &Flag : R.Flags)
        OS << "<br><span class=\"bad\">" << htmlEscape(Flag) << "</span>";
      OS << "</p>";
    }
  if (S.Failed && !S.Failed->Stack.empty())
    OS << "<pre>" << htmlEscape(join(S.Failed->Stack, "\n")) << "</pre>";
  if (S.Shape.Measured) {
    OS << formatv("<p class=\"dim\">one call {0:f1} us, {1:f1} releases, {2:f1} locks; ", S.Shape.CallSeconds * 1e6,
                  S.Shape.ReleasesPerCall, S.Shape.LocksPerCall);
    for (const HeldEstimate &E : S.Shape.Estimates)
      OS << formatv("{0} {1:f0} % ", htmlEscape(E.Method), E.Held * 100);
    if (S.Band)
      OS << "; at " << S.Band->Workers << " workers " << htmlEscape(bandInWords(*S.Band));
    OS << "</p>";
  }
  std::string Fits = fitsInWords(S);
  if (!Fits.empty())
    OS << "<p class=\"dim\">" << htmlEscape(Fits) << "</p>";
  else if (!S.Fits.empty())
    OS << "<p class=\"dim\">serial fraction and usl not identifiable: " << htmlEscape(S.Fits.back().Why) << "</p>";
  if (S.Replayed)
    OS << "<p>" << htmlEscape(replayInWords(*S.Replayed)) << "</p>";
  if (auto Slices = timeOf(S); !Slices.empty()) {
    writeBar(Slices, OS);
    std::vector<std::pair<std::string, unsigned>> Names;
    for (const Slice &X : Slices)
      if (X.Share > 0.005)
        Names.push_back({formatv("{0} {1:f0} %", X.Name, X.Share * 100).str(), X.Color});
    key(Names, OS);
  }
  if (!S.Blocks.empty()) {
    OS << "<p class=\"dim\">blocks, in time; rejected ones are empty</p>";
    writeBlocks(S, OS);
  }
  writeFairness(S, OS);
  places(S.Shape.HasGil ? "Time with the GIL, by line" : "Time attached, by line", S.Shape.HeldAt, true, OS);
  places("Time released, by the call that released", S.Shape.ReleasedAt, false, OS);
  for (const std::string &N : S.Notes)
    OS << "<p class=\"dim\">" << htmlEscape(N) << "</p>";
  OS << "</div>";
}

void advice(const Kernel &K, raw_ostream &OS) {
  for (const Advice &A : K.AllAdvice) {
    OS << "<div class=\"card\"><h3>What follows, for " << htmlEscape(A.Interpreter) << "</h3><ul>";
    for (const std::string &Sentence : A.Text)
      OS << "<li>" << htmlEscape(Sentence) << "</li>";
    OS << "</ul></div>";
  }
}

std::string costCell(const std::optional<double> &Value, std::string (*Show)(double)) {
  return Value && *Value > 0 ? Show(*Value) : "";
}

void costs(const Kernel &K, raw_ostream &OS) {
  for (const Costs &C : K.AllCosts) {
    OS << "<div class=\"card\"><h3>Costs, " << htmlEscape(C.Interpreter)
       << "</h3><div class=\"wide\"><table><tr><th>worker</th><th>start</th><th>memory</th><th>a task</th></tr>";
    for (const WorkerCost &W : C.Workers)
      if (W.Problem.empty())
        OS << formatv("<tr><td>{0}</td><td>{1}</td><td>{2}</td><td>{3}</td></tr>", htmlEscape(W.How),
                      duration(W.StartSeconds), costCell(W.MemoryBytes, size), costCell(W.TaskSeconds, duration));
      else
        OS << formatv("<tr><td>{0}</td><td colspan=\"3\" class=\"dim\">{1}</td></tr>", htmlEscape(W.How),
                      htmlEscape(W.Problem));
    OS << "</table></div>";
    if (!C.Switch.empty()) {
      OS << "<div class=\"wide\"><table><tr><th>switch interval</th><th>another thread waits</th><th>one in ten, more "
            "than</th></tr>";
      for (const SwitchEffect &S : C.Switch)
        OS << formatv("<tr><td>{0}</td><td>{1}</td><td>{2}</td></tr>", duration(S.Interval), duration(S.Wait),
                      duration(S.WaitHigh));
      OS << "</table></div>";
    }
    if (!C.Problem.empty())
      OS << "<p class=\"dim\">" << htmlEscape(C.Problem) << "</p>";
    OS << "</div>";
  }
}

void overview(const Report &R, raw_ostream &OS) {
  std::vector<std::string> Columns;
  auto Name = [](const Result &X) { return X.Interpreter + ", " + X.Strategy + (X.Share == "own" ? "" : "*"); };
  auto Most = [](const Kernel &K) {
    unsigned N = 0;
    for (const Result &X : K.Results)
      N = std::max(N, X.Workers);
    return N;
  };
  for (const Kernel &K : R.Kernels)
    for (const Result &X : K.Results)
      if (!is_contained(Columns, Name(X)))
        Columns.push_back(Name(X));
  OS << "<div class=\"wide\"><table><tr><th>kernel</th>";
  for (const std::string &C : Columns)
    OS << "<th>" << htmlEscape(C) << "</th>";
  OS << "</tr>";
  for (const Kernel &K : R.Kernels) {
    OS << "<tr><td><a href=\"#" << htmlEscape(K.Name) << "\">" << htmlEscape(K.Name) << "</a></td>";
    for (const std::string &C : Columns) {
      auto At = find_if(K.Results, [&](const Result &X) { return Name(X) == C && X.Workers == Most(K); });
      OS << "<td>";
      if (At != K.Results.end()) {
        if (At->Accepted)
          OS << formatv(
              "<span style=\"display:inline-block;width:{0:f0}%;height:.5em;background:var(--c2)\"></span><br>",
              std::clamp(At->Efficiency * 100, 1.0, 100.0));
        OS << verdict(*At);
        if (At->Accepted)
          OS << formatv("<br>{0:f2}", At->Speedup.Median);
      }
      OS << "</td>";
    }
    OS << "</tr>";
  }
  OS << "</table></div>";
}

} // namespace

void writeHtml(const Report &R, raw_ostream &OS) {
  OS << "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><link rel=\"icon\" href=\"data:,\"><title>gilray "
        "probe</title><style>"
     << Style << "</style></head><body><h1>gilray probe</h1><p class=\"dim\">" << htmlEscape(R.Machine.CpuModel) << ", "
     << htmlEscape(R.Machine.CpuChoice)
     << formatv("; quiet {0:f0} % of the time; hand-over {1:f1} us; {2}; seed {3}</p>", R.Machine.QuietShare * 100,
                R.Machine.HandOverSeconds * 1e6, htmlEscape(R.Machine.Started), R.Machine.Seed);
  if (R.Interrupted)
    OS << "<p class=\"bad\">Interrupted: this is what had been measured by then.</p>";
  for (const std::string &N : R.Notes)
    OS << "<p class=\"open\">" << htmlEscape(N) << "</p>";
  overview(R, OS);
  for (const Kernel &K : R.Kernels) {
    OS << "<h2 id=\"" << htmlEscape(K.Name) << "\">" << htmlEscape(K.Name) << "</h2><p><code>" << htmlEscape(K.Call)
       << "</code> <span class=\"dim\">of " << htmlEscape(K.Module) << "</span></p>";
    for (const Checked &E : K.Expectations)
      OS << "<p><b class=\""
         << (E.Outcome == "pass"   ? "good"
             : E.Outcome == "fail" ? "bad"
                                   : "open")
         << "\">" << E.Outcome << "</b> <code>" << htmlEscape(E.Text) << "</code>: " << htmlEscape(E.Why) << "</p>";
    advice(K, OS);
    OS << "<div class=\"flex\"><div>";
    writeSpeedupChart(K, R.Machine, OS);
    std::vector<std::pair<std::string, unsigned>> Names;
    for (auto [I, S] : enumerate(K.AllSeries))
      Names.push_back({S.Interpreter + ", " + S.Strategy, static_cast<unsigned>(I % 6)});
    key(Names, OS);
    OS << "<p class=\"dim\">dashed: ideal; dotted: native threads</p></div><div>";
    if (writeBandChart(K, OS))
      OS << "<p class=\"dim\">what the time with the GIL or under a lock allows with more workers than processors "
            "here: a bound, not a "
            "forecast</p>";
    OS << "</div></div><div class=\"flex\">";
    for (const Series &S : K.AllSeries)
      seriesCard(K, S, OS);
    costs(K, OS);
    OS << "</div>";
  }
  OS << "<p class=\"dim\">Bounds beyond the processors at hand come from the time with the GIL alone: memory "
        "bandwidth, NUMA, "
        "hyper-threads and clock frequencies are not in them.</p></body></html>\n";
}

} // namespace gilray::probe
