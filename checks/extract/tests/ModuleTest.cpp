// What a module says of itself: slot arrays, preprocessor groups around them, binding macros, type objects.
#include "extract/tests/Snippet.h"

namespace gilray::extract::test {
namespace {

using ir::Init;
using ir::InitKind;
using ::testing::HasSubstr;

/// Slots as Python's headers of 3.15 spell them: long macros, casts in values, anonymous unions.
constexpr char Slots[] = R"(#include <Python.h>
#include <moduleobject.h>
static int run(PyObject *m) { return 0; }
)";
constexpr char ModuleObject[] = R"(
#define COMPAT_(NEW, OLD) NEW
#define Py_mod_exec COMPAT_(85, 2)
#define Py_mod_multiple_interpreters COMPAT_(86, 3)
#define Py_mod_gil COMPAT_(87, 4)
#define Py_MOD_GIL_NOT_USED ((void *)1)
typedef struct { int slot; void *value; } PyModuleDef_Slot;
typedef struct { PyObject ob_base; long m_index; } PyModuleDef_Base;
#define PyObject_HEAD_INIT(type) { 1, type },
#define PyModuleDef_HEAD_INIT { PyObject_HEAD_INIT(0) 7 }
typedef struct { PyModuleDef_Base m_base; const char *m_name; PyModuleDef_Slot *m_slots; } PyModuleDef;
typedef struct {
  unsigned short sl_id, sl_flags;
  union { unsigned sl_reserved; };
  union { void *sl_ptr; void (*sl_func)(void); };
} PySlot;
#define PySlot_INTPTR 4
#define PySlot_DATA(NAME, VALUE) {.sl_id = (NAME), .sl_flags = PySlot_INTPTR, .sl_ptr = (void *)(VALUE)}
#define PySlot_FUNC(NAME, VALUE) {.sl_id = (NAME), .sl_func = (void (*)(void))(VALUE)}
#define PySlot_PTR(NAME, VALUE) {(NAME), PySlot_INTPTR, {0}, {(void *)(VALUE)}}
#define PySlot_END {0, 0, {0}, {0}}
)";

std::unique_ptr<Snippet> slots(llvm::StringRef Code) {
  auto S = std::make_unique<Snippet>();
  S->fakePython().file("inc/moduleobject.h", ModuleObject).file("a.c", Slots + Code.str()).extract("a.c");
  EXPECT_TRUE(S->unit().Issues.empty());
  return S;
}

const Init *member(const Init &I, llvm::StringRef Field) {
  for (const Init &E : I.Elems)
    if (E.Field == Field)
      return &E;
  return nullptr;
}

/// "line:column-line:column" of a place in a.c, lines counted from the first after Slots.
std::string place(const ir::Loc &L) {
  constexpr unsigned Before = 3;
  return std::to_string(L.Line - Before) + ":" + std::to_string(L.Col) + "-" + std::to_string(L.EndLine - Before) +
         ":" + std::to_string(L.EndCol);
}

TEST(ExtractModule, SlotsAreSpelledAsInPythonsHeaders) {
  auto S = slots("#define MY_GIL Py_mod_gil\n#define EXEC(f) {Py_mod_exec, f}\n"
                 "static PyModuleDef_Slot slots[] = {EXEC(run), {MY_GIL, Py_MOD_GIL_NOT_USED}, {0, 0}};\n"
                 "static PyModuleDef def = {PyModuleDef_HEAD_INIT, \"m\", slots};\n");
  const Init &List = S->global("slots")->Value;
  ASSERT_EQ(List.Elems.size(), 3u);
  EXPECT_EQ(member(List.Elems[0], "slot")->Spelling, "Py_mod_exec");
  EXPECT_EQ(member(List.Elems[0], "slot")->Int, 85);
  EXPECT_EQ(member(List.Elems[0], "value")->Kind, InitKind::Function);
  EXPECT_EQ(member(List.Elems[1], "slot")->Spelling, "Py_mod_gil");
  EXPECT_EQ(member(List.Elems[1], "value")->Spelling, "Py_MOD_GIL_NOT_USED");
  EXPECT_EQ(member(List.Elems[1], "value")->Int, 1);
  // The whole head is one macro, none of its numbers is.
  const Init &Head = *member(S->global("def")->Value, "m_base");
  EXPECT_EQ(member(Head, "m_index")->Spelling, "");
  EXPECT_EQ(member(*member(Head, "ob_base"), "ob_refcnt")->Spelling, "");
}

