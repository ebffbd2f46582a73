#include "ownership/EarlyReleases.h"
#include "ir/Values.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::ownership {

using ir::EventKind;
using ir::ValueKind;

namespace {

class Search {
public:
  Search(const Ownership &O, const Fields &Fs) : O(O), Fs(Fs), P(O.program()), Infos(O.results().engine().infos()) {}
  std::vector<EarlyRelease> run();

private:
  struct OfField {
    EventRef Stored;
    std::vector<EventRef> Reads; ///< the first of each function
  };
  const ir::Function &fn(EventRef At) const { return P.fn(At.Fn); }
  ValueId field(EventRef At, ValueId V) const;
  std::string nameOf(EventRef At, ValueId Path) const;
  bool isAnything(EventRef At, ValueId V) const;
  bool isChecked(FnId Id, const Provenance &X) const;
  void reads(EventRef At, ValueId V);
  void collect(EventRef At, const ir::Event &E);
  bool givesUp(EventRef At, const ir::Event &E) const;
  EventRef replaced(EventRef At, ValueId Path) const;

  const Ownership &O;
  const Fields &Fs;
  const link::Program &P;
  const flow::FunctionInfos &Infos;
  llvm::StringMap<OfField> Known; ///< the fields of which one is given up early
};

} // namespace

/// self->hook, of a Python object; 0: something else.
ValueId Search::field(EventRef At, ValueId V) const {
  V = withoutCasts(fn(At), V);
  const ir::Value &X = fn(At).Values[V];
  const ir::Record *R = X.Kind == ValueKind::Field ? P.record(X.Rec) : nullptr;
  return R && R->PythonObject ? V : 0;
}

std::string Search::nameOf(EventRef At, ValueId Path) const {
  const ir::Value &X = fn(At).Values[Path];
  return (X.Rec + "." + X.Str).str();
}

/// PyLong_Check(v): then it is of a type whose finaliser runs nothing. What is callable, or a sequence, may be
/// anything.
bool Search::isChecked(FnId Id, const Provenance &X) const {
  const ir::Function &F = P.fn(Id);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      const api::Entry *A = Infos[Id].Targets[B][I].Api;
      if (!A || !A->Pure || E.Args.empty() || P.model().says(api::Naming::LeavesTypeOpen, A->Name))
        continue;
      for (const Provenance &Asked : O.of({Id, B, I}, E.Args[0]))
        if (Asked.From == X.From && Asked.At == X.At && Asked.Param == X.Param && Asked.Of == X.Of)
          return true;
    }
  return false;
}

/// What Python code hands in, of whatever type.
bool Search::isAnything(EventRef At, ValueId V) const {
  V = withoutCasts(fn(At), V);
  for (const Provenance &X : O.of(At, V)) {
    if (X.From != Origin::Argument || X.Pointer || (X.Format && X.Format != 'O') || (!X.Api && X.Param == 0))
      continue; // parameter 0 is the object itself, of the module's own type
    bool Typed = X.Api && llvm::any_of(P.event(X.At).Args, [&](ValueId A) { // "O!"
                   const ir::Value &Format = fn(X.At).Values[A];
                   return Format.Kind == ValueKind::String && (Format.Str.contains("O!") || Format.Str.contains("O&"));
                 });
    if (!Typed && !isChecked(At.Fn, X) && !isChecked(X.At.Fn, X))
      return true;
  }
  return false;
}

void Search::reads(EventRef At, ValueId V) {
  const ir::Value &X = fn(At).Values[V];
  if (ValueId Path = field(At, V)) {
    auto It = Known.find(nameOf(At, Path));
    if (It != Known.end() && (It->second.Reads.empty() || It->second.Reads.back().Fn != At.Fn))
      It->second.Reads.push_back(At);
  }
  if (X.A)
    reads(At, X.A);
  if (X.B && X.Kind != ValueKind::Lambda)
    reads(At, X.B);
}

