// The API model: what functions, types and slots mean for threads. The YAML files beside this header are compiled into
// tables at build time; a project adds entries of the same form in .gilray.yaml under `model:`.
#ifndef GILRAY_API_MODEL_H
#define GILRAY_API_MODEL_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <vector>

namespace gilray::api {

using ir::HeaderClass;
using llvm::StringRef;

/// What the calling thread must be.
enum class Need : uint8_t {
  Nothing,  ///< callable in any state
  Attached, ///< needs an attached thread state
  Detached, ///< must not be attached (PyEval_RestoreThread)
};

/// How bad a call is when Need::Attached is broken (checks.md, "Degrees").
enum class Weight : uint8_t {
  None,
  Note,    ///< reads memory of an immutable object that cannot change: PyBytes_AS_STRING
  Warning, ///< reads mutable storage: PyList_GET_SIZE
  Error,   ///< counts references, allocates, raises, looks up or calls
};

/// What a call does to the thread state.
enum class Effect : uint8_t {
  None,
  Detach,         ///< PyEval_SaveThread: attached -> detached, returns the saved state
  Attach,         ///< PyEval_RestoreThread(ts), PyEval_AcquireThread(ts)
  DetachArg,      ///< PyEval_ReleaseThread(ts): attached -> detached; the caller owns the state already
  Ensure,         ///< PyGILState_Ensure: any -> attached, returns a cookie
  EnsureMayFail,  ///< PyThreadState_Ensure (3.15): null result means unchanged
  Release,        ///< PyGILState_Release(cookie): back to the state before Ensure
  Swap,           ///< PyThreadState_Swap(ts): attached to ts, detached if null (3.12+)
  NewInterpreter, ///< attached to the new interpreter
  EndInterpreter, ///< no thread state
  Initialize,     ///< no interpreter -> attached
  Finalize,       ///< attached -> no interpreter
  DeleteState,    ///< PyThreadState_Delete(ts): ts must not be used again
  DeleteCurrent,  ///< attached -> detached
  CriticalEnter,
  CriticalLeave, ///< Py_BEGIN/END_CRITICAL_SECTION*
};

/// A question whose answer depends on the thread state; the engine branches on it.
enum class Query : uint8_t {
  None,
  IsAttached,    ///< PyGILState_Check, PyThreadState_GetUnchecked, ...: non-zero iff attached
  IsInitialized, ///< Py_IsInitialized: non-zero iff there is an interpreter
  IsFinalizing,
};

/// In three degrees: Certain by design; Likely through type slots or last references; Rare: allocation, error paths.
enum class Degree : uint8_t { Never, Rare, Likely, Certain };

enum class Returns : uint8_t {
  Other,
  NewRef,
  BorrowedRef,
  BorrowedBuffer,
  NonNull,
  Null,
  Argument, ///< its only argument, under another name: std::move(x)
};

/// Whose the reference or pointer is that a function hands out on loan: this decides what may end it.
enum class Lender : uint8_t {
  Unknown,
  Container,     ///< an element that others may replace or remove: PyList_GetItem, PyDict_Next
  Part,          ///< stays as long as the object does: items of tuples, the bytes of a bytes object
  Storage,       ///< memory that the object may move or shrink: PyByteArray_AsString
  Namespace,     ///< a module, its dictionary, its state, sys.modules
  Immortal,      ///< types, constants
  WeakReference, ///< nobody need keep the object
};

/// What a function takes out of the container in argument 0.
enum class Removal : uint8_t {
  None,
  Element, ///< the one whose key or index is argument 1
  All,
};

enum class LockOp : uint8_t {
  None,
  Init,
  Lock,
  TryLock,
  Unlock,
  Wait,
  Notify,
  Join,
  Destroy,
  Once,  ///< runs its callback at most once, others wait for it meanwhile: call_once
  Holds, ///< the result is non-zero if and only if this guard holds its lock: unique_lock::owns_lock
};

/// What waits how: rules ask whether a waiting thread stays attached.
enum class LockKind : uint8_t {
  None,
  PyMutex,  ///< detaches while it waits
  PyThread, ///< PyThread_type_lock: waits attached; any thread may release it
  Pthread,
  Rwlock,
  Spin,
  C11,
  Std,
  Semaphore, ///< counts: guards nothing by itself
  Once,
  CriticalSection, ///< given up whenever the thread detaches
  StaticInit,      ///< the guard of a function-local static's initialisation
};

/// Who keeps the books of a piece of memory: what one allocator gave, only its own functions may take back.
enum class Memory : uint8_t {
  None,
  Libc,    ///< malloc
  Raw,     ///< PyMem_RawMalloc
  Mem,     ///< PyMem_Malloc
  Object,  ///< PyObject_Malloc, and what objects without garbage collection are made of
  Collect, ///< objects that the collector knows: PyObject_GC_New
};

/// When a function passed as an argument is called, and in which state it starts.
enum class When : uint8_t {
  Now,        ///< before the call returns, on this thread, in the state of the call (qsort)
  Later,      ///< stored; may run in any later call of the same library (the "same handle" rule)
  Thread,     ///< on a new thread: no thread state
  ThreadExit, ///< pthread_key destructor: no thread state
  Signal,     ///< async-signal context
  AtExit,     ///< process exit: finalised
  PyAtExit,   ///< Py_AtExit: no thread state
  Fork,       ///< pthread_atfork: any thread
  Attached,   ///< later, by the interpreter, attached (capsule destructor, pending call, audit hook)
  Detached,   ///< later, detached (PyOS_InputHook)
};

struct Callback {
  uint8_t FunctionArg = 0; ///< 0-based
  int8_t ContextArg = -1;  ///< argument handed to the callback, -1: none
  When Runs = When::Later;
};

/// Version as 0x030D for 3.13; 0: no bound.
using Version = uint16_t;

struct Entry {
  StringRef Name; ///< qualified C++ name or C name; macros too
  HeaderClass Home = HeaderClass::Python;
  Need Needs = Need::Nothing;
  Weight Use = Weight::None;
  Effect Does = Effect::None;
  Query Asks = Query::None;
  Degree MayDetach = Degree::Never, RunsPython = Degree::Never;
  Returns Result = Returns::Other;
  LockOp Lock = LockOp::None;
  int8_t Arg = -1;       ///< argument Effect/Lock speaks of (cookie, thread state, lock); -1: none or the result
  int8_t NullOkArg = -1; ///< X-variants: nothing happens when this argument is null
  int8_t OutArg = -1;    ///< argument through which a reference or pointer is returned
  bool Blocks = false, NoReturn = false, Pure = false, AsyncSignalSafe = false;
  bool SharedStatic = false;   ///< libc with shared static state: strerror, localtime
  bool ProcessWide = false;    ///< setlocale, umask, chdir
  bool GilState = false;       ///< the PyGILState family: attaches to the main interpreter
  bool Expand = false;         ///< macro: extract its expansion (NPY_BEGIN_THREADS_DESCR)
  bool Forks = false;          ///< returns twice, in two processes: null in the child
  bool Jumps = false;          ///< goes on at the second return of the setjmp that filled the buffer in Arg
  bool SetsNull = false;       ///< macro: the variable in OutArg is null afterwards (Py_CLEAR)
  bool Untracks = false;       ///< the collector does not find the object any more
  bool UfuncLoops = false;     ///< hands inner loops to NumPy, as PyUFunc_FromFuncAndData does
  bool SavesException = false; ///< takes a pending exception out of the thread state
  LockKind Kind = LockKind::None;
  bool Shared = false;    ///< takes the lock shared: several readers may hold it
  bool Recursive = false; ///< the thread that holds the lock may take it again
  bool ZeroHolds = false; ///< a try-lock has taken the lock if and only if its result is zero; without it: not zero
  bool Allocates = false; ///< the result is storage, or an object, that nobody else knows of yet
  bool Exports = false;   ///< pins the memory of the object in argument 0: PyObject_GetBuffer
  bool CountsUp = false;  ///< takes a reference of its own to argument 0: Py_INCREF
  Lender LentBy = Lender::Unknown; ///< borrowed results and out-parameters: of argument 0 what
  Removal Removes = Removal::None;
  bool RefCount = false;        ///< the result is an object's reference count
  bool MakesObject = false;     ///< makes an object out of the memory in argument 0: PyObject_Init
  bool Atomic = false;          ///< reads or writes what its first argument points to atomically
  bool Swaps = false;           ///< what its two arguments refer to changes places: std::swap
  bool Exchanges = false;       ///< the result is what argument 0 held, which then holds argument 1: std::exchange
  bool MakesOwned = false;      ///< the result owns a new object of the first template argument: std::make_unique
  bool Iterates = false;        ///< goes through the container in argument 0, one element a call: PyDict_Next
  Memory Domain = Memory::None; ///< of memory that is allocated or taken back
  int8_t Frees = -1;            ///< argument whose memory is taken back (realloc: and given anew)
  int8_t WaitArg = -1;          ///< a lock call with zero here is a try-lock: PyThread_acquire_lock(lock, 0)
  uint32_t Steals = 0;          ///< bit per argument
  StringRef Replacement = {};   ///< safer function (or thread-safe libc variant)
  Version ReplacementSince = 0, Since = 0, Until = 0; ///< Until: first version without it
  StringRef Note = {};                                ///< one line for messages and docs
  llvm::ArrayRef<Callback> Callbacks = {};
};

/// What constructing, copying and destroying an object of a C++ type does.
struct TypeEntry {
  StringRef Record; ///< "pybind11::object", "std::vector"
  HeaderClass Home = HeaderClass::Std;
  Effect Constructs = Effect::None; ///< RAII guards: Detach (gil_scoped_release) or Ensure (gil_scoped_acquire)
  Effect Destroys = Effect::None;   ///< the counterpart: Attach or Release
  bool Holder = false;              ///< owns a Python reference: copying and destroying need an attached thread state
  bool Handle = false;              ///< refers to a Python object without owning it (py::handle)
  uint32_t OwnsArgs =
      0; ///< bit per template argument whose destructor runs with this object's (vector<T>, tuple<T...>)
  bool SharedOwner = false; ///< the last owner destroys: shared_ptr
  int8_t DeleterArg = -1;   ///< template argument that is called instead of the destructor (unique_ptr<T, D>)
  bool StartsThread = false, JoinsOnDestroy = false; ///< std::thread, jthread, async's future
  bool IsLock = false;
  bool Callable = false;  ///< holds a function and calls it: std::function
  bool LockGuard = false; ///< takes the locks its constructor is given, its destructor releases what it holds then
  bool DefersLock = false, AdoptsLock = false, TriesLock = false; ///< tags for the constructor of a guard
  bool ThreadState = false;                                       ///< PyThreadState itself
  bool OneThread = false;        ///< a library's handle that only one thread at a time may use, as its manual says
  bool InPlace = false;          ///< tag: what follows is for the constructor of the part (std::in_place)
  bool BindsConstructor = false; ///< its template arguments are those of a constructor that Python code may call
  llvm::ArrayRef<StringRef> Fills = {};   ///< methods that construct the part of their arguments: optional::emplace
  llvm::ArrayRef<StringRef> Empties = {}; ///< methods that destroy elements: clear
  llvm::ArrayRef<StringRef> Changes = {}; ///< methods that change the container: push_back; all others only read it
  llvm::ArrayRef<StringRef> GivesUp = {}; ///< methods after which the object has nothing to destroy: release
  StringRef Note = {};
};

/// Entry state of functions stored in a record's field, or under a slot id.
enum class EntryState : uint8_t { Unknown, Attached, Detached, NoThreadState, AsyncSignal, Finalised, BeforeInit };

struct RootEntry {
  /// "PyMethodDef", "ml_meth"; slot ids: Record = "PyType_Slot", Field = "Py_tp_dealloc". Records that are none: "*"
  /// (the field in any record), "(unnamed:HEADER.h" (an unnamed record of that header), "global-variables",
  /// "exported-functions" (then Field may be a prefix such as "PyInit_*").
  StringRef Record, Field;
  EntryState State = EntryState::Attached;
  StringRef Role;           ///< "method", "dealloc", "traverse", "clear", "module-exec", "getter", "buffer", ...
  StringRef FlagField = {}; ///< counts only where this field of the same record has FlagBit set
  uint8_t FlagBit = 0;
  Version Until = 0; ///< first version of Python without it
};

/// A function in which the calling thread waits or works for long without Python: worth a release of the thread state.
///
/// Apart from Entry, because nothing else follows from it: a library function that is listed here stays a foreign one,
/// which may call back.
struct BlockingEntry {
  StringRef Name;
  HeaderClass Home = HeaderClass::Project; ///< Project: whatever header declares it
  /// Certain: waits for something outside of the program (network, time, another process). Likely: takes time that
  /// grows with the data, or depends on a file system. Rare: mostly short (opening, closing, buffered output).
  /// Never: a project says that it does not block.
  Degree Blocks = Degree::Certain;
  StringRef Why;          ///< completes "it ...": "waits for the server"
  int8_t SizeArg = -1;    ///< argument that tells how much there is to do; a small constant is not worth a release
  int8_t TimeoutArg = -1; ///< zero there: does not wait
  int8_t FlagArg = -1;    ///< argument of flags: does not wait if FlagBit is set, as in waitpid(.., WNOHANG)
  uint8_t FlagBit = 0;
};

/// What a name alone says.
enum class Naming : uint8_t {
  KeepsFunction,   ///< a word of a function's name: it keeps the functions that it is handed
  MakesHandle,     ///< a word of a function's name: it makes one handle with the help of another
  Binds,           ///< last part of the name of a binding library's function that makes functions callable from Python
  UnrelatedStruct, ///< structures of many libraries: one in a call ties nothing together
  EndsHandle,      ///< a word of a function's name: it closes or frees what it is given
  NamesLock,       ///< a word of a function's name: it takes a lock of its library's own
  LocksItself,     ///< functions (or a prefix of their names) that two threads may call with one handle
  PythonStruct,    ///< structures of Python's headers, or a prefix of their names
  Drives,          ///< a word of a function's name: it runs what is waiting in a handle, as an event loop does
  OnlyAsks,        ///< a word of a function's name: it reads what the library knows already, and calls nothing back
  AsksReady,       ///< a word of a function's name: it tells whether the next call would wait
  OfObjects,       ///< "Record.field=value": what is described so consists of Python objects
  KeepsArgument,   ///< methods of containers that put their arguments there, functions whose result holds them
  BindsAttribute,  ///< of those in Binds: the first function reads an attribute, the second writes it
  BindsStatic,     ///< of those in Binds: the function gets no object
  LeavesTypeOpen,  ///< tests of objects that say what can be done with one, not of what type it is
};

struct NameEntry {
  Naming Says;
  StringRef Name;
};

/// A record's tag, where the model knows the record under the name that people write.
struct AliasEntry {
  StringRef Tag, Name;
};

class Model {
public:
  /// The built-in tables.
  static const Model &builtin();
  /// The built-in tables plus a project's own entries, which win over built-in ones of the same name.
  /// Storage owns the strings of the extra entries.
  Model(const Model &Base, std::vector<Entry> Extra, std::vector<TypeEntry> ExtraTypes, std::shared_ptr<void> Storage,
        std::vector<RootEntry> ExtraRoots = {}, std::vector<NameEntry> ExtraNames = {},
        std::vector<AliasEntry> ExtraAliases = {}, std::vector<BlockingEntry> ExtraBlocking = {});

