#include "rules/FactReport.h"
#include "rules/Report.h"
#include <map>

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"a deallocator from the time of static types", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    char *buffer;
} Tape;

static void tape_dealloc(PyObject *self)
{
    PyMem_Free(((Tape *)self)->buffer);
    Py_TYPE(self)->tp_free(self);
}

static PyType_Slot tape_slots[] = {{Py_tp_dealloc, tape_dealloc}, {0, NULL}};
static PyType_Spec tape_spec = {"demo.Tape", sizeof(Tape), 0, Py_TPFLAGS_DEFAULT, tape_slots};

static int demo_exec(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&tape_spec);
    return type ? PyModule_AddObject(module, "Tape", type) : -1;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"gives up the type", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    char *buffer;
} Tape;

static void tape_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(((Tape *)self)->buffer);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot tape_slots[] = {{Py_tp_dealloc, tape_dealloc}, {0, NULL}};
static PyType_Spec tape_spec = {"demo.Tape", sizeof(Tape), 0, Py_TPFLAGS_DEFAULT, tape_slots};

static int demo_exec(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&tape_spec);
    return type ? PyModule_AddObject(module, "Tape", type) : -1;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(HeapTypeProtocol,
             {
                 .Name = "heap-type-protocol",
                 .Group = "state",
                 .Summary = "a heap type or the module state breaks the rules of reference ownership",
                 .Default = Severity::Warning,
                 .State = Maturity::Preview,
                 .Since = "0.1.0",
                 .ReviewBy = "0.2.0",
                 .What = "A type made from a PyType_Spec whose deallocator keeps the instance's reference to its type "
                         "or does not untrack the object, whose traverse function does not visit the type, that hides "
                         "references from the collector, or that Python code can make instances of with fields that "
                         "its deallocator takes for set; module state whose objects are not visited or never given up.",
                 .Why = "Instances own a reference to their heap type (3.8 and later). A type that is never freed "
                        "keeps its module alive, in every interpreter anew; an object that is still tracked while it "
                        "is taken apart can be visited by the collector.",
                 .Remedy = "PyObject_GC_UnTrack first, save Py_TYPE(self), tp_free, then Py_DECREF the type; visit "
                           "Py_TYPE(self) in tp_traverse; visit and clear every object in the module state; set "
                           "Py_TPFLAGS_DISALLOW_INSTANTIATION where only C makes instances.",
                 .Limits = "Types with a base type, and functions that call what is in none of the given files, are "
                           "believed. Specs that are filled in by code are not followed, those that Cython writes are "
                           "not judged. The same mistake in several types of a module is one finding.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

/// Modules repeat their mistakes: the same one in several types is one finding, with the others as notes.
static void run(const rules::Input &In, std::vector<Finding> &Out) {
  std::map<std::pair<unsigned, llvm::StringRef>, std::vector<const evidence::Fact *>> Mistakes;
  for (const evidence::Fact &Fact : In.evidence().facts())
    if (Fact.What == evidence::Kind::HeapTypeProtocol)
      Mistakes[{Fact.Modules.front(), Fact.Remedy}].push_back(&Fact);
  for (auto &[Key, Facts] : Mistakes) {
    Finding F = fromFact(HeapTypeProtocolCheck, *Facts.front(), In.modules().all()[Key.first]);
    if (Facts.size() > 1)
      F.Message += "; " + std::to_string(Facts.size() - 1) + " more like it";
    for (const evidence::Fact *Other : llvm::ArrayRef(Facts).drop_front())
      F.Notes.push_back({NoteKind::Related, Other->Says, Other->Where, Other->Says});
    remedy(F, Key.second.str());
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
