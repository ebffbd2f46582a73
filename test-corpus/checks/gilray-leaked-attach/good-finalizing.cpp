// corpus: check=* py=3.9..
// Attached and released only while the interpreter does not finalise; the answer comes through a member of the module's state.
#include <Python.h>
#include <atomic>
#include <thread>

#if PY_VERSION_HEX < 0x030d0000
#define Py_IsFinalizing _Py_IsFinalizing
#endif

struct State {
    std::atomic<bool> at_exit{false};
    bool is_finalizing() const noexcept { return at_exit.load() || Py_IsFinalizing(); }
};

class Attached {
public:
    Attached(State *s) : state(s)
    {
        if (!state->is_finalizing()) {
            gil = PyGILState_Ensure();
            mine = true;
        }
    }
    ~Attached()
    {
        if (mine && !state->is_finalizing())
            PyGILState_Release(gil);
    }

private:
    State *state;
    PyGILState_STATE gil = PyGILState_UNLOCKED;
    bool mine = false;
};

static void on_event(void *object)
{
    if (!Py_IsFinalizing()) {
        PyGILState_STATE gil = PyGILState_Ensure();
        Py_DECREF((PyObject *)object);
        if (!Py_IsFinalizing())
            PyGILState_Release(gil);
    }
} // ok: gilray-leaked-attach

void library_set_destructor(void (*f)(void *));

static PyObject *run(PyObject *module, PyObject *object)
{
    State *state = (State *)PyModule_GetState(module);
    library_set_destructor(on_event);
    std::thread([state, object] {
        {
            Attached attached(state);
            Py_DECREF(object);
        }
        while (!state->at_exit.load()) { // ok: gilray-leaked-attach
        }
    }).detach();
    Py_RETURN_NONE;
}

PyMethodDef methods[] = {{"run", run, METH_O, nullptr}, {}};
