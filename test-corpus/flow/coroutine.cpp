// corpus: check=* py=3.9.. std=c++20
// A coroutine goes on when and where somebody resumes it: not judged. The function that starts it is.
#include <Python.h>
#include <coroutine>

struct task {
    struct promise_type {
        task get_return_object() { return {}; }
        std::suspend_never initial_suspend() { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};
struct readable {
    int fd;
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};

static task receive(int fd) // expect-incomplete: "coroutine"
{
    PyThreadState *saved = PyEval_SaveThread();
    int n = co_await readable{fd};
    PyErr_Format(PyExc_OSError, "%d", n); // ok: gilray-*  unknown, not judged
    PyEval_RestoreThread(saved);
}

PyObject *start(PyObject *, PyObject *arg)
{
    int fd = (int)PyLong_AsLong(arg);
    receive(fd);
    PyErr_Clear(); // ok: gilray-*  which state the coroutine left is unknown
    Py_BEGIN_ALLOW_THREADS
    PyErr_Clear(); // expect: gilray-detached-api-call
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

PyObject *plain(PyObject *, PyObject *)
{
    Py_BEGIN_ALLOW_THREADS
    PyErr_Clear(); // expect: gilray-detached-api-call
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
