// corpus: check=gilray-blocking-wait-attached py=3.9..
// A future of std::async: asked for its value attached, and dying without being asked.
#include <Python.h>
#include <future>

static long count_items(PyObject *list)
{
    PyGILState_STATE state = PyGILState_Ensure();
    long n = PyObject_Length(list);
    PyGILState_Release(state);
    return n;
}

static PyObject *count(PyObject *, PyObject *list)
{
    auto result = std::async(std::launch::async, count_items, list);
    return PyLong_FromLong(result.get()); // expect: gilray-blocking-wait-attached
}

static PyObject *warm_up(PyObject *, PyObject *list)
{
    {
        auto result = std::async(std::launch::async, count_items, list);
    } // expect: gilray-blocking-wait-attached
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"count", count, METH_O, nullptr},
    {"warm_up", warm_up, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
