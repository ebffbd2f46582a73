// Findings in C that Cython generated, told in the words of the source: its lines and its names. What Cython wrote on
// its own account is nobody's to change.
#ifndef GILRAY_DRIVER_CYTHONPLACES_H
#define GILRAY_DRIVER_CYTHONPLACES_H

#include "core/Finding.h"
#include "ir/Unit.h"
#include "llvm/ADT/StringMap.h"
#include <map>

namespace gilray::driver {

class CythonPlaces {
public:
  /// Learns from the comments in a generated file which lines of which source its lines were made from.
  void add(const ir::Unit &U);
  bool empty() const { return ByFile.empty(); }
  bool isGenerated(llvm::StringRef File) const { return ByFile.count(File); }

  /// Moves a finding to the source; false when it is about generated code that stands for no line of it. What is said
  /// of a whole module, or of what it keeps in static storage, goes to the first line.
  bool translate(Finding &F) const;
  /// Moves the place if it stands for a line of the source.
  bool translate(Place &P) const;
  /// The same, to the first line of the source if it stands for none; a place in another file stays.
  void move(Place &P) const;
  /// Moves and renames; leaves out notes about generated code that stands for no line.
  void translate(std::vector<Note> &Notes) const;
  /// 'area' of a module pkg.mod for __pyx_pw_3pkg_3mod_5area, in a message.
  static std::string readable(llvm::StringRef Text);

private:
  struct Line {
    std::string Source; ///< empty: generated for no line
    unsigned Number = 0;
    bool CountsOn = false;
  };
  struct Generated {
    std::map<unsigned, Line> From; ///< up to the next key
    std::string Source;            ///< the module's own
  };
  llvm::StringMap<Generated> ByFile;
};

} // namespace gilray::driver

#endif
