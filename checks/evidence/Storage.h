// Every place where the program changes static storage: by name, through a pointer to it, or in a callee that gets its
// address.
//
//     static int hits; static char name[8]; static cfg *conf = &defaults;
//     hits++;                       a write of hits
//     reset(&hits);                 one, if reset() writes through its parameter
//     strcpy(name, s);              one: the library function takes the buffer as pointer to non-const
//     conf->depth = 3;              one of the memory that conf points to
//     foreign_setup(&hits);         perhaps: a body that nobody has seen
//
// Pointers are followed through local variables, parameters and results, whatever the order of statements. What a
// pointer that was loaded from memory points to in turn is not followed.
#ifndef GILRAY_EVIDENCE_STORAGE_H
#define GILRAY_EVIDENCE_STORAGE_H

#include "evidence/Types.h"
#include "flow/Results.h"
#include "llvm/ADT/StringMap.h"
#include <map>

namespace gilray::evidence {

using flow::EventRef;
using link::FnId;

struct WriteSite {
  EventRef At;
  ir::ValueId Src = 0;  ///< what is stored, a value of At.Fn; 0: not known
  bool Null = false;    ///< it becomes null (Py_CLEAR)
  bool Pointee = false; ///< not the variable, but the memory that it points to
  bool Guess = false;   ///< the address goes to a function without body
  bool Guarded = false; ///< the initialisation of a static local of C++, which runs once under a lock
  bool Locked = false;  ///< initialises or takes a lock: the storage is the lock
  std::string Through;  ///< the callee that writes
};

/// What a pointer may point into.
struct Target {
  enum Kind : uint8_t { Global, Pointee, Param } What = Global;
  uint32_t Id = 0; ///< index of a global; number of a parameter
  auto operator<=>(const Target &) const = default;
};

class Storage {
public:
  Storage(const flow::Results &R, const Types &T);
  /// Of one global, by Global::Id, in the order of functions and events.
  llvm::ArrayRef<WriteSite> writes(llvm::StringRef Id) const;
  /// May the function write what its parameter points to?
  bool writesThrough(FnId F, unsigned Param) const { return Param < 32 && (Summaries[F].Writes >> Param & 1); }

private:
  using Targets = llvm::SmallVector<Target, 2>;
  struct Summary {
    uint32_t Writes = 0; ///< bit per parameter
    Targets Returns;     ///< a returned pointer
  };
  struct Local {
    std::map<std::pair<ir::ValueKind, uint32_t>, Targets> Vars; ///< variables and temporaries
  };

  void locals(FnId F);
  Targets pointsTo(FnId F, ir::ValueId Pointer) const;
  Targets storageOf(FnId F, ir::ValueId Path) const;
  bool summarise(FnId F);
  void collect(FnId F);
  /// Calls Visit for each pointer argument of a call that the callee writes through.
  struct Passed {
    ir::ValueId Arg = 0;
    bool IsPath = false; ///< a macro's argument: the variable itself
    bool Null = false, Guess = false, Locked = false, Deep = true;
    ir::ValueId Src = 0;
  };
  void written(FnId F, EventRef At, llvm::function_ref<void(const Passed &)> Visit) const;
  void writtenByLibrary(FnId F, const ir::Event &E, const link::Target &T,
                        llvm::function_ref<void(const Passed &)> Visit) const;
  uint32_t global(llvm::StringRef Id);
  void addresses(uint32_t Of, const ir::Init &I);
  bool isForeignRecord(FnId F, ir::TypeId Pointer) const;

  const flow::Results &R;
  const link::Program &P;
  const Types &T;
  std::vector<Summary> Summaries;
  std::vector<Local> Locals;
  llvm::StringMap<uint32_t> Ids;
  std::vector<std::vector<WriteSite>> Sites;
  /// What the pointers in a global's initialiser point to, by the name of the field that they stand in; "" for the
  /// variable itself and for elements of arrays.
  ///     static struct { const char *name; PyObject **exc; } table[] = {{"Error", &Error}};      "exc": Error
  std::vector<llvm::StringMap<Targets>> Initial;
};

} // namespace gilray::evidence

#endif
