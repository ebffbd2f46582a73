// Edits are made for the text that was parsed, which in an editor is not the text on the disk.
#include "Analysis.h"
#include "extract/tests/Snippet.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::extract::test {
namespace {

constexpr char Code[] = R"(#include <Python.h>
#define PY_VERSION_HEX 0x030D00F0
typedef struct { int slot; void *value; } PyModuleDef_Slot;
typedef struct { PyObject ob_base; long m_index; } PyModuleDef_Base;
typedef struct PyModuleDef { PyModuleDef_Base m_base; const char *m_name; PyModuleDef_Slot *m_slots; } PyModuleDef;
#define Py_mod_exec 2
#define Py_mod_multiple_interpreters 3
#define Py_mod_gil 4
PyObject *PyModuleDef_Init(PyModuleDef *);
)";
constexpr char Module[] = R"(#include "moduleobject.h"
static int run(PyObject *m) { return 0; }
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, run},
    {0, 0},
};
static PyModuleDef def = {.m_name = "knob", .m_slots = slots};
PyObject *PyInit_knob(void) { return PyModuleDef_Init(&def); }
)";

/// The texts that fixes put in for the module, read by Read.
std::vector<std::string> fixes(const Snippet &S, SourceReader Read) {
  AnalysisOptions Options;
  Options.Read = std::move(Read);
  const ir::Unit *U = &S.unit();
  std::vector<std::string> Out;
  for (const Finding &F : analyse(U, api::Model::builtin(), Options).Findings)
    for (const Fix &X : F.Fixes)
      for (const Edit &E : X.Edits)
        Out.push_back(E.Text);
  return Out;
}

TEST(FixText, IsTheOneThatWasParsed) {
  Snippet S;
  S.fakePython().file("inc/moduleobject.h", Code).file("knob.c", Module).extract("knob.c");
  EXPECT_THAT(fixes(S, readFromDisk), testing::Contains(testing::HasSubstr("Py_mod_multiple_interpreters")));
  // Saved over, or never saved: the places of the unit mean nothing there.
  S.file("knob.c", "// nothing here any more\n");
  EXPECT_THAT(fixes(S, readFromDisk), testing::IsEmpty());
  auto Editor = [&](llvm::StringRef Path) {
    return Path.ends_with("knob.c") ? std::optional<std::string>(Module) : std::nullopt;
  };
  EXPECT_THAT(fixes(S, Editor), testing::Contains(testing::HasSubstr("Py_mod_multiple_interpreters")));
  EXPECT_THAT(fixes(S, nullptr), testing::IsEmpty());
}

} // namespace
} // namespace gilray::extract::test
