// corpus: check=gilray-double-lock py=3.9..
#include <Python.h>
#include <mutex>

class Store {
public:
    long size()
    {
        std::lock_guard<std::mutex> guard(lock_);
        return size_;
    }
    void add()
    {
        std::lock_guard<std::mutex> guard(lock_);
        if (size() < 100) // expect: gilray-double-lock
            size_++;
    }

private:
    std::mutex lock_;
    long size_ = 0;
};

static Store store;

static PyObject *add(PyObject *, PyObject *)
{
    store.add();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"add", add, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
