// corpus: check=gilray-blocking-call-attached py=3.9..
// What is asked of a database server besides queries, of a sound server, and events of a line. Declarations stand in for the headers.
#include <Python.h>

typedef struct dpiConn dpiConn;
int dpiConn_getServerVersion(dpiConn *, const char **text, unsigned *length, void *info);
int dpiConn_deqObject(dpiConn *, const char *queue, unsigned length, void *options, void *props, void *payload);
typedef struct gpiod_line_request gpiod_line_request;
typedef struct _jack_client jack_client_t;
int jack_activate(jack_client_t *);
int gpiod_line_request_wait_edge_events(gpiod_line_request *, long long nanoseconds);

typedef struct {
    PyObject_HEAD
    dpiConn *conn;
    gpiod_line_request *request;
    jack_client_t *client;
} Session;

PyObject *session_start(PyObject *op, PyObject *unused)
{
    return PyLong_FromLong(jack_activate(((Session *)op)->client)); // expect: gilray-blocking-call-attached "waits for the sound server"
}

PyObject *session_version(PyObject *op, PyObject *unused)
{
    const char *text = "";
    unsigned length = 0;
    if (dpiConn_getServerVersion(((Session *)op)->conn, &text, &length, NULL)) // expect: gilray-blocking-call-attached "asks the Oracle server"
        return PyErr_NoMemory();
    return PyUnicode_FromStringAndSize(text, length);
}

PyObject *session_dequeue(PyObject *op, PyObject *unused)
{
    return PyLong_FromLong(dpiConn_deqObject(((Session *)op)->conn, "q", 1, NULL, NULL, NULL)); // expect: gilray-blocking-call-attached "waits for the Oracle server"
}

PyObject *session_wait(PyObject *op, PyObject *arg)
{
    long long most = PyLong_AsLongLong(arg);
    return PyBool_FromLong(gpiod_line_request_wait_edge_events(((Session *)op)->request, most)); // expect: gilray-blocking-call-attached "waits for an event of the GPIO line"
}

PyObject *session_poll(PyObject *op, PyObject *unused)
{
    return PyBool_FromLong(gpiod_line_request_wait_edge_events(((Session *)op)->request, 0)); // ok: gilray-blocking-call-attached  does not wait
}
