// Exceptions, which Clang's CFG leaves out: every call that may throw gets an edge to a chain of blocks that destroys
// the objects alive at that point in reverse order, up to the handler or out of the function.
//
//     gil_scoped_release r;  std::string s;        f() throws:  destroy s -> destroy r -> resume
//     f();
//
// What is alive is found by a forward dataflow over the finished blocks: an object that is destroyed somewhere in the
// function becomes alive where it is constructed (or where a call's result becomes it). Equal stacks of live objects
// share their chains.
#include "extract/FunctionBuilder.h"
#include <map>

namespace gilray::extract {

using namespace clang;
using ir::BlockId;
using ir::EventKind;
using ir::NoBlock;
using ir::TermKind;
using ir::ValueId;
using ir::ValueKind;

/// Marks an event's Unwind until the chains exist: index into Throwing.
static constexpr BlockId PendingUnwind = 1u << 31;

void FunctionBuilder::addHandlers(std::vector<const CFGBlock *> &Order, llvm::DenseSet<const CFGBlock *> &Seen) {
  if (!HasTry)
    return;
  // Without exception edges the blocks that choose a handler are reached by `throw` alone.
  auto Walk = [&](auto &&Self, const CFGBlock *B, std::vector<const CFGBlock *> &Post) -> void {
    if (!B || !Seen.insert(B).second)
      return;
    for (const CFGBlock::AdjacentBlock &S : B->succs())
      Self(Self, S.getReachableBlock(), Post);
    Post.push_back(B);
  };
  for (const CFGBlock *B : *Graph) {
    auto *Try = dyn_cast_or_null<CXXTryStmt>(B->getTerminatorStmt());
    if (!Try)
      continue;
    DispatchOf[Try] = B;
    std::vector<const CFGBlock *> Post;
    Walk(Walk, B, Post);
    Order.insert(Order.end(), Post.rbegin(), Post.rend());
  }
}

void FunctionBuilder::handlerEntry(const CXXCatchStmt *Catch) {
  const VarDecl *Var = Catch->getExceptionDecl();
  if (Var && Var->getDeclName())
    write(V.var(variable(Var)), 0, U.loc(Var->getLocation()));
}

void FunctionBuilder::dispatch(const CFGBlock &B, const CXXTryStmt *Try) {
  ir::Terminator &T = F.Blocks[Current].Term;
  T.Kind = TermKind::IndirectGoto; // which handler depends on the exception's type
  T.Where = U.loc(Try->getTryLoc());
  bool CatchAll = false;
  for (const CFGBlock::AdjacentBlock &S : B.succs()) {
    const CFGBlock *To = S.getReachableBlock();
    auto *Catch = To ? dyn_cast_or_null<CXXCatchStmt>(To->getLabel()) : nullptr;
    if (!Catch)
      continue; // the way out is built with the chains
    CatchAll |= !Catch->getExceptionDecl();
    T.Succs.push_back(IdOf[To->getBlockID()]);
  }
  if (!CatchAll)
    LeavesTryOrder.push_back(Try);
}

const Stmt *FunctionBuilder::lastThrow(const CFGBlock &B) const {
  for (const CFGElement &E : llvm::reverse(B))
    if (auto S = E.getAs<CFGStmt>(); S && isa<CXXThrowExpr>(S->getStmt()))
      return S->getStmt();
  return nullptr;
}

void FunctionBuilder::mayThrow(ir::Event &E, const Stmt *At) {
  if (!Ctx.getLangOpts().CXXExceptions || (E.Callee && U.U.Callees[E.Callee].NoThrow))
    return;
  const CXXTryStmt *Try = TryOf.lookup(At);
  if (F.NoThrow && !Try)
    return; // std::terminate
  E.Unwind = PendingUnwind + Throwing.size();
  Throwing.push_back(Try);
}

namespace {
/// A stack of live objects as a linked list; equal stacks are one node.
struct LiveStack {
  struct Node {
    int Parent = -1;
    unsigned Object = 0, Depth = 0;
  };
  std::vector<Node> Nodes;
  std::map<std::pair<int, unsigned>, int> Known;

