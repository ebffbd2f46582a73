// What a random program does: all concrete executions, with variables of -1 to 3 and foreign calls that answer
// anything. The state space is finite, so loops need no bound.
#include "flow/tests/RandomProgram.h"
#include <algorithm>
#include <map>

namespace gilray::test {
namespace {

constexpr int MinValue = -1, MaxValue = 3;
constexpr unsigned HelperSaved = 2, MaxNesting = 4;

enum class Step : uint8_t { Api, Excuse, Detach, Attach, Ensure, Release, Set, Branch, Jump, Return };

struct Instruction {
  Step Kind = Step::Jump;
  unsigned Line = 0, Var = 0;
  const Statement *From = nullptr; ///< Set
  Condition If;                    ///< Branch
  size_t Target = 0;               ///< Jump; Branch: where to go when false
};

/// Flattens the statements, with helpers in line.
class Flattener {
public:
  std::vector<Instruction> run(const Program &P) {
    block(P.Body);
    for (size_t G : Gotos)
      Code[G].Target = Code.size();
    add(Step::Return, 9999);
    return std::move(Code);
  }

private:
  size_t add(Step Kind, unsigned Line, unsigned Var = 0) {
    Code.push_back({Kind, Line, Var, nullptr, {}, 0});
    return Code.size() - 1;
  }
  void block(const std::vector<Statement> &B) {
    for (const Statement &S : B)
      statement(S);
  }
  void onlyIf(unsigned Var, Step Kind, unsigned Line) {
    size_t Branch = add(Step::Branch, 0);
    Code[Branch].If.Kind = Compare::Truth;
    Code[Branch].If.Var = Var;
    add(Kind, Line);
    Code[Branch].Target = Code.size();
  }
  void statement(const Statement &S) {
    switch (S.Kind) {
    case Do::Raw:
      break;
    case Do::Api:
      add(Step::Api, S.Line);
      break;
    case Do::Detach:
      add(Step::Detach, S.Line, S.Var);
      break;
    case Do::Attach:
      add(Step::Attach, S.Line, S.Var);
      break;
    case Do::Ensure:
      add(Step::Ensure, S.Line, S.Var);
      break;
    case Do::Release:
      add(Step::Release, S.Line, S.Var);
      break;
    case Do::SetConst:
    case Do::SetCopy:
    case Do::SetCondition:
    case Do::Increment:
    case Do::Havoc:
      Code[add(Step::Set, S.Line, S.Var)].From = &S;
      break;
    case Do::Return:
      add(Step::Return, S.Line);
      break;
    case Do::Goto:
      Gotos.push_back(add(Step::Jump, S.Line));
      break;
    case Do::If: {
      size_t Branch = add(Step::Branch, S.Line);
      Code[Branch].If = S.If;
      block(S.Then);
      size_t Jump = add(Step::Jump, 0);
      Code[Branch].Target = Code.size();
      block(S.Else);
      Code[Jump].Target = Code.size();
      break;
    }
    case Do::While: {
      size_t Branch = add(Step::Branch, S.Line);
      Code[Branch].If = S.If;
      block(S.Then);
      Code[add(Step::Jump, 0)].Target = Branch;
      Code[Branch].Target = Code.size();
      break;
    }
    case Do::CallApi:
      add(Step::Api, 1);
      break;
    case Do::CallApiIf:
      onlyIf(S.Other, Step::Api, 11);
      add(Step::Excuse, 12); // the call is one finding, whichever way it goes: what follows is its consequence
      break;
    case Do::CallRegion:
      add(Step::Detach, 20, HelperSaved);
      add(Step::Attach, 21, HelperSaved);
      break;
    case Do::CallEnsure:
      add(Step::Ensure, 30, HelperSaved);
      add(Step::Api, 31);
      add(Step::Release, 32, HelperSaved);
      break;
    case Do::CallBegin:
      add(Step::Detach, 40);
      break;
    case Do::CallFinish:
      add(Step::Attach, 50);
      break;
    case Do::CallBeginIf:
      onlyIf(S.Other, Step::Detach, 61);
      break;
    }
  }

  std::vector<Instruction> Code;
  std::vector<size_t> Gotos;
};

enum class Pointer : uint8_t { Null, Saved, Restored };
/// Where a cookie comes from: the line of the Ensure; 0: never set, or given back.
using Cookie = unsigned;
/// The thread's key: attached or not, and for each open Ensure whether the thread was attached before, and its line.
using Key = std::pair<bool, std::vector<std::pair<bool, unsigned>>>;

struct Execution {
  size_t At = 0;
  int Vars[3] = {};
  Key K;
  Pointer Saved[3] = {};
  Cookie Cookies[3] = {};
  bool Faulted = false; ///< an API call went wrong since the thread's state last changed
  bool Lost = false;    ///< after a fault: anything may happen
  bool Used = false;    ///< the API was used attached: the thread is attached for sure
  bool Nested = false;  ///< the last Ensure only counted up: forgetting its release keeps no lock
  auto operator<=>(const Execution &) const = default;
};

class Interpreter {
public:
  Interpreter(const Program &P, bool FreeBranches) : P(P), Code(Flattener().run(P)), Free(FreeBranches) {}

