// Units linked into one program: who calls whom, what the interpreter and foreign code call, and in which thread state.
// A single file is a program of one unit.
#ifndef GILRAY_LINK_PROGRAM_H
#define GILRAY_LINK_PROGRAM_H

#include "api/Model.h"
#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gilray::link {

using llvm::StringRef;

using FnId = uint32_t;
inline constexpr FnId NoFn = ~0u;

/// An event or, with Index == Terminator, the end of a block.
struct EventRef {
  static constexpr uint32_t Terminator = ~0u;
  FnId Fn = NoFn;
  ir::BlockId Block = 0;
  uint32_t Index = 0;
  bool valid() const { return Fn != NoFn; }
  auto operator<=>(const EventRef &) const = default;
};

/// What a call event reaches.
struct Target {
  const api::Entry *Api = nullptr;
  llvm::SmallVector<FnId, 1> Fns;    ///< bodies in the program; several when through a field or a virtual function
  const ir::Callee *Named = nullptr; ///< the named function, also of a foreign one
  bool Foreign = false;              ///< named, without body and model: no effect on the state, needs nothing
  bool Unresolved = false;           ///< through a pointer nobody is seen to store to, or an ambiguous name
  bool Held = false;                 ///< Fns are what a std::function may hold
  bool AllRun = false; ///< one of Fns after the other: they were put into a container, or one place, to be called
};

/// Why a function is entered, and how.
enum class RootKind : uint8_t {
  Interpreter, ///< method tables, slots, module init: attached
  Bound,       ///< bound by a C++ binding library
  Thread,
  ThreadExit,
  Signal,
  AtExit,
  PyAtExit,
  Fork,
  Hook,
  StaticDestructor,
  StaticInit,
  Main,
  Loop,     ///< NumPy ufunc and ArrayMethod loops
  Callback, ///< registered with a foreign library
  Assumed,  ///< no caller seen
};

struct Root {
  FnId Fn = NoFn;
  RootKind Kind = RootKind::Interpreter;
  api::EntryState State = api::EntryState::Attached;
  std::string Role;       ///< "method", "dealloc", ...
  std::string PythonName; ///< ml_name or the name in def("...")
  EventRef RegisteredAt;  ///< for registrations by a call
  const ir::Unit *Unit = nullptr;
  ir::Loc Where; ///< table entry or registering call
};

/// What identifies a library's handle: the record a pointer points to, or, for `void *` handles, the field that holds
/// it.
struct Handle {
  std::string Record, Field;
  bool operator==(const Handle &) const = default;
};

/// A function handed to a foreign library: by call argument, or stored in one of the library's own structures.
struct Registration {
  FnId Fn = NoFn;
  std::string Library; ///< the registering function, or "record.field"
  std::vector<Handle> Handles;
  bool Kept = true; ///< the library keeps it beyond the call: a setter, a destructor, a field of its structures
  EventRef At;      ///< invalid when it is a static initialiser
  const ir::Unit *Unit = nullptr;
  ir::Loc Where;
  std::vector<Handle> Makers = {}; ///< those that the handles were made from: struct stmt *s = stmt_init(connection)
};

/// void (*)(void *): a destructor for the context that is handed over with it, kept and called as that is.
bool isDestructor(const ir::Unit &U, const ir::Function &F);

struct ProgramFunction {
  const ir::Unit *Unit = nullptr;
  const ir::Function *Fn = nullptr;
  const api::Entry *const *Api = nullptr; ///< of each callee of the unit
};

class CallableFlow;

class Program {
public:
  Program(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model);

  llvm::ArrayRef<const ir::Unit *> units() const { return Units; }
  const api::Model &model() const { return TheModel; }
  llvm::ArrayRef<ProgramFunction> functions() const { return Functions; }
  const ir::Function &fn(FnId F) const { return *Functions[F].Fn; }
  const ir::Unit &unit(FnId F) const { return *Functions[F].Unit; }
  const ir::Event &event(EventRef E) const { return fn(E.Fn).Blocks[E.Block].Events[E.Index]; }
  /// Location of an event or terminator.
  const ir::Loc &where(EventRef E) const;

