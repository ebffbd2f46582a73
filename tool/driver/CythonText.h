// The text of a Cython source, as far as findings need it: its comments, and where a name is declared.
#ifndef GILRAY_DRIVER_CYTHONTEXT_H
#define GILRAY_DRIVER_CYTHONTEXT_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace gilray::driver {

class CythonText {
public:
  struct Line {
    std::string Code; ///< strings and the comment are blanks
    std::string Comment;
    unsigned CommentCol = 0; ///< from 1
  };

  CythonText() = default;
  explicit CythonText(llvm::StringRef Text);

  const std::vector<Line> &lines() const { return Lines; }
  /// The line, from 1, on which a class or a C variable of the module gets its name; 0 if none does.
  unsigned declares(llvm::StringRef Name) const;
  /// Whether a condition is written on this line, from 1; the checks that Cython adds on its own are none.
  bool decides(unsigned Line) const;

private:
  std::vector<Line> Lines;
};

} // namespace gilray::driver

#endif
