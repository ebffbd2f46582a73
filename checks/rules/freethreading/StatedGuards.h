// Locks that the project states for fields and variables, in the source or in .gilray.yaml, and the uses without them.
//
//     char *buffer GILRAY_GUARDED_BY(lock);              every use holds the lock of the same object
//     static int hits GILRAY_GUARDED_BY(cache_lock);     ... or a global one
#ifndef GILRAY_RULES_FREETHREADING_STATEDGUARDS_H
#define GILRAY_RULES_FREETHREADING_STATEDGUARDS_H

#include "core/Finding.h"
#include "rules/Input.h"

namespace gilray::rules {

/// Findings of Check for stated guards of fields, or of variables with static storage.
void reportStatedGuards(const Input &In, const CheckInfo &Check, bool Fields, std::vector<Finding> &Out);

} // namespace gilray::rules

#endif
