// Names of places that mean the same in every function: what a lock is called, and what it guards.
//
//     static void add(Conn *c) { pthread_mutex_lock(&c->lock); .. }        lock of parameter 0: (*param0).Conn.lock
//     static PyObject *run(PyObject *op, ..) { Conn *self = (Conn *)op;    self is param0 under another name
//       add(self);                                                         param0 of add is param0 of run
//
// A path begins with a global, a parameter, a local or the result of a call, and goes on with dereferences, fields and
// indices; casts are gone. Locals that are set once are replaced by what they are set to. Rebasing replaces the
// beginning: a callee's parameter by the caller's argument (up), or the other way round (down). What has no counterpart
// on the other side begins with Unknown: it keeps its fields (*some* Conn's lock), but names no object.
#ifndef GILRAY_FLOW_LOCKPATHS_H
#define GILRAY_FLOW_LOCKPATHS_H

#include "link/Program.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

namespace gilray::flow {

using link::FnId;
using llvm::StringRef;

using PathId = uint32_t; ///< 0: no place
using NameId = uint32_t; ///< a global, or a field of a record; 0: none

enum class PathKind : uint8_t {
  Unknown, ///< somewhere: an object without a name here
  Object,  ///< the object that an access is about: locks of an access are named relative to it
  Global,  ///< Name
  Param,   ///< Ref
  Local,   ///< Fn, Ref: a variable that is set more than once
  Result,  ///< Fn, Ref: a temporary: result of a call
  Lambda,  ///< Fn, Ref: a closure object, by its value
  Number,  ///< Ref: a constant index
  Addr,    ///< of A
  Deref,   ///< of A
  Field,   ///< Name of the object A
  Index,   ///< A[B]
};

struct Path {
  PathKind Kind = PathKind::Unknown;
  PathId A = 0, B = 0;
  uint32_t Ref = 0;
  NameId Name = 0;
  FnId Fn = link::NoFn;
  auto operator<=>(const Path &) const = default;
};

/// The same thing in two functions.
struct Renaming {
  PathId Outer = 0, Inner = 0; ///< in the caller, in the callee
};
using Renamings = llvm::SmallVector<Renaming, 6>;

class LockPaths {
public:
  explicit LockPaths(const link::Program &P);

  /// The path of a value; 0 for what is no place (constants, arithmetic).
  PathId of(FnId F, ir::ValueId V);
  PathId deref(PathId P);
  PathId addr(PathId P);
  PathId field(PathId Object, StringRef Record, StringRef Field);
  /// What a critical section of the object that P points to locks.
  PathId objectLock(PathId P) { return field(deref(P), "_object", "ob_mutex"); }
  PathId unknown() { return intern({}); }
  /// The path with the first local or result in it forgotten.
  PathId forget(PathId P);
  const Path &operator[](PathId P) const { return All[P]; }

  /// How the arguments of a call, and the captures of a closure among them, are called in the callee.
  Renamings renamings(FnId Caller, llvm::ArrayRef<ir::ValueId> Args, FnId Callee);
  PathId up(PathId Inner, const Renamings &R);
  PathId down(PathId Outer, const Renamings &R);
  /// The path with Object as its beginning instead of Base; 0 when it does not begin with Base.
  PathId relativeTo(PathId P, PathId Base);

  NameId global(StringRef Id);
  NameId fieldName(StringRef Record, StringRef Field);
  StringRef name(NameId N) const { return NameText[N]; }
  /// The last field or the global: "Conn.lock" of any Conn.
  NameId className(PathId P) const;
  bool mentions(PathId P, llvm::function_ref<bool(const Path &)> Pred) const;
  /// Does the path name one object as long as its locals keep their values?
  bool namesObject(PathId P) const {
    return P && !mentions(P, [](const Path &X) { return X.Kind == PathKind::Unknown; });
  }
  /// As people would write it, with the names of the function's variables.
  std::string spell(PathId P, FnId In) const;

private:
  struct FnNames {
    std::vector<PathId> Vars, Temps;        ///< what a variable stands for; 0: not asked yet
    std::vector<ir::ValueId> VarIs, TempIs; ///< its only value; 0: none or several
    std::vector<uint8_t> VarSets, TempSets; ///< how often it is set
    std::vector<PathId> Values;             ///< by value, plus one; 0: not asked yet
  };
  static constexpr PathId Busy = ~0u;
  FnNames &names(FnId F);
  PathId intern(const Path &X);
  PathId &bucketOf(const Path &X);
  PathId variable(FnId F, uint32_t V, bool Temp);
  PathId compute(FnId F, ir::ValueId V);
  PathId replace(PathId P, llvm::function_ref<PathId(PathId)> Counterpart);

  const link::Program &P;
  std::vector<Path> All;
  std::vector<PathId> Buckets = std::vector<PathId>(64); ///< open hash table of All; 0: free
  llvm::StringMap<NameId> Names;
  std::vector<StringRef> NameText;
  std::vector<std::unique_ptr<FnNames>> Functions;
};

} // namespace gilray::flow

#endif
