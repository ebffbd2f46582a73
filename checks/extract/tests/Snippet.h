// Test help: extracts a piece of code from a temporary directory and looks at the text form of its unit.
#ifndef GILRAY_EXTRACT_TESTS_SNIPPET_H
#define GILRAY_EXTRACT_TESTS_SNIPPET_H

#include "extract/Extract.h"
#include "ir/Text.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace gilray::extract::test {

/// A small stand-in for CPython's headers: the same kinds of macros, in a file called Python.h.
extern const char FakePython[];

/// The include directory of the python3 on the PATH; empty if there is none (with headers).
std::string pythonInclude();

class Snippet {
public:
  Snippet();
  ~Snippet();
  /// Writes a file below the temporary directory.
  Snippet &file(llvm::StringRef Name, llvm::StringRef Text);
  /// Makes `#include <Python.h>` find FakePython.
  Snippet &fakePython();
  /// The include directory of the running Python instead.
  Snippet &include(llvm::StringRef Dir);
  Snippet &arg(llvm::StringRef A);
  /// Ids are to be relative to this directory.
  Snippet &root(llvm::StringRef Dir);
  /// Extracts Name (written before) and remembers its text. Fails the test if there is no unit.
  Snippet &extract(llvm::StringRef Name);
  /// As extract, for an input that must give no unit: the error's text.
  std::string error(llvm::StringRef Name);

  const ir::Unit &unit() const { return Result->Unit; }
  const std::vector<Dependency> &dependencies() const { return Result->Dependencies; }
  /// The whole text, with the temporary directory shown as "/t".
  const std::string &text() const { return Text; }
  /// The text of the function of that (qualified) name.
  std::string function(llvm::StringRef Name) const;
  const ir::Function *find(llvm::StringRef Name) const;
  const ir::Global *global(llvm::StringRef Name) const;
  const ir::Record *record(llvm::StringRef Name) const;
  const std::string &dir() const { return Dir; }

private:
  std::string Dir;
  std::vector<std::string> Args;
  std::string Root;
  std::unique_ptr<Extracted> Result;
  std::string Text;
};

/// Extracts Code as C (or C++) with the fake Python.h.
std::unique_ptr<Snippet> c(llvm::StringRef Code);
std::unique_ptr<Snippet> cxx(llvm::StringRef Code);

} // namespace gilray::extract::test

#endif
