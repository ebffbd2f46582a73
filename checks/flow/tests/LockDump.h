// The result of the lock-set analysis as text: for tests, and for developers who judge it on real code.
#ifndef GILRAY_FLOW_TESTS_LOCKDUMP_H
#define GILRAY_FLOW_TESTS_LOCKDUMP_H

#include "flow/LockSets.h"

namespace gilray::test {

/// "self->lock (pthread, shared)", sorted, joined with ", ".
std::string lockText(const flow::LockSets &L, llvm::ArrayRef<flow::HeldLock> Held, flow::FnId In);
/// "@cache", "this object's Conn.lock", "some Conn.lock".
std::string lockText(const flow::LockSets &L, llvm::ArrayRef<flow::LockName> Names);
/// One line: where, what, which locks, attached or not, by whom.
std::string accessText(const flow::LockSets &L, const link::Program &P, const flow::SharedAccess &A);
/// "12: leak of self->lock".
std::string factText(const flow::LockSets &L, const link::Program &P, const flow::LockEventFact &F);
void dumpLocks(const flow::LockSets &L, const link::Program &P, llvm::raw_ostream &OS);

} // namespace gilray::test

#endif
