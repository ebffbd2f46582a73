// Linking: which definition a name means, what a call reaches, and which functions are handed to whom.
#include "link/Program.h"
#include "ir/tests/UnitText.h"
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::link;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

class Linked {
public:
  Linked(std::initializer_list<llvm::StringRef> Texts) {
    for (llvm::StringRef T : Texts)
      Units.push_back(std::make_unique<ir::Unit>(ir::test::parsed(T)));
    std::vector<const ir::Unit *> Ptrs;
    for (const auto &U : Units)
      Ptrs.push_back(U.get());
    P = std::make_unique<Program>(Ptrs, api::Model::builtin());
  }

  /// "file:name" of what the calls of a function reach, in order; "?" when unresolved, "foreign", "api".
  std::vector<std::string> reaches(llvm::StringRef File, llvm::StringRef Name) const {
    std::vector<std::string> Out;
    for (FnId F = 0; F < P->functions().size(); ++F) {
      if (P->fn(F).Name != Name || P->unit(F).MainFile != File)
        continue;
      for (const ir::Block &B : P->fn(F).Blocks)
        for (const ir::Event &E : B.Events) {
          if (E.Kind != ir::EventKind::Call)
            continue;
          Target T = P->target(F, E);
          std::string Text = T.Api ? "api" : T.Foreign ? "foreign" : T.Unresolved ? "?" : "";
          for (FnId G : T.Fns)
            Text += (Text.empty() ? "" : " ") + P->unit(G).MainFile.str() + ":" + P->fn(G).Name.str();
          Out.push_back(Text);
        }
    }
    return Out;
  }

  /// "name kind" of every root.
  std::vector<std::string> roots() const {
    std::vector<std::string> Out;
    for (const Root &R : P->roots())
      Out.push_back(P->fn(R.Fn).Name.str() + " " + R.Role);
    return Out;
  }

  const Program &operator*() const { return *P; }
  const Program *operator->() const { return P.get(); }

private:
  std::vector<std::unique_ptr<ir::Unit>> Units;
  std::unique_ptr<Program> P;
};

} // namespace

TEST(Link, NamesAcrossUnits) {
  Linked L{"unit \"a.c\"\nfunction f() {\n  call g()\n  call missing()\n  call PyErr_Clear()\n}",
           "unit \"b.c\"\nfunction g() {\n}"};
  EXPECT_THAT(L.reaches("a.c", "f"), ElementsAre("b.c:g", "foreign", "api"));
}

TEST(Link, EqualNamesAreToldApartByFileThenDirectory) {
  Linked L{"unit \"/p/one/mod.c\"\nfunction f() {\n  call init_types()\n}",
           "unit \"/p/one/types.c\"\nfunction init_types() {\n  call one()\n}",
           "unit \"/p/two/mod.c\"\nfunction g() {\n  call init_types()\n}",
           "unit \"/p/two/types.c\"\nfunction init_types() {\n  call two()\n}",
           "unit \"/p/two/own.c\"\nfunction init_types() {\n}\nfunction h() {\n  call init_types()\n}",
           "unit \"/p/three/mod.c\"\nfunction k() {\n  call init_types()\n}"};
  EXPECT_THAT(L.reaches("/p/one/mod.c", "f"), ElementsAre("/p/one/types.c:init_types"));
  EXPECT_THAT(L.reaches("/p/two/own.c", "h"), ElementsAre("/p/two/own.c:init_types")) << "the same file wins";
  EXPECT_THAT(L.reaches("/p/two/mod.c", "g"), ElementsAre("?")) << "two in the same directory";
  EXPECT_THAT(L.reaches("/p/three/mod.c", "k"), ElementsAre("?")) << "three, all elsewhere";
}

/// Small helpers are often copied from module to module: which copy is called does not matter then.
TEST(Link, CopiesThatDoTheSameAreOne) {
  std::string Copy = "function enter() {\n  %1 = call PyEval_SaveThread()\n}";
  Linked L{"unit \"/p/image.c\"\n" + Copy, "unit \"/p/codec.c\"\n" + Copy,
           "unit \"/p/encode.c\"\nfunction f() {\n  call enter()\n}"};
  EXPECT_THAT(L.reaches("/p/encode.c", "f"), ElementsAre("/p/image.c:enter"));
  Linked Differ{"unit \"/p/image.c\"\n" + Copy, "unit \"/p/codec.c\"\nfunction enter() {\n  call count()\n}",
                "unit \"/p/encode.c\"\nfunction f() {\n  call enter()\n}"};
  EXPECT_THAT(Differ.reaches("/p/encode.c", "f"), ElementsAre("?"));
}

