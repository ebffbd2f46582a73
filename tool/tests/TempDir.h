// A directory that is gone after the test.
#ifndef GILRAY_TOOL_TESTS_TEMPDIR_H
#define GILRAY_TOOL_TESTS_TEMPDIR_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <string>

namespace gilray::test {

class TempDir {
public:
  TempDir() {
    llvm::SmallString<128> P, Real;
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("gilray-test", P));
    EXPECT_FALSE(llvm::sys::fs::real_path(P, Real));
    Path = std::string(Real);
  }
  ~TempDir() { (void)llvm::sys::fs::remove_directories(Path); }

  std::string file(const llvm::Twine &Name, llvm::StringRef Text) const {
    llvm::SmallString<128> P(Path);
    llvm::sys::path::append(P, Name);
    EXPECT_FALSE(llvm::sys::fs::create_directories(llvm::sys::path::parent_path(P)));
    std::error_code EC;
    llvm::raw_fd_ostream OS(P, EC);
    EXPECT_FALSE(EC);
    OS << Text;
    return std::string(P);
  }

  std::string Path;
};

} // namespace gilray::test

#endif
