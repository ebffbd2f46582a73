// corpus: check=gilray-leaked-lock py=3.9.. std=c++17
// Guards release on every path, exceptions included.
#include <Python.h>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>

static std::mutex lock;
static std::shared_mutex table;
static long entries;

static long take(long n)
{
    std::unique_lock<std::mutex> guard(lock);
    if (n < 0)
        throw std::out_of_range("negative"); // ok: gilray-leaked-lock
    guard.unlock();
    std::shared_lock reader(table);
    if (n > 5)
        return 0; // ok: gilray-leaked-lock
    guard.lock();
    return entries += n;
}

static PyObject *add(PyObject *, PyObject *value)
{
    try {
        return PyLong_FromLong(take(PyLong_AsLong(value)));
    } catch (const std::out_of_range &) {
        Py_RETURN_NONE;
    }
}

static PyMethodDef methods[] = {{"add", add, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
