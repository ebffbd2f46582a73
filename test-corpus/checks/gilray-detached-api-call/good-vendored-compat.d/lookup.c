// corpus: check=* py=3.9..
#include "pythoncapi_compat.h"

int cache_probe(void *cache);

PyObject *lookup(PyObject *self, PyObject *args)
{
    PyObject *dict, *key, *item;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &dict, &key))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    cache_probe(NULL);
    if (PyThreadState_GetUnchecked()) // ok: gilray-detached-api-call  a question, back-ported or not
        PyErr_Clear();
    Py_END_ALLOW_THREADS
    int rc = PyDict_GetItemRef(dict, key, &item); // ok: gilray-detached-api-call  attached
    return rc < 0 ? NULL : rc == 0 ? Py_NewRef(Py_None) : item;
}
