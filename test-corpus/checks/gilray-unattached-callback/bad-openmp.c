// corpus: check=gilray-unattached-callback,gilray-detached-api-call py=3.9.. flags="-fopenmp"
// The other threads of a team have no thread state, wherever the pragma stands.
#include <Python.h>

double evaluate(int i);

PyObject *table(PyObject *self, PyObject *list)
{
    Py_BEGIN_ALLOW_THREADS
#pragma omp parallel for
    for (int i = 0; i < 100; i++) {
        double v = evaluate(i);
        if (v < 0)
            PyErr_SetString(PyExc_ValueError, "negative"); // expect: gilray-unattached-callback
    }
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

PyObject *table_well(PyObject *self, PyObject *list)
{
    int bad = 0;
    Py_BEGIN_ALLOW_THREADS
#pragma omp parallel for reduction(+ : bad)
    for (int i = 0; i < 100; i++)
        bad += evaluate(i) < 0; // ok: gilray-unattached-callback  no Python in it
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(bad);
}

// The loop stands in a team of its own directive: told once.
PyObject *table_of_team(PyObject *self, PyObject *list)
{
    Py_BEGIN_ALLOW_THREADS
#pragma omp parallel
    {
#pragma omp for
        for (int i = 0; i < 100; i++)
            if (evaluate(i) < 0)
                PyErr_CheckSignals(); // expect: gilray-unattached-callback
    }
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
