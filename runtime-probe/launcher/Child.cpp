// See Child.h.
#include "launcher/Child.h"
#include "launcher/Tasks.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gilray::probe {

using namespace llvm;

static std::atomic<bool> Interrupted{false};
static struct sigaction OldInt, OldTerm;

static void onInterrupt(int) { Interrupted = true; }

InterruptGuard::InterruptGuard() {
  Interrupted = false;
  struct sigaction Action = {};
  Action.sa_handler = onInterrupt;
  sigaction(SIGINT, &Action, &OldInt);
  sigaction(SIGTERM, &Action, &OldTerm);
  signal(SIGPIPE, SIG_IGN); // a child that dies while it is written to is no reason to die, too
}
InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &OldInt, nullptr);
  sigaction(SIGTERM, &OldTerm, nullptr);
  Interrupted = false;
}
bool InterruptGuard::interrupted() { return Interrupted; }
void InterruptGuard::set(bool On) { Interrupted = On; }

void adoptOrphans() { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

static double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A pipe whose ends are out of the way of the descriptors that the child is to have.
static bool pipeAbove(int Ends[2]) {
  int Low[2];
  if (pipe2(Low, O_CLOEXEC))
    return false;
  for (int I : {0, 1}) {
    Ends[I] = fcntl(Low[I], F_DUPFD_CLOEXEC, 10);
    close(Low[I]);
  }
  return Ends[0] >= 0 && Ends[1] >= 0;
}

std::unique_ptr<Child> Child::start(const ChildOptions &O, std::string &Problem) {
  int ToChild[2], FromChild[2], Output[2], Errors[2];
  if (!pipeAbove(ToChild) || !pipeAbove(FromChild) || !pipeAbove(Output) || !pipeAbove(Errors)) {
    Problem = "no pipes: " + std::string(strerror(errno));
    return nullptr;
  }
  posix_spawn_file_actions_t Files;
  posix_spawn_file_actions_init(&Files);
  posix_spawn_file_actions_addopen(&Files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&Files, Output[1], 1);
  posix_spawn_file_actions_adddup2(&Files, Errors[1], 2);
  posix_spawn_file_actions_adddup2(&Files, ToChild[0], 3);
  posix_spawn_file_actions_adddup2(&Files, FromChild[1], 4);
  if (!O.Directory.empty())
    posix_spawn_file_actions_addchdir_np(&Files, O.Directory.c_str());
  posix_spawnattr_t Attributes;
  posix_spawnattr_init(&Attributes);
  // A session of its own: Ctrl-C at the terminal reaches us alone, and the whole group can be ended.
  posix_spawnattr_setflags(&Attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF);
  sigset_t Default;
  sigemptyset(&Default);
  sigaddset(&Default, SIGPIPE);
  posix_spawnattr_setsigdefault(&Attributes, &Default);

  std::vector<char *> Argv, Envp;
  for (const std::string &S : O.Command)
    Argv.push_back(const_cast<char *>(S.c_str()));
  for (const std::string &S : O.Environment)
    Envp.push_back(const_cast<char *>(S.c_str()));
  Argv.push_back(nullptr);
  Envp.push_back(nullptr);
  std::unique_ptr<Child> C(new Child);
  int Error = posix_spawn(&C->Pid, Argv[0], &Files, &Attributes, Argv.data(), Envp.data());
  posix_spawn_file_actions_destroy(&Files);
  posix_spawnattr_destroy(&Attributes);
  for (int End : {ToChild[0], FromChild[1], Output[1], Errors[1]})
    close(End);
  C->In = ToChild[1];
  C->Out = FromChild[0];
  C->StdOut = Output[0];
  C->StdErr = Errors[0];
  C->MemoryBytes = O.MemoryBytes;
  C->OutputBytes = O.OutputBytes;
  if (Error) {
    C->Pid = -1;
    Problem = "'" + O.Command[0] + "' cannot be started: " + strerror(Error);
    return nullptr;
  }
  protectSession(C->Pid);
  for (int End : {C->Out, C->StdOut, C->StdErr})
    fcntl(End, F_SETFL, O_NONBLOCK);
  if (!O.Cpus.empty()) {
    cpu_set_t Set;
    CPU_ZERO(&Set);
    for (unsigned Cpu : O.Cpus)
      CPU_SET(Cpu, &Set);
    sched_setaffinity(C->Pid, sizeof Set, &Set); // its threads and children take it over
  }
  return C;
}

Child::~Child() {
  end();
  for (int End : {In, Out, StdOut, StdErr})
    if (End >= 0)
      close(End);
}

void Child::send(StringRef Line) {
  std::string Text = (Line + "\n").str();
  for (size_t Done = 0; Done < Text.size();) {
    ssize_t N = write(In, Text.data() + Done, Text.size() - Done);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return; // it is gone; receive() says how
    Done += N;
  }
}

/// Reads what there is. False at the end of the stream, which is closed then.
bool Child::drain(int &Descriptor, std::string *Into) {
  char Bytes[16384];
  for (;;) {
    ssize_t N = read(Descriptor, Bytes, sizeof Bytes);
    if (N > 0) {
      if (Descriptor != Out)
        OutputSeen += N;
      if (Into)
        Into->append(Bytes, N);
      if (OutputSeen > OutputBytes)
        return true;
      continue;
    }
    if (N < 0 && (errno == EAGAIN || errno == EINTR))
      return true;
    close(Descriptor);
    Descriptor = -1;
    return false;
  }
}

bool Child::reap(double Seconds) {
  double End = seconds() + Seconds;
  while (!Reaped) {
    if (waitpid(Pid, &Status, WNOHANG) == Pid)
      return Reaped = true;
    if (seconds() > End)
      return false;
    usleep(2000);
  }
  return true;
}

std::optional<json::Object> Child::receive(double Seconds, Failure &F) {
  double Began = seconds(), End = Began + Seconds, Delayed = runDelay(Pid);
  for (;;) {
    if (size_t At = Replies.find('\n'); At != std::string::npos) {
      std::string Line = Replies.substr(0, At);
      Replies.erase(0, At + 1);
      auto V = json::parse(Line);
      if (V && V->getAsObject())
        return std::move(*V->getAsObject());
      consumeError(V.takeError());
      F.Kind = "exited";
      F.Text = "the process sent something that is no reply: the kernel writes to descriptor 4";
      return std::nullopt;
    }
    if (Interrupted) {
      F.Kind = "interrupted";
      F.Text = "interrupted by the user";
      return std::nullopt;
    }
    pollfd Polled[] = {{Out, POLLIN, 0}, {StdOut, POLLIN, 0}, {StdErr, POLLIN, 0}};
    poll(Polled, 3, 20);
    bool Open = Out >= 0 && drain(Out, &Replies);
    if (StdOut >= 0)
      drain(StdOut, nullptr);
    if (StdErr >= 0)
      drain(StdErr, &ErrorTail);
    if (ErrorTail.size() > 65536)
      ErrorTail.erase(0, ErrorTail.size() - 65536);
    if (OutputSeen > OutputBytes) {
      F.Kind = "flooded";
      F.Text = "wrote more than " + std::to_string(OutputBytes >> 10) + " KiB to its output";
      return std::nullopt;
    }
    if (uint64_t Used = residentBytes(Pid); Used > MemoryBytes) {
      F.Kind = "memory-limit";
      F.Text = "used " + std::to_string(Used >> 20) + " MiB of memory; the limit is " +
               std::to_string(MemoryBytes >> 20) + " MiB";
      return std::nullopt;
    }
    if (Replies.find('\n') != std::string::npos)
      continue;
    if (!Open) {
      explainEnd(F);
      return std::nullopt;
    }
    if (double Now = seconds(); Now > End) {
      // Time in which it wanted a processor and got none does not count.
      double Starved = std::min(runDelay(Pid) - Delayed, 3 * Seconds);
      if (Now - Began - Starved < Seconds) {
        End = Now + Seconds / 20;
        continue;
      }
      F.Kind = "silent";
      F.Text = "no answer within " + formatv("{0:f1}", Seconds).str() + " s";
      return std::nullopt;
    }
  }
}

std::vector<std::string> Child::takeStack() const {
  std::vector<std::string> Lines;
  SmallVector<StringRef, 64> All;
  StringRef(ErrorTail).split(All, '\n', -1, false);
  for (StringRef L : All)
    if (L.starts_with("gilray-crash: ") || L.starts_with("Fatal Python error") || L.starts_with("  File ") ||
        L.starts_with("Current thread") || L.starts_with("Thread 0x"))
      Lines.push_back(L.trim().str());
  if (Lines.size() > 40)
    Lines.resize(40);
  return Lines;
}

void Child::explainEnd(Failure &F) {
  if (!reap(3)) {
    F.Kind = "exited";
    F.Text = "closed its end of the conversation and went on";
    return;
  }
  F.Stack = takeStack();
  if (WIFSIGNALED(Status)) {
    F.Kind = "crashed";
    F.Text = "signal " + std::to_string(WTERMSIG(Status)) + " (" + strsignal(WTERMSIG(Status)) + ")";
    return;
  }
  F.Kind = "exited";
  F.Text = "the process ended with status " + std::to_string(WEXITSTATUS(Status));
  SmallVector<StringRef, 16> Lines;
  StringRef(ErrorTail).rtrim().split(Lines, '\n');
  if (!Lines.empty() && !Lines.back().empty())
    F.Text += ": " + Lines.back().take_front(300).str();
}

void Child::diagnose(const json::Object *Stuck, bool HasGil, Failure &F) {
  TaskActivity Activity = watchTasks(Pid, 0.5);
  // What the workers were in, by the harness's hooks.
  unsigned Attached = 0, Released = 0, WaitsForGil = 0, WaitsForLock = 0;
  if (const json::Array *Workers = Stuck ? Stuck->getArray("workers") : nullptr)
    for (const json::Value &V : *Workers) {
      const json::Object *W = V.getAsObject();
      if (!W || !W->getBoolean("inside").value_or(false))
        continue;
      StringRef State = W->getString("state").value_or("");
      Attached += State == "attached";
      Released += State == "released";
      WaitsForGil += State == "waits-for-gil";
      WaitsForLock += State == "waits-for-lock";
    }
  auto Count = [](unsigned N, const char *What) {
    return std::to_string(N) + (N == 1 ? " worker " : " workers ") + What;
  };
  std::vector<std::string> Parts;
  if (Attached)
    Parts.push_back(Count(Attached, HasGil ? "inside the call without having released the GIL" : "inside the call"));
  if (Released)
    Parts.push_back(Count(Released, "in a region that released the GIL"));
  if (WaitsForGil)
    Parts.push_back(Count(WaitsForGil, "waiting for the GIL"));
  if (WaitsForLock)
    Parts.push_back(Count(WaitsForLock, "waiting for a lock"));
  std::string Who = Parts.empty() ? "" : ": " + join(Parts, ", ");
  if (Activity.Busy == 0) {
    F.Kind = "deadlocked";
    F.Text = "all " + std::to_string(Activity.Threads) + " threads sleep and use no processor time" + Who;
  } else if (!HasGil) {
    F.Kind = "hung";
    F.Text = "computes without end" + Who;
  } else if (Attached && !Released) {
    F.Kind = "hung-holding";
    F.Text = "computes without end and holds the GIL" + Who;
  } else {
    F.Kind = Released ? "hung-released" : "hung-holding";
    F.Text = std::string("computes without end") + (Released ? " with the GIL released" : "") + Who;
  }
  // faulthandler prints the Python stacks of all threads.
  kill(Pid, SIGABRT);
  for (int I = 0; I < 50 && StdErr >= 0; ++I) {
    pollfd P{StdErr, POLLIN, 0};
    if (poll(&P, 1, 20) > 0 && !drain(StdErr, &ErrorTail))
      break;
  }
  F.Stack = takeStack();
}

unsigned Child::end() {
  if (Pid < 0)
    return 0;
  if (!Reaped) {
    kill(Pid, SIGKILL);
    reap(5);
  }
  // multiprocessing's resource tracker unlinks what its process has left in shared memory: once it is alone, and
  // quickly.
  for (int I = 0; I < 20 && othersOfSession(Pid); ++I)
    usleep(20000);
  kill(-Pid, SIGKILL);
  releaseSession(Pid);
  unsigned Left = endOrphans();
  Pid = -1;
  return Left;
}

} // namespace gilray::probe
