// Where a Python object, or a pointer into one, comes from: what keeps it alive, and who else knows it.
//
//     static PyObject *first(PyObject *op, PyObject *args)
//     { Pool *self = (Pool *)op; PyObject *seq;
//       if (!PyArg_ParseTuple(args, "O", &seq)) ..        seq    Argument: the caller owns it during the call
//       PyObject *item = PyList_GetItem(self->items, 0);  item   Lent, by self->items, which is a Field
//       PyObject *copy = PySequence_List(seq);            copy   Fresh
//       PyObject *x = PyObject_GetAttrString(seq, "x");   x      Owned: ours, but others know the object too
//       PyObject *y = PyTuple_GET_ITEM(args, 1);          y      Lent by an argument tuple: as good as an Argument
//
// A value may have several origins (`item = cond ? a : b`). What could not be followed is Unknown, of which nothing
// may be concluded.
#ifndef GILRAY_OWNERSHIP_PROVENANCE_H
#define GILRAY_OWNERSHIP_PROVENANCE_H

#include "flow/LockSets.h"
#include "ownership/Definitions.h"

namespace gilray::ownership {

using llvm::StringRef;

enum class Origin : uint8_t {
  Unknown,
  Null,
  Constant, ///< None, types, exceptions, functions, string literals: lives as long as the program
  Argument, ///< what a method or slot is called with: owned by the caller during the call
  Keywords, ///< the dictionary of keyword arguments: made for this call
  Fresh,    ///< made in this function, and nobody else knows it yet
  Owned,    ///< a reference of our own to an object that others may know
  Lent,     ///< a borrowed reference, or a pointer into an object: How says what of Of it is
  Field,    ///< read from a field of an object: Of is the path
  Global,   ///< read from a global variable: Of is the path
};

struct Provenance {
  Origin From = Origin::Unknown;
  api::Lender How = api::Lender::Unknown; ///< Lent; Owned: where the object was found (Container, or Unknown)
  bool Pointer = false;                   ///< Lent: a pointer into the object, not a reference
  EventRef At; ///< obtained here, perhaps in a callee or caller; the values below are of the function At.Fn
  ValueId Of = 0;
  unsigned Param = 0;              ///< Argument, Keywords: which
  const api::Entry *Api = nullptr; ///< Fresh, Owned, Lent: the function that handed it out
  char Format = 0;                 ///< Argument: the letter of PyArg_Parse*, if it came through one
};
using Provenances = llvm::SmallVector<Provenance, 2>;

/// Who else can get at a container and change it.
enum class Exposure : uint8_t {
  Nobody,  ///< made here and not given away, keyword arguments, or one that nobody can change
  Unknown, ///< not seen
  Others,  ///< a field, a global, an argument, something found in one of these
};

class Ownership {
public:
  Ownership(const flow::Results &R, const flow::LockSets &L);

  /// What the value may be just before the event.
  Provenances of(EventRef At, ValueId V) const;
  /// The most exposed of its origins. Locks are not asked: see flow::LockSets::at.
  Exposure exposure(EventRef At, ValueId Container) const;
  /// Of the object that a Lent reference or pointer belongs to.
  Provenances lender(const Provenance &P) const { return of(P.At, P.Of); }

  const Definitions &definitions(FnId F) const;
  const flow::Results &results() const { return R; }
  const flow::LockSets &locks() const { return L; }
  const link::Program &program() const { return P; }

private:
  struct Walk;
  void value(EventRef At, ValueId V, Walk &W) const;
  void variable(EventRef At, ValueId V, Walk &W) const;
  void parameter(FnId F, unsigned Param, Walk &W) const;
  void argument(FnId F, const link::Root &Root, unsigned Param, Walk &W) const;
  void element(EventRef At, ValueId Pointer, Walk &W) const;
  void field(EventRef At, ValueId V, Walk &W) const;
  void result(EventRef At, Walk &W) const;
  void out(EventRef At, unsigned Arg, Walk &W) const;
  void parsed(const ir::Event &E, const api::Entry &A, EventRef At, unsigned Arg, Walk &W) const;
  void lent(const ir::Event &E, const api::Entry &A, EventRef At, Walk &W) const;
  const std::vector<EventRef> *published(EventRef Made) const;
  bool isPublished(EventRef Made, EventRef At) const;
  void makers(EventRef At, ValueId V, llvm::function_ref<void(EventRef)> Visit, unsigned Depth = 0) const;
  bool shows(EventRef At, unsigned Arg) const;
  Exposure exposure(const Provenance &X, unsigned Depth) const;
  Exposure exposure(EventRef At, ValueId V, unsigned Depth) const;

  const flow::Results &R;
  const flow::LockSets &L;
  const link::Program &P;
  std::vector<std::vector<EventRef>> Callers; ///< of each function: calls by name
  std::vector<std::vector<const link::Root *>> Roots;
  mutable std::vector<std::unique_ptr<Definitions>> Defs;
  /// Per function: where each object that is made there is shown to others.
  mutable std::vector<std::unique_ptr<std::map<EventRef, std::vector<EventRef>>>> Published;
};

} // namespace gilray::ownership

#endif
