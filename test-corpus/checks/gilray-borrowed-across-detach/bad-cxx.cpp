// corpus: check=gilray-borrowed-across-detach py=3.9..
// The same in C++: a guard of the project's own releases, a lambda runs in between.
#include <Python.h>

int meter_read(const char *name);

class Released {
    PyThreadState *saved;

public:
    Released() : saved(PyEval_SaveThread()) {}
    ~Released() { PyEval_RestoreThread(saved); }
};

static PyObject *meter_sum(PyObject *, PyObject *names)
{
    if (!PyList_Check(names))
        return nullptr;
    long sum = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i); // expect(nogil): gilray-unlocked-iteration "PyList_GET_ITEM"
        const char *text = PyUnicode_AsUTF8(name);
        if (!text)
            return nullptr;
        {
            Released region;
            sum += meter_read(text); // expect: gilray-borrowed-across-detach
        }
    }
    return PyLong_FromLong(sum);
}

extern "C" {
PyMethodDef meter_methods[] = {{"sum", meter_sum, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
}
