// What the variables of one function may hold at a point: reaching definitions.
//
//     PyObject *list = self->items;              definition 1
//     if (!list) list = PyList_New(0);           definition 2
//     PyList_GetItem(list, 0);                   both reach
//     PyArg_ParseTuple(args, "O", &list);        definition 3 (Out), alone from here on
#ifndef GILRAY_OWNERSHIP_DEFINITIONS_H
#define GILRAY_OWNERSHIP_DEFINITIONS_H

#include "link/Program.h"
#include "llvm/ADT/SmallBitVector.h"

namespace gilray::ownership {

using ir::ValueId;
using link::EventRef;
using link::FnId;

struct Definition {
  enum Kind : uint8_t {
    Entry,    ///< a parameter, as the caller hands it over
    Assigned, ///< Src
    Result,   ///< of the call At
    Out,      ///< filled by the call At through argument Arg
  } How = Entry;
  EventRef At;
  ValueId Src = 0;
  unsigned Arg = 0;
};

class Definitions {
public:
  Definitions(const link::Program &P, FnId F);

  /// Of a variable or temporary, those that may hold just before the event.
  llvm::SmallVector<Definition, 2> reaching(ValueId V, EventRef At) const;
  /// May the variable change in ways that are not seen here: through a pointer that was kept, in a lambda?
  bool unclear(ValueId V) const;

private:
  static constexpr uint32_t None = ~0u;
  uint32_t slot(ValueId V) const;
  void define(ValueId V, Definition D, bool Sure = true);
  void collect(const link::Program &P, FnId Id);
  void outs(const link::Program &P, FnId Id, const ir::Event &E, EventRef At);
  void keeps(ValueId V);
  void flow();
  void apply(ir::BlockId B, uint32_t End, llvm::SmallBitVector &Live) const;

  struct Numbered {
    Definition What;
    uint32_t Slot = 0;
    bool Sure = true; ///< ends what was there before
  };
  const ir::Function &F;
  std::vector<Numbered> All;
  using Numbers = llvm::SmallVector<uint32_t, 4>;
  std::vector<Numbers> OfBlock, OfSlot; ///< indices into All; of a block in order
  std::vector<llvm::SmallBitVector> In; ///< per block, over All
  std::vector<bool> Kept;               ///< per variable
};

} // namespace gilray::ownership

#endif
