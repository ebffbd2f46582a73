#include "driver/Crashes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compiler.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Process.h"

namespace gilray::driver {

using namespace llvm;

static constexpr StringLiteral Defect = "this is a defect of gilray: please report it with ";

std::string describe(const Crash &C, function_ref<std::string(StringRef)> ShownPath) {
  std::string File = ShownPath(C.Where.File), Name = C.Check ? "gilray-" + std::string(C.Check->Name) : "";
  switch (C.What) {
  case Crash::Lost::Function:
    return ("gilray crashed in function '" + C.Function + "' at " + File + ":" + Twine(C.Where.Line) +
            ", which is left out; everything else was judged; " + Defect +
            "this file; until it is mended, `exclude: [" + File + "]` in .gilray.yaml leaves the whole file out")
        .str();
  case Crash::Lost::Check:
    return ("check '" + Name + "' crashed, and its findings are missing; all other checks ran; " + Defect +
            "the files checked; until it is mended, '--checks=-" + Name + "' runs the others only")
        .str();
  case Crash::Lost::Links:
    return ("gilray crashed on all files together, so each was judged alone: what goes from file to file is missing; " +
            Defect + "the files checked; until it is mended, give the files to several runs")
        .str();
  case Crash::Lost::File:
    return ("gilray crashed in '" + File + "', which is left out; " + Defect +
            "this file; until it is mended, `exclude: [" + File +
            "]` in .gilray.yaml leaves it out without this message")
        .str();
  case Crash::Lost::Kernels:
    return ("gilray crashed when it gathered candidates for measurements, so the kernel manifest is empty; " + Defect +
            "the files checked")
        .str();
  case Crash::Lost::Readiness:
    return ("gilray crashed when it gathered what is known of the modules; " + Defect + "the files given").str();
  }
  llvm_unreachable("all losses are described");
}

namespace {

LLVM_ATTRIBUTE_NOINLINE unsigned overflowStack(volatile char *Outer) {
  volatile char Frame[4096];
  Frame[0] = Outer ? Outer[0] : 0;
  return Frame[0] ? 0 : overflowStack(Frame) + Frame[0]; // never set, which the compiler does not know
}

[[noreturn]] void crash(StringRef How) {
  if (How == "overflow")
    overflowStack(nullptr);
  if (How == "segv")
    *static_cast<volatile int *>(nullptr) = 0;
  abort();
}

StringRef spelled(Stage S) {
  switch (S) {
  case Stage::Linking:
    return "link";
  case Stage::Function:
    return "function";
  case Stage::Check:
    return "check";
  case Stage::Readiness:
    return "readiness";
  case Stage::Kernels:
    return "kernels";
  }
  llvm_unreachable("all stages are spelled");
}

} // namespace

std::function<void(Stage, StringRef)> crashesForTests() {
  std::optional<std::string> Text = sys::Process::GetEnv("GILRAY_TEST_CRASH");
  if (!Text)
    return nullptr;
  return [Text = *Text](Stage S, StringRef Name) {
    for (StringRef Part : split(Text, ',')) {
      auto [How, Rest] = Part.split(':');
      auto [Where, Which] = Rest.split(':');
      if (Where == spelled(S) && (Which == Name || Which == "*"))
        crash(How);
    }
  };
}

} // namespace gilray::driver
