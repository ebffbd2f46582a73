#include <Python.h>
#include <string.h>
#include "quote.h"

char *quote_copy(const char *text, Py_ssize_t length)
{
    char *copy = PyMem_Malloc(length + 3);
    if (copy) {
        copy[0] = '"';
        memcpy(copy + 1, text, length);
        strcpy(copy + 1 + length, "\"");
    }
    return copy;
}

void quote_free(char *text) { PyMem_Free(text); }
