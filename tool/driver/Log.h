// What the driver says about the run itself, on standard error; the report never goes through here.
#ifndef GILRAY_DRIVER_LOG_H
#define GILRAY_DRIVER_LOG_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::driver {

class Log {
public:
  Log(llvm::raw_ostream &OS, bool Quiet, bool Color) : OS(OS), Quiet(Quiet), Color(Color) {}

  /// Something that was assumed or is good to know. Not shown with --quiet.
  void remark(const llvm::Twine &Text) {
    if (!Quiet)
      line("note", llvm::raw_ostream::CYAN, Text);
  }
  void warning(const llvm::Twine &Text) { line("warning", llvm::raw_ostream::MAGENTA, Text); }
  void error(const llvm::Twine &Text) {
    Failed = true;
    line("error", llvm::raw_ostream::RED, Text);
  }

  bool failed() const { return Failed; }
  bool quiet() const { return Quiet; }
  llvm::raw_ostream &stream() { return OS; }

private:
  llvm::raw_ostream &OS;
  bool Quiet, Color, Failed = false;

  void line(llvm::StringRef Kind, llvm::raw_ostream::Colors C, const llvm::Twine &Text) {
    OS << "gilray: ";
    if (Color)
      OS.changeColor(C, /*Bold=*/true);
    OS << Kind << ": ";
    if (Color)
      OS.resetColor();
    OS << Text << '\n';
  }
};

} // namespace gilray::driver

#endif
