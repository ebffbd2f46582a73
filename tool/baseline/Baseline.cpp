// See Baseline.h.
#include "baseline/Baseline.h"
#include "report/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace gilray::baseline {

using namespace llvm;

static constexpr int SchemaVersion = 1;

Expected<Baseline> Baseline::load(StringRef Path) {
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return createStringError(Buffer.getError(), "the baseline '" + Path +
                                                    "' cannot be read: " + Buffer.getError().message() +
                                                    "; 'gilray baseline create' makes one");
  auto Refuse = [&](const Twine &Why) { return createStringError("'" + Path + "' is no baseline: " + Why); };
  auto Root = json::parse((*Buffer)->getBuffer());
  if (!Root)
    return Refuse(toString(Root.takeError()));
  const json::Object *Document = Root->getAsObject();
  if (!Document || Document->getInteger("schema_version") != SchemaVersion)
    return Refuse("it has no schema_version " + Twine(SchemaVersion) + "; it may be of another gilray");
  const json::Array *List = Document->getArray("findings");
  if (!List)
    return Refuse("it has no findings");
  Baseline Out;
  for (const json::Value &V : *List) {
    const json::Object *O = V.getAsObject();
    auto Fingerprint = O ? O->getString("fingerprint") : std::nullopt;
    if (!Fingerprint)
      return Refuse("a finding has no fingerprint");
    auto Text = [&](StringRef Key) { return O->getString(Key).value_or("").str(); };
    Out.Entries[Fingerprint->str()] = {Text("check"), Text("file"), Text("function"), Text("message")};
  }
  return Out;
}

static auto order(const std::pair<std::string, Entry> &E) {
  return std::tie(E.second.File, E.second.Function, E.second.Check, E.second.Message, E.first);
}

Error Baseline::save(StringRef Path) const {
  // In the order of the source, so that a difference of two versions reads well.
  std::vector<std::pair<std::string, Entry>> Sorted(Entries.begin(), Entries.end());
  llvm::sort(Sorted, [](const auto &A, const auto &B) { return order(A) < order(B); });
  Error E = writeToOutput(Path, [&](raw_ostream &OS) {
    json::OStream J(OS, 2);
    J.object([&] {
      J.attribute("schema_version", SchemaVersion);
      J.attributeArray("findings", [&] {
        for (const auto &[Fingerprint, X] : Sorted)
          J.object([&] {
            J.attribute("file", json::fixUTF8(X.File));
            J.attribute("function", json::fixUTF8(X.Function));
            J.attribute("check", X.Check);
            J.attribute("message", json::fixUTF8(X.Message));
            J.attribute("fingerprint", Fingerprint);
          });
      });
    });
    J.flush();
    OS << '\n';
    return Error::success();
  });
  if (E)
    return createStringError("the baseline '" + Path + "' cannot be written: " + toString(std::move(E)));
  return Error::success();
}

void Baseline::add(const Finding &F, StringRef Root) {
  Entries[F.Fingerprint] = {"gilray-" + std::string(F.Check->Name), report::relativePath(F.Where.File, Root),
                            F.Function, F.Message};
}

std::vector<Entry> Baseline::dropFixed(function_ref<bool(StringRef Fingerprint, const Entry &E)> Gone) {
  std::vector<Entry> Fixed;
  std::erase_if(Entries, [&](auto &E) {
    if (!Gone(E.first, E.second))
      return false;
    Fixed.push_back(E.second);
    return true;
  });
  llvm::sort(Fixed, [](const Entry &A, const Entry &B) {
    return std::tie(A.File, A.Function, A.Check, A.Message) < std::tie(B.File, B.Function, B.Check, B.Message);
  });
  return Fixed;
}

} // namespace gilray::baseline
