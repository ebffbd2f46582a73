// A store that is made detached under a lock: does the lock order it with what others do?
#ifndef GILRAY_RULES_THREADSTATE_OTHERWRITERS_H
#define GILRAY_RULES_THREADSTATE_OTHERWRITERS_H

#include "flow/LockSets.h"
#include "rules/Input.h"

namespace gilray::rules {

/// Where a method replaces the pointer in the same field while attached, without any of the locks that are held at the
/// store; invalid if there is none, or if not all locks are known:
///   Py_BEGIN_ALLOW_THREADS lock(&conn->m); cur->result = exec(conn); unlock(&conn->m); Py_END_ALLOW_THREADS
///   clear(cur->result); cur->result = NULL;                                      // another method, under the GIL only
link::EventRef writerWithoutLock(const Input &In, llvm::StringRef RecordField, link::EventRef Store);

} // namespace gilray::rules

#endif
