// What comes along with a function, and where it then stands.
#include "ir/Graft.h"
#include "UnitText.h"
#include "ir/Validate.h"
#include "llvm/ADT/StringExtras.h"
#include <gmock/gmock.h>

using namespace gilray::ir;
using gilray::ir::test::parsed;
using gilray::ir::test::printed;
using testing::HasSubstr;

/// From's functions Names in To, whose lines behind After are By further down.
static void graft(const Unit &From, llvm::ArrayRef<StringRef> Names, Unit &To, LineMove Move,
                  llvm::ArrayRef<Function> Heads = {}) {
  std::vector<StringRef> Ids;
  for (const Callee &C : From.Callees)
    Ids.push_back(C.Id);
  Graft G(From, Ids, Heads, To, Move);
  for (StringRef Name : Names)
    for (const Function &F : From.Functions)
      if (F.Name == Name)
        To.Functions.push_back(G.function(F));
  G.finish();
  if (auto Defect = findDefect(To))
    ADD_FAILURE() << *Defect;
}

constexpr char Earlier[] = R"ir(unit "/t/a.c"
file 1 project "/t/a.c"
file 2 python "/t/Python.h"
chain 1 { Py_RETURN_NONE python at Python.h:9:3 }
chain 2 { OWN project at 12:9 }
callee unused id="unused"
callee helper id="helper" header=Python.h result=long params=("struct point *", int)
record point at 11:1-2 {
  where: "struct place *"
}
record place spelling="struct place" at 3:1-2 {
  n: int
}
global @g: "struct point" id="g" extern at Python.h:7:1-2
global @h: int id="h" at 2:1-2
global @table: "int *" id="table" at 13:1-2 = { fn g1, &@h } at 13:3-4
global @calls: int id="f#calls" none owner="f" at 5:1-2
function f(n: int at 4:5-6): int id="f" internal header=a.c at 4:1-2 end 20:1-2 {
  var p: "struct point *" at 5:1-2
  b0:
    %0 = call helper(n, @g, fn g1) at 6:2-7:3^1
    write p->point::where = (%0 as "long") at 14:2-3^2
    read @table[3] type=short at 15:1-2
    branch n ? b0 : b1 at 16:1-2
  b1:
    return "text" at 17:3-4
}
function g1() id="g1" at 30:1-2 {
  b0:
    call helper(null, 5{LIMIT}) at 31:1-2
    return by end at 32:1-2
}
)ir";

TEST(Graft, TablesThatAreThereAlreadyStayAsTheyAre) {
  Unit From = parsed(Earlier), To = parsed(Earlier);
  To.Functions.clear();
  graft(From, {"f", "g1"}, To, {});
  EXPECT_EQ(printed(To), printed(From));
}

TEST(Graft, WhatAFunctionNamesComesAlong) {
  Unit From = parsed(Earlier);
  Unit To = parsed("unit \"/t/a.c\"\nfile 1 project \"/t/other.h\"\nfile 2 project \"/t/a.c\"\n");
  graft(From, {"g1", "f"}, To, {10, 100});
  std::string Text = printed(To);
  for (StringRef Part : {
           "chain 1 { Py_RETURN_NONE python at Python.h:9:3 }\nchain 2 { OWN at 112:9 }",
           "record point at 111:1-2 {\n  where: struct place *\n}",
           "global @g: struct point extern at Python.h:7:1-2",
           "global @h: int at 2:1-2",
           "global @table: int * at 113:1-2 = { fn g1, &@h } at 113:3-4",
           "global @calls: int id=\"f#calls\" none owner=\"f\" at 5:1-2",
           "function f(n: int at 4:5-6): int internal header=a.c at 4:1-2 end 120:1-2 {\n"
           "  var p: struct point * at 5:1-2\n"
           "  b0:\n"
           "    %0 = call helper(n, @g, fn g1) at 6:2-7:3^1\n"
           "    write p->point::where = (%0 as long) at 114:2-3^2\n"
           "    read @table[3] type=short at 115:1-2\n"
           "    branch n ? b0 : b1 at 116:1-2\n"
           "  b1:\n"
           "    return \"text\" at 117:3-4\n}",
           "function g1() at 130:1-2 {\n  b0:\n    call helper(null, 5{LIMIT}) at 131:1-2\n",
       })
    EXPECT_THAT(Text, HasSubstr(Part.str()));
  EXPECT_THAT(Text, testing::Not(HasSubstr("unused")));
}

TEST(Graft, FunctionsWithoutABodyComeWithTheirCallee) {
  Unit From = parsed("unit \"/t/a.c\"\nfile 1 project \"/t/a.c\"\nfunction f() id=\"f\" { call h() }\n");
  for (Callee &C : From.Callees)
    if (C.Name == "h")
      C.Id = From.intern("h#index"); // somebody knows the body from elsewhere
  std::vector<StringRef> Ids;
  for (const Callee &C : From.Callees)
    Ids.push_back(C.Name == "h" ? From.intern("h#skipped") : C.Id);
  Function Head;
  Head.Id = From.intern("h#skipped");
  Head.Name = From.intern("h");
  Head.Body = BodyState::Skipped;
  Unit To = parsed("unit \"/t/a.c\"\nfile 1 project \"/t/a.c\"\n");
  Graft G(From, Ids, Head, To, {});
  To.Functions.push_back(G.function(From.Functions[0]));
  G.finish();
  ASSERT_EQ(To.Functions.size(), 2u);
  EXPECT_EQ(To.Functions[1].Id, "h#skipped");
  EXPECT_EQ(To.Callees[To.Functions[0].Blocks[0].Events[0].Callee].Id, "h#skipped");
}