  int push(int Top, unsigned Object) {
    for (int N = Top; N >= 0; N = Nodes[N].Parent)
      if (Nodes[N].Object == Object)
        return Top; // made again in a loop whose back edge skipped its end
    auto [It, New] = Known.try_emplace({Top, Object}, Nodes.size());
    if (New)
      Nodes.push_back({Top, Object, Top < 0 ? 1 : Nodes[Top].Depth + 1});
    return It->second;
  }
  int remove(int Top, unsigned Object) {
    if (Top < 0)
      return Top;
    Node N = Nodes[Top];
    if (N.Object == Object)
      return N.Parent;
    int Rest = remove(N.Parent, Object);
    return Rest == N.Parent ? Top : push(Rest, N.Object);
  }
  int common(int A, int B) const {
    while (A != B) {
      unsigned DepthA = A < 0 ? 0 : Nodes[A].Depth, DepthB = B < 0 ? 0 : Nodes[B].Depth;
      if (DepthA >= DepthB)
        A = Nodes[A].Parent;
      if (DepthB >= DepthA)
        B = Nodes[B].Parent;
    }
    return A;
  }
};
} // namespace

class FunctionBuilder::Unwinder {
public:
  explicit Unwinder(FunctionBuilder &B) : B(B), F(B.F) {}

  void run() {
    collect();
    flow();
    connect();
  }

private:
  struct Object {
    ir::Event Destroy;
    const CXXTryStmt *Try = nullptr; ///< innermost around its construction
  };
  static constexpr int Unreached = -2;

  /// Objects: everything that an implicit Destroy names by address, and the parts that a constructor builds.
  void collect() {
    for (const ir::Event &Undo : B.BuiltParts)
      if (ObjectOf.try_emplace(Undo.Args[0], Objects.size()).second)
        Objects.push_back({Undo, nullptr});
    for (const ir::Block &Block : F.Blocks)
      for (const ir::Event &E : Block.Events)
        if (E.Kind == EventKind::Destroy && E.Implicit && !E.Args.empty() && isLocal(E.Args[0]))
          if (ObjectOf.try_emplace(E.Args[0], Objects.size()).second) {
            Objects.push_back({E, B.ObjectTry.lookup(E.Args[0])});
            Objects.back().Destroy.Unwind = NoBlock;
          }
  }
  bool isLocal(ValueId Address) const {
    if (!B.V.is(Address, ValueKind::AddrOf))
      return B.V.is(Address, ValueKind::Var); // a temporary kept alive by a reference
    ValueId Path = B.V.get(Address).A;
    return B.V.is(Path, ValueKind::Var) || B.V.is(Path, ValueKind::Temp);
  }
  bool inside(const CXXTryStmt *X, const CXXTryStmt *Outer) const {
    for (; X; X = B.TryOf.lookup(X))
      if (X == Outer)
        return true;
    return false;
  }
  /// The objects of Stack that outlive Try's block.
  int below(int Stack, const CXXTryStmt *Try) const {
    while (Stack >= 0 && inside(Objects[Live.Nodes[Stack].Object].Try, Try))
      Stack = Live.Nodes[Stack].Parent;
    return Stack;
  }

  int after(int Stack, const ir::Event &E) {
    auto Begin = [&](ValueId Path) {
      if (!Path)
        return;
      // Looked up, not interned: no new values here.
      for (ValueId Address : {B.V.findAddrOf(Path), Path})
        if (auto It = ObjectOf.find(Address); Address && It != ObjectOf.end())
          Stack = Live.push(Stack, It->second);
    };
    switch (E.Kind) {
    case EventKind::Construct:
      if (auto It = E.Args.empty() ? ObjectOf.end() : ObjectOf.find(E.Args[0]); It != ObjectOf.end())
        Stack = Live.push(Stack, It->second);
      break;
    case EventKind::Call:
    case EventKind::Macro:
      Begin(E.Result);
      break;
    case EventKind::Assign:
    case EventKind::Write:
      Begin(B.V.root(E.Dst));
      break;
    case EventKind::Destroy:
      if (auto It = E.Args.empty() ? ObjectOf.end() : ObjectOf.find(E.Args[0]); It != ObjectOf.end())
        Stack = Live.remove(Stack, It->second);
      break;
    default:
      break;
    }
    return Stack;
  }

