#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"an atexit handler attaches", R"c(#include <Python.h>
#include <stdlib.h>

static PyObject *cache;

static void drop_cache(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_CLEAR(cache);
    PyGILState_Release(state);
}

PyObject *setup(PyObject *self, PyObject *args)
{
    atexit(drop_cache);
    Py_RETURN_NONE;
}
)c"}};

static constexpr Example Good[] = {{"only while there is an interpreter", R"c(#include <Python.h>
#include <stdlib.h>

static PyObject *cache;

static void drop_cache(void)
{
    if (!Py_IsInitialized())
        return;
    PyGILState_STATE state = PyGILState_Ensure();
    Py_CLEAR(cache);
    PyGILState_Release(state);
}

PyObject *setup(PyObject *self, PyObject *args)
{
    atexit(drop_cache);
    Py_RETURN_NONE;
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    AttachAfterFinalize,
    {
        .Name = "attach-after-finalize",
        .Group = "threadstate",
        .Summary = "Python is used in code that runs when the interpreter may be gone",
        .Default = Severity::Warning,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What = "Attaching, or touching an object, in the destructor of a static or thread_local object, in an atexit "
                "handler or a library unload hook, without asking Py_IsInitialized first.",
        .Why = "Such code runs after Py_Finalize: PyGILState_Ensure then crashes (up to 3.14) or hangs for ever "
               "(3.15), and "
               "objects are freed memory.",
        .Remedy =
            "Release objects in the module's m_free or an atexit function registered with Python; guard what remains "
            "with Py_IsInitialized.",
        .Limits = "Whether an embedding program finalises the interpreter at all is not known.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::AttachFinalised || R.What.Weight == api::Weight::Note)
      continue;
    std::string Use =
        R.What.Subject.find(' ') == std::string::npos ? "'" + R.What.Subject + "' is called" : R.What.Subject;
    std::string Callee = crossing(Results, R);
    if (!Callee.empty())
      Use = "'" + Callee + "' uses Python";
    const char *When = R.Via && R.Via->Kind == link::RootKind::StaticDestructor
                           ? " in a destructor that runs at process exit"
                           : " at process exit";
    Finding F = makeFinding(Results, AttachAfterFinalizeCheck, R, Use + When + ", when the interpreter may be gone");
    entryNotes(F, Results, R);
    remedy(F, "release it earlier (m_free, Python's atexit), or return when Py_IsInitialized() is false");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
