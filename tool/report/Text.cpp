// The findings in the style of Clang's diagnostics.
#include "report/Report.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"

namespace gilray::report {

using namespace llvm;

namespace {

/// A source line as it is shown: tabs become spaces, bytes that are no printable text become <FF>; with the display
/// column of every byte, so that carets stand where the eye expects them.
struct Shown {
  std::string Text;
  std::vector<unsigned> Column; ///< per byte of the line, and one past it

  explicit Shown(StringRef Line) {
    constexpr unsigned TabStop = 8;
    unsigned At = 0;
    for (size_t I = 0; I < Line.size();) {
      unsigned char C = Line[I];
      if (C == '\t') {
        unsigned Width = TabStop - At % TabStop;
        Text.append(Width, ' ');
        Column.push_back(At);
        At += Width;
        ++I;
        continue;
      }
      unsigned Length = getNumBytesForUTF8(C);
      StringRef Bytes = Line.substr(I, Length);
      auto *Begin = reinterpret_cast<const UTF8 *>(Bytes.data());
      int Width = -1;
      if (Bytes.size() == Length && isLegalUTF8Sequence(Begin, Begin + Length))
        Width = sys::unicode::columnWidthUTF8(Bytes);
      if (Width >= 0) {
        Text += Bytes;
        Column.insert(Column.end(), Length, At);
        At += Width;
        I += Length;
      } else {
        Text += "<" + utohexstr(C, false, 2) + ">";
        Column.push_back(At);
        At += 4;
        ++I;
      }
    }
    Column.push_back(At);
  }
};

class Writer {
public:
  Writer(const Report &R, Sources &S, raw_ostream &OS, bool Color) : R(R), S(S), OS(OS), Color(Color) {}

  void finding(const Finding &F) {
    place(F.Where);
    switch (F.Sev) {
    case Severity::Note:
      word("note", raw_ostream::CYAN);
      break;
    case Severity::Warning:
      word("warning", raw_ostream::MAGENTA);
      break;
    case Severity::Error:
      word("error", raw_ostream::RED);
      break;
    }
    bold();
    OS << printable(F.Message);
    reset();
    OS << " [gilray-" << F.Check->Name << ']';
    if (!F.Targets.empty() && F.Targets.size() < R.Targets.size())
      OS << " (" << join(F.Targets, ", ") << ')';
    OS << '\n';
    snippet(F.Where);
    notes(F.Notes);
    for (const Fix &X : F.Fixes) {
      word("note", raw_ostream::CYAN);
      OS << (X.Safe ? "fix: " : "suggested fix: ") << printable(X.Title) << '\n';
    }
  }

private:
  const Report &R;
  Sources &S;
  raw_ostream &OS;
  bool Color;

  void bold() {
    if (Color)
      OS.changeColor(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  }
  void reset() {
    if (Color)
      OS.resetColor();
  }
  void word(StringRef Text, raw_ostream::Colors C) {
    if (Color)
      OS.changeColor(C, /*Bold=*/true);
    OS << Text << ": ";
    reset();
  }
  /// Control characters of hostile source text must not reach the terminal.
  static std::string printable(StringRef Text) { return Shown(Text).Text; }

  void place(const Place &P) {
    bold();
    OS << printable(relativePath(P.File, R.Directory)) << ':' << P.Line << ':';
    if (P.Col)
      OS << P.Col << ':';
    OS << ' ';
    reset();
  }

  /// The same remark about many places is shown at the first ones and then lists the others.
  void notes(ArrayRef<Note> Notes) {
    constexpr size_t ShownInFull = 3;
    while (!Notes.empty()) {
      const Note &First = Notes.front();
      ArrayRef<Note> Alike = First.Where.File.empty() || First.Kind != NoteKind::Related
                                 ? Notes.take_front()
                                 : Notes.take_while([&](const Note &N) {
                                     return N.Kind == First.Kind && N.Message == First.Message && !N.Where.File.empty();
                                   });
      Notes = Notes.drop_front(Alike.size());
      // One place costs no more lines than the list.
      size_t InFull = Alike.size() > ShownInFull + 1 ? ShownInFull : Alike.size();
      for (const Note &N : Alike.take_front(InFull))
        note(N);
      if (InFull < Alike.size())
        morePlaces(Alike.drop_front(InFull));
    }
  }

  void morePlaces(ArrayRef<Note> Notes) {
    word("note", raw_ostream::CYAN);
    OS << "and at " << Notes.size() << " more places: ";
    StringRef File;
    for (const Note &N : Notes) {
      if (N.Where.File == File)
        OS << ", ";
      else
        OS << (File.empty() ? "" : "; ") << printable(relativePath(N.Where.File, R.Directory)) << ':';
      File = N.Where.File;
      OS << N.Where.Line;
    }
    OS << '\n';
  }

  void note(const Note &N) {
    if (!N.Where.File.empty())
      place(N.Where);
    word("note", raw_ostream::CYAN);
    OS << printable(N.Message) << '\n';
    if (!N.Where.File.empty())
      snippet(N.Where);
  }

  void snippet(const Place &P) {
    StringRef Line = S.line(P.File, P.Line);
    if (Line.trim().empty())
      return;
    // Generated files have lines of a megabyte: show what surrounds the caret.
    constexpr size_t MaxBytes = 400, Context = 120;
    size_t Begin = P.Col ? std::min<size_t>(P.Col - 1, Line.size()) : 0, Cut = 0;
    if (Line.size() > MaxBytes) {
      Cut = Begin > Context ? Begin - Context : 0;
      Line = Line.substr(Cut, MaxBytes);
      Begin -= Cut;
    }
    size_t End = Begin + 1;
    if (P.EndLine == P.Line && P.EndCol > P.Col)
      End = P.EndCol - 1 > Cut ? P.EndCol - 1 - Cut : End;
    else if (P.EndLine > P.Line)
      End = Line.size();
    End = std::min(std::max(End, Begin + 1), Line.size());
    Shown Text(Line);
    OS << format("%5u | ", P.Line) << (Cut ? "..." : "") << Text.Text << '\n';
    if (!P.Col || Begin >= Line.size())
      return;
    unsigned From = Text.Column[Begin], To = std::max(Text.Column[End], From + 1);
    OS << "      | ";
    OS.indent(From + (Cut ? 3 : 0));
    if (Color)
      OS.changeColor(raw_ostream::GREEN, /*Bold=*/true);
    OS << '^' << std::string(To - From - 1, '~');
    reset();
    OS << '\n';
  }
};

} // namespace

void writeText(const Report &R, Sources &S, raw_ostream &OS, bool Color) {
  OS.enable_colors(Color);
  Writer W(R, S, OS, Color);
  for (const Finding &F : R.Findings)
    W.finding(F);
}

} // namespace gilray::report
