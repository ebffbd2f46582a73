#include "link/Modules.h"

namespace gilray::link {

Modules::Modules(const Program &P) : P(P) {}

llvm::SmallVector<unsigned, 1> Modules::of(FnId) const { return {}; }
llvm::SmallVector<unsigned, 1> Modules::of(const ir::Global &) const { return {}; }
bool Modules::initOnly(FnId) const { return false; }

} // namespace gilray::link
