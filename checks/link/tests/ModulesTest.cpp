// Modules: how each is defined, what it declares, what belongs to it, and what only its creation reaches.
#include "link/Modules.h"
#include "ir/tests/UnitText.h"
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::link;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

class Program1 {
public:
  Program1(std::initializer_list<std::string> Texts) {
    for (const std::string &T : Texts)
      Units.push_back(std::make_unique<ir::Unit>(ir::test::parsed(T)));
    std::vector<const ir::Unit *> Ptrs;
    for (const auto &U : Units)
      Ptrs.push_back(U.get());
    P = std::make_unique<Program>(Ptrs, api::Model::builtin());
    M = std::make_unique<Modules>(*P);
  }

  const ExtensionModule &only() const {
    EXPECT_EQ(M->all().size(), 1u);
    static const ExtensionModule None;
    return M->all().empty() ? None : M->all().front();
  }
  llvm::ArrayRef<ExtensionModule> all() const { return M->all(); }
  FnId fn(llvm::StringRef Name) const {
    for (FnId F = 0; F < P->functions().size(); ++F)
      if (P->fn(F).Name == Name)
        return F;
    ADD_FAILURE() << "no function " << Name.str();
    return 0;
  }
  std::vector<unsigned> of(llvm::StringRef Name) const {
    auto V = M->of(fn(Name));
    return {V.begin(), V.end()};
  }
  std::vector<unsigned> ofGlobal(llvm::StringRef Name) const {
    for (const auto &U : Units)
      for (const ir::Global &G : U->Globals)
        if (G.Name == Name) {
          auto V = M->of(G);
          return {V.begin(), V.end()};
        }
    ADD_FAILURE() << "no global " << Name.str();
    return {};
  }
  std::vector<std::string> initOnly() const {
    std::vector<std::string> Out;
    for (FnId F = 0; F < P->functions().size(); ++F)
      if (M->initOnly(F))
        Out.push_back(P->fn(F).Name.str());
    return Out;
  }

private:
  std::vector<std::unique_ptr<ir::Unit>> Units;
  std::unique_ptr<Program> P;
  std::unique_ptr<Modules> M;
};

/// "absent", "2", "hidden", ...
std::string said(const Declaration &D) {
  switch (D.State) {
  case Declaration::Absent:
    return "absent";
  case Declaration::Declared:
    return std::to_string(D.Value);
  case Declaration::Hidden:
    return "hidden under " + D.Condition.str();
  case Declaration::Unreadable:
    return "unreadable";
  case Declaration::NoHeaders:
    return "no headers";
  }
  return "";
}

/// A unit with a definition of these slots and an init function of this body.
std::string multiPhase(llvm::StringRef Slots, llvm::StringRef Head = "unit \"demo.c\" py=0x030d00f0",
                       llvm::StringRef More = "") {
  return (Head + "\nglobal @slots: \"PyModuleDef_Slot[4]\" = {" + Slots +
          "} at 4:30-9:2\nglobal @def: PyModuleDef = {.m_name = \"pkg.demo\", .m_size = 0, .m_slots = &@slots}\n" +
          More + "\nfunction PyInit_demo(): PyObject * {\n  %1 = call PyModuleDef_Init(&@def)\n  return %1\n}\n")
      .str();
}

constexpr llvm::StringRef End = "{.slot = 0, .value = null}";

} // namespace

TEST(Modules, SlotsOfAMultiPhaseModule) {
  Program1 P{
      multiPhase("{.slot = 2 spelled Py_mod_exec, .value = fn run}, {.slot = 3 spelled Py_mod_multiple_interpreters, "
                 ".value = 2}, {.slot = 4 spelled Py_mod_gil, .value = null}, {.slot = 0, .value = null}",
                 "unit \"demo.c\" py=0x030d00f0", "function run(m: PyObject *): int {\n  return 0\n}")};
  const ExtensionModule &M = P.only();
  EXPECT_EQ(M.Name, "demo");
  EXPECT_EQ(M.DefinedName, "demo");
  EXPECT_EQ(M.Form, ModuleForm::MultiPhase);
  EXPECT_EQ(M.StateSize, 0);
  EXPECT_TRUE(M.SlotsKnown && M.Terminated && M.Initialised && !M.Cython);
  EXPECT_EQ(said(M.Interpreters), "2");
  EXPECT_EQ(said(M.Gil), "0");
  EXPECT_THAT(M.Exec, ElementsAre(P.fn("PyInit_demo"), P.fn("run")));
}

TEST(Modules, NewNumbersAreTheOldSlots) {
  Program1 P{multiPhase("{.slot = 86, .value = 1}, {.slot = 87, .value = 1}, {.slot = 0, .value = null}",
                        "unit \"demo.c\" py=0x030f00f0")};
  EXPECT_EQ(said(P.only().Interpreters), "1");
  EXPECT_EQ(said(P.only().Gil), "1");
  EXPECT_EQ(P.only().Slots[0].Number, 86);
}

