// Compile commands and what stands in for them.
#include "driver/Commands.h"
#include "driver/Inputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace gilray::driver {

using namespace llvm;

static std::string currentDirectory() {
  SmallString<256> Dir;
  (void)sys::fs::current_path(Dir);
  return std::string(Dir);
}

Expected<Commands> Commands::create(const ParseOptions &Options, StringRef Near,
                                    std::map<std::string, std::vector<std::string>> Headers, Log &L) {
  Commands C(Options);
  C.Configured = std::move(Headers);
  if (!Options.HasFlags) {
    std::string Path = Options.BuildDir.empty() ? extract::CompileCommands::findUpwards(Near) : Options.BuildDir;
    if (!Path.empty()) {
      auto Database = extract::CompileCommands::load(Path);
      if (!Database)
        return Database.takeError();
      C.Database.emplace(std::move(*Database));
    }
  }
  if (!Options.Python.empty()) {
    auto Headers = findPython(Options.Python);
    if (!Headers)
      return Headers.takeError();
    C.Python = std::move(*Headers);
  }
  return C;
}

void Commands::needPython(Log &L) {
  if (Python)
    return;
  auto Active = findPython("python3");
  if (!Active) {
    L.warning(toString(Active.takeError()));
    Python.emplace();
    return;
  }
  Python = std::move(*Active);
}

/// The language has to be said where the extension does not say it.
static void addLanguage(std::vector<std::string> &Args, StringRef File) {
  if (any_of(Args, [](StringRef A) { return A.starts_with("-x"); }) || sourceKind(File) != SourceKind::Header)
    return;
  Args.insert(Args.begin(), sys::path::extension(File) == ".h" ? "-xc" : "-xc++");
}

std::vector<std::string> Commands::defaults(StringRef File, ArrayRef<std::string> Roots) const {
  std::vector<std::string> Args;
  addLanguage(Args, File);
  bool Cxx = sourceKind(File) == SourceKind::Cxx || (!Args.empty() && Args[0] == "-xc++");
  Args.push_back(Cxx ? "-std=gnu++17" : "-std=gnu11");
  for (const std::string &R : Roots)
    Args.push_back("-I" + R);
  return withPython(Args, currentDirectory(), *Python, false);
}

/// Where projects without a database keep their headers: the working directory, its include and src.
static std::vector<std::string> projectRoots() {
  std::vector<std::string> Roots;
  std::string Here = currentDirectory();
  for (StringRef Sub : {"", "/include", "/src"})
    if (sys::fs::is_directory(Here + Sub))
      Roots.push_back(Here + Sub.str());
  return Roots;
}

std::vector<Job> Commands::jobs(ArrayRef<std::string> Files, bool Targeted, Log &L) {
  std::vector<Job> Jobs;
  std::vector<std::string> WithoutEntry, Roots;
  for (const std::string &File : Files) {
    if (Options.HasFlags) {
      Job J{File, currentDirectory(), Options.Flags};
      addLanguage(J.Args, File);
      if (Python)
        J.Args = withPython(J.Args, J.Directory, *Python, false);
      Jobs.push_back(std::move(J));
      continue;
    }
    std::vector<extract::CompileCommand> Known;
    if (Database)
      Known = Database->commandsFor(File);
    if (Known.empty()) {
      WithoutEntry.push_back(File);
      Jobs.push_back({File, currentDirectory(), {}});
      continue;
    }
    if (Known.size() > 1)
      L.remark("'" + File + "' has " + Twine(Known.size()) +
               " different entries in the compile database; the first is used");
    Job J{File, Known[0].Directory, std::move(Known[0].Args)};
    if (Python && !Options.Python.empty())
      J.Args = withPython(J.Args, J.Directory, *Python, false);
    Jobs.push_back(std::move(J));
  }
  if (WithoutEntry.empty())
    return Jobs;
  needPython(L);
  Roots = projectRoots();
  for (Job &J : Jobs)
    if (is_contained(WithoutEntry, J.File))
      J.Args = defaults(J.File, Roots);
  std::string Assumed = "C11 or C++17 by extension, include paths ., include and src of the working directory";
  if (Targeted)
    Assumed += ", and the headers of each target";
  else if (Python->Version.Major)
    Assumed += ", and the headers of Python " + Python->Version.name() + " (" + Python->Includes[0] + ")";
  if (Database)
    L.remark(Twine(WithoutEntry.size()) + (WithoutEntry.size() == 1 ? " file has" : " files have") + " no entry in '" +
             Database->path() + "'; assumed " + Assumed);
  else
    L.remark("no compile_commands.json; assumed " + Assumed);
  return Jobs;
}

std::optional<PythonHeaders> Commands::headersFor(const Target &T) {
  if (auto It = Configured.find(T.name()); It != Configured.end()) {
    PythonHeaders H;
    H.Version = T;
    H.Includes = It->second;
    if (auto Read = headersIn(It->second))
      H.Version = Read->Version;
    H.Origin = "headers in the configuration";
    return H;
  }
  // Headers of a GIL build can show the free-threaded view, not the other way round; an exact match comes first.
  auto Fits = [&](const PythonHeaders &H, bool Exact) {
    return H.Version.Major == T.Major && H.Version.Minor == T.Minor &&
           (H.Version.FreeThreaded == T.FreeThreaded || (!Exact && T.FreeThreaded));
  };
  if (!Discovered)
    Discovered = discoverPythons();
  for (bool Exact : {true, false}) {
    if (Python && Fits(*Python, Exact))
      return Python;
    for (const PythonHeaders &H : *Discovered)
      if (Fits(H, Exact))
        return H;
  }
  return std::nullopt;
}

std::optional<std::vector<Job>> Commands::retarget(ArrayRef<Job> Jobs, const Target &T) {
  auto Headers = headersFor(T);
  if (!Headers)
    return std::nullopt;
  std::vector<Job> Out(Jobs.begin(), Jobs.end());
  for (Job &J : Out)
    J.Args = withPython(J.Args, J.Directory, *Headers, T.FreeThreaded);
  return Out;
}

std::string Commands::knownVersions() {
  if (!Discovered)
    Discovered = discoverPythons();
  std::vector<Target> Versions;
  for (const PythonHeaders &H : *Discovered)
    Versions.push_back(H.Version);
  if (Python && Python->Version.Major)
    Versions.push_back(Python->Version);
  llvm::sort(Versions);
  Versions.erase(llvm::unique(Versions), Versions.end());
  std::string Names;
  for (const Target &T : Versions)
    Names += (Names.empty() ? "" : ", ") + T.name();
  return Names.empty() ? "none" : Names;
}

} // namespace gilray::driver
