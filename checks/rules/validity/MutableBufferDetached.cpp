#include "rules/validity/Validity.h"

namespace gilray {

using namespace rules;
using ownership::Risk;
using ownership::StaleUse;

static constexpr Example Bad[] = {{"a bytearray is filled while others may resize it", R"c(#include <Python.h>

extern long device_read(char *to, long size);

PyObject *read_into(PyObject *self, PyObject *arg)
{
    long got;
    if (!PyByteArray_Check(arg))
        return NULL;
    char *to = PyByteArray_AS_STRING(arg);
    long size = (long)PyByteArray_GET_SIZE(arg);
    Py_BEGIN_ALLOW_THREADS
    got = device_read(to, size);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(got);
}

static PyMethodDef methods[] = {{"read_into", read_into, METH_O, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *device_methods(void) { return methods; }
)c"}};

static constexpr Example Good[] = {{"a live export pins the memory", R"c(#include <Python.h>

extern long device_read(char *to, long size);

PyObject *read_into(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    long got;
    if (PyObject_GetBuffer(arg, &view, PyBUF_WRITABLE) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    got = device_read((char *)view.buf, (long)view.len);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyLong_FromLong(got);
}

static PyMethodDef methods[] = {{"read_into", read_into, METH_O, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *device_methods(void) { return methods; }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    MutableBufferDetached,
    {
        .Name = "mutable-buffer-detached",
        .Group = "validity",
        .Summary = "a pointer into memory that others may resize is used across a released region",
        .Default = Severity::Error,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.3.0",
        .What =
            "A pointer into a bytearray, or one from a `w#` argument or the old buffer functions, is used while the "
            "thread is detached or afterwards, and no export (Py_buffer) pins the memory.",
        .Why = "While this thread is detached another one may resize the object: its memory moves, and the pointer "
               "leads to freed memory.",
        .Remedy = "Use `y*`, `w*` or PyObject_GetBuffer and release the buffer after attaching again.",
        .Limits = "Objects that were made in the function and given to nobody are exempt. Pointers into bytes and str "
                  "are no mutable memory: see gilray-borrowed-across-detach.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &R = In.flow();
  for (const StaleUse &U : In.validity().staleUses()) {
    if (U.What.Why != Risk::Storage || !U.By.Detaches)
      continue;
    std::string Of = U.What.Of ? nameOf(R, U.What.Source.Fn, U.What.Of) : "an argument";
    std::string From = U.What.Api ? "'" + U.What.Api->Name.str() + "'" : "here";
    Finding F =
        staleUse(In, MutableBufferDetachedCheck, U, "the pointer is obtained here, from " + From,
                 "a pointer into the memory of " + Of + " is used across a released region, and no export pins it");
    why(F, "another thread may resize the object meanwhile: the memory moves");
    remedy(F, "get the memory with PyObject_GetBuffer, `y*` or `w*` and release it after attaching again");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
