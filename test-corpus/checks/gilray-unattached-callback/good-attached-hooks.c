// corpus: check=* py=3.9..
// Hooks that the interpreter calls attached: capsule destructors, audit hooks, pending calls, method tables, buffers.
#include <Python.h>

static PyObject *events;

static void drop(PyObject *capsule)
{
    Py_XDECREF(PyCapsule_GetContext(capsule)); // ok: gilray-unattached-callback  capsule destructors run attached
}

static int audit(const char *event, PyObject *args, void *data)
{
    PyObject *name = PyUnicode_FromString(event); // ok: gilray-unattached-callback  audit hooks run attached
    int rc = name ? PyList_Append(events, name) : -1;
    Py_XDECREF(name);
    return rc;
}

static int later(void *arg)
{
    return PyList_Append(events, Py_None); // ok: gilray-unattached-callback  pending calls run attached
}

static int get_buffer(PyObject *self, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, self, "abc", 3, 1, flags); // ok: gilray-unattached-callback  slots run attached
}

static PyBufferProcs procs = {get_buffer, NULL};

PyObject *setup(PyObject *self, PyObject *args)
{
    static int token;
    events = PyList_New(0);
    if (PySys_AddAuditHook(audit, NULL) < 0 || Py_AddPendingCall(later, NULL) < 0)
        return NULL;
    ((PyTypeObject *)self)->tp_as_buffer = &procs;
    return PyCapsule_New(&token, "token", drop);
}
