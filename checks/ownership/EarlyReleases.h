// Fields that still lead to an object whose reference was given up already.
//
//     Py_XDECREF(self->hook);     the last reference: the finaliser runs, Python code that may call get_hook()
//     self->hook = Py_NewRef(v);  too late; Py_XSETREF stores first
//
// Only fields that hold what Python code hands in, and that another function reads, count: the finaliser of a number or
// of a str runs nothing.
#ifndef GILRAY_OWNERSHIP_EARLYRELEASES_H
#define GILRAY_OWNERSHIP_EARLYRELEASES_H

#include "ownership/Fields.h"

namespace gilray::ownership {

struct EarlyRelease {
  EventRef At;       ///< the reference is given up
  EventRef Replaced; ///< and the field gets another value
  EventRef Stored;   ///< where any object is stored in the field
  EventRef Read;     ///< by a function that Python code may call
  ValueId Path = 0;
};

/// In the order of functions and places.
std::vector<EarlyRelease> earlyReleases(const Ownership &O, const Fields &Fs);

} // namespace gilray::ownership

#endif