  /// Null when the model says nothing. Entries are matched by name and home, where libc, std, system and builtin count
  /// as one; a project's own entries match any home and win. A name that is not listed gets the entry of the longest
  /// prefix that fits, such as "Py*" for names of Python headers: needs an attached thread state. (Its Name is the
  /// prefix.)
  const Entry *function(StringRef Name, HeaderClass Home) const;
  const TypeEntry *type(StringRef Record) const;
  const RootEntry *root(StringRef Record, StringRef Field) const;
  const RootEntry *variable(StringRef Name) const;
  /// What calls a function because of the name it is exported under; Python: the version of the headers, 0: unknown.
  const RootEntry *exported(StringRef Name, Version Python) const;
  bool says(Naming N, StringRef Name) const;
  /// Does one of the words of a name say so, as in uv_tcp_init or XML_SetElementHandler?
  bool aWordSays(Naming N, StringRef Name) const;
  /// Null when nothing is known, or a project says that the function does not block.
  const BlockingEntry *blocking(StringRef Name, HeaderClass Home) const;
  llvm::ArrayRef<BlockingEntry> blocking() const;
  llvm::ArrayRef<Entry> functions() const;
  llvm::ArrayRef<TypeEntry> types() const;
  llvm::ArrayRef<RootEntry> roots() const;

  Model(const Model &) = delete;
  ~Model();

private:
  struct Impl;
  std::unique_ptr<Impl> P;
  Model();
};

/// Macros of modelled headers whose expansion is extracted instead of recorded (extraction's only use of the model).
bool isExpandedMacro(StringRef Name);

} // namespace gilray::api

#endif
