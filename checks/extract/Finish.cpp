// The last step of a function: a small graph. Empty blocks and branches that decide nothing (left over from suppressed
// macro bodies, do { } while (0), scopes) go; blocks are numbered in reverse post-order; loops are found.
#include "extract/FunctionBuilder.h"

namespace gilray::extract {

using ir::Block;
using ir::BlockId;
using ir::JumpKind;
using ir::NoBlock;
using ir::TermKind;

namespace {
class Graph {
public:
  Graph(ir::Function &F, std::vector<uint32_t> Work) : F(F), Work(std::move(Work)) {
    for (const Block &B : F.Blocks)
      Unwinds = Unwinds || llvm::any_of(B.Events, [](const ir::Event &E) { return E.Unwind != NoBlock; });
  }
  void run() {
    for (bool Changed = true; Changed;) {
      Changed = skipEmpty();
      Changed |= foldBranches();
    }
    joinLines();
    renumber();
    loops();
  }

private:
  /// The events of a block of which some may have a handler. In C none has.
  llvm::MutableArrayRef<ir::Event> mayUnwind(Block &B) const {
    return Unwinds ? llvm::MutableArrayRef<ir::Event>(B.Events) : llvm::MutableArrayRef<ir::Event>();
  }
  bool isEmpty(BlockId B) const {
    const Block &X = F.Blocks[B];
    return X.Events.empty() && X.Term.Kind == TermKind::Jump && X.Term.Jump == JumpKind::Fallthrough && !Work[B];
  }
  /// Where control ends up that enters B, past empty blocks.
  BlockId beyond(BlockId B) const {
    BlockId Start = B;
    for (unsigned Steps = 0; B != NoBlock && isEmpty(B) && Steps < F.Blocks.size(); ++Steps) {
      B = F.Blocks[B].Term.Succs[0];
      if (B == Start) // for (;;) ;
        return Start;
    }
    return B;
  }
  bool skipEmpty() {
    bool Changed = false;
    for (Block &B : F.Blocks) {
      for (BlockId &S : B.Term.Succs)
        if (BlockId To = beyond(S); To != S)
          S = To, Changed = true;
      for (ir::Event &E : mayUnwind(B))
        if (E.Unwind != NoBlock)
          E.Unwind = beyond(E.Unwind);
    }
    return Changed;
  }
  bool foldBranches() {
    bool Changed = false;
    for (BlockId Id = 0; Id < F.Blocks.size(); ++Id) {
      Block &B = F.Blocks[Id];
      ir::Terminator &T = B.Term;
      if (T.Kind != TermKind::Branch)
        continue;
      // What is left of a loop whose body was outlined: it waits for nothing.
      if (!T.Value && B.Events.empty())
        for (unsigned I = 0; I < 2; ++I)
          if (T.Succs[I] == Id)
            T.Succs[I] = T.Succs[1 - I];
      // assert() inside a macro of Python's: an unknown condition and a side that does nothing but end the path.
      if (!T.Value)
        for (unsigned I = 0; I < 2; ++I)
          if (T.Succs[I] != NoBlock && F.Blocks[T.Succs[I]].Events.empty() &&
              F.Blocks[T.Succs[I]].Term.Kind == TermKind::Unreachable)
            T.Succs[I] = T.Succs[1 - I];
      if (T.Succs[0] != T.Succs[1])
        continue;
      T.Kind = TermKind::Jump;
      T.Jump = JumpKind::Fallthrough;
      T.Value = 0;
      T.Where = ir::Loc();
      T.Succs.pop_back();
      Changed = true;
    }
    return Changed;
  }
  void joinLines() {
    PerBlock<unsigned> Preds(F.Blocks.size());
    PerBlock<bool> Live(F.Blocks.size());
    PerBlock<BlockId> List;
    List.reserve(F.Blocks.size());
    List.push_back(0);
    Live[0] = true;
    Preds[0] = 1;
    auto Reach = [&](BlockId To, unsigned Weight) {
      if (To == NoBlock)
        return;
      Preds[To] += Weight;
      if (!Live[To]) {
        Live[To] = true;
        List.push_back(To);
      }
    };
    for (size_t I = 0; I < List.size(); ++I) {
      Block &B = F.Blocks[List[I]];
      for (BlockId S : B.Term.Succs)
        Reach(S, 1);
      for (const ir::Event &E : mayUnwind(B))
        Reach(E.Unwind, 2); // an exception enters it: keep it apart
    }
    for (BlockId Id : List) {
      if (!Live[Id])
        continue;
      while (true) {
        Block &B = F.Blocks[Id];
        if (B.Term.Kind != TermKind::Jump || B.Term.Jump != JumpKind::Fallthrough)
          break;
        BlockId Next = B.Term.Succs[0];
        if (Next == Id || Preds[Next] != 1)
          break;
        Block &N = F.Blocks[Next];
        if (B.Events.empty())
          B.Events = std::move(N.Events);
        else
          B.Events.insert(B.Events.end(), std::move_iterator(N.Events.begin()), std::move_iterator(N.Events.end()));
        B.Term = std::move(N.Term);
        Work[Id] += Work[Next];
        N = Block();
        Live[Next] = false;
      }
    }
  }
  void renumber() {
    PerBlock<BlockId> Order;
    Order.reserve(F.Blocks.size());
    PerBlock<uint8_t> State(F.Blocks.size()); // 1 open, 2 done
    struct Frame {
      BlockId Block = 0;
      llvm::SmallVector<BlockId, 4> Succs;
      size_t Next = 0;
    };
    llvm::SmallVector<Frame, 16> Stack;
    auto Open = [&](BlockId B) {
      State[B] = 1;
      Frame &Fr = Stack.emplace_back();
      Fr.Block = B;
      Block &X = F.Blocks[B];
      // Visited last comes first in the order: handlers after the normal way, the true side before the false one.
      for (const ir::Event &E : mayUnwind(X))
        if (E.Unwind != NoBlock)
          Fr.Succs.push_back(E.Unwind);
      for (BlockId S : llvm::reverse(X.Term.Succs))
        if (S != NoBlock)
          Fr.Succs.push_back(S);
    };
    Open(0);
    while (!Stack.empty()) {
      Frame &Top = Stack.back();
      if (Top.Next == Top.Succs.size()) {
        State[Top.Block] = 2;
        Order.push_back(Top.Block);
        Stack.pop_back();
        continue;
      }
      BlockId S = Top.Succs[Top.Next++];
      if (State[S] == 1)
        BackEdges.push_back({Top.Block, S});
      else if (State[S] == 0)
        Open(S);
    }
    std::reverse(Order.begin(), Order.end());
    PerBlock<BlockId> NewId(F.Blocks.size(), NoBlock);
    for (BlockId I = 0; I < Order.size(); ++I)
      NewId[Order[I]] = I;
    std::vector<Block> Blocks;
    Blocks.reserve(Order.size());
    std::vector<uint32_t> NewWork;
    NewWork.reserve(Order.size());
    for (BlockId Old : Order) {
      Block &B = F.Blocks[Old];
      for (BlockId &S : B.Term.Succs)
        if (S != NoBlock)
          S = NewId[S];
      for (ir::Event &E : mayUnwind(B))
        if (E.Unwind != NoBlock)
          E.Unwind = NewId[E.Unwind];
      NewWork.push_back(Work[Old]);
      Blocks.push_back(std::move(B));
    }
    for (auto &[From, To] : BackEdges)
      From = NewId[From], To = NewId[To];
    F.Blocks = std::move(Blocks);
    Work = std::move(NewWork);
  }
  void loops() {
    if (BackEdges.empty())
      return;
    std::vector<llvm::SmallVector<BlockId, 2>> Preds(F.Blocks.size());
    for (BlockId B = 0; B < F.Blocks.size(); ++B)
      for (BlockId S : F.Blocks[B].Term.Succs)
        if (S != NoBlock)
          Preds[S].push_back(B);
    llvm::sort(BackEdges, [](auto A, auto B) { return std::tie(A.second, A.first) < std::tie(B.second, B.first); });
    // Outer headers come first in reverse post-order, so inner loops overwrite Block::Loop and find their parent there.
    for (size_t I = 0; I < BackEdges.size();) {
      BlockId Header = BackEdges[I].second;
      llvm::DenseSet<BlockId> Body{Header};
      std::vector<BlockId> List;
      for (; I < BackEdges.size() && BackEdges[I].second == Header; ++I)
        if (Body.insert(BackEdges[I].first).second)
          List.push_back(BackEdges[I].first);
      for (size_t J = 0; J < List.size(); ++J)
        for (BlockId P : Preds[List[J]]) {
          // A block before the header means a loop entered past it (goto): its body is what comes after the header.
          if (P > Header && Body.insert(P).second)
            List.push_back(P);
        }
      ir::Loop L;
      L.Header = Header;
      L.Parent = F.Blocks[Header].Loop;
      const ir::Terminator &T = F.Blocks[Header].Term;
      L.Where = T.Where;
      if (T.Kind == TermKind::Branch) {
        const ir::Value &C = F.Values[T.Value];
        if (C.Kind == ir::ValueKind::Binary && C.Operator >= ir::Op::Ne && C.Operator <= ir::Op::Ge)
          L.Bound = C.B;
      }
      F.Loops.push_back(L);
      for (BlockId B : Body) {
        F.Loops.back().Work += Work[B];
        F.Blocks[B].Loop = F.Loops.size();
      }
    }
  }

  /// Most functions are small: no memory is asked for.
  template <typename T> using PerBlock = llvm::SmallVector<T, 32>;

  ir::Function &F;
  std::vector<uint32_t> Work;
  bool Unwinds = false;
  std::vector<std::pair<BlockId, BlockId>> BackEdges;
};
} // namespace

void finishGraph(ir::Function &F, std::vector<uint32_t> Work) { Graph(F, std::move(Work)).run(); }

} // namespace gilray::extract
