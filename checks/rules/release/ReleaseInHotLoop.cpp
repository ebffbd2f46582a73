#include "rules/release/Release.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;
using belief::Region;

static constexpr Example Bad[] = {{"once per element", R"c(#include <Python.h>

PyObject *sum(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    for (Py_ssize_t i = 0; i < view.len / 8; i++) {
        Py_BEGIN_ALLOW_THREADS
        total += items[i];
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}
)c"}};

static constexpr Example Good[] = {{"once around the loop", R"c(#include <Python.h>

PyObject *sum(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < view.len / 8; i++)
        total += items[i];
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(ReleaseInHotLoop,
             {
                 .Name = "release-in-hot-loop",
                 .Group = "release",
                 .Summary = "the GIL is released and taken back in a loop, around very little",
                 .Default = Severity::Note,
                 .State = Maturity::Preview,
                 .Since = "0.1.0",
                 .ReviewBy = "0.2.0",
                 .What = "A released region inside a loop that holds a few simple operations: no loop, no call of "
                         "another library, no call of the program's own functions.",
                 .Why = "Giving up the lock and taking it back costs more than the work between, and every turn "
                        "invites another thread to take it: two threads in such a loop run slower than one.",
                 .Remedy = "Release once around the loop, or for a block of elements at a time.",
                 .Limits = "What a called function costs is not known, so regions with calls are not judged.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

static bool isTrivial(const flow::Results &R, const Region &X) {
  constexpr size_t Few = 24;
  if (X.Loops || X.CallsBodies || !X.ForeignNames.empty() || X.Events.empty() || X.Events.size() > Few)
    return false;
  // A pointer that leads nowhere may call anything.
  return llvm::none_of(X.Events, [&](link::EventRef At) {
    const link::Target &T = R.engine().infos()[At.Fn].Targets[At.Block][At.Index];
    return R.program().event(At).Kind == ir::EventKind::Call && (T.Unresolved || !T.Named);
  });
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &R = In.flow();
  const link::Program &P = R.program();
  for (const Region &X : In.foreignCalls().regions()) {
    uint32_t Loop = P.fn(X.Detach.Fn).Blocks[X.Detach.Block].Loop;
    if (!Loop || !isTrivial(R, X))
      continue;
    Finding F = makeFinding(R, ReleaseInHotLoopCheck, X.Detach,
                            "the GIL is released and taken back on every turn of a loop, around very little work");
    F.Notes.push_back(
        {NoteKind::Related, "the loop", R.place(P.unit(X.Detach.Fn), P.fn(X.Detach.Fn).Loops[Loop - 1].Where)});
    remedy(F, "release once around the loop, or for many elements at a time");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
