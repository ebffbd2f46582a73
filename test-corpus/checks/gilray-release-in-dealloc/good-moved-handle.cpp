// corpus: check=* py=3.9..
// A C++ deallocator: untracked, members destroyed attached, the connection closed in a region of its own.
#include <Python.h>
#include <memory>

struct Connection {
    ~Connection();
};

struct Object {
    PyObject_HEAD
    std::unique_ptr<Connection> connection;
};

static int object_traverse(PyObject *, visitproc, void *) { return 0; }

static void object_dealloc(PyObject *op)
{
    Object *self = reinterpret_cast<Object *>(op);
    PyObject_GC_UnTrack(op);
    PyThreadState *saved = PyEval_SaveThread(); // ok: gilray-release-in-dealloc  untracked
    self->connection.reset();
    PyEval_RestoreThread(saved);
    self->connection.~unique_ptr();
    Py_TYPE(op)->tp_free(op); // ok: gilray-detached-api-call
}

static PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(object_dealloc)},
    {Py_tp_traverse, reinterpret_cast<void *>(object_traverse)},
    {0, nullptr},
};
PyType_Spec object_spec = {"db.object", sizeof(Object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
