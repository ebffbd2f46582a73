// What a std::function, or a container of them, may hold.
//
//     std::function<void()> step = [list] { ... };   step();   each(step);
//     jobs_.push_back(std::move(job));   ...   job = std::move(jobs_.front());   job();
//
// What goes into a member or a global comes out of it, whichever object it is a member of; so a class of which the
// program declares several objects is not followed. A local variable or parameter that may hold something else, too,
// reaches nobody.
#ifndef GILRAY_LINK_CALLABLES_H
#define GILRAY_LINK_CALLABLES_H

#include "ir/Unit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"
#include <vector>

namespace gilray::link {

using llvm::StringRef;
using FnId = uint32_t;
class Program;

class CallableFlow {
public:
  explicit CallableFlow(const Program &P);

  struct Held {
    llvm::ArrayRef<FnId> Fns;
    bool Kept = false; ///< they come out of a member or a global: each of them was put there to be called
  };
  /// What the object that a path or address names may hold; nothing when that is not known.
  Held at(FnId In, ir::ValueId V) const;

private:
  using NodeId = uint32_t;
  static constexpr NodeId NoNode = ~0u;
  /// A variable, a temporary, a member, a global or the result of a function.
  struct Node {
    llvm::SmallVector<FnId, 1> Fns;
    llvm::SmallVector<NodeId, 2> To; ///< nodes that may hold whatever this one does
    StringRef Record;                ///< whose member it is
    bool Place = false;              ///< member or global: what else it may hold hides nothing
    bool Kept = false;               ///< what it holds came out of a place
    bool Unknown = false;            ///< may hold something else
    bool Filled = false;             ///< it is seen where its content comes from
    bool Blocked = false;            ///< a place whose objects are told apart, or that holds too much to follow
  };

  bool mentions(const ir::Unit &U, ir::TypeId T);
  void findFields();
  NodeId node(FnId In, ir::ValueId V);
  NodeId place(StringRef Record, StringRef Name);
  NodeId holder(FnId In, ir::ValueId V);
  NodeId existing(FnId In, ir::ValueId V) const;
  NodeId result(FnId F);
  FnId functor(FnId In, ir::TypeId T) const;
  void give(NodeId To, FnId F);
  void flow(NodeId From, NodeId To, bool Both);
  bool source(FnId In, ir::ValueId V, NodeId To, bool Both);
  bool functors(FnId In, const ir::Callee &C, NodeId To);
  void fill(FnId In, const ir::Event &E, unsigned First, NodeId To, bool Callable);
  void function(FnId F);
  void event(FnId In, const ir::Event &E);
  void call(FnId In, const ir::Event &E);
  void intoBody(FnId In, const ir::Event &E, FnId G);
  void library(FnId In, const ir::Event &E, const ir::Callee &C);
  void foreign(FnId In, const ir::Event &E, const ir::Callee &C);
  void captures(FnId F);
  void blockShared();
  using Counts = llvm::StringMap<unsigned>;
  void findObjects(const ir::Unit &U, ir::TypeId T, Counts &Count, llvm::SmallPtrSetImpl<Counts::value_type *> &Found,
                   unsigned Depth = 0) const;
  void propagate();

  const Program &P;
  std::vector<Node> Nodes;
  llvm::DenseMap<const ir::Unit *, std::vector<int8_t>> Mentions; ///< by type: 0 not asked, 1 yes, -1 no
  llvm::DenseMap<std::pair<FnId, ir::ValueId>, NodeId> Locals;    ///< value 0: the function's result
  llvm::StringMap<NodeId> Places;                                 ///< "Record.field", ".global"
  llvm::StringMap<bool> Fields;                                   ///< "Record.field": does its type mention callables?
  llvm::StringMap<llvm::SmallVector<std::pair<const ir::Unit *, ir::TypeId>, 1>> BasesOf;
  llvm::StringMap<FnId> Functors; ///< by record; NoFn: several
};

} // namespace gilray::link

#endif
