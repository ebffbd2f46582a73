// The number of items of a list, asked before Python code ran and relied on afterwards.
//
//     n = PyList_GET_SIZE(list);                             asked
//     for (i = 0; i < n; i++)                                relied on, from the second turn on
//         PyObject_CallOneArg(f, PyList_GET_ITEM(list, i));  f may have taken items out: behind the end
//
// Only of lists that others can change, and only where the item is fetched without looking at the size.
#ifndef GILRAY_OWNERSHIP_CACHEDSIZES_H
#define GILRAY_OWNERSHIP_CACHEDSIZES_H

#include "ownership/Disturbances.h"

namespace gilray::ownership {

struct OutdatedSize {
  EventRef Asked;
  Disturbance By;
  EventRef Test; ///< the branch that goes by the old number
  EventRef At;   ///< the item is fetched here
  ValueId Of = 0;
};

/// Of one function, in the order of the places where the size was asked; one per place.
std::vector<OutdatedSize> outdatedSizes(const Ownership &O, const Disturbances &D, FnId F);

} // namespace gilray::ownership

#endif
