#include "flow/LockState.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

bool LockState::sameKey(const LockState &O) const {
  return Thread == O.Thread && (Thread != Here::Detached || Away == O.Away) && Released == O.Released &&
         Uncertain == O.Uncertain && Dropped == O.Dropped && Ensures == O.Ensures && Held.size() == O.Held.size() &&
         std::equal(Held.begin(), Held.end(), O.Held.begin(),
                    [](const HeldLock &A, const HeldLock &B) { return A.key() == B.key(); });
}

template <class Set, class Pred> static bool keep(Set &S, Pred In) {
  size_t Before = S.size();
  llvm::erase_if(S, [&](const auto &X) { return !In(X); });
  return S.size() != Before;
}

bool LockState::mergeFrom(const LockState &O) {
  bool Lost = keep(Took, [&](PathId X) { return std::binary_search(O.Took.begin(), O.Took.end(), X); });
  Lost |= keep(Guards, [&](const GuardedLock &X) { return llvm::is_contained(O.Guards, X); });
  Lost |= keep(Bound, [&](const BoundPlace &X) { return llvm::is_contained(O.Bound, X); });
  Lost |= keep(Facts, [&](const LockFact &X) {
    const LockFact *Y = O.fact(X.V);
    return Y && *Y == X;
  });
  if (O.Disturbed > Disturbed) {
    Disturbed = O.Disturbed;
    Lost = true;
  }
  if (Guessed && !O.Guessed) {
    Guessed = false;
    Lost = true;
  }
  for (size_t I = 0; I < Held.size(); ++I) // any path will do as a witness; the first in the file is always the same
    if (O.Held[I].At < Held[I].At)
      Held[I].At = O.Held[I].At;
  return Lost;
}

const HeldLock *LockState::find(PathId Lock) const {
  auto It = llvm::find_if(Held, [&](const HeldLock &H) { return H.Lock == Lock; });
  return It == Held.end() ? nullptr : &*It;
}

void LockState::take(HeldLock L) {
  if (!L.critical() && L.Kind != LockKind::StaticInit)
    insertInOrder(Took, L.Lock);
  if (L.critical())
    for (HeldLock &H : Held) // entering the inner section waits: the outer one may be given up for that time, for good
      if (H.critical() && H.Suspended == HeldLock::No)
        H.Suspended = HeldLock::Maybe;
  HeldLock *Mine = L.critical() ? nullptr : find(L.Lock);
  if (Mine && Mine->Guard == L.Guard) {
    Mine->Count = std::min<uint8_t>(Mine->Count + 1, 3);
    return;
  }
  Held.push_back(L);
}

void LockState::remove(unsigned Index) {
  bool Section = Held[Index].critical();
  Held.erase(Held.begin() + Index);
  if (Section && Thread != Here::Detached)
    resumeLast();
}

bool LockState::release(PathId Lock) {
  for (unsigned I = Held.size(); I-- > 0;)
    if (Held[I].Lock == Lock && !Held[I].critical()) {
      if (--Held[I].Count == 0)
        remove(I);
      return true;
    }
  insertInOrder(Dropped, Lock);
  return false;
}

void LockState::detached() {
  if (Thread != Here::Detached)
    Away = Thread == Here::AsEntered ? Here::AsEntered : Here::Attached;
  Thread = Here::Detached;
  Disturbed = Degree::Certain;
  for (HeldLock &H : Held)
    if (H.critical())
      H.Suspended = HeldLock::Yes;
}

void LockState::attached() {
  Thread = Thread == Here::Detached ? Away : Here::Attached;
  resumeLast();
}

void LockState::resumeLast() {
  for (HeldLock &H : llvm::reverse(Held))
    if (H.critical()) {
      H.Suspended = HeldLock::No;
      return;
    }
}

void LockState::interrupted(Degree D) {
  Disturbed = std::max(Disturbed, D);
  if (D < Degree::Likely || Thread == Here::Detached)
    return;
  bool Last = true;
  for (HeldLock &H : llvm::reverse(Held)) {
    if (!H.critical())
      continue;
    if (!Last && H.Suspended != HeldLock::Yes)
      H.Suspended = D == Degree::Certain ? HeldLock::Yes : HeldLock::Maybe;
    Last = false;
  }
}

const LockFact *LockState::fact(ir::ValueId V) const {
  auto It = llvm::lower_bound(Facts, V, [](const LockFact &F, ir::ValueId X) { return F.V < X; });
  return It != Facts.end() && It->V == V ? &*It : nullptr;
}

void LockState::know(LockFact F) {
  auto It = llvm::lower_bound(Facts, F.V, [](const LockFact &A, ir::ValueId X) { return A.V < X; });
  if (It != Facts.end() && It->V == F.V)
    *It = F;
  else
    Facts.insert(It, F);
}

void LockState::forget(llvm::function_ref<bool(ir::ValueId)> Pred) {
  llvm::erase_if(Facts, [&](const LockFact &F) { return Pred(F.V) || (F.Kind == LockFact::Same && Pred(F.Other)); });
}

} // namespace gilray::flow
