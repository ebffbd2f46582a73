// corpus: check=gilray-blocking-wait-attached py=3.9.. std=c++17
// The threads are moved into a vector; what they run is in the program and needs no Python.
#include <Python.h>
#include <thread>
#include <vector>

static long results[4];

static void work(int n)
{
    for (long i = 0; i < 1000; i++)
        results[n] += i; // expect(nogil): gilray-unguarded-global "results"
}

PyObject *work_all(PyObject *self, PyObject *args)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.push_back(std::thread([=]() { work(i); }));
    for (unsigned i = 0; i < threads.size(); i++)
        threads[i].join(); // ok: gilray-blocking-wait-attached
    return PyLong_FromLong(results[0]);
}

static PyMethodDef methods[] = {{"work_all", work_all, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};

PyMethodDef *work_methods() { return methods; }
