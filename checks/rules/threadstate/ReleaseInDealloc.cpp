#include "rules/Report.h"
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
            "tp_clear.",
        .Why =
            "While the GIL is released another thread may run the garbage collector, find the object with a reference "
            "count of zero and destroy it a second time; tp_traverse must not have side effects at all.",
        .Remedy = "Call PyObject_GC_UnTrack first; move blocking clean-up out of tp_traverse and tp_clear.",
        .Limits =
            "A tp_dealloc that never calls PyObject_GC_UnTrack is taken to be of a type without garbage collection. "
            "Whether an exception is pending cannot be seen.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// Does the function itself untrack the object somewhere? Only then does the order say anything.
static bool untracks(const flow::Results &Results, link::FnId Fn) {
  const ir::Unit &U = Results.program().unit(Fn);
  for (const ir::Block &B : Results.program().fn(Fn).Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Callee &&
          (U.Callees[E.Callee].Name == "PyObject_GC_UnTrack" || U.Callees[E.Callee].Name == "_PyObject_GC_UNTRACK"))
        return true;
  return false;
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  std::set<link::EventRef> Done;
  for (const flow::Observation *O : Results.observations(flow::Observed::DetachHere)) {
    bool Dealloc = O->Subject == "dealloc";
    if ((Dealloc && !untracks(Results, O->At.Fn)) || !Done.insert(O->At).second)
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
}

} // namespace gilray
