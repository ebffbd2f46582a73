// Functions of a unit taken over into a unit of the same file that was parsed later: ids of tables are translated,
// places move with the lines above them, and what the functions need of the tables comes along.
#ifndef GILRAY_IR_GRAFT_H
#define GILRAY_IR_GRAFT_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/StringMap.h"

namespace gilray::ir {

/// Lines of the main file behind After lie By lines further down (or up) in the later unit.
struct LineMove {
  uint32_t After = 0;
  int64_t By = 0;
};

class Graft {
public:
  /// CalleeIds: of From's callees, as extraction named them. Heads: functions of From without a body, which are to be
  /// known in To if they are named.
  Graft(const Unit &From, llvm::ArrayRef<StringRef> CalleeIds, llvm::ArrayRef<Function> Heads, Unit &To, LineMove Move);

  /// F, of From, in terms of To. It is the caller's to add; tables of To grow, its functions stay where they are.
  Function function(const Function &F);
  /// Adds the heads that were named to To's functions.
  void finish();

private:
  FileId file(FileId F);
  TypeId type(TypeId T);
  void types(llvm::MutableArrayRef<TypeId> Ts);
  CalleeId callee(CalleeId C);
  ChainId chain(ChainId C);
  StringRef text(StringRef S);
  void texts(std::initializer_list<StringRef *> All);
  Loc loc(Loc L);
  void init(Init &I);
  void global(StringRef Id);
  void copyGlobal(const Global &G);
  void records(StringRef Name);
  /// Of a name as the unit that interned it holds it.
  using Key = const char *;
  std::pair<Key, unsigned> calleeKey(const Callee &C) const { return {C.Id.data(), C.Header * 2 + C.Virtual}; }
  static llvm::hash_code hashOf(llvm::ArrayRef<MacroStep> Steps);

  const Unit &From;
  llvm::ArrayRef<StringRef> CalleeIds;
  Unit &To;
  LineMove Move;
  FileId OldMain = 0;

  // From's entries
  llvm::DenseMap<Key, const Function *> HeadOf;
  llvm::DenseMap<Key, const Global *> OldGlobals;
  llvm::DenseMap<Key, llvm::SmallVector<const Global *, 1>> StaticLocals; ///< by owner
  llvm::DenseMap<Key, llvm::SmallVector<const Record *, 1>> OldRecords;   ///< by name
  llvm::DenseMap<Key, CalleeId> CalleeOf;
  // what became of them
  std::vector<FileId> Files;
  std::vector<TypeId> Types;
  std::vector<CalleeId> Callees;
  std::vector<ChainId> Chains;
  llvm::DenseMap<std::pair<Key, size_t>, StringRef> Texts;
  llvm::DenseMap<Key, bool> RecordsDone;
  // To's entries
  llvm::StringMap<FileId> FileByPath;
  llvm::StringMap<llvm::SmallVector<TypeId, 1>> TypesBySpelling;
  llvm::DenseMap<std::pair<Key, unsigned>, CalleeId> CalleeByKey;
  llvm::DenseMap<size_t, llvm::SmallVector<ChainId, 1>> ChainsByHash;
  llvm::DenseMap<Key, bool> HasGlobal;
  llvm::StringMap<llvm::SmallVector<Loc, 1>> RecordPlaces;
  std::vector<Function> NewHeads;
};

} // namespace gilray::ir

#endif
