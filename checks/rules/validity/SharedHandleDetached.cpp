#include "ir/Values.h"
#include "rules/validity/Validity.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;
using ownership::Ending;
using ownership::HandleUse;
using ownership::SharedHandle;

static constexpr Example Bad[] = {{"another thread may close the connection meanwhile", R"c(#include <Python.h>

typedef struct wire wire;
extern int wire_send(wire *w, const char *text);
extern void wire_close(wire *w);

typedef struct { PyObject_HEAD wire *w; } Conn;

static PyObject *conn_send(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    const char *text = PyUnicode_AsUTF8(arg);
    int rc;
    if (text == NULL || self->w == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = wire_send(self->w, text);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *conn_close(PyObject *op, PyObject *ignored)
{
    Conn *self = (Conn *)op;
    if (self->w != NULL) {
        wire_close(self->w);
        self->w = NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"send", conn_send, METH_O, NULL}, {"close", conn_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *conn_methods(void) { return methods; }
)c"}};

static constexpr Example Good[] = {{"a busy flag", R"c(#include <Python.h>

typedef struct wire wire;
extern int wire_send(wire *w, const char *text);
extern void wire_close(wire *w);

typedef struct { PyObject_HEAD wire *w; int busy; } Conn;

static PyObject *conn_send(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    const char *text = PyUnicode_AsUTF8(arg);
    int rc;
    if (text == NULL || self->w == NULL || self->busy)
        return NULL;
    self->busy = 1;
    Py_BEGIN_ALLOW_THREADS
    rc = wire_send(self->w, text);
    Py_END_ALLOW_THREADS
    self->busy = 0;
    return PyLong_FromLong(rc);
}

static PyObject *conn_close(PyObject *op, PyObject *ignored)
{
    Conn *self = (Conn *)op;
    if (self->busy)
        return PyErr_Format(PyExc_RuntimeError, "in use by another thread");
    if (self->w != NULL) {
        wire_close(self->w);
        self->w = NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"send", conn_send, METH_O, NULL}, {"close", conn_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *conn_methods(void) { return methods; }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    SharedHandleDetached,
    {
        .Name = "shared-handle-detached",
        .Group = "validity",
        .Summary = "a handle of an object is used with the GIL released while another method may end it",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.3.0",
        .What = "A library's handle that was read from a field of a Python object is used in a released region, and "
                "another method of the object may close, free or replace it meanwhile, or use it at the same time. "
                "Also a handle that is freed in a released region and set to null only afterwards.",
        .Why = "The GIL is what keeps two methods of one object apart. Without it, a second thread that calls close() "
               "frees the handle under the first one's feet; most libraries do not lock a handle themselves.",
        .Remedy = "Mark the object as busy before releasing and refuse other calls (or wait) meanwhile, hold a lock of "
                  "the object on both sides, or take the handle out of the object first.",
        .Limits =
            "Silent if both sides hold one lock, if the one side writes a field of the object that the other side "
            "tests, and for libraries known to lock their handles. What a function of a library does with its "
            "handle is judged by its name and parameters. One finding per field.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static std::string method(const flow::Results &R, link::FnId F) { return "'" + R.functionName(F) + "'"; }

static void path(Finding &F, const flow::Results &R, const ownership::Handles &H, const HandleUse &U) {
  if (U.Read.valid() && U.Read.Index != link::EventRef::Terminator && U.Read != U.At)
    F.Notes.push_back(step("thread 1: the handle is read from '" + U.Field.str() + "' here", R.place(U.Read),
                           ThreadState::Unknown, 1));
  for (const flow::Step &S : H.region(U.At))
    F.Notes.push_back(R.note(S, 1));
  F.Notes.push_back(
      step("thread 1: '" + U.Callee.str() + "' gets the handle here", R.place(U.At), ThreadState::Detached, 1));
}

/// Is the handle one of the object whose method this is? Of another object (an argument), the flag that keeps others
/// out may be in the first: multi.remove(easy) marks the multi as busy.
static bool isOwn(const link::Program &P, const HandleUse &U) {
  const ir::Function &F = P.fn(U.Read.Fn);
  ir::ValueId Object = U.Path;
  while (Object && F.Values[Object].Kind != ir::ValueKind::Var && F.Values[Object].Kind != ir::ValueKind::Temp)
    Object = F.Values[Object].A;
  if (!F.NumParams || !Object || F.Values[Object].Kind != ir::ValueKind::Var)
    return true;
  if (F.Values[Object].Ref < F.NumParams)
    return F.Values[Object].Ref == 0;
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Kind == ir::EventKind::Assign && E.Dst == Object)
        if (const ir::Value &From = F.Values[withoutCasts(F, E.Src)]; From.Kind == ir::ValueKind::Var && From.Ref == 0)
          return true;
  return false;
}

/// The first use that an ending is not kept apart from.
static const Ending *unguardedEnd(const link::Program &P, const ownership::Handles &H, const SharedHandle &S,
                                  const HandleUse &U) {
  for (const Ending &E : S.Ends)
    if (E.At != U.At && !H.keptApart(U.At, E.At, U.Record, U.Field, !isOwn(P, U)) &&
        (U.Direct || !H.asksOthers(E.At, U.Record, U.Field)))
      return &E;
  return nullptr;
}

static Finding whileEnded(const rules::Input &In, const ownership::Handles &H, const HandleUse &U, const Ending &E) {
  const flow::Results &R = In.flow();
  Finding F = makeFinding(R, SharedHandleDetachedCheck, U.At,
                          "handle '" + U.Field.str() + "' is used with the GIL released, and " + method(R, E.At.Fn) +
                              " may " + "end it meanwhile");
  path(F, R, H, U);
  F.Notes.push_back(
      step("thread 2 ends the handle in " + method(R, E.At.Fn) + " here", R.place(E.At), ThreadState::Unknown, 2));
  why(F, "thread 1 goes on with a handle that is freed");
  remedy(F, "set a busy flag before releasing and test it before the handle is ended, or hold one lock on both sides");
  return F;
}

static Finding freedDetached(const rules::Input &In, const ownership::Handles &H, const HandleUse &U) {
  const flow::Results &R = In.flow();
  Finding F =
      makeFinding(R, SharedHandleDetachedCheck, U.At,
                  "handle '" + U.Field.str() + "' is ended with the GIL released while the object still refers to it");
  path(F, R, H, U);
  why(F, "another thread may use the handle, or end it a second time, before the field is set to null");
  remedy(F, "copy the handle, set the field to null, and only then release the GIL and end the copy");
  return F;
}

static Finding usedTwice(const rules::Input &In, const ownership::Handles &H, const SharedHandle &S,
                         const HandleUse &U) {
  const flow::Results &R = In.flow();
  Finding F = makeFinding(R, SharedHandleDetachedCheck, U.At,
                          "handle '" + U.Field.str() +
                              "' is used with the GIL released, and nothing keeps a second thread out of the object");
  path(F, R, H, U);
  std::vector<Note> Others;
  for (const HandleUse &O : S.Uses)
    if (O.At != U.At && Others.size() < 20)
      Others.push_back({NoteKind::Related, "it is used with the GIL released here too", R.place(O.At)});
  llvm::append_range(F.Notes, Others);
  why(F, "two threads that call methods of one object change the handle at the same time, unless its library locks it");
  remedy(F, "set a busy flag (or take a lock) before releasing, and refuse other calls until it is reset");
  return F;
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const link::Program &P = In.flow().program();
  const ownership::Handles &H = In.validity().handles();
  for (const SharedHandle &S : H.all()) {
    const HandleUse *Ended = nullptr, *Freed = nullptr, *Twice = nullptr;
    const Ending *By = nullptr;
    for (const HandleUse &U : S.Uses) {
      if (H.takenOut(U))
        continue;
      if (U.Ends) {
        if (!Freed && !H.keptApart(U.At, U.At, U.Record, U.Field))
          Freed = &U;
        continue;
      }
      if (const Ending *E = Ended ? nullptr : unguardedEnd(P, H, S, U)) {
        Ended = &U;
        By = E;
      }
      // What serialises threads is made for many of them.
      if (!Twice && U.Writes && !ownership::namedLikeALock(P.model(), U.Callee) &&
          !P.model().says(api::Naming::LocksItself, U.Callee) &&
          !H.keptApart(U.At, U.At, U.Record, U.Field, !isOwn(P, U)))
        Twice = &U;
    }
    if (Freed)
      Out.push_back(freedDetached(In, H, *Freed));
    if (Ended)
      Out.push_back(whileEnded(In, H, *Ended, *By));
    else if (Twice && !Freed)
      Out.push_back(usedTwice(In, H, S, *Twice));
  }
}

} // namespace gilray
