// corpus: check=* py=3.9..
// A unique_ptr that was moved away before the region, and one that is reset before it.
#include <Python.h>
#include <memory>

struct Drop {
    void operator()(PyObject *o) const { Py_XDECREF(o); }
};
using Owned = std::unique_ptr<PyObject, Drop>;

void sleep_ms(int ms);

PyObject *later(PyObject *, PyObject *)
{
    Owned kept;
    PyThreadState *saved;
    {
        Owned first(PyLong_FromLong(1));
        Owned second(PyLong_FromLong(2));
        kept = std::move(first);
        second.reset();
        saved = PyEval_SaveThread();
        sleep_ms(10);
    } // ok: gilray-detached-api-call  first was moved from, second was reset
    PyEval_RestoreThread(saved);
    return kept.release();
}
