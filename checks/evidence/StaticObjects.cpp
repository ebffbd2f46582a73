// References to Python objects in static storage: exceptions, caches, interned names, module state behind a pointer.
//
//     static PyObject *Error;                            set by the module's exec function
//     static PyObject *dumps;                            set on first use in a method: races without the GIL, too
//     static PyObject *empty = NULL; empty = Py_None;    silent: the same object in all interpreters, never freed
#include "evidence/Races.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

using ir::EventKind;
using ir::HeaderClass;
using ir::TypeKind;
using ir::ValueId;
using ir::ValueKind;
using llvm::StringRef;

namespace {

/// Where the objects in a variable come from.
struct Origin {
  bool Any = false;      ///< something is stored at all
  bool Imports = true;   ///< only ever an imported module
  bool Constants = true; ///< only ever strings, numbers: objects without references to others
  /// Changes after module creation that are not under the guard of a C++ static.
  llvm::SmallVector<const WriteSite *, 4> AtRunTime;
};

class Collector {
public:
  explicit Collector(Context &C) : C(C), P(C.P), Threads(C) {}
  void run();

private:
  bool leadsToObjects(const Variable &V) const;
  bool isImmortal(FnId F, ValueId V, unsigned Depth = 0) const;
  StringRef maker(FnId F, ValueId V) const;
  bool isDeallocation(FnId F) const;
  bool isRuntime(const Variable &V, const WriteSite &W) const;
  bool isReturned(const WriteSite &W) const;
  Origin origin(const Variable &V, llvm::SmallVectorImpl<const WriteSite *> &Set) const;
  Fact fact(const Variable &V, const Origin &O, llvm::ArrayRef<const WriteSite *> Set) const;

  Context &C;
  const link::Program &P;
  const Races Threads;
};

} // namespace

/// `static module_state *state`: a pointer to a struct of the project with references in it.
bool Collector::leadsToObjects(const Variable &V) const {
  const ir::Type &T = V.Unit->Types[V.Global->Type];
  if (T.Kind == TypeKind::Pointer && C.TheTypes.isObjectPointer(*V.Unit, T.Inner))
    return true; // static PyObject **table
  // = &static_state: what it points to is a variable of its own.
  if (T.Kind != TypeKind::Pointer || V.Unit->Types[T.Inner].Kind != TypeKind::Record ||
      V.Global->Value.Kind == ir::InitKind::Address)
    return false;
  const ir::Record *R = C.TheTypes.record(*V.Unit, V.Unit->Types[T.Inner].Record);
  if (!R || C.TheTypes.homeOf(*V.Unit, R->Where) != HeaderClass::Project)
    return false;
  Content Inner = C.TheTypes.content(*V.Unit, T.Inner);
  return Inner.Reference && !Inner.TypeObject;
}

/// PyTuple_New(0): there is one for the whole process.
static bool isEmptyTuple(const link::Program &P, FnId Id, const ir::Event &E) {
  return E.Callee && P.unit(Id).Callees[E.Callee].Name == "PyTuple_New" && E.Args.size() == 1 &&
         P.fn(Id).Values[E.Args[0]].Kind == ValueKind::Int && P.fn(Id).Values[E.Args[0]].Int == 0;
}

/// None, True, (), built-in types and exceptions; static types of the project, which are facts of their own.
bool Collector::isImmortal(FnId Id, ValueId Value, unsigned Depth) const {
  const ir::Function &F = P.fn(Id);
  const ir::Value &V = F.Values[Value];
  switch (V.Kind) {
  case ValueKind::Null:
    return true;
  case ValueKind::Cast:
  case ValueKind::AddrOf:
  case ValueKind::Field:
  case ValueKind::Index:
  case ValueKind::Deref: // PyDateTimeAPI->DateType
    return isImmortal(Id, V.A, Depth);
  case ValueKind::Global: {
    for (const ir::Global &G : P.unit(Id).Globals)
      if (G.Id == V.Str) {
        if (P.unit(Id).Files[G.Where.File].Class != HeaderClass::Project)
          return true;
        Content Holds = C.TheTypes.content(P.unit(Id), G.Type);
        return Holds.TypeObject || Holds.Object;
      }
    return false;
  }
  case ValueKind::Temp: {
    bool Any = false;
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &E : B.Events) {
        if (E.Result == Value)
          return isEmptyTuple(P, Id, E);
        if (E.Kind != EventKind::Assign || E.Dst != Value)
          continue;
        Any = true;
        if (Depth > 2 || !isImmortal(Id, E.Src, Depth + 1))
          return false;
      }
    return Any;
  }
  default:
    return false;
  }
}

/// Entered as tp_dealloc and the like, as far as the witness goes.
bool Collector::isDeallocation(FnId F) const {
  const link::Root *Entry = C.TheReach.entry(F);
  return Entry && llvm::is_contained({"dealloc", "free", "clear", "finalize"}, StringRef(Entry->Role));
}

/// Cython's own functions order what they do to Cython's own state by atomic counters, in ways that are not followed.
bool Collector::isRuntime(const Variable &V, const WriteSite &W) const {
  StringRef By = P.fn(W.At.Fn).Name;
  return C.isGenerated(V) && (By.starts_with("__Pyx_") || By.starts_with("__pyx__"));
}

