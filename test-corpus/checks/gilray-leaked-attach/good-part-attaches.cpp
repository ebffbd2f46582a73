// corpus: check=gilray-leaked-attach py=3.9.. std=c++17
// A guard, and an object that ends before it whose destructor uses a guard of its own.
#include <Python.h>
#include <memory>

class Attach {
public:
    Attach() { state_ = PyGILState_Ensure(); }
    ~Attach() { PyGILState_Release(state_); }

private:
    PyGILState_STATE state_;
};

struct Cookie {
    ~Cookie();
    PyObject *current{nullptr};
};

Cookie::~Cookie()
{
    Attach attach;
    Py_XDECREF(current);
}

class Locator {
public:
    virtual void *locate(std::shared_ptr<void> &cookie);
    PyObject *locator;
};

void *Locator::locate(std::shared_ptr<void> &cookie)
{
    Attach attach;
    std::shared_ptr<Cookie> made{std::make_shared<Cookie>()};
    made->current = PyLong_FromLong(1);
    PyObject *result = PyObject_CallMethod(locator, "locate", "O", made->current);
    if (result == Py_None)
        return nullptr; // ok: gilray-leaked-attach
    cookie = made;
    return result; // ok: gilray-leaked-attach
}
