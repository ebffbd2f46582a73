// Keeps the index of each project that has a file open in the editor. The work is done by `gilray index` in a process
// of its own, at low priority: it may take minutes in a large project, and must not take clangd with it should it
// crash.
#ifndef GILRAY_CLANGD_PROJECTINDEXER_H
#define GILRAY_CLANGD_PROJECTINDEXER_H

#include "llvm/ADT/StringRef.h"
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace gilray::clangd {

class ProjectIndexer {
public:
  /// Never destroyed: clangd's threads may still ask while the process ends.
  static ProjectIndexer &get();

  /// The index of File's project, which may not be there yet. Has it made, or brought up to date if File was saved
  /// since.
  std::string indexFor(llvm::StringRef File);

private:
  ProjectIndexer();
  void work();
  void run(const std::string &Root, const std::string &Path);

  struct Project {
    std::string Path;                        ///< of the index
    std::map<std::string, int64_t> Modified; ///< of files when they were last asked for
    bool Wanted = false;
  };
  std::string Gilray; ///< empty: nothing is indexed
  std::mutex Lock;
  std::condition_variable Wake;
  std::map<std::string, Project> ByRoot;
};

} // namespace gilray::clangd

#endif
