// What in a program speaks against running in several interpreters or without a GIL: facts with a place, a path and a
// cure. The `state` checks, `contradicted-slot` and `gilray readiness` all read this one collection, so that they
// cannot disagree.
#ifndef GILRAY_EVIDENCE_EVIDENCE_H
#define GILRAY_EVIDENCE_EVIDENCE_H

#include "core/Finding.h"
#include "flow/LockSets.h"
#include "link/Modules.h"
#include <optional>

namespace gilray::evidence {

/// What a module can declare. A bit each, because most facts stand against several.
enum Goal : uint8_t {
  SharedGilInterpreters = 1, ///< Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED
  OwnGilInterpreters = 2,    ///< Py_MOD_PER_INTERPRETER_GIL_SUPPORTED
  FreeThreading = 4,         ///< Py_MOD_GIL_NOT_USED
};
inline constexpr uint8_t AllGoals = 7;

enum class Kind : uint8_t {
  SinglePhase,      ///< PyModule_Create: not loadable in an interpreter with its own GIL
  StaticType,       ///< PyTypeObject in static storage
  StaticObject,     ///< reference to a Python object in static storage
  MutableGlobal,    ///< other static storage written after module creation
  ModuleLookup,     ///< PyState_FindModule and the like: one module per process is assumed
  HeapTypeProtocol, ///< a heap type that leaks itself or hides references from the collector
  ProcessWideCall,  ///< setlocale, chdir, signal, ...
  GilState,         ///< PyGILState_Ensure attaches to the main interpreter
  UnguardedField,   ///< an object's field written from two entry points without lock or critical section
  Declared,         ///< the module refuses by its own declaration (Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED, ...)
};

/// How two threads get in each other's way where no GIL makes them take turns.
struct Race {
  enum How : uint8_t {
    Unordered,     ///< no lock at all
    SomeUnlocked,  ///< a lock at some accesses and not at others
    CheckThenSet,  ///< if (!cache) cache = make();
    DoubleChecked, ///< the first look is made without the lock, and not atomically
    OtherLocks,    ///< every access is locked, but not by one lock
  } What = Unordered;
  bool ReadsOnly = false; ///< all writes are under one lock, which some read does not take: no blocker
  std::string Name;       ///< "'cache'", "'cache' of 'lookup'"
  Place Where;
  std::string Function;
  std::vector<Note> Notes; ///< what thread 1 does, then what thread 2 does
};

/// Kinds are facts; how bad they are depends on the goal.
struct Fact {
  Kind What = Kind::MutableGlobal;
  uint8_t Blocks = 0;   ///< goals that are wrong while this stands
  uint8_t Concerns = 0; ///< goals for which it is worth knowing, but which do not fail because of it alone
  std::string Subject;  ///< "Noddy_Type", "cache"
  std::string Says;     ///< message of a finding: lower-case start, no final stop
  std::string Remedy;   ///< what to do
  Place Where;
  std::string Function;    ///< enclosing function, empty at file scope
  std::vector<Note> Notes; ///< witness: from the Python-callable function to the write, declaration, related places
  llvm::SmallVector<unsigned, 1> Modules; ///< indices into link::Modules::all()
  bool MayBeLocked = false;               ///< by locks that only the free-threaded build has, and this is another
  bool Minor = false;                     ///< one thread reads a number while another writes it
  std::optional<Race> Threads;            ///< what blocks FreeThreading, as the group freethreading tells it
};

/// Something that could not be seen and that a verdict must name.
struct Unseen {
  std::string Reason; ///< "function 'f' has no body in the given files", "analysis of 'g' is incomplete: …"
  Place Where;
  uint8_t Hides = AllGoals; ///< goals that cannot be judged because of it; 0: an assumption that is worth naming
  llvm::SmallVector<unsigned, 1> Modules;
  bool OtherBuild = false; ///< a build without GIL would show it
};

/// Static storage that Cython keeps on its own account: __pyx_m and its like. That of the source is __pyx_v_3mod_cache,
/// __pyx_type_3mod_Box.
bool isCythonsOwn(llvm::StringRef Subject);

class Evidence {
public:
  Evidence(const flow::Results &R, const link::Modules &M, const flow::LockSets &L);
  llvm::ArrayRef<Fact> facts() const { return Facts; }
  /// What speaks against running without a GIL in a program without a module, compiled for such a build: one file of an
  /// extension on its own.
  llvm::ArrayRef<Fact> loose() const { return Loose; }
  llvm::ArrayRef<Unseen> unseen() const { return Hidden; }
  /// Facts of a module that block a goal, in the order of their places.
  std::vector<const Fact *> blockers(unsigned Module, Goal G) const;

private:
  std::vector<Fact> Facts, Loose;
  std::vector<Unseen> Hidden;
};

} // namespace gilray::evidence

#endif