TEST(Link, InternalFunctionsHaveTheirOwnIds) {
  Linked L{"unit \"a.c\"\nfunction helper() id=\"a.c@helper\" internal {\n}\nfunction f() {\n  call helper()\n}",
           "unit \"b.c\"\nfunction helper() id=\"b.c@helper\" internal {\n}\nfunction g() {\n  call helper()\n}"};
  EXPECT_THAT(L.reaches("a.c", "f"), ElementsAre("a.c:helper"));
  EXPECT_THAT(L.reaches("b.c", "g"), ElementsAre("b.c:helper"));
}

TEST(Link, InlineFunctionsOfHeadersAreKeptOnce) {
  const char *Helper = "function helper() id=\"helper#1234\" inline {\n}\n";
  Linked L{std::string("unit \"a.c\"\n") + Helper + "function f() {\n  call helper()\n}",
           std::string("unit \"b.c\"\n") + Helper + "function g() {\n  call helper()\n}"};
  EXPECT_EQ(L->functions().size(), 3u);
  EXPECT_THAT(L.reaches("b.c", "g"), ElementsAre("a.c:helper"));
}

TEST(Link, OwnFunctionsWithApiLikeNames) {
  Linked L{"unit \"a.c\"\nfunction Python_like() {\n}\nfunction f() {\n  call Python_like()\n}"};
  EXPECT_THAT(L.reaches("a.c", "f"), ElementsAre("a.c:Python_like"));
}

TEST(Link, PointersThroughFieldsGlobalsAndTables) {
  Linked L{R"(unit "a.c"
global @hook: Hook
global @ops: Ops = {.open = fn one, .close = fn two}
function one() internal {
}
function two() internal {
}
function three() internal {
}
function setup(o: Ops *) {
  write o->Ops::open = fn three
  write @hook = fn two
}
function f(o: Ops *, cb: Callback *) {
  call via o->Ops::open()
  call via o->Ops::close()
  call via o->Ops::other()
  call via o->Other::open()
  call via @hook()
  call via cb()
})"};
  EXPECT_THAT(L.reaches("a.c", "f"), ElementsAre("a.c:one a.c:three", "a.c:two", "?", "?", "a.c:two", "?"));
}

TEST(Link, StoresInOneUnitAreSeenInAnother) {
  Linked L{"unit \"a.c\"\nfunction f(o: Ops *) {\n  call via o->Ops::open()\n}",
           "unit \"b.c\"\nfunction impl() internal {\n}\nfunction g(o: Ops *) {\n  write o->Ops::open = fn impl\n}"};
  EXPECT_THAT(L.reaches("a.c", "f"), ElementsAre("b.c:impl"));
}

TEST(Link, ModulesAndTheirInit) {
  Linked L{"unit \"a.c\"\nfunction PyInit_fast(): PyObject * {\n}",
           "unit \"b.c\" py=0x02071200\nfunction initold() {\n}",
           "unit \"c.c\" py=0x030d0000\nfunction initialise() {\n}",
           "unit \"d.c\"\nfunction PyInit_hidden(): PyObject * internal {\n}"};
  EXPECT_THAT(L.roots(), UnorderedElementsAre("PyInit_fast module-init", "initold module-init"));
  EXPECT_EQ(L->moduleOf(*L->units()[0]), "fast");
  EXPECT_EQ(L->moduleOf(*L->units()[1]), "old");
  EXPECT_EQ(L->moduleOf(*L->units()[2]), "");
}

TEST(Link, HelpersBelongToTheOnlyModule) {
  Linked L{"unit \"a.c\"\nfunction PyInit_fast(): PyObject * {\n}", "unit \"b.c\"\nfunction helper() {\n}"};
  EXPECT_EQ(L->moduleOf(*L->units()[1]), "fast");
}

TEST(Link, MethodTablesNameTheirFunctions) {
  Linked L{R"(unit "a.c"
global @methods: "PyMethodDef[2]" = {{.ml_name = "crunch", .ml_meth = fn f at 7:3} : PyMethodDef, {} : PyMethodDef}
function f() internal {
})"};
  ASSERT_EQ(L->roots().size(), 1u);
  const Root &R = L->roots()[0];
  EXPECT_EQ(R.PythonName, "crunch");
  EXPECT_EQ(R.Kind, RootKind::Interpreter);
  EXPECT_EQ(R.State, api::EntryState::Attached);
  EXPECT_EQ(R.Where.Line, 7u);
  EXPECT_TRUE(L->hasRole(R.Fn, "method"));
  EXPECT_FALSE(L->hasRole(R.Fn, "dealloc"));
}

