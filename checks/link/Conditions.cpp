#include "link/Conditions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::link {

using Known = std::optional<int64_t>;

namespace {

/// Macros that come with a version of Python's headers.
struct SinceMacro {
  StringRef Name;
  uint32_t Since;
  int64_t Value;
};
constexpr SinceMacro Versioned[] = {
    {"Py_mod_create", 0x03050000, 1},
    {"Py_mod_exec", 0x03050000, 2},
    {"Py_mod_multiple_interpreters", 0x030C0000, 3},
    {"Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED", 0x030C0000, 0},
    {"Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED", 0x030C0000, 1},
    {"Py_MOD_PER_INTERPRETER_GIL_SUPPORTED", 0x030C0000, 2},
    {"Py_mod_gil", 0x030D0000, 4},
    {"Py_MOD_GIL_USED", 0x030D0000, 0},
    {"Py_MOD_GIL_NOT_USED", 0x030D0000, 1},
    {"Py_mod_abi", 0x030F0000, 109},
};
/// Other implementations of Python: never defined by CPython's headers.
constexpr StringRef NeverDefined[] = {"PYPY_VERSION", "PYPY_VERSION_NUM", "GRAALVM_PYTHON"};

/// Reads an expression of the preprocessor. Unknown macros have no value; an operator whose result does not depend on
/// them has one all the same: 0 && X.
class Reader {
public:
  Reader(StringRef Text, const PythonBuild &For) : Rest(Text), For(For) { next(); }

  Known whole() {
    Known V = binary(0);
    return Broken || !Token.empty() ? std::nullopt : V;
  }

private:
  void next() {
    Rest = Rest.ltrim();
    if (Rest.empty()) {
      Token = "";
      return;
    }
    size_t N = 1;
    if (llvm::isAlnum(Rest[0]) || Rest[0] == '_')
      while (N < Rest.size() && (llvm::isAlnum(Rest[N]) || Rest[N] == '_'))
        ++N;
    else
      for (StringRef Two : {"&&", "||", "==", "!=", "<=", ">=", "<<", ">>"})
        if (Rest.starts_with(Two))
          N = 2;
    Token = Rest.take_front(N);
    Rest = Rest.drop_front(N);
  }
  bool take(StringRef T) {
    if (Token != T)
      return false;
    next();
    return true;
  }

  static int precedence(StringRef Op) {
    static constexpr std::pair<StringRef, int> Table[] = {
        {"||", 1}, {"&&", 2}, {"|", 3},  {"^", 4},  {"&", 5}, {"==", 6}, {"!=", 6}, {"<", 7},  {">", 7},
        {"<=", 7}, {">=", 7}, {"<<", 8}, {">>", 8}, {"+", 9}, {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10}};
    for (auto &[Name, Level] : Table)
      if (Name == Op)
        return Level;
    return 0;
  }

  static Known apply(StringRef Op, Known A, Known B) {
    if (Op == "||") {
      if ((A && *A) || (B && *B))
        return 1;
      return A && B ? Known(0) : std::nullopt;
    }
    if (Op == "&&") {
      if ((A && !*A) || (B && !*B))
        return 0;
      return A && B ? Known(1) : std::nullopt;
    }
    if (!A || !B)
      return std::nullopt;
    const int64_t X = *A, Y = *B;
    if (Op == "==")
      return X == Y;
    if (Op == "!=")
      return X != Y;
    if (Op == "<")
      return X < Y;
    if (Op == ">")
      return X > Y;
    if (Op == "<=")
      return X <= Y;
    if (Op == ">=")
      return X >= Y;
    if (Op == "|")
      return X | Y;
    if (Op == "&")
      return X & Y;
    if (Op == "^")
      return X ^ Y;
    if ((Op == "<<" || Op == ">>") && Y >= 0 && Y < 32 && X >= 0)
      return Op == "<<" ? X << Y : X >> Y;
    if (Op == "+")
      return X + Y;
    if (Op == "-")
      return X - Y;
    return std::nullopt;
  }

  Known binary(int Least) {
    Known Left = unary();
    while (int Level = precedence(Token)) {
      if (Level <= Least)
        break;
      StringRef Op = Token;
      next();
      Left = apply(Op, Left, binary(Level));
    }
    return Left;
  }

  Known unary() {
    if (++Depth > 200)
      Broken = true;
    if (Broken || Token.empty()) {
      Broken = true;
      return std::nullopt;
    }
    Known V;
    if (take("!")) {
      V = unary();
      V = V ? Known(!*V) : std::nullopt;
    } else if (take("-")) {
      V = unary();
      V = V ? Known(-*V) : std::nullopt;
    } else if (take("+")) {
      V = unary();
    } else if (take("(")) {
      V = binary(0);
      if (!take(")"))
        Broken = true;
    } else if (take("defined")) {
      bool Paren = take("(");
      V = definedness(Token);
      next();
      if (Paren && !take(")"))
        Broken = true;
    } else {
      V = primary();
    }
    --Depth;
    return V;
  }

  Known primary() {
    StringRef T = Token;
    next();
    if (llvm::isDigit(T[0])) {
      uint64_t N;
      return T.rtrim("uUlL").getAsInteger(0, N) ? std::nullopt : Known(int64_t(N));
    }
    if (!llvm::isAlpha(T[0]) && T[0] != '_') {
      Broken = true;
      return std::nullopt;
    }
    if (take("(")) { // a function-like macro: of those only the one that packs versions is known
      llvm::SmallVector<Known, 4> Args;
      if (!take(")")) {
        do
          Args.push_back(binary(0));
        while (!Broken && take(","));
        if (!take(")"))
          Broken = true;
      }
      if ((T == "Py_PACK_VERSION" || T == "_Py_PACK_VERSION") && Args.size() == 2 && Args[0] && Args[1])
        return *Args[0] << 24 | *Args[1] << 16;
      return std::nullopt;
    }
    return value(T);
  }

