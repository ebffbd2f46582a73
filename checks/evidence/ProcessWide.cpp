// Calls that change the process for everybody in it, whatever the interpreter: setlocale, chdir, umask, signal.
#include "evidence/Context.h"

namespace gilray::evidence {

void collectProcessWide(Context &C) {
  for (FnId Id = 0; Id < C.P.functions().size(); ++Id) {
    if (C.TheReach.of(Id) == Life::Unused)
      continue;
    const auto &Targets = C.R.engine().infos()[Id].Targets;
    for (ir::BlockId B = 0; B < Targets.size(); ++B)
      for (uint32_t N = 0; N < Targets[B].size(); ++N) {
        const api::Entry *A = Targets[B][N].Api;
        if (!A || !A->ProcessWide)
          continue;
        Fact F;
        F.What = Kind::ProcessWideCall;
        F.Concerns = OwnGilInterpreters | FreeThreading;
        F.Subject = A->Name.str();
        F.Says = "'" + F.Subject + "' changes the whole process: all interpreters and threads see it at once";
        F.Remedy = A->Replacement.empty() ? "leave it to the application, or document it"
                                          : "use '" + A->Replacement.str() + "'";
        F.Where = C.place({Id, B, N});
        F.Function = C.R.functionName(Id);
        if (C.TheReach.running(Id))
          C.TheReach.witness(Id, F.Notes);
        C.add(std::move(F), C.M.of(Id));
      }
  }
}

} // namespace gilray::evidence
