// The invariants of Unit.h, as far as they are about memory safety and termination.
#include "ir/Validate.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

namespace gilray::ir {
namespace {

/// Values are printed as trees; sharing could make a small table an endless tree.
constexpr uint64_t MaxTreeSize = 1 << 20;

class Validator {
public:
  explicit Validator(const Unit &U) : U(U) {}
  std::optional<std::string> run();

private:
  void require(bool Holds, const char *What) {
    if (!Holds && !Defect)
      Defect = Where + What;
  }
  void loc(const Loc &L) {
    require(L.File < U.Files.size(), "a place in a file that is not listed");
    require(L.Chain < U.MacroChains.size(), "a place with a macro chain that is not listed");
  }
  void type(TypeId T) { require(T < U.Types.size(), "a type that is not listed"); }
  void types(llvm::ArrayRef<TypeId> List) {
    llvm::for_each(List, [&](TypeId T) { type(T); });
  }
  void file(FileId F) { require(F < U.Files.size(), "a file that is not listed"); }
  void callee(CalleeId C) { require(C < U.Callees.size(), "a callee that is not listed"); }
  void value(ValueId V) { require(V < F->Values.size(), "a value that is not listed"); }
  void target(BlockId B) { require(B == NoBlock || B < F->Blocks.size(), "a jump to a block that does not exist"); }

  void tables();
  void init(const Init &I, unsigned Depth);
  void function(const Function &Fn);
  void values();
  void block(const Block &B);
  void loops();
  void lineMap();

