// What a module's own definition rules out.
#include "evidence/Context.h"

namespace gilray::evidence {

using link::ExtensionModule;
using link::ModuleForm;

static Fact singlePhase(const Context &C, const ExtensionModule &M) {
  Fact F;
  F.What = Kind::SinglePhase;
  // The slots that declare support for interpreters exist in multi-phase modules only. The GIL has a function call too.
  F.Blocks = SharedGilInterpreters | OwnGilInterpreters;
  F.Subject = M.Name;
  F.Says =
      M.Form == ModuleForm::BoostPython
          ? "module '" + M.Name + "' is made by Boost.Python, which knows single-phase initialisation only"
          : "module '" + M.Name + "' is made in a single phase: interpreters with their own GIL refuse to import it";
  F.Remedy = "return PyModuleDef_Init(&def) and move the work of creation into a Py_mod_exec function";
  F.Where = C.R.place(*M.Unit, M.Where);
  return F;
}

static Fact refusal(const Context &C, const ExtensionModule &M, const link::Declaration &D, uint8_t Blocks,
                    const char *Says) {
  Fact F;
  F.What = Kind::Declared;
  F.Blocks = Blocks;
  F.Subject = M.Name;
  F.Says = "module '" + M.Name + "' " + Says;
  F.Remedy = "remove the reasons for it, then change the declaration";
  F.Where = D.Unit ? C.R.place(*D.Unit, D.Where) : Place();
  return F;
}

void collectForms(Context &C) {
  llvm::ArrayRef<ExtensionModule> All = C.M.all();
  for (unsigned I = 0; I < All.size(); ++I) {
    const ExtensionModule &M = All[I];
    if (M.Form == ModuleForm::SinglePhase || M.Form == ModuleForm::BoostPython)
      C.add(singlePhase(C, M), {I});
    if (M.Interpreters.says(0))
      C.add(refusal(C, M, M.Interpreters, SharedGilInterpreters | OwnGilInterpreters,
                    "declares that it does not support several interpreters"),
            {I});
    if (M.Gil.says(0))
      C.add(refusal(C, M, M.Gil, FreeThreading, "declares that it needs the GIL"), {I});
  }
}

} // namespace gilray::evidence
