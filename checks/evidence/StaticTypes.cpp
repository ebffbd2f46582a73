// Type objects in static storage, by themselves or as a member of a struct. All interpreters of the process use the
// same one: its dictionary, its subclasses list and its reference count.
#include "evidence/Context.h"

namespace gilray::evidence {

void collectStaticTypes(Context &C) {
  for (const Variable &V : C.Variables) {
    if (!V.Holds.TypeObject || V.Holds.Safe || !V.Global->Definition || V.Global->ThreadLocal)
      continue;
    Fact F;
    F.What = Kind::StaticType;
    F.Blocks = OwnGilInterpreters;
    F.Concerns = SharedGilInterpreters;
    F.Subject = V.Global->Name.str();
    F.Says = "static type " + C.spell(V) + " is shared by all interpreters of the process";
    F.Remedy =
        C.isGenerated(V) ? CythonRemedy : "make it a heap type: PyType_FromModuleAndSpec, kept in the module state";
    F.Where = C.place(V);
    C.add(std::move(F), C.M.of(*V.Global));
  }
}

} // namespace gilray::evidence
