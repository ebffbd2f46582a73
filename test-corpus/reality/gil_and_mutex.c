// reality: a deadlock between the GIL and a mutex: check() waits attached for the mutex, whose holder waits to attach
// corpus: check=gilray-lock-order-inversion py=3.9..
//
// Without a GIL the holder can attach, but a garbage collection must wait for check(), which never detaches.
//
//   main                          hang
//   legacy                        hang
//   legacy       nogil            ImportError
//   checked                       ImportError
//   own-gil                       ImportError
//   legacy       py<3.12          hang
//   own-gil      py<3.12          hang
#include <Python.h>
#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t taken;
static int level;

static void *collector(void *unused) {
  pthread_mutex_lock(&lock);
  sem_post(&taken);
  PyGILState_STATE state = PyGILState_Ensure();
  PyGC_Collect();
  PyGILState_Release(state);
  pthread_mutex_unlock(&lock);
  return NULL;
}

static PyObject *check(PyObject *module, PyObject *unused) {
  pthread_t thread;
  sem_init(&taken, 0, 0);
  if (pthread_create(&thread, NULL, collector, NULL) != 0)
    return PyErr_SetFromErrno(PyExc_OSError);
  pthread_detach(thread);
  sem_wait(&taken); // makes sure that the unlucky moment comes: the thread posts before it attaches
  pthread_mutex_lock(&lock); // expect: gilray-lock-order-inversion "attaches holding it"
  int seen = level;
  pthread_mutex_unlock(&lock);
  return PyUnicode_FromFormat("level %d", seen);
}

static PyMethodDef methods[] = {{"check", check, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "gil_and_mutex", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_gil_and_mutex(void) { return PyModuleDef_Init(&def); }
