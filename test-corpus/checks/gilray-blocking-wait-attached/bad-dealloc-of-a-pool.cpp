// corpus: check=gilray-blocking-wait-attached py=3.9.. std=c++17
// The destructor of a member joins: reached from tp_dealloc.
#include <Python.h>
#include <memory>
#include <thread>

class Worker {
public:
    explicit Worker(PyObject *task) : task_(task), thread_(&Worker::run, this) {}
    ~Worker()
    {
        thread_.join(); // expect: gilray-blocking-wait-attached
    }

private:
    void run()
    {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_XDECREF(PyObject_CallNoArgs(task_));
        PyGILState_Release(state);
    }
    PyObject *task_;
    std::thread thread_;
};

struct Job {
    PyObject_HEAD
    std::unique_ptr<Worker> worker;
};

static void job_dealloc(PyObject *op)
{
    Job *self = reinterpret_cast<Job *>(op);
    self->worker.reset();
    PyObject_Free(op);
}

PyTypeObject *job_type(PyTypeObject *type)
{
    type->tp_dealloc = job_dealloc;
    return type;
}
