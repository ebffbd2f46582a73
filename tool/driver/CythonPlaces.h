// Findings in C that Cython generated, told in the words of the source: its lines and its names. What Cython wrote on
// its own account is nobody's to change.
#ifndef GILRAY_DRIVER_CYTHONPLACES_H
#define GILRAY_DRIVER_CYTHONPLACES_H

#include "core/Finding.h"
#include "driver/CythonText.h"
#include "ir/Unit.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <optional>

namespace gilray::driver {

class CythonPlaces {
public:
  /// Learns from the comments in a generated file which lines of which source its lines were made from.
  void add(const ir::Unit &U);
  bool empty() const { return ByFile.empty(); }
  bool isGenerated(llvm::StringRef File) const { return ByFile.count(File); }

  /// Where the source has what F is about; nothing when it is about generated code that stands for no line of it. What
  /// is said of a variable or a type of the module is where that is declared, and what is said of a whole module is on
  /// the first line.
  std::optional<Place> placeOf(const Finding &F) const;
  /// Moves a finding there; false when there is no such place.
  bool translate(Finding &F) const;
  /// Moves the place if it stands for a line of the source.
  bool translate(Place &P) const;
  /// The same; if it stands for none, to the declaration of what About names first, or to the first line of the source.
  /// A place in another file stays.
  void move(Place &P, llvm::StringRef About = {}) const;
  /// Moves and renames; leaves out notes about generated code that stands for no line.
  void translate(std::vector<Note> &Notes) const;
  /// 'area' of a module pkg.mod for __pyx_pw_3pkg_3mod_5area, in a message.
  static std::string readable(llvm::StringRef Text);
  /// The sources, by path.
  const std::map<std::string, CythonText> &texts() const { return Texts; }

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
  std::map<std::string, CythonText> Texts;

  Place declaration(const Generated &G, llvm::StringRef About) const;
};

} // namespace gilray::driver

#endif
