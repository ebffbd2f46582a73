// corpus: check=gilray-detached-api-call py=3.9..
// A call through a base class reaches the overrides that the program holds.
#include <Python.h>

struct Sink {
    virtual ~Sink() {}
    virtual int put(long value) = 0;
};
struct ListSink : Sink {
    PyObject *list;
    explicit ListSink(PyObject *l) : list(l) {}
    int put(long value) override
    {
        PyObject *number = PyLong_FromLong(value); // expect: gilray-detached-api-call "PyLong_FromLong"
        int rc = number ? PyList_Append(list, number) : -1;
        Py_XDECREF(number);
        return rc;
    }
};

static void produce(Sink &sink)
{
    for (long i = 0; i < 3; i++)
        sink.put(i);
}

PyObject *produce_into(PyObject *, PyObject *list)
{
    ListSink sink(list);
    Py_BEGIN_ALLOW_THREADS
    produce(sink);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
