// What the checks of the group `release` have in common: which calls are worth a release, and which are kept attached
// for a reason that can be seen.
#ifndef GILRAY_RULES_RELEASE_RELEASE_H
#define GILRAY_RULES_RELEASE_RELEASE_H

#include "belief/ForeignCalls.h"
#include "rules/Report.h"

namespace gilray::rules {

/// The arguments say that the call neither waits nor has much to do: waitpid(.., WNOHANG), write(fd, "x", 1), output to
/// stderr.
bool isShortByArguments(const link::Program &P, const belief::CallSite &S);

/// if (PQisBusy(conn)) return; PQgetResult(conn): the library said just before that this will not wait.
bool wasAsked(const link::Program &P, const belief::CallSite &S);

/// close(), free() and the like, by name.
bool givesUpHandle(llvm::StringRef Name);

/// An open object is being closed where other threads can see it: half closed, it must not be. A deallocator has the
/// object to itself.
bool closesVisibleObject(const flow::Results &R, const belief::ForeignCalls &Calls, const belief::CallSite &S);

/// The function also makes the call detached, on the other side of a branch: it decides by size, or by a flag.
bool isDecided(const belief::ForeignCalls &Calls, const belief::CallSite &S);

/// A call on an error path, in set-up code, or one that nobody is seen to reach attached.
bool isKeptAttached(const belief::ForeignCalls &Calls, const belief::CallSite &S);

/// How many functions of the program make the call released, and how many attached.
belief::Tally releases(const belief::ForeignCalls &Calls, llvm::StringRef Name, bool OnlySole);

/// "7 of 8 calls of 'f' are made with the GIL released, such as this one", if there are such.
void siblingNotes(Finding &F, const flow::Results &R, const belief::ForeignCalls &Calls, const belief::CallSite &S);

} // namespace gilray::rules

#endif
