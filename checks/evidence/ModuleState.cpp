// References in the module state: the collector has to see them (m_traverse), and something has to give them up
// (m_clear or m_free), or a module that was imported and dropped stays with everything it refers to.
#include "evidence/Closure.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray::evidence {

using ir::EventKind;
using ir::Init;
using ir::InitKind;
using ir::TypeKind;
using llvm::StringRef;

namespace {

struct State {
  const ir::Unit *Unit = nullptr;
  StringRef Record;
};

} // namespace

/// The record that results of PyModule_GetState are taken for; none when it is not one and the same.
static std::optional<State> stateOf(const Context &C, unsigned Module) {
  std::set<StringRef> Names;
  State Out;
  auto Take = [&](FnId F, ir::TypeId Id) {
    const ir::Unit &U = C.P.unit(F);
    if (U.Types[Id].Kind != TypeKind::Pointer || U.Types[U.Types[Id].Inner].Kind != TypeKind::Record)
      return;
    Out = {&U, U.Types[U.Types[Id].Inner].Record};
    Names.insert(Out.Record);
  };
  for (FnId Id = 0; Id < C.P.functions().size(); ++Id) {
    const ir::Function &F = C.P.fn(Id);
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &E : B.Events) {
        if (E.Kind != EventKind::Call || !E.Callee || !E.Result ||
            C.P.unit(Id).Callees[E.Callee].Name != "PyModule_GetState" || !llvm::is_contained(C.M.of(Id), Module))
          continue;
        Take(Id, E.Type);
        for (const ir::Value &V : F.Values)
          if (V.Kind == ir::ValueKind::Cast && V.A == E.Result)
            Take(Id, V.Type);
        for (const ir::Block &X : F.Blocks) {
          if (X.Term.Kind == ir::TermKind::Return && X.Term.Value == E.Result)
            Take(Id, F.Result);
          for (const ir::Event &To : X.Events)
            if (To.Kind == EventKind::Assign && To.Src == E.Result)
              Take(Id, C.P.typeOf(Id, To.Dst));
        }
      }
  }
  return Names.size() == 1 ? std::optional(Out) : std::nullopt;
}

static std::string listed(llvm::ArrayRef<std::string> Names) {
  std::string Out;
  for (size_t I = 0; I < Names.size() && I < 3; ++I)
    Out += (I ? ", '" : "'") + Names[I] + "'";
  return Names.size() > 3 ? Out + " and " + std::to_string(Names.size() - 3) + " more" : Out;
}

namespace {

class Judge {
public:
  Judge(Context &C, unsigned Module, const State &S)
      : C(C), Module(Module), M(C.M.all()[Module]), S(S), Fields(C.TheTypes.objectFields(*S.Unit, S.Record)) {}

  void run() {
    llvm::erase_if(Fields, [&](const std::string &Name) { return isModuleItself(Name); });
    if (Fields.empty())
      return;
    slot({"m_traverse"}, "are hidden from the collector", "m_traverse",
         "visit each of them with Py_VISIT in m_traverse");
    slot({"m_clear", "m_free"}, "are never given up", "m_clear or m_free",
         "Py_CLEAR each of them in m_clear, and call that from m_free");
  }

private:
  /// state->mod = mod in the exec function: the module that the state belongs to, borrowed, or nothing would ever end.
  bool isModuleItself(StringRef Field) const {
    bool Any = false;
    for (FnId Id = 0; Id < C.P.functions().size(); ++Id) {
      const ir::Function &F = C.P.fn(Id);
      for (const ir::Block &B : F.Blocks)
        for (const ir::Event &E : B.Events) {
          const ir::Value &To = F.Values[E.Dst];
          if (E.Kind != EventKind::Write || To.Kind != ir::ValueKind::Field || To.Rec != S.Record || To.Str != Field)
            continue;
          const ir::Value &From = F.Values[E.Src];
          if (From.Kind == ir::ValueKind::Null)
            continue;
          Any = true;
          if (!C.M.initOnly(Id) || From.Kind != ir::ValueKind::Var || From.Ref != 0 || !F.NumParams)
            return false;
        }
    }
    return Any;
  }
  void slot(llvm::ArrayRef<StringRef> Names, const char *Are, const char *Without, const char *Remedy) {
    std::vector<FnId> Functions;
    for (const Init &E : M.Definition->Value.Elems)
      if (llvm::is_contained(Names, E.Field)) {
        if (E.Kind != InitKind::Function && E.Kind != InitKind::Null)
          return;
        if (E.Kind == InitKind::Function)
          if (Functions.push_back(C.P.resolve(*M.DefUnit, E.Func)); Functions.back() == link::NoFn)
            return;
      }
    std::vector<std::string> Missing = Fields;
    for (FnId F : Functions) {
      Closure Body(C, F);
      if (Body.open())
        return;
      llvm::erase_if(Missing, [&](const std::string &Name) { return Body.mentions(S.Record, Name); });
    }
    if (Missing.empty())
      return;
    Fact F;
    F.What = Kind::HeapTypeProtocol;
    F.Concerns = SharedGilInterpreters | OwnGilInterpreters;
    F.Subject = M.Name;
    F.Says = "module state: objects in " + listed(Missing) + " " + Are;
    if (Functions.empty())
      F.Says += std::string(", the module has no ") + Without;
    F.Remedy = Remedy;
    F.Where = C.R.place(*M.DefUnit, M.Definition->Where);
    if (!Functions.empty()) {
      F.Where = C.R.place(C.P.unit(Functions.front()), C.P.fn(Functions.front()).Where);
      F.Function = C.R.functionName(Functions.front());
    }
    const ir::Record *R = C.TheTypes.record(*S.Unit, S.Record);
    C.note(F, NoteKind::Related, "the module state is declared here", C.R.place(*S.Unit, R->Where));
    C.add(std::move(F), {Module});
  }

  Context &C;
  unsigned Module;
  const link::ExtensionModule &M;
  const State &S;
  std::vector<std::string> Fields;
};

} // namespace

void collectModuleState(Context &C) {
  for (unsigned I = 0; I < C.M.all().size(); ++I) {
    const link::ExtensionModule &M = C.M.all()[I];
    if (!M.Definition || M.Definition->Value.Kind != InitKind::List || !M.StateSize || *M.StateSize <= 0)
      continue;
    // Filled in by code: not followed.
    if (C.isWritten(M.Definition->Id))
      continue;
    if (std::optional<State> S = stateOf(C, I))
      Judge(C, I, *S).run();
  }
}

} // namespace gilray::evidence
