#include "rules/Report.h"
#include "rules/freethreading/Applies.h"
#include "rules/freethreading/StatedGuards.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"one method takes the lock, the other does not", R"c(#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    char *data;
} Buffer;

static PyObject *buffer_set(PyObject *op, PyObject *arg)
{
    Buffer *self = (Buffer *)op;
    pthread_mutex_lock(&self->lock);
    free(self->data);
    self->data = strdup(PyUnicode_AsUTF8(arg));
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *buffer_get(PyObject *op, PyObject *ignored)
{
    return PyUnicode_FromString(((Buffer *)op)->data);
}

static PyMethodDef buffer_methods[] = {
    {"set", buffer_set, METH_O, NULL}, {"get", buffer_get, METH_NOARGS, NULL}, {NULL}};
static PyType_Slot buffer_slots[] = {{Py_tp_methods, buffer_methods}, {0, NULL}};
PyType_Spec buffer_spec = {"demo.Buffer", sizeof(Buffer), 0, Py_TPFLAGS_DEFAULT, buffer_slots};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"both take it", R"c(#include <Python.h>
#include <pthread.h>

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock;
    char *data;
} Buffer;

static PyObject *buffer_set(PyObject *op, PyObject *arg)
{
    Buffer *self = (Buffer *)op;
    pthread_mutex_lock(&self->lock);
    free(self->data);
    self->data = strdup(PyUnicode_AsUTF8(arg));
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *buffer_get(PyObject *op, PyObject *ignored)
{
    Buffer *self = (Buffer *)op;
    pthread_mutex_lock(&self->lock);
    char *copy = strdup(self->data);
    pthread_mutex_unlock(&self->lock);
    PyObject *text = PyUnicode_FromString(copy);
    free(copy);
    return text;
}

static PyMethodDef buffer_methods[] = {
    {"set", buffer_set, METH_O, NULL}, {"get", buffer_get, METH_NOARGS, NULL}, {NULL}};
static PyType_Slot buffer_slots[] = {{Py_tp_methods, buffer_methods}, {0, NULL}};
PyType_Spec buffer_spec = {"demo.Buffer", sizeof(Buffer), 0, Py_TPFLAGS_DEFAULT, buffer_slots};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    UnguardedField,
    {
        .Name = "unguarded-field",
        .Group = "freethreading",
        .Summary = "a field of a Python object is used by several threads without a common lock",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A field of a Python object that methods write without a lock, or that is guarded by a lock or "
                "critical section at some accesses and not at others; a library's handle for one thread at a time that "
                "methods use without a lock; and a use that breaks a stated guard (GILRAY_GUARDED_BY, guarded_by in "
                ".gilray.yaml). Both threads are shown.",
        .Why = "Without a GIL two threads can call methods of one object at the same time: the one frees or replaces "
               "what the other is using (PEP 703).",
        .Remedy = "Hold one lock at all accesses: Py_BEGIN_CRITICAL_SECTION(self) (3.13), a PyMutex in the object, or "
                  "atomic operations for single numbers.",
        .Limits =
            "Speaks of modules that declare Py_MOD_GIL_NOT_USED, and of code compiled for a free-threaded Python; of "
            "stated guards always. Construction, deallocation and traversal of the object are exempt, as are objects "
            "that nobody else knows of yet. Silent where a lock may be held that could not be followed, and where a "
            "busy flag, tested and set under a lock, may order the accesses. A note, if all that lacks the lock is a "
            "read "
            "of a number. One finding per type for the fields that nobody guards, and one for those that some guard, "
            "which names the functions that lack the lock; in a module that declares Py_MOD_GIL_NOT_USED, one per "
            "function that lacks a lock which nearly all others hold.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  std::vector<Finding> Stated;
  reportStatedGuards(In, UnguardedFieldCheck, /*Fields=*/true, Stated);
  auto Report = [&](const evidence::Fact &Fact, std::string Module) {
    if (Fact.What != evidence::Kind::UnguardedField || Fact.MayBeLocked ||
        !((Fact.Blocks | Fact.Concerns) & evidence::FreeThreading) ||
        llvm::any_of(Stated, [&](const Finding &S) { return S.Where == Fact.Where; }))
      return;
    Finding F;
    F.Check = &UnguardedFieldCheck;
    F.Sev = Fact.Minor ? Severity::Note : UnguardedFieldCheck.Default;
    F.Message = Fact.Says;
    F.Where = Fact.Where;
    F.Function = Fact.Function;
    F.Module = std::move(Module);
    F.Notes = Fact.Notes;
    why(F, "without a GIL two threads can call methods of one object at the same time");
    remedyInGuide(F, Fact.Remedy, "Fields of objects");
    Out.push_back(std::move(F));
  };
  for (const evidence::Fact &Fact : In.evidence().facts())
    if (auto M = llvm::find_if(Fact.Modules, [&](unsigned I) { return withoutGil(In.modules().all()[I]); });
        M != Fact.Modules.end())
      Report(Fact, In.modules().all()[*M].Name);
  for (const evidence::Fact &Fact : In.evidence().loose())
    Report(Fact, std::string());
  llvm::move(Stated, std::back_inserter(Out));
}

} // namespace gilray
