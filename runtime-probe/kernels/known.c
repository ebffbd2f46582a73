/* Kernels whose behaviour is known by construction: the truth that the probe is tested against. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static uint64_t spin(uint64_t n, uint64_t x) {
  for (uint64_t i = 0; i < n; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    __asm__ volatile("" : "+r"(x));
  }
  return x;
}

static _Atomic uint64_t shared_counter;
static pthread_mutex_t shared_mutex = PTHREAD_MUTEX_INITIALIZER;

typedef struct {
  PyObject *shared;
} module_state;

static int number(PyObject *o, uint64_t *into) {
  *into = PyLong_AsUnsignedLongLong(o);
  return PyErr_Occurred() ? -1 : 0;
}
static PyObject *result(uint64_t x) { return PyLong_FromUnsignedLongLong(x & 0xff); }

/* hold(n): computes, and never lets go of the GIL. */
static PyObject *hold(PyObject *self, PyObject *arg) {
  uint64_t n;
  if (number(arg, &n))
    return NULL;
  return result(spin(n, 1));
}

/* release(n): computes without the GIL. */
static PyObject *release(PyObject *self, PyObject *arg) {
  uint64_t n, x;
  if (number(arg, &n))
    return NULL;
  Py_BEGIN_ALLOW_THREADS
  x = spin(n, 1);
  Py_END_ALLOW_THREADS
  return result(x);
}

/* saw(n, permille, rounds): holds the GIL for permille of the work, in so many rounds. */
static PyObject *saw(PyObject *self, PyObject *args) {
  unsigned long long n, permille, rounds;
  if (!PyArg_ParseTuple(args, "KKK", &n, &permille, &rounds))
    return NULL;
  uint64_t x = 1, held = n * permille / 1000;
  for (uint64_t i = 0; i < rounds; i++) {
    x = spin(held / rounds, x | 1);
    Py_BEGIN_ALLOW_THREADS
    x = spin((n - held) / rounds, x | 1);
    Py_END_ALLOW_THREADS
  }
  return result(x);
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* stolen(n, permille, rounds): saw, but three times a second some 40 ms more pass in a released part, as where the host
   of a virtual machine takes the processor away without telling. */
static PyObject *stolen(PyObject *self, PyObject *args) {
  static __thread int64_t last;
  if (now() - last > 300000000) {
    Py_BEGIN_ALLOW_THREADS
    last = now();
    while (now() - last < 40000000)
      ;
    Py_END_ALLOW_THREADS
  }
  return saw(self, args);
}

/* stream(n): reads and writes n doubles of the worker's own, without the GIL. */
static __thread double *stream_a, *stream_b;
static __thread size_t stream_n;
static PyObject *stream(PyObject *self, PyObject *arg) {
  uint64_t n;
  double s = 0;
  if (number(arg, &n))
    return NULL;
  Py_BEGIN_ALLOW_THREADS
  if (stream_n != n) {
    free(stream_a);
    free(stream_b);
    stream_a = calloc(n, 8);
    stream_b = calloc(n, 8);
    stream_n = stream_a && stream_b ? n : 0;
  }
  for (size_t i = 0; i < stream_n; i++)
    stream_a[i] = stream_b[i] + 1.0001 * stream_a[i] + i;
  s = stream_n ? stream_a[stream_n / 2] : 0;
  Py_END_ALLOW_THREADS
  return PyFloat_FromDouble(s);
}

/* atomic(n): without the GIL, but all workers count in one place. */
static PyObject *atomic(PyObject *self, PyObject *arg) {
  uint64_t n;
  if (number(arg, &n))
    return NULL;
  Py_BEGIN_ALLOW_THREADS
  for (uint64_t i = 0; i < n; i++)
    atomic_fetch_add(&shared_counter, 1);
  Py_END_ALLOW_THREADS
  Py_RETURN_NONE;
}

/* mutex(n): without the GIL, but under one lock. */
static PyObject *mutex(PyObject *self, PyObject *arg) {
  uint64_t n, x;
  if (number(arg, &n))
    return NULL;
  Py_BEGIN_ALLOW_THREADS
  pthread_mutex_lock(&shared_mutex);
  x = spin(n, 1);
  pthread_mutex_unlock(&shared_mutex);
  Py_END_ALLOW_THREADS
  return result(x);
}

/* refcount(n): counts references of one object that all workers share. */
static PyObject *refcount(PyObject *self, PyObject *arg) {
  uint64_t n;
  if (number(arg, &n))
    return NULL;
  PyObject *o = ((module_state *)PyModule_GetState(self))->shared;
  for (uint64_t i = 0; i < n; i++) {
    Py_INCREF(o);
    __asm__ volatile("" ::: "memory");
    Py_DECREF(o);
  }
  Py_RETURN_NONE;
}

/* critical(n): short critical sections of one shared object. */
static PyObject *critical(PyObject *self, PyObject *arg) {
  uint64_t n, x = 1;
  if (number(arg, &n))
    return NULL;
  PyObject *o = ((module_state *)PyModule_GetState(self))->shared;
  for (uint64_t i = 0; i < n; i++) {
#ifdef Py_BEGIN_CRITICAL_SECTION
    Py_BEGIN_CRITICAL_SECTION(o);
    x = spin(20, x | 1);
    Py_END_CRITICAL_SECTION();
#else
    x = spin(20, x | 1);
    (void)o;
#endif
  }
  return result(x);
}

/* wait(ns): sleeps without the GIL. */
static PyObject *wait_for(PyObject *self, PyObject *arg) {
  uint64_t ns;
  if (number(arg, &ns))
    return NULL;
  struct timespec t = {ns / 1000000000, ns % 1000000000};
  Py_BEGIN_ALLOW_THREADS
  nanosleep(&t, NULL);
  Py_END_ALLOW_THREADS
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"hold", hold, METH_O, NULL},         {"release", release, METH_O, NULL},   {"saw", saw, METH_VARARGS, NULL},
    {"stolen", stolen, METH_VARARGS, NULL},
    {"stream", stream, METH_O, NULL},     {"atomic", atomic, METH_O, NULL},     {"mutex", mutex, METH_O, NULL},
    {"refcount", refcount, METH_O, NULL}, {"critical", critical, METH_O, NULL}, {"wait", wait_for, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

static int fill(PyObject *m) {
  module_state *s = PyModule_GetState(m);
  s->shared = PyList_New(0);
  return s->shared ? 0 : -1;
}

#ifndef SINGLE_PHASE
static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill},
#ifdef Py_mod_multiple_interpreters
                                   {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
                                   {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
                                   {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "known", NULL, sizeof(module_state), methods, slots};
PyMODINIT_FUNC PyInit_known(void) { return PyModuleDef_Init(&definition); }
#else
/* Single-phase and without slots: switches the GIL on in free-threaded builds, refused by interpreters with their own. */
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "known_single", NULL, sizeof(module_state), methods};
PyMODINIT_FUNC PyInit_known_single(void) {
  PyObject *m = PyModule_Create(&definition);
  if (m && fill(m)) {
    Py_DECREF(m);
    return NULL;
  }
  return m;
}
#endif
