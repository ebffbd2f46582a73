// Random units, see RandomUnit.h.
#include "RandomUnit.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <random>
#include <tuple>

namespace gilray::ir::test {
namespace {

class Generator {
public:
  explicit Generator(unsigned Seed) : Random(Seed) {}
  Unit run();

private:
  unsigned below(unsigned N) { return Random() % N; }
  bool chance(unsigned Percent) { return below(100) < Percent; }
  template <typename E> E any(E Last) { return static_cast<E>(below(static_cast<unsigned>(Last) + 1)); }
  int64_t integer() {
    static constexpr int64_t Edges[] = {0, 1, -1, 5, -500, INT64_MAX, INT64_MIN, INT32_MIN};
    return chance(70) ? Edges[below(std::size(Edges))] : static_cast<int64_t>(uint64_t(Random()) << 32 | Random());
  }
  StringRef string();
  StringRef name();
  Loc loc();
  TypeId type() { return chance(30) ? 0 : below(U.Types.size()); }
  CalleeId callee() { return below(U.Callees.size()); }
  FileId file() { return below(U.Files.size()); }
  template <typename T> T types(unsigned Max) {
    T Result;
    for (unsigned N = below(Max + 1); N; --N)
      Result.push_back(type());
    return Result;
  }
  std::vector<StringRef> strings() {
    std::vector<StringRef> Result;
    for (unsigned N = below(3); N; --N)
      Result.push_back(string());
    return Result;
  }
  void tables();
  Init init(unsigned Depth);
  Value value(const Function &F, ValueId Limit);
  ValueId use(const Function &F) { return below(F.Values.size()); }
  BlockId target(unsigned Blocks) { return chance(10) ? NoBlock : below(Blocks); }
  Block block(const Function &F, unsigned Blocks);
  Function function();

