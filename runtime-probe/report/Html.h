// The report as one HTML page: no script, no network, light and dark, narrow screens and paper.
#ifndef GILRAY_PROBE_REPORT_HTML_H
#define GILRAY_PROBE_REPORT_HTML_H

#include "report/Model.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

void writeHtml(const Report &R, llvm::raw_ostream &OS);

} // namespace gilray::probe

#endif
