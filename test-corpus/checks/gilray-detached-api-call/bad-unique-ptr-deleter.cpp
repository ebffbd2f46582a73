// corpus: check=gilray-detached-api-call py=3.9..
// A unique_ptr whose deleter drops a reference dies in the released region.
#include <Python.h>
#include <memory>

struct Drop {
    void operator()(PyObject *o) const { Py_DECREF(o); } // ok: gilray-detached-api-call  right where it runs attached
};

void sleep_ms(int ms);

PyObject *doze(PyObject *, PyObject *arg)
{
    std::unique_ptr<PyObject, Drop> outer(PyObject_Str(arg));
    PyThreadState *saved = nullptr;
    {
        std::unique_ptr<PyObject, Drop> name(PyObject_Repr(arg));
        saved = PyEval_SaveThread();
        sleep_ms(10);
    } // expect: gilray-detached-api-call
    PyEval_RestoreThread(saved);
    Py_RETURN_NONE; // ok: gilray-detached-api-call  outer dies attached
}
