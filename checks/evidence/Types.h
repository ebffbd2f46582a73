// What a variable of some type holds: Python objects, the interpreter's own tables, locks, plain data.
#ifndef GILRAY_EVIDENCE_TYPES_H
#define GILRAY_EVIDENCE_TYPES_H

#include "api/Model.h"
#include "link/Program.h"

namespace gilray::evidence {

/// What static storage of a type is, for the questions of this layer.
struct Content {
  bool TypeObject = false; ///< a PyTypeObject by value, or a struct around one
  bool Object = false;     ///< another Python object by value
  bool Reference = false;  ///< refers to Python objects: a pointer, a C++ holder, a container or struct of them
  bool Safe = false;       ///< const, atomic, lock, once flag, or a table of the interpreter: no state to judge
};

class Types {
public:
  Types(const link::Program &P);

  Content content(const ir::Unit &U, ir::TypeId T) const { return content(U, T, 0); }
  /// PyObject *, PyTypeObject *, or a pointer to a struct that begins with PyObject_HEAD.
  bool isObjectPointer(const ir::Unit &U, ir::TypeId T) const;
  bool isTypeObjectPointer(const ir::Unit &U, ir::TypeId T) const;
  /// The record of that name as this unit knows it, so that its type ids can be read.
  const ir::Record *record(const ir::Unit &U, llvm::StringRef Name) const;
  ir::HeaderClass homeOf(const ir::Unit &U, const ir::Loc &L) const { return U.Files[L.File].Class; }
  /// Fields of a record and of records inside it that refer to Python objects: "dict", "inner.weak".
  std::vector<std::string> objectFields(const ir::Unit &U, llvm::StringRef Record) const;

private:
  Content content(const ir::Unit &U, ir::TypeId T, unsigned Depth) const;
  void recordContent(const ir::Unit &U, const ir::Type &T, unsigned Depth, Content &Out) const;

  const link::Program &P;
  llvm::DenseMap<const ir::Unit *, llvm::StringMap<const ir::Record *>> Records;
};

} // namespace gilray::evidence

#endif
