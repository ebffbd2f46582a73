// One record per check: everything a user, the docs and the tests need to know. Checks.def lists the checks; docs
// pages, `gilray explain`, SARIF rules and the configuration schema are generated from these records.
#ifndef GILRAY_CORE_CHECKINFO_H
#define GILRAY_CORE_CHECKINFO_H

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gilray {

struct Finding;
namespace rules {
class Input;
}

enum class Severity : uint8_t { Note, Warning, Error };
enum class Maturity : uint8_t { Preview, Stable, Deprecated };
enum class FixKind : uint8_t { None, Suggested, Safe };

struct Option {
  std::string_view Name, Type, Default, Doc;
};

/// A whole translation unit that includes Python.h; the tests run it: a bad one gives exactly one finding of its check.
struct Example {
  std::string_view Title, Code;
};

/// A rule is a pure function: program and flow results in, findings out, appended in any order.
using RuleFn = void (*)(const rules::Input &, std::vector<Finding> &);

struct CheckInfo {
  std::string_view Name; ///< without "gilray-": kebab case, says the bad thing, reads well after "allow"
  std::string_view Group;
  std::string_view Summary; ///< one line, lower case, no final stop
  Severity Default = Severity::Warning;
  Maturity State = Maturity::Preview;
  std::string_view Since;         ///< gilray version
  std::string_view ReviewBy = {}; ///< preview only: the release at which it is promoted or dropped
  FixKind Fix = FixKind::None;
  std::string_view What, Why, Remedy, Limits;
  std::span<const Option> Options = {};
  std::span<const Example> Bad, Good;
  RuleFn Run = nullptr;
};

consteval bool isKebab(std::string_view S) {
  for (char C : S)
    if (!((C >= 'a' && C <= 'z') || (C >= '0' && C <= '9') || C == '-'))
      return false;
  return !S.empty() && S.front() != '-' && S.back() != '-';
}

/// The house rules, at compile time.
consteval bool wellFormed(const CheckInfo &C) {
  return isKebab(C.Name) && isKebab(C.Group) && !C.Summary.empty() && C.Summary.back() != '.' && !C.Since.empty() &&
         !C.What.empty() && !C.Why.empty() && !C.Remedy.empty() && !C.Limits.empty() && !C.Bad.empty() &&
         !C.Good.empty() && C.Run && (C.State == Maturity::Preview) == !C.ReviewBy.empty();
}

/// Defines the record `Sym` and checks it against the house rules.
#define GILRAY_CHECK(Sym, ...)                                                                                         \
  static constexpr ::gilray::CheckInfo Sym##Record = __VA_ARGS__;                                                      \
  static_assert(::gilray::wellFormed(Sym##Record), "this check's record breaks a house rule");                         \
  extern const ::gilray::CheckInfo Sym##Check;                                                                         \
  constinit const ::gilray::CheckInfo Sym##Check = Sym##Record

/// All checks in the order of Checks.def.
std::span<const CheckInfo *const> allChecks();
/// By name, with or without "gilray-"; follows renames. Null if there is none.
const CheckInfo *findCheck(std::string_view Name);

} // namespace gilray

#endif
