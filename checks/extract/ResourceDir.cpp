// Finds Clang's builtin headers (stddef.h, stdarg.h ...), without which not even libc parses.
#include "extract/Extract.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

namespace gilray::extract {

using llvm::StringRef;
namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

static std::string below(StringRef Dir, const llvm::Twine &Rest) {
  llvm::SmallString<256> P(Dir);
  path::append(P, Rest);
  path::remove_dots(P, true);
  return std::string(P);
}

static std::string askClang() {
  auto Clang = llvm::sys::findProgramByName("clang-22");
  if (!Clang)
    return "";
  llvm::SmallString<128> Out;
  if (fs::createTemporaryFile("gilray", "txt", Out))
    return "";
  std::optional<StringRef> Redirects[] = {StringRef(), StringRef(Out), StringRef()};
  StringRef Argv[] = {*Clang, "-print-resource-dir"};
  std::string Dir;
  if (llvm::sys::ExecuteAndWait(*Clang, Argv, std::nullopt, Redirects, /*SecondsToWait=*/20) == 0)
    if (auto Text = llvm::MemoryBuffer::getFile(Out))
      Dir = (*Text)->getBuffer().trim().str();
  fs::remove(Out);
  return Dir;
}

llvm::Expected<std::string> findResourceDir(StringRef Flag, StringRef Executable) {
  std::vector<std::string> Tried;
  auto Good = [&](const std::string &Dir) {
    if (Dir.empty())
      return false;
    if (fs::exists(below(Dir, "include/stddef.h")))
      return true;
    Tried.push_back(Dir);
    return false;
  };
  std::string Dir = Flag.str();
  if (!Flag.empty()) { // asked for: nothing else will do
    if (Good(Dir))
      return Dir;
    return llvm::createStringError(
        "no Clang builtin headers in '%s' (include/stddef.h is missing); pass Clang's resource "
        "directory, as `clang-22 -print-resource-dir` prints it",
        Dir.c_str());
  }
  if (auto Env = llvm::sys::Process::GetEnv("GILRAY_RESOURCE_DIR"); Env && Good(*Env))
    return *Env;
  for (StringRef Rest : {"../lib/gilray/clang", "../lib/clang/22", "../lib/llvm-22/lib/clang/22"})
    if (Dir = Executable.empty() ? "" : below(path::parent_path(Executable), Rest); Good(Dir))
      return Dir;
  if (Dir = GILRAY_RESOURCE_DIR_DEFAULT; Good(Dir))
    return Dir;
  if (Dir = askClang(); Good(Dir))
    return Dir;
  return llvm::createStringError("cannot find Clang's builtin headers (include/stddef.h); tried: %s; install "
                                 "libclang-common-22-dev or set GILRAY_RESOURCE_DIR",
                                 llvm::join(Tried, ", ").c_str());
}

} // namespace gilray::extract
