// Preprocessor conditions over Python versions: what holds, what does not, and what is not known.
#include "link/Conditions.h"
#include "ir/tests/UnitText.h"
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::link;

namespace {

constexpr PythonBuild Py312{0x030C00F0, false, 0}, Py313{0x030D00F0, false, 0}, Py313t{0x030D00F0, true, 0},
    Py315t{0x030F00F0, true, 0}, Limited{0x030F00F0, false, 0x03090000};

std::string said(llvm::StringRef Condition, const PythonBuild &For) {
  std::optional<bool> V = holds(Condition, For);
  return !V ? "unknown" : *V ? "yes" : "no";
}

} // namespace

TEST(Conditions, Versions) {
  EXPECT_EQ(said("PY_VERSION_HEX >= 0x030D0000", Py312), "no");
  EXPECT_EQ(said("PY_VERSION_HEX >= 0x030D0000", Py313), "yes");
  EXPECT_EQ(said("PY_VERSION_HEX >= 0x030d00a1UL", Py313), "yes");
  EXPECT_EQ(said("PY_MAJOR_VERSION > 3 || (PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION >= 13)", Py312), "no");
  EXPECT_EQ(said("PY_MAJOR_VERSION > 3 || (PY_MAJOR_VERSION == 3 && PY_MINOR_VERSION >= 13)", Py315t), "yes");
  EXPECT_EQ(said("PY_VERSION_HEX >= Py_PACK_VERSION(3, 13)", Py312), "no");
  EXPECT_EQ(said("PY_VERSION_HEX >= (3 << 24 | 13 << 16)", Py313), "yes");
}

TEST(Conditions, BuildsAndSlots) {
  EXPECT_EQ(said("defined Py_GIL_DISABLED", Py313), "no");
  EXPECT_EQ(said("defined(Py_GIL_DISABLED) && Py_GIL_DISABLED", Py313t), "yes");
  EXPECT_EQ(said("Py_GIL_DISABLED", Py313t), "yes");
  EXPECT_EQ(said("!defined Py_mod_gil", Py312), "yes");
  EXPECT_EQ(said("defined Py_mod_gil", Py313), "yes");
  EXPECT_EQ(said("defined Py_mod_gil", Limited), "no") << "the limited API of 3.9";
  EXPECT_EQ(said("defined Py_LIMITED_API && Py_LIMITED_API < 0x030C0000", Limited), "yes");
  EXPECT_EQ(said("defined PYPY_VERSION", Py313), "no");
}

TEST(Conditions, WhatIsNotKnownMayNotMatter) {
  EXPECT_EQ(said("HAVE_FAST_PATH", Py313), "unknown");
  EXPECT_EQ(said("defined HAVE_FAST_PATH && PY_VERSION_HEX >= 0x030D0000", Py313), "unknown");
  EXPECT_EQ(said("defined HAVE_FAST_PATH && PY_VERSION_HEX >= 0x030D0000", Py312), "no");
  EXPECT_EQ(said("defined HAVE_FAST_PATH || PY_VERSION_HEX >= 0x030D0000", Py313), "yes");
  EXPECT_EQ(said("PROJECT_VERSION(3, 13) || 1", Py313), "yes");
  EXPECT_EQ(said("__has_include(<x.h>)", Py313), "unknown");
}

TEST(Conditions, BrokenTextIsUnknown) {
  for (const char *Text :
       {"", "  ", "(1", "1 +", "&& 1", "PY_VERSION_HEX >=", "defined", "1 1", "@", "defined(X", "f("})
    EXPECT_EQ(said(Text, Py313), "unknown") << Text;
  EXPECT_EQ(said(std::string(5000, '('), Py313), "unknown");
  EXPECT_EQ(said(std::string(5000, '!') + "1", Py313), "unknown");
}

TEST(Conditions, GroupsStandInOthersAndBehindOthers) {
  ir::Unit U = ir::test::parsed(R"(unit "a.c" py=0x030f00f0
group "PY_VERSION_HEX >= 0x030E0000" taken at 1:2-3:1
group "PY_VERSION_HEX >= 0x030D0000" after=1 at 3:2-5:1
group "" after=2 at 5:2-7:1
group "defined Py_GIL_DISABLED" at 10:2-20:1
group "PY_VERSION_HEX >= 0x030D0000" at 12:2-14:1
)");
  auto Said = [&](unsigned Group, const PythonBuild &For) {
    std::optional<bool> V = compiles(U, U.PPGroups[Group], For);
    return !V ? "unknown" : *V ? "yes" : "no";
  };
  EXPECT_STREQ(Said(0, Py313), "no");
  EXPECT_STREQ(Said(1, Py313), "yes");
  EXPECT_STREQ(Said(1, Py315t), "no") << "the group before it is taken";
  EXPECT_STREQ(Said(2, Py313), "no");
  EXPECT_STREQ(Said(2, Py312), "yes");
  EXPECT_STREQ(Said(4, Py313), "no") << "the group around it is not";
  EXPECT_STREQ(Said(4, Py313t), "yes");
  ir::Loc Inside = U.PPGroups[4].Where;
  Inside.Line = 13;
  Inside.EndLine = 0;
  EXPECT_EQ(innermost(U, Inside), &U.PPGroups[4]);
  Inside.Line = 30;
  EXPECT_EQ(innermost(U, Inside), nullptr);
}

TEST(Conditions, CodeThatDiffersBetweenVersions) {
  ir::Unit U = ir::test::parsed(R"(unit "a.c" py=0x030f00f0
group "defined HAVE_FAST_PATH" taken at 1:2-3:1
group "PY_VERSION_HEX >= 0x030D0000" taken at 5:2-7:1
)");
  auto Nothing = [](const ir::PPGroup &) { return false; };
  EXPECT_EQ(difference(U, Py312, Py313, Nothing), &U.PPGroups[1]);
  EXPECT_EQ(difference(U, Py313, Py315t, Nothing), nullptr);
  EXPECT_EQ(difference(U, Py312, Py313, [&](const ir::PPGroup &G) { return &G == &U.PPGroups[1]; }), nullptr);
}