TEST(ExtractModule, PlacesOfElementsAndBraces) {
  auto S = slots("#define EXEC(f) {Py_mod_exec, f}\n#define BOTH(f) EXEC(f), {0, 0}\n"
                 "static PyModuleDef_Slot a[] = {\n  {Py_mod_exec, run},\n  EXEC(run),\n  {0, 0}\n};\n"
                 "static PyModuleDef_Slot b[] = { BOTH(run) };\n"
                 "#define ARRAY(name) static PyModuleDef_Slot name[] = {{Py_mod_exec, run}, {0}}\nARRAY(c);\n");
  const Init &A = S->global("a")->Value;
  EXPECT_EQ(place(A.Where), "3:31-7:2");
  EXPECT_EQ(A.Where.Chain, 0u);
  EXPECT_EQ(place(A.Elems[0].Where), "4:3-4:21");
  EXPECT_EQ(A.Elems[0].Where.Chain, 0u);
  EXPECT_EQ(place(A.Elems[1].Where), "5:3-5:12");
  EXPECT_NE(A.Elems[1].Where.Chain, 0u);
  EXPECT_EQ(place(A.Elems[2].Where), "6:3-6:9");
  // Two elements of one macro have one place.
  const Init &B = S->global("b")->Value;
  EXPECT_EQ(place(B.Elems[0].Where), place(B.Elems[1].Where));
  EXPECT_NE(S->global("c")->Value.Where.Chain, 0u);
}

TEST(ExtractModule, WrittenSizesLeaveNoRoom) {
  auto S =
      slots("typedef PyModuleDef_Slot Three[3];\ntypedef PyModuleDef_Slot Some[];\n"
            "static PyModuleDef_Slot a[] = {{Py_mod_exec, run}, {0}}, b[2] = {{Py_mod_exec, run}};\n"
            "static Three c = {{0}};\nstatic Some d = {{0}};\n"
            "static PyModuleDef def = {.m_name = \"m\", .m_slots = (PyModuleDef_Slot[]){{Py_mod_exec, run}, {0}}};\n"
            "static PyModuleDef fixed = {.m_slots = (PyModuleDef_Slot[2]){{0}}};\n"
            "static struct { PyModuleDef_Slot in[2]; } s = {{{0}}};\n");
  auto Written = [&](llvm::StringRef Name) { return S->global(Name)->Value.SizeWritten; };
  EXPECT_FALSE(Written("a"));
  EXPECT_TRUE(Written("b"));
  EXPECT_TRUE(Written("c"));
  EXPECT_FALSE(Written("d"));
  EXPECT_EQ(S->unit().Types[S->global("b")->Type].Extent, 2u);
  EXPECT_EQ(S->global("b")->Value.Elems.size(), 1u);
  const Init *Literal = member(S->global("def")->Value, "m_slots");
  ASSERT_EQ(Literal->Kind, InitKind::List);
  EXPECT_FALSE(Literal->SizeWritten);
  EXPECT_EQ(place(Literal->Where), "6:73-6:98");
  EXPECT_TRUE(member(S->global("fixed")->Value, "m_slots")->SizeWritten);
  EXPECT_TRUE(member(S->global("s")->Value, "in")->SizeWritten);
}

TEST(ExtractModule, DesignatorsAndGaps) {
  auto S = slots("static PyModuleDef_Slot a[] = {[2] = {0}, [0] = {.value = run, .slot = Py_mod_exec}};\n"
                 "static PyModuleDef_Slot *p = &(PyModuleDef_Slot){Py_mod_exec, run};\n");
  const Init &A = S->global("a")->Value;
  ASSERT_EQ(A.Elems.size(), 3u);
  EXPECT_EQ(A.Elems[0].Elems[0].Field, "slot");
  EXPECT_EQ(A.Elems[0].Elems[1].Field, "value");
  EXPECT_EQ(A.Elems[1].Kind, InitKind::List);
  EXPECT_TRUE(A.Elems[1].Elems.empty());
  EXPECT_EQ(S->global("p")->Value.Kind, InitKind::List);
}

