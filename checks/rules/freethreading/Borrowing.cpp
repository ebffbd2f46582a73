#include "rules/freethreading/Borrowing.h"
#include "evidence/Races.h"
#include "link/Modules.h"
#include "ownership/Validity.h"
#include "rules/freethreading/Applies.h"
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

bool isAlone(const Input &In, FnId F) {
  static constexpr llvm::StringRef Exclusive[] = {"dealloc", "traverse", "clear", "finalize", "free"};
  const link::Program &P = In.flow().program();
  return In.modules().initOnly(F) ||
         llvm::any_of(Exclusive, [&](llvm::StringRef Role) { return P.hasRole(F, Role); }) ||
         llvm::any_of(P.roots(), [&](const link::Root &R) { return R.Fn == F && R.PythonName == "__setstate__"; });
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

Changes::Changes(const Input &In) : In(In) {
  const link::Program &P = In.flow().program();
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
    if (Name.empty() || !Made.count(Name) || Found.count(Name))
      return true;
    const ir::Value &V = In.flow().program().fn(X.At.Fn).Values[X.Of];
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