  Truth run() {
    int Last = P.Is.Conditions || P.Is.Helpers ? MaxValue : MinValue; // else only the first variable is looked at
    for (int A = MinValue; A <= MaxValue; ++A)
      for (int B = MinValue; B <= Last; ++B)
        for (int C = MinValue; C <= Last; ++C) {
          Execution E;
          E.Vars[0] = A, E.Vars[1] = B, E.Vars[2] = C;
          E.K.first = !P.Is.ForeignThread;
          go(std::move(E));
        }
    while (!Work.empty()) {
      Execution E = std::move(Work.back());
      Work.pop_back();
      step(std::move(E));
    }
    for (const auto &[Where, Kinds] : Attached)
      if (Kinds.size() == 1 && *Kinds.begin() != Pointer::Saved && Primary.count(Where.first) &&
          !Doubtful.count(Where.first))
        T.Uniform.insert({Where.first, Outcome::Fault});
    for (const auto &[Where, Cookies] : Released)
      if (Cookies.size() == 1 && *Cookies.begin() && OutOfOrder.count(Where.first) && !Doubtful.count(Where.first) &&
          *Cookies.begin() != Where.second.second.back().second)
        T.Uniform.insert({Where.first, Outcome::Left});
    return std::move(T);
  }

private:
  void go(Execution E) {
    if (E.Lost) { // only the place counts
      Execution Bare;
      Bare.At = E.At;
      Bare.Lost = true;
      E = std::move(Bare);
    }
    if (Seen.insert(E).second)
      Work.push_back(std::move(E));
  }

  void record(const Execution &E, unsigned Line, Outcome What) {
    T.Any.insert({Line, What});
    if (!E.Faulted)
      T.First.insert({Line, What});
  }

  std::set<bool> truths(const Execution &E, const Condition &C) const {
    int V = C.Var < 3 ? E.Vars[C.Var] : 0;
    if (E.Lost || (Free && C.Kind != Compare::Check))
      return {false, true};
    switch (C.Kind) {
    case Compare::Opaque:
      return {false, true};
    case Compare::Truth:
      return {V != 0};
    case Compare::Not:
      return {V == 0};
    case Compare::Eq:
      return {V == C.Value};
    case Compare::Ne:
      return {V != C.Value};
    case Compare::Lt:
      return {V < C.Value};
    case Compare::Le:
      return {V <= C.Value};
    case Compare::Gt:
      return {V > C.Value};
    case Compare::Ge:
      return {V >= C.Value};
    case Compare::LessVar:
      return {V < E.Vars[C.Other]};
    case Compare::SavedNonNull:
      return {E.Saved[C.Var] != Pointer::Null};
    case Compare::SavedNull:
      return {E.Saved[C.Var] == Pointer::Null};
    case Compare::Check:
      return {E.K.first};
    case Compare::And:
    case Compare::Or: {
      bool A = *truths(E, C.Parts[0]).begin(), B = *truths(E, C.Parts[1]).begin();
      return {C.Kind == Compare::And ? A && B : A || B};
    }
    }
    return {};
  }

  void set(Execution E, const Statement &S) {
    ++E.At;
    int &V = E.Vars[S.Var];
    switch (S.Kind) {
    case Do::SetConst:
      V = S.Value;
      break;
    case Do::SetCopy:
      V = E.Vars[S.Other];
      break;
    case Do::SetCondition:
      for (bool B : truths(E, S.If)) {
        Execution N = E;
        N.Vars[S.Var] = B;
        go(std::move(N));
      }
      return;
    case Do::Increment:
      V = std::min(V + 1, MaxValue);
      break;
    default:
      for (int I = MinValue; I <= MaxValue; ++I) {
        Execution N = E;
        N.Vars[S.Var] = I;
        go(std::move(N));
      }
      return;
    }
    go(std::move(E));
  }

  void lose(Execution E) {
    E.Lost = true;
    go(std::move(E));
  }

