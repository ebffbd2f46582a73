// See Crash.h. Lines of the form "gilray-crash: PATH 0xOFFSET", innermost frame first; the driver finds the source.
#include "harness/Crash.h"
#include <csignal>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>
#include <unwind.h>

namespace gilray::harness {
namespace {

constexpr int Signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
struct sigaction Previous[NSIG];

_Unwind_Reason_Code say(_Unwind_Context *Context, void *Data) {
  int &Frames = *static_cast<int *>(Data);
  Dl_info Info = {};
  uintptr_t At = _Unwind_GetIP(Context);
  if (!At || ++Frames > 24)
    return _URC_END_OF_STACK;
  if (dladdr(reinterpret_cast<void *>(At), &Info) && Info.dli_fname) {
    char Line[600];
    int N = snprintf(Line, sizeof Line, "gilray-crash: %s 0x%lx\n", Info.dli_fname,
                     static_cast<unsigned long>(At - reinterpret_cast<uintptr_t>(Info.dli_fbase)));
    if (write(2, Line, N) < 0)
      return _URC_END_OF_STACK;
  }
  return _URC_NO_REASON;
}

void onCrash(int Signal, siginfo_t *, void *) {
  for (int S : Signals)
    sigaction(S, &Previous[S], nullptr); // a second crash in here must not come back
  int Frames = 0;
  _Unwind_Backtrace(say, &Frames);
  raise(Signal); // faulthandler, then the default action
}

} // namespace

void nameCrashes() {
  struct sigaction Action = {};
  Action.sa_sigaction = onCrash;
  Action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int S : Signals)
    sigaction(S, &Action, &Previous[S]);
}

} // namespace gilray::harness
