// For a caller that outlives a crash of the engine: it learns which function was being worked on, and repeats the work
// without it. Nothing of a crashed engine can be trusted, so what is needed for that lies outside of it.
#ifndef GILRAY_FLOW_WATCH_H
#define GILRAY_FLOW_WATCH_H

#include "link/Program.h"
#include <functional>
#include <set>

namespace gilray::flow {

struct Watch {
  static constexpr const char *Reason = "gilray crashed in this function";
  std::set<link::FnId> Skip;             ///< not to be worked on: incomplete
  link::FnId Current = link::NoFn;       ///< on it right now
  std::function<void(link::FnId)> Begin; ///< called first: tests make it crash

  /// Work on one function, unless it is to be skipped. Steps nest as calls do.
  class Step {
  public:
    Step(Watch &W, link::FnId F) : W(W), Outer(W.Current), Wanted(!W.Skip.count(F)) {
      if (!Wanted)
        return;
      W.Current = F;
      if (W.Begin)
        W.Begin(F);
    }
    ~Step() { W.Current = Outer; }
    Step(const Step &) = delete;
    explicit operator bool() const { return Wanted; }

  private:
    Watch &W;
    link::FnId Outer;
    bool Wanted;
  };
};

} // namespace gilray::flow

#endif
