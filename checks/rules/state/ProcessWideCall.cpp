#include "rules/FactReport.h"
#include "rules/Report.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"the locale", R"c(#include <Python.h>
#include <locale.h>

#if PY_VERSION_HEX >= 0x030C0000
static PyObject *plain_numbers(PyObject *self, PyObject *ignored)
{
    setlocale(LC_NUMERIC, "C");
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"plain_numbers", plain_numbers, METH_NOARGS, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
#endif
)c"}};

static constexpr Example Good[] = {{"a module that promises nothing", R"c(#include <Python.h>
#include <locale.h>

static PyObject *plain_numbers(PyObject *self, PyObject *ignored)
{
    setlocale(LC_NUMERIC, "C");
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"plain_numbers", plain_numbers, METH_NOARGS, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(ProcessWideCall,
             {
                 .Name = "process-wide-call",
                 .Group = "state",
                 .Summary = "a module for several interpreters or threads changes the whole process",
                 .Default = Severity::Warning,
                 .State = Maturity::Preview,
                 .Since = "0.1.0",
                 .ReviewBy = "0.2.0",
                 .What = "A call of setlocale, signal, setenv, umask, chdir, srand and the like in a module that "
                         "declares support for interpreters with their own GIL or for running without a GIL.",
                 .Why = "Locale, signal handlers, environment, file mode mask, working directory and the C random "
                        "generator exist once per process. Other interpreters and threads run while they are changed "
                        "and, as most of these functions are not thread-safe, may read them half changed.",
                 .Remedy = "Use the variant with an argument (newlocale and uselocale, openat, rand_r), leave it to "
                           "the application, or document it.",
                 .Limits = "Only modules that declare one of the two are judged; one finding per function that calls.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  std::set<std::pair<std::string, std::string>> Told;
  for (const evidence::Fact &Fact : In.evidence().facts()) {
    if (Fact.What != evidence::Kind::ProcessWideCall)
      continue;
    auto Promising = llvm::find_if(
        Fact.Modules, [&](unsigned M) { return promises(In.modules().all()[M]).Declared & Fact.Concerns; });
    if (Promising == Fact.Modules.end() || !Told.insert({Fact.Function, Fact.Subject}).second)
      continue;
    Finding F = fromFact(ProcessWideCallCheck, Fact, In.modules().all()[*Promising]);
    remedy(F, Fact.Remedy);
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
