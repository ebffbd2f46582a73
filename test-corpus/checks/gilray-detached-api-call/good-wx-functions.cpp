// corpus: check=* py=3.9..
// wxPython's pair of functions and its blocker class.
#include <Python.h>

PyThreadState *wxPyBeginAllowThreads() { return PyEval_SaveThread(); }
void wxPyEndAllowThreads(PyThreadState *saved) { PyEval_RestoreThread(saved); }

class wxPyThreadBlocker {
    PyGILState_STATE m_oldstate;
    bool m_block;
public:
    explicit wxPyThreadBlocker(bool block = true)
        : m_oldstate(block ? PyGILState_Ensure() : PyGILState_UNLOCKED), m_block(block) {}
    ~wxPyThreadBlocker() { if (m_block) PyGILState_Release(m_oldstate); }
};

int dialog_show(void *dialog);

void on_close(PyObject *handler)
{
    wxPyThreadBlocker blocker;
    PyObject *r = PyObject_CallObject(handler, nullptr);
    Py_XDECREF(r); // ok: gilray-detached-api-call  the blocker lives until the end
}

PyObject *show(PyObject *, PyObject *)
{
    PyThreadState *saved = wxPyBeginAllowThreads();
    int rc = dialog_show(nullptr);
    wxPyEndAllowThreads(saved);
    return PyLong_FromLong(rc); // ok: gilray-detached-api-call  after wxPyEndAllowThreads
}
