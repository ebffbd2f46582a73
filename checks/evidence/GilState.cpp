// PyGILState_Ensure gives a thread without thread state one of the main interpreter, whichever interpreter the objects
// at hand belong to (PEP 684). Only calls that attach count; PyGILState_Check and the like merely answer.
#include "evidence/Context.h"

namespace gilray::evidence {

void collectGilState(Context &C) {
  C.eachApiEvent([&](EventRef At, const link::Target &T) {
    const api::Entry *A = T.Api;
    if (!A->GilState || A->Does != api::Effect::Ensure)
      return;
    Fact F;
    F.What = Kind::GilState;
    F.Blocks = SharedGilInterpreters | OwnGilInterpreters;
    F.Subject = A->Name.str();
    F.Says = "'" + F.Subject + "' attaches to the main interpreter, whichever one the objects belong to";
    F.Remedy = "attach to the interpreter saved at module creation (PyThreadState_New; from 3.15 PyThreadState_Ensure)";
    F.Where = C.place(At);
    F.Function = C.R.functionName(At.Fn);
    C.TheReach.witness(At.Fn, F.Notes);
    C.add(std::move(F), C.M.of(At.Fn));
  });
}

} // namespace gilray::evidence
