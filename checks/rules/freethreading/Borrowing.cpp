#include "rules/freethreading/Borrowing.h"
#include "evidence/Races.h"
#include "link/Modules.h"
#include "ownership/Validity.h"
#include "rules/freethreading/Applies.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using link::EventRef;
using link::FnId;
using ownership::Origin;

/// The object whose critical section a lock is; 0: it is another kind of lock.
static flow::PathId sectionOf(const flow::LockPaths &Paths, const flow::HeldLock &L) {
  const flow::Path &Mutex = Paths[L.Lock];
  return L.critical() && Mutex.Kind == flow::PathKind::Field && Paths[Mutex.A].Kind == flow::PathKind::Deref
             ? Paths[Mutex.A].A
             : 0;
}

/// Python code has what it passes as an argument, too, and takes no lock of the module to change it: only a critical
/// section of the container keeps that out. In a recursion it is an argument at first, and later what was in that.
///
///     Py_BEGIN_CRITICAL_SECTION(self);  while (PyDict_Next(arg, ..))       another thread fills arg meanwhile
static bool isPassedIn(const Input &In, EventRef At, ir::ValueId Container) {
  ownership::Provenances From = In.ownership().of(At, Container);
  return llvm::any_of(From, [](const ownership::Provenance &X) { return X.From == Origin::Argument; }) &&
         llvm::none_of(From, [](const ownership::Provenance &X) {
           return X.From == Origin::Field || X.From == Origin::Global || X.From == Origin::Fresh ||
                  X.From == Origin::Keywords;
         });
}

/// What a PyArg_Parse* has taken out of the arguments is none of the function's parameters.
///
///     Py_BEGIN_CRITICAL_SECTION(self);  impl(self, args):  PyArg_ParseTuple(args, "O", &list)  PyList_GetItem(list, 0)
static bool isParsed(const Input &In, EventRef At, ir::ValueId Container) {
  return llvm::all_of(In.ownership().of(At, Container), [](const ownership::Provenance &X) {
    return X.From == Origin::Null || (X.From == Origin::Argument && X.Format);
  });
}

namespace {

/// Which locks keep others out of one container.
class Guards {
public:
  Guards(const Input &In, EventRef At, ir::ValueId Container)
      : Paths(In.locks().paths()), Object(In.locks().placeOf(At.Fn, Container)),
        PassedIn(isPassedIn(In, At, Container)), Parsed(PassedIn && isParsed(In, At, Container)),
        Known(rootOf(Object)) {}

  bool mayGuard(const flow::HeldLock &L) const {
    if (!PassedIn)
      return true;
    if (!L.critical())
      return !Known && !Parsed;
    // One of them is a parameter as it came in: then they are one object only if the caller passes it twice.
    flow::PathId Section = sectionOf(Paths, L), Other = rootOf(Section);
    if (!Other || Section == Object || Paths[Other].Kind != flow::PathKind::Param)
      return true;
    return Known && Paths[Known].Kind == flow::PathKind::Param ? Paths[Known].Ref == Paths[Other].Ref : !Parsed;
  }

private:
  flow::PathId rootOf(flow::PathId X) const {
    while (X && Paths[X].A)
      X = Paths[X].A;
    return X && Paths[X].Kind != flow::PathKind::Unknown ? X : 0;
  }
  const flow::LockPaths &Paths;
  flow::PathId Object;
  bool PassedIn, Parsed;
  flow::PathId Known;
};

} // namespace

const flow::LockContext *unlockedWay(const Input &In, EventRef At, ir::ValueId Container) {
  const Guards G(In, At, Container);
  auto MayGuard = [&](const flow::HeldLock &L) { return G.mayGuard(L); };
  const flow::LockPoint &Here = In.locks().at(At);
  if (Here.Uncertain || llvm::any_of(Here.May, MayGuard))
    return nullptr;
  for (const flow::LockContext *C : In.locks().contexts(At.Fn))
    if (!C->Merged && llvm::none_of(C->May, MayGuard))
      return C;
  return nullptr;
}

static bool isAlone(const link::Root &R) {
  static constexpr llvm::StringRef Exclusive[] = {"dealloc", "traverse", "clear", "finalize", "free"};
  return llvm::is_contained(Exclusive, R.Role) || R.PythonName == "__setstate__";
}

