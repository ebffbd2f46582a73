// Fields of Python objects and global variables as others see them: which method may replace or give up what is in
// there while another one works with it.
//
//     static int set_hook(Conn *self, PyObject *v, void *) { Py_XSETREF(self->hook, Py_NewRef(v)); .. }   replaces
//     static PyObject *close(Conn *self, ..) { lib_close(self->db); self->db = NULL; .. }          gives up, then nulls
//
// What the constructor, the deallocator and the collector do counts for nothing: then nobody else has the object.
#ifndef GILRAY_OWNERSHIP_FIELDS_H
#define GILRAY_OWNERSHIP_FIELDS_H

#include "ownership/Provenance.h"

namespace gilray::ownership {

/// A place that ends what a field held: from then on a copy of the old value is worth nothing.
struct Ending {
  enum Way : uint8_t {
    Released, ///< the object's reference is given up: Py_CLEAR(self->f), Py_XSETREF
    Freed,    ///< handed to a function that by its name frees or closes it
    Nulled,   ///< set to null, after something that is not understood
  } How = Released;
  EventRef At;
  FnId Method = link::NoFn; ///< a root that leads there; At.Fn itself, or above it
};

class Fields {
public:
  explicit Fields(const Ownership &O);

  /// In the order of places; those that only construction, destruction and module creation reach are left out.
  const std::vector<Ending> &endings(StringRef Record, StringRef Field) const;
  const std::vector<Ending> &endings(const ir::Global &G) const;
  /// Is the container in a field ("Record.field") or global variable (its id) the module's own: made by it, never
  /// handed out, and nothing is ever taken out of it?
  bool isSettled(StringRef Name) const;
  /// All that the container may be here is.
  bool isSettled(EventRef At, ValueId Container) const;
  /// Can Python call this function while others know the object? Roots, and what they lead to.
  FnId running(FnId F) const { return Running[F]; }

private:
  void collect(FnId F);
  void ending(EventRef At, ValueId Path, Ending::Way How);
  void spread();
  bool releases(EventRef At, const ir::Event &E, unsigned Arg) const;

  const Ownership &O;
  const link::Program &P;
  std::vector<FnId> Running; ///< per function: a root from which it is reached while the object is in use
  void known(EventRef At, const ir::Event &E);
  llvm::StringMap<std::vector<Ending>> OfField, OfGlobal;
  llvm::StringMap<bool> Made;   ///< fields and variables into which a new container is put
  llvm::StringMap<bool> Shared; ///< fields and variables whose container others know, or that something is taken out of
};

/// Does the name of a library's function say that it ends its argument? sqlite3_close, PQfinish
bool namedLikeAnEnd(const api::Model &M, StringRef Function);
/// Or that it takes a lock?
bool namedLikeALock(const api::Model &M, StringRef Function);
/// By its name, does a library's function tell whether the next call would wait?
bool namedLikeAQuestion(const api::Model &M, StringRef Function);
/// A library's function that ends what it is given first. With another object beside it, its name speaks of that one:
/// memcached_delete(mc, key, ..).
bool endsArgument(const link::Program &P, EventRef Call, unsigned Arg);

} // namespace gilray::ownership

#endif
