// corpus: check=gilray-blocking-call-attached py=3.9..
// A call through a pointer is told once, however much of the library it comes to.
#include <Python.h>

struct jpeg_compress_struct;
extern unsigned jpeg_write_scanlines(struct jpeg_compress_struct *, unsigned char **, unsigned);
extern void jpeg_finish_compress(struct jpeg_compress_struct *);

typedef struct {
    PyObject_HEAD
    int (*encode)(struct jpeg_compress_struct *state, unsigned char **rows, unsigned count);
    struct jpeg_compress_struct *state;
} Encoder;

static int encode_jpeg(struct jpeg_compress_struct *state, unsigned char **rows, unsigned count)
{
    if (jpeg_write_scanlines(state, rows, count) != count)
        return -1;
    jpeg_finish_compress(state);
    return 0;
}

static PyObject *encode(PyObject *op, PyObject *arg)
{
    Encoder *self = (Encoder *)op;
    unsigned char *rows[1] = {(unsigned char *)PyByteArray_AS_STRING(arg)};
    return PyLong_FromLong(self->encode(self->state, rows, 1)); // expect: gilray-blocking-call-attached "jpeg_write_scanlines"; expect(nogil): gilray-unguarded-field "state"
}

void encoder_init(PyObject *op)
{
    ((Encoder *)op)->encode = encode_jpeg;
}

static PyMethodDef methods[] = {{"encode", encode, METH_O, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *encoder_methods(void) { return methods; }
