// corpus: check=gilray-double-lock py=3.9.. std=c++17
#include <Python.h>
#include <mutex>
#include <shared_mutex>

static std::recursive_mutex lock;
static std::shared_mutex table;
static long entries;

static long size()
{
    std::lock_guard<std::recursive_mutex> guard(lock); // ok: gilray-double-lock
    return entries;
}

static PyObject *add(PyObject *, PyObject *)
{
    std::lock_guard<std::recursive_mutex> guard(lock);
    entries += size() < 100; // ok: gilray-double-lock; expect(nogil): gilray-unguarded-global "entries"
    Py_RETURN_NONE;
}

static PyObject *both(PyObject *, PyObject *)
{
    std::unique_lock<std::shared_mutex> writer(table, std::defer_lock);
    std::shared_lock<std::shared_mutex> reader(table); // ok: gilray-double-lock  the other one has not locked yet
    long n = entries;
    reader.unlock();
    writer.lock(); // ok: gilray-double-lock
    entries = n + 1;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"add", add, METH_NOARGS, nullptr},
    {"both", both, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
