// May a module declare that it supports several interpreters, its own GIL in each, no GIL at all? Per module and goal one
// verdict, with the evidence for it. A declaration is earned, never suggested because it is missing.
#ifndef GILRAY_READINESS_READINESS_H
#define GILRAY_READINESS_READINESS_H

#include "evidence/Evidence.h"

namespace gilray::readiness {

enum class Verdict : uint8_t {
  Declared,     ///< says so, and nothing speaks against it
  Earned,       ///< does not say so, and everything was seen and nothing speaks against it
  Blocked,      ///< does not say so, and must not
  Contradicted, ///< says so, and something speaks against it
  Unknown,      ///< nothing speaks against it, but not everything could be seen
};

struct GoalVerdict {
  evidence::Goal Goal = evidence::OwnGilInterpreters;
  Verdict Is = Verdict::Unknown;
  link::Declaration Says;
  std::vector<evidence::Fact> Blockers;
  std::vector<evidence::Unseen> Because; ///< Unknown: what could not be seen
  std::string Line; ///< Earned: the exact line that declares it, with its version guard
};

struct ModuleReadiness {
  std::string Module;
  link::ModuleForm Form = link::ModuleForm::MultiPhase;
  bool Cython = false;
  Place Where;
  std::string Target; ///< Python version judged for: "3.13", "3.14t"
  std::vector<GoalVerdict> Goals; ///< one per goal, in the order of the bits
};

/// Owns its data; places are absolute.
std::vector<ModuleReadiness> assess(const link::Modules &M, const evidence::Evidence &E);

} // namespace gilray::readiness

#endif
