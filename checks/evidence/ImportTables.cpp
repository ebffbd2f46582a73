// Tables of C functions that headers of CPython and NumPy keep in static variables of the module: PyDateTimeAPI,
// PyArray_API. Every interpreter fills them with the same addresses, so nothing fails because of them; but what they
// lead to was made for the first interpreter, and NumPy cannot be imported by interpreters with their own GIL at all.
#include "evidence/Context.h"
#include <map>

namespace gilray::evidence {

using ir::HeaderClass;
using ir::ValueKind;

void collectImportTables(Context &C) {
  std::map<std::pair<std::string, llvm::SmallVector<unsigned, 1>>, EventRef> Uses;
  for (FnId Id = 0; Id < C.P.functions().size(); ++Id) {
    if (C.TheReach.of(Id) == Life::Unused)
      continue;
    const ir::Unit &U = C.P.unit(Id);
    const ir::Function &F = C.P.fn(Id);
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
        const ir::Event &E = F.Blocks[B].Events[N];
        const ir::Value &V = F.Values[E.Kind == ir::EventKind::Write ? E.Dst : E.Src];
        const ir::Global *G = V.Kind == ValueKind::Global ? C.P.global(V.Str) : nullptr;
        if (!G || G->Link != ir::Linkage::Internal)
          continue;
        for (const ir::Global &Own : U.Globals) // places are numbered per unit
          if (Own.Id == G->Id && (U.Files[Own.Where.File].Class == HeaderClass::Python ||
                                  U.Files[Own.Where.File].Class == HeaderClass::NumPy))
            Uses.try_emplace({Own.Name.str(), C.M.of(Id)}, EventRef{Id, B, N});
      }
  }
  for (auto &[Key, At] : Uses) {
    Fact F;
    F.What = Kind::MutableGlobal;
    F.Concerns = SharedGilInterpreters | OwnGilInterpreters;
    F.Subject = Key.first;
    F.Says = "'" + F.Subject + "' is filled by the interpreter that imports it first, and used by all";
    F.Remedy = "see whether the library that it belongs to supports several interpreters";
    F.Where = C.place(At);
    F.Function = C.R.functionName(At.Fn);
    C.add(std::move(F), Key.second);
  }
}

} // namespace gilray::evidence
