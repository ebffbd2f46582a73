// See Interpreters.h.
#include "launcher/Interpreters.h"
#include "launcher/BootScript.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

namespace gilray::probe {

using namespace llvm;

std::vector<std::string> cleanEnvironment(const Spec &S) {
  std::vector<std::string> Result;
  std::vector<std::string> Names = {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LD_LIBRARY_PATH"};
  append_range(Names, S.PassEnv);
  for (const std::string &Name : Names)
    if (auto Value = sys::Process::GetEnv(Name))
      Result.push_back(Name + "=" + *Value);
  // Numeric libraries start threads of their own: they would measure themselves.
  for (StringRef Name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"})
    if (!is_contained(S.PassEnv, Name))
      Result.push_back((Name + "=1").str());
  Result.push_back("PYTHONHASHSEED=0");
  Result.push_back("PYTHONDONTWRITEBYTECODE=1");
  if (!S.PythonPath.empty())
    Result.push_back("PYTHONPATH=" + join(S.PythonPath, ":"));
  return Result;
}

ChildOptions interpreterCommand(const InterpreterSpec &I, const LaunchContext &C, StringRef Script) {
  ChildOptions O;
  O.Command = {I.Python, "-X", "faulthandler"};
  if (I.Gil) {
    O.Command.push_back("-X");
    O.Command.push_back(*I.Gil ? "gil=1" : "gil=0");
  }
  O.Command.insert(O.Command.end(), {"-c", Script.empty() ? BootScript : Script.str()});
  O.Environment = C.Environment;
  O.Cpus = C.Cpus;
  O.Directory = C.ScratchDirectory;
  return O;
}

void readFacts(const json::Object &Facts, InterpreterFacts &Into) {
  auto Text = [&](StringRef Key, std::string &To) { To = Facts.getString(Key).value_or("").str(); };
  Text("implementation", Into.Implementation);
  Text("release", Into.Release);
  Text("executable", Into.Executable);
  Text("compiler", Into.Compiler);
  Text("build_flags", Into.BuildFlags);
  Into.FreeThreaded = Facts.getBoolean("free_threaded").value_or(false);
  Into.GilEnabled = Facts.getBoolean("gil_enabled").value_or(true);
  Into.Debug = Facts.getBoolean("debug").value_or(false);
  Into.SharedLibrary = Facts.getBoolean("shared_library").value_or(false);
  Into.SwitchInterval = Facts.getNumber("switch_interval").value_or(0.005);
  if (const json::Array *Version = Facts.getArray("version"))
    for (const json::Value &V : *Version)
      Into.Version.push_back(static_cast<unsigned>(V.getAsInteger().value_or(0)));
}

/// The path of a name on PATH, of ~/..., or Name itself.
static std::string resolve(StringRef Name) {
  if (Name.consume_front("~/"))
    return sys::Process::GetEnv("HOME").value_or("") + "/" + Name.str();
  if (Name.contains('/'))
    return Name.str();
  auto Found = sys::findProgramByName(Name);
  return Found ? *Found : std::string();
}

InterpreterFacts askInterpreter(const InterpreterSpec &I, const LaunchContext &C) {
  InterpreterFacts F;
  F.Id = I.Id;
  F.Python = I.Python;
  InterpreterSpec Resolved = I;
  Resolved.Python = resolve(I.Python);
  if (Resolved.Python.empty() || !sys::fs::can_execute(Resolved.Python)) {
    F.Problem = "no program '" + I.Python + "'";
    return F;
  }
  F.Python = Resolved.Python;
  auto Process = Child::start(interpreterCommand(Resolved, C), F.Problem);
  if (!Process)
    return F;
  Failure Why;
  auto Reply = Process->receive(20, Why);
  const json::Object *Facts = Reply ? Reply->getObject("facts") : nullptr;
  if (!Facts) {
    F.Problem = "does not run: " + Why.Text;
    return F;
  }
  readFacts(*Facts, F);
  if (F.Implementation != "cpython")
    F.Problem = "is " + F.Implementation + ", not CPython";
  else if (F.Version.size() != 2 || F.Version[0] != 3 || F.Version[1] < 8)
    F.Problem = "is Python " + F.Release + "; 3.8 or later is needed";
  else if (I.Gil && !F.FreeThreaded)
    F.Problem = "`gil` is for free-threaded builds, and this is none";
  return F;
}

static void addMatching(const Twine &Directory, std::vector<std::string> &Into) {
  std::error_code EC;
  for (sys::fs::directory_iterator D(Directory, EC), End; !EC && D != End; D.increment(EC)) {
    StringRef Name = sys::path::filename(D->path());
    if (!Name.consume_front("python3"))
      continue;
    Name.consume_front(".");
    Name = Name.ltrim("0123456789");
    if (Name.empty() || Name == "t")
      Into.push_back(D->path());
  }
}

std::vector<InterpreterSpec> discoverInterpreters(const LaunchContext &C, std::vector<InterpreterFacts> *AllFacts) {
  std::vector<std::string> Paths;
  std::string Search = sys::Process::GetEnv("PATH").value_or(""), Home = sys::Process::GetEnv("HOME").value_or("");
  SmallVector<StringRef, 16> Directories;
  StringRef(Search).split(Directories, ':', -1, false);
  for (StringRef D : Directories)
    addMatching(D, Paths);
  std::string Cache = sys::Process::GetEnv("XDG_CACHE_HOME").value_or(Home + "/.cache");
  for (const std::string &Root : {Home + "/.pyenv/versions", Home + "/.local/share/uv/python", std::string("/opt"),
                                  Cache + "/gilray/interpreters"}) {
    std::error_code EC;
    for (sys::fs::directory_iterator D(Root, EC), End; !EC && D != End; D.increment(EC)) {
      addMatching(D->path() + "/bin", Paths);
      addMatching(D->path() + "/usr/bin", Paths);
    }
  }
  llvm::sort(Paths);
  std::vector<InterpreterSpec> Result;
  StringSet<> Seen, SeenFiles;
  for (const std::string &Path : Paths) {
    SmallString<256> Real;
    if (sys::fs::real_path(Path, Real) || !SeenFiles.insert(Real).second)
      continue;
    InterpreterSpec I;
    I.Python = Path;
    InterpreterFacts F = askInterpreter(I, C);
    // Debug and sanitizer builds measure themselves.
    if (!F.Problem.empty() || F.Debug || StringRef(F.BuildFlags).contains("sanitizer"))
      continue;
    // What a version manager's wrapper starts is the same interpreter once more.
    I.Id = F.Release + (F.FreeThreaded ? "t" : "");
    if (!Seen.insert(I.Id).second)
      continue;
    F.Id = I.Id;
    if (AllFacts)
      AllFacts->push_back(F);
    Result.push_back(I);
  }
  return Result;
}

std::string findHarness(StringRef Executable) {
  SmallString<256> Real;
  if (sys::fs::real_path(Executable, Real))
    return {};
  for (StringRef Relative : {"../lib/gilray/gilray_probe_harness.so", "../lib/gilray_probe_harness.so"}) {
    SmallString<256> P = sys::path::parent_path(Real);
    sys::path::append(P, Relative);
    sys::path::remove_dots(P, true);
    if (sys::fs::exists(P))
      return std::string(P);
  }
  return {};
}

} // namespace gilray::probe
