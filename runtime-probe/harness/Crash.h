// Says on stderr where in which library a crash happened, then lets the handler that was there before go on.
#ifndef GILRAY_PROBE_HARNESS_CRASH_H
#define GILRAY_PROBE_HARNESS_CRASH_H

namespace gilray::harness {
void nameCrashes();
}

#endif