TEST(ExtractModule, ExportedSlots) {
  auto S = slots("static int info;\nPySlot *PyModExport_m(void) {\n  static PySlot slots[] = {\n"
                 "    PySlot_DATA(Py_mod_gil, Py_MOD_GIL_NOT_USED), PySlot_FUNC(Py_mod_exec, run),\n"
                 "    PySlot_PTR(Py_mod_multiple_interpreters, (void *)2), PySlot_DATA(109, &info), PySlot_END};\n"
                 "  return slots;\n}\n");
  const ir::Global *G = S->global("slots");
  EXPECT_EQ(G->Owner, S->find("PyModExport_m")->Id);
  const std::vector<Init> &E = G->Value.Elems;
  ASSERT_EQ(E.size(), 5u);
  EXPECT_EQ(member(E[0], "sl_id")->Spelling, "Py_mod_gil");
  EXPECT_EQ(member(E[0], "sl_flags")->Spelling, "PySlot_INTPTR");
  EXPECT_EQ(member(E[0], "sl_ptr")->Int, 1);
  EXPECT_EQ(member(E[0], "sl_ptr")->Spelling, "Py_MOD_GIL_NOT_USED");
  EXPECT_EQ(member(E[1], "sl_func")->Kind, InitKind::Function);
  EXPECT_EQ(member(E[2], "sl_ptr")->Int, 2);
  EXPECT_EQ(member(E[3], "sl_ptr")->Kind, InitKind::Address);
  EXPECT_EQ(member(E[4], "sl_id")->Int, 0);
  EXPECT_THAT(S->function("PyModExport_m"), HasSubstr("return &@slots[0]"));
}

TEST(ExtractModule, ArraysFilledAtRunTime) {
  auto S =
      slots("PyModuleDef_Slot *f(int i) {\n  static PyModuleDef_Slot a[3];\n  PyModuleDef_Slot l[2] = {{Py_mod_exec, "
            "run}};\n  a[i].slot = Py_mod_gil;\n  a[1] = (PyModuleDef_Slot){Py_mod_exec, run};\n  a[2] = l[0];\n"
            "  return a;\n}\n");
  std::string F = S->function("f");
  EXPECT_THAT(F, HasSubstr("write @a[i].PyModuleDef_Slot::slot = 87"));
  EXPECT_THAT(F, HasSubstr("write l[0].PyModuleDef_Slot::value = "));
  EXPECT_THAT(F, HasSubstr("write @a[1] = %"));
  EXPECT_THAT(F, HasSubstr("write @a[2] = l[0]"));
}

TEST(ExtractModule, GroupsInsideSkippedGroups) {
  auto S = slots("#if 0\n# define GIL {Py_mod_gil, 0}\n# ifdef WITH_OWN\nint own;\n# else\nint other;\n# endif\n"
                 "#elif defined(TWO)\n#else\nint last;\n#endif\n#ifdef Py_mod_gil\n#if 1\nint in;\n#endif\n#endif\n");
  const auto &G = S->unit().PPGroups;
  ASSERT_EQ(G.size(), 5u);
  using ::testing::ElementsAre;
  EXPECT_THAT(G[0].Names, ElementsAre("GIL", "Py_mod_gil", "WITH_OWN", "int", "other", "own"));
  EXPECT_EQ(G[0].Previous, 0u);
  EXPECT_EQ(G[1].Condition, "defined(TWO)");
  EXPECT_EQ(G[1].Previous, 1u);
  EXPECT_EQ(G[2].Condition, "");
  EXPECT_EQ(G[2].Previous, 2u);
  EXPECT_TRUE(G[2].Taken);
  EXPECT_EQ(G[3].Previous, 0u);
  EXPECT_EQ(G[4].Previous, 0u);
}

