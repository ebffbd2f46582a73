// Crash recovery that also survives a stack overflow: LLVM's handlers run on the stack that has just overflowed, so
// they are moved to an alternate one, which each guarded thread brings along.
#ifndef GILRAY_CORE_CRASHGUARD_H
#define GILRAY_CORE_CRASHGUARD_H

#include "llvm/ADT/STLFunctionalExtras.h"

namespace gilray {

/// Runs Fn on a thread with a stack of StackSize bytes. False if it crashed; what it has touched cannot be trusted
/// then.
bool runGuarded(llvm::function_ref<void()> Fn, unsigned StackSize);

} // namespace gilray

#endif
