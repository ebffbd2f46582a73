// Code that asks for "the" module: there is one answer per interpreter, but a module can exist more than once in each.
//
//     PyState_FindModule(&def)                nothing is found for a module made in several phases, unless it was added
//     PyImport_AddModule("demo")              inside demo: whatever sys.modules holds by now
#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

using ir::ValueKind;
using link::ModuleForm;
using llvm::StringRef;

namespace {

class Collector {
public:
  explicit Collector(Context &C) : C(C), P(C.P) {}
  void run() {
    forEach([&](EventRef At, StringRef Name) { AddsState |= Name == "PyState_AddModule"; });
    forEach([&](EventRef At, StringRef Name) { call(At, Name); });
  }

private:
  void forEach(llvm::function_ref<void(EventRef, StringRef)> Visit) {
    C.eachApiEvent([&](EventRef At, const link::Target &T) {
      if (T.Named)
        Visit(At, T.Named->Name);
    });
  }

  bool namesOneOf(llvm::ArrayRef<unsigned> Modules, EventRef At) const {
    const ir::Event &E = P.event(At);
    if (E.Args.empty() || P.fn(At.Fn).Values[E.Args[0]].Kind != ValueKind::String)
      return false;
    StringRef Said = P.fn(At.Fn).Values[E.Args[0]].Str;
    return llvm::any_of(
        Modules, [&](unsigned M) { return Said.rsplit('.').second == C.M.all()[M].Name || Said == C.M.all()[M].Name; });
  }

  void call(EventRef At, StringRef Name) {
    llvm::SmallVector<unsigned, 1> Modules = C.M.of(At.Fn);
    bool Finds = Name == "PyState_FindModule";
    // A module that asks for itself; other modules' names are what importing is for.
    bool Asks = (Name.starts_with("PyImport_AddModule") || Name.starts_with("PyImport_ImportModule")) &&
                C.TheReach.running(At.Fn) && namesOneOf(Modules, At);
    if (!Finds && !Asks)
      return;
    Fact F;
    F.What = Kind::ModuleLookup;
    F.Concerns = SharedGilInterpreters | OwnGilInterpreters;
    F.Subject = Name.str();
    F.Where = C.place(At);
    F.Function = C.R.functionName(At.Fn);
    bool Multi = !Modules.empty() && llvm::all_of(Modules, [&](unsigned M) {
      const link::ExtensionModule &X = C.M.all()[M]; // what was not understood may be made in one phase
      return X.Created && (X.Form == ModuleForm::MultiPhase || X.Form == ModuleForm::Export);
    });
    F.Says =
        Asks ? "'" + F.Subject + "' finds whatever module has this name by now, not the one that the code belongs to"
        : Multi && !AddsState
            ? "'PyState_FindModule' finds no module that is made in several phases"
            : "'PyState_FindModule' gives one module per interpreter: a second one works on the state of the first";
    F.Remedy = "take the state from the defining class or with PyType_GetModuleByDef";
    if (C.TheReach.running(At.Fn))
      C.TheReach.witness(At.Fn, F.Notes);
    C.add(std::move(F), std::move(Modules));
  }

  Context &C;
  const link::Program &P;
  bool AddsState = false;
};

} // namespace

void collectLookups(Context &C) { Collector(C).run(); }

} // namespace gilray::evidence
