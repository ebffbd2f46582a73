// Types and objects in static storage, lookups, what the module's form rules out, and what was not seen.
#include "evidence/tests/TestEvidence.h"

using namespace gilray;
using namespace gilray::test;
using evidence::Kind;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

static constexpr llvm::StringRef Object = "record _object pyobject at \"/python/object.h\":1:1\n"
                                          "type 1 record \"struct _object\" record=_object\n"
                                          "type 2 pointer \"struct _object *\" inner=#1\n"
                                          "record _typeobject pyobject at \"/python/object.h\":2:1\n"
                                          "type 3 record \"struct _typeobject\" record=_typeobject\n"
                                          "file python \"/python/object.h\"\n";

static Judged judged(llvm::StringRef Declarations, llvm::StringRef F, llvm::StringRef Setup = "",
                     llvm::StringRef Slots = "") {
  return Judged(demo((Declarations + "\nfunction f(self: PyObject *, a: PyObject *): \"PyObject *\" internal { " + F +
                      "; return null }\nfunction g(self: PyObject *): \"PyObject *\" internal { return null }\n"
                      "function setup(m: PyObject *): int internal { " +
                      Setup + "; return 0 }\n")
                         .str(),
                     Slots, Object));
}

TEST(Objects, StaticTypesBlockOwnGilOnly) {
  Judged J = judged("global @T: #3 internal", "read @T");
  EXPECT_THAT(J.facts(Kind::StaticType), ElementsAre("T blocks=2"));
}

TEST(Objects, SetOnImportOrOnFirstUse) {
  llvm::StringRef Make = "%1 = call PyErr_NewException(\"e\", null, null); write @x = %1";
  EXPECT_THAT(judged("global @x: #2 internal", "read @x", Make).facts(Kind::StaticObject), ElementsAre("x blocks=3"));
  EXPECT_THAT(judged("global @x: #2 internal", Make).facts(Kind::StaticObject), ElementsAre("x blocks=7"));
}

TEST(Objects, StringsMayBeSharedUnderOneGil) {
  EXPECT_THAT(judged("global @x: #2 internal", "read @x", "%1 = call PyUnicode_InternFromString(\"e\"); write @x = %1")
                  .facts(Kind::StaticObject),
              ElementsAre("x blocks=2"));
}

TEST(Objects, NothingStoredOrImmortal) {
  std::string X = "global @x: #2 internal\nglobal @_Py_NoneStruct: #1 extern at \"/python/object.h\":5:1";
  EXPECT_THAT(judged(X, "read @x").facts(Kind::StaticObject), IsEmpty());
  EXPECT_THAT(judged(X, "write @x = null").facts(Kind::StaticObject), IsEmpty());
  EXPECT_THAT(judged(X, "write @x = &@_Py_NoneStruct").facts(Kind::StaticObject), IsEmpty());
}

TEST(Objects, ACachedImportIsALookup) {
  Judged J = judged("global @x: #2 internal", "%1 = call PyImport_ImportModule(\"json\"); write @x = %1");
  EXPECT_THAT(J.facts(Kind::StaticObject), IsEmpty());
  EXPECT_THAT(J.facts(Kind::ModuleLookup), ElementsAre("x blocks=7"));
}

TEST(Objects, ImportTablesConcern) {
  Judged J = judged("file python \"/python/datetime.h\"\n"
                    "global @PyDateTimeAPI: \"PyDateTime_CAPI *\" internal at \"/python/datetime.h\":197:25",
                    "read @PyDateTimeAPI");
  EXPECT_THAT(J.facts(Kind::MutableGlobal), ElementsAre("PyDateTimeAPI blocks=0"));
}

TEST(Objects, FindModuleOfAMultiPhaseModule) {
  Judged J = judged("", "%1 = call PyState_FindModule(&@module)");
  const evidence::Fact *F = J.fact(Kind::ModuleLookup, "PyState_FindModule");
  ASSERT_TRUE(F);
  EXPECT_THAT(F->Says, HasSubstr("finds no module that is made in several phases"));
}

TEST(Objects, GilStateAndProcessWideCalls) {
  Judged J = judged("", "%1 = call PyGILState_Ensure(); call PyGILState_Release(%1); call setlocale[libc](1, \"C\")");
  EXPECT_THAT(J.facts(Kind::GilState), ElementsAre("PyGILState_Ensure blocks=3"));
  EXPECT_THAT(J.facts(Kind::ProcessWideCall), ElementsAre("setlocale blocks=0"));
}

