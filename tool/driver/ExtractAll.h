// Runs extraction over many files in parallel. The order and content of the result do not depend on the number of jobs.
#ifndef GILRAY_DRIVER_EXTRACTALL_H
#define GILRAY_DRIVER_EXTRACTALL_H

#include "cache/UnitCache.h"
#include "driver/Commands.h"
#include "extract/Extract.h"
#include <memory>

namespace gilray::driver {

class Progress;

struct ParsedFile {
  std::string File;
  std::unique_ptr<ir::Unit> Unit; ///< null: see Error
  std::string Error;              ///< names the file
  cache::Digest Key{};            ///< of the unit in the cache and the index
  bool FromCache = false;
  double Seconds = 0;
};

struct ExtractSettings {
  extract::Options Extraction;
  unsigned Jobs = 0; ///< 0: all cores
  cache::UnitCache *Cache = nullptr;
  bool Keys = false; ///< ParsedFile::Key is asked for: by the cache, or an index
};

std::vector<ParsedFile> extractAll(llvm::ArrayRef<Job> Jobs, const ExtractSettings &Settings, Progress &P);

} // namespace gilray::driver

#endif
