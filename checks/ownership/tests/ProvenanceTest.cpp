// What values are said to come from: each program asks with `call ask(value)`.
#include "ownership/Provenance.h"
#include "ir/tests/UnitText.h"
#include "llvm/ADT/StringExtras.h"
#include <gmock/gmock.h>

using namespace gilray;
using ownership::Exposure;
using ownership::Origin;
using testing::ElementsAre;

namespace {

struct Asked {
  std::vector<std::string> Answers;

  explicit Asked(llvm::StringRef Body, llvm::StringRef Others = "") {
    std::string Text = (R"(unit "demo.c" py=0x030d00f0
file python "/python/methodobject.h"
record PyMethodDef at "/python/methodobject.h":1:1
record Pool pyobject {
  items: PyObject *
}
global @methods: "PyMethodDef[2]" internal = {{.ml_name = "f", .ml_meth = fn f} : PyMethodDef, {} : PyMethodDef}
global @cache: PyObject * internal
)" + Others + "\nfunction f(self: \"Pool *\", args: PyObject *, kwargs: PyObject *): PyObject * internal {\n" +
                        Body + "\n return null }\n")
                           .str();
    ir::Unit U = ir::test::parsed(Text);
    const ir::Unit *Ptr = &U;
    link::Program P(Ptr, api::Model::builtin());
    flow::Results R(P);
    link::Modules M(P);
    flow::LockSets L(R, M);
    ownership::Ownership O(R, L);
    for (link::FnId F = 0; F < P.functions().size(); ++F)
      for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
        for (uint32_t I = 0; I < P.fn(F).Blocks[B].Events.size(); ++I)
          if (const ir::Event &E = P.fn(F).Blocks[B].Events[I]; E.Callee && U.Callees[E.Callee].Name == "ask")
            Answers.push_back(answer(O, {F, B, I}, E.Args[0]));
  }

  static std::string answer(const ownership::Ownership &O, link::EventRef At, ir::ValueId V) {
    static constexpr const char *Names[] = {"unknown", "null",  "constant", "argument", "keywords",
                                            "fresh",   "owned", "lent",     "field",    "global"};
    std::vector<std::string> All;
    for (const ownership::Provenance &X : O.of(At, V))
      All.push_back(Names[unsigned(X.From)]);
    llvm::sort(All);
    static constexpr const char *Exposures[] = {"nobody", "unknown", "others"};
    return llvm::join(All, "|") + " " + Exposures[unsigned(O.exposure(At, V))];
  }
};

std::vector<std::string> ask(llvm::StringRef Body, llvm::StringRef Others = "") { return Asked(Body, Others).Answers; }

} // namespace

TEST(Provenance, WhatAMethodIsCalledWith) {
  EXPECT_THAT(ask("call ask(args)"), ElementsAre("argument others"));
  EXPECT_THAT(ask("call ask(kwargs)"), ElementsAre("keywords nobody"));
  EXPECT_THAT(ask("%1 = macro PyTuple_GET_ITEM(args, 0); call ask(%1)"), ElementsAre("lent others"));
  EXPECT_THAT(ask("var x: PyObject *; %1 = call PyArg_ParseTuple(args, \"O\", &x); call ask(x)"),
              ElementsAre("argument others"));
}

TEST(Provenance, FormatsSayWhichAddressGetsWhat) {
  EXPECT_THAT(ask("var s: char *; var n: long; var x: PyObject *; var t: PyObject *\n"
                  "%1 = call PyArg_ParseTuple(args, \"s#O!|O&\", &s, &n, null, &x, null, &t)\n"
                  "call ask(s); call ask(n); call ask(x); call ask(t)"),
              ElementsAre("argument unknown", "unknown unknown", "argument others", "unknown unknown"));
  EXPECT_THAT(ask("var s: char *; var n: long; %1 = call PyArg_ParseTuple(args, \"w#\", &s, &n); call ask(s)"),
              ElementsAre("lent unknown"));
}

TEST(Provenance, FieldsAndGlobals) {
  EXPECT_THAT(ask("call ask(self->Pool::items); call ask(@cache)"), ElementsAre("field others", "global others"));
  EXPECT_THAT(ask("%1 = call PyList_GetItem(self->Pool::items, 0); call ask(%1)"), ElementsAre("lent others"));
  EXPECT_THAT(ask("%1 = call PyDict_GetItem(kwargs, null); call ask(%1)"), ElementsAre("lent nobody"));
}

TEST(Provenance, FreshUntilOthersKnow) {
  EXPECT_THAT(ask("%1 = call PyList_New(0); call PyList_Append(%1, args); call ask(%1)"), ElementsAre("fresh nobody"));
  EXPECT_THAT(ask("%1 = call PyList_New(0); write self->Pool::items = %1; call ask(%1)"), ElementsAre("fresh unknown"));
  EXPECT_THAT(ask("%1 = call PyList_New(0); call PyList_Append(self->Pool::items, %1); call ask(%1)"),
              ElementsAre("fresh unknown"));
  EXPECT_THAT(ask("%1 = call PyObject_GetAttrString(args, \"x\"); call ask(%1)"), ElementsAre("owned others"));
}

TEST(Provenance, EitherWay) {
  EXPECT_THAT(ask("var x: PyObject *\nassign x = self->Pool::items\nbranch !x ? b1 : b2\nb1: %1 = call PyList_New(0)\n"
                  "assign x = %1\nb2: call ask(x)\nassign x = args\ncall ask(x)"),
              ElementsAre("field|fresh others", "argument others"));
}

TEST(Provenance, ThroughFunctionsOfTheProject) {
  EXPECT_THAT(ask("%1 = call get(self); call ask(%1)",
                  "function get(p: \"Pool *\"): PyObject * internal { return p->Pool::items }"),
              ElementsAre("field others"));
  EXPECT_THAT(ask("%1 = call same(kwargs); call ask(%1)\n%2 = call same(args); call ask(%2)",
                  "function same(p: PyObject *): PyObject * internal { return p }"),
              ElementsAre("keywords nobody", "argument others"));
  EXPECT_THAT(ask("call look(kwargs)", "function look(p: PyObject *) internal { call ask(p) }"),
              ElementsAre("keywords nobody"));
}

TEST(Provenance, LoopsEnd) {
  EXPECT_THAT(ask("var p: \"PyObject **\"\n%1 = macro PySequence_Fast_ITEMS(self->Pool::items); assign p = %1\n"
                  "b1: assign p = &(*p)[1]\nbranch self ? b1 : b2\nb2: call ask(*p)"),
              ElementsAre("lent others"));
}
