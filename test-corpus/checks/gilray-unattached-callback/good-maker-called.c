// corpus: check=gilray-unattached-callback
// A statement is made from a connection. Its callback runs when the statement fetches, which happens attached; what is
// called detached is the connection's, or asks what is known already.
#include <Python.h>

struct connection;
struct statement;
struct statement *statement_init(struct connection *connection);
void statement_set_callback(struct statement *statement, void (*row)(void *), void *data);
int statement_fetch(struct statement *statement);
int statement_field_count(struct statement *statement);
int connection_options(struct connection *connection, int option);

struct cursor {
    PyObject_HEAD
    struct connection *connection;
    struct statement *statement;
    PyObject *row;
};

static void on_row(void *data)
{
    struct cursor *self = data;
    Py_XSETREF(self->row, PyLong_FromLong(1)); // ok: gilray-unattached-callback
}

PyObject *cursor_open(struct cursor *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    connection_options(self->connection, 1);
    Py_END_ALLOW_THREADS
    self->statement = statement_init(self->connection);
    statement_set_callback(self->statement, on_row, self);
    Py_RETURN_NONE;
}

PyObject *cursor_fetch(struct cursor *self, PyObject *args)
{
    int fields;
    Py_BEGIN_ALLOW_THREADS
    fields = statement_field_count(self->statement);
    Py_END_ALLOW_THREADS
    if (fields && statement_fetch(self->statement))
        return NULL;
    return Py_NewRef(self->row);
}
