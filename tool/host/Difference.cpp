// See Difference.h.
#include "host/Difference.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace gilray::tidy {

using namespace llvm;

static bool samePlace(const Finding &A, const Finding &B) {
  return std::tie(A.Check, A.Where, A.Message) == std::tie(B.Check, B.Where, B.Message);
}

bool same(const Finding &A, const Finding &B) {
  auto SameNote = [](const Note &X, const Note &Y) {
    return std::tie(X.Kind, X.Message, X.Where) == std::tie(Y.Kind, Y.Message, Y.Where);
  };
  return samePlace(A, B) && A.Sev == B.Sev && llvm::equal(A.Notes, B.Notes, SameNote) &&
         A.Fixes.size() == B.Fixes.size();
}

static SmallVector<StringRef, 0> linesOf(StringRef Text) {
  SmallVector<StringRef, 0> Lines;
  Text.split(Lines, '\n');
  return Lines;
}

LineShift::LineShift(StringRef Old, StringRef New) {
  SmallVector<StringRef, 0> A = linesOf(Old), B = linesOf(New);
  OldLines = A.size(), NewLines = B.size();
  unsigned Common = std::min(OldLines, NewLines);
  while (Before < Common && A[Before] == B[Before])
    ++Before;
  while (Behind < Common - Before && A[OldLines - 1 - Behind] == B[NewLines - 1 - Behind])
    ++Behind;
}

namespace {

/// Moves a finding to the new text.
class Mover {
public:
  Mover(StringRef File, LineShift Shift) : File(File), Shift(Shift) {}
  bool move(Finding &F) const {
    return move(F.Where) && all_of(F.Notes, [&](Note &N) { return move(N.Where); }) &&
           all_of(F.Fixes, [&](Fix &X) { return all_of(X.Edits, [&](Edit &E) { return move(E.Where); }); });
  }

private:
  bool move(Place &P) const {
    if (P.File != File || !P.Line)
      return true;
    P.Line = Shift(P.Line);
    if (P.EndLine && !(P.EndLine = Shift(P.EndLine)))
      return false;
    return P.Line;
  }
  StringRef File;
  LineShift Shift;
};

} // namespace

static std::vector<Finding> without(ArrayRef<Finding> Some, ArrayRef<Finding> Others) {
  std::vector<Finding> Left;
  copy_if(Some, std::back_inserter(Left),
          [&](const Finding &F) { return none_of(Others, [&](const Finding &O) { return same(F, O); }); });
  return Left;
}

Difference::Difference(std::string File, std::string Text, ArrayRef<Finding> Alone, ArrayRef<Finding> Whole)
    : File(std::move(File)), Text(std::move(Text)), Added(without(Whole, Alone)), Refuted(without(Alone, Whole)) {}

void Difference::applyTo(std::vector<Finding> &Alone, StringRef NewText) const {
  if (Added.empty() && Refuted.empty())
    return;
  Mover ToNew(File, LineShift(Text, NewText));
  for (Finding F : Refuted)
    if (ToNew.move(F))
      erase_if(Alone, [&](const Finding &A) { return samePlace(A, F); });
  for (Finding F : Added)
    if (ToNew.move(F) && none_of(Alone, [&](const Finding &A) { return samePlace(A, F); }))
      Alone.push_back(std::move(F));
  llvm::sort(Alone, [](const Finding &A, const Finding &B) { return before(A, B); });
}

} // namespace gilray::tidy
