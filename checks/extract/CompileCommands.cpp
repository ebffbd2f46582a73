// compile_commands.json through Clang's own reader, reduced to what extraction needs.
#include "extract/CompileCommands.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace gilray::extract {

namespace path = llvm::sys::path;
namespace tooling = clang::tooling;

static std::string absolute(llvm::StringRef File, llvm::StringRef Directory) {
  llvm::SmallString<256> P(File);
  if (path::is_relative(P)) {
    P = Directory;
    path::append(P, File);
  }
  path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

struct CompileCommands::Impl {
  std::vector<CompileCommand> Commands;
  llvm::StringMap<std::vector<size_t>> ByFile;
};

CompileCommands::CompileCommands() : P(std::make_unique<Impl>()) {}
CompileCommands::CompileCommands(CompileCommands &&) = default;
CompileCommands::~CompileCommands() = default;

/// Drops the program name and the input: extractFile adds its own. `gcc -c a.c -o a.o -MF a.d` -> nothing.
static std::vector<std::string> reduce(const tooling::CompileCommand &Command, llvm::StringRef Absolute) {
  auto Adjust =
      tooling::combineAdjusters(tooling::getClangStripOutputAdjuster(), tooling::getClangStripDependencyFileAdjuster());
  std::vector<std::string> All = Adjust(Command.CommandLine, Command.Filename), Kept;
  // g++ means C++ whatever the extension; extraction only sees the arguments.
  llvm::StringRef Program = All.empty() ? "" : path::filename(All[0]);
  bool CxxDriver = Program.contains("++") && path::extension(Absolute) == ".c";
  if (CxxDriver)
    Kept.push_back("-xc++");
  for (size_t I = 1; I < All.size(); ++I) {
    llvm::StringRef A = All[I];
    if (A == "-c" || A == "-S" || A == "-E" || A == "--" || A == Command.Filename)
      continue;
    if (!A.starts_with("-") && absolute(A, Command.Directory) == Absolute)
      continue;
    Kept.push_back(All[I]);
  }
  return Kept;
}

llvm::Expected<CompileCommands> CompileCommands::load(llvm::StringRef Path) {
  llvm::SmallString<256> Json(Path);
  if (std::error_code EC = llvm::sys::fs::make_absolute(Json))
    return llvm::createStringError(EC, "%s: %s", Path.str().c_str(), EC.message().c_str());
  path::remove_dots(Json, true);
  if (llvm::sys::fs::is_directory(Json))
    path::append(Json, "compile_commands.json");
  if (!llvm::sys::fs::exists(Json))
    return llvm::createStringError(std::errc::no_such_file_or_directory,
                                   "no compile_commands.json in '%s'; name the directory that holds it with -p",
                                   Path.str().c_str());
  std::string Error;
  auto Raw = tooling::JSONCompilationDatabase::loadFromFile(Json, Error, tooling::JSONCommandLineSyntax::AutoDetect);
  if (!Raw)
    return llvm::createStringError(std::errc::invalid_argument, "cannot read compile database '%s': %s", Json.c_str(),
                                   llvm::StringRef(Error).trim().str().c_str());
  auto Database = tooling::expandResponseFiles(std::move(Raw), llvm::vfs::getRealFileSystem());
  CompileCommands Result;
  Result.JsonPath = std::string(Json);
  llvm::StringRef Base = path::parent_path(Result.JsonPath);
  for (const tooling::CompileCommand &C : Database->getAllCompileCommands()) {
    std::string Directory = absolute(C.Directory, Base);
    CompileCommand Mine{absolute(C.Filename, Directory), Directory, {}};
    Mine.Args = reduce(C, Mine.File);
    auto &Known = Result.P->ByFile[Mine.File];
    bool Seen = llvm::any_of(Known, [&](size_t I) {
      return Result.P->Commands[I].Args == Mine.Args && Result.P->Commands[I].Directory == Mine.Directory;
    });
    if (Seen)
      continue;
    Known.push_back(Result.P->Commands.size());
    Result.P->Commands.push_back(std::move(Mine));
  }
  return Result;
}

std::string CompileCommands::findUpwards(llvm::StringRef Start) {
  llvm::SmallString<256> Dir(Start);
  if (llvm::sys::fs::make_absolute(Dir))
    return {};
  path::remove_dots(Dir, true);
  if (!llvm::sys::fs::is_directory(Dir))
    path::remove_filename(Dir);
  while (!Dir.empty()) {
    for (llvm::StringRef Sub : {"", "build"}) {
      llvm::SmallString<256> Candidate(Dir);
      path::append(Candidate, Sub, "compile_commands.json");
      if (llvm::sys::fs::exists(Candidate))
        return std::string(Candidate);
    }
    llvm::StringRef Parent = path::parent_path(Dir);
    if (Parent == Dir)
      break;
    Dir.truncate(Parent.size());
  }
  return {};
}

std::vector<std::string> CompileCommands::files() const {
  std::vector<std::string> Files;
  for (const auto &Entry : P->ByFile)
    Files.push_back(Entry.getKey().str());
  llvm::sort(Files);
  return Files;
}

std::vector<CompileCommand> CompileCommands::commandsFor(llvm::StringRef File) const {
  std::vector<CompileCommand> Found;
  if (auto It = P->ByFile.find(File); It != P->ByFile.end())
    for (size_t I : It->second)
      Found.push_back(P->Commands[I]);
  return Found;
}

} // namespace gilray::extract