TEST(Modules, AbsentHiddenAndUnknownToTheHeaders) {
  EXPECT_EQ(said(Program1{multiPhase(End)}.only().Gil), "absent");
  EXPECT_EQ(said(Program1{multiPhase(End, "unit \"demo.c\" py=0x030c00f0")}.only().Gil), "no headers");
  EXPECT_EQ(said(Program1{multiPhase(End, "unit \"demo.c\" py=0x030c00f0")}.only().Interpreters), "absent");
  EXPECT_EQ(said(Program1{multiPhase(End, "unit \"demo.c\" py=0x030d00f0 limited=0x03090000")}.only().Gil),
            "no headers");
  EXPECT_EQ(said(Program1{multiPhase(End, "unit \"demo.c\" py=0x030d00f0\n"
                                          "group \"defined FAST\" names=(\"Py_mod_gil\") at 5:2-7:1")}
                     .only()
                     .Gil),
            "hidden under defined FAST");
  // A shim that only gives old headers the name.
  EXPECT_EQ(
      said(Program1{multiPhase(End, "unit \"demo.c\" py=0x030d00f0\n"
                                    "group \"!defined Py_mod_gil\" names=(\"Py_mod_gil\", \"define\") at 1:2-3:1")}
               .only()
               .Gil),
      "absent");
}

TEST(Modules, SentinelsAndExtents) {
  const std::string Exec = "{.slot = 2, .value = fn PyInit_demo}";
  EXPECT_FALSE(Program1{multiPhase(Exec)}.only().Terminated) << "nothing after it is known to be zero";
  EXPECT_TRUE(Program1{multiPhase(Exec + ", {.slot = 0}")}.only().Terminated);
  std::string Longer = "type 1 array \"PyModuleDef_Slot[4]\" extent=4\n";
  Program1 P{
      "unit \"demo.c\" py=0x030d00f0\n" + Longer + "global @slots: #1 = {" + Exec +
      "} sized\nglobal @def: PyModuleDef = {.m_slots = &@slots}\nfunction PyInit_demo(): PyObject * {\n  %1 = call "
      "PyModuleDef_Init(&@def)\n  return %1\n}"};
  EXPECT_TRUE(P.only().Terminated) << "the rest of slots[4] is zero";
}

TEST(Modules, SinglePhaseThroughHelpersAndVariables) {
  Program1 P{R"(unit "demo.c" py=0x030d00f0 gil_disabled
global @def: PyModuleDef = {.m_name = "demo", .m_size = -1}
function make(d: PyModuleDef *): PyObject * {
  var m: PyObject *
  %1 = macro PyModule_Create(d)
  assign m = %1
  call PyUnstable_Module_SetGIL(m, (1 as void *))
  return m
}
function PyInit_demo(): PyObject * {
  var m: PyObject *, d: PyModuleDef *
  assign d = &@def
  %1 = call make(d)
  assign m = %1
  branch m == null ? failed : done
failed:
  return null
done:
  return m
}
)"};
  const ExtensionModule &M = P.only();
  EXPECT_EQ(M.Form, ModuleForm::SinglePhase);
  EXPECT_EQ(M.StateSize, -1);
  EXPECT_EQ(M.CreatedIn, P.fn("make"));
  EXPECT_EQ(said(M.Gil), "1");
}

TEST(Modules, SubmodulesAreNotTheModule) {
  Program1 P{R"(unit "demo.c" py=0x030d00f0
global @slots: "PyModuleDef_Slot[2]" = {{.slot = 2, .value = fn fill}, {.slot = 0}}
global @def: PyModuleDef = {.m_slots = &@slots}
global @inner: PyModuleDef = {.m_size = 0}
function fill(m: PyObject *): int {
  %1 = macro PyModule_Create(&@inner)
  return 0
}
function PyInit_demo(): PyObject * {
  %1 = call PyModuleDef_Init(&@def)
  return %1
}
)"};
  EXPECT_EQ(P.only().Form, ModuleForm::MultiPhase);
}

TEST(Modules, Python2AndOtherInitFunctions) {
  Program1 P{R"(unit "demo.c" py=0x02071200
function initdemo() {
  %1 = call Py_InitModule4_64("demo", null)
}
function initialise() {
}
)"};
  EXPECT_EQ(P.only().Name, "demo");
  EXPECT_EQ(P.only().Form, ModuleForm::SinglePhase);
  EXPECT_EQ(said(P.only().Gil), "no headers");
}

