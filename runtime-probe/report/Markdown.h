// The report for a pull request comment, and as JUnit for CI systems.
#ifndef GILRAY_PROBE_REPORT_MARKDOWN_H
#define GILRAY_PROBE_REPORT_MARKDOWN_H

#include "report/Model.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

void writeMarkdown(const Report &R, llvm::raw_ostream &OS);
/// One test case per expectation; inconclusive ones are skipped.
void writeJunit(const Report &R, llvm::raw_ostream &OS);

} // namespace gilray::probe

#endif
