// gilray cache: what is kept of earlier runs, and how to drop it.
#include "driver/CommandLine.h"
#include "driver/Driver.h"
#include "driver/Log.h"

namespace gilray::driver {

int runCache(const Invocation &Inv, const Context &C) {
  Log L(C.Err, false, C.ErrIsTerminal);
  if (Inv.Inputs.size() != 1 || (Inv.Inputs[0] != "info" && Inv.Inputs[0] != "clean")) {
    L.error("say what to do: 'gilray cache info' or 'gilray cache clean'");
    return Failed;
  }
  C.Out << "nothing is cached\n";
  return Nothing;
}

} // namespace gilray::driver
