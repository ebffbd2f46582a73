// A vendored header of back-ports in the manner of pythoncapi-compat: API names, defined in the project.
#ifndef PYTHONCAPI_COMPAT
#define PYTHONCAPI_COMPAT
#include <Python.h>

#if PY_VERSION_HEX < 0x030A00A3 && !defined(Py_NewRef)
static inline PyObject *_compat_NewRef(PyObject *obj)
{
    Py_INCREF(obj); // ok: gilray-detached-api-call  callers are attached
    return obj;
}
#define Py_NewRef(obj) _compat_NewRef((PyObject *)(obj))
#endif

#if PY_VERSION_HEX < 0x030D00A1
static inline int PyDict_GetItemRef(PyObject *dict, PyObject *key, PyObject **result)
{
    PyObject *item = PyDict_GetItemWithError(dict, key); // ok: gilray-detached-api-call  callers are attached
    *result = item ? Py_NewRef(item) : NULL;
    return item ? 1 : PyErr_Occurred() ? -1 : 0;
}
static inline PyThreadState *PyThreadState_GetUnchecked(void) { return _PyThreadState_UncheckedGet(); }
#endif
#endif
