// corpus: check=gilray-unattached-callback py=3.9..
// The guard attaches only while the interpreter is there, and nobody asks it.
#include <Python.h>
#include <pthread.h>

static bool alive;

bool is_alive() noexcept { return alive; }

struct guard {
    PyGILState_STATE gil;
    bool active = false;
    guard() noexcept
    {
        if (is_alive()) {
            gil = PyGILState_Ensure();
            active = true;
        }
    }
    ~guard()
    {
        if (active)
            PyGILState_Release(gil);
    }
    explicit operator bool() const { return active; }
};

static void drop(void *value)
{
    guard g;
    if (!g)
        Py_XDECREF(static_cast<PyObject *>(value)); // expect: gilray-unattached-callback
}

static pthread_key_t key;

PyObject *setup(PyObject *self, PyObject *args)
{
    alive = true;
    pthread_key_create(&key, drop);
    Py_RETURN_NONE;
}
