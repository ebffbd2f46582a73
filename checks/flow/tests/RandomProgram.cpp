// Generation and printing of random programs.
#include "flow/tests/RandomProgram.h"

namespace gilray::test {
namespace {

constexpr unsigned NumVars = 3, NumSaved = 2;

class Generator {
public:
  Generator(uint32_t Seed, Flavour Is) : Random(Seed), Is(Is) {}

  Program run() {
    Program P;
    P.Is = Is;
    Detached = Is.ForeignThread;
    P.Body = block(0, 4 + below(8));
    close(P.Body, 0, Is.ForeignThread);
    if (P.Body.empty() || (P.Body.back().Kind != Do::Return && P.Body.back().Kind != Do::Goto))
      P.Body.push_back(make(Do::Return));
    return P;
  }

private:
  unsigned below(unsigned N) { return Random() % N; } // the same on every platform, unlike a distribution
  bool chance(unsigned Percent) { return below(100) < Percent; }
  Statement make(Do Kind) {
    Statement S;
    S.Kind = Kind;
    S.Line = ++Line;
    return S;
  }

  Condition condition() {
    Condition C;
    if (Is.Asks && chance(10)) {
      C.Kind = Compare::Check;
      return C;
    }
    if (Is.NullTests && chance(30)) {
      C.Kind = chance(50) ? Compare::SavedNonNull : Compare::SavedNull;
      C.Var = below(NumSaved);
      return C;
    }
    if (Is.OneCondition && chance(75)) {
      static constexpr Compare Forms[] = {Compare::Gt, Compare::Le};
      C.Kind = Forms[below(2)];
      C.Value = 1;
      return C;
    }
    if (Is.Conditions && chance(80)) {
      if (chance(15)) {
        C.Kind = chance(50) ? Compare::And : Compare::Or;
        C.Parts = {comparison(), comparison()};
        return C;
      }
      return comparison();
    }
    return C;
  }

  Condition comparison() {
    static constexpr Compare Kinds[] = {Compare::Truth, Compare::Not, Compare::Eq, Compare::Ne,     Compare::Lt,
                                        Compare::Le,    Compare::Gt,  Compare::Ge, Compare::LessVar};
    Condition C;
    C.Kind = Kinds[below(9)];
    C.Var = below(NumVars);
    C.Other = below(NumVars);
    C.Value = below(3);
    return C;
  }

  /// Mostly what fits the state the thread is thought to be in, sometimes anything.
  Statement simple() {
    if (Is.Conditions && chance(20)) {
      static constexpr Do Kinds[] = {Do::SetConst, Do::SetCopy, Do::SetCondition, Do::Increment, Do::Havoc};
      Statement S = make(Kinds[below(5)]);
      S.Var = below(NumVars);
      S.Other = below(NumVars);
      S.Value = below(3);
      S.If = comparison();
      return S;
    }
    bool Sane = chance(88);
    if (Is.Ensures && (Sane ? Depth : chance(10)) && chance(40)) {
      Statement S = make(Do::Release);
      if (Depth)
        --Depth;
      S.Var = Sane ? Depth : below(2);
      Detached = Before[Depth];
      return S;
    }
    if (Is.Ensures && Depth < 2 && chance(10)) {
      Statement S = make(Do::Ensure);
      S.Var = Sane ? Depth : below(2);
      Before[Depth] = Detached;
      ++Depth;
      Detached = false;
      return S;
    }
    if (Is.Helpers && chance(35)) {
      static constexpr Do Kinds[] = {Do::CallApi,   Do::CallApiIf,  Do::CallRegion, Do::CallEnsure,
                                     Do::CallBegin, Do::CallFinish, Do::CallBeginIf};
      static constexpr Do WhileDetached[] = {Do::CallEnsure, Do::CallFinish};
      static constexpr Do WhileAttached[] = {Do::CallApi, Do::CallApiIf, Do::CallRegion, Do::CallBegin, Do::CallEnsure};
      Do Kind = !Sane ? Kinds[below(7)] : Detached ? WhileDetached[below(2)] : WhileAttached[below(5)];
      Statement S = make(Kind);
      S.Other = below(NumVars);
      if (Kind == Do::CallBegin)
        Detached = true;
      if (Kind == Do::CallFinish)
        Detached = false;
      return S;
    }
    bool Turn = chance(45);
    Do Kind = Sane ? (Turn       ? (Detached ? Do::Attach : Do::Detach)
                      : Detached ? Do::Raw
                                 : Do::Api)
                   : std::initializer_list<Do>{Do::Api, Do::Raw, Do::Detach, Do::Attach}.begin()[below(4)];
    Statement S = make(Kind);
    S.Var = Is.NullTests ? below(NumSaved) : 0;
    if (Kind == Do::Detach)
      Detached = true;
    if (Kind == Do::Attach)
      Detached = false;
    return S;
  }

