// Where Clang's builtin headers are.
#ifndef GILRAY_DRIVER_RESOURCES_H
#define GILRAY_DRIVER_RESOURCES_H

#include "driver/CommandLine.h"
#include "driver/Driver.h"
#include "extract/Extract.h"
#include "llvm/Support/FileSystem.h"

namespace gilray::driver {

inline llvm::Expected<std::string> resourceDir(const ParseOptions &Options, const Context &C) {
  // The address only tells the library which executable it is in, where the system cannot say.
  static int Anchor;
  return extract::findResourceDir(Options.ResourceDir, llvm::sys::fs::getMainExecutable(C.Program, &Anchor));
}

} // namespace gilray::driver

#endif
