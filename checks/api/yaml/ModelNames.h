// The words that stand in the model's YAML for the enumerators of api/Model.h, in the order of the enumerators.
#ifndef GILRAY_API_YAML_MODELNAMES_H
#define GILRAY_API_YAML_MODELNAMES_H

#include "api/Model.h"

namespace gilray::api::names {

inline constexpr StringRef Home[] = {"project",      "python", "numpy", "pybind11", "nanobind",
                                     "boost-python", "libc",   "std",   "system",   "builtin"};
inline constexpr StringRef Need[] = {"nothing", "attached", "detached"};
inline constexpr StringRef Weight[] = {"none", "note", "warning", "error"};
inline constexpr StringRef Effect[] = {"nothing",         "detach",          "attach",         "detach-arg",
                                       "ensure",          "ensure-may-fail", "release",        "swap",
                                       "new-interpreter", "end-interpreter", "initialize",     "finalize",
                                       "delete-state",    "delete-current",  "critical-enter", "critical-leave"};
inline constexpr StringRef Query[] = {"nothing", "attached", "initialized", "finalizing"};
inline constexpr StringRef Degree[] = {"never", "rare", "likely", "certain"};
inline constexpr StringRef Returns[] = {"other",    "new",         "borrowed", "borrowed-buffer",
                                        "non-null", "always-null", "argument"};
inline constexpr StringRef Lender[] = {"unknown",   "container", "part",          "storage",
                                       "namespace", "immortal",  "weak-reference"};
inline constexpr StringRef Removal[] = {"nothing", "element", "all"};
inline constexpr StringRef LockOp[] = {"none",   "init", "lock",    "try-lock", "unlock", "wait",
                                       "notify", "join", "destroy", "once",     "holds"};
inline constexpr StringRef LockKind[] = {"none", "py-mutex", "py-thread", "pthread", "rwlock",           "spin",
                                         "c11",  "std",      "semaphore", "once",    "critical-section", "static-init"};
inline constexpr StringRef Memory[] = {"none", "libc", "raw", "mem", "object", "collect"};
inline constexpr StringRef When[] = {"now",     "later",      "thread", "thread-exit", "signal",
                                     "at-exit", "py-at-exit", "fork",   "attached",    "detached"};
inline constexpr StringRef EntryState[] = {"unknown",      "attached",  "detached",   "no-thread-state",
                                           "async-signal", "finalised", "before-init"};

static_assert(std::size(Home) == size_t(HeaderClass::Builtin) + 1);
static_assert(std::size(Need) == size_t(api::Need::Detached) + 1);
inline constexpr StringRef Naming[] = {"keeps-function", "makes-handle",    "binds",        "unrelated-struct",
                                       "ends-handle",    "names-lock",      "locks-itself", "python-struct",
                                       "drives",         "only-asks",       "asks-ready",   "of-objects",
                                       "keeps-argument", "binds-attribute", "binds-static", "leaves-type-open"};

static_assert(std::size(Weight) == size_t(api::Weight::Error) + 1);
static_assert(std::size(Effect) == size_t(api::Effect::CriticalLeave) + 1);
static_assert(std::size(Query) == size_t(api::Query::IsFinalizing) + 1);
static_assert(std::size(Degree) == size_t(api::Degree::Certain) + 1);
static_assert(std::size(Returns) == size_t(api::Returns::Argument) + 1);
static_assert(std::size(Lender) == size_t(api::Lender::WeakReference) + 1);
static_assert(std::size(Removal) == size_t(api::Removal::All) + 1);
static_assert(std::size(LockOp) == size_t(api::LockOp::Holds) + 1);
static_assert(std::size(LockKind) == size_t(api::LockKind::StaticInit) + 1);
static_assert(std::size(Memory) == size_t(api::Memory::Collect) + 1);
static_assert(std::size(When) == size_t(api::When::Detached) + 1);
static_assert(std::size(Naming) == size_t(api::Naming::LeavesTypeOpen) + 1);
static_assert(std::size(EntryState) == size_t(api::EntryState::BeforeInit) + 1);

} // namespace gilray::api::names

#endif
