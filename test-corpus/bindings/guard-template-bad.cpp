// corpus: check=gilray-detached-api-call std=c++17
// Guards as templates and as functions that take what to do.
#include <Python.h>
#include <utility>

template <class Function>
static auto without_gil(Function &&function)
{
    struct Saved {
        PyThreadState *state = PyEval_SaveThread();
        ~Saved() { PyEval_RestoreThread(state); }
    } saved;
    return function();
}

template <bool Release>
class Region {
    PyThreadState *state_ = nullptr;
public:
    Region()
    {
        if constexpr (Release)
            state_ = PyEval_SaveThread();
    }
    Region(const Region &) = delete;
    ~Region()
    {
        if constexpr (Release)
            PyEval_RestoreThread(state_);
    }
};

extern "C" long hash_file(const char *path);

static PyObject *digest(PyObject *self, PyObject *arg)
{
    return without_gil([&] {
        long value = hash_file("a");
        return PyLong_FromLong(value); // expect: gilray-detached-api-call "PyLong_FromLong"
    });
}

static PyObject *digest_in_region(PyObject *self, PyObject *arg)
{
    Region<true> released;
    return PyLong_FromLong(hash_file("b")); // expect: gilray-detached-api-call "PyLong_FromLong"
}

static PyObject *digest_attached(PyObject *self, PyObject *arg)
{
    Region<false> kept;
    return PyLong_FromLong(hash_file("c")); // ok: gilray-detached-api-call  this one does nothing
}

static PyMethodDef methods[] = {{"digest", digest, METH_O, nullptr},
                                {"digest_in_region", digest_in_region, METH_O, nullptr},
                                {"digest_attached", digest_attached, METH_O, nullptr},
                                {}};
