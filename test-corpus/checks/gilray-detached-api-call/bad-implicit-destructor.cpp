// corpus: check=gilray-detached-api-call py=3.9..
// An owner of a reference dies inside the released region.
#include <Python.h>

class Ref {
    PyObject *p;
public:
    explicit Ref(PyObject *owned) : p(owned) {}
    Ref(const Ref &) = delete;
    ~Ref() { Py_XDECREF(p); } // ok: gilray-detached-api-call  right where it dies attached
    PyObject *get() const { return p; }
};

int send_block(const char *data);

PyObject *send_all(PyObject *, PyObject *arg)
{
    Ref bytes(PyUnicode_AsUTF8String(arg));
    if (!bytes.get())
        return nullptr;
    const char *data = PyBytes_AS_STRING(bytes.get());
    PyThreadState *saved = PyEval_SaveThread();
    {
        Ref taken(bytes.get());
        send_block(data);
    } // expect: gilray-detached-api-call "Ref"
    PyEval_RestoreThread(saved);
    Py_RETURN_NONE; // ok: gilray-detached-api-call  bytes dies attached
}
