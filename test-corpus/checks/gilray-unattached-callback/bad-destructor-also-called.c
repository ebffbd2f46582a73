// corpus: check=gilray-unattached-callback
// The destructor of a context is called by the module attached, and by the library, whose reader attaches by itself: a note.
#include <Python.h>
#include <stdlib.h>

typedef struct {
  void *data;
  void (*free_func)(void *);
} user_data;
int plugin_register_read(const char *name, int (*read)(user_data *), user_data *data);

typedef struct {
  PyObject *callback;
} context;

static void destroy(void *data) {
  context *c = (context *)data;
  Py_DECREF(c->callback); // expect: gilray-unattached-callback "'Py_DECREF'"
  free(c);
}

static int read_callback(user_data *data) {
  context *c = (context *)data->data;
  PyGILState_STATE state = PyGILState_Ensure();
  PyObject *result = PyObject_CallFunctionObjArgs(c->callback, NULL);
  Py_XDECREF(result);
  PyGILState_Release(state);
  return 0;
}

static PyObject *enroll(PyObject *self, PyObject *callback) {
  user_data data = {0};
  context *c = (context *)calloc(1, sizeof *c);
  if (c == NULL)
    return PyErr_NoMemory();
  Py_INCREF(callback);
  c->callback = callback;
  data.free_func = destroy;
  data.data = c;
  if (plugin_register_read("reader", read_callback, &data) != 0)
    destroy(c);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"enroll", enroll, METH_O, NULL}, {NULL, NULL, 0, NULL}};
