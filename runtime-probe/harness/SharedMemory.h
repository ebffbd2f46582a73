// What harness and driver agree on about shared memory that a kernel makes.
#ifndef GILRAY_PROBE_HARNESS_SHAREDMEMORY_H
#define GILRAY_PROBE_HARNESS_SHAREDMEMORY_H

namespace gilray::harness {

/// File in the directory for temporary files: the names of shared memory that was made, one per line.
constexpr const char *SharedMemoryList = "gilray-shared-memory";

} // namespace gilray::harness

#endif
