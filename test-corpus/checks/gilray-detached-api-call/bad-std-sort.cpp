// corpus: check=gilray-detached-api-call py=3.9..
// std::sort calls the comparator in the state of the call.
#include <Python.h>
#include <algorithm>
#include <vector>

PyObject *order(PyObject *, PyObject *args)
{
    PyObject **first = PySequence_Fast_ITEMS(args);
    std::vector<PyObject *> items(first, first + PySequence_Fast_GET_SIZE(args));
    Py_BEGIN_ALLOW_THREADS
    std::sort(items.begin(), items.end(), [](PyObject *a, PyObject *b) {
        return PyObject_RichCompareBool(a, b, Py_LT) == 1; // expect: gilray-detached-api-call "PyObject_RichCompareBool"
    });
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
