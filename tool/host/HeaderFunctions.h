// Functions of the project's headers in clangd, which skips their bodies: they are taken from the project index.
#ifndef GILRAY_HOST_HEADERFUNCTIONS_H
#define GILRAY_HOST_HEADERFUNCTIONS_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"

namespace gilray::tidy {

/// Takes out everything that stands in the unit's main file.
void keepHeadersOnly(ir::Unit &U);

bool hasSkippedBodies(const ir::Unit &U);

/// Lets callees of U whose bodies were skipped mean the functions of the same name in Known, where all that know one
/// agree on its body; earlier ones are asked first, and headers that have changed since the time Indexed (nanoseconds)
/// are not believed. What stays unknown is unknown to the analysis.
void resolveSkippedBodies(ir::Unit &U, llvm::ArrayRef<const ir::Unit *> Known, int64_t Indexed);

} // namespace gilray::tidy

#endif
