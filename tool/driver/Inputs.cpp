// Searches directories.
#include "driver/Inputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace gilray::driver {

using namespace llvm;

SourceKind sourceKind(StringRef Path) {
  return StringSwitch<SourceKind>(sys::path::extension(Path))
      .Case(".c", SourceKind::C)
      .Cases({".cc", ".cpp", ".cxx", ".c++", ".C", ".CPP"}, SourceKind::Cxx)
      .Cases({".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".ipp", ".tcc"}, SourceKind::Header)
      .Default(SourceKind::None);
}

bool isCythonFile(StringRef Path) { return sys::path::extension(Path) == ".pyx"; }

std::string absolutePath(StringRef Path) {
  SmallString<256> P(Path);
  (void)sys::fs::make_absolute(P);
  sys::path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

namespace {

/// Directories that hold no source of the project: tools' own data, build products, installed packages.
bool isForeignDirectory(StringRef Path) {
  StringRef Name = sys::path::filename(Path);
  if (Name.starts_with(".") || Name.starts_with("build-") || Name.starts_with("cmake-build-") ||
      Name.ends_with(".egg-info"))
    return true;
  static constexpr StringRef Names[] = {"build", "_build",        "dist",        "node_modules",
                                        "venv",  "site-packages", "__pycache__", "CMakeFiles"};
  return is_contained(Names, Name) || sys::fs::exists(Path + "/pyvenv.cfg");
}

class Search {
public:
  Search(function_ref<bool(StringRef)> Excluded, bool Cython, Log &L) : Excluded(Excluded), Cython(Cython), L(L) {}

  void directory(StringRef Path) {
    std::error_code EC;
    sys::fs::directory_iterator I(Path, EC, /*follow_symlinks=*/false), E;
    // Opening or stepping may fail halfway; either way the user must know that sources may be missing.
    for (; I != E && !EC; I.increment(EC))
      entry(*I);
    if (EC)
      L.error("cannot read directory '" + Path + "': " + EC.message());
  }

  std::vector<std::string> Files;
  unsigned Uncompiled = 0; ///< sources of Cython that were not asked for

private:
  function_ref<bool(StringRef)> Excluded;
  bool Cython;
  Log &L;

  void entry(const sys::fs::directory_entry &Entry) {
    if (Excluded(Entry.path()))
      return;
    // Symbolic links to files are sources, links to directories may be circles.
    if (Entry.type() == sys::fs::file_type::directory_file) {
      if (!isForeignDirectory(Entry.path()))
        directory(Entry.path());
      return;
    }
    SourceKind Kind = sourceKind(Entry.path());
    Uncompiled += !Cython && isCythonFile(Entry.path());
    bool Wanted = Kind == SourceKind::C || Kind == SourceKind::Cxx || (Cython && isCythonFile(Entry.path()));
    if (Wanted && !sys::fs::is_directory(Entry.path()))
      Files.push_back(Entry.path());
  }
};

} // namespace

std::vector<std::string> collectInputs(ArrayRef<std::string> Paths, function_ref<bool(StringRef)> Excluded, Log &L,
                                       bool Cython) {
  Search S(Excluded, Cython, L);
  for (const std::string &Given : Paths) {
    std::string Path = absolutePath(Given);
    if (!sys::fs::exists(Path)) {
      L.error("no such file or directory: '" + Given + "'");
    } else if (sys::fs::is_directory(Path)) {
      size_t Before = S.Files.size();
      S.directory(Path);
      if (S.Files.size() == Before && !L.failed())
        L.error("no C or C++ source in directory '" + Given + "'" +
                (S.Uncompiled ? "; to have its .pyx files compiled, name it: gilray check " + Given : ""));
    } else {
      S.Files.push_back(Path);
    }
  }
  llvm::sort(S.Files);
  S.Files.erase(llvm::unique(S.Files), S.Files.end());
  return std::move(S.Files);
}

} // namespace gilray::driver
