// Interpreters and header directories.
#include "driver/Python.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

namespace gilray::driver {

using namespace llvm;

namespace {

std::string inside(StringRef Directory, const Twine &Name) {
  SmallString<256> P(Directory);
  sys::path::append(P, Name);
  return std::string(P);
}

bool isPythonDir(StringRef Directory) {
  return sys::fs::exists(inside(Directory, "Python.h")) && sys::fs::exists(inside(Directory, "patchlevel.h"));
}

/// The number behind `#define Name`, 0 if there is none.
unsigned definedNumber(StringRef Text, StringRef Name) {
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.ltrim();
    if (!Line.consume_front("#") || !(Line = Line.ltrim()).consume_front("define"))
      continue;
    Line = Line.trim();
    unsigned N = 0;
    if (Line.consume_front(Name) && !Line.ltrim().consumeInteger(10, N))
      return N;
  }
  return 0;
}

StringRef bufferOf(const ErrorOr<std::unique_ptr<MemoryBuffer>> &B) { return B ? (*B)->getBuffer() : StringRef(); }

/// Ten seconds are ample for an interpreter that imports nothing but sysconfig.
constexpr unsigned AskSeconds = 10;
constexpr const char *Question = "import sys, sysconfig\n"
                                 "v = sysconfig.get_config_vars()\n"
                                 "p = sysconfig.get_paths()\n"
                                 "h = sysconfig.get_config_h_filename().replace('\\\\', '/').rsplit('/', 1)[0]\n"
                                 "for d in (p['include'], p.get('platinclude'), v.get('INCLUDEPY'), h):\n"
                                 "    if d: sys.stdout.write('include ' + d + '\\n')\n"
                                 "for d in (p['purelib'], p['platlib']):\n"
                                 "    sys.stdout.write('site ' + d + '\\n')\n";

Expected<std::string> runQuestion(StringRef Program, ArrayRef<StringRef> Flags) {
  SmallString<128> OutPath;
  if (std::error_code EC = sys::fs::createTemporaryFile("gilray-python", "txt", OutPath))
    return createStringError(EC, "cannot create a temporary file: %s", EC.message().c_str());
  FileRemover Remove(OutPath);
  SmallVector<StringRef, 8> Args{Program};
  append_range(Args, Flags);
  Args.append({"-c", Question});
  std::string Error;
  int Code = sys::ExecuteAndWait(Program, Args, std::nullopt, {StringRef(""), StringRef(OutPath), StringRef("")},
                                 AskSeconds, 0, &Error);
  auto Text = MemoryBuffer::getFile(OutPath);
  if (Code != 0 || !Text)
    return createStringError(std::errc::invalid_argument, "'%s' does not answer as a Python%s%s", Program.str().c_str(),
                             Error.empty() ? "" : ": ", Error.c_str());
  return (*Text)->getBuffer().str();
}

void addUnique(std::vector<std::string> &List, std::string Item) {
  if (!is_contained(List, Item))
    List.push_back(std::move(Item));
}

} // namespace

std::optional<PythonHeaders> headersIn(ArrayRef<std::string> Directories) {
  auto Home = find_if(Directories, [](const std::string &D) { return isPythonDir(D); });
  if (Home == Directories.end())
    return std::nullopt;
  PythonHeaders H;
  auto Patchlevel = MemoryBuffer::getFile(inside(*Home, "patchlevel.h"));
  H.Version.Major = definedNumber(bufferOf(Patchlevel), "PY_MAJOR_VERSION");
  H.Version.Minor = definedNumber(bufferOf(Patchlevel), "PY_MINOR_VERSION");
  if (!H.Version.Major)
    return std::nullopt;
  H.Includes.push_back(*Home);
  for (const std::string &D : Directories)
    if (sys::fs::is_directory(D))
      addUnique(H.Includes, D);
  for (const std::string &D : H.Includes) {
    auto Config = MemoryBuffer::getFile(inside(D, "pyconfig.h"));
    H.Version.FreeThreaded |= definedNumber(bufferOf(Config), "Py_GIL_DISABLED") != 0;
  }
  H.Origin = *Home;
  return H;
}

