// See HtmlSource.h.
#include "report/HtmlSource.h"
#include "report/Report.h"
#include "report/Svg.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace gilray::report {

using namespace llvm;
using probe::htmlEscape;

namespace {

constexpr unsigned Around = 2;      ///< lines shown before and after a step
constexpr unsigned Bridged = 6;     ///< gaps up to this many lines are shown, longer ones are cut
constexpr unsigned Apart = 60;      ///< steps further apart get an excerpt each
constexpr size_t LongestLine = 400; ///< generated code has lines of a megabyte

/// For a page: valid UTF-8 without control characters, tabs as spaces.
std::string cleaned(StringRef Text) {
  std::string Out;
  for (char C : json::fixUTF8(Text))
    if (C == '\t')
      Out.append(4, ' ');
    else
      Out += static_cast<unsigned char>(C) < 0x20 || C == 0x7f ? '?' : C;
  return htmlEscape(Out);
}

/// Steps of one excerpt: in one file, not far from each other, of one thread, downwards but for short jumps back.
class Excerpt {
public:
  Excerpt(size_t First, const PathStep &S) : First(First), Last(S.Where.Line), Low(Last), High(Last) {}

  bool takes(const PathStep &Before, const PathStep &S) const {
    unsigned Line = S.Where.Line;
    bool Near = Line >= Last ? Line - Last <= Apart : Line + 2 * Around >= Low;
    return S.Where.File == Before.Where.File && S.Thread == Before.Thread && Near;
  }
  void add(const PathStep &S) {
    ++Count;
    Last = S.Where.Line;
    Low = std::min(Low, Last);
    High = std::max(High, Last);
  }

  size_t First, Count = 1;
  unsigned Last, Low, High;
};

class Drawer {
public:
  Drawer(ArrayRef<PathStep> Steps, StringRef Message, StringRef Directory, Sources &S, raw_ostream &OS)
      : Steps(Steps), Message(Message), Directory(Directory), S(S), OS(OS) {}

  void draw() {
    std::vector<Excerpt> All;
    for (size_t I = 0; I < Steps.size(); ++I)
      if (I && All.back().takes(Steps[I - 1], Steps[I]))
        All.back().add(Steps[I]);
      else
        All.emplace_back(I, Steps[I]);
    for (const Excerpt &E : All)
      excerpt(E);
  }

private:
  ArrayRef<PathStep> Steps;
  StringRef Message, Directory;
  Sources &S;
  raw_ostream &OS;

  /// The state of each line between two steps that follow each other downwards, the steps' own lines included.
  std::map<unsigned, ThreadState> states(const Excerpt &E) const {
    std::map<unsigned, ThreadState> Of;
    for (size_t I = E.First; I < E.First + E.Count; ++I) {
      const PathStep &Here = Steps[I];
      Of[Here.Where.Line] = Here.After;
      if (I + 1 < E.First + E.Count)
        for (unsigned L = Here.Where.Line + 1; L < Steps[I + 1].Where.Line; ++L)
          Of[L] = Here.After;
    }
    return Of;
  }

  std::map<unsigned, bool> lines(const Excerpt &E) const {
    std::map<unsigned, bool> Shown; // line -> a step is on it
    for (size_t I = E.First; I < E.First + E.Count; ++I) {
      unsigned Line = Steps[I].Where.Line;
      for (unsigned L = Line > Around ? Line - Around : 1; L <= Line + Around; ++L)
        Shown[L] |= L == Line;
    }
    for (auto It = Shown.begin(), Next = std::next(It); It != Shown.end() && Next != Shown.end(); It = Next++)
      if (Next->first - It->first - 1 <= Bridged)
        for (unsigned L = It->first + 1; L < Next->first; ++L)
          Shown[L] = false;
    return Shown;
  }

  void excerpt(const Excerpt &E) {
    const PathStep &Start = Steps[E.First];
    OS << "<span class=\"where\">" << (Start.Thread ? "thread " + std::to_string(Start.Thread) + ": " : "") << "<code>"
       << htmlEscape(relativePath(Start.Where.File, Directory)) << "</code></span>\n"
       << "<div class=\"code\" tabindex=\"0\" role=\"group\" aria-label=\"source\"><div class=\"rows\">\n";
    auto State = states(E);
    unsigned Before = 0;
    for (const auto &[Line, Hit] : lines(E)) {
      StringRef Text = S.line(Start.Where.File, Line);
      if (Text.empty() && Line > E.High && S.line(Start.Where.File, Line + 1).empty())
        continue; // past the end of the file
      if (Before && Line != Before + 1)
        OS << "<div class=\"gap\">...</div>\n";
      Before = Line;
      auto At = State.find(Line);
      row(E, Line, Text, Hit, At == State.end() ? ThreadState::Unknown : At->second);
      if (Hit)
        for (size_t I = E.First; I < E.First + E.Count; ++I)
          if (Steps[I].Where.Line == Line)
            step(I);
    }
    OS << "</div></div>\n";
  }

  void row(const Excerpt &E, unsigned Line, StringRef Text, bool Hit, ThreadState State) {
    OS << "<div class=\"l " << stateWord(State) << (Hit ? " hit" : "") << "\"><i>" << Line << "</i><u></u><span>";
    size_t Begin = Text.size(), End = Text.size();
    for (size_t I = E.First; Hit && I < E.First + E.Count; ++I)
      if (const Place &P = Steps[I].Where; P.Line == Line && P.Col && P.Col <= Text.size()) {
        Begin = P.Col - 1;
        End = P.EndLine == Line && P.EndCol > P.Col ? P.EndCol - 1 : P.EndLine > Line ? Text.size() : P.Col;
        End = std::min(End, Text.size());
      }
    bool Cut = Text.size() > LongestLine;
    if (Cut && Begin > LongestLine / 2) {
      size_t Drop = std::min(Begin, Text.size()) - LongestLine / 4;
      OS << "...";
      Text = Text.drop_front(Drop);
      Begin -= Drop;
      End -= Drop;
    }
    Text = Text.take_front(LongestLine);
    Begin = std::min(Begin, Text.size());
    End = std::min(End, Text.size());
    OS << cleaned(Text.take_front(Begin));
    if (End > Begin)
      OS << "<mark>" << cleaned(Text.slice(Begin, End)) << "</mark>";
    OS << cleaned(Text.drop_front(End)) << (Cut ? "..." : "") << "</span></div>\n";
  }

  void step(size_t I) {
    const PathStep &P = Steps[I];
    OS << "<div class=\"s " << stateWord(P.After) << (P.IsFinding ? " main" : "") << "\"><b>" << I + 1 << "</b>";
    if (P.IsFinding)
      OS << "<strong>" << htmlEscape(Message) << "</strong>";
    if (P.Message != Message)
      OS << (P.IsFinding ? "<br>" : "") << htmlEscape(P.Message);
    OS << "</div>\n";
  }
};

} // namespace

void writeSource(ArrayRef<PathStep> Steps, StringRef Message, StringRef Directory, Sources &S, raw_ostream &OS) {
  Drawer(Steps, Message, Directory, S, OS).draw();
}

} // namespace gilray::report
