#include "report/UnifiedDiff.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"

namespace gilray::report {

using namespace llvm;

std::string applyEdits(StringRef Before, ArrayRef<ByteEdit> Edits) {
  std::string After;
  size_t At = 0;
  for (const ByteEdit &E : Edits) {
    After += Before.slice(At, E.Offset);
    After += E.Text;
    At = E.Offset + E.Length;
  }
  After += Before.drop_front(At);
  return After;
}

namespace {

/// Lines with their line ends, so that a missing last one shows.
SmallVector<StringRef, 0> linesOf(StringRef Text) {
  SmallVector<StringRef, 0> Lines;
  while (!Text.empty()) {
    size_t End = Text.find('\n');
    size_t Length = End == StringRef::npos ? Text.size() : End + 1;
    Lines.push_back(Text.take_front(Length));
    Text = Text.drop_front(Length);
  }
  return Lines;
}

/// Old lines [First, Last) become New.
struct Change {
  size_t First = 0, Last = 0;
  std::string New;
};

constexpr size_t Context = 3;

class Diff {
public:
  Diff(StringRef Before, ArrayRef<ByteEdit> Edits) : Before(Before), Old(linesOf(Before)) {
    Starts.push_back(0);
    for (StringRef L : Old)
      Starts.push_back(Starts.back() + L.size());
    for (size_t I = 0; I < Edits.size();)
      I = addChange(Edits, I);
  }

  void write(StringRef Path, raw_ostream &OS) {
    if (Changes.empty())
      return;
    bool Absolute = sys::path::is_absolute(Path);
    OS << "--- " << (Absolute ? "" : "a/") << Path << "\n+++ " << (Absolute ? "" : "b/") << Path << '\n';
    for (size_t I = 0; I < Changes.size();) {
      size_t End = I + 1;
      while (End < Changes.size() && Changes[End].First <= Changes[End - 1].Last + 2 * Context)
        ++End;
      hunk(ArrayRef(Changes).slice(I, End - I), OS);
      I = End;
    }
  }

private:
  StringRef Before;
  SmallVector<StringRef, 0> Old;
  SmallVector<size_t, 0> Starts;
  std::vector<Change> Changes;
  ptrdiff_t Growth = 0; ///< new lines minus old ones in the hunks before

  size_t lineAt(size_t Offset) const { return llvm::upper_bound(Starts, Offset) - Starts.begin() - 1; }

  /// Edits that touch the same lines are one change. Lines that stay the same at its ends are context.
  size_t addChange(ArrayRef<ByteEdit> Edits, size_t I) {
    size_t First = std::min(lineAt(Edits[I].Offset), Old.size());
    size_t Last = First, End = I;
    for (; End < Edits.size() && (End == I || lineAt(Edits[End].Offset) < Last); ++End)
      Last = std::max(Last, std::min(lineAt(Edits[End].Offset + Edits[End].Length) + 1, Old.size()));
    std::string New;
    size_t At = Starts[First];
    for (const ByteEdit &E : Edits.slice(I, End - I)) {
      New += Before.slice(At, E.Offset);
      New += E.Text;
      At = E.Offset + E.Length;
    }
    New += Before.slice(At, Starts[Last]);
    StringRef Rest = New;
    while (First < Last && Rest.starts_with(Old[First]))
      Rest = Rest.drop_front(Old[First++].size());
    while (First < Last && Rest.ends_with(Old[Last - 1]) &&
           (Rest.size() == Old[Last - 1].size() || Rest[Rest.size() - Old[Last - 1].size() - 1] == '\n'))
      Rest = Rest.drop_back(Old[--Last].size());
    if (First != Last || !Rest.empty())
      Changes.push_back({First, Last, Rest.str()});
    return End;
  }

  static void line(char Mark, StringRef Text, raw_ostream &OS) {
    OS << Mark << Text;
    if (!Text.ends_with("\n"))
      OS << "\n\\ No newline at end of file\n";
  }

  static void range(size_t First, size_t Count, raw_ostream &OS) {
    OS << (Count ? First + 1 : First);
    if (Count != 1)
      OS << ',' << Count;
  }

  void hunk(ArrayRef<Change> Of, raw_ostream &OS) {
    size_t From = Of.front().First - std::min(Of.front().First, Context);
    size_t To = std::min(Of.back().Last + Context, Old.size());
    ptrdiff_t Added = 0;
    for (const Change &C : Of)
      Added += ptrdiff_t(linesOf(C.New).size()) - ptrdiff_t(C.Last - C.First);
    OS << "@@ -";
    range(From, To - From, OS);
    OS << " +";
    range(From + Growth, To - From + Added, OS);
    OS << " @@\n";
    Growth += Added;
    for (const Change &C : Of) {
      for (; From < C.First; ++From)
        line(' ', Old[From], OS);
      for (; From < C.Last; ++From)
        line('-', Old[From], OS);
      for (StringRef L : linesOf(C.New))
        line('+', L, OS);
    }
    for (; From < To; ++From)
      line(' ', Old[From], OS);
  }
};

} // namespace

void writeUnifiedDiff(StringRef Path, StringRef Before, ArrayRef<ByteEdit> Edits, raw_ostream &OS) {
  Diff(Before, Edits).write(Path, OS);
}

} // namespace gilray::report
