// Random but sound units for the round-trip tests: every member set, awkward names, shared values.
#ifndef GILRAY_IR_TESTS_RANDOMUNIT_H
#define GILRAY_IR_TESTS_RANDOMUNIT_H

#include "ir/Unit.h"

namespace gilray::ir::test {

/// The same seed gives the same unit.
Unit randomUnit(unsigned Seed);
/// Replaces each function's value table by one that holds only used values, each once, numbered by first use. Two units
/// that say the same have equal bytes afterwards.
void renumberValues(Unit &U);

} // namespace gilray::ir::test

#endif