bool isAlone(const Input &In, FnId F) {
  if (In.modules().initOnly(F))
    return true;
  llvm::BitVector From = In.locks().rootsOf(F);
  return From.any() && llvm::all_of(From.set_bits(), [&](unsigned I) { return isAlone(In.locks().roots()[I]); });
}

std::string spellContainer(const Input &In, EventRef At, ir::ValueId Container) {
  const ir::Function &F = In.flow().program().fn(At.Fn);
  while (F.Values[Container].Kind == ir::ValueKind::Cast)
    Container = F.Values[Container].A;
  std::string Text = In.locks().spellValue(At.Fn, Container);
  return Text.empty() || Text.find('?') != std::string::npos ? "the container" : "'" + Text + "'";
}

void eachApiCall(const Input &In, llvm::function_ref<void(EventRef, const ir::Event &, const api::Entry &)> Visit) {
  const link::Program &P = In.flow().program();
  for (FnId Id = 0; Id < P.functions().size(); ++Id) {
    const ir::Function &F = P.fn(Id);
    if (P.unit(Id).Files[F.Where.File].Class != ir::HeaderClass::Project)
      continue;
    const auto &Targets = In.flow().engine().infos()[Id].Targets;
    std::optional<bool> Speaks;
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
        const api::Entry *A = Targets[B][I].Api;
        if (!A || A->LentBy == api::Lender::Unknown || F.Blocks[B].Events[I].Args.empty())
          continue;
        if (!Speaks)
          Speaks = withoutGil(In, Id) && !isAlone(In, Id);
        if (*Speaks && !onlyWithGil(In, {Id, B, I}))
          Visit({Id, B, I}, F.Blocks[B].Events[I], *A);
      }
  }
}

/// The fields and variables whose values the function returns.
static llvm::SmallVector<ir::ValueId, 4> returned(const ir::Function &F) {
  llvm::SmallVector<ir::ValueId, 4> Out;
  for (const ir::Block &B : F.Blocks)
    if (B.Term.Kind == ir::TermKind::Return && B.Term.Value)
      Out.push_back(B.Term.Value);
  // return Py_NewRef(self->names);    result = self->names; Py_INCREF(result); return result;
  for (size_t N = 0; N < Out.size(); ++N) {
    while (F.Values[Out[N]].Kind == ir::ValueKind::Cast)
      Out[N] = F.Values[Out[N]].A;
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &E : B.Events) {
        ir::ValueId From = E.Kind == ir::EventKind::Assign && E.Dst == Out[N]                          ? E.Src
                           : E.Kind == ir::EventKind::Call && E.Result == Out[N] && E.Args.size() == 1 ? E.Args[0]
                                                                                                       : 0;
        if (From && !llvm::is_contained(Out, From))
          Out.push_back(From);
      }
  }
  return Out;
}

/// A structure that functions keep on their stack is seldom anybody else's.
///
///     struct joiner { PyObject *parts; } j;  join(&j);
static void collectOnStack(const ir::Unit &U, llvm::StringMap<bool> &OnStack) {
  auto Add = [&](const ir::Type &T) {
    if (T.Kind == ir::TypeKind::Record)
      OnStack[T.Record] = true;
  };
  for (const ir::Function &F : U.Functions)
    for (const ir::Var &V : F.Vars)
      Add(U.Types[V.Type]);
  // A class on the stack has its bases there.
  for (size_t Before = 0; Before != OnStack.size();) {
    Before = OnStack.size();
    for (const ir::Record &R : U.Records)
      if (OnStack.count(R.Name))
        for (ir::TypeId B : R.Bases)
          Add(U.Types[B]);
  }
  for (const ir::Record &R : U.Records)
    if (R.PythonObject)
      OnStack.erase(R.Name);
}

Changes::Changes(const Input &In) : In(In), Callers(In.flow().program().functions().size()) {
  const link::Program &P = In.flow().program();
  for (FnId Id = 0; Id < P.functions().size(); ++Id)
    for (FnId G : In.flow().callees(Id))
      Callers[G].push_back(Id);
  for (const ir::Unit *U : P.units())
    collectOnStack(*U, OnStack);
  for (FnId Id = 0; Id < P.functions().size(); ++Id) {
    bool Alone = isAlone(In, Id);
    for (ir::BlockId B = 0; B < P.fn(Id).Blocks.size(); ++B)
      for (uint32_t I = 0; I < P.fn(Id).Blocks[B].Events.size(); ++I)
        collect({Id, B, I}, P.fn(Id).Blocks[B].Events[I], Alone);
  }
}

