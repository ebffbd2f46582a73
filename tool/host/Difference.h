// What the rest of a project adds to and takes from the findings in a file, carried over to a later text of the file.
#ifndef GILRAY_HOST_DIFFERENCE_H
#define GILRAY_HOST_DIFFERENCE_H

#include "core/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace gilray::tidy {

/// Do both say the same, at the same places, by the same path?
bool same(const Finding &A, const Finding &B);

/// Lines of an old text in a new one: those before and behind all that was edited.
class LineShift {
public:
  LineShift(llvm::StringRef Old, llvm::StringRef New);
  /// 1-based; 0 for a line that was edited.
  unsigned operator()(unsigned Line) const {
    return Line <= Before ? Line : Line > OldLines - Behind ? Line + NewLines - OldLines : 0;
  }

private:
  unsigned OldLines, NewLines, Before = 0, Behind = 0;
};

class Difference {
public:
  Difference() = default;
  /// Between the findings of the file alone and those with the whole project, both for Text.
  Difference(std::string File, std::string Text, llvm::ArrayRef<Finding> Alone, llvm::ArrayRef<Finding> Whole);

  /// Findings of the file alone, for NewText, become what is to be expected with the whole project. Where something was
  /// edited on the way of a finding, nothing is expected.
  void applyTo(std::vector<Finding> &Alone, llvm::StringRef NewText) const;

private:
  std::string File, Text;
  std::vector<Finding> Added, Refuted;
};

} // namespace gilray::tidy

#endif
