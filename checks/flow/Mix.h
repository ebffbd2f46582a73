// A hash of a few numbers for the tables that the flow analyses intern into at every step. llvm::hash_combine costs
// more than the rest of such a look-up.
#ifndef GILRAY_FLOW_MIX_H
#define GILRAY_FLOW_MIX_H

#include <cstdint>

namespace gilray::flow {

inline uint64_t mix(uint64_t Hash, uint64_t Part) {
  Hash = (Hash ^ Part) * 0x9E3779B97F4A7C15u;
  return Hash ^ Hash >> 32;
}

} // namespace gilray::flow

#endif
