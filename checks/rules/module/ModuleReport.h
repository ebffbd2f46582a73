// What the checks of this group share: where a finding about a module stands, what the evidence says, and edits.
#ifndef GILRAY_RULES_MODULE_MODULEREPORT_H
#define GILRAY_RULES_MODULE_MODULEREPORT_H

#include "evidence/Evidence.h"
#include "link/Conditions.h"
#include "rules/Report.h"

namespace gilray::rules {

using llvm::StringRef;

/// A finding about a module at a place of one of its units.
Finding moduleFinding(const Input &In, const CheckInfo &Check, const link::ExtensionModule &M, const ir::Unit &U,
                      const ir::Loc &Where, std::string Message);

/// Where the slots of a module are written: the array, else the definition, else the init function.
std::pair<const ir::Unit *, ir::Loc> slotPlace(const link::ExtensionModule &M);

/// Slots in C, written by a person: neither a binding library's nor Cython's.
inline bool isHandWritten(const link::ExtensionModule &M) { return !isBinding(M.Form) && !M.Cython; }

/// What the evidence of a module says about one goal.
struct Support {
  std::vector<const evidence::Fact *> Blockers;
  std::vector<const evidence::Unseen *> Unseen;
  bool Assumes = false; ///< something that no source shows is taken for granted: libraries
  bool earned() const { return Blockers.empty() && Unseen.empty(); }
  /// Nothing is left to trust in: the declaration can be made without asking.
  bool proven() const { return earned() && !Assumes; }
};
Support supportFor(const Input &In, unsigned Module, evidence::Goal G);

/// "3 things speak against it, first 'cache'"; nothing when there are none.
std::string blockersText(const Support &S);
/// Notes for the first blockers, at their places.
void blockerNotes(Finding &F, const Support &S);
/// A note that says why nothing is suggested: blockers, or what could not be seen. Nothing when the goal is earned.
void whyNotEarned(Finding &F, const Support &S, StringRef Goal);

/// The Pythons that a declaration would speak for, of which only one was compiled here: code under version tests of the
/// project is another program in the others, and nothing is known about that.
class Coverage {
public:
  Coverage(const Input &In, unsigned Module);

  /// The Python that was compiled for.
  link::PythonBuild here() const;
  /// Where another Python would get other code; none if nowhere. The slots and the given groups do not count.
  std::optional<Place> otherCode(const link::PythonBuild &A, const link::PythonBuild &B,
                                 llvm::ArrayRef<const ir::PPGroup *> Ignored = {}) const;
  /// From which of the versions that know a declaration on, in an unbroken row, the code is the one that was judged.
  /// None: not even for this version, in the kind of build that reads the declaration.
  struct Guard {
    uint32_t From = 0;
    bool All = true; ///< also for all earlier and later versions that know the declaration
  };
  std::optional<Guard> guard(bool Gil) const;

private:
  const Input &In;
  const link::ExtensionModule &M;
  std::vector<const ir::Unit *> Units;
};
/// The final releases from 3.12 to the newest that is known.
llvm::ArrayRef<uint32_t> knownVersions();
/// A note that names the code which a free-threaded build has instead of what was judged.
void otherCodeNote(Finding &F, const Coverage &C, bool Gil);

/// One slot line, with its version guard and the indentation of the array, before the array's sentinel; none where the
/// array is not of a form that can be edited with certainty.
struct SlotLine {
  StringRef Slot, Value;
  uint32_t Since = 0; ///< first version, as PY_VERSION_HEX
};
std::optional<Fix> addSlot(const Input &In, const link::ExtensionModule &M, const SlotLine &Line, std::string Title);
/// A further argument of the macro that defines the module, and PYBIND11_VERSION_HEX of the first version that takes it
/// (0: no test is possible, so that the edit is for this version of the library only and not safe).
struct Tag {
  StringRef Text;
  uint32_t Since = 0;
};
std::optional<Fix> addTags(const Input &In, const link::ExtensionModule &M, llvm::ArrayRef<Tag> Tags,
                           std::string Title);

} // namespace gilray::rules

#endif
