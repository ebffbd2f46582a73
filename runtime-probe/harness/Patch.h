// Which function stands in for which.
#ifndef GILRAY_PROBE_HARNESS_PATCH_H
#define GILRAY_PROBE_HARNESS_PATCH_H

#include <vector>

namespace gilray::harness {

struct Replacement {
  const char *Name;
  void *Hook;
  void **Real; ///< where the hook finds the function that it replaces
};
std::vector<Replacement> replacements();

} // namespace gilray::harness

#endif
