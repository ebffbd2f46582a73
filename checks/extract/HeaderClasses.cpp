// Directory rules that decide a header's class. See HeaderClasses.h.
#include "extract/HeaderClasses.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"
#include <algorithm>

namespace gilray::extract {

using ir::HeaderClass;
using llvm::StringRef;
namespace path = llvm::sys::path;

bool isModelled(HeaderClass C) { return C != HeaderClass::Project; }

bool isPythonSide(HeaderClass C) {
  switch (C) {
  case HeaderClass::Python:
  case HeaderClass::NumPy:
  case HeaderClass::Pybind11:
  case HeaderClass::Nanobind:
  case HeaderClass::BoostPython:
    return true;
  default:
    return false;
  }
}

/// C and POSIX headers; with their directories. Everything else under the system directories is a library's.
static bool isLibcHeader(StringRef Relative) {
  static const llvm::StringSet<> Names = {
      "aio.h",         "alloca.h",       "ar.h",       "arpa",        "asm",        "asm-generic",
      "assert.h",      "bits",           "byteswap.h", "complex.h",   "cpio.h",     "crypt.h",
      "ctype.h",       "dirent.h",       "dlfcn.h",    "elf.h",       "endian.h",   "err.h",
      "errno.h",       "error.h",        "execinfo.h", "fcntl.h",     "features.h", "fenv.h",
      "fmtmsg.h",      "fnmatch.h",      "fts.h",      "ftw.h",       "getopt.h",   "glob.h",
      "gnu",           "grp.h",          "gshadow.h",  "iconv.h",     "ifaddrs.h",  "inttypes.h",
      "langinfo.h",    "libgen.h",       "libintl.h",  "limits.h",    "link.h",     "linux",
      "locale.h",      "malloc.h",       "math.h",     "mcheck.h",    "memory.h",   "mntent.h",
      "monetary.h",    "mqueue.h",       "ndbm.h",     "net",         "netdb.h",    "netinet",
      "netpacket",     "nl_types.h",     "nss.h",      "obstack.h",   "paths.h",    "poll.h",
      "printf.h",      "proc_service.h", "pthread.h",  "pty.h",       "pwd.h",      "regex.h",
      "regexp.h",      "resolv.h",       "rpc",        "sched.h",     "search.h",   "semaphore.h",
      "setjmp.h",      "sgtty.h",        "shadow.h",   "signal.h",    "spawn.h",    "stdatomic.h",
      "stdc-predef.h", "stdint.h",       "stdio.h",    "stdio_ext.h", "stdlib.h",   "string.h",
      "strings.h",     "stropts.h",      "sys",        "syscall.h",   "sysexits.h", "syslog.h",
      "tar.h",         "termio.h",       "termios.h",  "tgmath.h",    "threads.h",  "time.h",
      "ttyent.h",      "uchar.h",        "ucontext.h", "ulimit.h",    "unistd.h",   "utime.h",
      "utmp.h",        "utmpx.h",        "values.h",   "wait.h",      "wchar.h",    "wctype.h",
      "wordexp.h"};
  return Names.contains(Relative.take_until([](char C) { return C == '/'; }));
}

/// "x86_64-linux-gnu/bits/types.h" -> "bits/types.h": Debian keeps the machine-dependent headers one level down.
static StringRef dropMachineDir(StringRef Relative) {
  auto [First, Rest] = Relative.split('/');
  return !Rest.empty() && First.count('-') >= 2 ? Rest : Relative;
}

bool HeaderClasses::addRoot(std::string Prefix, HeaderClass Class) {
  for (const Root &R : Roots)
    if (R.Prefix == Prefix)
      return false;
  Roots.push_back({std::move(Prefix), Class});
  return true;
}

bool HeaderClasses::noteInclude(StringRef Spelled, StringRef Path) {
  StringRef Name = path::filename(Spelled);
  StringRef Dir = path::parent_path(Path);
  if (Name == "Python.h") {
    // A project may have its own "foo/Python.h"; the real one lies beside the object headers.
    if (!PythonDir.empty())
      return false;
    PythonDir = (Dir + "/").str();
    return true;
  }
  if (Name == "pyconfig.h") // Debian keeps it in a directory of its own.
    return addRoot(Path.str(), HeaderClass::Python);

  struct Library {
    StringRef Dir;
    HeaderClass Class;
  };
  static constexpr Library Libraries[] = {{"numpy/", HeaderClass::NumPy},
                                          {"pybind11/", HeaderClass::Pybind11},
                                          {"nanobind/", HeaderClass::Nanobind},
                                          {"boost/python", HeaderClass::BoostPython}};
  for (const Library &L : Libraries)
    if (Spelled.starts_with(L.Dir) && Path.ends_with(Spelled))
      return addRoot((Path.drop_back(Spelled.size()) + L.Dir).str(), L.Class);
  return false;
}

HeaderClass HeaderClasses::classify(StringRef Path, bool InSystemDir) const {
  // Clang's predefined declarations have no file.
  if (Path.empty())
    return HeaderClass::Builtin;
  // Copied into the projects that use it, wherever they put it; its functions are project code.
  if (path::filename(Path) == "pythoncapi_compat.h")
    return HeaderClass::Project;
  for (const Root &R : Roots)
    if (Path.starts_with(R.Prefix))
      return R.Class;
  if (!PythonDir.empty() && Path.starts_with(PythonDir)) {
    StringRef Rest = Path.drop_front(PythonDir.size());
    // Other packages install below Python's directory: include/python3.11/greenlet/greenlet.h
    StringRef Sub = Rest.contains('/') ? Rest.split('/').first : StringRef();
    if (Sub.empty() || Sub == "cpython" || Sub == "internal")
      return HeaderClass::Python;
    return Sub == "numpy" ? HeaderClass::NumPy : HeaderClass::System;
  }
  if (!ResourceDir.empty() && Path.starts_with(ResourceDir))
    return HeaderClass::Builtin;
  for (StringRef Dir : {"/usr/include/", "/usr/local/include/"}) {
    if (!Path.starts_with(Dir))
      continue;
    StringRef Relative = dropMachineDir(Path.drop_front(Dir.size()));
    if (Relative.starts_with("c++/"))
      return HeaderClass::Std;
    return Dir == "/usr/include/" && isLibcHeader(Relative) ? HeaderClass::Libc : HeaderClass::System;
  }
  if (InSystemDir && Path.contains("/c++/"))
    return HeaderClass::Std;
  if (InSystemDir || Path.starts_with("/usr/lib/"))
    return HeaderClass::System;
  return HeaderClass::Project;
}

} // namespace gilray::extract
