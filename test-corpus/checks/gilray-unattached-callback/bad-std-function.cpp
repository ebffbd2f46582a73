// corpus: check=gilray-unattached-callback,gilray-detached-api-call py=3.9..
// A library that takes its callbacks as std::function: lambdas, bound functions, members of a configuration.
#include <Python.h>
#include <functional>

struct client;
struct options {
    std::function<void(int)> on_error;
    int timeout;
};
void client_configure(client *c, const options *o);
void client_set_listener(client *c, std::function<void(int)> listener);
void client_set_logger(client *c, const std::function<void(const char *)> &logger);
void client_each(client *c, std::function<void(int)> visit);
int client_run(client *c);

class service {
public:
    void on_message(std::function<void(int)> f);
    int poll();
};

static PyObject *handler;

struct lock {
    PyGILState_STATE state;
    lock() : state(PyGILState_Ensure()) {}
    ~lock() { PyGILState_Release(state); }
};

// Attaches too late: so its author knows that the library calls back detached.
static void bound(PyObject *target, int code)
{
    if (!PyObject_IsTrue(target)) // expect: gilray-unattached-callback "PyObject_IsTrue"
        return;
    lock l;
    Py_XDECREF(PyObject_CallFunction(target, "i", code));
}

static void attaches(PyObject *target, int code)
{
    lock l;
    Py_XDECREF(PyObject_CallFunction(target, "i", code)); // ok: gilray-*  attached first
}

static client *clientOf(PyObject *self) { return static_cast<client *>(PyCapsule_GetPointer(self, "client")); }

PyObject *set_listener(PyObject *self, PyObject *)
{
    client_set_listener(clientOf(self), [](int code) {
        Py_XDECREF(PyObject_CallFunction(handler, "i", code)); // expect: gilray-unattached-callback "client_run"
    });
    Py_RETURN_NONE;
}

PyObject *set_bound(PyObject *self, PyObject *)
{
    client_set_listener(clientOf(self), std::bind(&bound, handler, std::placeholders::_1));
    client_set_listener(clientOf(self), std::bind(&attaches, handler, std::placeholders::_1));
    Py_RETURN_NONE;
}

PyObject *set_logger(PyObject *self, PyObject *)
{
    std::function<void(const char *)> log = [](const char *text) {
        PySys_WriteStderr("%s\n", text); // expect: gilray-unattached-callback "client_run"
    };
    client_set_logger(clientOf(self), log);
    Py_RETURN_NONE;
}

PyObject *configure(PyObject *self, PyObject *)
{
    options o;
    o.on_error = [](int code) {
        PyErr_Format(PyExc_OSError, "%d", code); // expect: gilray-unattached-callback "client_run"
    };
    client_configure(clientOf(self), &o);
    Py_RETURN_NONE;
}

// Only during the call, which is made attached.
PyObject *each(PyObject *self, PyObject *list)
{
    client_each(clientOf(self), [list](int code) {
        PyObject *number = PyLong_FromLong(code); // ok: gilray-*  runs during the call
        if (number) {
            PyList_Append(list, number);
            Py_DECREF(number);
        }
    });
    Py_RETURN_NONE;
}

PyObject *run(PyObject *self, PyObject *)
{
    client *c = clientOf(self);
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = client_run(c);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(rc);
}

static void late(PyObject *target, int code)
{
    Py_XDECREF(PyObject_CallFunction(target, "i", code)); // expect: gilray-unattached-callback "service::poll"
}

// The object that the methods belong to ties the registration to the call.
PyObject *serve(PyObject *self, PyObject *)
{
    service *s = static_cast<service *>(PyCapsule_GetPointer(self, "service"));
    std::function<void(int)> f = std::bind(&late, handler, std::placeholders::_1);
    s->on_message(f);
    Py_BEGIN_ALLOW_THREADS
    s->poll();
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
