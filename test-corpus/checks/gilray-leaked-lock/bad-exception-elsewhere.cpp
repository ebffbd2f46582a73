// corpus: check=gilray-leaked-lock py=3.9..
// That an exception may end the process with the lock held does not hand it to anybody else.
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

static PyObject *reset(PyObject *, PyObject *)
{
    entries = 0; // expect(nogil): gilray-unguarded-global "without the lock that is held elsewhere"
    lock.unlock(); // expect: gilray-leaked-lock "'reset' has not taken it"
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"reset", reset, METH_NOARGS, nullptr}, {"add", add, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
