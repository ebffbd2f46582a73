// Programs for engine tests, written in the IR's text form.
#ifndef GILRAY_FLOW_TESTS_TESTPROGRAM_H
#define GILRAY_FLOW_TESTS_TESTPROGRAM_H

#include "Analysis.h"
#include "flow/Results.h"
#include "ir/Text.h"
#include <gtest/gtest.h>

namespace gilray::test {

inline ir::Unit parse(llvm::StringRef Text) {
  llvm::Expected<ir::Unit> U = ir::parseText(Text);
  if (!U) {
    ADD_FAILURE() << llvm::toString(U.takeError());
    return ir::Unit();
  }
  return std::move(*U);
}

/// "line: check" of every finding, sorted by place; several units are linked into one program.
inline std::vector<std::string> findings(std::initializer_list<llvm::StringRef> Texts,
                                         Severity AtLeast = Severity::Warning) {
  std::vector<ir::Unit> Units;
  for (llvm::StringRef T : Texts)
    Units.push_back(parse(T));
  std::vector<const ir::Unit *> Ptrs;
  for (const ir::Unit &U : Units)
    Ptrs.push_back(&U);
  AnalysisResult R = analyse(Ptrs, api::Model::builtin(), {});
  std::vector<std::string> Out;
  for (const Finding &F : R.Findings)
    if (F.Sev >= AtLeast)
      Out.push_back(std::to_string(F.Where.Line) + ": " + std::string(F.Check->Name));
  return Out;
}

} // namespace gilray::test

#endif
