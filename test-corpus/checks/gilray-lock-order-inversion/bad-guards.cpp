// corpus: check=gilray-lock-order-inversion py=3.9..
// std::mutex and its guards; the attaching side is a class of the project.
#include <Python.h>
#include <mutex>
#include <thread>

struct Attach {
    PyGILState_STATE state = PyGILState_Ensure();
    ~Attach() { PyGILState_Release(state); }
};

class Recorder {
public:
    void run()
    {
        std::lock_guard<std::mutex> guard(lock_);
        Attach attach;
        Py_XDECREF(PyObject_CallNoArgs(sink_));
    }
    long length()
    {
        std::unique_lock<std::mutex> guard(lock_); // expect: gilray-lock-order-inversion "attaches holding it"
        return length_;
    }
    void start() { std::thread(&Recorder::run, this).detach(); }

private:
    std::mutex lock_;
    PyObject *sink_ = nullptr;
    long length_ = 0;
};

static Recorder recorder;

static PyObject *length(PyObject *, PyObject *) { return PyLong_FromLong(recorder.length()); }
static PyObject *start(PyObject *, PyObject *)
{
    recorder.start();
    Py_RETURN_NONE;
}

static void record_now() { recorder.run(); }
static PyObject *spawn(PyObject *, PyObject *)
{
    std::thread(record_now).detach();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"length", length, METH_NOARGS, nullptr},
    {"start", start, METH_NOARGS, nullptr},
    {"spawn", spawn, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
