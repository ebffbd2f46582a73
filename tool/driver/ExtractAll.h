// Runs extraction over many files in parallel. The order and content of the result do not depend on the number of jobs.
#ifndef GILRAY_DRIVER_EXTRACTALL_H
#define GILRAY_DRIVER_EXTRACTALL_H

#include "driver/Commands.h"
#include "extract/Extract.h"
#include <memory>

namespace gilray::driver {

class Progress;

struct ParsedFile {
  std::string File;
  std::unique_ptr<ir::Unit> Unit; ///< null: see Error
  std::string Error;
  bool FromCache = false;
  double Seconds = 0;
};

/// Where parsed units are kept between runs. Both calls come from several threads.
class UnitStore {
public:
  virtual ~UnitStore() = default;
  virtual std::unique_ptr<ir::Unit> find(const Job &J) = 0;
  virtual void keep(const Job &J, const extract::Extracted &E) = 0;
};

struct ExtractSettings {
  extract::Options Extraction;
  unsigned Jobs = 0; ///< 0: all cores
  UnitStore *Store = nullptr;
};

std::vector<ParsedFile> extractAll(llvm::ArrayRef<Job> Jobs, const ExtractSettings &Settings, Progress &P);

} // namespace gilray::driver

#endif
