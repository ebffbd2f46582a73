#include "rules/threadstate/OtherWriters.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using flow::LockName;
using flow::SharedAccess;

/// Others know the object only between its construction and its end.
static bool lives(const link::Program &P, link::FnId F) {
  return llvm::none_of(llvm::ArrayRef<llvm::StringRef>{"dealloc", "new", "init", "traverse", "clear", "finalize"},
                       [&](llvm::StringRef Role) { return P.hasRole(F, Role); });
}

static bool fromMethod(const flow::LockSets &Locks, const link::Program &P, const SharedAccess &A) {
  for (unsigned R : A.Roots->set_bits()) {
    const link::Root &Root = Locks.roots()[R];
    bool Called = Root.Kind == link::RootKind::Interpreter || Root.Kind == link::RootKind::Bound ||
                  Root.Kind == link::RootKind::Assumed;
    if (Called && lives(P, Root.Fn))
      return true;
  }
  return false;
}

static bool share(llvm::ArrayRef<LockName> As, llvm::ArrayRef<LockName> Bs) {
  return llvm::any_of(As, [&](const LockName &A) {
    return llvm::any_of(Bs, [&](const LockName &B) { return A.sameAs(B) || (A.Class && A.Class == B.Class); });
  });
}

link::EventRef writerWithoutLock(const Input &In, llvm::StringRef RecordField, link::EventRef Store) {
  const link::Program &P = In.flow().program();
  auto [Record, Field] = RecordField.rsplit('.');
  std::vector<SharedAccess> All = In.locks().accessesOf(Record, Field);
  std::vector<LockName> Held;
  for (const SharedAccess &A : All)
    if (A.At == Store) {
      if (A.Uncertain || A.Fresh || A.May.empty())
        return {};
      Held.insert(Held.end(), A.May.begin(), A.May.end());
    }
  if (Held.empty())
    return {};
  for (const SharedAccess &A : All)
    if (A.Writes && A.At.Fn != Store.Fn && A.Threads == flow::ArrivesAttached && !A.Uncertain && !A.Fresh &&
        !A.InitOnly && !A.atomic() && fromMethod(In.locks(), P, A) && !share(A.May, Held))
      return A.At;
  return {};
}

} // namespace gilray::rules