void Search::collect(EventRef At, const ir::Event &E) {
  bool Running = Fs.running(At.Fn) != link::NoFn;
  if (E.Kind == EventKind::Write || E.Kind == EventKind::Assign || E.Kind == EventKind::Read) {
    if (E.Src && Running)
      reads(At, E.Src);
    if (ValueId Path = E.Kind == EventKind::Write ? field(At, E.Dst) : 0) {
      auto It = Known.find(nameOf(At, Path));
      if (It != Known.end() && !It->second.Stored.valid() && isAnything(At, E.Src))
        It->second.Stored = At;
    }
    return;
  }
  if (Running && !givesUp(At, E))
    for (ValueId A : E.Args)
      reads(At, A);
}

/// Py_DECREF(self->hook), which stays as it is.
bool Search::givesUp(EventRef At, const ir::Event &E) const {
  if ((E.Kind != EventKind::Call && E.Kind != EventKind::Macro) || E.Args.size() != 1)
    return false;
  const api::Entry *A = Infos[At.Fn].Targets[At.Block][At.Index].Api;
  return A && A->Home == ir::HeaderClass::Python && (A->Steals & 1) && A->OutArg < 0 &&
         A->RunsPython >= api::Degree::Likely && field(At, E.Args[0]);
}

/// The store into the same field that follows, with no decision in between.
EventRef Search::replaced(EventRef At, ValueId Path) const {
  const ir::Function &F = fn(At);
  ir::BlockId Block = At.Block;
  uint32_t First = At.Index + 1;
  for (unsigned Blocks = 0; Blocks < 4; ++Blocks) {
    const ir::Block &B = F.Blocks[Block];
    for (uint32_t I = First; I < B.Events.size(); ++I) {
      EventRef Here{At.Fn, Block, I};
      if (const ir::Event &E = B.Events[I]; E.Kind == EventKind::Write && field(Here, E.Dst))
        if (nameOf(Here, E.Dst) == nameOf(At, Path))
          return E.Dst == Path ? Here : EventRef();
    }
    if (B.Term.Succs.size() != 1 || B.Term.Succs[0] == ir::NoBlock)
      return {};
    Block = B.Term.Succs[0];
    First = 0;
  }
  return {};
}

std::vector<EarlyRelease> Search::run() {
  auto ForEach = [&](llvm::function_ref<void(EventRef, const ir::Event &)> Visit) {
    for (FnId Id = 0; Id < P.functions().size(); ++Id)
      for (ir::BlockId B = 0; B < P.fn(Id).Blocks.size(); ++B)
        for (uint32_t I = 0; I < P.fn(Id).Blocks[B].Events.size(); ++I)
          Visit({Id, B, I}, P.fn(Id).Blocks[B].Events[I]);
  };
  // Few places do that, and what is known of a field costs a look at all that uses it.
  std::vector<std::pair<EventRef, EventRef>> Found;
  ForEach([&](EventRef At, const ir::Event &E) {
    if (!givesUp(At, E) || Fs.running(At.Fn) == link::NoFn)
      return;
    ValueId Path = field(At, E.Args[0]);
    if (EventRef To = replaced(At, Path); To.valid()) {
      Found.push_back({At, To});
      Known.try_emplace(nameOf(At, Path));
    }
  });
  if (Found.empty())
    return {};
  ForEach([&](EventRef At, const ir::Event &E) { collect(At, E); });
  std::vector<EarlyRelease> Out;
  for (auto [At, To] : Found) {
    const ir::Event &E = P.event(At);
    ValueId Path = field(At, E.Args[0]);
    const OfField &Of = Known[nameOf(At, Path)];
    // Best a function that Python code calls itself.
    FnId Here = At.Fn;
    auto Reader = llvm::find_if(Of.Reads, [&](EventRef R) { return R.Fn != Here && Fs.running(R.Fn) == R.Fn; });
    if (Reader == Of.Reads.end())
      Reader = llvm::find_if(Of.Reads, [&](EventRef R) { return R.Fn != Here; });
    if (!Of.Stored.valid() || Reader == Of.Reads.end())
      continue;
    const ir::Value &Object = fn(At).Values[fn(At).Values[Path].A];
    if (Object.Kind != ValueKind::Deref || O.exposure(At, Object.A) != Exposure::Others)
      continue;
    Out.push_back({At, To, Of.Stored, *Reader, Path});
  }
  return Out;
}

std::vector<EarlyRelease> earlyReleases(const Ownership &O, const Fields &Fs) { return Search(O, Fs).run(); }

} // namespace gilray::ownership
