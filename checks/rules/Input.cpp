#include "rules/Input.h"
#include "evidence/Evidence.h"
#include "flow/Results.h"
#include "link/Modules.h"

namespace gilray::rules {

Input::Input(const flow::Results &R) : R(R) {}
Input::~Input() = default;

const link::Modules &Input::modules() const {
  if (!TheModules)
    TheModules = std::make_unique<link::Modules>(R.program());
  return *TheModules;
}

const evidence::Evidence &Input::evidence() const {
  if (!TheEvidence)
    TheEvidence = std::make_unique<evidence::Evidence>(R, modules());
  return *TheEvidence;
}

} // namespace gilray::rules
