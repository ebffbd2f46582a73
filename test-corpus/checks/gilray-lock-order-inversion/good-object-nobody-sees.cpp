// corpus: check=gilray-lock-order-inversion py=3.9.. std=c++17
// The lock belongs to an object that only this call knows.
#include <Python.h>
#include <mutex>

struct Batch {
    std::mutex lock;
    long done = 0;
};

static PyObject *step;

static PyObject *run(PyObject *, PyObject *)
{
    Batch batch;
    std::scoped_lock guard(batch.lock); // ok: gilray-lock-order-inversion
    PyObject *result = PyObject_CallNoArgs(step);
    batch.done++;
    return result;
}

static PyMethodDef methods[] = {{"run", run, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
