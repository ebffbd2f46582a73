#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"a signal handler raises a Python error", R"c(#include <Python.h>
#include <signal.h>

static void on_interrupt(int number)
{
    PyErr_SetString(PyExc_KeyboardInterrupt, "interrupted");
}

PyObject *install(PyObject *self, PyObject *args)
{
    signal(SIGINT, on_interrupt);
    Py_RETURN_NONE;
}
)c"}};

static constexpr Example Good[] = {{"the handler only asks for an interrupt", R"c(#include <Python.h>
#include <signal.h>

static void on_interrupt(int number)
{
    PyErr_SetInterrupt();
}

PyObject *install(PyObject *self, PyObject *args)
{
    signal(SIGINT, on_interrupt);
    Py_RETURN_NONE;
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    SignalHandlerApi,
    {
        .Name = "signal-handler-api",
        .Group = "threadstate",
        .Summary = "a signal handler calls what is not async-signal-safe",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What =
            "Python API (except PyErr_SetInterrupt and PyErr_SetInterruptEx), memory allocation, stdio or locks in a "
            "function that is installed with signal or sigaction, at any depth.",
        .Why =
            "The handler interrupts the thread anywhere, perhaps inside malloc or with the GIL half taken: such a call "
            "deadlocks or corrupts memory.",
        .Remedy = "Set a volatile sig_atomic_t flag, write to a pipe, or call PyErr_SetInterruptEx; do the work later.",
        .Limits = "Handlers that a library installs for the program are not seen.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::NotAsyncSignalSafe)
      continue;
    std::string Callee = crossing(Results, R);
    Finding F = makeFinding(Results, SignalHandlerApiCheck, R,
                            Callee.empty()
                                ? "'" + R.What.Subject + "' is called in a signal handler and is not async-signal-safe"
                                : "'" + Callee + "' is called in a signal handler and reaches '" + R.What.Subject +
                                      "', which is not async-signal-safe");
    entryNotes(F, Results, R);
    remedy(F, "only set a flag or call PyErr_SetInterruptEx here");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
