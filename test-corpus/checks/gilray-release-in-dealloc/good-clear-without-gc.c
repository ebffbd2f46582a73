// corpus: check=gilray-release-in-dealloc py=3.9..
// A tp_clear that the collector never calls: the type does not say Py_TPFLAGS_HAVE_GC.
#include <Python.h>

typedef struct env env;
void env_close(env *e);

typedef struct {
    PyObject_HEAD
    env *handle;
} environment;

static int environment_clear(PyObject *op)
{
    environment *self = (environment *)op;
    if (self->handle) {
        Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-dealloc  only the module itself calls this
        env_close(self->handle);
        Py_END_ALLOW_THREADS
        self->handle = NULL;
    }
    return 0;
}

static void environment_dealloc(PyObject *op)
{
    environment_clear(op);
    PyObject_Free(op);
}

PyTypeObject environment_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "db.environment",
    .tp_basicsize = sizeof(environment),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = environment_dealloc,
    .tp_clear = environment_clear,
};
