// Module definitions that CPython refuses, or reads otherwise than they were meant.
#include "rules/module/ModuleReport.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray {

using namespace rules;
using ir::InitKind;
using link::ExtensionModule;
using link::ModuleForm;
using link::ModuleSlot;
namespace slot = link::slot;

static constexpr Example Bad[] = {{"two values for one slot", R"c(#include <Python.h>

#if PY_VERSION_HEX >= 0x030D0000
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
#endif
)c"}};

static constexpr Example Good[] = {{"several exec slots are allowed", R"c(#include <Python.h>

static int add_numbers(PyObject *m) { return PyModule_AddIntConstant(m, "answer", 42); }
static int add_names(PyObject *m) { return PyModule_AddStringConstant(m, "name", "demo"); }

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, add_numbers},
    {Py_mod_exec, add_names},
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
    MalformedSlots,
    {
        .Name = "malformed-slots",
        .Group = "module",
        .Summary = "a module definition that CPython refuses or reads otherwise than it was meant",
        .Default = Severity::Error,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A slot array without end, a slot that is there twice, a value of the wrong kind or range, a slot that "
                "the oldest supported Python does not know, a negative m_size with multi-phase initialisation, "
                "PyModule_Create of a definition with slots, a definition returned without PyModuleDef_Init, an export "
                "hook without Py_mod_abi, a create slot that returns no module although state is asked for, and "
                "(a warning) an init function whose name is not that of the definition.",
        .Why = "Most of these are a SystemError at import. A missing end makes CPython read what happens to lie behind "
               "the array, and a value out of range counts as the default without a word.",
        .Remedy = "Write the definition as the documentation of PyModuleDef_Slot and PySlot asks for.",
        .Limits = "Only what is constant in the source. Several mistakes in one module are one finding with notes.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {

struct Problem {
  const ir::Unit *Unit;
  ir::Loc Where;
  std::string Text;
  Severity Sev = Severity::Error;
};

std::string nameOf(const ModuleSlot &S) {
  return S.Name.empty() ? "slot " + std::to_string(S.Number) : "'" + S.Name.str() + "'";
}

uint32_t since(int64_t Id) { return Id == slot::Gil ? 0x030D0000 : Id == slot::Interpreters ? 0x030C0000 : 0x03050000; }

std::string versionText(uint32_t Hex) { return std::to_string(Hex >> 24) + "." + std::to_string(Hex >> 16 & 0xFF); }

bool isFunctionSlot(int64_t Id) { return Id == slot::Create || Id == slot::Exec; }
bool isSettingSlot(int64_t Id) { return Id == slot::Interpreters || Id == slot::Gil; }

/// Return values that are certainly no module objects, as far as a create function shows it.
bool returnsOtherThanModule(const link::Program &P, link::FnId F) {
  static constexpr StringRef Others[] = {"PyDict_New", "PyList_New", "PyTuple_New", "PySet_New",
                                         "PyUnicode_FromString"};
  if (F == link::NoFn)
    return false;
  const ir::Function &Fn = P.fn(F);
  bool Any = false;
  for (const ir::Block &B : Fn.Blocks) {
    if (B.Term.Kind != ir::TermKind::Return || Fn.Values[B.Term.Value].Kind == ir::ValueKind::Null)
      continue;
    bool Known = false;
    for (const ir::Block &From : Fn.Blocks)
      for (const ir::Event &E : From.Events)
        Known |= E.Result && E.Result == B.Term.Value && E.Callee &&
                 llvm::is_contained(Others, P.unit(F).Callees[E.Callee].Name);
    if (!Known)
      return false;
    Any = true;
  }
  return Any;
}

class Inspector {
public:
  Inspector(const link::Program &P, const ExtensionModule &M) : P(P), M(M) {}

  std::vector<Problem> inspect() {
    array();
    for (const ModuleSlot &S : M.Slots) {
      number(S);
      value(S);
      repeated(S);
    }
    definition();
    exported();
    name();
    return std::move(Found);
  }

private:
  void add(const ir::Unit *U, const ir::Loc &Where, const llvm::Twine &Text, Severity Sev = Severity::Error) {
    Found.push_back({U, Where, Text.str(), Sev});
  }

  void array() {
    if (M.SlotArray && M.SlotsKnown && !M.Terminated)
      add(M.SlotUnit, M.SlotArray->Where,
          "slot array '" + llvm::Twine(M.SlotArray->Name) + "' has no end: CPython reads on behind it");
  }

  void number(const ModuleSlot &S) {
    const ir::UnitFacts &Facts = S.Unit->Facts;
    if (!Facts.PyVersionHex || (S.Flags & 1)) // PySlot_OPTIONAL: a Python that does not know it goes on
      return;
    const bool New = Facts.PyVersionHex >= 0x030F0000;
    const int64_t Most = M.Form == ModuleForm::Export ? 0xFFFE : New ? 110 : slot::Gil;
    if (S.Number < 0 || S.Number > Most || (S.Number > slot::Gil && S.Number < 84)) {
      add(S.Unit, S.Where, nameOf(S) + " is not a slot of modules: the import fails");
      return;
    }
    const uint32_t Oldest = Facts.LimitedApi ? Facts.LimitedApi : Facts.PyVersionHex;
    if (S.Id <= slot::Gil && Oldest < since(S.Id))
      add(S.Unit, S.Where,
          nameOf(S) + " is unknown to Python " + versionText(Oldest) +
              ", which this is compiled for: the import fails there");
  }

  void value(const ModuleSlot &S) {
    if (isFunctionSlot(S.Id)) {
      if (S.ValueKind == InitKind::Null || S.ValueKind == InitKind::Int || S.ValueKind == InitKind::String ||
          S.ValueKind == InitKind::Address)
        add(S.Unit, S.Where, nameOf(S) + " needs a function");
      return;
    }
    if (!isSettingSlot(S.Id))
      return;
    const bool Gil = S.Id == slot::Gil;
    StringRef Wanted = Gil ? "Py_MOD_GIL_USED or Py_MOD_GIL_NOT_USED" : "one of the Py_MOD_…INTERPRETER… values";
    const bool OthersName = !S.ValueName.empty() && S.ValueName.starts_with("Py_MOD_GIL_") != Gil;
    const bool OutOfRange = S.Value && (*S.Value < 0 || *S.Value > (Gil ? 1 : 2));
    if (S.ValueKind == InitKind::Function || S.ValueKind == InitKind::String || S.ValueKind == InitKind::Address ||
        OthersName || OutOfRange)
      add(S.Unit, S.Where, nameOf(S) + " needs " + Wanted + "; another value counts as the default");
  }

  void repeated(const ModuleSlot &S) {
    const bool Once =
        S.Id == slot::Create || isSettingSlot(S.Id) || (S.Id == slot::Exec && M.Form == ModuleForm::Export);
    if (!Once)
      return;
    const ModuleSlot &First = *llvm::find_if(M.Slots, [&](const ModuleSlot &O) { return O.Id == S.Id; });
    if (&First != &S)
      add(S.Unit, S.Where, nameOf(S) + " is there twice: the import fails");
  }

  void definition() {
    if (!M.Initialised) {
      add(M.Unit, M.Where, "the definition is returned without PyModuleDef_Init: the import fails");
      return;
    }
    if (M.Form == ModuleForm::SinglePhase && M.SlotArray && M.CreatedIn != link::NoFn)
      add(&P.unit(M.CreatedIn), M.CreatedAt,
          "PyModule_Create refuses a definition with slots; return PyModuleDef_Init");
    if (M.Form != ModuleForm::MultiPhase || !M.StateSize || !M.StateSizeAt.valid())
      return;
    if (*M.StateSize < 0)
      add(M.DefUnit, M.StateSizeAt, "m_size may not be negative with multi-phase initialisation: the import fails");
    if (*M.StateSize > 0)
      for (const ModuleSlot &S : M.Slots)
        if (S.Id == slot::Create && returnsOtherThanModule(P, S.Function))
          add(S.Unit, S.Where, nameOf(S) + " returns no module object, but m_size asks for module state");
  }

  void exported() {
    if (M.Form != ModuleForm::Export || !M.SlotsKnown || !M.SlotArray)
      return;
    if (llvm::none_of(M.Slots, [](const ModuleSlot &S) { return S.Id == slot::ModAbi; }))
      add(M.SlotUnit, M.SlotArray->Where,
          "slot array '" + llvm::Twine(M.SlotArray->Name) +
              "' has no Py_mod_abi, which an export hook needs: the import fails");
  }

  void name() {
    if (M.DefinedName.empty() || !M.Definition || M.DefinedName == M.Name)
      return;
    add(M.Unit, M.Where,
        "the module is called '" + llvm::Twine(M.DefinedName) +
            "' in its definition, but its init function makes it '" + M.Name + "'",
        Severity::Warning);
  }

  const link::Program &P;
  const ExtensionModule &M;
  std::vector<Problem> Found;
};

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  for (const ExtensionModule &M : In.modules().all()) {
    if (!isHandWritten(M))
      continue;
    std::vector<Problem> Found = Inspector(In.flow().program(), M).inspect();
    if (Found.empty())
      continue;
    llvm::stable_sort(Found, [](const Problem &A, const Problem &B) { return A.Sev > B.Sev; });
    Finding F = moduleFinding(In, MalformedSlotsCheck, M, *Found[0].Unit, Found[0].Where, Found[0].Text);
    F.Sev = Found[0].Sev;
    for (const Problem &Other : llvm::drop_begin(Found))
      F.Notes.push_back({NoteKind::Related, "also: " + Other.Text, In.flow().place(*Other.Unit, Other.Where)});
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
