// corpus: check=gilray-blocking-call-attached py=3.9..
// Libraries: a database, a compressor, an image codec. Declarations stand in for the headers.
#include <Python.h>

typedef struct sqlite3_blob sqlite3_blob;
int sqlite3_blob_read(sqlite3_blob *, void *to, int n, int offset);
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
PGresult *PQexec(PGconn *, const char *query);
void PQclear(PGresult *);
int LZ4_compress_default(const char *from, char *to, int size, int room);

typedef struct {
    PyObject_HEAD
    sqlite3_blob *blob;
    PGconn *conn;
} Session;

PyObject *session_blob(PyObject *op, PyObject *unused)
{
    char part[65536];
    if (sqlite3_blob_read(((Session *)op)->blob, part, sizeof part, 0)) // expect: gilray-blocking-call-attached "reads or writes the database"
        return PyErr_NoMemory();
    return PyBytes_FromStringAndSize(part, sizeof part);
}

PyObject *session_ask(PyObject *op, PyObject *arg)
{
    const char *query = PyUnicode_AsUTF8(arg);
    if (!query)
        return NULL;
    PGresult *result = PQexec(((Session *)op)->conn, query); // expect: gilray-blocking-call-attached "waits for the PostgreSQL server"
    if (!result)
        return PyErr_NoMemory();
    PQclear(result); // ok: gilray-blocking-call-attached  memory only
    Py_RETURN_NONE;
}

PyObject *squeeze(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    char to[4096];
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    int n = LZ4_compress_default(view.buf, to, (int)view.len, sizeof to); // expect: gilray-blocking-call-attached "compresses"
    PyBuffer_Release(&view);
    return PyBytes_FromStringAndSize(to, n);
}
