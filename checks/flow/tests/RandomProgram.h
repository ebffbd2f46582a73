// Random little programs for the engine, and what truly happens in them: every concrete execution is followed by plain
// interpretation of the rules of thread states. The interpreter shares nothing with the engine but the text form, in
// which the engine is given the program.
//
// One statement stands on one line, so an outcome is a line and what went wrong there.
#ifndef GILRAY_FLOW_TESTS_RANDOMPROGRAM_H
#define GILRAY_FLOW_TESTS_RANDOMPROGRAM_H

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace gilray::test {

/// What the generator may use; each flavour has its own promise of exactness (RandomProgramTest.cpp).
struct Flavour {
  bool OneCondition = false; ///< branches test one and the same condition, in several spellings
  bool Conditions = false;   ///< branches test conditions over variables that the program assigns
  bool NullTests = false;    ///< branches test saved pointers
  bool Loops = false;
  bool Ensures = false;
  bool Helpers = false;       ///< API, regions, wrappers and conditional wrappers behind calls
  bool Asks = false;          ///< branches test PyGILState_Check()
  bool ForeignThread = false; ///< the function is a thread's start routine; else a method
};

enum class Do : uint8_t {
  Api,
  Raw,
  Detach,
  Attach,
  Ensure,
  Release,
  SetConst,
  SetCopy,
  SetCondition,
  Increment,
  Havoc,
  If,
  While,
  Return,
  Goto,
  CallApi,
  CallApiIf,
  CallRegion,
  CallEnsure,
  CallBegin,
  CallFinish,
  CallBeginIf,
};

enum class Compare : uint8_t {
  Opaque,
  Truth,
  Not,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  LessVar,
  SavedNonNull,
  SavedNull,
  Check,
  And,
  Or
};

struct Condition {
  Compare Kind = Compare::Opaque;
  unsigned Var = 0, Other = 0; ///< a variable, or a saved pointer
  int Value = 0;
  std::vector<Condition> Parts; ///< And, Or
};

struct Statement {
  Do Kind = Do::Api;
  unsigned Line = 0;
  unsigned Var = 0, Other = 0;
  int Value = 0;
  Condition If;
  std::vector<Statement> Then, Else;
};

enum class Outcome : uint8_t {
  Api,   ///< needs an attached thread state and has none
  Fault, ///< detach while detached, attach while attached, or of a state that cannot be restored
  Left,  ///< left detached, left with an Ensure, or a Release that does not match
};
using Place = std::pair<unsigned, Outcome>;

struct Program {
  Flavour Is;
  std::vector<Statement> Body;
  std::string text() const;
};

/// What executions do, up to their first fault that leaves the thread's state undefined.
struct Truth {
  std::set<Place> First; ///< not a consequence of an earlier API call in the same region
  std::set<Place> Any;   ///< consequences too, and everything an execution passes after its first fault
  /// Attaching a thread state that cannot be restored, releasing another Ensure than the last: only where all
  /// executions that arrive in the same key do so. (Merging them loses what only one knows of the variable.)
  std::set<Place> Uniform;
  bool Deep = false; ///< more nested Ensure calls than the engine follows
};

Program generate(uint32_t Seed, Flavour Is);
/// With FreeBranches every branch goes both ways, whatever its condition.
Truth interpret(const Program &P, bool FreeBranches = false);

} // namespace gilray::test

#endif
