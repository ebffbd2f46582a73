// Handles of libraries in fields of Python objects: who works with one while detached, who ends it meanwhile, and what
// keeps the two apart.
//
//     static PyObject *step(Conn *self, ..)                    static PyObject *close(Conn *self, ..)
//     { Py_BEGIN_ALLOW_THREADS                                 { lib_close(self->db);
//       lib_step(self->db);          detached use                self->db = NULL;         ends it
//       Py_END_ALLOW_THREADS .. }                                .. }
//
// What keeps them apart: a lock that both take; a field of the object that the one sets before it detaches and the
// other looks at (a busy flag, a counter, the saved thread state); taking the handle out of the object first.
#ifndef GILRAY_OWNERSHIP_HANDLES_H
#define GILRAY_OWNERSHIP_HANDLES_H

#include "ownership/Disturbances.h"
#include "ownership/Fields.h"
#include <set>

namespace gilray::ownership {

/// A call that gets a handle of an object while the thread is detached.
struct HandleUse {
  EventRef At;
  EventRef Read;    ///< where the field was read; perhaps in a caller
  ValueId Path = 0; ///< the field, in Read.Fn
  StringRef Record, Field;
  StringRef Callee; ///< the library's function
  FnId Method = link::NoFn;
  bool Direct = true;  ///< of the object itself, not of one that it refers to: self->db, not self->owner->db
  bool Ends = false;   ///< frees or closes it
  bool Writes = false; ///< gets it as something that it may change
};

/// All uses of one field, and the places that end what is in there.
struct SharedHandle {
  std::string Name; ///< "Record.field"
  std::vector<HandleUse> Uses;
  std::vector<Ending> Ends;
};

class Handles {
public:
  Handles(const Ownership &O, const Fields &F);

  /// In the order of the first use.
  llvm::ArrayRef<SharedHandle> all() const { return List; }
  /// Is something seen that keeps the thread in one place from the other: a lock, a busy flag? Also where that is not
  /// known.
  /// AnyObject: the flag may be one of another object (a cursor's connection).
  bool keptApart(EventRef Use, EventRef Other, StringRef Record, StringRef Field, bool AnyObject = false) const;
  /// Does what ends the handle look at a field that others set? For uses from another object, which may have marked
  /// this one as busy long before: a cursor counts itself in its connection.
  bool asksOthers(EventRef End, StringRef Record, StringRef Field) const;
  /// Has the function taken the handle out of the object before it used it?
  bool takenOut(const HandleUse &U) const;
  /// Fields, as "Record.field", that decide about a way through the function, or that it returns.
  const std::set<std::string> &tested(FnId F) const;
  /// From the place where the thread detaches to the use.
  std::vector<flow::Step> region(EventRef Use) const;
  /// Is the event reached detached, in some way?
  bool detached(EventRef At) const;

private:
  void collect(FnId F);
  void use(EventRef At, const ir::Event &E, unsigned Arg);
  bool isMarked(FnId F, StringRef Record) const;
  bool sameLock(EventRef A, EventRef B) const;
  bool locksInItsOwnWay(FnId F) const;
  const std::set<std::string> &written(FnId F) const;
  std::vector<FnId> above(FnId F) const;
  bool writes(FnId F, const std::set<std::string> &Marks) const;
  bool passesUnwritten(EventRef At, const std::set<std::string> &Marks) const;
  bool unmarked(EventRef At, const std::set<std::string> &Marks) const;
  void nearby(FnId F, llvm::function_ref<void(FnId)> Visit) const;
  EventRef regionStart(EventRef At) const;

  const Ownership &O;
  const Fields &Fs;
  const link::Program &P;
  const flow::FunctionInfos &Infos;
  std::vector<SharedHandle> List;
  std::vector<std::vector<FnId>> Callers;
  mutable std::vector<std::unique_ptr<flow::Results::ThreadMap>> Threads;
  mutable std::map<FnId, std::set<std::string>> Written, Tested;
  mutable std::map<std::string, std::vector<FnId>> Writers; ///< filled when first asked for
};

} // namespace gilray::ownership

#endif
