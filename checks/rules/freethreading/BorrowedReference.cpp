#include "ir/Values.h"
#include "ownership/Validity.h"
#include "rules/freethreading/Applies.h"
#include "rules/freethreading/Borrowing.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;
using api::Lender;
using ir::EventKind;
using ir::ValueKind;
using ownership::Exposure;

static constexpr Example Bad[] = {{"an item of a list that others can change", R"c(#include <Python.h>

typedef struct { PyObject_HEAD PyObject *items; } Pool;

static PyObject *pool_first(PyObject *op, PyObject *ignored)
{
    Pool *self = (Pool *)op;
    PyObject *item = PyList_GetItem(self->items, 0);
    if (item == NULL)
        return NULL;
    return PyObject_Repr(item);
}

static PyMethodDef pool_methods[] = {{"first", pool_first, METH_NOARGS, NULL}, {NULL}};
static PyType_Slot pool_slots[] = {{Py_tp_methods, pool_methods}, {0, NULL}};
PyType_Spec pool_spec = {"demo.Pool", sizeof(Pool), 0, Py_TPFLAGS_DEFAULT, pool_slots};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"a reference of one's own", R"c(#include <Python.h>

typedef struct { PyObject_HEAD PyObject *items; } Pool;

static PyObject *pool_first(PyObject *op, PyObject *ignored)
{
    Pool *self = (Pool *)op;
    PyObject *item = PySequence_GetItem(self->items, 0);
    if (item == NULL)
        return NULL;
    PyObject *text = PyObject_Repr(item);
    Py_DECREF(item);
    return text;
}

static PyMethodDef pool_methods[] = {{"first", pool_first, METH_NOARGS, NULL}, {NULL}};
static PyType_Slot pool_slots[] = {{Py_tp_methods, pool_methods}, {0, NULL}};
PyType_Spec pool_spec = {"demo.Pool", sizeof(Pool), 0, Py_TPFLAGS_DEFAULT, pool_slots};

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
    BorrowedReference,
    {
        .Name = "borrowed-reference",
        .Group = "freethreading",
        .Summary = "a borrowed reference comes from a container that another thread can change",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A call that returns a borrowed reference (PyList_GetItem, PyDict_GetItem, PyWeakref_GetObject, ...) "
                "from a container that other threads can reach (a field, a global, an argument), when the reference is "
                "used after the statement that obtained it.",
        .Why = "Without a GIL another thread can remove the element and drop its last reference before the next line "
               "runs; taking a reference there is too late (PEP 703).",
        .Remedy = "Use the function that returns a strong reference: PyList_GetItemRef, PyDict_GetItemRef, "
                  "PyDict_GetItemStringRef, PyDict_SetDefaultRef, PyWeakref_GetRef (3.13). For older versions they are "
                  "in pythoncapi_compat.h.",
        .Limits = "Speaks of modules that declare Py_MOD_GIL_NOT_USED, and of code compiled for a free-threaded "
                  "Python. Silent on containers that were made here and shown to nobody, keyword arguments, tuples and "
                  "other immutable objects, while a lock or critical section is held (of what is passed in as an "
                  "argument: its own section), in deallocation and while the module is created. A note, if it is not "
                  "known who else has the container or changes it, or if the "
                  "reference is used within the statement only. Loops with unchecked accessors are for "
                  "gilray-unlocked-iteration.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {
enum class Life : uint8_t { Unused, Statement, Longer };
}

/// Does the path lead through the value: item->ob_type?
static bool leadsThrough(const ir::Function &F, ir::ValueId Path, ir::ValueId V) {
  for (; Path; Path = F.Values[Path].A)
    if (Path == V)
      return true;
  return false;
}

/// Testing for null alone is no use.
static Life lifeOf(const ir::Function &F, ir::ValueId Result) {
  llvm::SmallVector<ir::ValueId, 2> Names{Result};
  bool Stored = false, Used = false;
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if (E.Kind == EventKind::Assign && withoutCasts(F, E.Src) == Result) {
        if (F.Values[E.Dst].Kind == ValueKind::Var)
          Stored = true;
        Names.push_back(E.Dst);
      }
      if (E.Kind == EventKind::Write && withoutCasts(F, E.Src) == Result)
        return Life::Longer;
    }
  auto IsName = [&](ir::ValueId V) { return llvm::is_contained(Names, withoutCasts(F, V)); };
  for (const ir::Block &B : F.Blocks) {
    for (const ir::Event &E : B.Events) {
      Used |= llvm::any_of(E.Args, IsName);
      if (E.Kind == EventKind::Write && IsName(E.Src))
        Used = true;
      if (E.Kind == EventKind::Read || E.Kind == EventKind::Write)
        for (ir::ValueId N : Names)
          Used |= leadsThrough(F, E.Kind == EventKind::Read ? E.Src : E.Dst, N);
    }
    if (B.Term.Kind == ir::TermKind::Return && IsName(B.Term.Value)) {
      Used = true;
      Stored |= F.Values[withoutCasts(F, B.Term.Value)].Kind == ValueKind::Temp; // the caller has it, then
    }
  }
  return !Used ? Life::Unused : Stored ? Life::Longer : Life::Statement;
}

static bool isUncheckedLoop(const ir::Function &F, link::EventRef At, const api::Entry &A) {
  return A.LentBy == Lender::Container && A.Use == api::Weight::Warning && F.Blocks[At.Block].Loop;
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  std::optional<Changes> Who; // made for the first finding: most modules have none
  eachApiCall(In, [&](link::EventRef At, const ir::Event &E, const api::Entry &A) {
    bool Weak = A.LentBy == Lender::WeakReference;
    if (A.Result != api::Returns::BorrowedRef || A.Replacement.empty() || (A.LentBy != Lender::Container && !Weak))
      return;
    const ir::Function &F = In.flow().program().fn(At.Fn);
    Life L = E.Result ? lifeOf(F, E.Result) : Life::Unused;
    if (L == Life::Unused || isUncheckedLoop(F, At, A))
      return;
    Exposure Known = Weak ? Exposure::Others : In.ownership().exposure(At, E.Args[0]);
    const flow::LockContext *Way = Known == Exposure::Nobody ? nullptr : unlockedWay(In, At, E.Args[0]);
    // A dictionary that the module has made for itself and only ever fills keeps what is in there.
    if (!Way || (!Weak && In.validity().fields().isSettled(At, E.Args[0])))
      return;
    if (!Who)
      Who.emplace(In);
    std::string Container = spellContainer(In, At, E.Args[0]);
    Finding Found = makeFinding(In.flow(), BorrowedReferenceCheck, At,
                                "'" + A.Name.str() + "' returns a borrowed reference " +
                                    (Weak ? "to an object that nobody need keep alive"
                                          : "from " + Container + ", which another thread can change"));
    if (Known == Exposure::Unknown || L == Life::Statement || (!Weak && !Who->areSeen(At, E.Args[0])))
      Found.Sev = Severity::Note;
    Who->bothThreads(Found, At, Way, "the reference is borrowed", E.Args[0]);
    why(Found, "the object can be gone before the reference is used, or before one of your own is taken");
    remedyInGuide(Found, "use " + replacement(A) + ", which returns a strong reference", "Borrowed references");
    Out.push_back(std::move(Found));
  });
}

} // namespace gilray
