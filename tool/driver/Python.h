// Finds Python's headers: by asking an interpreter, in a directory, or in the places where Pythons are installed.
#ifndef GILRAY_DRIVER_PYTHON_H
#define GILRAY_DRIVER_PYTHON_H

#include "config/Targets.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <string>
#include <vector>

namespace gilray::driver {

using config::Target;

struct PythonHeaders {
  Target Version;                      ///< as the headers say, FreeThreaded if they are of such a build
  std::vector<std::string> Includes;   ///< directory of Python.h first
  std::vector<std::string> Extensions; ///< include directories of installed packages: NumPy, pybind11, nanobind
  std::string Origin;                  ///< for messages
};

/// Headers below the given include directories; empty if there is no Python.h.
std::optional<PythonHeaders> headersIn(llvm::ArrayRef<std::string> Directories);

/// Where is an interpreter, a name on PATH, or a directory that holds Python.h. Runs a fixed one-liner in isolated
/// mode.
llvm::Expected<PythonHeaders> findPython(llvm::StringRef Where);

/// All headers below the usual places (/usr/include, /usr/local, pyenv, /opt/python, uv), sorted by version and path.
std::vector<PythonHeaders> discoverPythons();

/// The compiler arguments with every include directory of another Python replaced by these headers.
std::vector<std::string> withPython(llvm::ArrayRef<std::string> Args, llvm::StringRef Directory,
                                    const PythonHeaders &Headers, bool FreeThreaded);

} // namespace gilray::driver

#endif
