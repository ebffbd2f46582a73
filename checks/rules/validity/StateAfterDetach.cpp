#include "ownership/CachedSizes.h"
#include "ownership/TestedFields.h"
#include "rules/validity/Validity.h"

namespace gilray {

using namespace rules;
using ownership::OutdatedTest;

static constexpr Example Bad[] = {{"the object may be closed while this thread waits", R"c(#include <Python.h>

typedef struct wire wire;
extern void wire_wait(int fd);
extern int wire_error(wire *w);
extern void wire_close(wire *w);

typedef struct { PyObject_HEAD wire *w; int fd; } Conn;

static PyObject *conn_wait(PyObject *op, PyObject *ignored)
{
    Conn *self = (Conn *)op;
    int fd = self->fd;
    if (self->w == NULL)
        return PyErr_Format(PyExc_ValueError, "closed");
    Py_BEGIN_ALLOW_THREADS
    wire_wait(fd);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(wire_error(self->w));
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
    {"wait", conn_wait, METH_NOARGS, NULL}, {"close", conn_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *conn_methods(void) { return methods; }
)c"}};

static constexpr Example Good[] = {{"tested again", R"c(#include <Python.h>

typedef struct wire wire;
extern void wire_wait(int fd);
extern int wire_error(wire *w);
extern void wire_close(wire *w);

typedef struct { PyObject_HEAD wire *w; int fd; } Conn;

static PyObject *conn_wait(PyObject *op, PyObject *ignored)
{
    Conn *self = (Conn *)op;
    int fd = self->fd;
    if (self->w == NULL)
        return PyErr_Format(PyExc_ValueError, "closed");
    Py_BEGIN_ALLOW_THREADS
    wire_wait(fd);
    Py_END_ALLOW_THREADS
    if (self->w == NULL)
        return PyErr_Format(PyExc_ValueError, "closed meanwhile");
    return PyLong_FromLong(wire_error(self->w));
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
    {"wait", conn_wait, METH_NOARGS, NULL}, {"close", conn_close, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *conn_methods(void) { return methods; }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    StateAfterDetach,
    {
        .Name = "state-after-detach",
        .Group = "validity",
        .Summary = "a field that was tested before a released region is relied on after it",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.3.0",
        .What = "A pointer in a field of a Python object is tested, the thread detaches, and afterwards the pointer is "
                "used without a new test, although another method of the object may have given it up meanwhile. Also "
                "the number of items of a list that others can change, asked before Python code runs (or the thread "
                "detaches) and relied on when an item is fetched afterwards.",
        .Why = "While this thread is detached another one may call close() or the like: the field is null, or leads to "
               "something else.",
        .Remedy = "Test the field again after attaching, or keep others out of the object with a busy flag or a lock.",
        .Limits = "Only tests of a pointer for null, and only in the function that uses it. Silent where a lock or a "
                  "field that both sides use keeps the two apart. Uses inside the region are "
                  "gilray-shared-handle-detached.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// n = PyList_GET_SIZE(list); for (i = 0; i < n; i++) .. PyList_GET_ITEM(list, i) .. with Python code in between
static void sizes(const rules::Input &In, link::FnId F, std::vector<Finding> &Out) {
  const flow::Results &R = In.flow();
  for (const ownership::OutdatedSize &X : ownership::outdatedSizes(In.ownership(), In.validity().disturbances(), F)) {
    std::string Of = nameOf(R, F, X.Of);
    Finding Found = makeFinding(R, StateAfterDetachCheck, X.At,
                                "the number of items of " + Of + " was asked before " + between(R, X.By) +
                                    " and is relied on afterwards");
    Found.Notes.push_back(step("it is asked here", R.place(X.Asked)));
    for (const flow::Step &S : In.validity().disturbances().witness(X.By))
      Found.Notes.push_back(R.note(S));
    Found.Notes.push_back(step("the old number decides here", R.place(X.Test)));
    why(Found, "items may have been taken out meanwhile: what is read lies behind the end of " + Of);
    remedy(Found, "ask for the size in each turn, fetch the items with a function that looks at it "
                  "(PyList_GetItemRef), or work on a copy (PySequence_Tuple)");
    Out.push_back(std::move(Found));
  }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &R = In.flow();
  const ownership::Validity &V = In.validity();
  ownership::TestedFields Tested(In.ownership(), V.disturbances(), V.fields(), V.handles());
  for (link::FnId F = 0; F < R.program().functions().size(); ++F) {
    sizes(In, F, Out);
    for (const OutdatedTest &X : Tested.outdated(F)) {
      std::string Ender = R.functionName(X.EndedBy.At.Fn);
      Finding Found = makeFinding(R, StateAfterDetachCheck, X.At,
                                  "field '" + X.Field.str() +
                                      "' was tested before the thread was detached and is relied on afterwards");
      Found.Notes.push_back(step("thread 1: it is tested here", R.place(X.Test), ThreadState::Attached, 1));
      for (const flow::Step &S : V.disturbances().witness(X.By))
        Found.Notes.push_back(R.note(S, 1));
      Found.Notes.push_back(
          step("thread 2: '" + Ender + "' gives it up here", R.place(X.EndedBy.At), ThreadState::Unknown, 2));
      why(Found, "the pointer may be null by now, or lead to something else");
      remedy(Found, "test it again after attaching, or mark the object as busy before the region");
      Out.push_back(std::move(Found));
    }
  }
}

} // namespace gilray
