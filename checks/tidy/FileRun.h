// One file in clang-tidy or clangd: extracted and judged once, whoever of our checks asks first.
//
// The host creates an object per check and file, in one thread, and knows nothing that they share. They find each other
// by the ClangTidyContext they are created for. Hosts work on several files at a time and go on to the next file with
// the same context: a run takes in each check once, and none after the parse has begun.
#ifndef GILRAY_TIDY_FILERUN_H
#define GILRAY_TIDY_FILERUN_H

#include "tidy/FileJudge.h"
#include "llvm/ADT/StringSet.h"

namespace clang {
class ASTContext;
class Preprocessor;
namespace tidy {
class ClangTidyContext;
}
} // namespace clang

namespace gilray::tidy {

class FileRun : public std::enable_shared_from_this<FileRun> {
public:
  static std::shared_ptr<FileRun> join(const CheckInfo &Check, clang::tidy::ClangTidyContext *Host);
  ~FileRun();

  HostOptions Options;     ///< until attach()
  bool ComesAgain = false; ///< the host parses a file again and again, as an editor does

  /// Before the parse; only the first call has an effect, and gives true.
  bool attach(clang::Preprocessor &PP, llvm::StringRef MainFile);
  void setContext(clang::ASTContext &C) { Context = &C; }
  bool hasContext() const { return Context; }
  /// After the parse.
  llvm::ArrayRef<Finding> findingsOf(const CheckInfo &Check);
  /// What could not be done; given once.
  std::vector<std::string> takeTroubles();

private:
  class ErrorPlaces;
  class Holder;

  explicit FileRun(clang::tidy::ClangTidyContext *Host) : Host(Host) {}
  bool add(const CheckInfo &Check);
  void judge();

  clang::tidy::ClangTidyContext *Host;
  std::vector<const CheckInfo *> Checks;
  std::string File;
  clang::ASTContext *Context = nullptr;
  std::unique_ptr<FileJudge> Judge;
  std::unique_ptr<extract::AstExtractor> Extractor;
  bool Judged = false;
  Judgement Result;
  std::map<const CheckInfo *, std::vector<Finding>> ByCheck;
};

} // namespace gilray::tidy

#endif
