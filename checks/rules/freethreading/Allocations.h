// Where memory comes from and where it goes: flow-insensitive, by the variable or field that holds the pointer.
//
//     self->text = PyMem_Malloc(n);                  source of Label.text: mem
//     free(self->text);                              a use of Label.text: libc
//
// A place has a source only if everything that is stored in it comes from one allocator.
#ifndef GILRAY_RULES_FREETHREADING_ALLOCATIONS_H
#define GILRAY_RULES_FREETHREADING_ALLOCATIONS_H

#include "flow/Results.h"
#include "rules/Input.h"
#include "llvm/ADT/StringMap.h"

namespace gilray::rules {

class Allocations {
public:
  explicit Allocations(const Input &In);

  struct Source {
    link::EventRef At;
    api::Memory Domain = api::Memory::None;
    llvm::StringRef By; ///< the function
  };
  struct Use {
    link::EventRef At;
    const api::Entry *Api = nullptr;
    std::string Key, Name; ///< of the place that holds the pointer; Name for messages
  };

  llvm::ArrayRef<Use> frees() const { return Frees; }
  /// Calls that make an object out of memory: PyObject_Init.
  llvm::ArrayRef<Use> made() const { return Made; }
  const Source *source(const Use &U) const;
  /// Memory of the object domain that is kept as something else than an object, and never made one.
  std::vector<Source> buffersInObjectDomain() const;

private:
  struct Place {
    llvm::SmallVector<Source, 1> From; ///< without those that only resize what is there
    bool Unknown = false;              ///< something else is stored in it, too
    bool Object = false;               ///< it is typed or made as an object
  };
  void look(link::FnId F);
  void stores(link::FnId F);
  std::string key(link::FnId F, ir::ValueId V) const;
  std::string name(link::FnId F, ir::ValueId V) const;
  bool isObjectPointer(link::FnId F, ir::ValueId V) const;

  const Input &In;
  const link::Program &P;
  llvm::StringMap<Place> Places;
  std::vector<std::pair<std::string, Source>> InObjects; ///< what PyObject_Malloc gave, with its place
  std::vector<Use> Frees, Made;
};

/// Functions of another domain in tp_free.
std::vector<std::pair<ir::Loc, const api::Entry *>> wrongFreeSlots(const link::Program &P, const ir::Unit &U,
                                                                   const ir::Init &I);

} // namespace gilray::rules

#endif
