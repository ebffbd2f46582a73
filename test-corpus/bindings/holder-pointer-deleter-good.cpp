// corpus: check=* std=c++17
// Deleters that are pointers: one that attaches, one that has nothing to do with Python, and an owner emptied before.
#include <Python.h>
#include <cstdlib>
#include <memory>

struct Unlocked {
    PyThreadState *state = PyEval_SaveThread();
    ~Unlocked() { PyEval_RestoreThread(state); }
};

extern "C" int render(int page);

static void drop(PyObject *object)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(object); // ok: gilray-*
    PyGILState_Release(state);
}

static void attaches(PyObject *object)
{
    Py_INCREF(object);
    std::unique_ptr<PyObject, void (*)(PyObject *)> kept(object, drop);
    Unlocked unlocked;
    render(1);
    kept.reset(); // ok: gilray-*
}

static void frees(void)
{
    std::unique_ptr<void, void (*)(void *)> page(std::malloc(64), std::free);
    Unlocked unlocked;
    render(2);
    page.reset(); // ok: gilray-*
}

static PyObject *handed_on(PyObject *object)
{
    Py_INCREF(object);
    std::unique_ptr<PyObject, void (*)(PyObject *)> kept(object, Py_DecRef);
    PyObject *result = kept.release();
    Unlocked unlocked;
    render(3);
    kept.reset(); // ok: gilray-*  it owns nothing any more
    return result;
}

static PyObject *run(PyObject *self, PyObject *arg)
{
    attaches(arg);
    frees();
    return handed_on(arg);
}

static PyMethodDef methods[] = {{"run", run, METH_O, nullptr}, {}};
