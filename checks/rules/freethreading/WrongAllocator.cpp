#include "flow/LockSets.h"
#include "rules/Report.h"
#include "rules/freethreading/Allocations.h"
#include "rules/freethreading/Applies.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;
using api::Memory;
using ir::InitKind;

static constexpr Example Bad[] = {{"taken from one allocator and given to another", R"c(#include <Python.h>

typedef struct { PyObject_HEAD char *text; } Label;

static PyObject *label_set(PyObject *op, PyObject *size)
{
    Label *self = (Label *)op;
    self->text = (char *)PyMem_Malloc(PyLong_AsSize_t(size));
    Py_RETURN_NONE;
}

static void label_dealloc(PyObject *op)
{
    Label *self = (Label *)op;
    free(self->text);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef label_methods[] = {{"set", label_set, METH_O, NULL}, {NULL}};
static PyType_Slot slots[] = {{Py_tp_methods, label_methods}, {Py_tp_dealloc, label_dealloc}, {0, NULL}};
PyType_Spec label_spec = {"demo.Label", sizeof(Label), 0, Py_TPFLAGS_DEFAULT, slots};
)c"}};

static constexpr Example Good[] = {{"given back to where it came from", R"c(#include <Python.h>

typedef struct { PyObject_HEAD char *text; } Label;

static PyObject *label_set(PyObject *op, PyObject *size)
{
    Label *self = (Label *)op;
    self->text = (char *)PyMem_Malloc(PyLong_AsSize_t(size));
    Py_RETURN_NONE;
}

static void label_dealloc(PyObject *op)
{
    Label *self = (Label *)op;
    PyMem_Free(self->text);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef label_methods[] = {{"set", label_set, METH_O, NULL}, {NULL}};
static PyType_Slot slots[] = {{Py_tp_methods, label_methods}, {Py_tp_dealloc, label_dealloc}, {0, NULL}};
PyType_Spec label_spec = {"demo.Label", sizeof(Label), 0, Py_TPFLAGS_DEFAULT, slots};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    WrongAllocator,
    {
        .Name = "wrong-allocator",
        .Group = "freethreading",
        .Summary = "memory is taken from one allocator and given back to another, or objects from the wrong one",
        .Default = Severity::Error,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What =
            "Memory of one domain (malloc, PyMem_RawMalloc, PyMem_Malloc, PyObject_Malloc, PyObject_GC_New) that is "
            "freed by a function of another; a Python object made in memory that is not of the object domain, or a "
            "tp_free of another domain; and, for free-threaded builds, a buffer from PyObject_Malloc.",
        .Why = "Each domain has its own books, and free-threaded builds keep objects and buffers in different heaps: "
               "threads that look at an object without a lock rely on its heap holding objects only.",
        .Remedy = "Free with the function of the same family. Buffers come from PyMem_Malloc, PyMem_RawMalloc or "
                  "malloc, objects from tp_alloc, PyObject_New or PyObject_GC_New.",
        .Limits =
            "Mixed domains are reported for all builds, buffers in the object domain only for modules that declare "
            "Py_MOD_GIL_NOT_USED or code compiled for a free-threaded Python. A variable or field is judged if "
            "everything that is stored in it comes from one domain; what is handed in by a caller is not "
            "followed.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void mixed(const Input &In, const Allocations &All, std::vector<Finding> &Out) {
  for (const Allocations::Use &U : All.frees()) {
    const Allocations::Source *From = All.source(U);
    if (!From || From->Domain == U.Api->Domain)
      continue;
    Finding F = makeFinding(In.flow(), WrongAllocatorCheck, U.At,
                            (U.Name.empty() ? "memory" : "'" + U.Name + "'") + " comes from '" + From->By.str() +
                                "' and is given to '" + U.Api->Name.str() + "'");
    related(F, In.flow(), From->At, "it comes from '" + From->By.str() + "' here");
    why(F, "each allocator has its own books; what one gave, the other does not know");
    remedyInGuide(F, "free it with the counterpart of '" + From->By.str() + "'", "Allocators");
    Out.push_back(std::move(F));
  }
}

static bool holdsObjects(Memory M) { return M == Memory::Object || M == Memory::Collect; }

static void objects(const Input &In, const Allocations &All, std::vector<Finding> &Out) {
  for (const Allocations::Use &U : All.made()) {
    const Allocations::Source *From = All.source(U);
    if (!From || holdsObjects(From->Domain))
      continue;
    Finding F = makeFinding(In.flow(), WrongAllocatorCheck, U.At,
                            "a Python object is made in memory from '" + From->By.str() + "'");
    related(F, In.flow(), From->At, "allocated here");
    why(F, "tp_free and the collector of free-threaded builds expect objects in the object domain");
    remedyInGuide(F, "use 'PyObject_New', 'PyObject_GC_New' or the type's tp_alloc", "Allocators");
    Out.push_back(std::move(F));
  }
}

/// A buffer of the object domain: never made an object, and not typed as one.
static void buffers(const Input &In, const Allocations &All, std::vector<Finding> &Out) {
  for (const Allocations::Source &S : All.buffersInObjectDomain()) {
    if (!withoutGil(In, S.At.Fn) || onlyWithGil(In, S.At))
      continue;
    Finding F = makeFinding(In.flow(), WrongAllocatorCheck, S.At,
                            "a buffer is allocated with '" + S.By.str() + "', which is for Python objects only");
    F.Sev = Severity::Warning;
    why(F, "free-threaded builds read memory of the object domain as objects, without a lock");
    remedyInGuide(F, "use 'PyMem_Malloc' and 'PyMem_Free'", "Allocators");
    Out.push_back(std::move(F));
  }
}

/// {Py_tp_free, PyMem_Free}
static void slots(const Input &In, std::vector<Finding> &Out) {
  const link::Program &P = In.flow().program();
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals)
      if (U->Files[G.Where.File].Class == ir::HeaderClass::Project)
        for (const auto &[Where, Api] : wrongFreeSlots(P, *U, G.Value)) {
          Finding F;
          F.Check = &WrongAllocatorCheck;
          F.Sev = WrongAllocatorCheck.Default;
          F.Message = "tp_free is '" + Api->Name.str() + "', but objects are in the object domain";
          F.Where = In.flow().place(*U, Where);
          F.Module = P.moduleOf(*U).str();
          why(F, "each allocator has its own books; what one gave, the other does not know");
          remedyInGuide(F, "leave it to the base type, or use 'PyObject_Free' or 'PyObject_GC_Del'", "Allocators");
          Out.push_back(std::move(F));
        }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const Allocations All(In);
  mixed(In, All, Out);
  objects(In, All, Out);
  buffers(In, All, Out);
  slots(In, Out);
}

} // namespace gilray
