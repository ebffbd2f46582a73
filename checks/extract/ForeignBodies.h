// Where the bodies are that gilray's own parse skips.
#ifndef GILRAY_EXTRACT_FOREIGNBODIES_H
#define GILRAY_EXTRACT_FOREIGNBODIES_H

#include "extract/Sources.h"
#include "clang/AST/ASTContext.h"

namespace gilray::extract {

/// Whether a place outside the project's files is inside a function. gilray's own parse does not look in there, a
/// host's does, and what it finds wrong there must not make the two say different things:
///   static inline void old(PyObject *f) { PyEval_CallFunction(f, "()"); } // in a library's header, removed in 3.13
bool inForeignBody(clang::ASTContext &Ctx, Sources &Files, clang::SourceLocation Where);

} // namespace gilray::extract

#endif
