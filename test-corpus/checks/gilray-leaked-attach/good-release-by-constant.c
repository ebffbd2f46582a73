// corpus: check=gilray-leaked-attach
// A pair of callbacks without a place for the state: the second undoes what the first did. And a state that is released
// where it was taken.
#include <Python.h>

struct hooks {
    void (*enter)(void);
    void (*leave)(void);
    void (*told)(void *job, int foreign);
};
extern void jobs_set_hooks(struct hooks *hooks);

static void enter(void) { PyGILState_Ensure(); }
static void leave(void) { PyGILState_Release(PyGILState_UNLOCKED); } // ok: gilray-leaked-attach

static void told(void *job, int foreign)
{
    PyGILState_STATE state;
    if (foreign)
        state = PyGILState_Ensure();
    PyObject_CallMethod(job, "done", NULL);
    if (foreign)
        PyGILState_Release(state); // ok: gilray-leaked-attach
}

PyObject *watch(PyObject *self, PyObject *unused)
{
    struct hooks hooks = {enter, leave, told};
    jobs_set_hooks(&hooks);
    Py_RETURN_NONE;
}
