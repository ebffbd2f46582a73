#include "driver/CythonPlaces.h"
#include "gtest/gtest.h"

using namespace gilray;
using driver::CythonPlaces;

namespace {

CheckInfo check(std::string_view Group) {
  CheckInfo C;
  C.Name = "some-check";
  C.Group = Group;
  return C;
}

/// C of pkg/mod.pyx: lines 10 to 19 stand for its line 3, 20 to 29 for Cython's own code, from 30 on #line counts.
class CythonPlacesTest : public testing::Test {
protected:
  void SetUp() override {
    U.MainFile = "/src/pkg/mod.c";
    U.Files.push_back({"/src/pkg/mod.c", ir::HeaderClass::Project});
    ir::FileId C = U.Files.size() - 1;
    U.Files.push_back({"/src/pkg/mod.pyx", ir::HeaderClass::Project});
    ir::FileId Pyx = U.Files.size() - 1;
    U.Files.push_back({"View.MemoryView", ir::HeaderClass::Project});
    ir::FileId Views = U.Files.size() - 1;
    U.LineMap = {{C, 10, Pyx, 3, false}, {C, 20, Views, 110, false}, {C, 30, Pyx, 40, true}, {C, 50, 0, 0, false}};
    Places.add(U);
  }
  Place translated(unsigned Line) {
    Place P{"/src/pkg/mod.c", Line, 7};
    return Places.translate(P) ? P : Place{};
  }
  ir::Unit U;
  CythonPlaces Places;
};

TEST_F(CythonPlacesTest, LinesOfTheSource) {
  EXPECT_EQ(translated(10), (Place{"/src/pkg/mod.pyx", 3}));
  EXPECT_EQ(translated(19), (Place{"/src/pkg/mod.pyx", 3}));
  EXPECT_EQ(translated(32), (Place{"/src/pkg/mod.pyx", 42}));
}

TEST_F(CythonPlacesTest, CythonsOwnCodeStandsForNothing) {
  for (unsigned Line : {1, 9, 20, 29, 50, 900})
    EXPECT_EQ(translated(Line), Place()) << Line;
}

TEST_F(CythonPlacesTest, FindingsInGeneratedCodeAreDropped) {
  CheckInfo Threads = check("threadstate"), State = check("state");
  Finding F;
  F.Check = &Threads;
  F.Where = {"/src/pkg/mod.c", 25};
  EXPECT_FALSE(Places.translate(F));
  F.Check = &State; // of the module as a whole
  F.Where = {"/src/pkg/mod.c", 25};
  EXPECT_TRUE(Places.translate(F));
  EXPECT_EQ(F.Where, (Place{"/src/pkg/mod.pyx", 1}));
}

TEST_F(CythonPlacesTest, NotesAreTranslatedOrLeftOut) {
  CheckInfo Threads = check("threadstate");
  Finding F;
  F.Check = &Threads;
  F.Where = {"/src/pkg/mod.c", 12};
  F.Fixes.emplace_back();
  F.Notes = {{NoteKind::Path, "assuming '__pyx_t_6' is true", {"/src/pkg/mod.c", 11}},
             {NoteKind::Path, "assuming '__pyx_t_7' is true", {"/src/pkg/mod.c", 13}}, // the same line of the source
             {NoteKind::Path, "'__pyx_memoryview_get' is called here", {"/src/pkg/mod.c", 22}},
             {NoteKind::Path, "called here", {"/src/other.c", 22}},
             {NoteKind::Remedy, "attach first (Py_BLOCK_THREADS ... Py_UNBLOCK_THREADS), or move the call", {}}};
  ASSERT_TRUE(Places.translate(F));
  ASSERT_EQ(F.Notes.size(), 3u);
  EXPECT_EQ(F.Notes[0].Message, "assuming this condition is true");
  EXPECT_EQ(F.Notes[0].Where, (Place{"/src/pkg/mod.pyx", 3}));
  EXPECT_EQ(F.Notes[1].Where.File, "/src/other.c");
  EXPECT_EQ(F.Notes[2].Message, "attach first (with gil:), or move the call");
  EXPECT_TRUE(F.Fixes.empty()) << "the next run of Cython would undo it";
}

TEST_F(CythonPlacesTest, OtherFilesAreLeftAlone) {
  CheckInfo Threads = check("threadstate");
  Finding F;
  F.Check = &Threads;
  F.Where = {"/src/other.c", 25};
  F.Message = "'__pyx_v_x' is used";
  EXPECT_TRUE(Places.translate(F));
  EXPECT_EQ(F.Where, (Place{"/src/other.c", 25}));
  EXPECT_EQ(F.Message, "'__pyx_v_x' is used");
}

TEST(CythonNames, AsTheSourceWritesThem) {
  EXPECT_EQ(CythonPlaces::readable("'__pyx_pw_3pkg_3mod_5area' is called"), "'pkg.mod.area' is called");
  EXPECT_EQ(CythonPlaces::readable("__pyx_pf_4work_3Box_2close"), "work.Box.close");
  EXPECT_EQ(CythonPlaces::readable("__pyx_f_4work_worker_2"), "work.worker_2");
  EXPECT_EQ(CythonPlaces::readable("'__pyx_v_self->data'"), "'self->data'");
  EXPECT_EQ(CythonPlaces::readable("__pyx_v_4work_counter"), "work.counter");
  EXPECT_EQ(CythonPlaces::readable("__pyx_m and __Pyx_XDECREF"), "__pyx_m and __Pyx_XDECREF");
}

} // namespace
