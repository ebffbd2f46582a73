// Build-time tool: the model's YAML files -> one C++ file of constant tables, included by api/Model.cpp.
// With --json it prints the same entries as JSON, for tests and scripts that compare the model with real headers.
#include "api/yaml/ModelNames.h"
#include "api/yaml/ModelYaml.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace gilray::api;
using llvm::raw_ostream;

namespace {

raw_ostream &complain() { return llvm::WithColor::error(llvm::errs(), "gilray-model-gen"); }

class TableWriter {
public:
  explicit TableWriter(raw_ostream &OS) : OS(OS) {}

  void write(const Entry &E) {
    OS << "{.Name = " << quoted(E.Name);
    field("Home", "HeaderClass", E.Home, HeaderClass::Python);
    field("Needs", "Need", E.Needs);
    field("Use", "Weight", E.Use);
    field("Does", "Effect", E.Does);
    field("Asks", "Query", E.Asks);
    field("MayDetach", "Degree", E.MayDetach);
    field("RunsPython", "Degree", E.RunsPython);
    field("Result", "Returns", E.Result);
    field("Lock", "LockOp", E.Lock);
    number("Arg", E.Arg, -1);
    number("NullOkArg", E.NullOkArg, -1);
    number("OutArg", E.OutArg, -1);
    flag("Blocks", E.Blocks);
    flag("NoReturn", E.NoReturn);
    flag("Pure", E.Pure);
    flag("AsyncSignalSafe", E.AsyncSignalSafe);
    flag("SharedStatic", E.SharedStatic);
    flag("ProcessWide", E.ProcessWide);
    flag("GilState", E.GilState);
    flag("Expand", E.Expand);
    flag("Forks", E.Forks);
    flag("Jumps", E.Jumps);
    flag("SetsNull", E.SetsNull);
    flag("Untracks", E.Untracks);
    flag("UfuncLoops", E.UfuncLoops);
    flag("SavesException", E.SavesException);
    field("Kind", "LockKind", E.Kind);
    flag("Shared", E.Shared);
    flag("Recursive", E.Recursive);
    flag("ZeroHolds", E.ZeroHolds);
    flag("Allocates", E.Allocates);
    flag("CountsUp", E.CountsUp);
    flag("Exports", E.Exports);
    field("LentBy", "Lender", E.LentBy);
    field("Removes", "Removal", E.Removes);
    flag("RefCount", E.RefCount);
    flag("MakesObject", E.MakesObject);
    flag("Swaps", E.Swaps);
    flag("Exchanges", E.Exchanges);
    flag("MakesOwned", E.MakesOwned);
    flag("Iterates", E.Iterates);
    flag("Atomic", E.Atomic);
    field("Domain", "Memory", E.Domain);
    number("Frees", E.Frees, -1);
    number("WaitArg", E.WaitArg, -1);
    number("Steals", E.Steals, 0);
    string("Replacement", E.Replacement);
    number("ReplacementSince", E.ReplacementSince, 0);
    number("Since", E.Since, 0);
    number("Until", E.Until, 0);
    string("Note", E.Note);
    if (!E.Callbacks.empty())
      OS << ", .Callbacks = CallbackList" << Lists++;
    OS << "},\n";
  }
  void writeCallbacks(const Entry &E) {
    if (E.Callbacks.empty())
      return;
    OS << "constexpr Callback CallbackList" << Lists++ << "[] = {";
    for (const Callback &C : E.Callbacks)
      OS << "{" << int(C.FunctionArg) << ", " << int(C.ContextArg) << ", When(" << int(C.Runs) << ")}, ";
    OS << "};\n";
  }
  void writeNames(const TypeEntry &E) {
    for (llvm::ArrayRef<StringRef> Names : {E.Fills, E.Empties, E.Changes, E.GivesUp}) {
      if (Names.empty())
        continue;
      OS << "constexpr StringRef NameList" << Lists++ << "[] = {";
      for (StringRef N : Names)
        OS << quoted(N) << ", ";
      OS << "};\n";
    }
  }
  void restartLists() { Lists = 0; }