  /// The definition a callee of a unit resolves to, or NoFn.
  FnId resolve(const ir::Unit &U, ir::CalleeId C) const;
  FnId byId(StringRef Id, const ir::Unit &From) const;
  Target target(FnId In, const ir::Event &E) const;
  /// What the model says of a callee that a function names; null if nothing, or none is named.
  const api::Entry *api(FnId In, ir::CalleeId C) const { return Functions[In].Api[C]; }
  ir::HeaderClass homeOf(const ir::Unit &U, const ir::Callee &C) const { return U.Files[C.Header].Class; }
  llvm::ArrayRef<FnId> storedIn(StringRef Record, StringRef Field) const;
  /// std::function and its like.
  bool isCallable(StringRef Record) const;
  /// Functions that a callable object takes out of a member, a global or a container there; empty if none is known.
  llvm::ArrayRef<FnId> kept(FnId In, ir::ValueId V) const;
  const ir::Record *record(StringRef Name) const;
  const ir::Global *global(StringRef Id) const;

  llvm::ArrayRef<Root> roots() const { return Roots; }
  llvm::ArrayRef<Registration> registrations() const { return Registrations; }
  /// Roles of a function: "dealloc", "traverse", ... empty when none.
  bool hasRole(FnId F, StringRef Role) const;
  bool hasAnyRole(FnId F) const { return Roles.count(F); }
  /// Name of the extension module that a unit defines, or of the only one of the program; empty when unknown.
  StringRef moduleOf(const ir::Unit &U) const;

  /// Declared type of a path, 0 when it is not known.
  ir::TypeId typeOf(FnId In, ir::ValueId V) const;
  /// The handles that the arguments of a call carry.
  std::vector<Handle> handles(FnId In, const ir::Event &E) const;

private:
  bool isCommon(StringRef Record) const;
  std::vector<Handle> handlesOfRegistration(FnId In, const ir::Event &E) const;
  void index();
  void collectStores();
  using ParameterPlaces = std::map<std::pair<FnId, unsigned>, std::set<std::string>>; ///< what each is stored in
  void storesThroughParameters(ParameterPlaces Places);
  llvm::SmallVector<FnId, 2> handedOver(FnId In, ir::ValueId V) const;
  void handlerInField(FnId In, const ir::Event &E);
  void collectRoots();
  void rootsFromInit(const ir::Unit &U, const ir::Init &I, StringRef Record, StringRef PyName,
                     const ir::Init *In = nullptr);
  void rootsFromFunction(FnId F);
  FnId boundConstructor(FnId In, const ir::Event &E, ir::ValueId Argument) const;
  bool startsThread(FnId In, const ir::Event &E, const ir::Callee *C, const api::Entry *Api) const;
  void threadRoots(FnId In, EventRef At, const ir::Event &E);
  void rootsFromCall(FnId F, EventRef At, const ir::Event &E);
  void loopRoot(const ir::Unit &U, const ir::Init &I, EventRef At);
  void ufuncLoops(FnId In, EventRef At, const ir::Event &E);
  void arrayMethodLoops(const ir::Unit &U, const ir::Global &Spec);
  void localArrayMethods(FnId In);
  void addRoot(Root R);
  void dropStandIns(llvm::SmallVectorImpl<FnId> &Fns) const;
  llvm::SmallVector<FnId, 2> functionsIn(FnId In, ir::ValueId V) const;

  std::vector<const ir::Unit *> Units;
  const api::Model &TheModel;
  std::vector<ProgramFunction> Functions;
  std::vector<std::vector<const api::Entry *>> Apis; ///< by unit and callee
  llvm::StringMap<llvm::SmallVector<FnId, 1>> ById, Overriders;
  llvm::StringMap<llvm::SmallSetVector<FnId, 2>> Stored; ///< "Record.field"
  llvm::StringSet<> CalledInOnePlace; ///< of these: filled through parameters, so each function is there to be called
  std::shared_ptr<const CallableFlow> Callables;
  llvm::DenseMap<std::pair<FnId, ir::ValueId>, llvm::SmallVector<FnId, 1>> TempFunctions; ///< cond ? f : NULL
  llvm::StringMap<const ir::Record *> Records;
  llvm::StringMap<const ir::Global *> Globals;
  std::vector<Root> Roots;
  llvm::DenseMap<FnId, llvm::SmallVector<unsigned, 1>> RootsOf; ///< indexes into Roots
  std::vector<Registration> Registrations;
  llvm::StringMap<llvm::SmallVector<FnId, 2>> Handlers; ///< "record.field" of a std::function: what is assigned to it
  llvm::DenseMap<FnId, llvm::SmallVector<StringRef, 1>> Roles;
  llvm::DenseMap<const ir::Unit *, std::string> Modules;
};

} // namespace gilray::link

#endif
