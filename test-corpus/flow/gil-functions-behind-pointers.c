// corpus: check=* py=3.9..
// Which pair of functions the pointers stand for is decided once, when the program starts: a release by one and an acquire
// by another never meet.
#include <Python.h>

static struct {
    void (*acquire)(void);
    void (*release)(void);
    PyThreadState *state;
} gil;

static void real_acquire(void)
{
    PyEval_RestoreThread(gil.state); // ok: gilray-double-detach
}

static void real_release(void)
{
    gil.state = PyEval_SaveThread(); // ok: gilray-double-detach
}

static void fake_acquire(void)
{
}

static void fake_release(void)
{
}

void use_threads(int yes)
{
    gil.acquire = yes ? real_acquire : fake_acquire;
    gil.release = yes ? real_release : fake_release;
}

int wait_for_signal(void);

PyObject *wait_signal(PyObject *self, PyObject *args)
{
    gil.release();
    int number = wait_for_signal();
    if (number < 0) {
        gil.acquire();
        return PyErr_Format(PyExc_OSError, "no signal"); // ok: gilray-detached-api-call, gilray-region-escape
    }
    gil.acquire();
    return PyLong_FromLong(number); // ok: gilray-detached-api-call, gilray-region-escape
}
