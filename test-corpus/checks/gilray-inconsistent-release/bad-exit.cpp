// corpus: check=gilray-inconsistent-release py=3.9.. std=c++17
// flush() releases with a guard, __exit__ does the same work attached.
#include <Python.h>

struct journal;
int journal_sync(journal *);

namespace {

class Released {
public:
    Released() : save(PyEval_SaveThread()) {}
    ~Released() { PyEval_RestoreThread(save); }

private:
    PyThreadState *save;
};

struct Journal {
    PyObject_HEAD
    journal *handle;
};

} // namespace

extern "C" PyObject *journal_flush(PyObject *op, PyObject *)
{
    int rc;
    {
        Released guard;
        rc = journal_sync(reinterpret_cast<Journal *>(op)->handle);
    }
    return PyLong_FromLong(rc);
}

extern "C" PyObject *journal_rotate(PyObject *op, PyObject *)
{
    Released guard;
    journal_sync(reinterpret_cast<Journal *>(op)->handle);
    return op;
}

extern "C" PyObject *journal_close(PyObject *op, PyObject *)
{
    int rc;
    {
        Released guard;
        rc = journal_sync(reinterpret_cast<Journal *>(op)->handle);
    }
    return PyLong_FromLong(rc);
}

extern "C" PyObject *journal_exit(PyObject *op, PyObject *)
{
    int rc = journal_sync(reinterpret_cast<Journal *>(op)->handle); // expect: gilray-inconsistent-release "'journal_flush' releases"
    return PyLong_FromLong(rc);
}
