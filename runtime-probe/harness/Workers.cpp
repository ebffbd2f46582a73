// See Workers.h.
#include "harness/Workers.h"
#include "harness/Clock.h"
#include <algorithm>
#include <sys/syscall.h>
#include <unistd.h>

namespace gilray::harness {

static constexpr int64_t Pause = 200'000; // between looks at flags that workers set

int64_t Workers::delay() const {
  int64_t Most = 0;
  for (auto &W : All)
    Most = std::max(Most, runDelay(*W));
  return Most;
}

template <typename F> bool Workers::waitFor(F Done, int64_t Timeout) {
  constexpr int AtMost = 4;
  int64_t Began = now(), Next = Began + Timeout, Before = delay();
  while (!Done()) {
    if (int64_t Now = now(); Now > Next) {
      // Who wanted a processor and got none is not stuck: that time does not count.
      int64_t Starved = std::min(delay() - Before, (AtMost - 1) * Timeout);
      if (Now - Began - Starved > Timeout)
        return false;
      Next = Now + Timeout / 20;
    }
    sleepFor(Pause);
  }
  return true;
}

bool Workers::start(int Count, int64_t Timeout) {
  for (int I = 0; I < Count; ++I) {
    auto &W = *All.emplace_back(new Worker);
    W.All = this;
    W.Id = I;
    if (pthread_create(&W.Thread, nullptr, threadMain, &W)) {
      W.Error = "no thread could be started";
      W.ErrorStage = "setup";
      W.Ready = W.Left = true;
      continue;
    }
    pthread_detach(W.Thread);
    // Interpreters are made one at a time: before 3.12 making two at once is not safe, and a refusal is easier to tell.
    if (!waitFor([&] { return W.Ready.load(); }, Timeout))
      return false;
    if (!W.Error.empty())
      break;
  }
  return true;
}

bool Workers::failed() const {
  return std::any_of(All.begin(), All.end(), [](auto &W) { return !W->Error.empty(); });
}

Interpreter *Workers::measuredInterpreter() const { return All.empty() ? nullptr : All[0]->Interp; }

void *Workers::threadMain(void *Data) {
  Worker &W = *static_cast<Worker *>(Data);
  W.Tid = static_cast<pid_t>(syscall(SYS_gettid));
  W.All->serve(W);
  W.Left = true;
  return nullptr;
}

bool Workers::runCode(Worker &W, Object *Globals, const std::string &Text, const char *Stage) {
  constexpr int FileInput = 257;
  if (Object *Result = Py.PyRun_StringFlags(Text.c_str(), FileInput, Globals, Globals, nullptr)) {
    Py.Py_DecRef(Result);
    return true;
  }
  W.Error = takeException();
  W.ErrorStage = Stage;
  return false;
}

bool Workers::prepare(Worker &W) {
  int64_t Began = now();
  W.Outer = W.State = Py.PyThreadState_New(Py.PyInterpreterState_Main());
  Py.PyEval_RestoreThread(W.Outer);
  if (How == Strategy::OwnGil) {
    if (!Py.Py_NewInterpreterFromConfig) {
      W.Error = "this Python has no interpreters with a GIL of their own (3.12 and later)";
      W.ErrorStage = "interpreter";
      return false;
    }
    const InterpreterConfig Config{0, 0, 0, 1, 0, 1, /*own GIL*/ 2};
    ThreadState *Made = nullptr;
    Status S = Py.Py_NewInterpreterFromConfig(&Made, &Config);
    if (S.Type != 0 || !Made) {
      W.Error = S.Message ? S.Message : "Py_NewInterpreterFromConfig failed";
      W.ErrorStage = "interpreter";
      return false;
    }
    W.State = Made;
  } else if (How == Strategy::SharedGil) {
    ThreadState *Made = Py.Py_NewInterpreter();
    if (!Made) {
      Py.PyThreadState_Swap(W.Outer);
      W.Error = "Py_NewInterpreter failed";
      W.ErrorStage = "interpreter";
      return false;
    }
    W.State = Made;
  }
  W.Interp = Py.InterpreterGet();
  Object *Globals = Program.SharedGlobals;
  if (!Globals) {
    Globals = Py.PyDict_New();
    Py.PyDict_SetItemString(Globals, "__builtins__", Py.PyEval_GetBuiltins());
    Object *Id = Py.PyLong_FromLong(W.Id);
    Py.PyDict_SetItemString(Globals, "worker_id", Id);
    Py.Py_DecRef(Id);
    if (!runCode(W, Globals, Program.Import, "import") || !runCode(W, Globals, Program.Setup, "setup") ||
        !runCode(W, Globals, Program.Loop, "call"))
      return false;
  }
  W.Loop = Py.PyDict_GetItemString(Globals, "_gilray_loop");
  W.SetupNanoseconds = now() - Began;
  return W.Loop != nullptr;
}

void Workers::serve(Worker &W) {
  prepare(W);
  ThreadState *Saved = Py.PyEval_SaveThread();
  W.Ready = true;
  int Seen = 0;
  for (;;) {
    pthread_mutex_lock(&Mutex);
    while (Generation == Seen && LeaveTurn != W.Id)
      pthread_cond_wait(&Changed, &Mutex);
    bool Leave = LeaveTurn == W.Id, Active = W.Id < Options.Active;
    Seen = Generation;
    pthread_mutex_unlock(&Mutex);
    if (Leave)
      break;
    if (!Active)
      continue;
    if (W.Error.empty()) {
      Py.PyEval_RestoreThread(Saved);
      measure(W);
      Saved = Py.PyEval_SaveThread();
    }
    W.Finished = true;
  }
  Py.PyEval_RestoreThread(Saved);
  tearDown(W);
}

void Workers::account(Worker &W, int64_t Began, int64_t Ended, double Calls) {
  int64_t Begin = WindowBegin.load(std::memory_order_relaxed), End = WindowEnd.load(std::memory_order_relaxed);
  if (!Begin || Ended <= Begin)
    return;
  if (int64_t Inside = std::min(Ended, End) - std::max(Began, Begin); Inside > 0)
    W.Iterations += Calls * Inside / (Ended - Began);
  Span &S = W.Whole;
  if (S.Open && !S.Closed)
    S.Calls += static_cast<int64_t>(Calls);
  if (!S.Open) {
    S.Open = true;
    S.Began = Ended;
    S.CpuBegan = threadCpu();
    S.Before = W.Hooks.Sums;
  } else if (!S.Closed && Ended >= End) {
    S.Closed = true;
    S.Ended = Ended;
    S.CpuEnded = threadCpu();
    S.After = W.Hooks.Sums;
  }
}

void Workers::measure(Worker &W) {
  Object *Arguments = Py.PyTuple_New(1);
  Py.PyTuple_SetItem(Arguments, 0, Py.PyLong_FromLong(Options.Batch));
  W.Hooks.Cpu = Options.Cpu;
  W.Hooks.Every = Options.Every;
  W.Hooks.say(Doing::Attached);
  CurrentHooks = Options.Hooks ? &W.Hooks : nullptr;
  if (Options.PcInterval)
    W.Pc.start(&W.Hooks, Options.PcInterval);
  int64_t Began = now();
  while (!Stop.load(std::memory_order_relaxed)) {
    W.BatchBegan.store(Began, std::memory_order_relaxed);
    Object *Result = Py.PyObject_Call(W.Loop, Arguments, nullptr);
    if (!Result) {
      W.Error = takeException();
      W.ErrorStage = "call";
      break;
    }
    Py.Py_DecRef(Result);
    int64_t Ended = now();
    account(W, Began, Ended, Options.Batch);
    W.LongestBatch = std::max(W.LongestBatch, Ended - Began);
    W.Calls.fetch_add(Options.Batch, std::memory_order_relaxed);
    W.RunCalls.fetch_add(Options.Batch, std::memory_order_relaxed);
    W.LastEnd.store(Ended, std::memory_order_relaxed);
    Began = Ended;
  }
  W.Pc.stop();
  CurrentHooks = nullptr;
  W.Hooks.say(Doing::Idle);
  Py.Py_DecRef(Arguments);
}

bool Workers::go(const RunOptions &O, int64_t Timeout) {
  for (auto &W : All) {
    W->Finished = false;
    W->RunCalls = 0;
    W->Iterations = 0;
    W->Whole = {};
    W->LongestBatch = 0;
    W->BatchBegan = 0;
    W->Hooks.reset();
    W->Pc.clear();
  }
  WindowBegin = 0;
  WindowEnd = 0;
  Stop = false;
  pthread_mutex_lock(&Mutex);
  Options = O;
  ++Generation;
  pthread_cond_broadcast(&Changed);
  pthread_mutex_unlock(&Mutex);
  auto Warm = [&](const Worker &W) {
    return W.Finished.load() ||
           (W.RunCalls.load(std::memory_order_relaxed) > 0 && W.Calls.load(std::memory_order_relaxed) >= 3);
  };
  return waitFor([&] { return std::all_of(All.begin(), All.begin() + O.Active, [&](auto &W) { return Warm(*W); }); },
                 Timeout);
}

bool Workers::window(int64_t T0, int64_t Length, int64_t Timeout) {
  WindowEnd = T0 + Length;
  WindowBegin = T0;
  Before.clear();
  After.clear();
  sleepUntil(T0);
  for (int I = 0; I < Options.Active; ++I)
    Before.push_back(snapshot(*All[I]));
  sleepUntil(T0 + Length);
  for (int I = 0; I < Options.Active; ++I)
    After.push_back(snapshot(*All[I]));
  // Workers run on until all have finished the batch that crosses the end: who stops first must not speed up the
  // others.
  auto Through = [&](const Worker &W) { return W.LastEnd.load() >= T0 + Length || W.Finished.load(); };
  bool Done = waitFor(
      [&] { return std::all_of(All.begin(), All.begin() + Options.Active, [&](auto &W) { return Through(*W); }); },
      Timeout);
  Stop = true;
  return Done && waitFor(
                     [&] {
                       return std::all_of(All.begin(), All.begin() + Options.Active,
                                          [](auto &W) { return W->Finished.load(); });
                     },
                     Timeout);
}

void Workers::tearDown(Worker &W) {
  if (W.State != W.Outer) {
    Py.Py_EndInterpreter(W.State);
    if (How == Strategy::OwnGil) {
      Py.PyThreadState_Swap(nullptr);
      Py.PyEval_RestoreThread(W.Outer);
    } else {
      Py.PyThreadState_Swap(W.Outer);
    }
  }
  Py.PyThreadState_Clear(W.Outer);
  Py.PyThreadState_DeleteCurrent();
}

bool Workers::leave(int64_t Timeout) {
  for (auto &W : All) {
    pthread_mutex_lock(&Mutex);
    LeaveTurn = W->Id;
    pthread_cond_broadcast(&Changed);
    pthread_mutex_unlock(&Mutex);
    if (!waitFor([&] { return W->Left.load(); }, Timeout))
      return false;
  }
  return true;
}

} // namespace gilray::harness
