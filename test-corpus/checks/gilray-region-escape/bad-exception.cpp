// corpus: check=gilray-region-escape py=3.9..
// A C++ exception passes the restore; nothing on the way attaches.
#include <Python.h>
#include <stdexcept>

int read_header(const char *data);

static int checked_header(const char *data)
{
    PyThreadState *saved = PyEval_SaveThread();
    int version = read_header(data);
    if (version > 3)
        throw std::runtime_error("version"); // expect: gilray-region-escape
    PyEval_RestoreThread(saved);
    return version;
}

PyObject *header(PyObject *, PyObject *arg)
{
    const char *data = PyBytes_AsString(arg);
    if (!data)
        return nullptr;
    try {
        return PyLong_FromLong(checked_header(data));
    } catch (...) {
        return nullptr;
    }
}