  Known value(StringRef Name) const {
    if (Name == "PY_VERSION_HEX")
      return For.Hex;
    if (Name == "PY_MAJOR_VERSION")
      return For.Hex >> 24;
    if (Name == "PY_MINOR_VERSION")
      return For.Hex >> 16 & 0xFF;
    if (Name == "Py_GIL_DISABLED")
      return For.NoGil;
    if (Name == "Py_LIMITED_API")
      return For.Limited;
    for (const SinceMacro &M : Versioned)
      if (M.Name == Name)
        return available(M) ? M.Value : 0;
    if (llvm::is_contained(NeverDefined, Name))
      return 0;
    return std::nullopt;
  }
  Known definedness(StringRef Name) const {
    if (Name == "PY_VERSION_HEX" || Name == "PY_MAJOR_VERSION" || Name == "PY_MINOR_VERSION")
      return 1;
    if (Name == "Py_GIL_DISABLED")
      return For.NoGil;
    if (Name == "Py_LIMITED_API")
      return For.Limited != 0;
    for (const SinceMacro &M : Versioned)
      if (M.Name == Name)
        return available(M);
    if (llvm::is_contained(NeverDefined, Name))
      return 0;
    return std::nullopt;
  }
  bool available(const SinceMacro &M) const { return For.Hex >= M.Since && (!For.Limited || For.Limited >= M.Since); }

  StringRef Rest, Token;
  const PythonBuild &For;
  unsigned Depth = 0;
  bool Broken = false;
};

std::optional<bool> both(std::optional<bool> A, std::optional<bool> B) {
  if ((A && !*A) || (B && !*B))
    return false;
  return A && B ? std::optional(true) : std::nullopt;
}

/// The group's own condition, given that those before it of the same #if do not hold.
std::optional<bool> alone(const ir::Unit &U, const ir::PPGroup &G, const PythonBuild &For) {
  std::optional<bool> V = G.Condition.empty() ? std::optional(true) : holds(G.Condition, For);
  const ir::PPGroup *Before = &G;
  for (unsigned I = 0; Before->Previous && I < 64; ++I) {
    Before = &U.PPGroups[Before->Previous - 1];
    std::optional<bool> Other = holds(Before->Condition, For);
    V = both(V, Other ? std::optional(!*Other) : std::nullopt);
  }
  return V;
}

} // namespace

std::optional<bool> holds(StringRef Condition, const PythonBuild &For) {
  if (Condition.trim().empty())
    return std::nullopt;
  Known V = Reader(Condition, For).whole();
  return V ? std::optional(*V != 0) : std::nullopt;
}

bool contains(const ir::Loc &Outer, const ir::Loc &Inner) {
  if (!Outer.valid() || Outer.File != Inner.File || !Outer.EndLine)
    return false;
  const uint32_t InnerEnd = Inner.EndLine ? Inner.EndLine : Inner.Line;
  return Outer.Line <= Inner.Line && InnerEnd <= Outer.EndLine;
}

static void forEachAround(const ir::Unit &U, const ir::PPGroup &G,
                          llvm::function_ref<void(const ir::PPGroup &)> Visit) {
  for (const ir::PPGroup &Around : U.PPGroups)
    if (&Around != &G && Around.Where != G.Where && contains(Around.Where, G.Where))
      Visit(Around);
}

std::optional<bool> compiles(const ir::Unit &U, const ir::PPGroup &G, const PythonBuild &For) {
  std::optional<bool> V = alone(U, G, For);
  forEachAround(U, G, [&](const ir::PPGroup &Around) { V = both(V, alone(U, Around, For)); });
  return V;
}

const ir::PPGroup *difference(const ir::Unit &U, const PythonBuild &A, const PythonBuild &B,
                              llvm::function_ref<bool(const ir::PPGroup &)> Ignore) {
  // Reading a condition costs more than all else here; most are the same in both builds.
  llvm::SmallVector<std::optional<bool>, 0> InA, InB;
  for (const ir::PPGroup &G : U.PPGroups) {
    InA.push_back(alone(U, G, A));
    InB.push_back(alone(U, G, B));
  }
  if (InA == InB)
    return nullptr;
  auto Compiles = [&](const ir::PPGroup &G, llvm::ArrayRef<std::optional<bool>> Alone) {
    std::optional<bool> V = Alone[&G - U.PPGroups.data()];
    forEachAround(U, G, [&](const ir::PPGroup &Around) { V = both(V, Alone[&Around - U.PPGroups.data()]); });
    return V;
  };
  for (const ir::PPGroup &G : U.PPGroups)
    if (!Ignore(G) && Compiles(G, InA) != Compiles(G, InB))
      return &G;
  return nullptr;
}

const ir::PPGroup *innermost(const ir::Unit &U, const ir::Loc &Where) {
  const ir::PPGroup *Best = nullptr;
  for (const ir::PPGroup &G : U.PPGroups)
    if (contains(G.Where, Where) && (!Best || contains(Best->Where, G.Where)))
      Best = &G;
  return Best;
}

} // namespace gilray::link
