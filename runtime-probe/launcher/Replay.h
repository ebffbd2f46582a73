// More threads than the machine has processors for, as far as the GIL is concerned.
#ifndef GILRAY_PROBE_LAUNCHER_REPLAY_H
#define GILRAY_PROBE_LAUNCHER_REPLAY_H

#include "launcher/Measure.h"

namespace gilray::probe {

/// Replays what S was seen to do (threads with a GIL, structure measured) with that many threads.
Replay replaySeries(const Series &S, const InterpreterSpec &I, unsigned Workers, MeasureContext &C);

} // namespace gilray::probe

#endif
