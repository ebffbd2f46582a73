// corpus: check=* std=c++17
#include <Python.h>
#include <string>
#include <utility>

template <class Function, class... Args>
static auto without_gil(Function &&function, Args &&...args)
{
    struct Saved {
        PyThreadState *state = PyEval_SaveThread();
        ~Saved() { PyEval_RestoreThread(state); }
    } saved;
    return std::forward<Function>(function)(std::forward<Args>(args)...);
}

template <class Exit>
class Finally {
    Exit exit_;
public:
    explicit Finally(Exit exit) : exit_(std::move(exit)) {}
    Finally(const Finally &) = delete;
    ~Finally() { exit_(); }
};

long hash_file(const std::string &path);

static PyObject *digest(PyObject *self, PyObject *arg)
{
    long value = without_gil([](const std::string &path) { return hash_file(path); }, std::string("a")); // ok: gilray-*
    return PyLong_FromLong(value); // ok: gilray-*
}

static PyObject *digest_with_exit(PyObject *self, PyObject *arg)
{
    long value = 0;
    {
        PyThreadState *state = PyEval_SaveThread();
        Finally attach([state] { PyEval_RestoreThread(state); });
        value = hash_file("b");
    }
    return PyLong_FromLong(value); // ok: gilray-*  the lambda has attached
}

static PyMethodDef methods[] = {
    {"digest", digest, METH_O, nullptr}, {"digest_with_exit", digest_with_exit, METH_O, nullptr}, {}};