/// The function whose result is stored: "PyErr_NewException". Also through a local variable that is assigned once.
StringRef Collector::maker(FnId Id, ValueId Value) const {
  const ir::Function &F = P.fn(Id);
  while (F.Values[Value].Kind == ValueKind::Cast)
    Value = F.Values[Value].A;
  StringRef Name;
  unsigned Assigned = 0;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (const ir::Event &E : F.Blocks[B].Events) {
      if (E.Result && E.Result == Value && E.Callee)
        return P.unit(Id).Callees[E.Callee].Name;
      if (E.Kind == EventKind::Assign && E.Dst == Value && F.Values[Value].Kind == ValueKind::Var &&
          F.Values[E.Src].Kind != ValueKind::Null) {
        ++Assigned;
        if (F.Values[E.Src].Kind == ValueKind::Temp)
          Name = maker(Id, E.Src);
      }
    }
  return Assigned == 1 ? Name : StringRef();
}

Origin Collector::origin(const Variable &V, llvm::SmallVectorImpl<const WriteSite *> &Set) const {
  static constexpr StringRef Plain[] = {"PyUnicode_", "PyLong_", "PyFloat_", "PyBytes_", "PyComplex_", "PyBool_"};
  Origin O;
  for (const WriteSite &W : C.TheStorage.writes(V.Global->Id)) {
    Life L = C.TheReach.of(W.At.Fn);
    ir::FunctionKind Kind = P.fn(W.At.Fn).Kind;
    bool StaticInit = Kind == ir::FunctionKind::GlobalInit;
    if (L == Life::Unused && !StaticInit)
      continue;
    if (Kind == ir::FunctionKind::GlobalDestructor || P.event(W.At).Kind == EventKind::Destroy)
      continue;
    // static py::object cache;   constructed empty
    if (P.event(W.At).Kind == EventKind::Construct && P.event(W.At).Args.size() < 2)
      continue;
    if (W.Pointee && !leadsToObjects(V) && !V.Holds.Reference)
      continue;
    if (W.Pointee && V.Unit->Types[V.Global->Type].Kind == TypeKind::Pointer && V.Holds.Reference)
      continue; // the object, not the reference to it
    bool Null = W.Null || (W.Src && isImmortal(W.At.Fn, W.Src));
    // The end of an object is not the moment at which others look it up.
    bool AtEnd = Null && isDeallocation(W.At.Fn);
    if (L == Life::Running && !W.Guarded && !W.Guess && !AtEnd && !isRuntime(V, W) &&
        P.event(W.At).Order == ir::Ordering::NotAtomic)
      O.AtRunTime.push_back(&W);
    if (Null || W.Guess)
      continue;
    O.Any = true;
    StringRef By = W.Src ? maker(W.At.Fn, W.Src) : StringRef();
    O.Imports &= By.starts_with("PyImport_");
    O.Constants &= llvm::any_of(Plain, [&](StringRef Prefix) { return By.starts_with(Prefix); });
    Set.push_back(&W);
  }
  return O;
}

Fact Collector::fact(const Variable &V, const Origin &O, llvm::ArrayRef<const WriteSite *> Set) const {
  Fact F;
  F.What = O.Any && O.Imports ? Kind::ModuleLookup : Kind::StaticObject;
  F.Subject = V.Global->Name.str();
  F.Where = C.place(V);
  if (FnId Owner = C.owner(V); Owner != link::NoFn)
    F.Function = C.R.functionName(Owner);
  // A string may be used under the same GIL wherever it was made, as long as its interpreter lives. Instances of
  // classes, exceptions and modules may not: `except demo.Error` does not catch what the other interpreter's module
  // raises.
  F.Blocks = OwnGilInterpreters;
  (O.Any && O.Constants ? F.Concerns : F.Blocks) |= SharedGilInterpreters;
  if (!O.AtRunTime.empty()) {
    Context::Guard Verdict = Context::Guard::None;
    F.Threads = Threads.ofGlobal(V, O.AtRunTime, Verdict);
    if (F.Threads && !F.Threads->ReadsOnly)
      F.Blocks |= FreeThreading;
    else if (F.Threads || Verdict == Context::Guard::Unknown)
      F.Concerns |= FreeThreading;
  }
  std::string Name = C.spell(V);
  auto Later = llvm::find_if(Set, [&](const WriteSite *W) { return C.TheReach.running(W->At.Fn); });
  if (F.What == Kind::ModuleLookup)
    F.Says = Name + " caches an imported module of one interpreter for all of them";
  else if (!O.Any)
    F.Says = Name + " is a Python object in static storage, shared by all interpreters";
  else if (Later != Set.end())
    F.Says = Name + " caches a Python object of one interpreter for all of them";
  else
    F.Says = Name + " keeps a Python object in static storage, shared by all interpreters";
  F.Remedy = V.Global->Name.starts_with("__pyx_v_") ? CythonVariableRemedy
             : C.isGenerated(V)                     ? CythonRemedy
                                                    : "keep it in the module state, set by the Py_mod_exec function";
  if (Later != Set.end())
    C.witness(F, (*Later)->At, "set here " + C.inFunction((*Later)->At.Fn));
  else if (!Set.empty())
    C.note(F, NoteKind::Related, "set here " + C.inFunction(Set.front()->At.Fn), C.place(Set.front()->At));
  return F;
}

void Collector::run() {
  for (const Variable &V : C.Variables) {
    if (V.Holds.Safe || V.Holds.TypeObject || V.Global->ThreadLocal || !V.Global->Definition)
      continue;
    if (V.Holds.Object) {
      Origin O;
      C.add(fact(V, O, {}), C.M.of(*V.Global));
      continue;
    }
    if (!V.Holds.Reference && !leadsToObjects(V))
      continue;
    llvm::SmallVector<const WriteSite *, 4> Set;
    if (Origin O = origin(V, Set); O.Any)
      C.add(fact(V, O, Set), C.M.of(*V.Global));
  }
}

void collectStaticObjects(Context &C) { Collector(C).run(); }

} // namespace gilray::evidence
