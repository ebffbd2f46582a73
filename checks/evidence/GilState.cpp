// PyGILState_Ensure gives a thread without thread state one of the main interpreter, whichever interpreter the objects
// at hand belong to (PEP 684). Only calls that attach count; PyGILState_Check and the like merely answer.
#include "evidence/Context.h"

namespace gilray::evidence {

void collectGilState(Context &C) {
  for (FnId Id = 0; Id < C.P.functions().size(); ++Id) {
    if (C.TheReach.of(Id) == Life::Unused)
      continue;
    const auto &Targets = C.R.engine().infos()[Id].Targets;
    for (ir::BlockId B = 0; B < Targets.size(); ++B)
      for (uint32_t N = 0; N < Targets[B].size(); ++N) {
        const api::Entry *A = Targets[B][N].Api;
        if (!A || !A->GilState || A->Does != api::Effect::Ensure)
          continue;
        Fact F;
        F.What = Kind::GilState;
        F.Blocks = SharedGilInterpreters | OwnGilInterpreters;
        F.Subject = A->Name.str();
        F.Says = "'" + F.Subject + "' attaches to the main interpreter, whichever one the objects belong to";
        F.Remedy =
            "attach to the interpreter saved at module creation (PyThreadState_New; from 3.15 PyThreadState_Ensure)";
        F.Where = C.place({Id, B, N});
        F.Function = C.R.functionName(Id);
        C.TheReach.witness(Id, F.Notes);
        C.add(std::move(F), C.M.of(Id));
      }
  }
}

} // namespace gilray::evidence
