// corpus: check=gilray-blocking-wait-attached py=3.9..
// A wait with a time limit ends.
#include <Python.h>
#include <chrono>
#include <condition_variable>
#include <mutex>

static std::mutex lock;
static std::condition_variable changed;
static int version;

static PyObject *poll(PyObject *, PyObject *)
{
    std::unique_lock<std::mutex> guard(lock);
    changed.wait_for(guard, std::chrono::milliseconds(5)); // ok: gilray-blocking-wait-attached
    return PyLong_FromLong(version);
}

static PyMethodDef methods[] = {{"poll", poll, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
