// corpus: check=gilray-lock-order-inversion py=3.9.. std=c++17
// std::mutex by hand in one order, and both at once by std::scoped_lock, which never waits for one while it has the other.
#include <Python.h>
#include <mutex>

static std::mutex queue_lock, stats_lock;
static long queued, served;

static PyObject *enqueue(PyObject *, PyObject *)
{
    Py_BEGIN_ALLOW_THREADS
    queue_lock.lock();
    stats_lock.lock();
    queued++;
    served = 0;
    stats_lock.unlock();
    queue_lock.unlock();
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *serve(PyObject *, PyObject *)
{
    Py_BEGIN_ALLOW_THREADS
    queue_lock.lock();
    stats_lock.lock(); // ok: gilray-lock-order-inversion
    queued--;
    served++;
    stats_lock.unlock();
    queue_lock.unlock();
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *reset(PyObject *, PyObject *)
{
    Py_BEGIN_ALLOW_THREADS
    {
        std::scoped_lock both(stats_lock, queue_lock); // ok: gilray-lock-order-inversion  both at once
        queued = served = 0;
    }
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"enqueue", enqueue, METH_NOARGS, nullptr},
    {"serve", serve, METH_NOARGS, nullptr},
    {"reset", reset, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
