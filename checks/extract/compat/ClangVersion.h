// The one place that tests the LLVM version: what differs between releases gets one name here.
#ifndef GILRAY_EXTRACT_COMPAT_CLANGVERSION_H
#define GILRAY_EXTRACT_COMPAT_CLANGVERSION_H

#include "clang/Frontend/CompilerInstance.h"
#include "llvm/Config/llvm-config.h"

#if LLVM_VERSION_MAJOR != 22
#  error "gilray's extraction is written for LLVM 22; adapt checks/extract/compat to other versions"
#endif

namespace gilray::extract::compat {

/// A compiler instance over an invocation, reading through Files and reporting to Client (not owned).
inline std::unique_ptr<clang::CompilerInstance> makeInstance(std::shared_ptr<clang::CompilerInvocation> Invocation,
                                                             std::shared_ptr<clang::PCHContainerOperations> PCHOps,
                                                             clang::FileManager *Files,
                                                             clang::DiagnosticConsumer *Client) {
  auto CI = std::make_unique<clang::CompilerInstance>(std::move(Invocation), std::move(PCHOps));
  CI->setVirtualFileSystem(Files->getVirtualFileSystemPtr());
  CI->setFileManager(Files);
  CI->createDiagnostics(Client, /*ShouldOwnClient=*/false);
  CI->createSourceManager();
  return CI;
}

} // namespace gilray::extract::compat

#endif
