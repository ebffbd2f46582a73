#include "rules/freethreading/Applies.h"
#include "rules/freethreading/Borrowing.h"

namespace gilray {

using namespace rules;
using api::Lender;
using ownership::Exposure;

static constexpr Example Bad[] = {{"a dictionary that others can change meanwhile", R"c(#include <Python.h>

typedef struct { PyObject_HEAD PyObject *sizes; } Shelf;

static PyObject *shelf_total(PyObject *op, PyObject *ignored)
{
    Shelf *self = (Shelf *)op;
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    long total = 0;
    while (PyDict_Next(self->sizes, &pos, &key, &value))
        total += PyLong_AsLong(value);
    return PyLong_FromLong(total);
}

static PyMethodDef shelf_methods[] = {{"total", shelf_total, METH_NOARGS, NULL}, {NULL}};
static PyType_Slot shelf_slots[] = {{Py_tp_methods, shelf_methods}, {0, NULL}};
PyType_Spec shelf_spec = {"demo.Shelf", sizeof(Shelf), 0, Py_TPFLAGS_DEFAULT, shelf_slots};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"over a copy that nobody else has", R"c(#include <Python.h>

typedef struct { PyObject_HEAD PyObject *sizes; } Shelf;

static PyObject *shelf_total(PyObject *op, PyObject *ignored)
{
    Shelf *self = (Shelf *)op;
    PyObject *key, *value, *copy = PyDict_Copy(self->sizes);
    Py_ssize_t pos = 0;
    long total = 0;
    if (copy == NULL)
        return NULL;
    while (PyDict_Next(copy, &pos, &key, &value))
        total += PyLong_AsLong(value);
    Py_DECREF(copy);
    return PyLong_FromLong(total);
}

static PyMethodDef shelf_methods[] = {{"total", shelf_total, METH_NOARGS, NULL}, {NULL}};
static PyType_Slot shelf_slots[] = {{Py_tp_methods, shelf_methods}, {0, NULL}};
PyType_Spec shelf_spec = {"demo.Shelf", sizeof(Shelf), 0, Py_TPFLAGS_DEFAULT, shelf_slots};

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
    UnlockedIteration,
    {
        .Name = "unlocked-iteration",
        .Group = "freethreading",
        .Summary = "a container that others can change is gone through without a critical section",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "PyDict_Next, PySequence_Fast_ITEMS, and loops over PyList_GET_ITEM or PySequence_Fast_GET_ITEM, on a "
                "container that other threads can reach (a field, a global, an argument), while no lock is held.",
        .Why = "These read the container's storage directly. Without a GIL another thread can resize it or drop an "
               "element at any moment: the loop reads freed memory (PEP 703).",
        .Remedy = "Put the loop into Py_BEGIN_CRITICAL_SECTION(container) (3.13; PyDict_Next and PySequence_Fast need "
                  "it around the whole loop), go over a copy, or fetch with PyList_GetItemRef (3.13).",
        .Limits = "Speaks of modules that declare Py_MOD_GIL_NOT_USED, and of code compiled for a free-threaded "
                  "Python. Silent on containers that were made here and shown to nobody, keyword arguments, tuples, "
                  "while a lock or critical section is held (of what is passed in as an argument: its own section), in "
                  "deallocation and while the module is created. A note, if it is not known who else has the container "
                  "or changes it.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static bool goesThrough(const ir::Function &F, link::EventRef At, const api::Entry &A) {
  if (A.Iterates)
    return true;
  if (A.LentBy != Lender::Container || A.Use != api::Weight::Warning)
    return false;
  return A.Result == api::Returns::BorrowedBuffer || (A.Result == api::Returns::BorrowedRef && F.Blocks[At.Block].Loop);
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  std::optional<Changes> Who; // made for the first finding: most modules have none
  eachApiCall(In, [&](link::EventRef At, const ir::Event &E, const api::Entry &A) {
    const ir::Function &F = In.flow().program().fn(At.Fn);
    if (!goesThrough(F, At, A))
      return;
    Exposure Known = In.ownership().exposure(At, E.Args[0]);
    const flow::LockContext *Way = Known == Exposure::Nobody ? nullptr : unlockedWay(In, At, E.Args[0]);
    if (!Way)
      return;
    if (!Who)
      Who.emplace(In);
    std::string Container = spellContainer(In, At, E.Args[0]);
    Finding Found = makeFinding(In.flow(), UnlockedIterationCheck, At,
                                "'" + A.Name.str() + "' goes through " + Container +
                                    " without a critical section, and another thread can change it");
    if (Known == Exposure::Unknown || !Who->areSeen(At, E.Args[0]))
      Found.Sev = Severity::Note;
    Who->bothThreads(Found, At, Way, "its storage is read", E.Args[0]);
    why(Found, "the storage can be moved, or the element be freed, while the loop looks at it");
    remedyInGuide(Found,
                  "put the loop into Py_BEGIN_CRITICAL_SECTION on the container (3.13), or go over a copy" +
                      (A.Replacement.empty() || !A.ReplacementSince ? std::string() : ", or use " + replacement(A)),
                  "Going through containers");
    Out.push_back(std::move(Found));
  });
}

} // namespace gilray