  void reach(BlockId To, int Stack, std::vector<BlockId> &List) {
    if (To == NoBlock)
      return;
    int &At = In[To];
    int Merged = At == Unreached ? Stack : Live.common(At, Stack);
    if (Merged == At)
      return;
    At = Merged;
    List.push_back(To);
  }
  BlockId dispatchBlock(const CXXTryStmt *Try) const {
    auto It = B.DispatchOf.find(Try);
    return It == B.DispatchOf.end() ? NoBlock : B.IdOf[It->second->getBlockID()];
  }
  void flow() {
    In.assign(F.Blocks.size(), Unreached);
    In[0] = -1;
    std::vector<BlockId> List{0};
    while (!List.empty()) {
      BlockId Id = List.back();
      List.pop_back();
      int Stack = In[Id];
      const ir::Block &Block = F.Blocks[Id];
      for (const ir::Event &E : Block.Events) {
        if (E.Unwind != NoBlock)
          if (const CXXTryStmt *Try = B.Throwing[E.Unwind - PendingUnwind])
            reach(dispatchBlock(Try), below(Stack, Try), List);
        Stack = after(Stack, E);
      }
      for (BlockId S : Block.Term.Succs)
        reach(S, Stack, List);
      if (Block.Term.Kind == TermKind::Throw)
        if (const CXXTryStmt *Try = B.ThrowTry.lookup(Id))
          reach(dispatchBlock(Try), below(Stack, Try), List);
      for (const CXXTryStmt *Try : B.LeavesTryOrder)
        if (dispatchBlock(Try) == Id)
          if (const CXXTryStmt *Outer = B.TryOf.lookup(Try))
            reach(dispatchBlock(Outer), below(Stack, Outer), List);
    }
  }

  BlockId newBlock() {
    F.Blocks.emplace_back();
    B.Work.push_back(0);
    return F.Blocks.size() - 1;
  }
  /// The first block of what happens to an exception thrown inside Try while Stack is alive.
  BlockId chain(int Stack, const CXXTryStmt *Try) {
    if (Stack < 0 || (Try && !inside(Objects[Live.Nodes[Stack].Object].Try, Try))) {
      if (Try)
        return dispatchBlock(Try);
      if (Out == NoBlock) {
        Out = newBlock();
        F.Blocks[Out].Term.Kind = F.NoThrow ? TermKind::Unreachable : TermKind::Resume;
        F.Blocks[Out].Term.Where = F.End;
      }
      return Out;
    }
    auto [It, New] = Chains.try_emplace({Stack, Try}, NoBlock);
    if (!New)
      return It->second;
    LiveStack::Node N = Live.Nodes[Stack];
    BlockId Next = chain(N.Parent, Try);
    BlockId Id = newBlock();
    ir::Block &Block = F.Blocks[Id];
    Block.Events.push_back(Objects[N.Object].Destroy);
    Block.Term.Kind = TermKind::Jump;
    Block.Term.Succs = {Next};
    return Chains[{Stack, Try}] = Id;
  }
  void connect() {
    size_t Count = F.Blocks.size();
    for (BlockId Id = 0; Id < Count; ++Id) {
      int Stack = In[Id];
      bool Reached = Stack != Unreached;
      for (size_t I = 0; I < F.Blocks[Id].Events.size(); ++I) {
        BlockId Pending = F.Blocks[Id].Events[I].Unwind;
        if (Pending != NoBlock) {
          BlockId To = Reached ? chain(Stack, B.Throwing[Pending - PendingUnwind]) : NoBlock;
          F.Blocks[Id].Events[I].Unwind = To;
        }
        if (Reached)
          Stack = after(Stack, F.Blocks[Id].Events[I]);
      }
      if (!Reached)
        continue;
      if (F.Blocks[Id].Term.Kind == TermKind::Throw) {
        BlockId To = chain(Stack, B.ThrowTry.lookup(Id));
        F.Blocks[Id].Term.Succs = {To};
      }
      for (const CXXTryStmt *Try : B.LeavesTryOrder)
        if (dispatchBlock(Try) == Id) {
          BlockId To = chain(Stack, B.TryOf.lookup(Try));
          F.Blocks[Id].Term.Succs.push_back(To);
        }
    }
  }

  FunctionBuilder &B;
  ir::Function &F;
  llvm::DenseMap<ValueId, unsigned> ObjectOf;
  std::vector<Object> Objects;
  LiveStack Live;
  std::vector<int> In;
  llvm::DenseMap<std::pair<int, const CXXTryStmt *>, BlockId> Chains; ///< looked up, never walked
  BlockId Out = NoBlock;
};

void FunctionBuilder::unwind() {
  if (!Throwing.empty() || HasThrow || !DispatchOf.empty())
    Unwinder(*this).run();
}

} // namespace gilray::extract
