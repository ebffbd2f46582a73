// gilray index: parses a project, or what of it has changed, for single files to be linked with.
#include "driver/Session.h"

namespace gilray::driver {

using namespace llvm;

int runIndex(const Invocation &Inv, const Context &C) {
  Session S(Inv, C);
  if (!S.open())
    return Failed;
  S.parseIntoIndex();
  if (Error E = S.close())
    return S.fail(std::move(E));
  S.statistics({});
  return S.log().failed() ? Failed : Nothing;
}

} // namespace gilray::driver
