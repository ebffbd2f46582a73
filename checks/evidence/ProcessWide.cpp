// Calls that change the process for everybody in it, whatever the interpreter: setlocale, chdir, umask, signal.
#include "evidence/Context.h"

namespace gilray::evidence {

void collectProcessWide(Context &C) {
  C.eachApiEvent([&](EventRef At, const link::Target &T) {
    const api::Entry *A = T.Api;
    if (!A->ProcessWide)
      return;
    Fact F;
    F.What = Kind::ProcessWideCall;
    F.Concerns = OwnGilInterpreters | FreeThreading;
    F.Subject = A->Name.str();
    F.Says = "'" + F.Subject + "' changes the whole process: all interpreters and threads see it at once";
    F.Remedy =
        A->Replacement.empty() ? "leave it to the application, or document it" : "use '" + A->Replacement.str() + "'";
    F.Where = C.place(At);
    F.Function = C.R.functionName(At.Fn);
    if (C.TheReach.running(At.Fn))
      C.TheReach.witness(At.Fn, F.Notes);
    C.add(std::move(F), C.M.of(At.Fn));
  });
}

} // namespace gilray::evidence
