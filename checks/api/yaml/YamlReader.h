// Strict reading of YAML: the one way in which gilray's readers (the API model, .gilray.yaml, probe specs) look at a
// document. Every complaint carries file, line and column; unknown keys get a "did you mean". Anchors, aliases, tags,
// several documents, deep nesting and huge files are refused before a tree is built, so hostile input costs nothing.
//
// Included by YAML readers only: yaml-cpp throws, and a reader lets no exception out (see guarded()).
#ifndef GILRAY_API_YAML_YAMLREADER_H
#define GILRAY_API_YAML_YAMLREADER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>
#include <yaml-cpp/yaml.h>

namespace gilray::yaml {

using llvm::StringRef;

/// Closest of Known to Word, or empty when nothing is close.
StringRef nearest(StringRef Word, llvm::ArrayRef<StringRef> Known);

/// Collects complaints about one file.
class Reader {
public:
  explicit Reader(StringRef File) : File(File.str()) {}

  /// Parses Text. Null after a complaint; an empty document gives a Null node and no complaint.
  std::optional<YAML::Node> load(StringRef Text);

  /// Runs Body and turns an exception of yaml-cpp into a complaint.
  void guarded(llvm::function_ref<void()> Body);

  void error(const YAML::Mark &At, const llvm::Twine &Message);
  void error(const YAML::Node &At, const llvm::Twine &Message) { error(At.Mark(), Message); }

  /// Calls Fn(key, key node, value) for each key of a map, in order. Complains when N is no map, and about keys that
  /// are unknown, no scalar, or there twice; Fn is not called for those. Empty Known: any key. What names the map in
  /// messages.
  void eachKey(const YAML::Node &N, StringRef What, llvm::ArrayRef<StringRef> Known,
               llvm::function_ref<void(StringRef, const YAML::Node &, const YAML::Node &)> Fn);
  /// Calls Fn for each element of a sequence; a scalar counts as a sequence of one.
  void eachElement(const YAML::Node &N, StringRef What, llvm::function_ref<void(const YAML::Node &)> Fn);

  std::optional<std::string> text(const YAML::Node &N, StringRef What);
  std::optional<int> integer(const YAML::Node &N, StringRef What, int Low, int High);
  std::optional<bool> boolean(const YAML::Node &N, StringRef What);
  /// Index into Names.
  std::optional<size_t> oneOf(const YAML::Node &N, StringRef What, llvm::ArrayRef<StringRef> Names);

  bool failed() const { return !Messages.empty(); }
  /// All complaints, one per line, as "file:line:column: message". Success when there are none.
  llvm::Error takeError();

private:
  std::string File;
  std::vector<std::string> Messages;
};

} // namespace gilray::yaml

#endif
