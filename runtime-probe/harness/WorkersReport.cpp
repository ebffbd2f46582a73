// What the workers say about themselves, as JSON.
#include "harness/Clock.h"
#include "harness/Workers.h"
#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <map>

namespace gilray::harness {

int64_t Workers::runDelay(const Worker &W) {
  char Path[64];
  long long OnCpu, Delay = 0, Slices;
  snprintf(Path, sizeof Path, "/proc/self/task/%d/schedstat", W.Tid);
  if (FILE *F = fopen(Path, "r")) {
    if (fscanf(F, "%lld %lld %lld", &OnCpu, &Delay, &Slices) != 3)
      Delay = 0;
    fclose(F);
  }
  return Delay;
}

Workers::Snapshot Workers::snapshot(const Worker &W) const {
  Snapshot S;
  S.At = now();
  clockid_t Clock;
  if (pthread_getcpuclockid(W.Thread, &Clock) == 0)
    S.Cpu = readClock(Clock);
  S.LockWait = W.Hooks.lockWaitAt(S.At);
  char Path[64], Line[256];
  S.RunDelay = runDelay(W);
  snprintf(Path, sizeof Path, "/proc/self/task/%d/status", W.Tid);
  if (FILE *F = fopen(Path, "r")) {
    while (fgets(Line, sizeof Line, F)) {
      sscanf(Line, "voluntary_ctxt_switches: %ld", &S.Voluntary);
      sscanf(Line, "nonvoluntary_ctxt_switches: %ld", &S.Involuntary);
    }
    fclose(F);
  }
  return S;
}

void Workers::writeStarted(Json &J) const {
  J.open('[');
  for (auto &W : All) {
    J.open('{').key("tid").integer(W->Tid).key("setup_s").number(W->SetupNanoseconds / 1e9);
    if (!W->Error.empty())
      J.key("error").string(W->Error).key("stage").string(W->ErrorStage);
    J.close('}');
  }
  J.close(']');
}

void Workers::writeHooks(Json &J, const Worker &W) const {
  const HookSums &A = W.Whole.Before, &B = W.Whole.After;
  auto Time = [&](const char *Name, int64_t HookSums::*Member) { J.key(Name).number((B.*Member - A.*Member) / 1e9); };
  auto Count = [&](const char *Name, int64_t HookSums::*Member) { J.key(Name).integer(B.*Member - A.*Member); };
  Count("releases", &HookSums::Releases);
  Count("timed", &HookSums::Timed);
  Time("released_wall", &HookSums::ReleasedWall);
  Time("released_cpu", &HookSums::ReleasedCpu);
  Time("gil_wait", &HookSums::AttachWait);
  Count("locks", &HookSums::Locks);
  Count("contended", &HookSums::Contended);
  Time("lock_wait_attached", &HookSums::LockWaitAttached);
  J.key("sites").open('[');
  for (const Site &S : W.Hooks.Sites) {
    if (!S.Address)
      continue;
    Dl_info Info = {};
    dladdr(reinterpret_cast<void *>(S.Address), &Info);
    J.open('{').key("object").string(Info.dli_fname ? Info.dli_fname : "");
    J.key("offset").integer(S.Address - reinterpret_cast<uintptr_t>(Info.dli_fbase));
    J.key("count").integer(S.Count).key("timed").integer(S.Timed).key("wall").number(S.Wall / 1e9).close('}');
  }
  J.close(']');
}

void Workers::writeWindow(Json &J) const {
  J.open('[');
  for (int I = 0; I < Options.Active; ++I) {
    const Worker &W = *All[I];
    const Span &S = W.Whole;
    J.open('{').key("iterations").number(W.Iterations);
    J.key("wall").number((After[I].At - Before[I].At) / 1e9).key("cpu").number((After[I].Cpu - Before[I].Cpu) / 1e9);
    J.key("run_delay").number((After[I].RunDelay - Before[I].RunDelay) / 1e9);
    J.key("lock_wait").number((After[I].LockWait - Before[I].LockWait) / 1e9);
    J.key("voluntary").integer(After[I].Voluntary - Before[I].Voluntary);
    J.key("involuntary").integer(After[I].Involuntary - Before[I].Involuntary);
    J.key("longest_batch").number(W.LongestBatch / 1e9);
    if (S.Closed) {
      J.key("whole").open('{').key("calls").integer(S.Calls).key("wall").number((S.Ended - S.Began) / 1e9);
      J.key("cpu").number((S.CpuEnded - S.CpuBegan) / 1e9);
      writeHooks(J, W);
      J.close('}');
    }
    if (!W.Error.empty())
      J.key("error").string(W.Error).key("stage").string(W.ErrorStage);
    J.close('}');
  }
  J.close(']');
}

void Workers::writeStuck(Json &J) const {
  int64_t Now = now();
  J.open('[');
  for (auto &W : All) {
    int64_t Began = W->BatchBegan.load();
    bool Inside = Began && !W->Finished && W->Id < Options.Active;
    J.open('{').key("tid").integer(W->Tid).key("calls").integer(W->Calls.load());
    J.key("state").string(doingName(Doing(W->Hooks.State.load()))).key("inside").boolean(Inside);
    J.key("seconds").number(Inside ? (Now - Began) / 1e9 : 0);
    J.key("gil_held").integer(W->Interp ? gilHeld(W->Interp) : -1);
    if (!W->Error.empty())
      J.key("error").string(W->Error).key("stage").string(W->ErrorStage);
    J.close('}');
  }
  J.close(']');
}

/// Same stack and state, once, with its count. Objects are numbered in the order in which they are met.
void Workers::writeSamples(Json &J) const {
  std::map<std::vector<uintptr_t>, int64_t> Counts; // state, then frames
  int64_t Total = 0;
  for (int I = 0; I < Options.Active; ++I) {
    const PcSampler &P = All[I]->Pc;
    for (int K = 0; K < P.size(); ++K) {
      std::vector<uintptr_t> Key{static_cast<uintptr_t>(P[K].State)};
      Key.insert(Key.end(), P[K].Frames, P[K].Frames + P[K].Count);
      ++Counts[Key];
      ++Total;
    }
  }
  std::vector<std::string> Objects;
  J.key("samples").integer(Total).key("stacks").open('[');
  for (auto &[Key, Count] : Counts) {
    J.open('{').key("state").string(doingName(Doing(Key[0]))).key("count").integer(Count).key("frames").open('[');
    for (size_t I = 1; I < Key.size(); ++I) {
      Dl_info Info = {};
      const char *Name = dladdr(reinterpret_cast<void *>(Key[I]), &Info) && Info.dli_fname ? Info.dli_fname : "";
      auto At = std::find(Objects.begin(), Objects.end(), Name);
      size_t Index = At - Objects.begin();
      if (At == Objects.end())
        Objects.push_back(Name);
      J.open('[').integer(Index).integer(Key[I] - reinterpret_cast<uintptr_t>(Info.dli_fbase)).close(']');
    }
    J.close(']').close('}');
  }
  J.close(']').key("objects").open('[');
  for (const std::string &O : Objects)
    J.string(O);
  J.close(']');
}

} // namespace gilray::harness
