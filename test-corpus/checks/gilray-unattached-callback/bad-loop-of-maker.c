// corpus: check=gilray-unattached-callback
// A server is made from a loop, and the loop runs its callbacks. What the callback makes of five kinds of values is one
// mistake.
#include <Python.h>

struct loop;
struct server;
struct server *server_new(struct loop *loop);
void server_set_callback(struct server *server, void (*request)(int, long, void *), void *data);
int loop_dispatch(struct loop *loop);

static PyObject *values[10];

static void on_request(int kind, long value, void *data)
{
    switch (kind) {
    case 0:
        values[0] = PyLong_FromLong(value); // expect: gilray-unattached-callback "; 4 more uses in 'on_request'"
        break;
    case 1:
        values[1] = PyLong_FromUnsignedLong(value);
        break;
    case 2:
        values[2] = PyFloat_FromDouble(value);
        break;
    case 3:
        values[3] = PyBool_FromLong(value);
        break;
    default:
        values[4] = PyLong_FromLongLong(value);
        break;
    }
}

PyObject *serve(PyObject *self, PyObject *capsule)
{
    struct loop *loop = PyCapsule_GetPointer(capsule, "loop");
    struct server *server = server_new(loop);
    server_set_callback(server, on_request, NULL);
    Py_BEGIN_ALLOW_THREADS
    loop_dispatch(loop);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
