#include "rules/freethreading/Borrowing.h"
#include "evidence/Races.h"
#include "link/Modules.h"
#include "rules/freethreading/Applies.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using link::EventRef;
using link::FnId;

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
  return In.modules().initOnly(F) ||
         llvm::any_of(Exclusive, [&](llvm::StringRef Role) { return In.flow().program().hasRole(F, Role); });
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

/// A place of the program that takes something out of the same field or global.
static EventRef remover(const Input &In, EventRef At, ir::ValueId Container) {
  const link::Program &P = In.flow().program();
  llvm::StringRef Place = In.locks().placeName(At.Fn, Container);
  EventRef Found;
  if (Place.empty())
    return Found;
  for (FnId Id = 0; Id < P.functions().size(); ++Id) {
    const auto &Targets = In.flow().engine().infos()[Id].Targets;
    for (ir::BlockId B = 0; B < Targets.size(); ++B)
      for (uint32_t I = 0; I < Targets[B].size(); ++I)
        if (const api::Entry *A = Targets[B][I].Api; A && A->Removes != api::Removal::None) {
          const ir::Event &E = P.fn(Id).Blocks[B].Events[I];
          if (!E.Args.empty() && In.locks().placeName(Id, E.Args[0]) == Place)
            return {Id, B, I};
        }
  }
  return Found;
}

void bothThreads(Finding &F, const Input &In, EventRef At, const flow::LockContext *Way, std::string First,
                 ir::ValueId Container) {
  flow::SharedAccess A;
  A.At = At;
  A.Context = Way;
  evidence::sideNotes(In.flow(), In.locks(), F.Notes, 1, A, std::move(First));
  if (EventRef Other = remover(In, At, Container); Other.valid())
    F.Notes.push_back({NoteKind::Path,
                       "thread 2: an element is taken out here in '" + In.flow().functionName(Other.Fn) + "'",
                       In.flow().place(Other)});
  else
    F.Notes.push_back({NoteKind::Path,
                       "thread 2: whoever else has " + spellContainer(In, At, Container) +
                           " can take the element out at the same moment",
                       In.flow().place(At)});
}

} // namespace gilray::rules
