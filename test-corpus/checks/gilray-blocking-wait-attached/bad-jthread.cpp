// corpus: check=gilray-blocking-wait-attached py=3.9.. std=c++20
// Nobody writes join(): the destructor does it.
#include <Python.h>
#include <thread>

static PyObject *sink;

static PyObject *run(PyObject *, PyObject *)
{
    {
        std::jthread thread([] {
            PyGILState_STATE state = PyGILState_Ensure();
            Py_XDECREF(PyObject_CallNoArgs(sink));
            PyGILState_Release(state);
        });
    } // expect: gilray-blocking-wait-attached "has to attach first: deadlock"
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"run", run, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
