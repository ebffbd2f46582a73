// The one order of all reports.
#include "core/Finding.h"

namespace gilray {

namespace {
std::string_view checkName(const Finding &F) { return F.Check ? F.Check->Name : std::string_view(); }
} // namespace

bool before(const Finding &A, const Finding &B) {
  // Severity and function only break ties between equal messages at one place (template instances).
  return std::tuple(A.Where.key(), checkName(A), std::tie(A.Message, A.Sev, A.Function, A.Module)) <
         std::tuple(B.Where.key(), checkName(B), std::tie(B.Message, B.Sev, B.Function, B.Module));
}

bool before(const Incomplete &A, const Incomplete &B) {
  return std::tuple(A.Where.key(), std::tie(A.Function, A.Reason)) <
         std::tuple(B.Where.key(), std::tie(B.Function, B.Reason));
}

} // namespace gilray
