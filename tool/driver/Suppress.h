// NOLINT comments: which findings they silence, and which of them silence nothing.
#ifndef GILRAY_DRIVER_SUPPRESS_H
#define GILRAY_DRIVER_SUPPRESS_H

#include "core/Finding.h"
#include "driver/CythonPlaces.h"
#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringSet.h"
#include <map>
#include <string>
#include <vector>

namespace gilray::driver {

/// The suppressions of all files of a run, over all targets. A header's comments count once, however many units see it.
class Suppressions {
public:
  void add(const ir::Unit &U);
  /// The comments of Cython sources.
  void add(const CythonPlaces &Cython);
  /// Pairs BEGIN and END; after all units were added, before the first question.
  void finish();

  /// Whether F is suppressed where it is, or where Cython's source has it; remembers by which comments.
  bool suppresses(const Finding &F, const CythonPlaces &Cython = {});

  /// Comments that name checks of ours, all of which ran, and silenced nothing; comments that name a check that does
  /// not exist; BEGIN without END. Nothing is said about the files in NotJudged: what was not analysed cannot be
  /// unused.
  std::vector<Finding> complaints(llvm::ArrayRef<const CheckInfo *> Ran, const llvm::StringSet<> &NotJudged) const;

private:
  struct Comment {
    Place Where;
    ir::SuppressionKind Kind;
    std::vector<std::string> Checks;
    unsigned First = 0, Last = 0; ///< lines covered
    bool Unpaired = false, Used = false;
  };
  std::map<std::string, std::vector<Comment>> ByFile;

  static bool names(const Comment &C, const CheckInfo &Check);
  bool covers(const Place &P, const CheckInfo &Check);
};

} // namespace gilray::driver

#endif
