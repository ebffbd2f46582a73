// See Path.h.
#include "report/Path.h"
#include <array>

namespace gilray::report {

std::vector<PathStep> pathOf(const Finding &F) {
  std::vector<PathStep> Steps;
  unsigned Thread = 0;
  std::array<ThreadState, 3> Now = {};
  bool Placed = false;
  for (const Note &N : F.Notes) {
    if (N.Kind != NoteKind::Path || N.Where.File.empty())
      continue;
    Thread = N.Thread ? N.Thread : Thread;
    if (N.After != ThreadState::Unknown)
      Now[Thread] = N.After;
    PathStep S{N.Where, N.Message, Now[Thread], Thread};
    S.IsFinding = !Placed && N.Where.File == F.Where.File && N.Where.Line == F.Where.Line && N.Where.Col == F.Where.Col;
    if (S.IsFinding && S.After == ThreadState::Unknown)
      S.After = F.State;
    Placed |= S.IsFinding;
    Steps.push_back(std::move(S));
  }
  if (!Placed)
    Steps.push_back({F.Where, F.Message, Now[Thread] == ThreadState::Unknown ? F.State : Now[Thread], Thread, true});
  return Steps;
}

} // namespace gilray::report
