// corpus: check=gilray-unguarded-field py=3.9.. flags="-Iinclude"
#include <Python.h>
#include <pthread.h>
#include "gilray.h"

// What guards a field is stated beside it: then every use needs it, in every build.
typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    char *text GILRAY_GUARDED_BY(lock);
    long uses GILRAY_GUARDED_BY(lock); // ok: gilray-unguarded-field  all uses hold it
} Label;

PyObject *set_text(Label *self, PyObject *arg)
{
    pthread_mutex_lock(&self->lock);
    self->text = NULL;
    self->uses++;
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

PyObject *get_text(Label *self, PyObject *ignored)
{
    return PyUnicode_FromString(self->text); // expect: gilray-unguarded-field "'Label.text' is used without 'lock', which guards it"
}
