// corpus: check=gilray-leaked-lock py=3.9..
// One exception is handled, the lock is given back there. Another one would come to the interpreter, which is C: then the
// process ends, and nobody waits for the lock any more.
#include <Python.h>
#include <mutex>
#include <stdexcept>

static std::recursive_mutex lock;
static long entries;

static void check(long n)
{
    if (n < 0)
        throw std::out_of_range("negative");
    if (n > 1000)
        throw std::length_error("too many");
}

static PyObject *add(PyObject *, PyObject *value)
{
    long n = PyLong_AsLong(value);
    try {
        lock.lock(); // ok: gilray-blocking-wait-attached  whoever releases it has taken it
        check(n);
        entries += n;
        lock.unlock();
    } catch (const std::out_of_range &error) {
        lock.unlock(); // ok: gilray-leaked-lock  what lock() throws does not come here
        PyErr_SetString(PyExc_ValueError, error.what());
        return nullptr;
    }
    Py_RETURN_NONE;
} // ok: gilray-leaked-lock

static PyMethodDef methods[] = {{"add", add, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
