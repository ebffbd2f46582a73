// See Settling.h.
#include "host/Settling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Threading.h"
#include <sys/resource.h>
#include <thread>

namespace gilray::tidy {

using namespace llvm;

/// Without a key for so long the user is looking, not typing.
static constexpr std::chrono::milliseconds Pause(500);
/// Who never pauses sees the whole project's findings this often, or so much more rarely that a look at it takes no
/// more than a small part of the time.
static constexpr std::chrono::seconds AtLeastEvery(3);
static constexpr int SmallPart = 20;
/// Files that were not typed in for so long may wait for their next key.
static constexpr std::chrono::minutes Lately(10);

Settling &Settling::get() {
  static auto *Only = new Settling;
  return *Only;
}

void Settling::enable(ShowAgain S) {
  Show = std::move(S);
  std::thread([this] {
    set_thread_name("Settling");
#ifdef __linux__ // there, a priority belongs to a thread
    constexpr int LowPriority = 10;
    (void)setpriority(PRIO_PROCESS, get_threadid(), LowPriority);
#endif
    work();
  }).detach();
}

Judgement Settling::answer(Question Q) {
  if (!Show)
    return judge(Q, Scope::Project);
  std::unique_lock<std::mutex> Hold(Lock);
  File &F = Files[Q.MainFile];
  uint64_t Number = ++F.Answers;
  F.Asked = Clock::now();
  F.Index = Q.Options.Index;
  if (auto Settled = std::move(F.Settled); Settled && Settled->first.sameAs(Q))
    return F.Shown = std::move(Settled->second);
  bool First = !F.Rest;
  Hold.unlock();
  if (!Q.Project || Q.Project->units().empty())
    return judge(Q, Scope::Project);
  Judgement Out = judge(Q, Scope::File);
  std::vector<Finding> Alone = Out.Findings;
  Clock::time_point Start = Clock::now();
  if (First)
    Out = judge(Q, Scope::Project);
  Hold.lock();
  if (First) {
    F.Took = Clock::now() - Start;
    F.Rest = Difference(Q.MainFile, Q.Text, Alone, Out.Findings);
  } else {
    F.Rest->applyTo(Out.Findings, Q.Text);
  }
  F.Asked = Clock::now();
  F.Shown = Out;
  if (First)
    return Out;
  if (!F.Waiting)
    F.Since = F.Asked;
  F.Waiting = Unsettled{std::move(Q), std::move(Alone), Number};
  Wake.notify_one();
  return Out;
}

Settling::Clock::time_point Settling::File::due() const {
  return std::min(Asked + Pause, Since + std::max<Clock::duration>(AtLeastEvery, SmallPart * Took));
}

void Settling::work() {
  std::unique_lock<std::mutex> Hold(Lock);
  while (true) {
    auto Next = Files.end();
    for (auto It = Files.begin(); It != Files.end(); ++It)
      if (It->second.Waiting && (Next == Files.end() || It->second.due() < Next->second.due()))
        Next = It;
    if (Next == Files.end())
      Wake.wait(Hold);
    else if (Next->second.due() > Clock::now())
      Wake.wait_until(Hold, Next->second.due());
    else
      settle(Next->first, Next->second, Hold);
  }
}

void Settling::settle(const std::string &Name, File &F, std::unique_lock<std::mutex> &Hold) {
  Unsettled U = std::move(*F.Waiting);
  F.Waiting.reset();
  Hold.unlock();
  Clock::time_point Start = Clock::now();
  Judgement Whole = judge(U.Q, Scope::Project);
  Hold.lock();
  F.Took = Clock::now() - Start;
  F.Rest = Difference(Name, U.Q.Text, U.Alone, Whole.Findings);
  bool Overtaken = F.Answers != U.Number; // perhaps by one that is still at work
  if (Overtaken || (Whole.Troubles == F.Shown.Troubles && llvm::equal(Whole.Findings, F.Shown.Findings, same)))
    return;
  U.Q.Unit.reset();
  F.Settled = std::make_unique<std::pair<Question, Judgement>>(std::move(U.Q), std::move(Whole));
  Hold.unlock();
  Show(Name);
  Hold.lock();
}

void Settling::projectChanged(StringRef Index) {
  if (!Show)
    return;
  std::vector<std::string> Found;
  {
    std::lock_guard<std::mutex> Hold(Lock);
    for (const auto &[Name, F] : Files)
      if (F.Index == Index && Clock::now() - F.Asked < Lately)
        Found.push_back(Name);
  }
  for (const std::string &Name : Found)
    Show(Name);
}

} // namespace gilray::tidy
