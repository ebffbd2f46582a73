// Tables and facts of a unit: files, globals, records, preprocessor facts, issues, dependencies.
#include "extract/tests/Snippet.h"

namespace gilray::extract::test {
namespace {

using ::testing::HasSubstr;

TEST(ExtractUnit, MethodTablesAreTrees) {
  auto S = c(R"(#include <Python.h>
static PyObject *m(PyObject *s, PyObject *a) { return s; }
#define MY_FLAGS METH_VARARGS
static PyMethodDef methods[] = {
  {"m", (PyCFunction)(void (*)(void))m, METH_VARARGS, 0},
  {.ml_name = "n", .ml_meth = &m, .ml_flags = MY_FLAGS | METH_KEYWORDS},
  {0},
};
static PyMethodDef *table = methods, *second = &methods[1];
)");
  const ir::Global *G = S->global("methods");
  ASSERT_TRUE(G);
  EXPECT_EQ(G->Link, ir::Linkage::Internal);
  ASSERT_EQ(G->Value.Kind, ir::InitKind::List);
  ASSERT_EQ(G->Value.Elems.size(), 3u);
  const ir::Init &M = G->Value.Elems[0];
  EXPECT_EQ(M.Elems[0].Str, "m");
  EXPECT_EQ(M.Elems[1].Kind, ir::InitKind::Function);
  EXPECT_EQ(S->unit().Callees[M.Elems[1].Func].Name, "m");
  EXPECT_EQ(M.Elems[2].Spelling, "METH_VARARGS");
  EXPECT_EQ(M.Elems[2].Int, 1);
  const ir::Init &N = G->Value.Elems[1];
  EXPECT_EQ(N.Elems[1].Field, "ml_meth");
  EXPECT_EQ(N.Elems[1].Kind, ir::InitKind::Function);
  EXPECT_EQ(N.Elems[2].Int, 3);
  EXPECT_EQ(G->Value.Elems[2].Elems[0].Kind, ir::InitKind::Null);
  ASSERT_TRUE(S->global("table"));
  EXPECT_EQ(S->global("table")->Value.Kind, ir::InitKind::Address);
  EXPECT_EQ(S->global("table")->Value.Str, G->Id);
  EXPECT_EQ(S->global("second")->Value.Str, G->Id);
}

TEST(ExtractUnit, StaticLocalsBelongToTheirFunction) {
  auto S = c("int f(void) { static int calls; return ++calls; }");
  const ir::Global *G = S->global("calls");
  ASSERT_TRUE(G);
  EXPECT_EQ(G->Owner, S->find("f")->Id);
  EXPECT_THAT(S->function("f"), HasSubstr("write @calls"));
}

TEST(ExtractUnit, InternalFunctionsAreToldApartByPath) {
  auto A = c("static void helper(void) {} void f(void) { helper(); }");
  EXPECT_THAT(A->find("helper")->Id.str(), HasSubstr("/a.c"));
  EXPECT_EQ(A->find("f")->Id, "c:@F@f");
}

TEST(ExtractUnit, InlineFunctionsOfHeadersCarryTheirBody) {
  auto Id = [](llvm::StringRef Define) {
    Snippet S;
    S.file("h.h", "static inline int h(int n) {\n#ifdef X\n n++;\n#endif\n return n; }\n")
        .arg("-I" + S.dir())
        .file("a.c", (Define + "#include \"h.h\"\nint f(void) { return h(1); }\n").str())
        .extract("a.c");
    std::string Id = S.find("h")->Id.str();
    Id.replace(Id.find(S.dir()), S.dir().size(), "");
    // The body's place is part of its identity; the directory differs between the runs of this test.
    EXPECT_EQ(S.unit().Callees[S.find("f")->Blocks[0].Events[0].Callee].Id, S.find("h")->Id);
    EXPECT_EQ(S.find("h")->Link, ir::Linkage::Inline);
    return Id;
  };
  EXPECT_NE(Id(""), Id("#define X\n"));
}

TEST(ExtractUnit, HeaderClassesGoByDirectory) {
  Snippet S;
  S.fakePython()
      .file("proj/util.h", "static inline int twice(int n) { return 2 * n; }\n")
      .file("inc/cpython/more.h", "int _Py_more(void);\n")
      .file("inc/greenlet/greenlet.h", "int greenlet(void);\n")
      .arg("-I" + S.dir() + "/proj")
      .file("a.c",
            "#include <Python.h>\n#include <cpython/more.h>\n#include <greenlet/greenlet.h>\n#include \"util.h\"\n"
            "#include <string.h>\nint f(char *s) { return twice(strlen(s)) + _Py_more() + greenlet(); }\n")
      .extract("a.c");
  auto ClassOf = [&](llvm::StringRef Suffix) {
    for (const ir::File &F : S.unit().Files)
      if (F.Path.ends_with(Suffix))
        return F.Class;
    ADD_FAILURE() << "no file " << Suffix.str();
    return ir::HeaderClass::Builtin;
  };
  EXPECT_EQ(ClassOf("cpython/more.h"), ir::HeaderClass::Python);
  EXPECT_EQ(ClassOf("greenlet.h"), ir::HeaderClass::System);
  EXPECT_EQ(ClassOf("util.h"), ir::HeaderClass::Project);
  EXPECT_EQ(ClassOf("/string.h"), ir::HeaderClass::Libc);
  EXPECT_TRUE(S.find("twice")); // project headers' bodies are extracted
}

TEST(ExtractUnit, Facts) {
  Snippet S;
  S.fakePython().arg("-DPy_LIMITED_API=0x030A0000").arg("-DNDEBUG").arg("-DPy_GIL_DISABLED=1");
  S.file("a.c", "#include <Python.h>\n").extract("a.c");
  EXPECT_EQ(S.unit().Facts.PyVersionHex, 0x030C01F0u);
  EXPECT_EQ(S.unit().Facts.LimitedApi, 0x030A0000u);
  EXPECT_TRUE(S.unit().Facts.NDebug);
  EXPECT_TRUE(S.unit().Facts.GilDisabled);
  EXPECT_EQ(S.unit().Facts.Lang, ir::Language::C);
  auto Plain = c("int x;");
  EXPECT_EQ(Plain->unit().Facts.PyVersionHex, 0u);
}

TEST(ExtractUnit, Suppressions) {
  auto S = c("int a; // NOLINT\nint b; // NOLINT(gilray-*, other)\n// NOLINTNEXTLINE(gilray-double-detach): reason\n"
             "int c;\n/* NOLINTBEGIN */\n/* NOLINTEND */\n// NOLINTED is a word\n");
  const auto &L = S->unit().Suppressions;
  ASSERT_EQ(L.size(), 5u);
  EXPECT_EQ(L[0].Kind, ir::SuppressionKind::Line);
  EXPECT_TRUE(L[0].Checks.empty());
  ASSERT_EQ(L[1].Checks.size(), 2u);
  EXPECT_EQ(L[1].Checks[1], "other");
  EXPECT_EQ(L[2].Kind, ir::SuppressionKind::NextLine);
  EXPECT_EQ(L[2].Where.Line, 3u);
  EXPECT_EQ(L[3].Kind, ir::SuppressionKind::Begin);
  EXPECT_EQ(L[4].Kind, ir::SuppressionKind::End);
}

TEST(ExtractUnit, PreprocessorGroups) {
  auto S = c("#if defined(FOO) && \\\n    BAR > 3  // why\nint on; other_name(1);\n#elif 1\nint two;\n#else\nint "
             "three;\n#endif\n");
  const auto &G = S->unit().PPGroups;
  ASSERT_EQ(G.size(), 3u);
  EXPECT_EQ(G[0].Condition, "defined(FOO) && BAR > 3");
  EXPECT_FALSE(G[0].Taken);
  EXPECT_TRUE(llvm::is_contained(G[0].Names, "other_name"));
  EXPECT_EQ(G[0].Where.Line, 1u);
  EXPECT_EQ(G[0].Where.EndLine, 4u);
  EXPECT_TRUE(G[1].Taken);
  EXPECT_FALSE(G[2].Taken);
  EXPECT_TRUE(llvm::is_contained(G[2].Names, "three"));
}

TEST(ExtractUnit, MacrosAtFileScope) {
  Snippet S;
  S.file("inc/pybind11/pybind11.h",
         "#define MODULE_(name, v) static void init_##name(int v); int PyInit_##name() { init_##name(1); return 0; } "
         "static void init_##name(int v)\n")
      .arg("-I" + S.dir() + "/inc")
      .arg("-std=c++17")
      .file("a.cpp", "#include <pybind11/pybind11.h>\nvoid use(int);\nMODULE_(ext, m) {\n  use(m);\n}\n")
      .extract("a.cpp");
  ASSERT_EQ(S.unit().TopLevelMacros.size(), 1u);
  EXPECT_EQ(S.unit().TopLevelMacros[0].Name, "MODULE_");
  ASSERT_EQ(S.unit().TopLevelMacros[0].Args.size(), 2u);
  EXPECT_EQ(S.unit().TopLevelMacros[0].Args[0].Text, "ext");
  EXPECT_THAT(S.function("init_ext"), HasSubstr("call use(m)"));
}

TEST(ExtractUnit, AnnotationsNameTheGuard) {
  auto S = c("struct conn { int lock; __attribute__((annotate(\"gilray:guarded_by:lock\"))) int n; };\n"
             "static int cache_lock;\n"
             "__attribute__((annotate(\"gilray:guarded_by:cache_lock\"))) static int cache;\n"
             "int get(struct conn *c) { return c->n + cache + cache_lock; }\n");
  EXPECT_THAT(S->text(), HasSubstr("n: int guarded_by \"lock\""));
  EXPECT_THAT(S->text(), HasSubstr("guarded_by=\"cache_lock\""));
}

TEST(ExtractUnit, PythonObjectsAreRecognised) {
  auto S = c("#include <Python.h>\ntypedef struct { PyObject_HEAD int n; } A;\ntypedef struct { A base; } B;\n"
             "typedef struct { int n; PyObject *o; } C;\nint f(A *a, B *b, C *c) { return a->n + b->base.n + c->n; }");
  EXPECT_TRUE(S->record("A")->PythonObject);
  EXPECT_TRUE(S->record("B")->PythonObject);
  EXPECT_FALSE(S->record("C")->PythonObject);
}

TEST(ExtractUnit, MissingHeaderIsAnIssueAndTheRestIsKept) {
  auto S = c("#include <nowhere.h>\nint g(int n) { return n + 1; }\nint h(missing_t *x) { return x->y; }\n"
             "int k(void) { return undeclared_thing; }\n");
  ASSERT_FALSE(S->unit().Issues.empty());
  EXPECT_EQ(S->unit().Issues[0].Message, "'nowhere.h' file not found");
  EXPECT_TRUE(S->unit().Issues[0].Fatal);
  EXPECT_EQ(S->unit().Issues[0].Where.Line, 1u);
  ASSERT_TRUE(S->find("g"));
  EXPECT_EQ(S->find("g")->Body, ir::BodyState::Complete);
  ASSERT_TRUE(S->find("k"));
  EXPECT_EQ(S->find("k")->Body, ir::BodyState::HasErrors);
}

TEST(ExtractUnit, DependenciesHoldPresentAndAbsentPaths) {
  Snippet S;
  S.file("one/x.txt", "").file("two/h.h", "int h;\n").arg("-I" + S.dir() + "/one").arg("-I" + S.dir() + "/two");
  S.file("a.c", "#include \"h.h\"\n").extract("a.c");
  auto Has = [&](const std::string &Path, bool Absent) {
    return llvm::any_of(S.dependencies(), [&](const Dependency &D) { return D.Path == Path && D.Absent == Absent; });
  };
  EXPECT_TRUE(Has(S.dir() + "/a.c", false));
  EXPECT_TRUE(Has(S.dir() + "/two/h.h", false));
  EXPECT_TRUE(Has(S.dir() + "/one/h.h", true));
}

TEST(ExtractUnit, BadInputs) {
  Snippet S;
  EXPECT_THAT(S.error("absent.c"), HasSubstr("cannot read 'absent.c'"));
  S.file("empty.c", "").extract("empty.c");
  EXPECT_TRUE(S.unit().Functions.empty());
  Snippet B;
  B.file("binary.c", llvm::StringRef("\0\1\2\377\0int f(void) { return 1; }\0", 32)).extract("binary.c");
  EXPECT_FALSE(B.unit().MainFile.empty());
  Snippet U;
  U.file("latin.c", "/* \xe9\xff */ const char *s = \"\xe9\"; int f(void) { return s[0]; }\n").extract("latin.c");
  EXPECT_EQ(U.unit().Functions.size(), 1u);
}

/// Warnings are off, but some mistakes are errors unless a pragma says otherwise.
TEST(ExtractUnit, PragmasOfTheProjectOutliveThoseOfHeaders) {
  const std::string Off = "#pragma clang diagnostic ignored \"-Wnon-pod-varargs\"\n";
  auto Issues = [&](const std::string &Before) {
    Snippet S;
    S.arg("-isystem").arg(S.dir() + "/sys");
    S.file("sys/tidy.h", "#pragma clang diagnostic push\n" + Off + "int tidy();\n#pragma clang diagnostic pop\n");
    S.file("sys/lasting.h", Off + "int lasting();\n");
    S.file("a.cpp", Before + "struct Text { Text(const Text &); char *p; };\nvoid log(const char *, ...);\n"
                             "void f(Text &t) { log(\"\", t); }\n");
    return S.extract("a.cpp").unit().Issues.size();
  };
  EXPECT_EQ(Issues("#include <tidy.h>\n"), 1u);
  EXPECT_EQ(Issues(Off + "#include <tidy.h>\n"), 0u);
  EXPECT_EQ(Issues("#include <tidy.h>\n" + Off + "#include <tidy.h>\n"), 0u);
  EXPECT_EQ(Issues("#pragma clang diagnostic push\n#include <tidy.h>\n" + Off + "#include <tidy.h>\n"), 0u);
  EXPECT_EQ(Issues("#include <lasting.h>\n#include <tidy.h>\n"), 0u);
}

TEST(ExtractUnit, BuildFlagsThatWriteFilesAreIgnored) {
  Snippet S;
  S.arg("-MD").arg("-MF").arg(S.dir() + "/a.d").arg("-O2").arg("-g").arg("-Wall").arg("-fno-semantic-interposition");
  S.file("a.c", "int f(void) { return 1; }\n").extract("a.c");
  EXPECT_TRUE(S.find("f"));
  EXPECT_TRUE(S.unit().Issues.empty());
  EXPECT_EQ(access((S.dir() + "/a.d").c_str(), F_OK), -1);
}

TEST(ExtractUnit, DeepNestingDoesNotOverflow) {
  std::string Chain = "int f(int n) {\n";
  for (int I = 0; I < 4000; ++I)
    Chain += "if (n == " + std::to_string(I) + ") return 1; else ";
  auto S = c(Chain + " return 0; }\n");
  EXPECT_TRUE(S->find("f"));
}

TEST(ExtractUnit, ACrashOfClangIsAnError) {
  Snippet S;
  S.file("crash.c", "int x;\n#pragma clang __debug crash\n");
  EXPECT_THAT(S.error("crash.c"), HasSubstr("Clang crashed while analysing 'crash.c'"));
  S.file("deep.c", "int f(int n) { return " + std::string(400000, '~') + "n; }\n");
  EXPECT_THAT(S.error("deep.c"), HasSubstr("Clang crashed while analysing 'deep.c'"));
  S.file("good.c", "int f(void) { return 1; }\n").extract("good.c"); // and the next file is not harmed
  EXPECT_TRUE(S.find("f"));
}

TEST(ExtractUnit, SameInputSameText) {
  const char *Code =
      "#include <Python.h>\nstruct A { A(); ~A(); }; void w(); void f(A a) { A b; for (int i = 0; i < 3; ++i) "
      "{ A c; w(); } auto l = [&] { w(); }; l(); }\n";
  auto Text = [&] {
    std::string T = cxx(Code)->text();
    return T.substr(T.find('\n')); // the first line's hash of the flags holds the temporary directory
  };
  EXPECT_EQ(Text(), Text());
}

} // namespace
} // namespace gilray::extract::test
