// corpus: check=gilray-inconsistent-release py=3.9..
// What looks like deviation and is none.
#include <Python.h>
#include <string.h>

extern int lib_work(int n);
extern int lib_last_error(void);
extern int lib_close(int n);

#define RELEASED(n) \
    PyObject *work##n(PyObject *self, PyObject *unused) \
    { \
        int value; \
        Py_BEGIN_ALLOW_THREADS \
        value = lib_work(n); \
        if (value < 0) \
            value = lib_last_error(); \
        Py_END_ALLOW_THREADS \
        return PyLong_FromLong(value); \
    }
RELEASED(1)
RELEASED(2)
RELEASED(3)
RELEASED(4)

PyObject *last_error(PyObject *self, PyObject *unused)
{
    // In the regions only because the work is there: nobody released for it.
    return PyLong_FromLong(lib_last_error()); // ok: gilray-inconsistent-release
}

PyObject *length(PyObject *self, PyObject *arg)
{
    const char *text = PyUnicode_AsUTF8(arg);
    return text ? PyLong_FromSize_t(strlen(text)) : NULL; // ok: gilray-inconsistent-release
}
