// corpus: check=gilray-unattached-callback py=3.9.. std=c++20
#include <Python.h>
#include <thread>

struct Worker {
    PyObject *target;
    void run()
    {
        PyObject_SetAttrString(target, "running", Py_True); // expect: gilray-unattached-callback
    }
};

PyObject *start(PyObject *self, PyObject *)
{
    static Worker worker{self};
    std::jthread thread(&Worker::run, &worker);
    thread.detach();
    Py_RETURN_NONE;
}
