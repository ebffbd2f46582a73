// Types go by their names, and two files may each have a type of their own under one name:
//
//     /* read.c */  typedef struct { PyObject_HEAD PyMutex lock; int n; } State;
//     /* write.c */ typedef struct { PyObject_HEAD double n; } State;
//
// What guards read.c's `n` says nothing about write.c's. The later file's type is called "State (write.c)" from then
// on.
#ifndef GILRAY_LINK_OWNTYPES_H
#define GILRAY_LINK_OWNTYPES_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include <memory>
#include <vector>

namespace gilray::link {

/// The units of a program in which a name means one type. Only units that must be renamed in are copied.
class OwnTypes {
public:
  explicit OwnTypes(llvm::ArrayRef<const ir::Unit *> Units);
  llvm::ArrayRef<const ir::Unit *> units() const { return All; }

private:
  std::vector<const ir::Unit *> All;
  std::vector<std::unique_ptr<const ir::Unit>> Copies;
};

/// The name as the source has it.
llvm::StringRef writtenName(llvm::StringRef Record);

} // namespace gilray::link

#endif