TEST(Link, OneRootPerFunctionAndReason) {
  Linked L{R"(unit "a.c"
global @one: PyMethodDef = {.ml_name = "a", .ml_meth = fn f}
global @two: PyMethodDef = {.ml_name = "b", .ml_meth = fn f}
function f() internal {
})"};
  EXPECT_EQ(L->roots().size(), 1u);
}

TEST(Link, HandlesOfACall) {
  Linked L{R"(unit "a.c"
function f(db: lib *, self: Conn *, n: int, file: _IO_FILE *) {
  var local: Pool
  call g((db : lib *), (self->Conn::raw : void *), (n : int), (file : _IO_FILE *), &(local : Pool), null)
})"};
  const ir::Event &E = L->fn(0).Blocks[0].Events[0];
  std::vector<Handle> Hs = L->handles(0, E);
  std::vector<std::string> Names;
  for (const Handle &H : Hs)
    Names.push_back(H.Record + "." + H.Field);
  EXPECT_THAT(Names, ElementsAre("lib.", "Conn.raw", "Pool."));
}

TEST(Link, RegistrationsOfCallbacks) {
  Linked L{R"(unit "a.c"
function cb() internal {
}
function own(f: Callback *) internal {
}
function f(db: lib *, passed: Callback *) {
  call lib_set_callback((db : lib *), fn cb) at 5:1
  call own(fn cb) at 6:1
  call lib_set_callback((db : lib *), passed) at 7:1
})"};
  ASSERT_EQ(L->registrations().size(), 1u);
  const Registration &R = L->registrations()[0];
  EXPECT_EQ(L->fn(R.Fn).Name, "cb");
  EXPECT_EQ(R.Library, "lib_set_callback");
  EXPECT_EQ(R.Where.Line, 5u);
  EXPECT_THAT(R.Handles, ElementsAre(Handle{"lib", ""}));
}

TEST(Link, CallbacksStoredInForeignStructures) {
  Linked L{R"(unit "a.c"
record Mine { run: Callback * }
global @module: lib_module = {.xCreate = fn create}
global @own: Mine = {.run = fn plain}
function create() internal {
}
function plain() internal {
}
function f(db: lib *) {
  call lib_create_module((db : lib *), &(@module : lib_module))
})"};
  ASSERT_EQ(L->registrations().size(), 1u) << "a structure of the program itself is no library";
  const Registration &R = L->registrations()[0];
  EXPECT_EQ(L->fn(R.Fn).Name, "create");
  EXPECT_THAT(R.Handles, ElementsAre(Handle{"lib_module", ""}, Handle{"lib", ""})) << "the module travels with the lib";
}

/// void watch(struct loop *l, void *h) { set(l, h); }: through setters and their callers, unless something else comes,
/// too.
TEST(Link, FunctionsStoredThroughParameters) {
  const char *Loop = R"(unit "loop.c"
function set(l: Loop *, h: void *) {
  write l->Loop::on_event = h
}
function watch(l: Loop *, h: void *) {
  call set(l, h)
}
function step(l: Loop *) {
  call via l->Loop::on_event()
})";
  const char *Module = R"(unit "mod.c"
function handler() {
}
function other() {
}
function start(l: Loop *) {
  call watch(l, fn handler)
  call set(l, fn other)
  call watch(l, null)
})";
  Linked Known{Loop, Module};
  EXPECT_THAT(Known.reaches("loop.c", "step"), ElementsAre("mod.c:other mod.c:handler"));
  Linked Open{Loop, Module, "unit \"more.c\"\nfunction more(l: Loop *) {\n  %1 = call chosen()\n  call set(l, %1)\n}"};
  EXPECT_THAT(Open.reaches("loop.c", "step"), ElementsAre("?"));
}

TEST(Link, GlobalsPreferTheirDefinition) {
  Linked L{"unit \"a.c\"\nglobal @g: int extern", "unit \"b.c\"\nglobal @g: int at 3:1"};
  ASSERT_NE(L->global("g"), nullptr);
  EXPECT_TRUE(L->global("g")->Definition);
  EXPECT_EQ(L->global("nothing"), nullptr);
}
