// The door to compile_commands.json: files and their compiler arguments, without a Clang type in sight. Used by the
// driver, which knows nothing else of Clang.
#ifndef GILRAY_EXTRACT_COMPILECOMMANDS_H
#define GILRAY_EXTRACT_COMPILECOMMANDS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gilray::extract {

struct CompileCommand {
  std::string File;              ///< absolute
  std::string Directory;         ///< the compiler's working directory
  std::vector<std::string> Args; ///< as extractFile wants them: no program name, input, output or dependency options
};

class CompileCommands {
public:
  /// Path is a compile_commands.json or a directory that holds one.
  static llvm::Expected<CompileCommands> load(llvm::StringRef Path);
  /// The compile_commands.json of Start or the nearest of its parents (also in their `build` directories, where CMake
  /// leaves it); empty if there is none.
  static std::string findUpwards(llvm::StringRef Start);

  const std::string &path() const { return JsonPath; }
  /// All files, absolute, sorted, unique.
  std::vector<std::string> files() const;
  /// All distinct commands for an absolute file name, in the order of the database.
  std::vector<CompileCommand> commandsFor(llvm::StringRef File) const;

  CompileCommands(CompileCommands &&);
  ~CompileCommands();

private:
  struct Impl;
  std::unique_ptr<Impl> P;
  std::string JsonPath;
  CompileCommands();
};

} // namespace gilray::extract

#endif
