#include "driver/CythonText.h"
#include "gtest/gtest.h"

using gilray::driver::CythonText;

namespace {

TEST(CythonText, CommentsAreNoStrings) {
  CythonText T("a = '# no'  # yes\n"
               "\"\"\"\n# no\n\"\"\"  # also\n"
               "b = \"\\\"# no\"#x\n"
               "c = 'open\n# a line of its own\n");
  std::vector<std::string> Comments;
  for (const auto &L : T.lines())
    Comments.push_back(L.Comment);
  EXPECT_EQ(Comments, (std::vector<std::string>{"# yes", "", "", "# also", "#x", "", "# a line of its own"}));
  EXPECT_EQ(T.lines()[0].CommentCol, 13u);
  EXPECT_EQ(T.lines()[0].Code, "a =         ");
}

TEST(CythonText, Declarations) {
  CythonText T("cdef extern from 'x.h':\n" // 1
               "    int counter_of(int counter)\n"
               "cdef int first(int counter):\n" // 3
               "    return counter\n"
               "cdef long limit = counter0, counter\n" // 5
               "cdef class Box(Base):\n"
               "    cdef long n\n" // 7
               "cdef:\n"
               "    dict seen = {}\n" // 9
               "\n"
               "    list order\n" // 11
               "def n():\n"
               "    seen = 1\n" // 13
               "class Plain: pass\n");
  EXPECT_EQ(T.declares("counter"), 5u);
  EXPECT_EQ(T.declares("limit"), 5u);
  EXPECT_EQ(T.declares("counter0"), 0u); // what limit is set to
  EXPECT_EQ(T.declares("Box"), 6u);
  EXPECT_EQ(T.declares("Base"), 0u);
  EXPECT_EQ(T.declares("seen"), 9u);
  EXPECT_EQ(T.declares("order"), 11u);
  EXPECT_EQ(T.declares("Plain"), 14u);
  EXPECT_EQ(T.declares("n"), 0u); // a field, a function
  EXPECT_EQ(T.declares("first"), 3u);
  EXPECT_EQ(T.declares(""), 0u);
}

TEST(CythonText, Conditions) {
  CythonText T("if a:\n    b = notify(c)  # if\n    d = e if f else g\n");
  EXPECT_TRUE(T.decides(1));
  EXPECT_FALSE(T.decides(2));
  EXPECT_TRUE(T.decides(3));
  EXPECT_TRUE(T.decides(9)); // not seen
}

} // namespace
