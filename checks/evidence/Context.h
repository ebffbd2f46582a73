// What the collectors of facts share. One collector per kind of fact; each appends to Facts.
#ifndef GILRAY_EVIDENCE_CONTEXT_H
#define GILRAY_EVIDENCE_CONTEXT_H

#include "evidence/Evidence.h"
#include "evidence/Reach.h"
#include "evidence/Storage.h"
#include "evidence/Types.h"

namespace gilray::evidence {

/// A variable of the project with static storage.
struct Variable {
  const ir::Unit *Unit = nullptr;
  const ir::Global *Global = nullptr;
  Content Holds;
};

struct Context {
  const flow::Results &R;
  const link::Program &P;
  const link::Modules &M;
  const flow::LockSets &Locks;
  Types TheTypes;
  Reach TheReach;
  Storage TheStorage;
  std::vector<Variable> Variables; ///< by name of the file and place; one per Global::Id
  std::vector<Fact> &Facts;
  std::vector<Unseen> &Hidden;
  bool HidesLocks; ///< locks in the source that only the free-threaded build has, and this is another

  Context(const flow::Results &R, const link::Modules &M, const flow::LockSets &L, std::vector<Fact> &Facts,
          std::vector<Unseen> &Hidden);
  Place place(const Variable &V) const { return R.place(*V.Unit, V.Global->Where); }
  Place place(EventRef At) const { return R.place(At); }
  /// The function that a static local belongs to, or NoFn.
  FnId owner(const Variable &V) const;
  /// "'cache'", or "'cache' of 'lookup'" for a static local.
  std::string spell(const Variable &V) const;
  /// Does any code write it? What C++ does to initialise it is not counted.
  bool isWritten(llvm::StringRef Id) const;
  /// "in 'f'", for notes.
  std::string inFunction(FnId F) const { return "in '" + R.functionName(F) + "'"; }
  void note(Fact &F, NoteKind K, std::string Text, Place Where = {}) const;
  /// Steps and the last of them: how running code comes to At.
  void witness(Fact &F, EventRef At, std::string Text) const;
  /// How accesses are ordered between threads.
  enum class Guard : uint8_t {
    None,
    Lock,    ///< one lock is held at all of them
    Unknown, ///< a lock may be held at some, or one could not be followed
  };
  Guard guard(llvm::ArrayRef<flow::SharedAccess> Accesses) const;
  /// With Sections critical sections count, which order nothing as long as there is a GIL.
  Guard guard(llvm::ArrayRef<const WriteSite *> Sites, bool Sections = false) const;
  /// Written by Cython: its users cannot mend it in the file at hand.
  bool isGenerated(const Variable &V) const;
  /// Calls Visit for every event of live code that the API model knows.
  void eachApiEvent(llvm::function_ref<void(EventRef, const link::Target &)> Visit) const;
  /// Stores the fact if it belongs to a module.
  void add(Fact F, llvm::SmallVector<unsigned, 1> Modules) const;
};

/// For a cdef variable of a module: it is in static storage whatever the macros say.
inline constexpr const char *CythonVariableRemedy = "make it a Python variable of the module (without cdef), or a "
                                                    "field of a cdef class instance that the module makes; "
                                                    "cdef variables of a module stay in static storage";
/// For what Cython wrote.
inline constexpr const char *CythonRemedy = "compile with CYTHON_USE_MODULE_STATE=1 and CYTHON_USE_TYPE_SPECS=1 "
                                            "(Cython 3.1), which move it into the module state";

void collectForms(Context &C);         ///< SinglePhase, Declared
void collectStaticTypes(Context &C);   ///< StaticType
void collectStaticObjects(Context &C); ///< StaticObject, and ModuleLookup for cached imports
void collectGlobals(Context &C);       ///< MutableGlobal
void collectImportTables(Context &C);  ///< MutableGlobal that merely concerns
void collectLookups(Context &C);       ///< ModuleLookup
void collectHeapTypes(Context &C);     ///< HeapTypeProtocol of types
void collectModuleState(Context &C);   ///< HeapTypeProtocol of the module state
void collectProcessWide(Context &C);   ///< ProcessWideCall
void collectGilState(Context &C);      ///< GilState
void collectFields(Context &C);        ///< UnguardedField
void collectUnseen(Context &C);

} // namespace gilray::evidence

#endif
