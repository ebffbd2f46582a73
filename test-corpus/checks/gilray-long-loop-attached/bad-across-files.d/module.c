// corpus: check=gilray-long-loop-attached py=3.9.. severity=note
// The loop is in another file.
#include <Python.h>
unsigned hash_bytes(const unsigned char *p, long n);

PyObject *hash(PyObject *self, PyObject *arg)
{
    return PyLong_FromUnsignedLong(hash_bytes((unsigned char *)PyBytes_AsString(arg), PyBytes_Size(arg)));
}