  std::mt19937 Random;
  Unit U;
};

StringRef Generator::string() {
  static constexpr StringRef Awkward[] = {"",         "a \"b\"", "back\\slash", "line\nbreak", {"nul\0in", 6},
                                          "\xff\xfe", "\t",      "//",          "{",           "ünicode"};
  if (chance(50))
    return U.intern(Awkward[below(std::size(Awkward))]);
  std::string S;
  for (unsigned N = below(12); N; --N)
    S += static_cast<char>(below(256));
  return U.intern(S);
}

StringRef Generator::name() {
  static constexpr llvm::StringLiteral Names[] = {"f",           "x",
                                                  "self",        "ns::Class::~Class",
                                                  "null",        "fn",
                                                  "at",          "unknown",
                                                  "b1",          "Foo::operator()",
                                                  "vector<int>", "as",
                                                  "none",        "via",
                                                  "var",         "loop",
                                                  "by",          "lambda",
                                                  "call",        "default",
                                                  "_x$1",        "::global"};
  return chance(85) ? U.intern(Names[below(std::size(Names))]) : string();
}

Loc Generator::loc() {
  Loc L;
  if (chance(20))
    return L;
  L.File = file();
  L.Line = below(1000);
  L.Col = below(100);
  if (chance(60)) {
    L.EndLine = chance(70) ? L.Line : below(1000);
    L.EndCol = below(100);
  }
  if (chance(30))
    L.Chain = below(U.MacroChains.size());
  return L;
}

void Generator::tables() {
  static constexpr llvm::StringLiteral Paths[] = {"/src/a.c", "/src/b/a.c", "/inc/Python.h", "/src/odd name.c", "a.c"};
  U.MainFile = U.intern(Paths[below(2)]);
  for (unsigned N = below(6); N; --N)
    U.Files.push_back({chance(80) ? U.intern(Paths[below(std::size(Paths))]) : string(), any(HeaderClass::Builtin)});
  for (unsigned N = below(4); N; --N) {
    std::vector<MacroStep> Chain;
    for (unsigned M = below(3); M; --M)
      Chain.push_back({name(), loc(), any(HeaderClass::Builtin)});
    U.MacroChains.push_back(std::move(Chain));
  }
  static constexpr llvm::StringLiteral Spellings[] = {
      "int",           "unsigned long",    "Conn *", "const char *const *", "x[10]", "struct Conn *",
      "void (*)(int)", "std::vector<int>", "#3",     "const  Conn *",       "?"};
  for (unsigned N = below(8), Total = N + 1; N; --N) {
    Type T;
    T.Kind = any(TypeKind::Record);
    T.Spelling = chance(90) ? U.intern(Spellings[below(std::size(Spellings))]) : string();
    T.Inner = below(U.Types.size());
    T.Record = name();
    for (unsigned A = below(3); A; --A)
      T.Args.push_back(below(Total));
    T.Extent = chance(20) ? below(9) : 0;
    T.Const = chance(30), T.Volatile = chance(30), T.Atomic = chance(30);
    U.Types.push_back(std::move(T));
  }
  for (unsigned N = below(5); N; --N) {
    Callee C;
    C.Name = name();
    C.Id = chance(50) ? C.Name : string();
    C.Header = file();
    C.Link = any(Linkage::External);
    C.Record = name();
    C.Result = type();
    C.Params = types<decltype(C.Params)>(3);
    C.TemplateArgs = types<decltype(C.TemplateArgs)>(2);
    C.NoReturn = chance(30), C.NoThrow = chance(30), C.Variadic = chance(30);
    C.ReturnsTwice = chance(30), C.Virtual = chance(30);
    U.Callees.push_back(std::move(C));
  }
  for (unsigned N = below(3); N; --N) {
    Record R{name(), name(), loc(), {}, types<std::vector<TypeId>>(2), chance(50), chance(50), string()};
    for (unsigned M = below(3); M; --M)
      R.Fields.push_back({name(), type(), chance(10) ? string() : StringRef()});
    U.Records.push_back(std::move(R));
  }
}

Init Generator::init(unsigned Depth) {
  Init I;
  I.Kind = any(Depth > 2 ? InitKind::Address : InitKind::List);
  if (chance(50))
    I.Field = name();
  if (chance(20))
    I.Spelling = name();
  I.SizeWritten = chance(20);
  I.Type = type();
  I.Where = loc();
  switch (I.Kind) {
  case InitKind::Int:
    I.Int = integer();
    break;
  case InitKind::String:
    I.Str = string();
    break;
  case InitKind::Address:
    I.Str = name();
    break;
  case InitKind::Function:
    I.Func = callee();
    break;
  case InitKind::List:
    for (unsigned N = below(3); N; --N)
      I.Elems.push_back(init(Depth + 1));
    break;
  case InitKind::Unknown:
  case InitKind::Null:
    break;
  }
  return I;
}

Value Generator::value(const Function &F, ValueId Limit) {
  Value V;
  V.Kind = any(ValueKind::Lambda);
  if (chance(15))
    V.Type = type();
  switch (V.Kind) {
  case ValueKind::Unknown:
  case ValueKind::Undef:
  case ValueKind::Null:
    break;
  case ValueKind::Int:
    V.Int = integer();
    V.Str = chance(30) ? name() : "";
    break;
  case ValueKind::String:
    V.Str = string();
    break;
  case ValueKind::Global:
    V.Str = name();
    break;
  case ValueKind::Var:
    if (F.Vars.empty())
      V.Kind = ValueKind::Undef;
    else
      V.Ref = below(F.Vars.size());
    break;
  case ValueKind::Function:
    V.Ref = callee();
    break;
  case ValueKind::Temp:
    V.Ref = below(5);
    break;
  case ValueKind::Deref:
  case ValueKind::AddrOf:
    V.A = below(Limit);
    break;
  case ValueKind::Field:
    V.A = below(Limit);
    V.Str = name();
    V.Rec = chance(60) ? name() : "";
    break;
  case ValueKind::Index:
    V.A = below(Limit);
    V.B = below(Limit);
    break;
  case ValueKind::Cast:
    V.A = below(Limit);
    V.Type = type();
    break;
  case ValueKind::Unary:
    V.A = below(Limit);
    V.Operator = static_cast<Op>(unsigned(Op::Not) + below(3));
    break;
  case ValueKind::Binary:
    V.A = below(Limit);
    V.B = below(Limit);
    V.Operator = static_cast<Op>(unsigned(Op::Eq) + below(unsigned(Op::Xor) - unsigned(Op::Eq) + 1));
    break;
  case ValueKind::Lambda:
    V.Ref = callee();
    V.B = below(F.Captures.size() + 1);
    break;
  }
  return V;
}

Block Generator::block(const Function &F, unsigned Blocks) {
  Block B;
  B.Loop = below(F.Loops.size() + 1);
  for (unsigned N = below(5); N; --N) {
    Event E;
    E.Kind = any(EventKind::Fork);
    E.Order = any(Ordering::SeqCst);
    E.Volatile = chance(20), E.Implicit = chance(20), E.Compound = chance(20);
    // Members that the kind does not use must survive as well.
    E.Callee = chance(60) ? callee() : 0;
    for (ValueId *V : {&E.Target, &E.Dst, &E.Src, &E.Result})
      *V = chance(50) ? use(F) : 0;
    for (unsigned M = below(4); M; --M)
      E.Args.push_back(use(F));
    E.Type = type();
    E.Unwind = target(Blocks);
    E.Where = loc();
    B.Events.push_back(std::move(E));
  }
  Terminator &T = B.Term;
  T.Kind = any(TermKind::IndirectGoto);
  T.Jump = any(JumpKind::EndOfFunction);
  T.Value = T.Kind != TermKind::Jump && chance(60) ? use(F) : 0;
  T.Where = loc();
  unsigned Succs = T.Kind == TermKind::Jump ? 1 : T.Kind == TermKind::Branch ? 2 : below(3);
  if (T.Kind == TermKind::Switch) {
    for (unsigned I = 0; I != Succs; ++I)
      T.Cases.push_back({integer(), integer()});
    ++Succs;
  }
  for (unsigned I = 0; I != Succs; ++I)
    T.Succs.push_back(target(Blocks));
  return B;
}

Function Generator::function() {
  Function F;
  F.Name = name();
  F.Id = chance(50) ? F.Name : string();
  F.Kind = any(FunctionKind::GlobalDestructor);
  F.Link = any(Linkage::External);
  F.Body = any(BodyState::Coroutine);
  F.NoReturn = chance(30), F.NoThrow = chance(30), F.Virtual = chance(30);
  F.Record = name();
  F.Header = file();
  F.Result = type();
  F.Where = loc(), F.End = loc();
  F.Overrides = strings();
  for (unsigned N = below(6); N; --N)
    F.Vars.push_back({name(), type(), loc()});
  F.NumParams = below(F.Vars.size() + 1);
  unsigned Captures = below(3);
  F.Captures.resize(Captures);
  for (ValueId I = 1, N = below(40); I < N; ++I)
    F.Values.push_back(value(F, std::min(I, 10u)));
  for (auto &List : F.Captures)
    for (unsigned N = below(3); N; --N)
      List.push_back({name(), use(F), type(), chance(50)});
  unsigned Blocks = below(6);
  for (unsigned I = 0, N = Blocks ? below(4) : 0; I != N; ++I)
    F.Loops.push_back({below(Blocks), below(I + 1), use(F), below(3), loc()});
  for (unsigned I = 0; I != Blocks; ++I)
    F.Blocks.push_back(block(F, Blocks));
  return F;
}

Unit Generator::run() {
  U.FlagsHash = chance(50) ? uint64_t(Random()) << 32 | Random() : 0;
  U.Facts = {any(Language::Cxx), chance(50) ? 0x030d00f0u : 0, chance(50) ? 0x03090000u : 0, chance(50), chance(50),
             chance(20)};
  tables();
  for (unsigned N = below(4); N; --N) {
    Global G;
    G.Name = name();
    G.Id = chance(50) ? G.Name : string();
    G.Type = type();
    G.Link = any(Linkage::External);
    G.ThreadLocal = chance(30), G.Definition = chance(50), G.DynamicInit = chance(30);
    G.Owner = string();
    G.GuardedBy = chance(10) ? string() : StringRef();
    G.Where = loc();
    G.Value = init(0);
    U.Globals.push_back(std::move(G));
  }
  for (unsigned N = below(3); N; --N) {
    TopLevelMacro &M = U.TopLevelMacros.emplace_back();
    M.Name = name();
    for (unsigned A = below(3); A; --A)
      M.Args.push_back({string(), loc()});
    M.Body = string();
    M.Where = loc();
  }
  for (unsigned N = below(3); N; --N)
    U.PPGroups.push_back({string(), chance(50), below(U.PPGroups.size() + 1), loc(), strings()});
  for (unsigned N = below(3); N; --N)
    U.Suppressions.push_back({any(SuppressionKind::End), strings(), loc()});
  for (unsigned N = below(3); N; --N)
    U.Issues.push_back({string(), chance(50), loc()});
  for (FileId Id = 0; Id != U.Files.size(); ++Id)
    for (unsigned N = below(3), Line = 0; N; --N)
      U.LineMap.push_back({Id, Line += 1 + below(9), file(), below(50), chance(50)});
  for (unsigned N = below(4); N; --N)
    U.Functions.push_back(function());
  return std::move(U);
}

class Renumbering {
public:
  explicit Renumbering(Function &F) : F(F), Old(std::move(F.Values)) { F.Values.resize(1); }
  void run() {
    for (auto &List : F.Captures)
      for (Capture &C : List)
        move(C.From);
    for (Loop &L : F.Loops)
      move(L.Bound);
    for (Block &B : F.Blocks) {
      for (Event &E : B.Events) {
        for (ValueId *V : {&E.Target, &E.Dst, &E.Src, &E.Result})
          move(*V);
        for (ValueId &V : E.Args)
          move(V);
      }
      move(B.Term.Value);
    }
  }

private:
  void move(ValueId &Id) {
    Value V = Old[Id];
    if (V.Kind == ValueKind::Unknown && !V.Type) {
      Id = 0;
      return;
    }
    move(V.A);
    if (V.Kind != ValueKind::Lambda)
      move(V.B);
    auto [It, New] =
        Ids.try_emplace({V.Kind, V.Operator, V.A, V.B, V.Ref, V.Type, V.Int, V.Str, V.Rec}, F.Values.size());
    if (New)
      F.Values.push_back(V);
    Id = It->second;
  }

  Function &F;
  std::vector<Value> Old;
  std::map<std::tuple<ValueKind, Op, ValueId, ValueId, uint32_t, TypeId, int64_t, StringRef, StringRef>, ValueId> Ids;
};

} // namespace

Unit randomUnit(unsigned Seed) { return Generator(Seed).run(); }

void renumberValues(Unit &U) {
  for (Function &F : U.Functions)
    Renumbering(F).run();
}

} // namespace gilray::ir::test
