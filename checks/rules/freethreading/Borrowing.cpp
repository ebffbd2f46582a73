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

const flow::LockContext *unlockedWay(const Input &In, EventRef At) {
  const flow::LockPoint &Here = In.locks().at(At);
  if (!Here.May.empty() || Here.Uncertain)
    return nullptr;
  for (const flow::LockContext *C : In.locks().contexts(At.Fn))
    if (C->May.empty() && !C->Merged)
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

Changes::Changes(const Input &In) : In(In) {
  const link::Program &P = In.flow().program();
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
      if (X.From == Origin::Argument && !Alone)
        Found.try_emplace(Name, Change{Given, At});
    }
    return;
  }
  const api::Entry *A = In.flow().engine().infos()[At.Fn].Targets[At.Block][At.Index].Api;
  if (!A || E.Args.empty())
    return;
  if (A->Removes != api::Removal::None) {
    if (!Alone)
      add(At, E.Args[0], TakenOut);
  } else if (A->CountsUp) {
    // Counted for another object of the same kind, it is still nobody else's.
    if (auto Returned = returned(F); llvm::any_of(Returned, [&](ir::ValueId V) { return sameName(F, V, E.Args[0]); }))
      add(At, E.Args[0], HandedOut);
  } else if (A->Home == ir::HeaderClass::Python && E.Kind == ir::EventKind::Call) {
    for (unsigned N = 1; N < E.Args.size(); ++N)
      add(At, E.Args[N], HandedOut); // PyModule_AddObject, PyObject_SetAttr, Py_BuildValue
  }
}

const Changes::Change *Changes::of(EventRef At, ir::ValueId Container) const {
  for (const ownership::Provenance &X : In.ownership().of(At, Container))
    if (auto It = Found.find(nameOf(X)); It != Found.end())
      return &It->second;
  return nullptr;
}

bool Changes::areSeen(EventRef At, ir::ValueId Container) const {
  ownership::Provenances From = In.ownership().of(At, Container);
  return llvm::any_of(From, [&](const ownership::Provenance &X) {
    if (X.From == Origin::Null)
      return false;
    std::string Name = nameOf(X);
    const ir::Value &V = In.flow().program().fn(X.At.Fn).Values[X.Of];
    if (X.From == Origin::Field && OnStack.count(V.Rec))
      return false;
    if (Name.empty() || !Made.count(Name) || Found.count(Name))
      return true;
    const ownership::Fields &Fields = In.validity().fields();
    return X.From == Origin::Field && !Fields.endings(V.Rec, V.Str).empty();
  });
}

void Changes::bothThreads(Finding &F, EventRef At, const flow::LockContext *Way, std::string First,
                          ir::ValueId Container) const {
  flow::SharedAccess A;
  A.At = At;
  A.Context = Way;
  evidence::sideNotes(In.flow(), In.locks(), F.Notes, 1, A, std::move(First));
  const Change *Other = of(At, Container);
  if (!Other) {
    F.Notes.push_back({NoteKind::Path,
                       "thread 2: whoever else has " + spellContainer(In, At, Container) +
                           " can take the element out at the same moment",
                       In.flow().place(At)});
    return;
  }
  std::string Where = " here in '" + In.flow().functionName(Other->At.Fn) + "'";
  const char *What = Other->How == TakenOut    ? "thread 2: an element is taken out or replaced"
                     : Other->How == HandedOut ? "thread 2: Python code can change the container, which is handed out"
                                               : "thread 2: the caller can change the container, which it has given";
  F.Notes.push_back({NoteKind::Path, What + Where, In.flow().place(Other->At)});
}

} // namespace gilray::rules
