// corpus: check=gilray-unattached-callback py=3.9..
// A function object handed to std::thread.
#include <Python.h>
#include <thread>

struct Job {
    PyObject *list;
    void operator()() const
    {
        PyList_Append(list, Py_None); // expect: gilray-unattached-callback
    }
};

PyObject *start(PyObject *, PyObject *list)
{
    Py_INCREF(list);
    std::thread(Job{list}).detach();
    Py_RETURN_NONE;
}
