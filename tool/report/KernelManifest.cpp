#include "report/KernelManifest.h"
#include "report/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include <cmath>

namespace gilray::report {

using namespace llvm;
using kernels::Kernel;

static bool belongs(const Finding &F, const Kernel &K) {
  return kernels::isMeasured(*F.Check) && F.Where.File == K.Where.File && F.Function == K.Function &&
         F.Where.Line >= K.Where.Line && F.Where.Line <= K.EndLine;
}

void joinFindings(std::vector<Kernel> &Kernels, ArrayRef<Finding> Findings) {
  for (Kernel &K : Kernels)
    for (const Finding &F : Findings)
      if (belongs(F, K))
        K.Fingerprints.push_back(F.Fingerprint);
  llvm::erase_if(Kernels, [](const Kernel &K) {
    return K.Fingerprints.empty() && none_of(K.Changes, [](const kernels::Change &C) { return C.Detaches; });
  });
}

namespace {

class Writer {
public:
  Writer(const KernelManifest &M, raw_ostream &OS) : M(M), J(OS, 2) {}

  void write() {
    J.object([&] {
      J.attribute("schema_version", 1);
      J.attributeObject("tool", [&] {
        J.attribute("name", "gilray");
        J.attribute("version", GILRAY_VERSION);
      });
      J.attributeArray("targets", [&] {
        for (const std::string &T : M.Targets)
          J.value(T);
      });
      J.attributeArray("kernels", [&] {
        for (const Kernel &K : M.Kernels)
          J.object([&] { kernel(K); });
      });
    });
    J.flush();
  }

private:
  const KernelManifest &M;
  json::OStream J;

  void text(StringRef Key, StringRef Text) { J.attribute(Key, json::fixUTF8(Text)); }
  void place(const Place &P) {
    text("file", relativePath(P.File, M.Directory));
    J.attribute("line", P.Line);
    J.attribute("column", P.Col);
  }

  void kernel(const Kernel &K) {
    text("function", K.Function);
    text("module", K.Module);
    place(K.Where);
    J.attribute("end_line", K.EndLine);
    J.attributeArray("python", [&] {
      for (const kernels::Callable &C : K.Callables)
        J.object([&] {
          text("name", C.Qualified);
          J.attribute("kind", kernels::kindName(C.Kind));
          text("module", C.Module);
          text("type", C.Type);
          text("attribute", C.Name);
          text("convention", C.Convention);
          text("function", C.Function);
          J.attribute("distance", C.Distance);
          place(C.Where);
        });
    });
    changes("detaches", K, true);
    changes("attaches", K, false);
    // Hundredths: more would look like a measurement.
    J.attribute("attached_share_guess", std::round(K.AttachedShare * 100) / 100);
    J.attributeArray("loops", [&] {
      for (const kernels::Loop &L : K.Loops)
        J.object([&] {
          place(L.Where);
          text("bound", L.Bound);
          J.attribute("depth", L.Depth);
          J.attribute("state", kernels::heldName(L.State));
          J.attribute("api_calls", L.ApiCalls);
          J.attribute("foreign_calls", L.ForeignCalls);
          J.attribute("work", L.Work);
        });
    });
    J.attributeObject("attached", [&] {
      calls("blocking", K.Blocking);
      calls("allocations", K.Allocations);
      calls("api_calls", K.Api);
    });
    J.attributeArray("findings", [&] {
      for (const std::string &F : K.Fingerprints)
        J.value(F);
    });
  }

  void changes(StringRef Key, const Kernel &K, bool Detaches) {
    J.attributeArray(Key, [&] {
      for (const kernels::Change &C : K.Changes)
        if (C.Detaches == Detaches)
          J.object([&] {
            text("by", C.By);
            place(C.Where);
          });
    });
  }

  void calls(StringRef Key, ArrayRef<kernels::AttachedCall> Calls) {
    J.attributeArray(Key, [&] {
      for (const kernels::AttachedCall &C : Calls)
        J.object([&] {
          text("name", C.Name);
          place(C.Where);
          J.attribute("loop_depth", C.LoopDepth);
          if (!C.Why.empty())
            text("why", C.Why);
        });
    });
  }
};

} // namespace

void writeKernels(const KernelManifest &M, raw_ostream &OS) {
  Writer(M, OS).write();
  OS << '\n';
}

} // namespace gilray::report