/// "Record.field", or the id of a global; empty for what is in neither.
std::string Changes::nameOf(const ownership::Provenance &X) const {
  const ir::Value &V = In.flow().program().fn(X.At.Fn).Values[X.Of];
  return X.From == Origin::Field ? (V.Rec + "." + V.Str).str() : X.From == Origin::Global ? V.Str.str() : std::string();
}

void Changes::add(EventRef At, ir::ValueId Container, Way How) {
  for (const ownership::Provenance &X : In.ownership().of(At, Container))
    if (std::string Name = nameOf(X); !Name.empty())
      // What takes out is the plainest proof.
      if (auto [It, New] = Found.try_emplace(Name, Change{How, At}); !New && How < It->second.How)
        It->second = {How, At};
}

/// Do the values name one field or variable, or are they the same?
static bool sameName(const ir::Function &F, ir::ValueId A, ir::ValueId B) {
  for (ir::ValueId *V : {&A, &B})
    while (F.Values[*V].Kind == ir::ValueKind::Cast)
      *V = F.Values[*V].A;
  const ir::Value &X = F.Values[A], &Y = F.Values[B];
  return A == B || (X.Kind == Y.Kind && (X.Kind == ir::ValueKind::Field || X.Kind == ir::ValueKind::Global) &&
                    X.Rec == Y.Rec && X.Str == Y.Str);
}

/// A structure of the project is no dictionary or list, whatever the field holds elsewhere.
///
///     t->stuff = (PyObject *)item_type;      t->stuff = PyDict_New();
static bool mayBeContainer(const Input &In, FnId Fn, ir::ValueId V) {
  const link::Program &P = In.flow().program();
  while (P.fn(Fn).Values[V].Kind == ir::ValueKind::Cast)
    V = P.fn(Fn).Values[V].A;
  const ir::Unit &U = P.unit(Fn);
  const ir::Type &T = U.Types[P.typeOf(Fn, V)];
  if (T.Kind != ir::TypeKind::Pointer || U.Types[T.Inner].Kind != ir::TypeKind::Record)
    return true;
  return llvm::none_of(U.Records, [&](const ir::Record &R) {
    return R.Name == U.Types[T.Inner].Record && U.Files[R.Where.File].Class == ir::HeaderClass::Project;
  });
}

/// How many containers, or callers, deep.
static constexpr unsigned MaxDepth = 3;

/// Is the function a part of how objects begin and end?
bool Changes::isOfLife(FnId F, unsigned Depth) const {
  static constexpr llvm::StringRef Roles[] = {"new", "init", "alloc", "dealloc", "finalize", "clear", "free"};
  if (llvm::any_of(Roles, [&](llvm::StringRef Role) { return In.flow().program().hasRole(F, Role); }))
    return true;
  return Depth && !Callers[F].empty() &&
         llvm::all_of(Callers[F], [&](FnId Caller) { return isOfLife(Caller, Depth - 1); });
}

/// Does the key stand for an object that nobody else has yet, or any more? Its entry is nobody else's either.
///
///     static PyObject *tag_new(..) { .. key = PyLong_FromVoidPtr(self); PyDict_SetItem(tags, key, value); .. }
bool Changes::isOwnEntry(EventRef At, const ir::Event &E) const {
  if (E.Args.size() < 2 || !isOfLife(At.Fn, MaxDepth))
    return false;
  ownership::Provenances Key = In.ownership().of(At, E.Args[1]);
  return !Key.empty() && llvm::all_of(Key, [&](const ownership::Provenance &X) {
    if (X.From == Origin::Null)
      return true;
    const link::Program &P = In.flow().program();
    if (!X.Api || !X.Of)
      return false;
    const ir::Type &T = P.unit(X.At.Fn).Types[P.typeOf(X.At.Fn, X.Of)];
    return (X.From == Origin::Fresh || X.From == Origin::Owned) && X.How == api::Lender::Unknown &&
           T.Kind == ir::TypeKind::Pointer;
  });
}

