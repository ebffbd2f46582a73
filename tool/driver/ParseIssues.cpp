// Clang's errors, condensed.
#include "driver/ParseIssues.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::driver {

using namespace llvm;

/// "'Python.h' file not found" -> Python.h
static StringRef missingHeader(StringRef Message) {
  if (!Message.contains("file not found"))
    return {};
  return Message.split('\'').second.split('\'').first;
}

/// Options of GCC that Clang does not know stand in many compile databases; the parse goes on without them.
static bool isForeignOption(const ir::ParseIssue &I) {
  return !I.Where.valid() && (I.Message.starts_with("unknown argument") ||
                              I.Message.starts_with("unsupported option") || I.Message.contains("not supported"));
}

std::optional<IssueSummary> summarise(const ir::Unit &U, function_ref<std::string(StringRef Path)> Shown) {
  std::vector<ir::ParseIssue> Issues;
  llvm::copy_if(U.Issues, std::back_inserter(Issues), [](const ir::ParseIssue &I) { return !isForeignOption(I); });
  if (Issues.empty())
    return std::nullopt;
  // What is missing explains the errors after it.
  auto First = find_if(Issues, [](const ir::ParseIssue &I) { return !missingHeader(I.Message).empty(); });
  if (First == Issues.end())
    First = Issues.begin();
  StringRef Message = First->Message, Header = missingHeader(Message);
  IssueSummary S;
  S.Header = Header.str();
  S.Record.Where.File = U.MainFile.str();
  S.Record.Where.Line = 1;
  std::string Place;
  if (First->Where.valid() && First->Where.File < U.Files.size()) {
    StringRef File = U.Files[First->Where.File].Path;
    if (File == U.MainFile)
      S.Record.Where.Line = First->Where.Line;
    else
      Place = " (in " + Shown(File) + ":" + std::to_string(First->Where.Line) + ")";
  }
  S.Record.Reason = Message.str() + Place;
  if (Header == "Python.h") {
    S.Advice = "'Python.h' not found, so nothing is known about Python here; install the headers of your Python (the "
               "package python3-dev), or pass --python PATH";
  } else if (!Header.empty()) {
    S.Advice = "'" + Header.str() + "' not found" + Place +
               "; say where it is with a compile_commands.json (-p BUILD_DIR) or with '-- -I DIR'; the file is "
               "checked as far as it parses";
  } else {
    size_t N = Issues.size();
    S.Advice = std::to_string(N) + (N == 1 ? " error" : " errors, the first") + ": " + Message.str() + Place +
               "; functions with errors are not judged";
    if (N > 1)
      S.Record.Reason = std::to_string(N) + " errors, the first: " + S.Record.Reason;
  }
  return S;
}

} // namespace gilray::driver
