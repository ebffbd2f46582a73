// Functions that reach others in disguise: loops of NumPy, std::function, structures of foreign libraries.
#include "ir/tests/UnitText.h"
#include "link/Program.h"
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::link;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

struct Linked {
  std::unique_ptr<ir::Unit> U;
  std::unique_ptr<Program> P;

  explicit Linked(llvm::StringRef Text) : U(std::make_unique<ir::Unit>(ir::test::parsed(Text))) {
    P = std::make_unique<Program>(llvm::ArrayRef<const ir::Unit *>(U.get()), api::Model::builtin());
  }
  std::vector<std::string> loops() const {
    std::vector<std::string> Out;
    for (const Root &R : P->roots())
      if (R.Kind == RootKind::Loop)
        Out.push_back(P->fn(R.Fn).Name.str());
    return Out;
  }
  std::vector<std::string> registered() const {
    std::vector<std::string> Out;
    for (const Registration &R : P->registrations()) {
      std::string Text = P->fn(R.Fn).Name.str();
      for (const Handle &H : R.Handles)
        Text += " " + H.Record;
      Out.push_back(Text);
    }
    return Out;
  }
  std::vector<std::string> called() const {
    std::vector<std::string> Out;
    for (FnId F = 0; F < P->functions().size(); ++F)
      for (const ir::Block &B : P->fn(F).Blocks)
        for (const ir::Event &E : B.Events)
          if (E.Kind == ir::EventKind::Call)
            for (FnId G : P->target(F, E).Fns)
              Out.push_back(P->fn(G).Name.str());
    return Out;
  }
};

} // namespace

TEST(HandedOver, LoopsOfNumPyUnlessTheyWorkOnObjects) {
  Linked L(R"(unit "a.c"
global @loops: Loop = { fn plain, fn objects }
global @types: char = { 12, 12, 17, 12 }
function plain() internal {
  return at 1:1
}
function objects() internal {
  return at 2:1
}
function make() {
  call PyUFunc_FromFuncAndData(&@loops[0], null, &@types[0], 2, 1, 1, -1, "x", null, 0) at 3:1
  return at 4:1
})");
  EXPECT_THAT(L.loops(), ElementsAre("plain"));
}

TEST(HandedOver, StructuresThatOnlyALibraryCalls) {
  constexpr llvm::StringRef Text = R"(unit "a.c"
type 1 pointer "struct ops *" inner=#2
type 2 record "struct ops" record=ops
type 3 pointer "struct stream *" inner=#4
type 4 record "struct stream" record=stream
callee stream_open result=struct stream * params=(struct ops *)
record ops {
  read: int
}
global @table: struct ops = {.read = fn on_read}
function on_read() internal {
  return at 1:1
}
function f(o: struct ops *) {
  %1 = call stream_open(&@table) at 2:1
  CALL
  return at 3:1
})";
  auto With = [&](llvm::StringRef Call) {
    std::string T = Text.str();
    return Linked(T.replace(T.find("CALL"), 4, Call.str())).registered();
  };
  EXPECT_THAT(With("call other() at 3:1"), ElementsAre("on_read ops stream"));
  EXPECT_THAT(With("call via o->ops::read() at 3:1"), IsEmpty()) << "a structure of the program's own";
}

TEST(HandedOver, StdFunctionIsWhatItWasMadeFromUntilItChanges) {
  constexpr llvm::StringRef Text = R"ir(unit "a.cpp" lang=c++
type 1 record "class std::function<void ()>" record=std::function
callee std::function::function record=std::function
callee "std::function::operator()" record=std::function
function work() internal {
  return at 1:1
}
function f() {
  var step: "class std::function<void ()>"
  construct std::function::function(&step, fn work) type="class std::function<void ()>" at 2:1
  CALL
  call "std::function::operator()"(&step) at 4:1
  return at 5:1
})ir";
  auto With = [&](llvm::StringRef Call) {
    std::string T = Text.str();
    return Linked(T.replace(T.find("CALL"), 4, Call.str())).called();
  };
  EXPECT_THAT(With("call other() at 3:1"), ElementsAre("work"));
  EXPECT_THAT(With("call refill(&step) at 3:1"), IsEmpty()) << "may hold anything now";
}

TEST(HandedOver, WhatGoesIntoAContainerComesOutOfIt) {
  constexpr llvm::StringRef Text = R"ir(unit "a.cpp" lang=c++
file 1 std "/usr/include/deque"
type 1 record "class std::function<void ()>" record=std::function
type 2 record "class std::deque<class std::function<void ()>>" record=std::deque args=(#1)
type 3 reference "class std::function<void ()> &" inner=#1
callee std::function::function record=std::function
callee "std::function::operator()" record=std::function
callee std::deque::push_back header=deque record=std::deque
callee std::deque::front header=deque record=std::deque result=#3
record Pool {
  jobs: #2
}
record Owner {
  pool: struct Pool
  MORE
}
function work() internal {
  return at 1:1
}
function submit(this: struct Pool *) {
  var job: #1
  construct std::function::function(&job, fn work) type="class std::function<void ()>" at 2:1
  call std::deque::push_back(&this->Pool::jobs, &job) at 3:1
  return at 3:2
}
function run(this: struct Pool *) {
  %1 = call std::deque::front(&this->Pool::jobs) at 4:1
  call "std::function::operator()"(%1) at 5:1
  return at 5:2
})ir";
  auto With = [&](llvm::StringRef More) {
    std::string T = Text.str();
    return Linked(T.replace(T.find("MORE"), 4, More.str())).called();
  };
  EXPECT_THAT(With("count: int"), ElementsAre("work"));
  EXPECT_THAT(With("spare: struct Pool"), IsEmpty()) << "of two pools, it is not followed which one has the job";
}