/// Only what is not there yet is put in, and nobody comes in between.
///
///     lock(&m);  if (PyDict_GetItemRef(cache, key, &x) == 0) { x = make(); PyDict_SetItem(cache, key, x); }
///     unlock(&m);
bool Changes::isFilledUnderLock(EventRef At, const ir::Event &E) const {
  if (In.locks().at(At).Must.empty())
    return false;
  const ir::Function &F = In.flow().program().fn(At.Fn);
  const auto &Targets = In.flow().engine().infos()[At.Fn].Targets;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &Looks = F.Blocks[B].Events[I];
      const api::Entry *A = Targets[B][I].Api;
      if (A && A->LentBy == api::Lender::Container && A->Removes == api::Removal::None && Looks.Args.size() > 1 &&
          sameName(F, Looks.Args[0], E.Args[0]) && !In.locks().at({At.Fn, B, I}).Must.empty())
        return true;
    }
  return false;
}

/// A function that no caller is seen of proves nothing: it may be for other modules, which use it while they are made.
static bool isEntered(const Input &In, FnId F) {
  llvm::BitVector From = In.locks().rootsOf(F);
  return From.none() || llvm::any_of(From.set_bits(),
                                     [&](unsigned I) { return In.locks().roots()[I].Kind != link::RootKind::Assumed; });
}

void Changes::collect(EventRef At, const ir::Event &E, bool Alone) {
  const ir::Function &F = In.flow().program().fn(At.Fn);
  if (E.Kind == ir::EventKind::Write) {
    const ir::Value &To = F.Values[E.Dst];
    std::string Name = To.Kind == ir::ValueKind::Field    ? (To.Rec + "." + To.Str).str()
                       : To.Kind == ir::ValueKind::Global ? To.Str.str()
                                                          : std::string();
    if (Name.empty())
      return;
    for (const ownership::Provenance &X : In.ownership().of(At, E.Src)) {
      Made[Name] |= X.From != Origin::Null;
      if (X.From == Origin::Argument && !Alone && mayBeContainer(In, At.Fn, E.Src))
        Found.try_emplace(Name, Change{Given, At});
    }
    return;
  }
  const api::Entry *A = In.flow().engine().infos()[At.Fn].Targets[At.Block][At.Index].Api;
  if (!A || E.Args.empty())
    return;
  if (A->Removes != api::Removal::None) {
    bool Element = A->Removes == api::Removal::Element;
    if (!Alone && isEntered(In, At.Fn) && !(Element && (isOwnEntry(At, E) || isFilledUnderLock(At, E))))
      add(At, E.Args[0], TakenOut);
  } else if (A->CountsUp) {
    // Counted for another object of the same kind, it is still nobody else's.
    if (auto Returned = returned(F); llvm::any_of(Returned, [&](ir::ValueId V) { return sameName(F, V, E.Args[0]); }))
      add(At, E.Args[0], HandedOut);
  } else if (A->Home == ir::HeaderClass::Python && E.Kind == ir::EventKind::Call) {
    for (unsigned N = 1; N < E.Args.size(); ++N)
      // PyModule_AddObject, PyObject_SetAttr, Py_BuildValue; but not to one of its own kind: PyObject_RichCompare
      if (!sameName(F, E.Args[0], E.Args[N]))
        add(At, E.Args[N], HandedOut);
  }
}

const Changes::Change *Changes::of(EventRef At, ir::ValueId Container) const {
  for (const ownership::Provenance &X : In.ownership().of(At, Container))
    if (auto It = Found.find(nameOf(X)); It != Found.end())
      return &It->second;
  return nullptr;
}

/// PySys_GetObject("stdout"): Python code replaces it now and then, seldom just while it is asked for.
static bool isLookUpByName(const link::Program &P, EventRef At) {
  const ir::Event &E = P.event(At);
  const ir::Unit &U = P.unit(At.Fn);
  if (E.Kind != ir::EventKind::Call || !E.Callee || U.Callees[E.Callee].Params.size() != 1)
    return false;
  const ir::Type &T = U.Types[U.Callees[E.Callee].Params.front()];
  return T.Kind == ir::TypeKind::Pointer && U.Types[T.Inner].Record.empty();
}

