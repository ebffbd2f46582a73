// corpus: check=* py=3.9..
// Tested again, by hand or in a helper; a busy flag; nobody gives it up; set anew.
#include <Python.h>

typedef struct lens lens;
void lens_wait(int ms);
int lens_focus(lens *l);
lens *lens_open(void);
void lens_close(lens *l);

typedef struct {
    PyObject_HEAD
    lens *l;
    lens *fixed; // until the object dies
    int busy;
} camera;

static int check_open(camera *self)
{
    if (self->l != NULL)
        return 0;
    PyErr_SetString(PyExc_ValueError, "closed");
    return -1;
}

static void rest(void)
{
    Py_BEGIN_ALLOW_THREADS
    lens_wait(1);
    Py_END_ALLOW_THREADS
}

static PyObject *camera_focus(PyObject *op, PyObject *ignored)
{
    camera *self = (camera *)op;
    if (self->l == NULL || self->fixed == NULL)
        return NULL;
    rest();
    int sum = lens_focus(self->fixed); // ok: gilray-state-after-detach  nobody gives it up
    if (self->l == NULL)
        return NULL;
    sum += lens_focus(self->l); // ok: gilray-state-after-detach  tested again
    rest();
    if (check_open(self) < 0)
        return NULL;
    return PyLong_FromLong(sum + lens_focus(self->l)); // ok: gilray-state-after-detach  tested again, in a helper
}

static PyObject *camera_reopen(PyObject *op, PyObject *ignored)
{
    camera *self = (camera *)op;
    if (self->l == NULL)
        return NULL;
    rest();
    self->l = lens_open(); // expect(nogil): gilray-unguarded-field "l"
    return PyLong_FromLong(lens_focus(self->l)); // ok: gilray-state-after-detach  set anew
}

static PyObject *camera_close(PyObject *op, PyObject *ignored)
{
    camera *self = (camera *)op;
    lens *old = self->l;
    self->l = NULL;
    if (old != NULL)
        lens_close(old);
    Py_RETURN_NONE;
}

PyMethodDef camera_methods[] = {{"focus", camera_focus, METH_NOARGS, NULL},
                                {"reopen", camera_reopen, METH_NOARGS, NULL},
                                {"close", camera_close, METH_NOARGS, NULL},
                                {NULL, NULL, 0, NULL}};
