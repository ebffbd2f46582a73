// The thread IR: what one translation unit says about threads and Python.
//
// Extraction (checks/extract) writes a Unit from Clang's AST; everything after it reads only this file. The IR holds no
// Clang type and knows no API: `PyEval_SaveThread` is a call by name, the API model says what it means.
//
// Values are *access paths*, interned per function: a path used as a value means "what is stored there now".
//
//     if (n > 500) save = PyEval_SaveThread();      temp1 = call PyEval_SaveThread();  assign save <- temp1
//     if (self->db) ...                             branch field(deref(self), Conn, db)
//
// Normal forms that extraction guarantees, so that equal paths are equal ids:
//   p->f = Field(Deref(p), f)     s.f = Field(s, f)     *p = p[0] = Deref(p)     p[i] = Index(Deref(p), i)
//   a[i] = Index(a, i) for arrays     p + i = AddrOf(Index(Deref(p), i))     *&x = x     &*p = p
//   a C++ reference r is a pointer that is always dereferenced: naming it is Deref(Var r); binding assigns AddrOf
//   `this` is parameter 0 of a method; a lambda's captures are fields of the closure that `this` points to
//   a cast is kept only where the pointed-to record changes or a pointer becomes an integer or back
#ifndef GILRAY_IR_UNIT_H
#define GILRAY_IR_UNIT_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"
#include <cstdint>
#include <memory>
#include <vector>

