// What the rules about locks share: names of locks in messages, and witnesses with two threads.
#ifndef GILRAY_RULES_LOCKS_LOCKREPORT_H
#define GILRAY_RULES_LOCKS_LOCKREPORT_H

#include "flow/LockSets.h"
#include "rules/Report.h"

namespace gilray::rules {

using flow::LockEventFact;
using flow::LockFactKind;
using flow::LockSets;
using flow::NameId;

/// "'self->lock'".
std::string quoted(const LockSets &Locks, flow::PathId Lock, link::FnId In);
/// What a thread is kept waiting by when it is attached: PyMutex_Lock detaches instead.
bool waitsAttached(flow::LockKind K);
/// Adds steps as path notes.
void path(Finding &F, const flow::Results &Results, const std::vector<flow::Step> &Steps, unsigned Thread = 0);
void path(Finding &F, const flow::Results &Results, link::EventRef At, std::string Text,
          ThreadState After = ThreadState::Unknown, unsigned Thread = 0);
/// Adds the path of a fact: where the lock is taken, and from the call that matters down to what does it.
void pathOf(Finding &F, const rules::Input &In, const LockEventFact &Fact);
/// The name of the function that a call reaches, in quotes.
std::string calledAt(const flow::Results &Results, link::EventRef At);
/// Does the thread arrive attached on some path?
bool mayBeAttached(const LockSets &Locks, const LockEventFact &F);
/// Does the call drop the last reference, perhaps, to what is kept in a field or global?
bool dropsSharedReference(const rules::Input &In, link::EventRef At);
/// Has something that callers handed in been stored in that field or global? What the module made itself runs no Python
/// code when it dies: a tuple of numbers, a set of weak references.
bool holdsForeignObject(const rules::Input &In, link::EventRef At);
/// A call of a type that the program defines itself, which makes an object and runs no Python code.
bool makesOwnObject(const rules::Input &In, link::EventRef At);
/// A call that runs Python code only through a type's slots or a last reference: is it likely enough? It is for an
/// object that was handed in, or is kept in a field or global of the project; not for one that was just made, or an
/// exception that is raised.
bool likelyRunsPython(const rules::Input &In, link::EventRef At);
/// Can Python code run the function: is it reached from a method, a slot, a function bound by a library?
bool reachedFromPython(const LockSets &Locks, link::FnId F);
/// The calls of modelled functions for which Pred holds, in the order of their places.
std::vector<link::EventRef> modelledCalls(const flow::Results &Results,
                                          llvm::function_ref<bool(const api::Entry &)> Pred);

} // namespace gilray::rules

#endif
