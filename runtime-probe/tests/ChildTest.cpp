// The watchdog, with shell scripts in the place of interpreters.
#include "launcher/Child.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <csignal>
#include <unistd.h>

using namespace gilray::probe;
using testing::HasSubstr;

namespace {

struct Watched : testing::Test {
  Watched() { adoptOrphans(); }

  std::unique_ptr<Child> start(llvm::StringRef Script, uint64_t Memory = 1ull << 30) {
    ChildOptions O;
    O.Command = {"/bin/sh", "-c", Script.str()};
    O.Environment = {"PATH=/usr/bin:/bin"};
    O.MemoryBytes = Memory;
    std::string Problem;
    auto C = Child::start(O, Problem);
    EXPECT_TRUE(C) << Problem;
    return C;
  }
  Failure failureOf(llvm::StringRef Script, double Seconds = 10) {
    auto C = start(Script);
    Failure F;
    EXPECT_FALSE(C->receive(Seconds, F));
    if (F.Kind == "silent")
      C->diagnose(nullptr, true, F);
    return F;
  }
};

TEST_F(Watched, RepliesInOrder) {
  auto C = start("read x <&3; echo '{\"a\":1}' >&4; echo \"{\\\"b\\\":\\\"$x\\\"}\" >&4; read y <&3");
  C->send("hello");
  Failure F;
  auto First = C->receive(10, F), Second = C->receive(10, F);
  ASSERT_TRUE(First && Second) << F.Text;
  EXPECT_EQ(First->getInteger("a"), 1);
  EXPECT_EQ(Second->getString("b"), "hello");
}

TEST_F(Watched, Crash) {
  Failure F = failureOf("echo 'gilray-crash: /lib/x.so 0x10' >&2; kill -SEGV $$");
  EXPECT_EQ(F.Kind, "crashed");
  EXPECT_THAT(F.Text, HasSubstr("Segmentation fault"));
  EXPECT_THAT(F.Stack, testing::ElementsAre("gilray-crash: /lib/x.so 0x10"));
}

TEST_F(Watched, Exit) {
  Failure F = failureOf("echo why >&2; exit 7");
  EXPECT_EQ(F.Kind, "exited");
  EXPECT_EQ(F.Text, "the process ended with status 7: why");
}

TEST_F(Watched, AsleepIsADeadlock) { EXPECT_EQ(failureOf("exec sleep 60", 0.3).Kind, "deadlocked"); }

TEST_F(Watched, BusyIsAHang) { EXPECT_EQ(failureOf("while :; do :; done", 0.3).Kind, "hung-holding"); }

TEST_F(Watched, Flood) { EXPECT_EQ(failureOf("yes").Kind, "flooded"); }

TEST_F(Watched, MemoryLimit) {
  auto C = start("exec head -c 200000000 /dev/zero | sort; sleep 5", 1 << 20);
  Failure F;
  EXPECT_FALSE(C->receive(10, F));
  EXPECT_EQ(F.Kind, "memory-limit");
}

TEST_F(Watched, Interrupt) {
  InterruptGuard Guard;
  auto C = start("exec sleep 60");
  raise(SIGINT);
  Failure F;
  EXPECT_FALSE(C->receive(10, F));
  EXPECT_EQ(F.Kind, "interrupted");
}

TEST_F(Watched, NothingIsLeft) {
  auto C = start("setsid sh -c 'sleep 300 & sleep 300' & sleep 0.5; echo '{}' >&4; sleep 300");
  Failure F;
  ASSERT_TRUE(C->receive(10, F)) << F.Text;
  pid_t Pid = C->pid();
  EXPECT_GE(C->end(), 1u);
  EXPECT_EQ(kill(-Pid, 0), -1) << "its process group is alive";
}

TEST_F(Watched, NoSuchProgram) {
  ChildOptions O;
  O.Command = {"/no/such/python"};
  std::string Problem;
  EXPECT_FALSE(Child::start(O, Problem));
  EXPECT_THAT(Problem, HasSubstr("/no/such/python"));
}

} // namespace
