// What the model says of locks: sort, mode, and how a try-lock tells that it has succeeded.
#include "api/Model.h"
#include "api/yaml/ModelYaml.h"
#include <gtest/gtest.h>

using namespace gilray::api;

static const Entry &entry(llvm::StringRef Name, HeaderClass Home) {
  const Entry *E = Model::builtin().function(Name, Home);
  static const Entry None;
  EXPECT_TRUE(E && E->Name == Name) << Name.str();
  return E ? *E : None;
}

TEST(LockModel, TryLocksTellByTheirResult) {
  EXPECT_TRUE(entry("pthread_mutex_trylock", HeaderClass::Libc).ZeroHolds);
  EXPECT_TRUE(entry("mtx_trylock", HeaderClass::Libc).ZeroHolds);
  EXPECT_FALSE(entry("std::mutex::try_lock", HeaderClass::Std).ZeroHolds);
  EXPECT_EQ(entry("PyThread_acquire_lock", HeaderClass::Python).WaitArg, 1);
}

TEST(LockModel, ModeAndKind) {
  EXPECT_TRUE(entry("pthread_rwlock_rdlock", HeaderClass::Libc).Shared);
  EXPECT_FALSE(entry("pthread_rwlock_wrlock", HeaderClass::Libc).Shared);
  EXPECT_TRUE(entry("std::shared_lock::shared_lock", HeaderClass::Std).Shared);
  EXPECT_TRUE(entry("std::recursive_mutex::lock", HeaderClass::Std).Recursive);
  EXPECT_EQ(entry("PyMutex_Lock", HeaderClass::Python).Kind, LockKind::PyMutex);
  EXPECT_EQ(entry("std::call_once", HeaderClass::Std).Lock, LockOp::Once);
  EXPECT_EQ(entry("sem_trywait", HeaderClass::Libc).Kind, LockKind::Semaphore);
}

/// Without a kind: a wait with a time limit.
TEST(LockModel, EveryLockCallHasAKind) {
  for (const Entry &E : Model::builtin().functions())
    if (E.Lock == LockOp::Lock || E.Lock == LockOp::TryLock || E.Lock == LockOp::Unlock)
      EXPECT_TRUE(E.Kind != LockKind::None || (E.Lock == LockOp::TryLock && E.Blocks))
          << E.Name.str() << " would not be followed";
}

TEST(LockModel, GuardsAndTheirTags) {
  for (llvm::StringRef Guard : {"std::lock_guard", "std::unique_lock", "std::scoped_lock", "std::shared_lock"}) {
    const TypeEntry *T = Model::builtin().type(Guard);
    EXPECT_TRUE(T && T->LockGuard) << Guard.str();
  }
  EXPECT_TRUE(Model::builtin().type("std::defer_lock_t")->DefersLock);
}
