// corpus: check=gilray-static-init-deadlock py=3.9..
#include <Python.h>
#include <mutex>

static std::once_flag once;
static PyObject *codecs;

static PyObject *encode(PyObject *, PyObject *text)
{
    std::call_once(once, [] { codecs = PyImport_ImportModule("codecs"); }); // expect: gilray-static-init-deadlock
    return codecs ? PyObject_CallMethod(codecs, "encode", "O", text) : nullptr;
}

static PyMethodDef methods[] = {{"encode", encode, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
