// corpus: check=gilray-region-escape py=3.9..
// A project macro that returns on error; the finding is where the macro is used.
#include <Python.h>

int device_reset(void), device_start(void);

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        if ((call) < 0)                                                                                                \
            return NULL;                                                                                               \
    } while (0)

PyObject *restart(PyObject *self, PyObject *args)
{
    CHECK(device_start()); // ok: gilray-region-escape  attached
    Py_BEGIN_ALLOW_THREADS
    CHECK(device_reset()); // expect: gilray-region-escape
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
