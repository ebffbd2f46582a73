// One value for each event of a function, in one piece of memory: [block][event].
#ifndef GILRAY_FLOW_PEREVENT_H
#define GILRAY_FLOW_PEREVENT_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"

namespace gilray::flow {

template <class T> class PerEvent {
public:
  PerEvent() = default;
  /// AtEnd: each block has one more, for its end.
  explicit PerEvent(const ir::Function &F, bool AtEnd = false) {
    First.reserve(F.Blocks.size() + 1);
    First.push_back(0);
    for (const ir::Block &B : F.Blocks)
      First.push_back(First.back() + B.Events.size() + AtEnd);
    All.resize(First.back());
  }

  llvm::ArrayRef<T> operator[](ir::BlockId B) const { return {All.data() + First[B], All.data() + First[B + 1]}; }
  llvm::MutableArrayRef<T> operator[](ir::BlockId B) { return {All.data() + First[B], First[B + 1] - First[B]}; }
  /// Blocks.
  size_t size() const { return First.empty() ? 0 : First.size() - 1; }
  bool empty() const { return First.empty(); }
  void fill(const T &X) { llvm::fill(All, X); }
  void clear() {
    First.clear();
    All.clear();
  }

private:
  std::vector<uint32_t> First; ///< per block, into All; the last one is the end
  std::vector<T> All;
};

/// The same for what few events have.
template <class T> class PerFewEvents {
public:
  class Row {
  public:
    Row(const PerFewEvents &In, ir::BlockId B) : In(In), B(B) {}
    llvm::ArrayRef<T> operator[](uint32_t Event) const {
      if (In.Of.empty())
        return {};
      auto It = In.Of.find({B, Event});
      return It == In.Of.end() ? llvm::ArrayRef<T>() : llvm::ArrayRef<T>(It->second);
    }

  private:
    const PerFewEvents &In;
    ir::BlockId B;
  };
  Row operator[](ir::BlockId B) const { return {*this, B}; }
  void set(ir::BlockId B, uint32_t Event, llvm::ArrayRef<T> Values) {
    if (!Values.empty())
      Of[{B, Event}].assign(Values.begin(), Values.end());
  }

private:
  llvm::DenseMap<std::pair<ir::BlockId, uint32_t>, llvm::SmallVector<T, 1>> Of;
};

} // namespace gilray::flow

#endif
