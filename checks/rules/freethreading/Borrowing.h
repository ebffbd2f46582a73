// What the checks about borrowed references and iteration share: who can reach a container, and which lock is held.
#ifndef GILRAY_RULES_FREETHREADING_BORROWING_H
#define GILRAY_RULES_FREETHREADING_BORROWING_H

#include "ownership/Provenance.h"
#include "rules/Report.h"
#include "llvm/ADT/StringMap.h"

namespace gilray::rules {

/// Who changes the containers in fields and global variables, for one pass over the program.
///
///     PyDict_DelItem(self->names, key);       something is taken out
///     Py_CLEAR(self->names);                  the container is given up, and with it what is in there
///     return Py_NewRef(self->names);          handed out: Python code can change it
///     self->names = Py_NewRef(names);         an argument: the caller has it, too
class Changes {
public:
  explicit Changes(const Input &In);
  /// Does the program show who can change what the value may be here? Of a container that it makes and that nobody is
  /// seen to change, it does not.
  bool areSeen(link::EventRef At, ir::ValueId Container, unsigned Depth = 0) const;
  /// Appends "thread 1: ..." from the entry point to the event, then what thread 2 can do meanwhile.
  void bothThreads(Finding &F, link::EventRef At, const flow::LockContext *Way, std::string First,
                   ir::ValueId Container) const;

private:
  enum Way : uint8_t { TakenOut, HandedOut, Given };
  struct Change {
    Way How;
    link::EventRef At;
  };
  void collect(link::EventRef At, const ir::Event &E, bool Alone);
  bool isOfLife(link::FnId F, unsigned Depth) const;
  bool isOwnEntry(link::EventRef At, const ir::Event &E) const;
  bool isFilledUnderLock(link::EventRef At, const ir::Event &E) const;
  void add(link::EventRef At, ir::ValueId Container, Way How);
  const Change *of(link::EventRef At, ir::ValueId Container) const;
  link::EventRef givenUp(const ownership::Provenance &X) const;
  std::string nameOf(const ownership::Provenance &X) const;

  const Input &In;
  std::vector<std::vector<link::FnId>> Callers;
  llvm::StringMap<Change> Found;
  llvm::StringMap<bool> OnStack; ///< types of which a function has a variable
  llvm::StringMap<bool> Made;    ///< fields and variables that the program is seen to set
};

/// A way of getting to the event without any lock that may keep others out of the container; none: one is held, or may
/// be.
const flow::LockContext *unlockedWay(const Input &In, link::EventRef At, ir::ValueId Container);
/// Functions that the collector and the end of an object call, and what runs only while the module is made.
bool isAlone(const Input &In, link::FnId F);
/// "'self->memo'", "the argument 'tags'", "the list".
std::string spellContainer(const Input &In, link::EventRef At, ir::ValueId Container);
/// Calls Visit for each call of the API in the project's code for which the group speaks.
void eachApiCall(const Input &In,
                 llvm::function_ref<void(link::EventRef, const ir::Event &, const api::Entry &)> Visit);

} // namespace gilray::rules

#endif
