// The findings that a project has decided to live with for now. They are known by their fingerprints, which hold no
// line numbers, so the file changes only when the findings do; the rest of an entry is for the people who read it.
#ifndef GILRAY_BASELINE_BASELINE_H
#define GILRAY_BASELINE_BASELINE_H

#include "core/Finding.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace gilray::baseline {

struct Entry {
  std::string Check, File, Function, Message; ///< File: relative to the project's root
};

class Baseline {
public:
  static constexpr const char *DefaultName = ".gilray-baseline.json";

  /// Errors say what to do.
  static llvm::Expected<Baseline> load(llvm::StringRef Path);
  llvm::Error save(llvm::StringRef Path) const;

  bool holds(const Finding &F) const { return Entries.count(F.Fingerprint); }
  /// Root: what files are relative to.
  void add(const Finding &F, llvm::StringRef Root);
  size_t size() const { return Entries.size(); }

  /// Takes out the entries that are Gone and gives them, by file.
  std::vector<Entry> dropFixed(llvm::function_ref<bool(llvm::StringRef Fingerprint, const Entry &E)> Gone);

private:
  std::map<std::string, Entry> Entries; ///< by fingerprint
};

} // namespace gilray::baseline

#endif
