// Where the group `freethreading` speaks: what its checks find does no harm as long as a GIL makes threads take turns.
//
// A module that declares that it does not need the GIL has promised; whoever compiles for a free-threaded Python wants
// to know. Everybody else would read of races that cannot happen, and a module that says it needs the GIL gets one.
#ifndef GILRAY_RULES_FREETHREADING_APPLIES_H
#define GILRAY_RULES_FREETHREADING_APPLIES_H

#include "core/Finding.h"
#include "evidence/Evidence.h"
#include "link/Modules.h"
#include "rules/Input.h"

namespace gilray::rules {

bool withoutGil(const link::ExtensionModule &M);
/// Of a module that the function belongs to; without a module the build decides.
bool withoutGil(const Input &In, link::FnId F);

/// Is the event in code that is left out of free-threaded builds: the #else of `#ifdef Py_GIL_DISABLED`?
bool onlyWithGil(const Input &In, link::EventRef At);

/// A remedy with the section of docs/guide/free-threading.md that explains it.
void remedyInGuide(Finding &F, std::string Text, llvm::StringRef Section);
/// "'PyList_GetItemRef' (3.13, or pythoncapi_compat.h)"; empty if there is none.
std::string replacement(const api::Entry &E);

/// The finding for a race in a module.
Finding raceFinding(const CheckInfo &Check, const evidence::Race &R, const link::ExtensionModule &M,
                    std::string Message);
/// Calls Report for each fact with a race, once, with a module for which the group speaks.
void eachRace(const Input &In, llvm::function_ref<void(const evidence::Fact &, const link::ExtensionModule &)> Report);

} // namespace gilray::rules

#endif
