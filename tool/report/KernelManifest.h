// The kernel manifest: what `gilray probe` may measure. docs/schema/gilray-kernels.schema.json describes the form.
#ifndef GILRAY_REPORT_KERNELMANIFEST_H
#define GILRAY_REPORT_KERNELMANIFEST_H

#include "kernels/Kernels.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::report {

struct KernelManifest {
  std::vector<kernels::Kernel> Kernels; ///< in the order of their places
  std::vector<std::string> Targets;
  std::string Directory; ///< paths are written relative to it where they lie below it
};

/// Gives each kernel the fingerprints of its findings. What neither releases nor has a finding (it was suppressed, say)
/// goes. Findings must have fingerprints.
void joinFindings(std::vector<kernels::Kernel> &Kernels, llvm::ArrayRef<Finding> Findings);
void writeKernels(const KernelManifest &M, llvm::raw_ostream &OS);

} // namespace gilray::report

#endif