TEST(ExtractModule, BindingMacrosHaveABody) {
  Snippet S;
  S.file("inc/pybind11/pybind11.h", "namespace py { struct tag {}; template <class A, class B> struct two {}; }\n"
                                    "#define MODULE_IMPL_(name, var) static void init_##name(int var); \\\n"
                                    "  int PyInit_##name() { init_##name(1); return 0; } void init_##name(int var)\n"
                                    "#define PYBIND11_MODULE(name, var, ...) MODULE_IMPL_(name, var)\n"
                                    "#define PYBIND11_DECLARE(T) struct T;\n")
      .arg("-I" + S.dir() + "/inc")
      .arg("-std=c++17")
      .file("a.cpp", "#include <pybind11/pybind11.h>\nvoid use(int);\n"
                     "PYBIND11_MODULE(one, m, py::tag(),\n                f(1, 2)) {\n  use(m);\n}\n"
                     "#define MY_MODULE(n) PYBIND11_MODULE(n, mm)\nMY_MODULE(two) { use(mm); }\n"
                     "PYBIND11_DECLARE(Three)\nPYBIND11_MODULE(four, m) { use(m); }\n")
      .extract("a.cpp");
  const auto &M = S.unit().TopLevelMacros;
  ASSERT_EQ(M.size(), 4u);
  EXPECT_EQ(M[0].Body, S.find("init_one")->Id);
  ASSERT_EQ(M[0].Args.size(), 4u);
  EXPECT_EQ(M[0].Args[0].Text, "one");
  EXPECT_EQ(M[0].Args[2].Text, "py::tag()");
  EXPECT_EQ(M[0].Args[3].Text, "f(1, 2)");
  EXPECT_EQ(M[0].Args[3].Where.Line, 4u);
  EXPECT_EQ(M[0].Args[3].Where.Col, 17u);
  EXPECT_EQ(M[0].Args[3].Where.EndCol, 24u);
  EXPECT_EQ(M[0].Where.EndLine, 4u);
  EXPECT_EQ(M[0].Where.EndCol, 25u); // the parenthesis is the last byte
  EXPECT_EQ(M[1].Name, "PYBIND11_MODULE");
  EXPECT_EQ(M[1].Body, S.find("init_two")->Id);
  EXPECT_EQ(M[1].Args[0].Text, "two");
  EXPECT_EQ(M[1].Where.Line, 8u);
  EXPECT_NE(M[1].Where.Chain, 0u);
  EXPECT_EQ(M[2].Name, "PYBIND11_DECLARE");
  EXPECT_EQ(M[2].Body, "");
  EXPECT_EQ(M[3].Args.size(), 2u);
}

TEST(ExtractModule, NanobindsBuildOption) {
  Snippet S;
  S.fakePython().arg("-DNB_FREE_THREADED").file("a.c", "#include <Python.h>\n").extract("a.c");
  EXPECT_TRUE(S.unit().Facts.NanobindFreeThreaded);
}

TEST(ExtractModule, WrappedTypeObjects) {
  Snippet S;
  S.fakePython()
      .file("sys/lib.h", "typedef struct _typeobject { PyObject ob_base; const char *tp_name; } PyTypeObject;\n"
                         "typedef struct { PyTypeObject type; int extra; } LibType;\n")
      .arg("-isystem" + S.dir() + "/sys")
      .file("a.c", "#include <Python.h>\n#include <lib.h>\nstatic LibType T = {{{1, 0}, \"m.T\"}, 3};\n"
                   "LibType R;\nvoid f(void) { R.type.tp_name = \"m.R\"; }\n")
      .extract("a.c");
  ASSERT_TRUE(S.record("LibType"));
  EXPECT_TRUE(S.record("LibType")->PythonObject);
  ASSERT_FALSE(S.record("LibType")->Fields.empty());
  EXPECT_EQ(S.unit().Types[S.record("LibType")->Fields[0].Type].Record, "_typeobject");
  EXPECT_TRUE(S.global("R")->Definition);
  EXPECT_FALSE(S.global("R")->Value.Where.valid());
  EXPECT_THAT(S.function("f"), HasSubstr("write @R.LibType::type._typeobject::tp_name = \"m.R\""));
}

TEST(ExtractModule, ATentativeDefinitionAfterItsDeclaration) {
  auto S = c("extern int shared;\nint shared;\nextern int elsewhere;\nvoid f(void) { shared = elsewhere; }\n");
  EXPECT_TRUE(S->global("shared")->Definition);
  EXPECT_EQ(S->global("shared")->Where.Line, 2u);
  EXPECT_FALSE(S->global("elsewhere")->Definition);
}

} // namespace
} // namespace gilray::extract::test
