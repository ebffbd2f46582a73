#include "rules/Report.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"the GIL is released before the object is untracked", R"c(#include <Python.h>

extern void device_close(int handle);

typedef struct { PyObject_HEAD int handle; } Device;

static void device_dealloc(PyObject *op)
{
    Py_BEGIN_ALLOW_THREADS
    device_close(((Device *)op)->handle);
    Py_END_ALLOW_THREADS
    PyObject_GC_UnTrack(op);
    PyObject_GC_Del(op);
}

PyTypeObject DeviceType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Device",
    .tp_dealloc = device_dealloc,
};
)c"}};

static constexpr Example Good[] = {{"untracked first", R"c(#include <Python.h>

extern void device_close(int handle);

typedef struct { PyObject_HEAD int handle; } Device;

static void device_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_BEGIN_ALLOW_THREADS
    device_close(((Device *)op)->handle);
    Py_END_ALLOW_THREADS
    PyObject_GC_Del(op);
}

PyTypeObject DeviceType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Device",
    .tp_dealloc = device_dealloc,
};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    ReleaseInDealloc,
    {
        .Name = "release-in-dealloc",
        .Group = "threadstate",
        .Summary = "the GIL is released where other threads may still find the half-destroyed object",
        .Default = Severity::Warning,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What =
            "Detaching in tp_dealloc before PyObject_GC_UnTrack of the same function, or anywhere in tp_traverse or "
            "tp_clear. Also a released region of tp_dealloc in which a library may run a callback that attaches and "
            "calls Python code, when nothing puts a pending exception aside.",
        .Why =
            "While the GIL is released another thread may run the garbage collector, find the object with a reference "
            "count of zero and destroy it a second time; tp_traverse must not have side effects at all. Objects also "
            "die while an exception is on its way: detaching keeps it, but a callback that attaches on the same thread "
            "gets the same thread state, and Python code that is called there loses the exception or fails with "
            "SystemError.",
        .Remedy = "Call PyObject_GC_UnTrack first; move blocking clean-up out of tp_traverse and tp_clear. Put the "
                  "exception aside with PyErr_GetRaisedException (PyErr_Fetch before 3.12) and back afterwards.",
        .Limits =
            "A tp_dealloc that never calls PyObject_GC_UnTrack is taken to be of a type without garbage collection. "
            "Whether a library runs a callback while it closes its handle cannot be seen. One that takes nothing but "
            "its "
            "context, to free it, is a warning; others that are registered with the same handle are notes.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

using Wanted = llvm::function_ref<bool(const api::Entry &)>;

/// The first API call of this kind in the function itself.
static link::EventRef apiCall(const flow::Results &Results, link::FnId Fn, Wanted Is) {
  const auto &Targets = Results.engine().infos()[Fn].Targets;
  for (ir::BlockId B = 0; B < Targets.size(); ++B)
    for (uint32_t I = 0; I < Targets[B].size(); ++I)
      if (Targets[B][I].Api && Is(*Targets[B][I].Api))
        return {Fn, B, I};
  return {};
}

/// The same, in it or in what it calls.
static link::EventRef apiCallBelow(const flow::Results &Results, link::FnId Fn, Wanted Is) {
  std::vector<link::FnId> Work{Fn};
  std::set<link::FnId> Seen;
  while (!Work.empty()) {
    link::FnId F = Work.back();
    Work.pop_back();
    if (!Seen.insert(F).second)
      continue;
    if (link::EventRef At = apiCall(Results, F, Is); At.valid())
      return At;
    for (link::FnId G : llvm::reverse(Results.callees(F)))
      Work.push_back(G);
  }
  return {};
}

static bool savesException(const api::Entry &A) { return A.SavesException; }

/// static void on_close(void *o) { gil = PyGILState_Ensure(); PyObject_CallMethod(o, "closed", NULL); ... }
/// The Python call, if the function attaches for it and does not save the exception that it finds.
static link::EventRef pythonCall(const flow::Results &Results, link::FnId Callback) {
  auto Ensures = [](const api::Entry &A) { return A.Does == api::Effect::Ensure; };
  auto CallsPython = [](const api::Entry &A) {
    return A.Needs == api::Need::Attached && A.RunsPython == api::Degree::Certain;
  };
  if (!apiCallBelow(Results, Callback, Ensures).valid() || apiCallBelow(Results, Callback, savesException).valid())
    return {};
  return apiCallBelow(Results, Callback, CallsPython);
}

/// Functions that a deallocator runs with the exception that it was entered with.
static std::vector<link::FnId> withException(const flow::Results &Results, link::FnId Dealloc) {
  std::vector<link::FnId> Out, Work{Dealloc};
  std::set<link::FnId> Seen;
  while (!Work.empty()) {
    link::FnId F = Work.back();
    Work.pop_back();
    if (!Seen.insert(F).second || apiCall(Results, F, savesException).valid())
      continue;
    Out.push_back(F);
    for (link::FnId G : Results.callees(F))
      Work.push_back(G);
  }
  return Out;
}

/// Callbacks that a library may run inside a released region of a deallocator.
static void pendingException(const flow::Results &Results, std::vector<Finding> &Out) {
  const link::Program &P = Results.program();
  std::map<link::FnId, std::set<link::EventRef>> Foreign;
  for (flow::NodeId N = 0; N < Results.engine().numNodes(); ++N)
    for (const flow::ForeignCall &C : Results.engine().node(N).Foreign)
      if (C.Now == flow::Thread::Detached)
        Foreign[C.At.Fn].insert(C.At);
  if (Foreign.empty())
    return;
  std::set<link::EventRef> Done;
  for (link::FnId Dealloc = 0; Dealloc < P.functions().size(); ++Dealloc) {
    if (!P.hasRole(Dealloc, "dealloc"))
      continue;
    for (link::FnId F : withException(Results, Dealloc))
      for (link::EventRef At : Foreign[F]) {
        std::vector<link::Handle> Handles = P.handles(F, P.event(At));
        for (const link::Registration &R : P.registrations()) {
          if (!R.Kept || Done.count(At) ||
              !llvm::any_of(Handles, [&](const link::Handle &H) { return llvm::is_contained(R.Handles, H); }))
            continue;
          link::EventRef Python = pythonCall(Results, R.Fn);
          if (!Python.valid())
            continue;
          Done.insert(At);
          Finding Found = makeFinding(Results, ReleaseInDeallocCheck, At,
                                      "tp_dealloc may run '" + Results.functionName(R.Fn) +
                                          "' here, which calls Python code, with an exception pending");
          // A destructor is called for sure when the handle is closed; of others the library decides.
          Found.Sev = link::isDestructor(P.unit(R.Fn), P.fn(R.Fn)) ? Severity::Warning : Severity::Note;
          related(Found, Results, Python, "Python code is called here");
          if (R.At.valid())
            related(Found, Results, R.At, "the callback is registered with the same handle here");
          why(Found, "the object may die while an exception is on its way: the callback attaches with the same thread "
                     "state, and the exception is lost or becomes a SystemError");
          remedy(Found, "put the exception aside first with PyErr_GetRaisedException (before 3.12: PyErr_Fetch), and "
                        "back at the end");
          Out.push_back(std::move(Found));
        }
      }
  }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  std::set<link::EventRef> Done;
  for (const flow::Observation *O : Results.observations(flow::Observed::DetachHere)) {
    bool Dealloc = O->Subject == "dealloc";
    // Only where the function itself untracks the object does the order say anything.
    auto Untracks = [](const api::Entry &A) { return A.Untracks; };
    if ((Dealloc && !apiCall(Results, O->At.Fn, Untracks).valid()) || !Done.insert(O->At).second)
      continue;
    Finding F =
        makeFinding(Results, ReleaseInDeallocCheck, O->At,
                    Dealloc ? "tp_dealloc releases the GIL before the object is untracked from the garbage collector"
                            : "tp_" + O->Subject + " releases the GIL");
    why(F, Dealloc ? "another thread's collection can find the dying object and destroy it again"
                   : "the collector relies on the object graph not changing meanwhile");
    remedy(F, Dealloc ? "call PyObject_GC_UnTrack before the release" : "keep the thread attached here");
    Out.push_back(std::move(F));
  }
  pendingException(Results, Out);
}

} // namespace gilray
