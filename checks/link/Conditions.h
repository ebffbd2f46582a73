// Preprocessor conditions, as far as they are about the Python version: for which versions would this group be
// compiled?
#ifndef GILRAY_LINK_CONDITIONS_H
#define GILRAY_LINK_CONDITIONS_H

#include "ir/Unit.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace gilray::link {

using llvm::StringRef;

/// A Python to compile for.
struct PythonBuild {
  uint32_t Hex = 0;     ///< PY_VERSION_HEX
  bool NoGil = false;   ///< Py_GIL_DISABLED is defined
  uint32_t Limited = 0; ///< Py_LIMITED_API, 0 when not defined
};

/// The value of a condition under that Python; none: it depends on something else.
std::optional<bool> holds(StringRef Condition, const PythonBuild &For);

/// Would a group, with those around it and the ones before it of the same #if, be compiled for that Python?
std::optional<bool> compiles(const ir::Unit &U, const ir::PPGroup &G, const PythonBuild &For);

/// A group that is compiled for one of two Pythons and not, or not surely, for the other; null when a file is the same
/// code for both.
const ir::PPGroup *difference(const ir::Unit &U, const PythonBuild &A, const PythonBuild &B,
                              llvm::function_ref<bool(const ir::PPGroup &)> Ignore);

/// Is the inner place inside the outer one? Both of one file, both with an end line.
bool contains(const ir::Loc &Outer, const ir::Loc &Inner);
/// The smallest group around a place, null if there is none.
const ir::PPGroup *innermost(const ir::Unit &U, const ir::Loc &Where);

} // namespace gilray::link

#endif
