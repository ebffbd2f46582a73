// corpus: check=gilray-blocking-call-attached py=3.9.. severity=note gilray="--checks=-gilray-shared-handle-detached,-gilray-detached-object-write"
#include <Python.h>
#include <zlib.h>

// The same function with other constants does other work: that it is detached for the one decides nothing for the other.
typedef struct {
    PyObject_HEAD
    z_stream stream;
} Compressor;

extern PyObject *error_of(int code);
extern PyObject *taken_out(Compressor *self);

static PyObject *flush(PyObject *op, PyObject *finish)
{
    Compressor *self = (Compressor *)op;
    int result;
    if (finish == Py_False) {
        Py_BEGIN_ALLOW_THREADS
        result = deflate(&self->stream, Z_SYNC_FLUSH); // ok: gilray-blocking-call-attached  detached
        Py_END_ALLOW_THREADS
        return result == Z_OK ? taken_out(self) : error_of(result);
    }
    result = deflate(&self->stream, Z_FINISH); // expect: gilray-blocking-call-attached "'deflate' compresses"
    return result == Z_STREAM_END ? taken_out(self) : error_of(result);
}

// Called by Python, so the release belongs here, although the functions that deal with Python are in other files.
static PyObject *next_block(PyObject *op)
{
    int result = deflate(&((Compressor *)op)->stream, Z_BLOCK); // expect: gilray-blocking-call-attached "'deflate' compresses"
    return result == Z_OK ? taken_out((Compressor *)op) : error_of(result);
}

// The size decides.
static PyObject *put(PyObject *op, PyObject *unused)
{
    Compressor *self = (Compressor *)op;
    int result;
    if (self->stream.avail_in > 5000) {
        Py_BEGIN_ALLOW_THREADS
        result = deflate(&self->stream, Z_NO_FLUSH);
        Py_END_ALLOW_THREADS
    } else {
        result = deflate(&self->stream, Z_NO_FLUSH); // ok: gilray-blocking-call-attached  a small one
    }
    return result == Z_OK ? taken_out(self) : error_of(result);
}

static PyMethodDef methods[] = {
    {"flush", flush, METH_O, NULL}, {"put", put, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
PyType_Slot compressor_slots[] = {{Py_tp_methods, methods}, {Py_tp_iternext, next_block}, {0, NULL}};
