// From the paths on the command line to the source files to check.
#ifndef GILRAY_DRIVER_INPUTS_H
#define GILRAY_DRIVER_INPUTS_H

#include "driver/Log.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <string>
#include <vector>

namespace gilray::driver {

enum class SourceKind : uint8_t { None, C, Cxx, Header };
SourceKind sourceKind(llvm::StringRef Path);
bool isCythonFile(llvm::StringRef Path); ///< mod.pyx

/// Absolute and without dots.
std::string absolutePath(llvm::StringRef Path);

/// Files as given; directories are searched for C and C++ sources, without hidden, build, package and virtual
/// environment directories and without what Excluded says; with Cython for its sources, too. Sorted, unique. What
/// cannot be read is an error in L.
std::vector<std::string> collectInputs(llvm::ArrayRef<std::string> Paths,
                                       llvm::function_ref<bool(llvm::StringRef)> Excluded, Log &L, bool Cython = false);

} // namespace gilray::driver

#endif