TEST(Modules, DefinitionAndSlotsInOtherFiles) {
  Program1 P{"unit \"init.c\" py=0x030d00f0\nglobal @def: PyModuleDef extern\n"
             "function PyInit_demo(): PyObject * {\n  %1 = call PyModuleDef_Init(&@def)\n  return %1\n}",
             "unit \"def.c\" py=0x030d00f0\nglobal @slots: \"PyModuleDef_Slot[2]\" extern\n"
             "global @def: PyModuleDef = {.m_slots = &@slots}",
             "unit \"slots.c\" py=0x030d00f0\nglobal @slots: \"PyModuleDef_Slot[2]\" = {{.slot = 4, .value = 1}, "
             "{.slot = 0}}"};
  EXPECT_EQ(said(P.only().Gil), "1");
  EXPECT_EQ(P.only().SlotUnit->MainFile, "slots.c");
  Program1 Alone{"unit \"init.c\" py=0x030d00f0\nglobal @def: PyModuleDef extern\n"
                 "function PyInit_demo(): PyObject * {\n  %1 = call PyModuleDef_Init(&@def)\n  return %1\n}"};
  EXPECT_EQ(said(Alone.only().Gil), "unreadable") << "not absent: the definition is not in these files";
}

TEST(Modules, SlotsFilledInByCode) {
  Program1 P{R"(unit "demo.c" py=0x030d00f0
global @slots: "PyModuleDef_Slot[4]"
global @def: PyModuleDef
function PyInit_demo(): PyObject * {
  write @slots[0].PyModuleDef_Slot::slot = 4{Py_mod_gil}
  write @slots[0].PyModuleDef_Slot::value = (1 as void *)
  write @def.PyModuleDef::m_slots = &@slots[0]
  %1 = call PyModuleDef_Init(&@def)
  return %1
}
)"};
  EXPECT_EQ(said(P.only().Gil), "1");
  EXPECT_EQ(said(P.only().Interpreters), "absent");
  Program1 Loop{multiPhase(End, "unit \"demo.c\" py=0x030d00f0",
                           "function fill(i: int) {\n  write @slots[i].PyModuleDef_Slot::slot = 4\n}")};
  EXPECT_EQ(said(Loop.only().Gil), "unreadable");
  Program1 Handed{multiPhase(End, "unit \"demo.c\" py=0x030d00f0", "function fill() {\n  call other(&@slots[0])\n}")};
  EXPECT_EQ(said(Handed.only().Gil), "unreadable");
}

TEST(Modules, DynamicInitialisersOfCxx) {
  Program1 P{R"(unit "demo.cpp" lang=c++ py=0x030d00f0
global @slots: "PyModuleDef_Slot[2]" dynamic = {{.slot = 2, .value = fn run}, {.slot = 4, .value = 1}, {.slot = 0}}
global @def: PyModuleDef = {.m_slots = &@slots}
function init_slots() kind=global_init {
  write @slots[0].PyModuleDef_Slot::value = fn run
}
function run(m: PyObject *): int {
  return 0
}
function PyInit_demo(): PyObject * {
  %1 = call PyModuleDef_Init(&@def)
  return %1
}
)"};
  EXPECT_EQ(said(P.only().Gil), "1");
  EXPECT_EQ(said(P.only().Interpreters), "absent");
  EXPECT_THAT(P.initOnly(), UnorderedElementsAre("PyInit_demo", "run", "init_slots"));
}

TEST(Modules, ExportHooksAndTheirSubslots) {
  Program1 P{R"(unit "demo.c" py=0x030f00f0
global @more: "PySlot[2]" = {{.sl_id = 87, .sl_flags = 4, .sl_ptr = 1}, {.sl_id = 0}}
global @slots: "PySlot[3]" = {{.sl_id = 92, .sl_flags = 4, .sl_ptr = &@more}, {.sl_id = 85, .sl_func = fn run}, {.sl_id = 0}}
function run(m: PyObject *): int {
  return 0
}
function PyModExport_demo(): PySlot * {
  return &@slots[0]
}
function PyInit_demo(): PyObject * {
  return null
}
)"};
  const ExtensionModule &M = P.only();
  EXPECT_EQ(M.Form, ModuleForm::Export);
  EXPECT_EQ(said(M.Gil), "1");
  EXPECT_EQ(said(M.Interpreters), "absent");
  EXPECT_TRUE(M.SlotsKnown && M.Terminated);
  EXPECT_THAT(M.Exec, UnorderedElementsAre(P.fn("PyModExport_demo"), P.fn("run"), P.fn("PyInit_demo")));
}

TEST(Modules, ReturnedWithoutInit) {
  Program1 P{"unit \"demo.c\" py=0x030d00f0\nglobal @def: PyModuleDef = {.m_size = 0}\n"
             "function PyInit_demo(): PyObject * {\n  return (&@def as PyObject *)\n}"};
  EXPECT_FALSE(P.only().Initialised);
}

