// gilray check --diff BASE: what has changed since a commit, as git tells it, and which findings are the change's.
#ifndef GILRAY_DRIVER_CHANGE_H
#define GILRAY_DRIVER_CHANGE_H

#include "core/Finding.h"
#include "extract/Extract.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gilray::driver {

class Change {
public:
  /// From where Base and the present commit parted to the files as they are now, in the repository that Directory is
  /// in.
  static llvm::Expected<Change> since(llvm::StringRef Base, llvm::StringRef Directory);

  /// The finding, or a step of its path, stands on a line that the change has made.
  bool touches(const Finding &F) const;
  /// C and C++ files that had another text, or were not there; to parse the program as it was.
  llvm::Expected<extract::FileTexts> before() const;

private:
  struct Lines {
    unsigned First = 0, Last = 0;
  };
  struct File {
    std::string Earlier;        ///< path in the repository at the commit; empty: it was not there
    std::vector<Lines> Changed; ///< of the present text
    bool New = false;           ///< every line is the change's
  };
  std::string Root, Commit;
  std::map<std::string, File> Files; ///< by absolute path
  std::set<std::string> Gone;        ///< paths in the repository of files that are no more

  bool touches(const Place &P) const;
  llvm::Error readDiff(llvm::StringRef Text);
};

} // namespace gilray::driver

#endif
