// The record of the one check that the driver judges itself: only it knows which findings a comment silenced.
#ifndef GILRAY_RULES_SUPPRESSION_UNUSEDSUPPRESSION_H
#define GILRAY_RULES_SUPPRESSION_UNUSEDSUPPRESSION_H

#include "core/CheckInfo.h"

namespace gilray {
extern const CheckInfo UnusedSuppressionCheck;
}

#endif