  void write(const TypeEntry &E) {
    OS << "{.Record = " << quoted(E.Record);
    field("Home", "HeaderClass", E.Home, HeaderClass::Std);
    field("Constructs", "Effect", E.Constructs);
    field("Destroys", "Effect", E.Destroys);
    flag("Holder", E.Holder);
    flag("Handle", E.Handle);
    number("OwnsArgs", E.OwnsArgs, 0);
    flag("SharedOwner", E.SharedOwner);
    number("DeleterArg", E.DeleterArg, -1);
    flag("StartsThread", E.StartsThread);
    flag("JoinsOnDestroy", E.JoinsOnDestroy);
    flag("IsLock", E.IsLock);
    flag("Callable", E.Callable);
    flag("LockGuard", E.LockGuard);
    flag("DefersLock", E.DefersLock);
    flag("AdoptsLock", E.AdoptsLock);
    flag("TriesLock", E.TriesLock);
    flag("ThreadState", E.ThreadState);
    flag("OneThread", E.OneThread);
    flag("InPlace", E.InPlace);
    flag("BindsConstructor", E.BindsConstructor);
    nameList("Fills", E.Fills);
    nameList("Empties", E.Empties);
    nameList("Changes", E.Changes);
    nameList("GivesUp", E.GivesUp);
    string("Note", E.Note);
    OS << "},\n";
  }

  void write(const RootEntry &E) {
    OS << "{" << quoted(E.Record) << ", " << quoted(E.Field) << ", EntryState(" << int(E.State) << "), "
       << quoted(E.Role) << ", " << quoted(E.FlagField) << ", " << unsigned(E.FlagBit) << ", " << E.Until << "},\n";
  }
  void write(const NameEntry &E) { OS << "{Naming(" << int(E.Says) << "), " << quoted(E.Name) << "},\n"; }
  void write(const BlockingEntry &E) {
    OS << "{" << quoted(E.Name) << ", HeaderClass(" << int(E.Home) << "), Degree(" << int(E.Blocks) << "), "
       << quoted(E.Why) << ", " << int(E.SizeArg) << ", " << int(E.TimeoutArg) << ", " << int(E.FlagArg) << ", "
       << unsigned(E.FlagBit) << "},\n";
  }
  void write(const AliasEntry &E) { OS << "{" << quoted(E.Tag) << ", " << quoted(E.Name) << "},\n"; }

private:
  raw_ostream &OS;
  unsigned Lists = 0;

