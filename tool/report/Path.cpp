// See Path.h.
#include "report/Path.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::report {

using namespace llvm;

ThreadState stateAfter(StringRef Message) {
  static constexpr StringRef Detached[] = {"GIL given up",        "GIL released",           "detaches here",
                                           "may detach",          "called detached",        "to attach",
                                           "has no thread state", "without a thread state", "entered detached"};
  static constexpr StringRef Attached[] = {"GIL taken",  "is attached", "attaches",
                                           ", attached", "from Python", "calls attached"};
  if (Message.contains("has to attach before")) // which it cannot, or can: that is the finding's question
    return ThreadState::Unknown;
  auto Says = [&](StringRef Words) { return Message.contains(Words); };
  if (any_of(Detached, Says))
    return ThreadState::Detached;
  return any_of(Attached, Says) ? ThreadState::Attached : ThreadState::Unknown;
}

/// "thread 1: ...", "meanwhile thread 2 ...": whose step it is.
static unsigned threadOf(StringRef Message) {
  size_t One = Message.find("thread 1"), Two = Message.find("thread 2");
  return One == Two ? 0 : One < Two ? 1 : 2;
}

std::vector<PathStep> pathOf(const Finding &F) {
  std::vector<PathStep> Steps;
  bool Placed = false;
  for (const Note &N : F.Notes) {
    if (N.Kind != NoteKind::Path || N.Where.File.empty())
      continue;
    PathStep S{N.Where, N.Message};
    S.IsFinding = !Placed && N.Where.File == F.Where.File && N.Where.Line == F.Where.Line && N.Where.Col == F.Where.Col;
    Placed |= S.IsFinding;
    Steps.push_back(std::move(S));
  }
  if (!Placed) {
    Steps.push_back({F.Where, F.Message});
    Steps.back().IsFinding = true;
  }
  unsigned Thread = 0;
  ThreadState Now[3] = {};
  for (PathStep &S : Steps) {
    if (unsigned T = threadOf(S.Message))
      Thread = T;
    S.Thread = Thread;
    if (ThreadState Said = stateAfter(S.Message); Said != ThreadState::Unknown)
      Now[Thread] = Said;
    S.After = Now[Thread];
  }
  // What the finding says holds where it stands, if nothing before it tells: "... while the thread stays attached".
  for (PathStep &S : Steps)
    if (S.IsFinding && S.After == ThreadState::Unknown)
      S.After =
          F.Message.find("attached (GIL held)") != std::string::npos ? ThreadState::Attached : stateAfter(F.Message);
  return Steps;
}

} // namespace gilray::report
