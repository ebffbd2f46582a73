// All that the group `validity` asks of a program, made once.
#ifndef GILRAY_OWNERSHIP_VALIDITY_H
#define GILRAY_OWNERSHIP_VALIDITY_H

#include "ownership/Claims.h"
#include "ownership/Handles.h"

namespace gilray::ownership {

class Validity {
public:
  Validity(const Ownership &O, const link::Modules &M);

  const Ownership &ownership() const { return O; }
  const Disturbances &disturbances() const { return D; }
  const Fields &fields() const { return F; }
  const Handles &handles() const { return H; }
  /// Of all functions that run once the module exists, in the order of functions and places.
  llvm::ArrayRef<StaleUse> staleUses() const { return Uses; }

private:
  bool isGuarded(const StaleUse &U) const;
  const Ownership &O;
  Disturbances D;
  Fields F;
  Handles H;
  std::vector<StaleUse> Uses;
};

} // namespace gilray::ownership

#endif
