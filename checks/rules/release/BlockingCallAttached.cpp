#include "rules/release/Release.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>

namespace gilray {

using namespace rules;
using belief::CallSite;
using belief::ForeignCalls;

static constexpr Example Bad[] = {{"a read from the network keeps all Python threads waiting", R"c(#include <Python.h>
#include <sys/socket.h>

typedef struct {
    PyObject_HEAD
    int fd;
} Channel;

PyObject *channel_receive(PyObject *op, PyObject *unused)
{
    Channel *self = (Channel *)op;
    char buffer[8192];
    ssize_t got = recv(self->fd, buffer, sizeof buffer, 0);
    if (got < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyBytes_FromStringAndSize(buffer, got);
}
)c"}};

static constexpr Example Good[] = {{"released meanwhile", R"c(#include <Python.h>
#include <sys/socket.h>

typedef struct {
    PyObject_HEAD
    int fd;
} Channel;

PyObject *channel_receive(PyObject *op, PyObject *unused)
{
    Channel *self = (Channel *)op;
    char buffer[8192];
    int fd = self->fd;
    ssize_t got;
    Py_BEGIN_ALLOW_THREADS
    got = recv(fd, buffer, sizeof buffer, 0);
    Py_END_ALLOW_THREADS
    if (got < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyBytes_FromStringAndSize(buffer, got);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    BlockingCallAttached,
    {
        .Name = "blocking-call-attached",
        .Group = "release",
        .Summary = "a call that may take long is made without releasing the GIL",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A function that waits (for the network, a file, another process, a server) or works for long on the "
                "data it is given (compression, cryptography, image codecs) is called while the thread is attached, in "
                "code that Python calls.",
        .Why = "While one thread waits with the GIL, no other Python thread of the interpreter runs. On a "
               "free-threaded build the garbage collector and every stop-the-world pause wait for it, too.",
        .Remedy = "Put Py_BEGIN_ALLOW_THREADS and Py_END_ALLOW_THREADS around the call. Read what it needs from Python "
                  "objects before, and keep other threads from using the same handle meanwhile: a busy flag, or a lock "
                  "that is taken detached.",
        .Limits = "What blocks is known from a list, which `expectations: blocking:` in .gilray.yaml extends. Not "
                  "reported: module creation, error paths, output to the standard streams, small constant sizes, calls "
                  "that the function also makes released on the other side of a branch, closing what other threads "
                  "can see, and what is mostly answered from memory (opening and closing files, buffered lines).",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {

/// Calls of one function in one function are one finding.
struct Group {
  const CallSite *Site = nullptr;
  link::EventRef At; ///< the call itself, or the call that leads to it
  std::vector<link::EventRef> Others;
};

class Rule {
public:
  Rule(const rules::Input &In, std::vector<Finding> &Out)
      : R(In.flow()), P(R.program()), Calls(In.foreignCalls()), Out(Out) {}

  void run() {
    for (const CallSite &S : Calls.all())
      if (S.Blocks && S.Blocks->Blocks >= api::Degree::Likely && !isShortByArguments(P, S) && !silent(S))
        place(S);
    for (auto &[Where, G] : Groups)
      tell(G);
  }

private:
  const flow::Results &R;
  const link::Program &P;
  const ForeignCalls &Calls;
  std::vector<Finding> &Out;
  std::map<std::pair<link::FnId, std::string>, Group> Groups;
  std::map<link::FnId, flow::Results::ThreadMap> Threads;
  std::map<link::FnId, std::vector<std::pair<link::EventRef, unsigned>>> Crossings;

  bool silent(const CallSite &S) const {
    return isKeptAttached(Calls, S) || wasAsked(P, S) || P.hasRole(S.At.Fn, "dealloc") ||
           closesVisibleObject(R, Calls, S);
  }

  /// Does the function deal with Python itself? Only there a release can be put: a helper or a bundled library that
  /// knows nothing of Python is released around.
  bool knowsPython(link::FnId F) const {
    const flow::FunctionInfo &I = R.engine().infos()[F];
    return I.Needs || I.Detaches || Calls.calledByPython(F);
  }

  bool isAttached(link::EventRef At) {
    auto [It, New] = Threads.try_emplace(At.Fn);
    if (New)
      It->second = R.threads(At.Fn);
    return It->second[At.Block][At.Index] == 1u << unsigned(flow::Thread::Attached);
  }

  void place(const CallSite &S) {
    const flow::FunctionInfo &I = R.engine().infos()[S.At.Fn];
    if (knowsPython(S.At.Fn) && S.attached())
      return add(S, S.At);
    // Otherwise a caller that has not released is at fault.
    if (!knowsPython(S.At.Fn) || !I.Transitions)
      for (auto [At, Depth] : crossings(S.At.Fn))
        if (Depth <= (S.Blocks->Blocks == api::Degree::Certain ? DeepCertain : DeepLikely))
          add(S, At);
  }

  /// Through long chains of calls, whether this path is taken is a guess.
  static constexpr unsigned DeepCertain = 4, DeepLikely = 2;

  /// The attached calls that lead to F from functions that know Python, with their distance.
  llvm::ArrayRef<std::pair<link::EventRef, unsigned>> crossings(link::FnId F) {
    auto [It, New] = Crossings.try_emplace(F);
    if (!New)
      return It->second;
    std::vector<std::pair<link::EventRef, unsigned>> Found;
    std::set<link::FnId> Seen{F};
    std::vector<std::pair<link::FnId, unsigned>> Work{{F, 1}};
    constexpr size_t MostFunctions = 64; ///< a helper that everything uses tells nothing about its users
    for (size_t Next = 0; Next < Work.size() && Seen.size() < MostFunctions; ++Next) {
      auto [G, Depth] = Work[Next];
      for (link::EventRef At : Calls.attachedCallsOf(G)) {
        bool Through = !knowsPython(At.Fn) || !R.engine().infos()[At.Fn].Transitions;
        if (knowsPython(At.Fn) && isAttached(At))
          Found.push_back({At, Depth});
        else if (Through && Depth < DeepCertain && Seen.insert(At.Fn).second)
          Work.push_back({At.Fn, Depth + 1});
      }
    }
    return Crossings[F] = std::move(Found);
  }

  void add(const CallSite &S, link::EventRef At) {
    const link::Target &T = R.engine().infos()[At.Fn].Targets[At.Block][At.Index];
    // A call through a pointer is one place, whatever it may come to.
    std::string Way = "->" + std::to_string(At.Block) + "." + std::to_string(At.Index);
    Group &G = Groups[{At.Fn, T.Named ? T.Named->Name.str() : At == S.At ? S.Callee->Name.str() : Way}];
    if (!G.Site) {
      G.Site = &S;
      G.At = At;
    } else if (At != G.At && !llvm::is_contained(G.Others, At)) {
      G.Others.push_back(At);
    }
  }

  void tell(const Group &G) {
    const CallSite &S = *G.Site;
    std::string Name = "'" + S.Callee->Name.str() + "'", Subject = Name;
    bool Here = G.At == S.At;
    if (!Here) {
      const link::Target T = P.target(G.At.Fn, P.event(G.At));
      Subject = "'" + (T.Named ? T.Named->Name.str() : R.functionName(S.At.Fn)) + "', which reaches " + Name + ",";
    }
    Finding F =
        makeFinding(R, BlockingCallAttachedCheck, G.At,
                    Subject + " " + S.Blocks->Why.str() +
                        " while the thread stays attached (GIL held): no other Python thread can run meanwhile");
    F.State = ThreadState::Attached;
    Calls.witness(G.At.Fn, F.Notes);
    if (!Here)
      F.Notes.push_back(step(Name + " is called here", R.place(S.At)));
    constexpr size_t Shown = 4;
    for (link::EventRef O : llvm::ArrayRef(G.Others).take_front(Shown))
      related(F, R, O, "the same happens here");
    siblingNotes(F, R, Calls, S);
    remedy(F, "release the thread state around it (Py_BEGIN_ALLOW_THREADS), with what it uses read from Python objects "
              "before and kept from other threads meanwhile");
    Out.push_back(std::move(F));
  }
};

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) { Rule(In, Out).run(); }

} // namespace gilray
