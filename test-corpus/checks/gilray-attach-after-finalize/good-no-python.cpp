// corpus: check=* py=3.9..
// Static objects that own nothing of Python, and one that is never destroyed.
#include <Python.h>
#include <cstdio>
#include <map>
#include <string>

struct Registry {
    std::map<std::string, PyObject *> borrowed;
    FILE *log = nullptr;
    ~Registry() { if (log) std::fclose(log); } // ok: gilray-attach-after-finalize  no Python in it
};
struct Owner {
    PyObject *object = nullptr;
    ~Owner() { Py_XDECREF(object); } // ok: gilray-attach-after-finalize  the only one is never destroyed
};

static Registry registry;

PyObject *remember(PyObject *, PyObject *object)
{
    static Owner *owner = new Owner();
    Py_XINCREF(object);
    Py_XSETREF(owner->object, object);
    registry.borrowed["last"] = object;
    Py_RETURN_NONE;
}
