// The process's side of the conversation with the driver: one line per command, one line of JSON per reply. The thread
// that serves is the Python main thread with the GIL released. It imported the module and made everything shared, and
// never runs a kernel: on free-threaded builds the owner of an object counts its references much faster than others do,
// and no worker may have that advantage.
#include "harness/Clock.h"
#include "harness/Crash.h"
#include "harness/Workers.h"
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sys/prctl.h>
#include <unistd.h>

namespace gilray::harness {
namespace {

/// "word word name=number ...": what a command line holds.
struct Command {
  std::string Name;
  std::vector<std::pair<std::string, std::string>> Values;

  explicit Command(const std::string &Line) {
    size_t At = 0;
    while (At < Line.size()) {
      size_t End = std::min(Line.find(' ', At), Line.size());
      std::string Word = Line.substr(At, End - At);
      At = End + 1;
      size_t Equals = Word.find('=');
      if (Name.empty())
        Name = Word;
      else if (Equals != std::string::npos)
        Values.emplace_back(Word.substr(0, Equals), Word.substr(Equals + 1));
    }
  }
  std::string text(const char *Key) const {
    for (auto &[K, V] : Values)
      if (K == Key)
        return V;
    return {};
  }
  int64_t number(const char *Key, int64_t Default = 0) const {
    std::string T = text(Key);
    return T.empty() ? Default : strtoll(T.c_str(), nullptr, 10);
  }
};

class Server {
public:
  Server(int In, int Out, Code C) : In(In), Out(Out), Program(std::move(C)) {}

  void run() {
    reply([](Json &J) { J.key("serving").boolean(true); });
    std::string Line;
    while (readLine(Line)) {
      Command C(Line);
      if (C.Name == "quit")
        break;
      if (C.Name == "start")
        start(C);
      else if (C.Name == "go")
        go(C);
      else if (C.Name == "window")
        window(C);
      else
        reply([&](Json &J) { J.key("error").string("unknown command " + C.Name); });
    }
    bool Left = !Team || Team->leave(5'000'000'000);
    reply([&](Json &J) { J.key("left").boolean(Left); });
    if (!Left)
      _exit(70); // a worker that cannot be ended would keep the process for ever
  }

private:
  int In, Out;
  Code Program;
  std::string Buffer;
  std::unique_ptr<Workers> Team;

  bool readLine(std::string &Line) {
    for (;;) {
      if (size_t End = Buffer.find('\n'); End != std::string::npos) {
        Line = Buffer.substr(0, End);
        Buffer.erase(0, End + 1);
        return true;
      }
      char Bytes[4096];
      ssize_t N = read(In, Bytes, sizeof Bytes);
      if (N < 0 && errno == EINTR)
        continue;
      if (N <= 0)
        return false;
      Buffer.append(Bytes, N);
    }
  }

  template <typename F> void reply(F Fill) {
    Json J;
    J.open('{');
    Fill(J);
    J.close('}');
    J.Text += '\n';
    for (size_t Done = 0; Done < J.Text.size();) {
      ssize_t N = write(Out, J.Text.data() + Done, J.Text.size() - Done);
      if (N < 0 && errno == EINTR)
        continue;
      if (N <= 0)
        return;
      Done += N;
    }
  }

  void stuck(const char *During) {
    reply([&](Json &J) {
      J.key("stuck").string(During).key("workers");
      Team->writeStuck(J);
    });
  }

  /// What one look at the CPU clock costs; it is part of what is measured.
  static double clockCost() {
    constexpr int Rounds = 2000;
    int64_t Began = threadCpu();
    for (int I = 0; I < Rounds - 1; ++I)
      threadCpu();
    return double(threadCpu() - Began) / Rounds;
  }

  static int64_t timeout(const Command &C) { return C.number("timeout_ms", 20000) * 1'000'000; }

  void start(const Command &C) {
    std::string How = C.text("strategy");
    Strategy S = How == "own-gil" ? Strategy::OwnGil : How == "shared-gil" ? Strategy::SharedGil : Strategy::Threads;
    Team = std::make_unique<Workers>(S, Program);
    if (!Team->start(static_cast<int>(C.number("workers", 1)), timeout(C)))
      return stuck("setup");
    auto &Objects = patchObjects();
    reply([&](Json &J) {
      J.key("clock_s").number(clockCost() / 1e9);
      J.key("workers");
      Team->writeStarted(J);
      J.key("objects").open('[');
      for (const PatchedObject &O : Objects) {
        J.open('{').key("path").string(O.Path).key("hooks").open('[');
        for (const std::string &Name : O.Names)
          J.string(Name);
        J.close(']').close('}');
      }
      J.close(']');
    });
  }

  void go(const Command &C) {
    Workers::RunOptions O;
    O.Active = static_cast<int>(C.number("workers", 1));
    O.Batch = static_cast<int>(C.number("batch", 1));
    O.Cpu = C.number("cpu");
    O.Every = static_cast<uint32_t>(C.number("every", 1));
    O.PcInterval = C.number("pc_us") * 1000;
    O.Hooks = C.number("hooks", 1);
    patchObjects(); // the kernel itself may have imported something
    if (O.PcInterval)
      PcSampler::prepare();
    if (!Team || Team->failed() || !Team->go(O, timeout(C)))
      return Team ? stuck("call") : reply([](Json &J) { J.key("error").string("no workers"); });
    reply([](Json &J) { J.key("warm").boolean(true).key("now").integer(now()); });
  }

  void window(const Command &C) {
    int64_t T0 = C.number("t0"), Length = C.number("length");
    GilSampler Sampler;
    if (int64_t Mean = C.number("gil_us")) {
      Interpreter *I = Team->measuredInterpreter();
      Sampler.start(GilSampler::best(I), I, Mean * 1000);
    }
    bool Done = Team->window(T0 ? T0 : now() + 2'000'000, Length, timeout(C));
    if (Done || !C.number("gil_us"))
      Sampler.stop(); // it may wait for the GIL, too
    if (!Done)
      return stuck("call");
    reply([&](Json &J) {
      J.key("workers");
      Team->writeWindow(J);
      if (C.number("gil_us")) {
        J.key("gil_samples");
        Sampler.write(J);
      }
      if (C.number("pc"))
        Team->writeSamples(J);
    });
  }
};

std::string textOf(Object *Config, const char *Key) {
  Object *Value = Py.PyDict_GetItemString(Config, Key);
  const char *S = Value ? Py.PyUnicode_AsUTF8(Value) : nullptr;
  return S ? S : "";
}

} // namespace

/// The function that the bootstrap calls with a dict: in, out, import, setup, loop, and globals for shared objects.
extern "C" Object *gilrayProbeServe(Object *, Object *Config) {
  prctl(PR_SET_PDEATHSIG, SIGKILL); // the driver may die without a word
  auto Number = [&](const char *Key) {
    return static_cast<int>(Py.PyLong_AsLong(Py.PyDict_GetItemString(Config, Key)));
  };
  Code C{textOf(Config, "import"), textOf(Config, "setup"), textOf(Config, "loop"),
         Py.PyDict_GetItemString(Config, "globals")};
  int In = Number("in"), Out = Number("out");
  nameCrashes();
  patchObjects();
  ThreadState *Saved = Py.PyEval_SaveThread();
  Server(In, Out, std::move(C)).run();
  Py.PyEval_RestoreThread(Saved);
  return Py.PyLong_FromLong(0);
}

} // namespace gilray::harness
