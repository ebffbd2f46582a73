// PyModule_Create in the init function: one module object, and one state, for the whole process.
#include "rules/module/ModuleReport.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"PyModule_Create in the init function", R"c(#include <Python.h>

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void)
{
    PyObject *m = PyModule_Create(&module);
#ifdef Py_GIL_DISABLED
    PyUnstable_Module_SetGIL(m, Py_MOD_GIL_USED);
#endif
    return m;
}
)c"}};

static constexpr Example Good[] = {{"the same in two phases", R"c(#include <Python.h>

static int demo_exec(PyObject *m) { return PyModule_AddIntConstant(m, "answer", 42); }

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, demo_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    SinglePhaseInit,
    {
        .Name = "single-phase-init",
        .Group = "module",
        .Summary = "a module is created by PyModule_Create in its init function",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "An init function that returns a finished module (PyModule_Create) and not a definition "
                "(PyModuleDef_Init), with headers of any Python 3.",
        .Why =
            "Such a module exists once per process. Interpreters with their own GIL refuse it (3.12); with an m_size "
            "of -1 all others share its objects, and a second import brings back the old contents.",
        .Remedy = "Move what follows PyModule_Create into a function named in a Py_mod_exec slot, keep state in the "
                  "module, and return PyModuleDef_Init(&def) (PEP 489).",
        .Limits = "Modules of binding libraries and of Cython are left to their generators. Nothing is said where the "
                  "way from the init function to the definition is not understood.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  for (const link::ExtensionModule &M : In.modules().all()) {
    if (!isHandWritten(M) || M.Form != link::ModuleForm::SinglePhase || !M.Created || M.CreatedIn == link::NoFn ||
        M.Unit->Facts.PyVersionHex < 0x03050000)
      continue;
    const bool Once = M.StateSize && *M.StateSize < 0;
    Finding F = moduleFinding(In, SinglePhaseInitCheck, M, In.flow().program().unit(M.CreatedIn), M.CreatedAt,
                              "module '" + M.Name +
                                  "' uses single-phase initialisation: interpreters with their own GIL cannot load it");
    F.Function = In.flow().functionName(M.CreatedIn);
    if (Once && M.DefUnit && M.StateSizeAt.valid())
      F.Notes.push_back({NoteKind::Related, "m_size -1: all interpreters share one state of the module",
                         In.flow().place(*M.DefUnit, M.StateSizeAt)});
    remedy(F, "move the set-up into a Py_mod_exec slot and return PyModuleDef_Init(&definition)");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
