// A keystroke is answered with what the file and its headers say and what the rest of the project was last known to
// add; in the next pause the whole project is looked at, and if it says something else, the file is shown again. So the
// time from a key to the diagnostics does not grow with the project.
//
// Only clangd works like that. Without a host that can show a file again, and for a file that is seen for the first
// time, the answer is of the whole project at once.
#ifndef GILRAY_HOST_SETTLING_H
#define GILRAY_HOST_SETTLING_H

#include "host/Difference.h"
#include "host/Question.h"
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace gilray::tidy {

class Settling {
public:
  /// Asks the host to parse File again as it is. Called on a thread of ours.
  using ShowAgain = std::function<void(llvm::StringRef File)>;

  /// Never destroyed: the host's threads may still ask while the process ends.
  static Settling &get();

  /// Before the first answer.
  void enable(ShowAgain Show);
  Judgement answer(Question Q);
  /// The files of a project that were looked at lately, for whom its index has news.
  void projectChanged(llvm::StringRef Index);

private:
  using Clock = std::chrono::steady_clock;
  /// Answered of the file alone so far.
  struct Unsettled {
    Question Q;
    std::vector<Finding> Alone;
    uint64_t Number; ///< of the answer
  };
  struct File {
    uint64_t Answers = 0;
    Clock::time_point Asked; ///< last
    Clock::time_point Since; ///< of the first that waited
    Clock::duration Took{};  ///< the last look at the whole project
    std::string Index;
    std::optional<Difference> Rest; ///< what the project adds; none: not judged with it so far
    Judgement Shown;
    std::optional<Unsettled> Waiting;
    std::unique_ptr<std::pair<Question, Judgement>> Settled; ///< for when the host shows the file again
    Clock::time_point due() const;
  };
  void work();
  void settle(const std::string &Name, File &F, std::unique_lock<std::mutex> &Hold);

  ShowAgain Show;
  std::mutex Lock;
  std::condition_variable Wake;
  std::map<std::string, File> Files; ///< nothing is taken out
};

} // namespace gilray::tidy

#endif
