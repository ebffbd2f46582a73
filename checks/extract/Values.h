// Interning of access paths for one function, in the normal forms that ir/Unit.h promises.
#ifndef GILRAY_EXTRACT_VALUES_H
#define GILRAY_EXTRACT_VALUES_H

#include "ir/Unit.h"
#include <vector>

namespace gilray::extract {

class Values {
public:
  Values(ir::Function &F, ir::Unit &U) : F(F), U(U) {
    F.Values.reserve(Slots.size() / 4); // they stay
    Extent.reserve(Slots.size() / 2);
  }

  const ir::Value &get(ir::ValueId V) const { return F.Values[V]; }
  bool is(ir::ValueId V, ir::ValueKind K) const { return F.Values[V].Kind == K; }

  ir::ValueId undef() { return simple(ir::ValueKind::Undef); }
  ir::ValueId null() { return simple(ir::ValueKind::Null); }
  ir::ValueId integer(int64_t N, llvm::StringRef Spelled = {});
  ir::ValueId string(llvm::StringRef Bytes);
  ir::ValueId var(ir::VarId V) { return numbered(ir::ValueKind::Var, V); }
  ir::ValueId global(llvm::StringRef Id); ///< interned by the unit, as are a field's names
  ir::ValueId function(ir::CalleeId C) { return numbered(ir::ValueKind::Function, C); }
  ir::ValueId temp(unsigned N) { return numbered(ir::ValueKind::Temp, N); }
  ir::ValueId lambda(ir::CalleeId Body, unsigned Captures);
  ir::ValueId deref(ir::ValueId P);
  ir::ValueId field(ir::ValueId Object, llvm::StringRef Name, llvm::StringRef Record);
  ir::ValueId addrOf(ir::ValueId Path);
  ir::ValueId element(ir::ValueId Array, ir::ValueId Index);
  /// p + i as AddrOf(Index(..)); decayed arrays and nested sums are folded.
  ir::ValueId pointerAdd(ir::ValueId P, ir::ValueId Index);
  ir::ValueId cast(ir::ValueId V, ir::TypeId T);
  ir::ValueId unary(ir::Op Op, ir::ValueId A);
  ir::ValueId binary(ir::Op Op, ir::ValueId A, ir::ValueId B);
  /// V != 0, or V itself when it is a truth value already.
  ir::ValueId truth(ir::ValueId V, bool Pointer);

  /// AddrOf(Path) if it has been interned, else 0.
  ir::ValueId findAddrOf(ir::ValueId Path) const;
  /// A path's outermost object: Var, Temp, Global, or whatever a Deref starts from.
  ir::ValueId root(ir::ValueId V) const;

private:
  ir::ValueId intern(ir::Value V);
  ir::ValueId simple(ir::ValueKind K) { return numbered(K, 0); }
  ir::ValueId numbered(ir::ValueKind K, uint32_t N) {
    ir::Value X;
    X.Kind = K;
    X.Ref = N;
    return intern(X);
  }

  static size_t hash(const ir::Value &V) {
    uint64_t H = unsigned(V.Kind) | unsigned(V.Operator) << 8;
    for (uint64_t Part : {uint64_t(V.A) << 32 | V.B, uint64_t(V.Ref) << 32 | V.Type, uint64_t(V.Int),
                          uint64_t(uintptr_t(V.Str.data())), uint64_t(uintptr_t(V.Rec.data()))})
      H = (H ^ Part) * 0x9E3779B97F4A7C15u;
    return H ^ H >> 32;
  }
  /// Strings are interned by the unit: equal ones are at one place.
  static bool equal(const ir::Value &X, const ir::Value &Y) {
    return X.Kind == Y.Kind && X.Operator == Y.Operator && X.A == Y.A && X.B == Y.B && X.Ref == Y.Ref &&
           X.Type == Y.Type && X.Int == Y.Int && X.Str.data() == Y.Str.data() && X.Rec.data() == Y.Rec.data();
  }
  /// The slot of V in Slots, or the free one where it belongs.
  size_t slot(const ir::Value &V) const;
  void grow();

  ir::Function &F;
  ir::Unit &U;
  std::vector<ir::ValueId> Slots = std::vector<ir::ValueId>(128); ///< open addressing; 0 is free
  std::vector<std::pair<uint32_t, uint32_t>> Extent{{1, 0}};      ///< nodes and depth of each value as a tree
};

} // namespace gilray::extract

#endif
