// corpus: check=gilray-unattached-callback py=3.9..
#include <Python.h>
#include <thread>

PyObject *start(PyObject *, PyObject *callback)
{
    Py_INCREF(callback);
    std::thread worker([callback] {
        PyObject *r = PyObject_CallNoArgs(callback); // expect: gilray-unattached-callback
        Py_XDECREF(r);
    });
    worker.detach();
    Py_RETURN_NONE;
}
