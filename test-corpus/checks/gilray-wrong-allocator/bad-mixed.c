// corpus: check=gilray-wrong-allocator
#include <Python.h>
#include <stdlib.h>
#include <string.h>

// Taken from one allocator and given to another: through a local, a field, a global, by realloc.
typedef struct {
    PyObject_HEAD
    char *text;
    char *raw;
} Label;

static char *scratch;

PyObject *fill(Label *self, Py_ssize_t size)
{
    char *local = (char *)PyMem_Malloc(size);
    if (local == NULL)
        return NULL;
    memset(local, 0, size);
    self->text = (char *)malloc(size);
    self->raw = (char *)PyMem_RawMalloc(size);
    scratch = (char *)PyMem_Malloc(size);
    free(local); // expect: gilray-wrong-allocator "'local' comes from 'PyMem_Malloc' and is given to 'free'"
    Py_RETURN_NONE;
}

void drop(Label *self)
{
    PyMem_Free(self->text); // expect: gilray-wrong-allocator "'text' comes from 'malloc' and is given to 'PyMem_Free'"
    self->text = NULL;
    PyMem_RawFree(self->raw); // ok: gilray-wrong-allocator  the counterpart
    scratch = (char *)realloc(scratch, 8); // expect: gilray-wrong-allocator "'scratch' comes from 'PyMem_Malloc' and is given to 'realloc'"
}
