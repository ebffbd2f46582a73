/* Kernels that no threshold of the probe was chosen by: their verdicts were predicted before they were first measured
   (docs/dev/probe-validation.md). */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t spin(uint64_t n, uint64_t x) {
  for (uint64_t i = 0; i < n; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    __asm__ volatile("" : "+r"(x));
  }
  return x;
}

static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static struct {
  volatile uint64_t a, b;
} __attribute__((aligned(64))) neighbours;
static __thread int slot = -1;
static int slots;

static int number(PyObject *arg, uint64_t *n) {
  *n = PyLong_AsUnsignedLongLong(arg);
  return PyErr_Occurred() ? -1 : 0;
}

/* copy(n): copies small pieces of memory with the GIL held. */
static PyObject *copy(PyObject *self, PyObject *arg) {
  uint64_t n;
  char from[4096] = {1}, to[4096];
  if (number(arg, &n))
    return NULL;
  for (uint64_t i = 0; i < n; i++) {
    memcpy(to, from, sizeof to);
    __asm__ volatile("" : : "r"(to) : "memory");
  }
  return PyLong_FromLong(to[0]);
}

/* callbacks(n): without the GIL, but for ten short visits to Python. */
static PyObject *callbacks(PyObject *self, PyObject *arg) {
  uint64_t n, x = 1;
  if (number(arg, &n))
    return NULL;
  Py_BEGIN_ALLOW_THREADS for (int i = 0; i < 10; i++) {
    x = spin(n / 10, x);
    PyGILState_STATE state = PyGILState_Ensure();
    Py_XDECREF(PyLong_FromUnsignedLongLong(x));
    PyGILState_Release(state);
  }
  Py_END_ALLOW_THREADS return PyLong_FromUnsignedLongLong(x & 0xff);
}

/* table(n): without the GIL, nearly all of it under a lock for writing. */
static PyObject *table(PyObject *self, PyObject *arg) {
  uint64_t n, x;
  if (number(arg, &n))
    return NULL;
  Py_BEGIN_ALLOW_THREADS x = spin(n / 20, 1);
  pthread_rwlock_wrlock(&table_lock);
  x = spin(n - n / 20, x);
  pthread_rwlock_unlock(&table_lock);
  Py_END_ALLOW_THREADS return PyLong_FromUnsignedLongLong(x & 0xff);
}

/* line(n): each worker counts in a place of its own, but both places are in one cache line. */
static PyObject *line(PyObject *self, PyObject *arg) {
  uint64_t n;
  if (number(arg, &n))
    return NULL;
  if (slot < 0)
    slot = __atomic_fetch_add(&slots, 1, __ATOMIC_RELAXED) & 1;
  volatile uint64_t *own = slot ? &neighbours.a : &neighbours.b;
  Py_BEGIN_ALLOW_THREADS for (uint64_t i = 0; i < n; i++) __atomic_fetch_add(own, 1, __ATOMIC_SEQ_CST);
  Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

/* allocate(n): takes and gives back memory without the GIL. */
static PyObject *allocate(PyObject *self, PyObject *arg) {
  uint64_t n;
  if (number(arg, &n))
    return NULL;
  Py_BEGIN_ALLOW_THREADS for (uint64_t i = 0; i < n; i++) {
    char *volatile piece = malloc(64 + (i & 255));
    if (piece)
      piece[0] = 1;
    free(piece);
  }
  Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

/* parse(n): three parts, each with 65 % held. */
static PyObject *parse(PyObject *self, PyObject *arg) {
  uint64_t n, x = 1;
  if (number(arg, &n))
    return NULL;
  for (int i = 0; i < 3; i++) {
    x = spin(n / 3 * 65 / 100, x);
    Py_BEGIN_ALLOW_THREADS x = spin(n / 3 * 35 / 100, x);
    Py_END_ALLOW_THREADS
  }
  return PyLong_FromUnsignedLongLong(x & 0xff);
}

/* crumbs(n): releases the GIL for about half a microsecond at a time. */
static PyObject *crumbs(PyObject *self, PyObject *arg) {
  uint64_t n, x = 1;
  if (number(arg, &n))
    return NULL;
  for (uint64_t i = 0; i < n; i++) {
    Py_BEGIN_ALLOW_THREADS x = spin(400, x);
    Py_END_ALLOW_THREADS
  }
  return PyLong_FromUnsignedLongLong(x & 0xff);
}

/* request(n): a little work with the GIL, then waits for 2 ms without it. */
static PyObject *request(PyObject *self, PyObject *arg) {
  uint64_t n;
  struct timespec t = {0, 2000000};
  if (number(arg, &n))
    return NULL;
  uint64_t x = spin(n, 1);
  Py_BEGIN_ALLOW_THREADS nanosleep(&t, NULL);
  Py_END_ALLOW_THREADS return PyLong_FromUnsignedLongLong(x & 0xff);
}

static PyMethodDef methods[] = {
    {"copy", copy, METH_O, NULL},     {"callbacks", callbacks, METH_O, NULL}, {"table", table, METH_O, NULL},
    {"line", line, METH_O, NULL},     {"allocate", allocate, METH_O, NULL},   {"parse", parse, METH_O, NULL},
    {"crumbs", crumbs, METH_O, NULL}, {"request", request, METH_O, NULL},     {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots_of_module[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "unseen", NULL, 0, methods, slots_of_module};
PyMODINIT_FUNC PyInit_unseen(void) { return PyModuleDef_Init(&definition); }
