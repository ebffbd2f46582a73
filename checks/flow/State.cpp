#include "flow/State.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

Fact meet(const Fact &A, const Fact &B) {
  if (A == B)
    return A;
  if (A.Kind == B.Kind && A.Kind == FactKind::Saved) // saved here or there: restorable either way
    return {FactKind::Saved, 0, 0, std::min(A.At, B.At)};
  if (A.nonNull() && B.nonNull())
    return {FactKind::NonNull};
  if (A.isNull() && B.isNull())
    return {FactKind::Null};
  return {};
}

static bool byValue(const std::pair<ValueId, Fact> &A, ValueId V) { return A.first < V; }

const Fact *Valuation::get(ValueId V) const {
  auto It = std::lower_bound(Facts.begin(), Facts.end(), V, byValue);
  return It != Facts.end() && It->first == V ? &It->second : nullptr;
}

void Valuation::set(ValueId V, Fact F) {
  if (!V)
    return;
  auto It = std::lower_bound(Facts.begin(), Facts.end(), V, byValue);
  bool Present = It != Facts.end() && It->first == V;
  if (F.Kind == FactKind::None) {
    if (Present)
      Facts.erase(It);
  } else if (Present) {
    It->second = F;
  } else {
    Facts.insert(It, {V, F});
  }
}

void Valuation::drop(llvm::function_ref<bool(ValueId, const Fact &)> Pred) {
  llvm::erase_if(Facts, [&](const auto &P) { return Pred(P.first, P.second); });
}

bool Valuation::mergeFrom(const Valuation &O) {
  bool Changed = false;
  auto Out = Facts.begin();
  auto It = O.Facts.begin();
  for (auto &P : Facts) {
    while (It != O.Facts.end() && It->first < P.first)
      ++It;
    Fact M = It != O.Facts.end() && It->first == P.first ? meet(P.second, It->second) : Fact{};
    Changed |= !(M == P.second);
    if (M.Kind != FactKind::None)
      *Out++ = {P.first, M};
  }
  Facts.erase(Out, Facts.end());
  return Changed;
}

} // namespace gilray::flow