  void attach(Execution E, const Instruction &I) {
    Pointer Arg = E.Saved[I.Var];
    bool Bad = Arg != Pointer::Saved;
    if (!E.K.first) {
      Attached[{I.Line, E.K}].insert(Arg);
      if (Bad) {
        T.Any.insert({I.Line, Outcome::Fault});
        if (!E.Faulted)
          Primary.insert(I.Line);
        return lose(std::move(E));
      }
    } else {
      record(E, I.Line, Outcome::Fault);
      return lose(std::move(E));
    }
    E.K.first = true;
    E.Faulted = false;
    E.Saved[I.Var] = Pointer::Restored;
    go(std::move(E));
  }

  void release(Execution E, const Instruction &I) {
    if (!E.K.first) {
      record(E, I.Line, Outcome::Api);
      E.Faulted = true;
    }
    auto &Stack = E.K.second;
    Cookie C = E.Cookies[I.Var];
    bool Known = std::any_of(Stack.begin(), Stack.end(), [&](const auto &F) { return C && F.second == C; });
    if (Stack.empty()) {
      record(E, I.Line, Outcome::Left);
      return lose(std::move(E));
    }
    Released[{I.Line, E.K}].insert(C);
    if (Known && Stack.back().second != C) {
      T.Any.insert({I.Line, Outcome::Left});
      if (!E.Faulted)
        OutOfOrder.insert(I.Line);
      return lose(std::move(E));
    }
    if (!Known) // a value that no Ensure gave: the rules do not say what happens
      return lose(std::move(E));
    E.K.first = Stack.back().first;
    Stack.pop_back();
    E.Nested = false;
    E.Cookies[I.Var] = 0;
    E.Faulted = false;
    go(std::move(E));
  }

  void step(Execution E) {
    const Instruction &I = Code[E.At];
    if (I.Kind == Step::Jump) {
      E.At = I.Target;
      return go(std::move(E));
    }
    if (I.Kind == Step::Branch) {
      for (bool B : truths(E, I.If)) {
        Execution N = E;
        N.At = B ? E.At + 1 : I.Target;
        go(std::move(N));
      }
      return;
    }
    if (E.Lost) {
      if (I.Kind == Step::Attach || I.Kind == Step::Release)
        Doubtful.insert(I.Line);
      for (Outcome O : {Outcome::Api, Outcome::Fault, Outcome::Left})
        T.Any.insert({I.Line, O});
      if (I.Kind != Step::Return) {
        ++E.At;
        go(std::move(E));
      }
      return;
    }
    if (I.Kind == Step::Set)
      return set(std::move(E), *I.From);
    if (I.Kind == Step::Return) {
      bool AsEntered = E.K.first == !P.Is.ForeignThread;
      if (!AsEntered || !E.K.second.empty()) {
        E.Faulted = false; // how a function is left counts whatever happened before
        if (E.Nested)
          T.Any.insert({I.Line, Outcome::Left});
        else
          record(E, I.Line, Outcome::Left);
      }
      return;
    }
    ++E.At;
    switch (I.Kind) {
    case Step::Api:
      if (!E.K.first) {
        record(E, I.Line, Outcome::Api);
        E.Faulted = true;
      }
      E.Used |= E.K.first;
      return go(std::move(E));
    case Step::Excuse:
      E.Faulted |= !E.K.first;
      return go(std::move(E));
    case Step::Detach:
      if (!E.K.first) {
        record(E, I.Line, Outcome::Fault);
        return lose(std::move(E));
      }
      E.K.first = false;
      E.Saved[I.Var] = Pointer::Saved;
      E.Faulted = false;
      return go(std::move(E));
    case Step::Attach:
      return attach(std::move(E), I);
    case Step::Ensure:
      for (const auto &Frame : E.K.second)
        if (Frame.second == I.Line) // again in a loop, without a release: not judged from here on
          return lose(std::move(E));
      E.Nested = E.K.first && E.Used;
      if (E.K.second.size() == MaxNesting) {
        T.Deep = true;
        return;
      }
      E.K.second.push_back({E.K.first, I.Line});
      E.K.first = true;
      E.Cookies[I.Var] = I.Line;
      E.Faulted = false;
      return go(std::move(E));
    case Step::Release:
      return release(std::move(E), I);
    default:
      return;
    }
  }

  const Program &P;
  std::vector<Instruction> Code;
  bool Free;
  Truth T;
  std::set<Execution> Seen;
  std::vector<Execution> Work;
  /// What is attached and released at a line, by key.
  std::map<std::pair<unsigned, Key>, std::set<Pointer>> Attached;
  std::map<std::pair<unsigned, Key>, std::set<Cookie>> Released;
  /// Lines where that was no consequence, and lines that executions reach after a fault.
  std::set<unsigned> Primary, OutOfOrder, Doubtful;
};

} // namespace

Truth interpret(const Program &P, bool FreeBranches) { return Interpreter(P, FreeBranches).run(); }

} // namespace gilray::test
