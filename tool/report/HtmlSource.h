// Source with a path drawn into it: the lines around each step, coloured by the state that the thread is in there.
#ifndef GILRAY_REPORT_HTMLSOURCE_H
#define GILRAY_REPORT_HTMLSOURCE_H

#include "report/Path.h"
#include "report/Sources.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::report {

/// Message is that of the finding: it is written at the finding's step, above what the step says.
void writeSource(llvm::ArrayRef<PathStep> Steps, llvm::StringRef Message, llvm::StringRef Directory, Sources &S,
                 llvm::raw_ostream &OS);

} // namespace gilray::report

#endif
