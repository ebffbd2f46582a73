// corpus: check=* py=3.9..3.12
// Code from the time when the lock was made only with the first thread asked whether there is one, before the release and again after it.
// Since 3.7 there always is, and before it nobody destroyed one.
#include <Python.h>

extern int wait_for_event(int handle);

#define MY_BEGIN_ALLOW_THREADS                                                                                         \
  do {                                                                                                                 \
    PyThreadState *_save = NULL;                                                                                       \
    if (PyEval_ThreadsInitialized())                                                                                   \
      _save = PyEval_SaveThread();

#define MY_END_ALLOW_THREADS                                                                                           \
  if (PyEval_ThreadsInitialized())                                                                                     \
    PyEval_RestoreThread(_save);                                                                                       \
  }                                                                                                                    \
  while (0)

PyObject *wait_guarded(PyObject *self, PyObject *arg) {
  long handle = PyLong_AsLong(arg);
  int got;
  if (handle == -1 && PyErr_Occurred())
    return NULL;
  MY_BEGIN_ALLOW_THREADS;
  got = wait_for_event((int)handle);
  MY_END_ALLOW_THREADS;
  return PyLong_FromLong(got); // ok: gilray-*  attached again
}

PyObject *wait_and_leave(PyObject *self, PyObject *arg) {
  int got;
  MY_BEGIN_ALLOW_THREADS;
  got = wait_for_event(1);
  if (got < 0)
    return NULL; // expect: gilray-region-escape "returns while the thread state is released"
  MY_END_ALLOW_THREADS;
  return PyLong_FromLong(got);
}
