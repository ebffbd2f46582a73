// May a module declare that it supports several interpreters, its own GIL in each, no GIL at all? Per module and goal
// one verdict, with the evidence for it. A declaration is earned, never suggested because it is missing.
#ifndef GILRAY_READINESS_READINESS_H
#define GILRAY_READINESS_READINESS_H

#include "evidence/Evidence.h"
#include <array>

namespace gilray::readiness {

inline constexpr std::array Goals = {evidence::SharedGilInterpreters, evidence::OwnGilInterpreters,
                                     evidence::FreeThreading};

/// What a module says about a goal, without references into units.
struct Statement {
  link::Declaration::Kind State = link::Declaration::Absent;
  int64_t Value = 0;
  Place Where;
  std::string Condition; ///< of the preprocessor group it stands in or is hidden in
};

/// What one analysis has to say about one module, before anything is suppressed. Owns its data; places are absolute.
struct ModuleFacts {
  std::string Name;
  link::ModuleForm Form = link::ModuleForm::MultiPhase;
  bool Cython = false;
  Place Where;
  std::string Python;     ///< version of the headers: "3.13", "3.14t"; empty: unknown
  bool HasGilCode = true; ///< false: code under Py_GIL_DISABLED was skipped, so locking cannot be judged
  Statement Interpreters, Gil;
  bool CanSayInterpreters = true, CanSayGil = true; ///< the binding library's headers know the tag
  std::vector<evidence::Fact> Facts;
  std::vector<evidence::Unseen> Unseen;
};

enum class Verdict : uint8_t {
  Declared,     ///< says so, and nothing speaks against it
  Earned,       ///< does not say so; everything was seen, and nothing speaks against it
  Blocked,      ///< does not say so, and must not
  Contradicted, ///< says so, and something speaks against it
  Unknown,      ///< nothing speaks against it, but not everything could be seen
};

struct GoalVerdict {
  evidence::Goal Goal = evidence::OwnGilInterpreters;
  Verdict Is = Verdict::Unknown;
  Statement Says;
  std::vector<evidence::Fact> Blockers, Concerns;
  std::vector<std::string> Because;     ///< Unknown: why, beside what is in Unseen
  std::vector<evidence::Unseen> Unseen; ///< what could not be seen
  std::string Line;                     ///< Earned: what to write
};

/// The facts of every module of a program. To be called while the program lives.
std::vector<ModuleFacts> gather(const flow::Results &R, const link::Modules &M, const evidence::Evidence &E);

/// Verdicts in the order of Goals. Facts that are suppressed have been taken out before.
std::vector<GoalVerdict> assess(const ModuleFacts &M);

/// The check that reports facts of this kind; empty when none does.
std::string_view checkOf(evidence::Kind K);

llvm::StringRef goalName(evidence::Goal G);   ///< "own-gil", for programs
llvm::StringRef goalTitle(evidence::Goal G);  ///< "sub-interpreters, own GIL", for people
llvm::StringRef verdictName(Verdict V);       ///< "earned"
llvm::StringRef formName(link::ModuleForm F); ///< "multi-phase"
llvm::StringRef kindName(evidence::Kind K);   ///< "static-type"

} // namespace gilray::readiness

#endif
