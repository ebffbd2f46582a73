// corpus: check=* py=3.9..
// A type that the collector does not know: nobody can find the object any more.
#include <Python.h>

typedef struct file file;
int file_close(file *f);

typedef struct {
    PyObject_HEAD
    file *handle;
} file_object;

static void file_dealloc(PyObject *op)
{
    file_object *self = (file_object *)op;
    if (self->handle) {
        Py_BEGIN_ALLOW_THREADS // ok: gilray-release-in-dealloc  no GC type, nothing raised here
        file_close(self->handle);
        Py_END_ALLOW_THREADS
    }
    Py_TYPE(op)->tp_free(op);
}

PyTypeObject file_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "io.file",
    .tp_basicsize = sizeof(file_object),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = file_dealloc,
};
