// corpus: check=gilray-blocking-call-attached py=3.9..
// Messages to the standard streams.
#include <Python.h>
#include <stdio.h>
#include <unistd.h>

PyObject *complain(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    fprintf(stderr, "%zd bytes\n", view.len);   // ok: gilray-blocking-call-attached
    fwrite(view.buf, 1, view.len, stderr);      // ok: gilray-blocking-call-attached
    if (write(2, view.buf, view.len) < 0)       // ok: gilray-blocking-call-attached
        view.len = 0;
    printf("done\n");                           // ok: gilray-blocking-call-attached
    PyBuffer_Release(&view);
    Py_RETURN_NONE;
}
