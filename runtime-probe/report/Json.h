// The report as JSON, and back.
#ifndef GILRAY_PROBE_REPORT_JSON_H
#define GILRAY_PROBE_REPORT_JSON_H

#include "report/Model.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::probe {

void writeJson(const Report &R, llvm::raw_ostream &OS);
llvm::Expected<Report> readJson(llvm::StringRef Text, llvm::StringRef Path);
llvm::Expected<Report> loadReport(llvm::StringRef Path);

} // namespace gilray::probe

#endif
