// What every consumer of a unit may rely on: indices lead somewhere, values and loops have no cycles. Readers refuse
// units with a defect, so that a damaged cache entry cannot reach the linker or the solver.
#ifndef GILRAY_IR_VALIDATE_H
#define GILRAY_IR_VALIDATE_H

#include "ir/Unit.h"
#include <optional>
#include <string>

namespace gilray::ir {

/// Operands precede the values that use them, and values nest at most this deep, so recursion over them is safe.
inline constexpr unsigned MaxValueDepth = 2000;

/// The first defect, in words; nothing for a sound unit.
std::optional<std::string> findDefect(const Unit &U);

} // namespace gilray::ir

#endif
