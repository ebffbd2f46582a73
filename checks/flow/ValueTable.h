// Access paths of one function, re-interned so that the solver can add its own: casts are gone, comparisons have one
// normal form, results of pure calls are keys, and paths of a callee can be rewritten into the caller's.
#ifndef GILRAY_FLOW_VALUETABLE_H
#define GILRAY_FLOW_VALUETABLE_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include <string>
#include <vector>

namespace gilray::flow {

using ir::Op;
using ir::StringRef;
using ir::ValueId;
using ir::ValueKind;

struct Node {
  ValueKind Kind = ValueKind::Unknown;
  Op Operator = Op::None;
  ValueId A = 0, B = 0;
  uint32_t Ref = 0;
  int64_t Int = 0;
  StringRef Str, Rec;
  uint32_t Name = 0; ///< fields and globals: program-wide id of what they name, the same in every table
  bool operator==(const Node &) const = default;
};

/// Program-wide ids of "Record.field" and of globals.
class Names {
public:
  uint32_t field(StringRef Record, StringRef Field);
  uint32_t global(StringRef Id);

private:
  llvm::StringMap<uint32_t> Ids;
};

class ValueTable {
public:
  ValueTable(const ir::Function &F, Names &Program);

  /// The table's id of a value of the function.
  ValueId of(ValueId FromIr) const { return Map[FromIr]; }
  const Node &operator[](ValueId V) const { return Nodes[V]; }
  ValueId intern(Node N);
  ValueId var(ir::VarId V) { return intern({ValueKind::Var, Op::None, 0, 0, V, 0, {}, {}}); }
  ValueId temp(uint32_t T) { return intern({ValueKind::Temp, Op::None, 0, 0, T, 0, {}, {}}); }
  /// *V in normal form: *&x is x.
  ValueId deref(ValueId V);
  ValueId addrOf(ValueId V);
  /// The object that a pointer leads into: o for &o.a[2], p for &p->a and for p itself.
  ValueId base(ValueId V) const;
  /// The object that a path lies in: o for o.a, p for p->a and *p.
  ValueId container(ValueId Path) const;
  /// The key of a pure call: equal for equal name and arguments.
  ValueId pureCall(StringRef Name, llvm::ArrayRef<ValueId> Args);
  bool isPureCall(ValueId V) const {
    return (*this)[V].Kind == ValueKind::Unary && (*this)[V].Operator == Op::None && !(*this)[V].Str.empty();
  }
  /// Comparison in normal form: Lt, Le, Eq only, constants on the right. Flip says that the truth is negated.
  ValueId compare(Op O, ValueId A, ValueId B, bool &Flip);

  bool mentions(ValueId V, llvm::function_ref<bool(const Node &)> Pred) const;
  /// Is there a field, a global or a temporary anywhere in V? Cheaper than to ask for a certain one.
  bool mentionsNamed(ValueId V) const { return Parts[V] & NamedPart; }
  bool mentionsTemp(ValueId V) const { return Parts[V] & TempPart; }
  /// Is Part a sub-path of V (or V itself)? Operands come before their users and bring all their parts.
  bool contains(ValueId V, ValueId Part) const {
    return V == Part ||
           (V > Part && !(Parts[Part] & ~Parts[V]) && (contains(Nodes[V].A, Part) || contains(Nodes[V].B, Part)));
  }
  bool mentionsVar(ValueId V, ir::VarId Var) const;
  /// Rooted only in parameters and globals, and (for parameters) behind a dereference: visible to the caller.
  bool visibleToCaller(ValueId V, uint32_t NumParams) const;
  /// Rewrites a path of another function: its parameter i becomes Args[i]. 0 when a part has no counterpart.
  ValueId import(const ValueTable &From, ValueId V, llvm::ArrayRef<ValueId> Args);
  /// The inverse for call contexts: a path rooted in Args[i] becomes one rooted in parameter i of To. 0 when not rooted
  /// there.
  ValueId exportTo(ValueTable &To, ValueId V, llvm::ArrayRef<ValueId> Args) const;
  /// As people would write it: "self->save".
  std::string spell(ValueId V) const;

private:
  void grow();
  size_t bucketOf(const Node &N) const;
  uint64_t partsOf(const Node &N) const;

  const ir::Function &F;
  std::vector<Node> Nodes;
  std::vector<ValueId> Buckets; ///< open hash table of Nodes; 0: free
  /// Per node, what occurs in it: bits for variables (several share one), temporaries, and what has a name.
  static constexpr uint64_t TempPart = 1ull << 62, NamedPart = 1ull << 63;
  static uint64_t varPart(ir::VarId V) { return 1ull << V % 62; }
  std::vector<uint64_t> Parts;
  std::vector<ValueId> Map;
};

} // namespace gilray::flow

#endif
