// corpus: check=gilray-detached-object-write
// The connection's lock keeps queries apart. What another method does with the cursor's result, it does under the GIL only.
#include <Python.h>
#include <pthread.h>

typedef struct result result;
extern result *run_query(void *handle, const char *text);
extern void free_result(result *);
extern int rows(result *);

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    void *handle;
    int queries;
} Connection;

typedef struct {
    PyObject_HEAD
    Connection *conn;
    result *last;
    result *guarded;
} Cursor;

PyObject *execute(PyObject *op, PyObject *text)
{
    Cursor *self = (Cursor *)op;
    const char *query = PyUnicode_AsUTF8(text);
    if (!query)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&self->conn->lock);
    self->last = run_query(self->conn->handle, query); // expect: gilray-detached-object-write "field 'last' of a Python object is written"
    self->guarded = run_query(self->conn->handle, "status"); // ok: gilray-detached-object-write  all writers hold the lock
    self->conn->queries++; // ok: gilray-detached-object-write  a number, read for information
    pthread_mutex_unlock(&self->conn->lock);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(self->conn->queries);
}

PyObject *reset(PyObject *op, PyObject *unused)
{
    Cursor *self = (Cursor *)op;
    if (self->last)
        free_result(self->last);
    self->last = NULL;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&self->conn->lock);
    free_result(self->guarded);
    self->guarded = NULL; // ok: gilray-detached-object-write  all writers hold the lock
    pthread_mutex_unlock(&self->conn->lock);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
