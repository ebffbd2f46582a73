// A declaration behind a version test that leaves out versions which read it.
#include "rules/module/ModuleReport.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;
using link::Declaration;
using link::ExtensionModule;
using link::PythonBuild;

static constexpr Example Bad[] = {{"a test for the wrong version", R"c(#include <Python.h>

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030E0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"a test for the slot itself", R"c(#include <Python.h>

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    VersionHiddenSlot,
    {
        .Name = "version-hidden-slot",
        .Group = "module",
        .Summary = "a declaration is compiled only under a test that leaves out versions which read it",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What =
            "Py_mod_multiple_interpreters or Py_mod_gil (or PyUnstable_Module_SetGIL) under preprocessor conditions "
            "that do not hold for 3.12, or for a free-threaded 3.13, or a later version that reads the declaration.",
        .Why = "For the versions that are left out the module is one that declares nothing: refused by interpreters "
               "with their own GIL, or the reason why a free-threaded Python enables the GIL.",
        .Remedy = "Test for the first version that knows the slot (0x030C0000 and 0x030D0000), or for the slot itself: "
                  "#ifdef Py_mod_gil.",
        .Limits =
            "Conditions are evaluated as far as they are about PY_VERSION_HEX, PY_MAJOR_VERSION, "
            "PY_MINOR_VERSION, Py_GIL_DISABLED, Py_LIMITED_API and the names of the slots; what depends on other "
            "macros is taken to hold. A version for which other parts of the project are compiled, too, may be left "
            "out on purpose and is not named.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {

struct Version {
  uint32_t Hex;
  const char *Text;
};
/// The final releases that read one of the slots.
constexpr Version Versions[] = {{0x030C00F0, "3.12"}, {0x030D00F0, "3.13"}, {0x030E00F0, "3.14"}, {0x030F00F0, "3.15"}};
constexpr uint32_t Oldest = 0x030900F0;

struct Kind {
  bool Gil;
  StringRef Slot, Instead; ///< the slot, and what stands for it in single-phase modules
};

bool names(const ir::PPGroup &G, StringRef Name) { return llvm::binary_search(G.Names, Name); }

/// The groups of which one must be compiled for the declaration to be there; empty: it is always compiled.
std::vector<const ir::PPGroup *> groupsOf(const Declaration &D, const Kind &K) {
  std::vector<const ir::PPGroup *> Out;
  if (D.State == Declaration::Declared) {
    const ir::PPGroup *G = link::innermost(*D.Unit, D.Where);
    if (!G)
      return {};
    Out.push_back(G);
  }
  for (const ir::PPGroup &G : D.Unit->PPGroups)
    if (!G.Taken && !names(G, "define") && (names(G, K.Slot) || names(G, K.Instead)))
      Out.push_back(&G);
  return Out;
}

/// A declaration of the default is as good as none.
bool isDefault(const Declaration &D, const Kind &K, llvm::ArrayRef<const ir::PPGroup *> Groups) {
  if (D.State == Declaration::Declared)
    return D.Value == (K.Gil ? 0 : 1);
  auto Names = [&](StringRef Name) {
    return llvm::any_of(Groups, [&](const ir::PPGroup *G) { return names(*G, Name); });
  };
  return K.Gil ? !Names("Py_MOD_GIL_NOT_USED")
               : Names("Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED") && !Names("Py_MOD_PER_INTERPRETER_GIL_SUPPORTED") &&
                     !Names("Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED");
}

std::optional<bool> anyCompiles(const ir::Unit &U, llvm::ArrayRef<const ir::PPGroup *> Groups, const PythonBuild &For) {
  bool Sure = true;
  for (const ir::PPGroup *G : Groups) {
    std::optional<bool> V = link::compiles(U, *G, For);
    if (V && *V)
      return true;
    Sure &= V.has_value();
  }
  return Sure ? std::optional(false) : std::nullopt;
}

} // namespace

/// Does the code of a left-out version differ from that of the versions which declare? Then it may well be on purpose.
static bool isOtherCode(const Coverage &Covers, const ir::Unit &U, llvm::ArrayRef<const ir::PPGroup *> Groups,
                        const PythonBuild &LeftOut) {
  for (uint32_t Hex : knownVersions())
    for (bool NoGil : {LeftOut.NoGil, true}) {
      const PythonBuild For{Hex, NoGil, LeftOut.Limited};
      if (anyCompiles(U, Groups, For).value_or(false))
        return Covers.otherCode(LeftOut, For, Groups).has_value();
    }
  return false;
}

static void judge(const rules::Input &In, unsigned Module, const Declaration &D, const Kind &K,
                  std::vector<Finding> &Out) {
  const ExtensionModule &M = In.modules().all()[Module];
  if ((D.State != Declaration::Declared && D.State != Declaration::Hidden) || !D.Unit)
    return;
  const ir::Unit &U = *D.Unit;
  std::vector<const ir::PPGroup *> Groups = groupsOf(D, K);
  if (Groups.empty() || isDefault(D, K, Groups))
    return;
  const ir::PPGroup *Around = M.SlotArray && M.SlotUnit == &U ? link::innermost(U, M.SlotArray->Where) : nullptr;
  const uint32_t Limited = U.Facts.LimitedApi;
  const Coverage Covers(In, Module);
  std::string LeftOut;
  bool Ever = false;
  for (bool NoGil : {false, true})
    for (uint32_t Hex = Oldest; Hex <= Versions[std::size(Versions) - 1].Hex; Hex += 0x00010000)
      Ever |= anyCompiles(U, Groups, {Hex, NoGil && Hex >= 0x030D0000, Limited}).value_or(true);
  if (!Ever) // #if 0, or for another implementation of Python: left out on purpose
    return;
  for (const Version &V : Versions)
    for (bool NoGil : {false, true}) {
      const PythonBuild For{V.Hex, NoGil, Limited};
      const uint32_t Since = K.Gil ? 0x030D0000 : 0x030C0000;
      // The slot about the GIL is read by free-threaded builds only; of those the limited API exists from 3.15 on.
      if (V.Hex < Since || (Limited && Limited < Since) || (NoGil && V.Hex < (Limited ? 0x030F0000u : 0x030D0000u)) ||
          (K.Gil && !NoGil))
        continue;
      if (Around && !link::compiles(U, *Around, For).value_or(true))
        continue; // the module is defined in another way there
      std::optional<bool> Compiled = anyCompiles(U, Groups, For);
      if (Compiled && !*Compiled && !isOtherCode(Covers, U, Groups, For))
        LeftOut += (LeftOut.empty() ? "" : ", ") + std::string(V.Text) + (NoGil ? "t" : "");
    }
  if (LeftOut.empty())
    return;
  const ir::PPGroup *Shown = Groups.front();
  ir::Loc Where = Shown->Where;
  Where.EndLine = Where.EndCol = 0;
  StringRef What = M.Form == link::ModuleForm::SinglePhase ? K.Instead : K.Slot;
  std::string Condition = Shown->Condition.empty() ? "an '#else'" : "'" + Shown->Condition.str() + "'";
  Finding F = moduleFinding(In, VersionHiddenSlotCheck, M, U, Where,
                            "'" + What.str() + "' of module '" + M.Name + "' is compiled only under " + Condition +
                                ", which leaves out " + LeftOut);
  if (D.State == Declaration::Declared)
    F.Notes.push_back({NoteKind::Related, "the declaration", In.flow().place(U, D.Where)});
  remedy(F, std::string("test for 'PY_VERSION_HEX >= ") + (K.Gil ? "0x030D0000" : "0x030C0000") + "' or '" +
                (K.Gil && M.Form == link::ModuleForm::SinglePhase ? "defined Py_GIL_DISABLED"
                                                                  : "defined " + K.Slot.str()) +
                "'");
  Out.push_back(std::move(F));
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  llvm::ArrayRef<ExtensionModule> All = In.modules().all();
  for (unsigned I = 0; I < All.size(); ++I) {
    if (!isHandWritten(All[I]))
      continue;
    judge(In, I, All[I].Interpreters, {false, "Py_mod_multiple_interpreters", "Py_mod_multiple_interpreters"}, Out);
    judge(In, I, All[I].Gil, {true, "Py_mod_gil", "PyUnstable_Module_SetGIL"}, Out);
  }
}

} // namespace gilray
