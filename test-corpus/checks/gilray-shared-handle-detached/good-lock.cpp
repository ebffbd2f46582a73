// corpus: check=* py=3.9..
// One lock on both sides, taken detached.
#include <Python.h>
#include <mutex>

struct tower;
int tower_ring(tower *t);
void tower_close(tower *t);

struct bell {
    PyObject_HEAD
    tower *t;
    std::mutex lock;
};

static PyObject *bell_ring(PyObject *op, PyObject *)
{
    bell *self = reinterpret_cast<bell *>(op);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    {
        std::lock_guard<std::mutex> hold(self->lock);
        rc = self->t ? tower_ring(self->t) : 0; // ok: gilray-shared-handle-detached  under self->lock
    }
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static PyObject *bell_close(PyObject *op, PyObject *)
{
    bell *self = reinterpret_cast<bell *>(op);
    tower *old;
    Py_BEGIN_ALLOW_THREADS
    {
        std::lock_guard<std::mutex> hold(self->lock);
        old = self->t;
        if (old)
            tower_close(old); // ok: gilray-shared-handle-detached  under self->lock
    }
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

extern "C" {
PyMethodDef bell_methods[] = {
    {"ring", bell_ring, METH_NOARGS, nullptr}, {"close", bell_close, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
}
