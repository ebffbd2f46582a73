// The witness of a finding as steps to draw: in order, with what each says about the thread state.
#ifndef GILRAY_REPORT_PATH_H
#define GILRAY_REPORT_PATH_H

#include "core/Finding.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace gilray::report {

/// "attached", "detached", or nothing.
llvm::StringRef stateWord(ThreadState S);

struct PathStep {
  Place Where;
  std::string Message;
  ThreadState After = ThreadState::Unknown; ///< of the step's thread, from this step on
  unsigned Thread = 0;                      ///< 1 or 2 where a finding is about two threads
  bool IsFinding = false;
};

/// The steps and the finding itself, which stands where its place is on the path, else at the end.
std::vector<PathStep> pathOf(const Finding &F);

} // namespace gilray::report

#endif
