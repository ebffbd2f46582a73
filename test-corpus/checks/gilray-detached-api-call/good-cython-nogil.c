// corpus: check=* py=3.9..
// The shape of what Cython writes for "with nogil:" around a loop with "with gil:" inside, error labels included.
#include <Python.h>

double weight(int i);

PyObject *__pyx_pf_sum(PyObject *self, PyObject *callback)
{
    double __pyx_v_total = 0;
    PyObject *__pyx_t_1 = NULL;
    {
        PyThreadState *_save;
        _save = NULL;
        Py_UNBLOCK_THREADS
        /*try:*/ {
            for (int i = 0; i < 10; i++) {
                __pyx_v_total += weight(i);
                if (__pyx_v_total > 100) {
                    PyGILState_STATE __pyx_gilstate_save = PyGILState_Ensure();
                    /*try:*/ {
                        __pyx_t_1 = PyObject_CallNoArgs(callback); // ok: gilray-detached-api-call  with gil
                        if (!__pyx_t_1)
                            goto __pyx_L12_error;
                        Py_DECREF(__pyx_t_1);
                        __pyx_t_1 = NULL;
                    }
                    /*finally:*/ {
                        PyGILState_Release(__pyx_gilstate_save);
                        goto __pyx_L14;
                    __pyx_L12_error:
                        PyGILState_Release(__pyx_gilstate_save); // ok: gilray-leaked-attach
                        goto __pyx_L4_error;
                    }
                __pyx_L14:;
                }
            }
        }
        /*finally:*/ {
            Py_BLOCK_THREADS
            goto __pyx_L5;
        __pyx_L4_error:
            Py_BLOCK_THREADS // ok: gilray-double-detach  detached on this way, too
            goto __pyx_L1_error;
        }
    __pyx_L5:;
    }
    return PyFloat_FromDouble(__pyx_v_total); // ok: gilray-*  attached
__pyx_L1_error:
    Py_XDECREF(__pyx_t_1); // ok: gilray-*  attached
    return NULL;
}
