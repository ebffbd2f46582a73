// The C API of the Python that loaded us, looked up at run time. No Python.h: one library serves CPython 3.8 to 3.15,
// with and without GIL, static and shared. Objects are opaque; the few layouts needed have been the same since they
// exist.
#ifndef GILRAY_PROBE_HARNESS_API_H
#define GILRAY_PROBE_HARNESS_API_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>

namespace gilray::harness {

using Object = void;
using ThreadState = void;
using Interpreter = void;

/// PyInterpreterConfig, 3.12 on.
struct InterpreterConfig {
  int UseMainObmalloc, AllowFork, AllowExec, AllowThreads, AllowDaemonThreads, CheckMultiInterpExtensions, Gil;
};
/// PyStatus.
struct Status {
  int Type;
  const char *Function, *Message;
  int Code;
};

#define GILRAY_API(X)                                                                                                  \
  X(ThreadState *, PyThreadState_New, (Interpreter *))                                                                 \
  X(void, PyThreadState_Clear, (ThreadState *))                                                                        \
  X(void, PyThreadState_DeleteCurrent, ())                                                                             \
  X(ThreadState *, PyThreadState_Swap, (ThreadState *))                                                                \
  X(void, PyEval_RestoreThread, (ThreadState *))                                                                       \
  X(ThreadState *, PyEval_SaveThread, ())                                                                              \
  X(Interpreter *, PyInterpreterState_Main, ())                                                                        \
  X(void, Py_EndInterpreter, (ThreadState *))                                                                          \
  X(ThreadState *, Py_NewInterpreter, ())                                                                              \
  X(Object *, PyObject_Call, (Object *, Object *, Object *))                                                           \
  X(void, Py_IncRef, (Object *))                                                                                       \
  X(void, Py_DecRef, (Object *))                                                                                       \
  X(Object *, PyDict_New, ())                                                                                          \
  X(Object *, PyDict_GetItemString, (Object *, const char *))                                                          \
  X(int, PyDict_SetItemString, (Object *, const char *, Object *))                                                     \
  X(Object *, PyRun_StringFlags, (const char *, int, Object *, Object *, void *))                                      \
  X(Object *, PyEval_GetBuiltins, ())                                                                                  \
  X(void, PyErr_Fetch, (Object **, Object **, Object **))                                                              \
  X(void, PyErr_NormalizeException, (Object **, Object **, Object **))                                                 \
  X(void, PyErr_SetString, (Object *, const char *))                                                                   \
  X(Object *, PyObject_Repr, (Object *))                                                                               \
  X(const char *, PyUnicode_AsUTF8, (Object *))                                                                        \
  X(Object *, PyTuple_New, (ssize_t))                                                                                  \
  X(Object *, PyTuple_GetItem, (Object *, ssize_t))                                                                    \
  X(int, PyTuple_SetItem, (Object *, ssize_t, Object *))                                                               \
  X(Object *, PyLong_FromLong, (long))                                                                                 \
  X(long, PyLong_AsLong, (Object *))                                                                                   \
  X(Object *, PyCFunction_NewEx, (void *, Object *, Object *))                                                         \
  X(int, PySys_SetObject, (const char *, Object *))

struct Api {
#define X(Result, Name, Parameters) Result(*Name) Parameters;
  GILRAY_API(X)
#undef X
  Status (*Py_NewInterpreterFromConfig)(ThreadState **, const InterpreterConfig *); ///< null before 3.12
  Interpreter *(*InterpreterGet)();
  ThreadState *(*UncheckedGet)(); ///< the holder of the GIL, from any thread: 3.8 to 3.11 only
  int Minor = 0;
  bool Loaded = false;
};
extern Api Py;

/// Empty, or the names of functions that this process does not have.
std::string loadApi();

/// The pending exception as text, cleared.
std::string takeException();

} // namespace gilray::harness

#endif
