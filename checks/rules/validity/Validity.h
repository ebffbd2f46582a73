// What the checks of stale references have in common: names and the path from where something was obtained to its use.
#ifndef GILRAY_RULES_VALIDITY_VALIDITY_H
#define GILRAY_RULES_VALIDITY_VALIDITY_H

#include "ownership/Validity.h"
#include "rules/Report.h"

namespace gilray::rules {

/// "'self->items'", or what it is if it has no name: "the result of 'PyList_New'".
std::string nameOf(const flow::Results &R, link::FnId F, ir::ValueId V);
/// "'PyObject_Str' ran Python code", "the thread was detached": what came in between, for the message.
std::string between(const flow::Results &R, const ownership::Disturbance &D);
/// A finding at the use, with the path: obtained, disturbed, used.
Finding staleUse(const Input &In, const CheckInfo &Check, const ownership::StaleUse &U, std::string Obtained,
                 std::string Message);

} // namespace gilray::rules

#endif