TEST(Objects, ARefusalBlocks) {
  Judged J = judged("", "read @methods", "",
                    "{.slot = 3 spelled Py_mod_multiple_interpreters, .value = 0 spelled "
                    "Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED} : PyModuleDef_Slot, ");
  EXPECT_THAT(J.facts(Kind::Declared), ElementsAre("demo blocks=3"));
  ASSERT_EQ(J.E->blockers(0, evidence::OwnGilInterpreters).size(), 1u);
  EXPECT_THAT(J.E->blockers(0, evidence::FreeThreading), IsEmpty());
}

static std::vector<std::string> unseen(const Judged &J) {
  std::vector<std::string> Out;
  for (const evidence::Unseen &U : J.E->unseen())
    Out.push_back(std::to_string(U.Hides) + ": " + U.Reason);
  return Out;
}

TEST(Unseen, BodiesLibrariesAndBrokenFiles) {
  EXPECT_THAT(unseen(judged("", "read @methods")), IsEmpty());
  EXPECT_THAT(unseen(judged("", "call helper[project]()")), ElementsAre(HasSubstr("7: a function of the project")));
  EXPECT_THAT(unseen(judged("file system \"/usr/include/db.h\"\ncallee db_open[system] header=\"/usr/include/db.h\"",
                            "call db_open[system]()")),
              ElementsAre("0: the libraries behind 'db.h' keep no state that interpreters or threads must not share"));
  EXPECT_THAT(unseen(judged("issue \"no such file\"", "read @methods")),
              ElementsAre(HasSubstr("not everything could be parsed in 'demo.c'")));
}

/// A module whose method f does this to a Counter, which g reads.
static Judged counting(llvm::StringRef F, llvm::StringRef G = "read self->Counter::value") {
  return Judged(demo(("record Counter pyobject at 3:1 { ob_base, value: int, lock: pthread_mutex_t }\n"
                      "function f(self: \"Counter *\"): \"PyObject *\" internal { " +
                      F + "; return null }\nfunction g(self: \"Counter *\"): \"PyObject *\" internal { " + G +
                      "; return null }\nfunction setup(m: PyObject *): int internal { return 0 }\n")
                         .str(),
                     "", Object));
}

TEST(Fields, WrittenByAMethodWithoutALock) {
  EXPECT_THAT(counting("write self->Counter::value = 1").facts(Kind::UnguardedField),
              ElementsAre("Counter.value blocks=" + std::to_string(evidence::FreeThreading)));
  EXPECT_THAT(counting("read self->Counter::value").facts(Kind::UnguardedField), IsEmpty());
  EXPECT_THAT(counting("write self->Counter::value = 1 order=relaxed").facts(Kind::UnguardedField), IsEmpty());
}

TEST(Fields, UnderTheSameLockEverywhere) {
  auto Locked = [](llvm::StringRef Inside) {
    return ("call pthread_mutex_lock[libc](&self->Counter::lock); " + Inside +
            "; call pthread_mutex_unlock[libc](&self->Counter::lock)")
        .str();
  };
  std::string Write = Locked("write self->Counter::value = 1"), Read = Locked("read self->Counter::value");
  EXPECT_THAT(counting(Write, Read).facts(Kind::UnguardedField), IsEmpty());
  // g reads without it: worth knowing, but often only a test for null.
  EXPECT_THAT(counting(Write).facts(Kind::UnguardedField), ElementsAre("Counter.value blocks=0"));
  // f writes without it.
  EXPECT_THAT(counting("write self->Counter::value = 1", Read).facts(Kind::UnguardedField),
              ElementsAre("Counter.value blocks=" + std::to_string(evidence::FreeThreading)));
}

TEST(Fields, WhoseObjectIsNotKnown) {
  Judged J = counting("%1 = call make_counter[project](); write (%1 as \"Counter *\")->Counter::value = 1");
  EXPECT_THAT(J.facts(Kind::UnguardedField), IsEmpty());
  EXPECT_THAT(unseen(J), testing::Contains(HasSubstr("whether two threads can meet in the fields of an object")));
}

TEST(Globals, UnderTheSameLockEverywhere) {
  Judged J(demo("global @n: int internal\nglobal @lock: pthread_mutex_t internal\n"
                "function f(self: PyObject *): \"PyObject *\" internal { call pthread_mutex_lock[libc](&@lock); "
                "write @n = 1; call pthread_mutex_unlock[libc](&@lock); return null }\n"
                "function g(self: PyObject *): \"PyObject *\" internal { return null }\n"
                "function setup(m: PyObject *): int internal { write @n = 0; return 0 }\n"));
  EXPECT_THAT(J.facts(Kind::MutableGlobal), ElementsAre("n blocks=0"));
}