Expected<PythonHeaders> findPython(StringRef Where) {
  if (sys::fs::is_directory(Where)) {
    SmallString<256> Absolute(Where);
    (void)sys::fs::make_absolute(Absolute);
    if (auto H = headersIn({std::string(Absolute)}))
      return *H;
    return createStringError(std::errc::invalid_argument,
                             "no Python.h in '%s'; name an interpreter or its include directory", Where.str().c_str());
  }
  auto Program = sys::findProgramByName(Where);
  if (!Program)
    return createStringError(Program.getError(), "no Python at '%s'", Where.str().c_str());
  auto Answer = runQuestion(*Program, {"-I", "-S"});
  if (!Answer) {
    // Python 2 has no isolated mode.
    auto Old = runQuestion(*Program, {"-E", "-s", "-S"});
    if (!Old) {
      consumeError(Old.takeError());
      return Answer.takeError();
    }
    consumeError(Answer.takeError());
    Answer = std::move(Old);
  }
  std::vector<std::string> Includes, Sites;
  StringRef Text = *Answer;
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    if (Line.consume_front("include "))
      addUnique(Includes, Line.rtrim("\r").str());
    else if (Line.consume_front("site "))
      addUnique(Sites, Line.rtrim("\r").str());
  }
  auto H = headersIn(Includes);
  if (!H)
    return createStringError(
        std::errc::no_such_file_or_directory,
        "'%s' has no headers (looked in %s); install its development package, such as python3-dev, "
        "or pass --python with another interpreter",
        Program->c_str(), join(Includes, ", ").c_str());
  for (const std::string &Site : Sites)
    for (StringRef Sub : {"numpy/_core/include", "numpy/core/include", "pybind11/include", "nanobind/include"})
      if (sys::fs::is_directory(inside(Site, Sub)))
        addUnique(H->Extensions, inside(Site, Sub));
  H->Origin = *Program;
  return *H;
}

std::vector<PythonHeaders> discoverPythons() {
  std::vector<std::string> Roots = {"/usr/include", "/usr/local/include"};
  auto AddChildren = [&](const Twine &Parent) {
    std::error_code EC;
    for (sys::fs::directory_iterator I(Parent, EC), E; I != E && !EC; I.increment(EC))
      Roots.push_back(inside(I->path(), "include"));
  };
  SmallString<128> Home;
  bool HasHome = sys::path::home_directory(Home);
  if (auto Pyenv = sys::Process::GetEnv("PYENV_ROOT"))
    AddChildren(*Pyenv + "/versions");
  else if (HasHome)
    AddChildren(Home + "/.pyenv/versions");
  AddChildren("/opt/python");
  if (HasHome)
    AddChildren(Home + "/.local/share/uv/python");
  std::vector<PythonHeaders> Found;
  for (const std::string &Root : Roots) {
    std::error_code EC;
    for (sys::fs::directory_iterator I(Root, EC), E; I != E && !EC; I.increment(EC)) {
      if (!sys::path::filename(I->path()).starts_with("python"))
        continue;
      if (auto H = headersIn({I->path()}))
        Found.push_back(std::move(*H));
    }
  }
  llvm::sort(Found, [](const PythonHeaders &A, const PythonHeaders &B) {
    return std::tie(A.Version, A.Origin) < std::tie(B.Version, B.Origin);
  });
  return Found;
}

std::vector<std::string> withPython(ArrayRef<std::string> Args, StringRef Directory, const PythonHeaders &Headers,
                                    bool FreeThreaded) {
  auto IsPython = [&](StringRef D) {
    SmallString<256> P(D);
    if (sys::path::is_relative(P)) {
      P = Directory;
      sys::path::append(P, D);
    }
    return isPythonDir(P);
  };
  std::vector<std::string> Out;
  for (size_t I = 0; I < Args.size(); ++I) {
    StringRef A = Args[I];
    bool Dropped = false;
    for (StringRef Option : {"-isystem", "-idirafter", "-iquote", "-I"}) {
      if (!A.starts_with(Option))
        continue;
      bool Separate = A == Option && I + 1 < Args.size();
      if (IsPython(Separate ? StringRef(Args[I + 1]) : A.drop_front(Option.size()))) {
        I += Separate;
        Dropped = true;
      }
      break;
    }
    if (!Dropped)
      Out.push_back(Args[I]);
  }
  for (const std::string &D : Headers.Includes)
    Out.push_back("-I" + D);
  for (const std::string &D : Headers.Extensions)
    Out.push_back("-I" + D);
  // Headers of a GIL build show the free-threaded view with this macro; the other way round is impossible.
  if (FreeThreaded && !Headers.Version.FreeThreaded)
    Out.push_back("-DPy_GIL_DISABLED=1");
  return Out;
}

} // namespace gilray::driver
