// The YAML form of the API model -> entries. Used at build time by the table generator and at run time for the `model:`
// section of .gilray.yaml. docs/dev/api-model.md describes the form.
#ifndef GILRAY_API_YAML_MODELYAML_H
#define GILRAY_API_YAML_MODELYAML_H

#include "api/Model.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <vector>

namespace gilray::api {

/// Entries as read. Their strings and callback lists point into Storage, which the Model that takes them must keep.
struct ParsedModel {
  std::vector<Entry> Functions;
  std::vector<TypeEntry> Types;
  std::vector<RootEntry> Roots;
  std::vector<NameEntry> Names;
  std::vector<AliasEntry> Aliases;
  std::vector<BlockingEntry> Blocking;
  std::shared_ptr<void> Storage;
};

/// Reads a whole model file. The error lists every complaint as "file:line:column: message", one per line.
llvm::Expected<ParsedModel> parseModelText(llvm::StringRef Text, llvm::StringRef FileName);

} // namespace gilray::api

#endif
