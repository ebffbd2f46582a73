// corpus: check=gilray-lock-order-inversion py=3.9..
// A lock made of an atomic flag keeps an attached thread waiting just as well.
#include <Python.h>
#include <atomic>

static std::atomic_flag busy = ATOMIC_FLAG_INIT;
static PyObject *hook;

static PyObject *fire(PyObject *, PyObject *)
{
    while (busy.test_and_set(std::memory_order_acquire)) // expect: gilray-lock-order-inversion
        ;
    PyObject *result = PyObject_CallNoArgs(hook);
    busy.clear(std::memory_order_release);
    return result;
}

static PyMethodDef methods[] = {{"fire", fire, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
