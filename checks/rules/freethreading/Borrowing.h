// What the checks about borrowed references and iteration share: who can reach a container, and which lock is held.
#ifndef GILRAY_RULES_FREETHREADING_BORROWING_H
#define GILRAY_RULES_FREETHREADING_BORROWING_H

#include "ownership/Provenance.h"
#include "rules/Report.h"

namespace gilray::rules {

/// One event in a way of getting there without any lock; none: a lock is held, or may be.
const flow::LockContext *unlockedWay(const Input &In, link::EventRef At);
/// Functions that the collector and the end of an object call, and what runs only while the module is made.
bool isAlone(const Input &In, link::FnId F);
/// "'self->memo'", "the argument 'tags'", "the list".
std::string spellContainer(const Input &In, link::EventRef At, ir::ValueId Container);
/// Calls Visit for each call of the API in the project's code for which the group speaks.
void eachApiCall(const Input &In,
                 llvm::function_ref<void(link::EventRef, const ir::Event &, const api::Entry &)> Visit);
/// "thread 1: ..." from the entry point to the event, then what thread 2 can do meanwhile.
void bothThreads(Finding &F, const Input &In, link::EventRef At, const flow::LockContext *Way, std::string First,
                 ir::ValueId Container);

} // namespace gilray::rules

#endif