  static std::string quoted(StringRef S) {
    std::string Text = "\"";
    llvm::raw_string_ostream(Text).write_escaped(S, /*UseHexEscapes=*/false);
    return Text + "\"";
  }
  template <class E> void field(StringRef Name, StringRef Enum, E Value, E Default = E()) {
    if (Value != Default)
      OS << ", ." << Name << " = " << Enum << "(" << int(Value) << ")";
  }
  void number(StringRef Name, int64_t Value, int64_t Default) {
    if (Value != Default)
      OS << ", ." << Name << " = " << Value;
  }
  void flag(StringRef Name, bool Value) {
    if (Value)
      OS << ", ." << Name << " = true";
  }
  void nameList(StringRef Name, llvm::ArrayRef<StringRef> Value) {
    if (!Value.empty())
      OS << ", ." << Name << " = NameList" << Lists++;
  }
  void string(StringRef Name, StringRef Value) {
    if (!Value.empty())
      OS << ", ." << Name << " = " << quoted(Value);
  }
};

void writeTables(raw_ostream &OS, const ParsedModel &M) {
  TableWriter W(OS);
  OS << "// Generated from checks/api/*.yaml by gilray-model-gen; do not edit.\n";
  for (const Entry &E : M.Functions)
    W.writeCallbacks(E);
  W.restartLists();
  for (const TypeEntry &E : M.Types)
    W.writeNames(E);
  W.restartLists();
  OS << "constexpr Entry FunctionTable[] = {\n";
  for (const Entry &E : M.Functions)
    W.write(E);
  W.restartLists();
  OS << "};\nconstexpr TypeEntry TypeTable[] = {\n";
  for (const TypeEntry &E : M.Types)
    W.write(E);
  OS << "};\nconstexpr RootEntry RootTable[] = {\n";
  for (const RootEntry &E : M.Roots)
    W.write(E);
  OS << "};\nconstexpr NameEntry NameTable[] = {\n";
  for (const NameEntry &E : M.Names)
    W.write(E);
  OS << "};\nconstexpr AliasEntry AliasTable[] = {\n";
  for (const AliasEntry &E : M.Aliases)
    W.write(E);
  OS << "};\nconstexpr BlockingEntry BlockingTable[] = {\n";
  for (const BlockingEntry &E : M.Blocking)
    W.write(E);
  OS << "};\n";
}

std::string versionText(Version V) {
  return V ? std::to_string(V >> 8) + "." + std::to_string(V & 255) : std::string();
}

void writeJson(raw_ostream &OS, const ParsedModel &M) {
  llvm::json::OStream J(OS);
  J.array([&] {
    for (const Entry &E : M.Functions)
      J.object([&] {
        J.attribute("name", E.Name);
        J.attribute("home", names::Home[size_t(E.Home)]);
        J.attribute("needs", names::Need[size_t(E.Needs)]);
        J.attribute("use", names::Weight[size_t(E.Use)]);
        J.attribute("since", versionText(E.Since));
        J.attribute("until", versionText(E.Until));
      });
  });
  OS << "\n";
}

/// Two files must not describe the same thing: which one counted would depend on their order.
bool merge(ParsedModel &Into, ParsedModel &&From, StringRef File, std::map<std::string, std::string> &Owners) {
  bool Ok = true;
  auto claim = [&](const llvm::Twine &What) {
    auto [It, New] = Owners.try_emplace(What.str(), File.str());
    if (!New) {
      complain() << What << " is described in " << It->second << " and in " << File << "; remove one\n";
      Ok = false;
    }
  };
  for (const Entry &E : From.Functions)
    claim("function " + E.Name + " (" + names::Home[size_t(E.Home)] + ")");
  for (const TypeEntry &E : From.Types)
    claim("type " + E.Record);
  for (const RootEntry &E : From.Roots)
    claim("root " + E.Record + "." + E.Field);
  for (const NameEntry &E : From.Names)
    claim("name " + E.Name + " (" + names::Naming[size_t(E.Says)] + ")");
  for (const AliasEntry &E : From.Aliases)
    claim("alias " + E.Tag);
  for (const BlockingEntry &E : From.Blocking)
    claim("blocking function " + E.Name);
  llvm::append_range(Into.Functions, From.Functions);
  llvm::append_range(Into.Types, From.Types);
  llvm::append_range(Into.Roots, From.Roots);
  llvm::append_range(Into.Names, From.Names);
  llvm::append_range(Into.Aliases, From.Aliases);
  llvm::append_range(Into.Blocking, From.Blocking);
  return Ok;
}

} // namespace

int main(int argc, char **argv) {
  llvm::cl::list<std::string> Inputs(llvm::cl::Positional, llvm::cl::OneOrMore, llvm::cl::desc("<model.yaml>..."));
  llvm::cl::opt<std::string> Output("o", llvm::cl::desc("output file"), llvm::cl::init("-"));
  llvm::cl::opt<bool> Json("json", llvm::cl::desc("print the functions as JSON instead of C++ tables"));
  llvm::cl::ParseCommandLineOptions(argc, argv, "compiles gilray's API model\n");

  ParsedModel All;
  std::vector<ParsedModel> Files; // keep the strings alive
  std::map<std::string, std::string> Owners;
  bool Ok = true;
  for (const std::string &Path : Inputs) {
    auto Buffer = llvm::MemoryBuffer::getFile(Path);
    if (!Buffer) {
      complain() << Path << ": " << Buffer.getError().message() << "\n";
      return 1;
    }
    llvm::Expected<ParsedModel> M = parseModelText((*Buffer)->getBuffer(), Path);
    if (!M) {
      complain() << llvm::toString(M.takeError()) << "\n";
      Ok = false;
      continue;
    }
    Files.push_back(std::move(*M));
    Ok &= merge(All, ParsedModel(Files.back()), Path, Owners);
  }
  if (!Ok)
    return 1;

  std::error_code EC;
  llvm::raw_fd_ostream OS(Output, EC);
  if (EC) {
    complain() << Output << ": " << EC.message() << "\n";
    return 1;
  }
  if (Json)
    writeJson(OS, All);
  else
    writeTables(OS, All);
  return 0;
}
