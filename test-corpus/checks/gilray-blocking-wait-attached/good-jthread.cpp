// corpus: check=gilray-blocking-wait-attached py=3.9.. std=c++20
// Joined in a destructor, but in a scope without the GIL; and one whose thread runs only C++.
#include <Python.h>
#include <thread>

static PyObject *sink;
static long total;

static void push()
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyObject_CallNoArgs(sink));
    PyGILState_Release(state);
}

static void add() { total++; } // expect(nogil): gilray-unguarded-global "total"

static PyObject *run(PyObject *, PyObject *)
{
    Py_BEGIN_ALLOW_THREADS
    {
        std::jthread thread(push);
    } // ok: gilray-blocking-wait-attached
    Py_END_ALLOW_THREADS
    {
        std::jthread thread(add);
    } // ok: gilray-blocking-wait-attached
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"run", run, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
