#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"an error is raised while the GIL is released", R"c(#include <Python.h>

extern int device_read(char *buffer, int size);

PyObject *read_device(PyObject *self, PyObject *args)
{
    char buffer[64];
    int got;
    Py_BEGIN_ALLOW_THREADS
    got = device_read(buffer, sizeof buffer);
    if (got < 0)
        PyErr_SetString(PyExc_OSError, "read failed");
    Py_END_ALLOW_THREADS
    return got < 0 ? NULL : PyBytes_FromStringAndSize(buffer, got);
}
)c"}};

static constexpr Example Good[] = {{"the error is raised after attaching again", R"c(#include <Python.h>

extern int device_read(char *buffer, int size);

PyObject *read_device(PyObject *self, PyObject *args)
{
    char buffer[64];
    int got;
    Py_BEGIN_ALLOW_THREADS
    got = device_read(buffer, sizeof buffer);
    Py_END_ALLOW_THREADS
    if (got < 0) {
        PyErr_SetString(PyExc_OSError, "read failed");
        return NULL;
    }
    return PyBytes_FromStringAndSize(buffer, got);
}
)c"}};

static bool inAssert(const flow::Results &Results, link::EventRef At) {
  const ir::Unit &U = Results.program().unit(At.Fn);
  for (const ir::MacroStep &M : U.MacroChains[Results.program().where(At).Chain])
    if (M.Name == "assert")
      return true;
  return false;
}

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    DetachedApiCall,
    {
        .Name = "detached-api-call",
        .Group = "threadstate",
        .Summary = "Python API is used while the thread has released the GIL",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What =
            "A function or macro of the C API that needs an attached thread state is reached between a detach "
            "(Py_BEGIN_ALLOW_THREADS, PyEval_SaveThread, gil_scoped_release, or a wrapper of the project) and the next "
            "attach: directly, in a helper at any depth, in a destructor, or inside assert. Reported where it has to "
            "be "
            "mended: in a function that is only ever entered detached, otherwise at the call that leads into it.",
        .Why =
            "Without an attached thread state another thread may run Python code at the same moment: reference counts "
            "are lost, the allocator is corrupted, error indicators are written to no thread at all. From 3.12 on most "
            "such calls crash at once.",
        .Remedy =
            "Move the call behind Py_END_ALLOW_THREADS, or put it between Py_BLOCK_THREADS and Py_UNBLOCK_THREADS; "
            "memory for C code alone can come from PyMem_RawMalloc.",
        .Limits = "Calls through function pointers that nobody is seen to set are not followed. Accessors of immutable "
                  "objects are notes, accessors of mutable storage warnings.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// How code of this file attaches inside a released region: with the guard of its binding library, if it has one.
static std::string attachWords(const ir::Unit &U) {
  for (const ir::File &S : U.Files)
    if (S.Class == ir::HeaderClass::Pybind11 || S.Class == ir::HeaderClass::Nanobind)
      return S.Class == ir::HeaderClass::Pybind11 ? "py::gil_scoped_acquire" : "nb::gil_scoped_acquire";
  return "Py_BLOCK_THREADS ... Py_UNBLOCK_THREADS";
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::ApiWithoutThreadState || isForeignEntry(R.Via) || R.InParallel)
      continue;
    std::string Use = R.What.Subject, Callee = crossing(Results, R), Message;
    bool Phrase = Use.find(' ') != std::string::npos; // "destroying a '...'" stands for itself
    if (!Callee.empty())
      Message = "'" + Callee + "' needs an attached thread state (GIL) but is called detached: it reaches " +
                (Phrase ? Use : "'" + Use + "'");
    else if (Phrase)
      Message = Use + " without an attached thread state (GIL released)";
    else
      Message = "'" + Use + "' is called without an attached thread state (GIL released)";
    Finding F = makeFinding(Results, DetachedApiCallCheck, R, std::move(Message));
    entryNotes(F, Results, R);
    switch (R.What.Weight) {
    case api::Weight::Note:
      F.Sev = Severity::Note;
      why(F, "it reads memory of an immutable object, which cannot change while a reference is held");
      break;
    case api::Weight::Warning:
      F.Sev = Severity::Warning;
      why(F, "it reads storage that another thread may change at the same moment");
      break;
    default:
      if (inAssert(Results, R.What.At))
        why(F, "the assertion is evaluated in builds without NDEBUG");
      break;
    }
    if (R.Crossings)
      why(F, "it is reached detached from " + std::to_string(R.Crossings) + " calls");
    bool Guarded = R.Via && R.Via->Kind == link::RootKind::Bound && R.Via->State == api::EntryState::Detached;
    remedy(F, "attach first (" + attachWords(Results.program().unit(R.At.Fn)) + "), or " +
                  (Guarded ? "release in the function, around what needs no Python, instead of with a call guard"
                           : "move the call out of the released region"));
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
