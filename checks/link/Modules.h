// The extension modules of a program: how each is defined, what it declares of itself, and what belongs to it.
//
//     static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};        form MultiPhase,
//     static PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "demo", .m_slots = slots};   Gil: Absent
//     PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&def); }
//
// Sources: https://docs.python.org/3/c-api/module.html, PEP 489 (multi-phase), 684 (own GIL), 703 (no GIL), 793
// (exports).
#ifndef GILRAY_LINK_MODULES_H
#define GILRAY_LINK_MODULES_H

#include "link/Program.h"
#include "llvm/ADT/BitVector.h"
#include <optional>

namespace gilray::link {

enum class ModuleForm : uint8_t {
  MultiPhase,  ///< PyModuleDef with slots, PyModuleDef_Init
  SinglePhase, ///< PyModule_Create, or Python 2's Py_InitModule
  Export,      ///< 3.15: PyModExport_NAME returns a slot array
  Pybind11,
  Nanobind,
  BoostPython,
};
inline bool isBinding(ModuleForm F) { return F >= ModuleForm::Pybind11; }

/// What a module says about one property, and how far that is known.
struct Declaration {
  enum Kind : uint8_t {
    Absent,
    Declared,
    Hidden,     ///< not in the code as compiled, but a skipped preprocessor group names it
    Unreadable, ///< the array or its value is built in a way that is not followed
    NoHeaders,  ///< the headers of this compile command do not have the slot yet
  } State = Absent;
  /// Py_mod_multiple_interpreters: 0 not supported, 1 supported, 2 per-interpreter GIL. Py_mod_gil: 0 used, 1 not used.
  int64_t Value = 0;
  const ir::Unit *Unit = nullptr;
  ir::Loc Where;       ///< the slot, the binding macro's argument, the call; Hidden: the preprocessor group
  StringRef Condition; ///< of the preprocessor group that the declaration stands in or is hidden in; may be empty
  bool says(int64_t V) const { return State == Declared && Value == V; }
};

/// Slot numbers in the old numbering, which is that of all versions but 3.15 and later.
namespace slot {
inline constexpr int64_t End = 0, Create = 1, Exec = 2, Interpreters = 3, Gil = 4;
inline constexpr int64_t Subslots = 92, TypeSlots = 93, ModSlots = 94, ModName = 100, ModStateSize = 102,
                         ModMethods = 103, ModToken = 110, ModAbi = 109;
} // namespace slot

struct ModuleSlot {
  int64_t Id = 0;     ///< in the old numbering (3.14): see namespace slot; slots that are new in 3.15 keep theirs
  int64_t Number = 0; ///< as compiled
  StringRef Name;     ///< as spelled: "Py_mod_exec"; empty when it is a bare number
  const ir::Init *Entry = nullptr; ///< null when filled in by assignment
  const ir::Init *Array = nullptr; ///< the list that Entry stands in: the module's own, or one of sub-slots
  const ir::Unit *Unit = nullptr;
  ir::Loc Where;
  ir::InitKind ValueKind = ir::InitKind::Unknown;
  std::optional<int64_t> Value; ///< constant slot values
  StringRef ValueName;          ///< as spelled: "Py_MOD_GIL_NOT_USED"
  StringRef Text;               ///< string values and ids of globals
  FnId Function = NoFn;
  int64_t Flags = 0; ///< PySlot only
};

struct ExtensionModule {
  std::string Name; ///< as imported, without the package
  ModuleForm Form = ModuleForm::MultiPhase;
  bool Cython = false;
  bool OneInterpreter = false;    ///< code that Cython made refuses to be loaded into a second one
  bool Created = true;            ///< false: how the init function makes the module was not understood
  bool Initialised = true;        ///< false: the definition is returned without PyModuleDef_Init
  const ir::Unit *Unit = nullptr; ///< of the init function
  FnId Init = NoFn;               ///< PyInit_NAME, PyModExport_NAME, initNAME
  ir::Loc Where;                  ///< its name, or the macro
  ir::Loc CreatedAt;              ///< the call of PyModule_Create or PyModuleDef_Init, in CreatedIn; may be invalid
  FnId CreatedIn = NoFn;
  const ir::Unit *DefUnit = nullptr;
  const ir::Global *Definition = nullptr; ///< the PyModuleDef
  std::string DefinedName;                ///< m_name or Py_mod_name; empty when it is not a constant
  std::optional<int64_t> StateSize;       ///< m_size; none: not constant or not there
  ir::Loc StateSizeAt;
  const ir::Unit *SlotUnit = nullptr;
  const ir::Global *SlotArray = nullptr;
  bool SlotsKnown = false; ///< every slot is in Slots
  bool Terminated = true;  ///< the array ends with {0, NULL}; also true when that is not known
  std::vector<ModuleSlot> Slots;
  Declaration Interpreters, Gil;
  std::vector<FnId> Exec; ///< what builds the module: init, create and exec functions, a binding macro's body
  /// Binding macros: what the library's headers can be told. pybind11 has the GIL tag from 2.13, the other from 3.0.
  bool CanSayGil = true, CanSayInterpreters = true;
};

class Modules {
public:
  explicit Modules(const Program &P);

  llvm::ArrayRef<ExtensionModule> all() const { return List; }
  /// Modules that a function belongs to: reachable from the module's tables and calls. Functions reached by none belong
  /// to the only module of the program, if there is just one.
  llvm::SmallVector<unsigned, 1> of(FnId F) const;
  /// Modules whose functions or tables name the global.
  llvm::SmallVector<unsigned, 1> of(const ir::Global &G) const;
  /// Functions that only module creation can reach: exec and init functions and helpers called from nowhere else. Also
  /// initialisers of C++ globals, which run before.
  bool initOnly(FnId F) const { return InitOnly.test(F); }

private:
  void findModules();
  void findMembers();
  void findInitOnly();

  const Program &P;
  std::vector<ExtensionModule> List;
  std::vector<llvm::BitVector> Members; ///< per module, over functions
  llvm::BitVector InitOnly;
  llvm::StringMap<llvm::SmallVector<unsigned, 1>> GlobalOwners; ///< by Global::Id
};

} // namespace gilray::link

#endif
