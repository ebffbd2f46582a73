#include "rules/Input.h"
#include "belief/ForeignCalls.h"
#include "evidence/Evidence.h"
#include "flow/LockSets.h"
#include "flow/Results.h"
#include "link/Modules.h"
#include "ownership/Validity.h"

namespace gilray::rules {

Input::Input(const flow::Results &R, SourceReader Read, std::map<std::string, std::string> GuardedBy)
    : R(R), Read(std::move(Read)), GuardedBy(std::move(GuardedBy)) {}
Input::~Input() = default;

const link::Modules &Input::modules() const {
  if (!TheModules)
    TheModules = std::make_unique<link::Modules>(R.program());
  return *TheModules;
}

const evidence::Evidence &Input::evidence() const {
  if (!TheEvidence)
    TheEvidence = std::make_unique<evidence::Evidence>(R, modules(), locks());
  return *TheEvidence;
}

const flow::LockSets &Input::locks() const {
  if (!TheLocks)
    TheLocks = std::make_unique<flow::LockSets>(R, modules());
  return *TheLocks;
}

const ownership::Ownership &Input::ownership() const {
  if (!TheOwnership)
    TheOwnership = std::make_unique<ownership::Ownership>(R, locks());
  return *TheOwnership;
}

const ownership::Validity &Input::validity() const {
  if (!TheValidity)
    TheValidity = std::make_unique<ownership::Validity>(ownership(), modules());
  return *TheValidity;
}

const belief::ForeignCalls &Input::foreignCalls() const {
  if (!TheForeignCalls)
    TheForeignCalls = std::make_unique<belief::ForeignCalls>(R, modules());
  return *TheForeignCalls;
}

} // namespace gilray::rules
