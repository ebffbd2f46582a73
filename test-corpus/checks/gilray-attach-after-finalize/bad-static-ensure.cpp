// corpus: check=gilray-attach-after-finalize py=3.9..
// Attaching there makes it worse: there is nothing left to attach to.
#include <Python.h>

class Logger {
    PyObject *sink = nullptr;
public:
    void set(PyObject *s) { Py_INCREF(s); Py_XSETREF(sink, s); }
    ~Logger()
    {
        PyGILState_STATE gil = PyGILState_Ensure(); // expect: gilray-attach-after-finalize "PyGILState_Ensure"
        Py_XDECREF(sink);
        PyGILState_Release(gil);
    }
};

PyObject *set_sink(PyObject *, PyObject *sink)
{
    static Logger logger;
    logger.set(sink);
    Py_RETURN_NONE;
}
