// corpus: check=gilray-leaked-lock py=3.9..
// The exception passes the unlock by.
#include <Python.h>
#include <mutex>
#include <stdexcept>

static std::mutex lock;
static long entries;

static void check(long n)
{
    if (n < 0)
        throw std::out_of_range("negative");
}

static long add(long n)
{
    lock.lock();
    check(n);
    entries += n;
    lock.unlock();
    return entries; // expect(nogil): gilray-unguarded-global "entries"
} // expect: gilray-leaked-lock "left by an exception"

static PyObject *add_entries(PyObject *, PyObject *value)
{
    try {
        return PyLong_FromLong(add(PyLong_AsLong(value)));
    } catch (const std::out_of_range &error) {
        PyErr_SetString(PyExc_ValueError, error.what());
        return nullptr;
    }
}

static PyMethodDef methods[] = {{"add_entries", add_entries, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
