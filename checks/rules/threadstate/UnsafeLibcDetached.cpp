#include "rules/Report.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;
using flow::Observed;

static constexpr Example Bad[] = {{"strerror shares one buffer", R"c(#include <Python.h>
#include <errno.h>
#include <string.h>

extern int device_read(char *buffer, int size, const char **why);

PyObject *read_device(PyObject *self, PyObject *args)
{
    char buffer[64];
    const char *why = "";
    Py_BEGIN_ALLOW_THREADS
    if (device_read(buffer, sizeof buffer, &why) < 0)
        why = strerror(errno);
    Py_END_ALLOW_THREADS
    return PyUnicode_FromString(why);
}
)c"}};

static constexpr Example Good[] = {{"asked after attaching again", R"c(#include <Python.h>
#include <errno.h>
#include <string.h>

extern int device_read(char *buffer, int size);

PyObject *read_device(PyObject *self, PyObject *args)
{
    char buffer[64];
    int got;
    Py_BEGIN_ALLOW_THREADS
    got = device_read(buffer, sizeof buffer);
    Py_END_ALLOW_THREADS
    return PyUnicode_FromString(got < 0 ? strerror(errno) : "");
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    UnsafeLibcDetached,
    {
        .Name = "unsafe-libc-detached",
        .Group = "threadstate",
        .Summary = "shared C state is used in a released region that the GIL used to serialise",
        .Default = Severity::Warning,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What =
            "A libc function with shared static state (strerror, localtime, gethostbyname, getpwnam, strtok, "
            "setlocale, "
            "readdir of a shared directory), or a write to a global variable of the project, inside a released region "
            "and under no lock.",
        .Why = "Two Python threads can be in the region at the same time: the one overwrites the result of the other.",
        .Remedy = "Use the reentrant variant (strerror_r, localtime_r, ...), a lock, or do it while attached.",
        .Limits =
            "Globals count when another function of the program uses them too. Locks taken by a caller that is not in "
            "the program are not seen.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// Is the global used anywhere but in the function that writes it detached?
static bool usedElsewhere(const flow::Results &Results, llvm::StringRef Name, link::FnId Writer) {
  const link::Program &P = Results.program();
  // A static local is the same variable for every thread in the function.
  for (const ir::Global &G : P.unit(Writer).Globals)
    if (G.Name == Name && G.Owner == P.fn(Writer).Id)
      return true;
  for (link::FnId F = 0; F < P.functions().size(); ++F) {
    if (F == Writer)
      continue;
    for (const ir::Block &B : P.fn(F).Blocks)
      for (const ir::Event &E : B.Events)
        if ((E.Kind == ir::EventKind::Read && P.fn(F).Values[E.Src].Kind == ir::ValueKind::Global &&
             P.global(P.fn(F).Values[E.Src].Str) && P.global(P.fn(F).Values[E.Src].Str)->Name == Name))
          return true;
  }
  return false;
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {
    bool Libc = R.What.Kind == Observed::SharedLibc;
    if (!Libc && R.What.Kind != Observed::GlobalWrite)
      continue;
    // Only the project's own released regions: a foreign thread is one thread as far as can be seen.
    if (isForeignEntry(R.Via) || (!Libc && !usedElsewhere(Results, R.What.Subject, R.What.At.Fn)))
      continue;
    std::string Callee = crossing(Results, R);
    std::string Message =
        Libc ? "'" + R.What.Subject + "' shares static state between threads and is called with the GIL released"
             : "global '" + R.What.Subject + "' is written with the GIL released and under no lock";
    if (!Callee.empty())
      Message = "'" + Callee + "' is called with the GIL released and " +
                (Libc ? "uses '" + R.What.Subject + "', which shares static state between threads"
                      : "writes global '" + R.What.Subject + "' under no lock");
    Finding F = makeFinding(Results, UnsafeLibcDetachedCheck, R, std::move(Message));
    entryNotes(F, Results, R);
    if (Libc && R.What.Api && !R.What.Api->Replacement.empty())
      remedy(F, "use '" + R.What.Api->Replacement.str() + "' or call it while attached");
    else
      remedy(F, Libc ? "call it while attached, or under a lock of your own"
                     : "write it while attached, make it atomic, or guard it with a lock");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
