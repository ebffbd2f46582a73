// Lines of generated files and what they were made from.
#include "extract/tests/Snippet.h"

namespace gilray::extract::test {
namespace {

/// "file:line" that a line of the main file was made from; empty if from nothing.
std::string source(const Snippet &S, unsigned Line) {
  ir::Loc L;
  for (ir::FileId F = 1; F < S.unit().Files.size(); ++F)
    if (S.unit().Files[F].Path == S.unit().MainFile)
      L.File = F;
  L.Line = Line;
  ir::Loc Found = S.unit().source(L);
  if (!Found.valid())
    return "";
  llvm::StringRef Path = S.unit().Files[Found.File].Path;
  if (Path.consume_front(S.dir()))
    Path.consume_front("/");
  return Path.str() + ":" + std::to_string(Found.Line);
}

TEST(ExtractLineMap, LineDirectives) {
  Snippet S;
  S.file("h.h", "int h;\n")
      .file("gen/scan.c", "int a;\n#line 7 \"scan.l\"\nint b;\n\n#include \"../h.h\"\nint c;\n"
                          "#line 8 \"elsewhere/scan.c\"\nint d;\nint e;\n#line 40 \"scan.l\"\nint "
                          "f(void) { return 1; }\n");
  S.extract("gen/scan.c");
  EXPECT_EQ(source(S, 1), "");
  EXPECT_EQ(source(S, 2), "");
  EXPECT_EQ(source(S, 3), "scan.l:7");
  EXPECT_EQ(source(S, 6), "scan.l:10"); // past an include
  EXPECT_EQ(source(S, 8), "");          // back to its own name
  EXPECT_EQ(source(S, 9), "");
  EXPECT_EQ(source(S, 11), "scan.l:40");
  EXPECT_EQ(S.unit().LineMap.size(), 3u);
  // Places stay those of the file that is compiled.
  EXPECT_EQ(S.find("f")->Where.Line, 11u);
}

TEST(ExtractLineMap, GnuLineMarkers) {
  Snippet S;
  S.file("a.c", "# 1 \"orig.c\"\nint a;\n# 1 \"inc/h.h\" 1\nint h;\n# 3 \"orig.c\" 2\nint b;\n").extract("a.c");
  EXPECT_EQ(source(S, 2), "orig.c:1");
  EXPECT_EQ(source(S, 4), "inc/h.h:1");
  EXPECT_EQ(source(S, 6), "orig.c:3");
}

TEST(ExtractLineMap, PlainFilesHaveNone) {
  auto S = c("#include <Python.h>\n/* \"x.pyx\":3 */\nint a;\n");
  EXPECT_TRUE(S->unit().LineMap.empty());
}

TEST(ExtractLineMap, CythonSectionsEndWhatCameBefore) {
  auto S = c("/* \"mod.pyx\":5\n * cdef struct s:             # <<<<<<<<<<<<<<\n */\nstruct s { int n; };\n"
             "/* #### Code section: utility_code_proto ### */\nint utility(void) { return 0; }\n");
  EXPECT_EQ(source(*S, 4), "mod.pyx:5");
  EXPECT_EQ(source(*S, 6), "");
}

TEST(ExtractLineMap, CythonComments) {
  Snippet S;
  S.file("src/pkg/mod.c", "int utility(void) { return 0; }\n"
                          "\n"
                          "/* \"pkg/mod.pyx\":5\n"
                          " * \n"
                          " * def f():             # <<<<<<<<<<<<<<\n"
                          " *     g()\n"
                          " */\n"
                          "\n"
                          "int wrapper(void) {\n"
                          "  return 1;\n"
                          "}\n"
                          "int f(void) {\n"
                          "  int r;\n"
                          "  /* \"pkg/mod.pyx\":6\n"
                          " * def f():\n"
                          " *     g()             # <<<<<<<<<<<<<<\n"
                          " */\n"
                          "  r = wrapper();\n"
                          "  /* \"libc/math.pxd\":12\n"
                          " *     x             # <<<<<<<<<<<<<<\n"
                          " */\n"
                          "  r = 2;\n"
                          "  return r;\n"
                          "}\n"
                          "int more_utility(void) { return 0; }\n")
      .extract("src/pkg/mod.c");
  EXPECT_EQ(source(S, 1), "");
  EXPECT_EQ(source(S, 10), "src/pkg/mod.pyx:5");
  EXPECT_EQ(source(S, 13), "src/pkg/mod.pyx:5");
  EXPECT_EQ(source(S, 18), "src/pkg/mod.pyx:6");
  EXPECT_EQ(source(S, 22), "libc/math.pxd:12"); // nobody knows where that is
  EXPECT_EQ(source(S, 24), "libc/math.pxd:12");
  EXPECT_EQ(source(S, 25), "");
}

} // namespace
} // namespace gilray::extract::test
