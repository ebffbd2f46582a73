// What stayed out of sight, so that "nothing found" is not taken for "nothing there". One entry per module and cause.
//
// Calls through pointers that lead nowhere in the program need no entry: every function of the program whose address is
// taken is looked at anyway, so such a call can only reach foreign code.
#include "evidence/Context.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <map>
#include <set>

namespace gilray::evidence {

using ir::HeaderClass;
using llvm::StringRef;

/// How many names an entry gives.
static constexpr size_t MaxNames = 3;

namespace {

/// Gathers names under a cause, per module.
class Gathered {
public:
  void add(llvm::ArrayRef<unsigned> Modules, std::string Name, Place Where) {
    for (unsigned M : Modules)
      ByModule[M].try_emplace(std::move(Name), std::move(Where));
  }
  template <class Text> void tell(Context &C, uint8_t Hides, Text Describe) {
    for (auto &[Module, Names] : ByModule) {
      std::string List;
      size_t Count = 0;
      for (auto &[Name, Where] : Names)
        if (Count++ < MaxNames)
          List += (List.empty() ? "'" : ", '") + Name + "'";
      if (Names.size() > MaxNames)
        List += " and " + std::to_string(Names.size() - MaxNames) + " more";
      C.Hidden.push_back({Describe(List, Names.size()), Names.begin()->second, Hides, {Module}});
    }
  }

private:
  std::map<unsigned, std::map<std::string, Place>> ByModule;
};

} // namespace

static llvm::SmallVector<unsigned, 1> allModules(const Context &C) {
  llvm::SmallVector<unsigned, 1> Out;
  for (unsigned I = 0; I < C.M.all().size(); ++I)
    Out.push_back(I);
  return Out;
}

static void brokenFiles(Context &C) {
  Gathered Files;
  for (const ir::Unit *U : C.P.units()) {
    if (U->Issues.empty())
      continue;
    std::set<unsigned> Modules;
    for (FnId F = 0; F < C.P.functions().size(); ++F)
      if (C.P.functions()[F].Unit == U)
        for (unsigned M : C.M.of(F))
          Modules.insert(M);
    llvm::SmallVector<unsigned, 1> Of(Modules.begin(), Modules.end());
    Files.add(Of.empty() ? allModules(C) : Of, llvm::sys::path::filename(U->MainFile).str(),
              C.R.place(*U, U->Issues.front().Where));
  }
  Files.tell(C, AllGoals, [](const std::string &List, size_t) { return "not everything could be parsed in " + List; });
}

static void incompleteFunctions(Context &C) {
  std::map<std::pair<std::string, std::string>, FnId> ByPlace;
  const std::vector<Incomplete> Incompletes = C.R.incomplete();
  for (FnId F = 0; !Incompletes.empty() && F < C.P.functions().size(); ++F)
    ByPlace[{C.R.place(C.P.unit(F), C.P.fn(F).Where).File, C.R.functionName(F)}] = F;
  Gathered Functions;
  for (const Incomplete &I : Incompletes) {
    auto It = ByPlace.find({I.Where.File, I.Function});
    llvm::SmallVector<unsigned, 1> Of = It == ByPlace.end() ? allModules(C) : C.M.of(It->second);
    if (It != ByPlace.end() && C.TheReach.of(It->second) == Life::Unused)
      continue;
    Functions.add(Of, I.Function.empty() ? llvm::sys::path::filename(I.Where.File).str() : I.Function, I.Where);
  }
  for (FnId F = 0; F < C.P.functions().size(); ++F)
    if (C.P.fn(F).Body != ir::BodyState::Complete && C.TheReach.of(F) != Life::Unused)
      Functions.add(C.M.of(F), C.R.functionName(F), C.R.place(C.P.unit(F), C.P.fn(F).Where));
  Functions.tell(C, AllGoals, [](const std::string &List, size_t N) {
    return std::string(N == 1 ? "the analysis of this function" : "the analysis of these functions") +
           " is not complete: " + List;
  });
}

/// Functions of the project whose files were not given hide everything; libraries are taken to look after themselves,
/// and that is said once.
static void foreignCode(Context &C) {
  Gathered Missing, Libraries;
  for (FnId Id = 0; Id < C.P.functions().size(); ++Id) {
    if (C.TheReach.of(Id) == Life::Unused)
      continue;
    const ir::Unit &U = C.P.unit(Id);
    const auto &Targets = C.R.engine().infos()[Id].Targets;
    for (ir::BlockId B = 0; B < Targets.size(); ++B)
      for (uint32_t N = 0; N < Targets[B].size(); ++N) {
        const link::Target &T = Targets[B][N];
        // What the compiler makes for a lambda: its constructors and destructor, its conversion to a function pointer.
        if (!T.Named || !(T.Foreign || T.Unresolved) || T.Named->Name.ends_with("::~") ||
            T.Named->Name.ends_with("::lambda::") || T.Named->Name.contains("::lambda::operator "))
          continue;
        HeaderClass Home = C.P.homeOf(U, *T.Named);
        // Special members without body are the compiler's, and pure virtual functions have none.
        if (Home == HeaderClass::Project && !T.Named->Virtual && T.Named->Link != ir::Linkage::Inline &&
            T.Named->Link != ir::Linkage::None)
          Missing.add(C.M.of(Id), T.Named->Name.str(), C.place({Id, B, N}));
        else if (Home == HeaderClass::System)
          Libraries.add(C.M.of(Id), llvm::sys::path::filename(U.Files[T.Named->Header].Path).str(),
                        C.place({Id, B, N}));
      }
  }
  Missing.tell(C, AllGoals, [](const std::string &List, size_t N) {
    return (N == 1 ? "a function of the project is called whose body is in none of the given files: "
                   : "functions of the project are called whose bodies are in none of the given files: ") +
           List;
  });
  Libraries.tell(C, 0, [](const std::string &List, size_t) {
    return "the libraries behind " + List + " keep no state that interpreters or threads must not share";
  });
}

void collectUnseen(Context &C) {
  if (C.HidesLocks)
    for (unsigned M : allModules(C))
      C.Hidden.push_back(
          {"locks are compiled under Py_GIL_DISABLED only: judge with the headers of a free-threaded Python",
           C.R.place(*C.M.all()[M].Unit, C.M.all()[M].Where),
           FreeThreading,
           {M},
           /*OtherBuild=*/true});
  brokenFiles(C);
  incompleteFunctions(C);
  foreignCode(C);
}

} // namespace gilray::evidence
