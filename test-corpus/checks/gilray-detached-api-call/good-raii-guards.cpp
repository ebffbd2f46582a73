// corpus: check=* py=3.9..
// Home-made guards of both kinds, nested, with early return and a release method.
#include <Python.h>
#include <stdexcept>

class Release {
    PyThreadState *saved;
public:
    Release() : saved(PyEval_SaveThread()) {}
    Release(const Release &) = delete;
    void attach() { if (saved) { PyEval_RestoreThread(saved); saved = nullptr; } }
    ~Release() { attach(); }
};
class Acquire {
    PyGILState_STATE state;
public:
    Acquire() : state(PyGILState_Ensure()) {}
    Acquire(const Acquire &) = delete;
    ~Acquire() { PyGILState_Release(state); }
};

int read_frame(char *to);
void must_throw(int code);

PyObject *frames(PyObject *, PyObject *callback)
{
    char frame[64];
    int failed = 0;
    try {
        Release released;
        for (;;) {
            int rc = read_frame(frame);
            if (rc < 0)
                must_throw(rc);
            if (rc == 0)
                break; // ok: gilray-region-escape  the guard attaches
            Acquire acquired;
            PyObject *r = PyObject_CallFunction(callback, "y#", frame, (Py_ssize_t)rc); // ok: gilray-*  under Acquire
            Py_XDECREF(r);
            if (!r) {
                failed = 1;
                break;
            }
        }
        released.attach();
        if (failed)
            return nullptr; // ok: gilray-*  attached early; the destructor does nothing
    } catch (const std::exception &e) {
        PyErr_SetString(PyExc_RuntimeError, e.what()); // ok: gilray-detached-api-call  unwinding ran the guard
        return nullptr;
    }
    Py_RETURN_NONE; // ok: gilray-detached-api-call
}
