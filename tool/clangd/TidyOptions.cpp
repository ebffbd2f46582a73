// What clangd asks before each parse (-Wl,--wrap): which checks run, with which options. Without a .clang-tidy it has a
// list of its own, in which gilray cannot be; who starts gilray-clangd wants gilray's checks all the same, unless the
// configuration speaks of them. And each file gets the index of its project.
#include "clang-tidy/ClangTidyOptions.h"
#include "clangd/ProjectIndexer.h"
#include "llvm/ADT/STLFunctionalExtras.h"

using clang::tidy::ClangTidyOptions;
using Provider = llvm::function_ref<void(ClangTidyOptions &, llvm::StringRef)>;

ClangTidyOptions real(Provider,
                      llvm::StringRef File) asm("__real__ZN5clang6clangd21getTidyOptionsForFileEN4llvm12function_"
                                                "refIFvRNS_4tidy16ClangTidyOptionsENS1_9StringRefEEEES6_");
ClangTidyOptions wrapped(Provider,
                         llvm::StringRef File) asm("__wrap__ZN5clang6clangd21getTidyOptionsForFileEN4llvm12function_"
                                                   "refIFvRNS_4tidy16ClangTidyOptionsENS1_9StringRefEEEES6_");

ClangTidyOptions wrapped(Provider P, llvm::StringRef File) {
  ClangTidyOptions Options = real(P, File);
  std::string Checks = Options.Checks.value_or("");
  if (!llvm::StringRef(Checks).contains("gilray-"))
    Options.Checks = Checks + (Checks.empty() ? "" : ",") + "gilray-*";
  if (!Options.CheckOptions.count("GilrayIndex"))
    Options.CheckOptions["GilrayIndex"] =
        ClangTidyOptions::ClangTidyValue(gilray::clangd::ProjectIndexer::get().indexFor(File));
  return Options;
}
