/* Kernels that do what the probe must survive, and name. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile long calls;

/* crash(): writes to nowhere, after some good calls. */
static PyObject *crash(PyObject *self, PyObject *unused) {
  if (++calls > 3)
    *(volatile int *)8 = 1;
  Py_RETURN_NONE;
}

/* deadlock(): two locks in two orders, the GIL being one of them. With one worker all is well. */
static PyObject *deadlock(PyObject *self, PyObject *unused) {
  pthread_mutex_lock(&lock);
  Py_BEGIN_ALLOW_THREADS
  usleep(200);
  Py_END_ALLOW_THREADS
  pthread_mutex_unlock(&lock);
  Py_RETURN_NONE;
}

/* hang_holding(), hang_released(): compute without end. */
static PyObject *hang_holding(PyObject *self, PyObject *unused) {
  for (volatile int go = 1; go;)
    ;
  Py_RETURN_NONE;
}
static PyObject *hang_released(PyObject *self, PyObject *unused) {
  Py_BEGIN_ALLOW_THREADS
  for (volatile int go = 1; go;)
    ;
  Py_END_ALLOW_THREADS
  Py_RETURN_NONE;
}

/* fail(): raises. */
static PyObject *fail(PyObject *self, PyObject *unused) {
  PyErr_SetString(PyExc_ValueError, "no such gauge");
  return NULL;
}

/* leave(): ends the process. */
static PyObject *leave(PyObject *self, PyObject *unused) {
  if (++calls > 3)
    _exit(7);
  Py_RETURN_NONE;
}

/* spawn(): starts processes that outlive the call, in sessions of their own. */
static PyObject *spawn(PyObject *self, PyObject *unused) {
  if (++calls < 5) {
    pid_t child = fork();
    if (child == 0) {
      setsid();
      if (fork() == 0)
        execl("/bin/sleep", "gilray-left-behind", "300", NULL);
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  usleep(2000);
  Py_RETURN_NONE;
}

/* flood(): writes without end. */
static PyObject *flood(PyObject *self, PyObject *unused) {
  static char text[65536];
  memset(text, 'x', sizeof text);
  for (int i = 0; i < 64; i++)
    if (write(1, text, sizeof text) < 0)
      break;
  Py_RETURN_NONE;
}

/* leak(): makes shared memory that nobody removes. */
static PyObject *leak(PyObject *self, PyObject *unused) {
  char name[64];
  snprintf(name, sizeof name, "/gilray-left-behind-%d", (int)getpid());
  int file = shm_open(name, O_RDWR | O_CREAT, 0600);
  if (file >= 0)
    close(file);
  usleep(500);
  Py_RETURN_NONE;
}

/* deaf(): closes all descriptors, those to the driver included. */
static PyObject *deaf(PyObject *self, PyObject *unused) {
  for (int i = 3; i < 64; i++)
    close(i);
  usleep(1000);
  Py_RETURN_NONE;
}

/* hog(): takes memory and keeps it. */
static char *volatile kept; /* or the compiler leaves the memory out */
static PyObject *hog(PyObject *self, PyObject *unused) {
  size_t size = 32 << 20;
  kept = malloc(size);
  if (kept)
    memset(kept, 1, size);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"crash", crash, METH_NOARGS, NULL},
                                {"deadlock", deadlock, METH_NOARGS, NULL},
                                {"hang_holding", hang_holding, METH_NOARGS, NULL},
                                {"hang_released", hang_released, METH_NOARGS, NULL},
                                {"fail", fail, METH_NOARGS, NULL},
                                {"leave", leave, METH_NOARGS, NULL},
                                {"spawn", spawn, METH_NOARGS, NULL},
                                {"flood", flood, METH_NOARGS, NULL},
                                {"hog", hog, METH_NOARGS, NULL},
                                {"leak", leak, METH_NOARGS, NULL},
                                {"deaf", deaf, METH_NOARGS, NULL},
                                {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "hostile", NULL, 0, methods, slots};
PyMODINIT_FUNC PyInit_hostile(void) { return PyModuleDef_Init(&definition); }
