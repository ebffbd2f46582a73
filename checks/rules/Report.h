// From an engine report to a finding: places, witness notes, macro notes. Shared by the rules, so that all of them read
// alike.
#ifndef GILRAY_RULES_REPORT_H
#define GILRAY_RULES_REPORT_H

#include "core/Finding.h"
#include "flow/Results.h"
#include "rules/Input.h"

namespace gilray::rules {

/// A finding of a check at R.At with the witness as path notes and the macros it came through.
Finding makeFinding(const flow::Results &Results, const CheckInfo &Check, const flow::Report &R, std::string Message);
/// A finding at a plain event.
Finding makeFinding(const flow::Results &Results, const CheckInfo &Check, link::EventRef At, std::string Message);
void why(Finding &F, std::string Text);
void remedy(Finding &F, std::string Text);
void related(Finding &F, const flow::Results &Results, link::EventRef At, std::string Text);

/// Does the state come from an entry point where no Python thread state is promised (thread, library callback, ...)?
bool isForeignEntry(const link::Root *R);
/// "'f' " of the function that the call at R.At reaches; empty when the observation is at R.At itself.
std::string crossing(const flow::Results &Results, const flow::Report &R);
/// Notes that say how the code is entered: registration and, for callbacks, the detached call that makes it possible.
void entryNotes(Finding &F, const flow::Results &Results, const flow::Report &R);

} // namespace gilray::rules

#endif
