// Whose header a file is. Judged by directories learnt from the includes themselves (where was Python.h found?), not by
// Clang's system-header flag: setuptools passes -I, not -isystem, for Python's own headers.
#ifndef GILRAY_EXTRACT_HEADERCLASSES_H
#define GILRAY_EXTRACT_HEADERCLASSES_H

#include "ir/Unit.h"
#include "llvm/ADT/StringMap.h"
#include <string>
#include <vector>

namespace gilray::extract {

class HeaderClasses {
public:
  /// Learns from `#include <Spelled>` that was found at Path (absolute). True when the classes of other files may have
  /// changed by it.
  bool noteInclude(llvm::StringRef Spelled, llvm::StringRef Path);
  void setResourceDir(llvm::StringRef Dir) { ResourceDir = Dir.str(); }
  /// The class of the header at Path (absolute, normalised). InSystemDir: found through -isystem or a built-in
  /// directory.
  ir::HeaderClass classify(llvm::StringRef Path, bool InSystemDir) const;

private:
  struct Root {
    std::string Prefix; ///< of the path
    ir::HeaderClass Class;
  };
  bool addRoot(std::string Prefix, ir::HeaderClass Class);

  std::vector<Root> Roots;
  std::string PythonDir, ResourceDir;
};

/// A header whose functions the API model speaks of: bodies are not extracted, function-like macros are recorded.
bool isModelled(ir::HeaderClass C);
/// A modelled header of Python or of a library that binds it (not libc or std, whose macros are always expanded).
bool isPythonSide(ir::HeaderClass C);

} // namespace gilray::extract

#endif