TEST(Modules, MembersAreReachedThroughTablesAndCalls) {
  auto Module = [](std::string Name, std::string More) {
    return "unit \"" + Name + ".c\" py=0x030d00f0\nglobal @" + Name +
           "_methods: \"PyMethodDef[2]\" = {{.ml_name = \"f\", " + ".ml_meth = fn " + Name + "_f}}\nglobal @" + Name +
           "_cache: int\nglobal @" + Name + "_def: PyModuleDef = {.m_methods = &@" + Name + "_methods}\nfunction " +
           Name + "_f(): PyObject * {\n  write @" + Name + "_cache = 1\n  call shared()\n" + More +
           "  return null\n}\nfunction PyInit_" + Name + "(): PyObject * {\n  %1 = call PyModuleDef_Init(&@" + Name +
           "_def)\n  return %1\n}\n";
  };
  Program1 P{Module("a", ""), Module("b", "  call only_b()\n"),
             "unit \"util.c\" py=0x030d00f0\nglobal @table: int\nfunction shared() {\n  write @table = 1\n}\n"
             "function only_b() {\n}\nfunction nobody() {\n}"};
  ASSERT_EQ(P.all().size(), 2u);
  EXPECT_THAT(P.of("a_f"), ElementsAre(0));
  EXPECT_THAT(P.of("only_b"), ElementsAre(1));
  EXPECT_THAT(P.of("shared"), ElementsAre(0, 1));
  EXPECT_THAT(P.of("nobody"), IsEmpty());
  EXPECT_THAT(P.ofGlobal("a_cache"), ElementsAre(0));
  EXPECT_THAT(P.ofGlobal("table"), ElementsAre(0, 1));
  Program1 One{Module("a", ""), "unit \"util.c\" py=0x030d00f0\nfunction shared() {\n}\nfunction nobody() {\n}"};
  EXPECT_THAT(One.of("nobody"), ElementsAre(0)) << "the only module there is";
}

TEST(Modules, InitOnlyNeedsThatNobodyElseCanCall) {
  Program1 P{multiPhase("{.slot = 2, .value = fn run}, {.slot = 0}", "unit \"demo.c\" py=0x030d00f0", R"(
global @methods: "PyMethodDef[2]" = {{.ml_name = "reset", .ml_meth = fn reset}}
function run(m: PyObject *): int {
  call add_types()
  call shared()
  call handed_over()
  call library_register(fn handed_over)
  call via_pointer()
  return 0
}
function add_types() {
  call add_type()
}
function add_type() {
}
function shared() {
}
function handed_over() {
}
function via_pointer() {
}
function never() {
  call never_too()
}
function never_too() {
  call never()
}
function reset(): PyObject * {
  call shared()
  return null
}
)")};
  EXPECT_THAT(P.initOnly(), UnorderedElementsAre("PyInit_demo", "run", "add_types", "add_type", "via_pointer"));
}

TEST(Modules, BindingTags) {
  const std::string Head = "unit \"demo.cpp\" lang=c++ py=0x030d00f0\nchain 1 { PYBIND11_MODULE pybind11 at 5:1 }\n";
  auto Module = [&](std::string Body) {
    return Head + "function body() at 5:1-40^1 {\n}\nfunction PyInit_demo(): PyObject * at 5:1-40^1 {\n" + Body +
           "  return null\n}\n";
  };
  Program1 P{Module("  construct pybind11::mod_gil_not_used::mod_gil_not_used(&%1) at 5:20-30\n"
                    "  %2 = call pybind11::multiple_interpreters::per_interpreter_gil() at 5:31-39\n"
                    "  %3 = call pybind11::detail::init_slots(fn body, &%1, &%2) at 5:1-40^1\n")};
  EXPECT_EQ(P.only().Form, ModuleForm::Pybind11);
  EXPECT_EQ(said(P.only().Gil), "1");
  EXPECT_EQ(said(P.only().Interpreters), "2");
  EXPECT_THAT(P.only().Exec, UnorderedElementsAre(P.fn("body"), P.fn("PyInit_demo")));
  Program1 Silent{Module("  %3 = call pybind11::detail::init_slots(fn body) at 5:1-40^1\n")};
  EXPECT_EQ(said(Silent.only().Gil), "absent");
  EXPECT_EQ(said(Silent.only().Interpreters), "absent");
  EXPECT_TRUE(Silent.only().CanSayInterpreters);
  Program1 Default{Module("  construct pybind11::mod_gil_not_used::mod_gil_not_used(&%1, 0) at 5:1-40^1\n")};
  EXPECT_EQ(said(Default.only().Gil), "absent") << "an argument that the library fills in";
  Program1 Chosen{Module("  construct pybind11::mod_gil_not_used::mod_gil_not_used(&%1, unknown) at 5:20-30\n")};
  EXPECT_EQ(said(Chosen.only().Gil), "unreadable");
}
