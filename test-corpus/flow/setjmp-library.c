// corpus: check=* py=3.9..
// A library that was given longjmp, as libpng is, jumps from any call that gets the handle; one that was given a function
// that jumps, as libjpeg is, from any call that gets what was made with the buffer's structure.
#include <Python.h>
#include <setjmp.h>

typedef struct image image;
typedef void (*jump)(jmp_buf, int);
jmp_buf *image_set_jump(image *i, jump how, size_t size);
image *image_new(void);
void image_header(image *i), image_rows(image *i), image_free(image *i);
long other_work(void);

PyObject *load(PyObject *self, PyObject *args)
{
    image *i = image_new();
    if (setjmp(*image_set_jump(i, longjmp, sizeof(jmp_buf)))) {
        PyErr_SetString(PyExc_ValueError, "no image"); // expect: gilray-detached-api-call "PyErr_SetString"
        return NULL; // expect: gilray-region-escape
    }
    image_header(i);
    Py_BEGIN_ALLOW_THREADS
    image_rows(i);
    Py_END_ALLOW_THREADS
    image_free(i);
    Py_RETURN_NONE;
}

PyObject *load_well(PyObject *self, PyObject *args)
{
    long n;
    image *i = image_new();
    if (setjmp(*image_set_jump(i, longjmp, sizeof(jmp_buf)))) {
        PyErr_SetString(PyExc_ValueError, "no image"); // ok: gilray-detached-api-call  only attached calls get the image
        return NULL;                                   // ok: gilray-region-escape
    }
    image_header(i);
    Py_BEGIN_ALLOW_THREADS
    n = other_work();
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(n);
}

struct photo_errors {
    void (*fail)(void *photo);
};
struct photo {
    struct photo_errors *errors;
};
struct photo_errors *photo_std_errors(struct photo_errors *e);
void photo_read(struct photo *p);

struct errors {
    struct photo_errors common;
    jmp_buf back;
};

static void failed(void *photo)
{
    struct errors *e = (struct errors *)((struct photo *)photo)->errors;
    longjmp(e->back, 1);
}

PyObject *develop(PyObject *self, PyObject *args)
{
    struct photo p;
    struct errors e;
    p.errors = photo_std_errors(&e.common);
    e.common.fail = failed;
    if (setjmp(e.back)) {
        PyErr_SetString(PyExc_ValueError, "no photo"); // expect: gilray-detached-api-call "PyErr_SetString"
        return NULL; // expect: gilray-region-escape
    }
    Py_BEGIN_ALLOW_THREADS
    photo_read(&p);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