bool Changes::areSeen(EventRef At, ir::ValueId Container, unsigned Depth) const {
  if (isLookUpByName(In.flow().program(), At))
    return false;
  ownership::Provenances From = In.ownership().of(At, Container);
  return llvm::any_of(From, [&](const ownership::Provenance &X) {
    if (X.From == Origin::Null)
      return false;
    // What is found in another container is as well known as that.
    if (Depth < MaxDepth && X.Of && X.Api && X.Api->LentBy != api::Lender::Namespace &&
        (X.From == Origin::Lent || (X.From == Origin::Owned && X.How == api::Lender::Container)))
      return areSeen(X.At, X.Of, Depth + 1);
    std::string Name = nameOf(X);
    const ir::Value &V = In.flow().program().fn(X.At.Fn).Values[X.Of];
    if (X.From == Origin::Field && OnStack.count(V.Rec))
      return false;
    if (Name.empty() || !Made.count(Name) || Found.count(Name))
      return true;
    return givenUp(X).valid();
  });
}

/// Where the reference in a field is given up while others know the object, and with it what is in the container.
EventRef Changes::givenUp(const ownership::Provenance &X) const {
  const link::Program &P = In.flow().program();
  const ir::Value &V = P.fn(X.At.Fn).Values[X.Of];
  if (X.From != Origin::Field)
    return {};
  for (const ownership::Ending &E : In.validity().fields().endings(V.Rec, V.Str)) {
    const ir::Event &At = P.event(E.At);
    const auto &Values = P.fn(E.At.Fn).Values;
    ir::ValueId Path = At.Kind == ir::EventKind::Write ? At.Dst : At.Args.empty() ? 0 : At.Args[0];
    while (Values[Path].Kind == ir::ValueKind::Cast || Values[Path].Kind == ir::ValueKind::AddrOf)
      Path = Values[Path].A;
    ir::ValueId Object = Values[Path].Kind == ir::ValueKind::Field ? Values[Path].A : 0;
    while (Values[Object].Kind == ir::ValueKind::Field)
      Object = Values[Object].A;
    if (E.Method == link::NoFn || isAlone(In, E.At.Fn) || Values[Object].Kind != ir::ValueKind::Deref)
      continue;
    // copy = make(self); copy->names = NULL;    whose object that is, is not known
    flow::PathId Root = In.locks().placeOf(E.At.Fn, Values[Object].A);
    while (Root && In.locks().paths()[Root].A)
      Root = In.locks().paths()[Root].A;
    flow::PathKind K = Root ? In.locks().paths()[Root].Kind : flow::PathKind::Unknown;
    if (K == flow::PathKind::Param || K == flow::PathKind::Global)
      return E.At;
  }
  return {};
}

void Changes::bothThreads(Finding &F, EventRef At, const flow::LockContext *Way, std::string First,
                          ir::ValueId Container) const {
  flow::SharedAccess A;
  llvm::BitVector Roots = In.locks().rootsOf(At.Fn);
  A.At = At;
  A.Context = Way;
  A.Roots = &Roots;
  evidence::sideNotes(In.flow(), In.locks(), F.Notes, 1, A, std::move(First));
  const Change *Other = of(At, Container);
  if (!Other)
    for (const ownership::Provenance &X : In.ownership().of(At, Container))
      if (EventRef Gone = givenUp(X); Gone.valid()) {
        F.Notes.push_back(step("thread 2: " + spellContainer(In, At, Container) +
                                   " and what is in it are given up here in '" + In.flow().functionName(Gone.Fn) + "'",
                               In.flow().place(Gone), ThreadState::Attached, 2));
        return;
      }
  if (!Other) {
    F.Notes.push_back(step("thread 2: whoever else has " + spellContainer(In, At, Container) +
                               " can take the element out at the same moment",
                           In.flow().place(At), ThreadState::Attached, 2));
    return;
  }
  std::string Where = " here in '" + In.flow().functionName(Other->At.Fn) + "'";
  const char *What = Other->How == TakenOut    ? "thread 2: an element is taken out or replaced"
                     : Other->How == HandedOut ? "thread 2: Python code can change the container, which is handed out"
                                               : "thread 2: the caller can change the container, which it has given";
  F.Notes.push_back(step(What + Where, In.flow().place(Other->At), ThreadState::Attached, 2));
}

} // namespace gilray::rules