namespace gilray::ir {

using llvm::StringRef;

/// Raised with every change of meaning or layout: text and binary readers refuse other versions.
inline constexpr unsigned FormatVersion = 4;

// Indices; 0 means "none" for all but BlockId (block 0 is the entry) and VarId.
using FileId = uint32_t;   ///< into Unit::Files
using TypeId = uint32_t;   ///< into Unit::Types
using CalleeId = uint32_t; ///< into Unit::Callees
using ValueId = uint32_t;  ///< into Function::Values; 0 = unknown
using BlockId = uint32_t;  ///< into Function::Blocks
using VarId = uint32_t;    ///< into Function::Vars; parameters first
using ChainId = uint32_t;  ///< into Unit::MacroChains

inline constexpr BlockId NoBlock = ~0u;

/// Whose header declares something. Decides what is API: a project function that merely starts with "Py" is Project.
enum class HeaderClass : uint8_t {
  Project,
  Python,
  NumPy,
  Pybind11,
  Nanobind,
  BoostPython,
  Libc,
  Std,
  System,
  Builtin
};

/// A place as the user sees it: a macro argument is where it is written, a macro body is where the macro is used.
struct Loc {
  FileId File = 0;
  uint32_t Line = 0, Col = 0;       ///< 1-based, columns in bytes
  uint32_t EndLine = 0, EndCol = 0; ///< one past the last byte; 0 when unknown
  ChainId Chain = 0;                ///< macros the code came through, 0 if none
  bool valid() const { return File != 0; }
  bool operator==(const Loc &) const = default;
};

struct File {
  StringRef Path; ///< absolute, normalised; of a source that is only mapped to, as written if nobody knows where it is
  HeaderClass Class = HeaderClass::Project;
};

/// One macro of an expansion chain, outermost first.
struct MacroStep {
  StringRef Name;
  Loc Defined; ///< the line inside the macro's definition from which the code comes (Chain = 0)
  HeaderClass Class = HeaderClass::Project;
  bool operator==(const MacroStep &) const = default;
};

// ---------------------------------------------------------------- types
enum class TypeKind : uint8_t { Other, Void, Bool, Int, Float, Enum, Pointer, Reference, Array, Function, Record };

struct Type {
  TypeKind Kind = TypeKind::Other;
  StringRef Spelling; ///< canonical
  TypeId Inner = 0;   ///< pointee, element, or a function's result
  StringRef Record;   ///< qualified name without template arguments; C: tag, or the typedef that names an anonymous tag
  llvm::SmallVector<TypeId, 2> Args; ///< type template arguments, in order (also of packs)
  uint64_t Extent = 0;               ///< Array: number of elements; 0: not known here
  bool Const = false, Volatile = false, Atomic = false;
};

struct Field {
  StringRef Name;
  TypeId Type = 0;
  StringRef GuardedBy; ///< the lock that an annotation names: __attribute__((annotate("gilray:guarded_by:LOCK")))
};

struct Record {
  StringRef Name; ///< as in Type::Record; specialisations carry their arguments in Spelling
  StringRef Spelling;
  Loc Where;
  std::vector<Field> Fields;
  std::vector<TypeId> Bases;
  bool PythonObject = false; ///< begins with PyObject_HEAD, or inherits from such a record
  bool Polymorphic = false;
  StringRef Destructor; ///< function id, empty when trivial
};

// ---------------------------------------------------------------- functions by reference
enum class Linkage : uint8_t { None, Internal, Inline, External };

/// A function that is named somewhere: called, stored, passed on.
struct Callee {
  StringRef Id;      ///< equals Function::Id of its definition
  StringRef Name;    ///< qualified, without template arguments: "pybind11::gil_scoped_release::disarm"
  FileId Header = 0; ///< file of the first declaration
  Linkage Link = Linkage::External;
  StringRef Record; ///< enclosing class of a method
  TypeId Result = 0;
  llvm::SmallVector<TypeId, 4> Params;
  llvm::SmallVector<TypeId, 2> TemplateArgs; ///< type template arguments of the function itself
  bool NoReturn = false, NoThrow = false, Variadic = false, ReturnsTwice = false, Virtual = false;
};

// ---------------------------------------------------------------- values
enum class ValueKind : uint8_t {
  Unknown,
  Undef, ///< an uninitialised variable's content
  Null,
  Int,      ///< Int; also enumerators and characters. Str: the macro or enumerator spelled, if any
  String,   ///< Str: a literal's bytes
  Var,      ///< Ref: VarId
  Global,   ///< Str: Global::Id; also static locals and static members
  Function, ///< Ref: CalleeId
  Temp,     ///< Ref: number; result of a call or of a conditional expression, assigned before each use
  Deref,    ///< A
  Field,    ///< A: the object; Str: field; Rec: record name
  Index,    ///< A: the array; B: the index
  AddrOf,   ///< A: a path
  Cast,     ///< A; Type: the new type
  Unary,    ///< Op, A
  Binary,   ///< Op, A, B
  Lambda,   ///< Ref: CalleeId of operator(); B: index into Function::Captures plus one
};

enum class Op : uint8_t {
  None,
  Not,
  Neg,
  BitNot,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  LAnd,
  LOr,
  Add,
  Sub,
  Mul,
  Div,
  Rem,
  Shl,
  Shr,
  And,
  Or,
  Xor,
};

struct Value {
  ValueKind Kind = ValueKind::Unknown;
  Op Operator = Op::None;
  ValueId A = 0, B = 0;
  uint32_t Ref = 0;
  TypeId Type = 0;
  int64_t Int = 0;
  StringRef Str, Rec;
};

struct Capture {
  StringRef Name;
  ValueId From = 0; ///< path in the enclosing function
  TypeId Type = 0;
  bool ByReference = false;
};

// ---------------------------------------------------------------- events
enum class EventKind : uint8_t {
  Call,      ///< Callee, or Target when through a pointer; Args; Result
  Macro,     ///< expansion of a function-like macro of a modelled header: Callee.Name is the macro's, Args, Result
  Construct, ///< like Call: constructor, Args[0] = address of the object; Type: its type
  Destroy,   ///< like Call: destructor, Args[0] = address; Type
  Assign,    ///< Dst (Var or Temp) <- Src
  Write,     ///< Dst (a path through Global, Deref, Field, Index) <- Src
  Read,      ///< Src: such a path, whose content is read here
  GuardEnter,
  GuardLeave, ///< initialisation of the function-local static Dst (a Global)
  Fork,       ///< Callee: the outlined body of `omp parallel`, run by several threads; Args: captured addresses
};

enum class Ordering : uint8_t { NotAtomic, Relaxed, Acquire, Release, AcqRel, SeqCst };

struct Event {
  EventKind Kind = EventKind::Call;
  Ordering Order = Ordering::NotAtomic;
  bool Volatile = false;
  bool Implicit = false; ///< not written by the user: destructor at scope end, temporary, copy
  bool Compound = false; ///< Assign/Write: (+=, ++) the old content is read too
  CalleeId Callee = 0;
  ValueId Target = 0; ///< function pointer called, when Callee is 0
  ValueId Dst = 0, Src = 0, Result = 0;
  TypeId Type = 0;
  BlockId Unwind = NoBlock; ///< where an exception thrown here goes (a clean-up chain, a handler, or a Resume block)
  Loc Where;
  llvm::SmallVector<ValueId, 4> Args;
};

enum class TermKind : uint8_t { Jump, Branch, Switch, Return, Throw, Resume, Unreachable, IndirectGoto };
/// The statement behind a Jump or Return, for messages.
enum class JumpKind : uint8_t { Fallthrough, Goto, Break, Continue, Return, EndOfFunction };

struct CaseRange {
  int64_t Lo = 0, Hi = 0;
};

struct Terminator {
  TermKind Kind = TermKind::Unreachable;
  JumpKind Jump = JumpKind::Fallthrough;
  ValueId Value = 0; ///< Branch: condition; Switch: operand; Return: result
  llvm::SmallVector<BlockId, 2>
      Succs;                    ///< Branch: true, false. Switch: one per case, default last. NoBlock: unreachable
  std::vector<CaseRange> Cases; ///< Switch: Succs.size() - 1
  Loc Where;
};

struct Block {
  std::vector<Event> Events;
  Terminator Term;
  uint32_t Loop = 0; ///< innermost loop, index into Function::Loops plus one
};

struct Loop {
  BlockId Header = 0;
  uint32_t Parent = 0; ///< index plus one
  ValueId Bound = 0;
  uint32_t Work = 0; ///< arithmetic operations in the body that have no event
  Loc Where;
};

struct Var {
  StringRef Name;
  TypeId Type = 0;
  Loc Where;
};

enum class FunctionKind : uint8_t {
  Function,
  Method,
  Constructor,
  Destructor,
  Lambda,
  OmpBody,
  GlobalInit,
  GlobalDestructor
};
/// Why a function's body must not be judged. Anything but Complete means "unknown", never "no effect".
enum class BodyState : uint8_t { Complete, HasErrors, Skipped, TooLarge, Coroutine };

struct Function {
  /// USR without places; internal linkage: plus the path below the project's root; lambdas: enclosing id plus ordinal;
  /// inline in a header: plus a hash of the body
  StringRef Id;
  StringRef Name; ///< qualified, as in Callee::Name
  FunctionKind Kind = FunctionKind::Function;
  Linkage Link = Linkage::External;
  BodyState Body = BodyState::Complete;
  bool NoReturn = false, NoThrow = false, Virtual = false;
  StringRef Record;
  FileId Header = 0; ///< file of the first declaration
  TypeId Result = 0;
  uint32_t NumParams = 0; ///< Vars[0 .. NumParams)
  Loc Where, End;
  std::vector<StringRef> Overrides;
  std::vector<Var> Vars;
  std::vector<Value> Values{1}; ///< Values[0] is Unknown
  std::vector<std::vector<Capture>> Captures;
  std::vector<Block> Blocks;
  std::vector<Loop> Loops;
};

// ---------------------------------------------------------------- file-scope facts
enum class InitKind : uint8_t { Unknown, Null, Int, String, Function, Address, List };

/// A static initialiser as a tree: method tables, slots, type objects, ops structs all have this one form.
///
///     static PyModuleDef_Slot slots[] = {{Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0}};
///     List[ List[.slot = 4 spelled Py_mod_gil, .value = 1 spelled Py_MOD_GIL_NOT_USED], List[.slot = 0] ]
///
/// Members in the order of their declaration however they were written; those not written are left out. Members of
/// anonymous structs and unions are their record's own. A compound literal, or its address, is the list that it holds.
struct Init {
  InitKind Kind = InitKind::Unknown;
  bool SizeWritten =
      false;       ///< List: the array's type says how many elements there are: `a[2] = {..}` has no room for a third
  StringRef Field; ///< name in the enclosing record; empty for array elements
  int64_t Int = 0;
  StringRef Str;      ///< String: bytes; Address: Global::Id
  StringRef Spelling; ///< macro or enumerator it was written with; one of Python's headers before the project's own
  CalleeId Func = 0;
  TypeId Type = 0;
  Loc Where; ///< List: from brace to brace. With a Chain, or no end: no place for a fix
  std::vector<Init> Elems;
};

struct Global {
  StringRef Id, Name;
  TypeId Type = 0;
  Linkage Link = Linkage::External;
  bool ThreadLocal = false, Definition = false, DynamicInit = false;
  StringRef Owner;     ///< function id of a static local, record of a static member
  StringRef GuardedBy; ///< as Field::GuardedBy
  Loc Where;
  Init Value; ///< Value.Where is invalid when no initialiser is written (or implied, as a constructor)
};

/// A macro argument as written.
struct MacroArg {
  StringRef Text;
  Loc Where;
};

/// A modelled function-like macro used at file scope: PYBIND11_MODULE(name, m, py::mod_gil_not_used()) { .. }. Also one
/// that a project macro brings, if it begins a function whose body comes from outside.
struct TopLevelMacro {
  StringRef Name;
  std::vector<MacroArg> Args; ///< those of `...` one by one
  StringRef Body;             ///< id of the function whose head the macro writes and whose body follows it
  Loc Where;                  ///< name to closing parenthesis: one before its end is where an argument can be added
};

struct PPGroup {
  StringRef Condition;
  bool Taken = false;
  uint32_t Previous = 0;        ///< #elif, #else: the group before of the same #if, index into Unit::PPGroups plus one
  Loc Where;                    ///< first to last line of the group
  std::vector<StringRef> Names; ///< identifiers in the skipped tokens, sorted, unique; also of groups inside
};

enum class SuppressionKind : uint8_t { Line, NextLine, Begin, End };
struct Suppression {
  SuppressionKind Kind = SuppressionKind::Line;
  std::vector<StringRef> Checks; ///< globs; empty: all
  Loc Where;
};

/// A Clang error or a missing header.
struct ParseIssue {
  StringRef Message;
  bool Fatal = false; ///< nothing after it was parsed
  Loc Where;
};

/// From a line of a generated file on: the line of the source it was made from, up to the next entry of that file.
///
///     #line 7 "lexer.l"        lines of their own count on: 7, 8, 9
///     /* "mod.pyx":12 .. */    Cython: all that follows is line 12
struct LineMapping {
  FileId File = 0;
  uint32_t Line = 0;
  FileId Source = 0; ///< 0: made from nothing (or the file itself)
  uint32_t SourceLine = 0;
  bool CountsOn = false;
};

enum class Language : uint8_t { C, Cxx };

struct UnitFacts {
  Language Lang = Language::C;
  uint32_t PyVersionHex = 0; ///< PY_VERSION_HEX; 0: Python.h was not included
  uint32_t LimitedApi = 0;   ///< Py_LIMITED_API, 0 when not defined
  bool GilDisabled = false, NDebug = false;
  bool NanobindFreeThreaded = false; ///< NB_FREE_THREADED: nanobind's build option, which declares Py_MOD_GIL_NOT_USED
};

/// Owns its strings: every StringRef in it points into Strings.
struct Unit {
  StringRef MainFile;
  uint64_t FlagsHash = 0;
  UnitFacts Facts;
  std::vector<File> Files{1};
  std::vector<std::vector<MacroStep>> MacroChains{1};
  std::vector<Type> Types{1};
  std::vector<Record> Records;
  std::vector<Callee> Callees{1};
  std::vector<Function> Functions;
  std::vector<Global> Globals;
  std::vector<TopLevelMacro> TopLevelMacros;
  std::vector<PPGroup> PPGroups;
  std::vector<Suppression> Suppressions;
  std::vector<ParseIssue> Issues;
  std::vector<LineMapping> LineMap; ///< sorted by File and Line, no two for one line

  /// What a line was generated from, as the first line of a Loc without columns; invalid if from nothing.
  Loc source(const Loc &L) const;

  StringRef intern(StringRef S) { return Strings->save(S); }

  Unit()
      : Alloc(std::make_unique<llvm::BumpPtrAllocator>()), Strings(std::make_unique<llvm::UniqueStringSaver>(*Alloc)) {}
  Unit(Unit &&) = default;
  Unit &operator=(Unit &&) = default;

private:
  std::unique_ptr<llvm::BumpPtrAllocator> Alloc;
  std::unique_ptr<llvm::UniqueStringSaver> Strings;
};

inline Loc Unit::source(const Loc &L) const {
  auto After = llvm::partition_point(
      LineMap, [&](const LineMapping &M) { return M.File < L.File || (M.File == L.File && M.Line <= L.Line); });
  Loc Out;
  if (After == LineMap.begin())
    return Out;
  const LineMapping &M = *std::prev(After);
  if (!L.valid() || M.File != L.File || !M.Source)
    return Out;
  Out.File = M.Source;
  Out.Line = M.SourceLine + (M.CountsOn ? L.Line - M.Line : 0);
  return Out;
}

} // namespace gilray::ir

#endif
