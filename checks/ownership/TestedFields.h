// A field that was tested, and is relied on after something in between gave others a chance to change it.
//
//     if (self->db == NULL) return closed();     tested
//     Py_BEGIN_ALLOW_THREADS wait(); Py_END..    others run: close() sets self->db to null
//     lib_step(self->db);                        relied on
#ifndef GILRAY_OWNERSHIP_TESTEDFIELDS_H
#define GILRAY_OWNERSHIP_TESTEDFIELDS_H

#include "ownership/Handles.h"

namespace gilray::ownership {

struct OutdatedTest {
  EventRef Test; ///< the branch
  Disturbance By;
  EventRef At; ///< relied on here
  ValueId Path = 0;
  StringRef Record, Field;
  Ending EndedBy;
};

class TestedFields {
public:
  TestedFields(const Ownership &O, const Disturbances &D, const Fields &F, const Handles &H);
  /// Of one function, in the order of the tests; one per field.
  std::vector<OutdatedTest> outdated(FnId F) const;

private:
  struct Walk;
  const Ending *endedElsewhere(StringRef Record, StringRef Field, EventRef Use) const;
  bool testsField(FnId G, const std::string &Name, unsigned Depth = 0) const;

  const Ownership &O;
  const Disturbances &D;
  const Fields &Fs;
  const Handles &H;
  const link::Program &P;
  const flow::FunctionInfos &Infos;
};

} // namespace gilray::ownership

#endif