  /// Mostly brings the thread back to what it was, so that not every program is wrong and few loops stack up Ensures.
  void close(std::vector<Statement> &B, unsigned Deep, bool Was) {
    if (!B.empty() && (B.back().Kind == Do::Return || B.back().Kind == Do::Goto))
      return;
    while (Depth > Deep && chance(98)) {
      B.push_back(make(Do::Release));
      B.back().Var = --Depth;
      Detached = Before[Depth];
    }
    if (Detached != Was && chance(90)) {
      B.push_back(make(Was ? Do::Detach : Do::Attach));
      Detached = Was;
    }
  }

  std::vector<Statement> block(unsigned Nesting, unsigned Length) {
    std::vector<Statement> Out;
    for (unsigned I = 0; I < Length; ++I) {
      if (Nesting < 3 && chance(30)) {
        bool Loop = Is.Loops && chance(30);
        Statement S = make(Loop ? Do::While : Do::If);
        S.If = Loop && Is.OneCondition ? Condition() : condition();
        bool Was = Detached;
        unsigned Deep = Depth;
        S.Then = block(Nesting + 1, 1 + below(3));
        if (Loop)
          close(S.Then, Deep, Was);
        bool After = Detached;
        Detached = Was;
        Depth = Deep;
        if (!Loop && chance(40))
          S.Else = block(Nesting + 1, 1 + below(3));
        if (chance(50))
          Detached = After;
        Depth = Deep;
        Out.push_back(std::move(S));
        continue;
      }
      if (Nesting && I + 1 == Length && chance(15)) {
        Out.push_back(make(chance(60) ? Do::Return : Do::Goto));
        break;
      }
      Out.push_back(simple());
    }
    return Out;
  }

  std::mt19937 Random;
  Flavour Is;
  unsigned Line = 100; // the helpers have the lines before
  bool Detached = false;
  unsigned Depth = 0;
  bool Before[2] = {};
};

class Printer {
public:
  std::string run(const Program &P) {
    Out = "unit \"a.c\" py=0x030d00f0\n";
    if (P.Is.Helpers)
      Out += R"(function helper_api() internal {
  call PyErr_Clear() at 1:1
  return at 2:1
}
function helper_api_if(n: int) internal {
  branch n ? yes : no at 10:1
yes:
  call PyErr_Clear() at 11:1
no:
  return at 12:1
}
function helper_region() internal {
  var save: PyThreadState *
  %1 = call PyEval_SaveThread() at 20:1
  assign save = %1
  call PyEval_RestoreThread(save) at 21:1
  return at 22:1
}
function helper_ensure() internal {
  %1 = call PyGILState_Ensure() at 30:1
  call PyErr_Clear() at 31:1
  call PyGILState_Release(%1) at 32:1
  return at 33:1
}
function helper_begin(p: PyThreadState **) internal {
  %1 = call PyEval_SaveThread() at 40:1
  write *p = %1
  return at 41:1
}
function helper_finish(p: PyThreadState **) internal {
  call PyEval_RestoreThread(*p) at 50:1
  return at 51:1
}
function helper_begin_if(n: int, p: PyThreadState **): int internal {
  branch n ? yes : no at 60:1
yes:
  %1 = call PyEval_SaveThread() at 61:1
  write *p = %1
  return 1 at 62:1
no:
  return 0 at 63:1
}
)";
    if (P.Is.ForeignThread)
      Out += "function start(): PyObject * {\n  call pthread_create(null, null, fn f, null) at 90:1\n"
             "  return null at 91:1\n}\n";
    else
      Out += "global @methods: \"PyMethodDef[1]\" = {{.ml_name = \"f\", .ml_meth = fn f} : PyMethodDef}\n";
    Out += "function f(v0: int, v1: int, v2: int): PyObject * internal {\n"
           "  var s0: PyThreadState *, s1: PyThreadState *, c0: int, c1: int\n"
           "  assign s0 = null\n  assign s1 = null\n  assign c0 = undef\n  assign c1 = undef\n";
    if (block(P.Body))
      Out += "  jump done\n";
    Out += "done:\n  return null at 9999:1\n}\n";
    return std::move(Out);
  }

private:
  std::string label(const char *Stem) { return Stem + std::to_string(++Labels); }
  std::string temp() { return "%" + std::to_string(++Temps); }
  static std::string var(unsigned V) { return "v" + std::to_string(V); }

