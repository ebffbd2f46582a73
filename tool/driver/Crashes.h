// What the user is told about a crash of gilray itself, and crashes on demand for the tests of that.
#ifndef GILRAY_DRIVER_CRASHES_H
#define GILRAY_DRIVER_CRASHES_H

#include "Analysis.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace gilray::driver {

std::string describe(const Crash &C, llvm::function_ref<std::string(llvm::StringRef)> ShownPath);

/// For AnalysisOptions::Begin: crashes where GILRAY_TEST_CRASH says. See docs/dev/testing.md.
std::function<void(Stage, llvm::StringRef)> crashesForTests();

} // namespace gilray::driver

#endif
