#include "rules/Report.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"an early return leaves the region", R"c(#include <Python.h>

extern int device_read(char *buffer, int size);

PyObject *read_device(PyObject *self, PyObject *args)
{
    char buffer[64];
    int got;
    Py_BEGIN_ALLOW_THREADS
    got = device_read(buffer, sizeof buffer);
    if (got < 0)
        return NULL;
    Py_END_ALLOW_THREADS
    return PyBytes_FromStringAndSize(buffer, got);
}
)c"}};

static constexpr Example Good[] = {{"the state is restored on every path", R"c(#include <Python.h>

extern int device_read(char *buffer, int size);

PyObject *read_device(PyObject *self, PyObject *args)
{
    char buffer[64];
    int got;
    Py_BEGIN_ALLOW_THREADS
    got = device_read(buffer, sizeof buffer);
    if (got < 0) {
        Py_BLOCK_THREADS
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_END_ALLOW_THREADS
    return PyBytes_FromStringAndSize(buffer, got);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    RegionEscape,
    {
        .Name = "region-escape",
        .Group = "threadstate",
        .Summary = "control leaves a released region without attaching again",
        .Default = Severity::Error,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What = "A return, goto, break, exception or longjmp leaves a function that was entered attached while the "
                "thread is "
                "detached, although other paths of the function attach again.",
        .Why = "The caller, in the end the interpreter, goes on without the GIL: it touches objects that other threads "
               "use "
               "at the same moment, and crashes when it next looks at its thread state.",
        .Remedy = "Put Py_BLOCK_THREADS before the exit, or let the path run through Py_END_ALLOW_THREADS.",
        .Limits =
            "A function that always leaves detached and lets the saved state out (returned, stored, passed on) is "
            "taken for a wrapper, and its callers are judged instead. Functions that may call Py_Initialize are not "
            "judged: nobody calls them attached. Exceptions count when a throw is seen in the program. A longjmp is "
            "followed to the setjmp that filled its buffer, and reported there, or where it "
            "leaves if the saved state is lost with its function. A library may jump from calls that get the handle of "
            "the buffer; where that does not decide the state, the code behind the second return of setjmp is not "
            "judged.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::ExitDetached)
      continue;
    const link::Program &P = Results.program();
    const ir::Terminator &T = P.fn(R.At.Fn).Blocks[R.At.Block].Term;
    std::string How = "returns";
    if (R.What.Exceptional)
      How = "is left by an exception";
    else if (R.What.Jumps)
      How = "is left by longjmp";
    else if (T.Jump == ir::JumpKind::EndOfFunction)
      How = "ends";
    Finding F = makeFinding(Results, RegionEscapeCheck, R,
                            "'" + Results.functionName(R.At.Fn) + "' " + How +
                                " while the thread state is released (GIL not held)");
    why(F, "the caller continues without the GIL");
    remedy(F, "attach again on this path (Py_BLOCK_THREADS or Py_END_ALLOW_THREADS) before leaving");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
