// Fingerprints: the same finding keeps its name while the code around it changes.
#include "report/Report.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

namespace gilray::report {

using namespace llvm;

std::string relativePath(StringRef Path, StringRef Directory) {
  StringRef Rest = Path;
  if (!Directory.empty() && Directory != "/" && Rest.consume_front(Directory) && Rest.consume_front("/"))
    return Rest.str();
  return Path.str();
}

void addFingerprints(std::vector<Finding> &Findings, StringRef Root, Sources &S) {
  StringMap<unsigned> Ordinals;
  for (Finding &F : Findings) {
    std::string Key =
        (Twine(F.Check ? F.Check->Name : "") + "\n" + relativePath(F.Where.File, Root) + "\n" + F.Function + "\n")
            .str();
    for (char C : S.text(F.Where))
      if (!isSpace(C))
        Key += C;
    Key += "\n" + std::to_string(Ordinals[Key]++);
    F.Fingerprint = utohexstr(xxh3_64bits(Key), /*LowerCase=*/true, /*Width=*/16);
  }
}

} // namespace gilray::report