  /// The condition as an expression; its calls are printed before it.
  std::string expression(const Condition &C) {
    std::string V = var(C.Var), K = std::to_string(C.Value);
    switch (C.Kind) {
    case Compare::Opaque: {
      std::string T = temp();
      Out += "  " + T + " = call ext()\n";
      return T;
    }
    case Compare::Check: {
      std::string T = temp();
      Out += "  " + T + " = call PyGILState_Check()\n";
      return T;
    }
    case Compare::Truth:
      return V;
    case Compare::Not:
      return "!" + V;
    case Compare::Eq:
      return V + " == " + K;
    case Compare::Ne:
      return V + " != " + K;
    case Compare::Lt:
      return V + " < " + K;
    case Compare::Le:
      return V + " <= " + K;
    case Compare::Gt:
      return V + " > " + K;
    case Compare::Ge:
      return V + " >= " + K;
    case Compare::LessVar:
      return V + " < " + var(C.Other);
    case Compare::SavedNonNull:
      return "s" + std::to_string(C.Var) + " != null";
    case Compare::SavedNull:
      return "!s" + std::to_string(C.Var);
    case Compare::And:
    case Compare::Or: {
      std::string A = expression(C.Parts[0]), B = expression(C.Parts[1]);
      return "(" + A + (C.Kind == Compare::And ? ") && (" : ") || (") + B + ")";
    }
    }
    return "unknown";
  }

  /// False when control does not come out at the end.
  bool block(const std::vector<Statement> &B) {
    for (const Statement &S : B)
      if (!statement(S))
        return false;
    return true;
  }

  bool statement(const Statement &S) {
    std::string At = " at " + std::to_string(S.Line) + ":1\n", N = std::to_string(S.Var);
    switch (S.Kind) {
    case Do::Api:
      Out += "  call PyErr_Clear()" + At;
      break;
    case Do::Raw:
      Out += "  call PyMem_RawMalloc(10)" + At;
      break;
    case Do::Detach: {
      std::string T = temp();
      Out += "  " + T + " = call PyEval_SaveThread()" + At + "  assign s" + N + " = " + T + "\n";
      break;
    }
    case Do::Attach:
      Out += "  call PyEval_RestoreThread(s" + N + ")" + At;
      break;
    case Do::Ensure: {
      std::string T = temp();
      Out += "  " + T + " = call PyGILState_Ensure()" + At + "  assign c" + N + " = " + T + "\n";
      break;
    }
    case Do::Release:
      Out += "  call PyGILState_Release(c" + N + ")" + At;
      break;
    case Do::SetConst:
      Out += "  assign " + var(S.Var) + " = " + std::to_string(S.Value) + At;
      break;
    case Do::SetCopy:
      Out += "  assign " + var(S.Var) + " = " + var(S.Other) + At;
      break;
    case Do::SetCondition: {
      std::string E = expression(S.If);
      if (S.If.Kind == Compare::Truth) // the truth, not a copy
        E += " != 0";
      Out += "  assign " + var(S.Var) + " = " + E + At;
      break;
    }
    case Do::Increment:
      Out += "  assign " + var(S.Var) + " = 1 compound" + At;
      break;
    case Do::Havoc: {
      std::string T = temp();
      Out += "  " + T + " = call ext()\n  assign " + var(S.Var) + " = " + T + At;
      break;
    }
    case Do::Return:
      Out += "  return null" + At;
      return false;
    case Do::Goto:
      Out += "  jump done by goto" + At;
      return false;
    case Do::If: {
      std::string T = label("then"), E = label("else"), J = label("join");
      std::string C = expression(S.If);
      Out += "  branch " + C + " ? " + T + " : " + E + At + T + ":\n";
      if (block(S.Then))
        Out += "  jump " + J + "\n";
      Out += E + ":\n";
      if (block(S.Else))
        Out += "  jump " + J + "\n";
      Out += J + ":\n";
      break;
    }
    case Do::While: {
      std::string H = label("head"), B = label("body"), X = label("exit");
      Out += "  jump " + H + "\n" + H + ":\n";
      std::string C = expression(S.If);
      Out += "  branch " + C + " ? " + B + " : " + X + At + B + ":\n";
      if (block(S.Then))
        Out += "  jump " + H + "\n";
      Out += X + ":\n";
      break;
    }
    case Do::CallApi:
      Out += "  call helper_api()" + At;
      break;
    case Do::CallApiIf:
      Out += "  call helper_api_if(" + var(S.Other) + ")" + At;
      break;
    case Do::CallRegion:
      Out += "  call helper_region()" + At;
      break;
    case Do::CallEnsure:
      Out += "  call helper_ensure()" + At;
      break;
    case Do::CallBegin:
      Out += "  call helper_begin(&s0)" + At;
      break;
    case Do::CallFinish:
      Out += "  call helper_finish(&s0)" + At;
      break;
    case Do::CallBeginIf: {
      std::string T = temp();
      Out += "  " + T + " = call helper_begin_if(" + var(S.Other) + ", &s0)" + At;
      break;
    }
    }
    return true;
  }

  std::string Out;
  unsigned Labels = 0, Temps = 0;
};

} // namespace

Program generate(uint32_t Seed, Flavour Is) { return Generator(Seed, Is).run(); }
std::string Program::text() const { return Printer().run(*this); }

} // namespace gilray::test
