// corpus: check=* std=c++17
// SIP's macros, and methods of a Qt object that a thread of Qt runs.
#include <Python.h>

#define SIP_BLOCK_THREADS { PyGILState_STATE sipGIL = PyGILState_Ensure();
#define SIP_UNBLOCK_THREADS PyGILState_Release(sipGIL); }

int show_window(const char *title);

static int notify(PyObject *handler, int code)
{
    SIP_BLOCK_THREADS
    PyObject *result = PyObject_CallFunction(handler, "i", code); // ok: gilray-*
    Py_XDECREF(result);
    SIP_UNBLOCK_THREADS
    return code;
}

static PyObject *window_show(PyObject *self, PyObject *handler)
{
    int code;
    Py_BEGIN_ALLOW_THREADS
    code = show_window("main");
    notify(handler, code); // ok: gilray-*
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(code);
}

static PyMethodDef methods[] = {{"show", window_show, METH_O, nullptr}, {}};