  const Unit &U;
  const Function *F = nullptr;
  std::string Where;
  std::optional<std::string> Defect;
};

void Validator::tables() {
  bool HaveZero = !U.Files.empty() && !U.MacroChains.empty() && !U.Types.empty() && !U.Callees.empty();
  require(HaveZero, "a table without its entry 0");
  for (const auto &Chain : U.MacroChains)
    for (const MacroStep &S : Chain)
      loc(S.Defined);
  for (const Type &T : U.Types) {
    type(T.Inner);
    types(T.Args);
  }
  if (Defect)
    return;
  for (const Type &T : U.Types) {
    size_t Steps = 0;
    for (TypeId I = T.Inner; I && Steps <= U.Types.size(); I = U.Types[I].Inner)
      ++Steps;
    require(Steps <= U.Types.size(), "a type that is its own pointee");
    if (Defect)
      return;
  }
  for (const Record &R : U.Records) {
    loc(R.Where);
    types(R.Bases);
    for (const Field &Fd : R.Fields)
      type(Fd.Type);
  }
  for (const Callee &C : U.Callees) {
    file(C.Header);
    type(C.Result);
    types(C.Params);
    types(C.TemplateArgs);
  }
}

void Validator::init(const Init &I, unsigned Depth) {
  require(Depth < MaxValueDepth, "an initialiser that is nested too deeply");
  if (Defect)
    return;
  callee(I.Func);
  type(I.Type);
  loc(I.Where);
  for (const Init &E : I.Elems)
    init(E, Depth + 1);
}

void Validator::values() {
  require(!F->Values.empty() && F->Values[0].Kind == ValueKind::Unknown, "a value 0 that is not the unknown value");
  std::vector<uint64_t> Size(F->Values.size(), 1);
  std::vector<unsigned> Depth(F->Values.size(), 1);
  for (ValueId I = 1; I < F->Values.size() && !Defect; ++I) {
    const Value &V = F->Values[I];
    type(V.Type);
    bool Lambda = V.Kind == ValueKind::Lambda;
    require(V.A < I && (Lambda || V.B < I), "a value that stands before its operands");
    if (Defect)
      return;
    if (Lambda)
      require(V.B <= F->Captures.size(), "a lambda without its captures");
    if (Lambda || V.Kind == ValueKind::Function)
      callee(V.Ref);
    if (V.Kind == ValueKind::Var)
      require(V.Ref < F->Vars.size(), "a variable that is not listed");
    if (V.Kind == ValueKind::Unary)
      require(V.Operator >= Op::Not && V.Operator <= Op::BitNot, "an operator that is not unary");
    if (V.Kind == ValueKind::Binary)
      require(V.Operator >= Op::Eq && V.Operator <= Op::Xor, "an operator that is not binary");
    ValueId B = Lambda ? 0 : V.B;
    Size[I] = 1 + Size[V.A] + Size[B];
    Depth[I] = 1 + std::max(Depth[V.A], Depth[B]);
    require(Size[I] <= MaxTreeSize, "an expression that is too large");
    require(Depth[I] <= MaxValueDepth, "an expression that is nested too deeply");
  }
}

void Validator::block(const Block &B) {
  require(B.Loop <= F->Loops.size(), "a loop that is not listed");
  for (const Event &E : B.Events) {
    callee(E.Callee);
    type(E.Type);
    target(E.Unwind);
    loc(E.Where);
    for (ValueId V : {E.Target, E.Dst, E.Src, E.Result})
      value(V);
    llvm::for_each(E.Args, [&](ValueId V) { value(V); });
  }
  const Terminator &T = B.Term;
  value(T.Value);
  loc(T.Where);
  llvm::for_each(T.Succs, [&](BlockId S) { target(S); });
  if (T.Kind == TermKind::Jump)
    require(T.Succs.size() == 1 && !T.Value, "a jump without its one successor, or with a value");
  if (T.Kind == TermKind::Branch)
    require(T.Succs.size() == 2, "a branch without its two successors");
  if (T.Kind == TermKind::Switch)
    require(T.Succs.size() == T.Cases.size() + 1, "a switch whose cases and successors do not match");
  else
    require(T.Cases.empty(), "cases without a switch");
}

void Validator::loops() {
  for (const Loop &L : F->Loops) {
    require(L.Header < F->Blocks.size(), "a loop whose header does not exist");
    require(L.Parent <= F->Loops.size(), "a loop that is not listed");
    value(L.Bound);
    loc(L.Where);
  }
  if (Defect)
    return;
  for (const Loop &L : F->Loops) {
    size_t Steps = 0;
    for (uint32_t P = L.Parent; P && Steps <= F->Loops.size(); P = F->Loops[P - 1].Parent)
      ++Steps;
    require(Steps <= F->Loops.size(), "a loop that encloses itself");
    if (Defect)
      return;
  }
}

void Validator::function(const Function &Fn) {
  F = &Fn;
  Where = "function " + Fn.Name.str() + ": ";
  file(Fn.Header);
  type(Fn.Result);
  loc(Fn.Where);
  loc(Fn.End);
  require(Fn.NumParams <= Fn.Vars.size(), "more parameters than variables");
  for (const Var &V : Fn.Vars) {
    type(V.Type);
    loc(V.Where);
  }
  values();
  for (const auto &List : Fn.Captures)
    for (const Capture &C : List) {
      value(C.From);
      type(C.Type);
    }
  for (const Block &B : Fn.Blocks)
    block(B);
  loops();
}

void Validator::lineMap() {
  for (size_t I = 0; I < U.LineMap.size(); ++I) {
    const LineMapping &M = U.LineMap[I];
    file(M.File);
    file(M.Source);
    require(I == 0 || std::pair(U.LineMap[I - 1].File, U.LineMap[I - 1].Line) < std::pair(M.File, M.Line),
            "mapped lines that are not in order");
  }
}

std::optional<std::string> Validator::run() {
  tables();
  for (const Global &G : U.Globals) {
    type(G.Type);
    loc(G.Where);
    init(G.Value, 0);
  }
  for (const TopLevelMacro &M : U.TopLevelMacros) {
    loc(M.Where);
    for (const MacroArg &A : M.Args)
      loc(A.Where);
  }
  for (size_t I = 0; I < U.PPGroups.size(); ++I) {
    loc(U.PPGroups[I].Where);
    require(U.PPGroups[I].Previous <= I, "a group that stands before the one it continues");
  }
  lineMap();
  for (const Suppression &S : U.Suppressions)
    loc(S.Where);
  for (const ParseIssue &I : U.Issues)
    loc(I.Where);
  for (const Function &Fn : U.Functions) {
    function(Fn);
    if (Defect)
      break;
  }
  return Defect;
}

} // namespace

std::optional<std::string> findDefect(const Unit &U) { return Validator(U).run(); }

} // namespace gilray::ir
