// See Samplers.h.
#include "harness/Samplers.h"
#include <csignal>
#include <cstring>
#include <dlfcn.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

namespace gilray::harness {

static int sampleSignal() { return SIGRTMIN + 5; }
static thread_local PcSampler *CurrentSampler __attribute__((tls_model("initial-exec"))) = nullptr;

static uintptr_t interruptedAt(void *Context) {
  auto *C = static_cast<ucontext_t *>(Context);
#if defined(__x86_64__)
  return C->uc_mcontext.gregs[REG_RIP];
#else
  return C->uc_mcontext.pc;
#endif
}

namespace {
struct Walk {
  uintptr_t From;
  PcSampler::Sample *Into;
  bool Found;
};

_Unwind_Reason_Code step(_Unwind_Context *Context, void *Data) {
  Walk &W = *static_cast<Walk *>(Data);
  uintptr_t At = _Unwind_GetIP(Context);
  if (!At || W.Into->Count == PcSampler::MaxFrames)
    return _URC_END_OF_STACK;
  // The frames of the handler come first.
  W.Found = W.Found || At == W.From;
  if (W.Found)
    W.Into->Frames[W.Into->Count++] = At;
  return _URC_NO_REASON;
}
} // namespace

void PcSampler::record(void *Context) {
  int At = Used.load(std::memory_order_relaxed);
  if (At >= MaxSamples)
    return;
  Sample &S = Samples[At];
  S.State = Hooks->State.load(std::memory_order_relaxed);
  S.Count = 0;
  Walk W{interruptedAt(Context), &S, false};
  _Unwind_Backtrace(step, &W);
  if (!S.Count) {
    S.Frames[0] = W.From;
    S.Count = 1;
  }
  Used.store(At + 1, std::memory_order_release);
}

void PcSampler::onSignal(int, siginfo_t *, void *Context) {
  int Saved = errno;
  if (CurrentSampler)
    CurrentSampler->record(Context);
  errno = Saved;
}

void PcSampler::prepare() {
  struct sigaction Action = {};
  Action.sa_sigaction = onSignal;
  Action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(sampleSignal(), &Action, nullptr);
  // The unwinder reads its tables the first time that it is used; that must not be in a handler.
  Sample S;
  Walk W{0, &S, false};
  _Unwind_Backtrace(step, &W);
}

bool PcSampler::start(ThreadHooks *H, int64_t Interval) {
  Hooks = H;
  if (!Samples)
    Samples.reset(new Sample[MaxSamples]);
  Used = 0;
  sigevent Event = {};
  Event.sigev_notify = SIGEV_THREAD_ID;
  Event.sigev_signo = sampleSignal();
#ifndef sigev_notify_thread_id
#  define sigev_notify_thread_id _sigev_un._tid
#endif
  Event.sigev_notify_thread_id = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &Event, &Timer))
    return false;
  CurrentSampler = this;
  itimerspec Every = {};
  Every.it_interval.tv_nsec = Every.it_value.tv_nsec = Interval;
  Running = timer_settime(Timer, 0, &Every, nullptr) == 0;
  return Running;
}

void PcSampler::stop() {
  if (!Running)
    return;
  timer_delete(Timer);
  Running = false;
  CurrentSampler = nullptr;
}

} // namespace gilray::harness
