// corpus: check=gilray-lock-order-inversion py=3.9.. std=c++17
// Readers wait attached for a writer that runs Python code.
#include <Python.h>
#include <mutex>
#include <shared_mutex>

static std::shared_mutex table_lock;
static PyObject *loader;
static long entries;

static PyObject *reload(PyObject *, PyObject *)
{
    std::scoped_lock guard(table_lock); // expect: gilray-lock-order-inversion
    PyObject *result = PyObject_CallNoArgs(loader);
    entries++;
    return result;
}

static PyObject *size(PyObject *, PyObject *)
{
    std::shared_lock guard(table_lock);
    return PyLong_FromLong(entries);
}

static PyMethodDef methods[] = {
    {"reload", reload, METH_NOARGS, nullptr},
    {"size", size, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
