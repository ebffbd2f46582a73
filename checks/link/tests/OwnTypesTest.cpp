// Types of one name in two files.
#include "link/OwnTypes.h"
#include "ir/tests/UnitText.h"
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::link;
using testing::ElementsAre;

namespace {

class OwnTypesTest : public testing::Test {
protected:
  std::vector<std::unique_ptr<ir::Unit>> Units;

  /// A file with a State of its own, a pointer to it, and a function that reads its field.
  void file(const std::string &Path, const std::string &Field, const std::string &Place = "") {
    Units.push_back(std::make_unique<ir::Unit>(
        ir::test::parsed("unit \"" + Path + "\"\nfile 1 project \"" + (Place.empty() ? Path : Place) +
                         "\"\nrecord State at \"" + (Place.empty() ? Path : Place) + "\":3:1-2 {\n  " + Field +
                         "\n}\nfunction f(s: \"State *\") {\n  read (*s).n at 5:3\n}\n")));
  }
  /// The record of each unit, and what its function reads.
  std::vector<std::string> names() {
    std::vector<const ir::Unit *> Ptrs;
    for (const auto &U : Units)
      Ptrs.push_back(U.get());
    OwnTypes Own(Ptrs);
    std::vector<std::string> Out;
    for (const ir::Unit *U : Own.units()) {
      Out.push_back(U->Records.front().Name.str());
      EXPECT_EQ(writtenName(U->Records.front().Name), "State");
      for (const ir::Value &V : U->Functions.front().Values)
        if (!V.Rec.empty())
          EXPECT_EQ(V.Rec, U->Records.front().Name);
      for (const ir::Type &T : U->Types)
        if (!T.Record.empty())
          EXPECT_EQ(T.Record, U->Records.front().Name);
    }
    return Out;
  }
};

TEST_F(OwnTypesTest, TheLaterIsNamedAfterItsFile) {
  file("/t/read.c", "n: int");
  file("/t/write.c", "n: double");
  EXPECT_THAT(names(), ElementsAre("State", "State (write.c)"));
}

TEST_F(OwnTypesTest, FoldersTellFilesOfOneNameApart) {
  file("/t/a/io.c", "n: int");
  file("/t/b/io.c", "n: double");
  file("/t/c/io.c", "n: char");
  EXPECT_THAT(names(), ElementsAre("State", "State (io.c)", "State (c/io.c)"));
}

TEST_F(OwnTypesTest, WhatIsMeantToBeOneStaysOne) {
  file("/t/read.c", "n: int");
  file("/t/write.c", "n: int");                // a copy of the declaration
  file("/t/other.c", "n: double", "/t/own.h"); // headers are shared
  file("/t/read.c", "n: long");                // the same file, compiled in another way
  EXPECT_THAT(names(), ElementsAre("State", "State", "State", "State"));
}

} // namespace
