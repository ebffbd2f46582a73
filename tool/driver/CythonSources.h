// Sources in Cython among the files of a run: made into C by the Cython program of this machine, in a folder that is
// gone afterwards. The C is analysed as if it lay beside the source, with the include paths and flags of that place.
#ifndef GILRAY_DRIVER_CYTHONSOURCES_H
#define GILRAY_DRIVER_CYTHONSOURCES_H

#include "driver/Log.h"
#include "extract/Extract.h"
#include <map>

namespace gilray::driver {

class CythonSources {
public:
  /// Replaces each .pyx among Files by its C: the file beside it if that is newer, else what Program makes of it
  /// (empty: cython on PATH). Named are the files that the user asked for by name; without Cython the others are left
  /// out with a warning.
  void compile(std::vector<std::string> &Files, llvm::ArrayRef<std::string> Named, llvm::StringRef Program, Log &L);

  /// The C that was made, under the path where it is thought to lie.
  const extract::FileTexts &made() const { return Texts; }
  /// The source of C that was made; other files are their own.
  std::string sourceOf(const std::string &File) const;
  /// Sources that were left out, with the reason.
  llvm::ArrayRef<std::pair<std::string, std::string>> leftOut() const { return Missed; }

private:
  extract::FileTexts Texts;
  std::map<std::string, std::string> Sources;
  std::vector<std::pair<std::string, std::string>> Missed;
};

} // namespace gilray::driver

#endif
