// corpus: check=gilray-static-init-deadlock py=3.9..
// Everybody waits for the once detached; the body attaches for itself.
#include <Python.h>
#include <mutex>

static std::once_flag once;
static PyObject *codecs;

static PyObject *encode(PyObject *, PyObject *text)
{
    Py_BEGIN_ALLOW_THREADS
    std::call_once(once, [] { // ok: gilray-static-init-deadlock
        PyGILState_STATE state = PyGILState_Ensure();
        codecs = PyImport_ImportModule("codecs");
        PyGILState_Release(state);
    });
    Py_END_ALLOW_THREADS
    return codecs ? PyObject_CallMethod(codecs, "encode", "O", text) : nullptr;
}

static PyMethodDef methods[] = {{"encode", encode, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
