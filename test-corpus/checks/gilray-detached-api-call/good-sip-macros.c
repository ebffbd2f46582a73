// corpus: check=* py=3.9..
// SIP's macros open and close a block.
#include <Python.h>

#define SIP_BLOCK_THREADS { PyGILState_STATE sipGIL = PyGILState_Ensure();
#define SIP_UNBLOCK_THREADS PyGILState_Release(sipGIL); }

int widget_exec(void *widget, void (*paint)(PyObject *), PyObject *context);

static void paint(PyObject *context)
{
    SIP_BLOCK_THREADS
    PyObject *r = PyObject_CallNoArgs(context); // ok: gilray-*  in SIP_BLOCK_THREADS
    if (!r)
        PyErr_Print(); // ok: gilray-*
    Py_XDECREF(r);
    SIP_UNBLOCK_THREADS
}

PyObject *meth_exec(PyObject *self, PyObject *context)
{
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = widget_exec(NULL, paint, context);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call
}
