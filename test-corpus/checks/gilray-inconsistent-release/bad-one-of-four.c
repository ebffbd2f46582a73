// corpus: check=gilray-inconsistent-release py=3.9..
// Nothing is known of the function, but three of four places release for it alone.
#include <Python.h>

extern int probe_measure(int channel, int what);
extern const char *probe_name(int channel);

PyObject *temperature(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 't');
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *humidity(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 'h');
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *wind(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 'w');
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *pressure(PyObject *self, PyObject *unused)
{
    const char *name = probe_name(1);   // ok: gilray-inconsistent-release  nobody releases for it
    int value = probe_measure(1, 'p');  // expect: gilray-inconsistent-release "unlike 3 of 4 functions"
    return Py_BuildValue("si", name, value);
}
