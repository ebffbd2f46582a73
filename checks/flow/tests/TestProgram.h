// Programs for engine tests, written in the IR's text form.
#ifndef GILRAY_FLOW_TESTS_TESTPROGRAM_H
#define GILRAY_FLOW_TESTS_TESTPROGRAM_H

#include "Analysis.h"
#include "flow/Results.h"
#include "ir/tests/UnitText.h"

namespace gilray::test {

/// Most programs here are about what happens in a released region. Written short,
///     released f(p: Handler *) {
///       call via p() at 4:1
///     }
/// is a method that releases, does this, attaches again and returns null, and
///       released {
///         call via p() at 4:1
///       }
/// is a region in any function.
inline std::string writtenOut(llvm::StringRef Text) {
  std::string Out;
  unsigned Saved = 90;
  enum { Nowhere, Method, Region } Inside = Nowhere;
  auto Begin = [&] { return "  %" + std::to_string(++Saved) + " = call PyEval_SaveThread() at 90:1\n"; };
  auto End = [&] { return "  call PyEval_RestoreThread(%" + std::to_string(Saved) + ") at 91:1\n"; };
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Text = Rest;
    if (Line == "  released {") {
      Inside = Region;
      Out += Begin();
    } else if (Line.consume_front("released ")) {
      Inside = Method;
      Out += ("function " + Line.drop_back(2) + ": PyObject * {\n").str() + Begin();
    } else if (Inside == Region && Line == "  }") {
      Inside = Nowhere;
      Out += End();
    } else if (Inside == Method && Line == "}") {
      Inside = Nowhere;
      Out += End() + "  return null at 92:1\n}\n";
    } else {
      Out += (Line + "\n").str();
    }
  }
  return Out;
}

inline ir::Unit parse(llvm::StringRef Text) { return ir::test::parsed(writtenOut(Text)); }

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
