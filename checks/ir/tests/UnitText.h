// Units of tests, written in the text form.
#ifndef GILRAY_IR_TESTS_UNITTEXT_H
#define GILRAY_IR_TESTS_UNITTEXT_H

#include "ir/Text.h"
#include <gtest/gtest.h>

namespace gilray::ir::test {

/// The unit; where Text has an error the test fails with it, and the unit is empty.
inline Unit parsed(llvm::StringRef Text) {
  llvm::Expected<Unit> U = parseText(Text);
  if (U)
    return std::move(*U);
  ADD_FAILURE() << llvm::toString(U.takeError()) << "\nin:\n" << Text.str();
  return Unit();
}

inline std::string printed(const Unit &U) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(U, OS);
  return Text;
}

} // namespace gilray::ir::test

#endif
