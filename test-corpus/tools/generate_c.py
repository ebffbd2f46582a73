"""A C extension of any length for the benchmark: many functions like those of real modules (parsing, loops, branches,
clean-up labels, released regions, conditional release, wrappers), calling each other. Right throughout: no finding.

  generate_c.py LINES > FILE
"""
import argparse
import sys

HEAD = """#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

typedef struct {
  PyObject_HEAD
  char *data;
  Py_ssize_t size;
  int threshold;
  PyThreadState *save;
} Thing;

extern int backend_read(void *handle, char *buffer, Py_ssize_t size);
extern int backend_write(void *handle, const char *buffer, Py_ssize_t size);

static void begin_work(Thing *self) { self->save = PyEval_SaveThread(); }

static void end_work(Thing *self) {
  PyEval_RestoreThread(self->save);
  self->save = NULL;
}
"""

BLOCK = """
static unsigned checksum_@(const char *data, Py_ssize_t size) {
  unsigned sum = @;
  for (Py_ssize_t i = 0; i < size; ++i) {
    sum = (sum << 5) ^ (unsigned char)data[i];
    if (sum & 0x80000000u)
      sum ^= 0x04c11db7u;
  }
  return sum;
}

static PyObject *convert_@(PyObject *value, const char **text, Py_ssize_t *size) {
  if (PyUnicode_Check(value)) {
    *text = PyUnicode_AsUTF8AndSize(value, size);
    return *text ? Py_NewRef(value) : NULL;
  }
  if (PyBytes_Check(value)) {
    *text = PyBytes_AS_STRING(value);
    *size = PyBytes_GET_SIZE(value);
    return Py_NewRef(value);
  }
  PyErr_Format(PyExc_TypeError, "expected str or bytes, got %s", Py_TYPE(value)->tp_name);
  return NULL;
}

static PyObject *read_@(Thing *self, PyObject *args) {
  Py_ssize_t wanted;
  int status;
  if (!PyArg_ParseTuple(args, "n", &wanted))
    return NULL;
  if (wanted < 0) {
    PyErr_SetString(PyExc_ValueError, "negative size");
    return NULL;
  }
  PyObject *result = PyBytes_FromStringAndSize(NULL, wanted);
  if (!result)
    return NULL;
  char *buffer = PyBytes_AS_STRING(result);
  Py_BEGIN_ALLOW_THREADS
  status = backend_read(self->data, buffer, wanted);
  if (status == 0 && wanted > 16) {
    memset(buffer + 8, 0, 8);
    status = (int)checksum_@(buffer, wanted);
  }
  Py_END_ALLOW_THREADS
  if (status < 0) {
    Py_DECREF(result);
    return PyErr_SetFromErrno(PyExc_OSError);
  }
  return result;
}

static PyObject *write_@(Thing *self, PyObject *value) {
  const char *text;
  Py_ssize_t size;
  PyThreadState *save = NULL;
  PyObject *result = NULL, *owner = convert_@(value, &text, &size);
  if (!owner)
    goto done;
  if (size > self->threshold)
    save = PyEval_SaveThread();
  int status = backend_write(self->data, text, size);
  if (save)
    PyEval_RestoreThread(save);
  switch (status) {
  case 0:
    result = Py_NewRef(Py_None);
    break;
  case 1:
    result = PyLong_FromSsize_t(size);
    break;
  default:
    PyErr_SetString(PyExc_OSError, "write failed");
  }
done:
  Py_XDECREF(owner);
  return result;
}

static PyObject *sum_@(Thing *self, PyObject *list) {
  double total = 0;
  if (!PyList_Check(list))
    return PyErr_Format(PyExc_TypeError, "expected a list");
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    PyObject *item = PyList_GetItem(list, i);
    double number = item ? PyFloat_AsDouble(item) : -1.0;
    if (number == -1.0 && PyErr_Occurred())
      return NULL;
    total += number;
  }
  begin_work(self);
  unsigned sum = checksum_@(self->data, self->size);
  end_work(self);
  return Py_BuildValue("dI", total, sum);
}
"""
TAIL = """
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "generated", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_generated(void) { return PyModule_Create(&module); }
"""
ROW = '  {"%s_%d", (PyCFunction)%s_%d, %s, NULL},\n'


def generate(lines):
    count = max(1, (lines - HEAD.count("\n") - TAIL.count("\n") - 3) // (BLOCK.count("\n") + 3))
    blocks = "".join(BLOCK.replace("@", str(number)) for number in range(count))
    table = "".join(ROW % (name, number, name, number, flags) for number in range(count)
                    for name, flags in (("read", "METH_VARARGS"), ("write", "METH_O"), ("sum", "METH_O")))
    return HEAD + blocks + "\nstatic PyMethodDef methods[] = {\n" + table + "  {NULL, NULL, 0, NULL}};\n" + TAIL


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int)
    sys.stdout.write(generate(parser.parse_args().lines))
