// corpus: check=gilray-borrowed-across-detach py=3.9..
// sys.stdout is what the last assignment says: another thread replaces it while this one is detached.
#include <Python.h>
#include <unistd.h>

static PyObject *tell(PyObject *self, PyObject *text)
{
    PyObject *out = PySys_GetObject("stdout");
    if (out == NULL)
        return PyErr_Format(PyExc_RuntimeError, "lost sys.stdout");
    Py_BEGIN_ALLOW_THREADS
    sleep(1);
    Py_END_ALLOW_THREADS
    return PyObject_CallMethod(out, "write", "O", text); // expect: gilray-borrowed-across-detach "stdout"
}

static PyObject *tell_well(PyObject *self, PyObject *text)
{
    PyObject *out = PySys_GetObject("stdout"), *result;
    if (out == NULL)
        return PyErr_Format(PyExc_RuntimeError, "lost sys.stdout");
    Py_INCREF(out);
    Py_BEGIN_ALLOW_THREADS
    sleep(1);
    Py_END_ALLOW_THREADS
    result = PyObject_CallMethod(out, "write", "O", text); // ok: gilray-borrowed-across-detach
    Py_DECREF(out);
    return result;
}

static PyMethodDef methods[] = {
    {"tell", tell, METH_O, NULL}, {"tell_well", tell_well, METH_O, NULL}, {NULL, NULL, 0, NULL}};
