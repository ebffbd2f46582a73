// gilray ir: the unit of one file in its readable form.
#include "driver/CommandLine.h"
#include "driver/Commands.h"
#include "driver/Driver.h"
#include "driver/ExtractAll.h"
#include "driver/Inputs.h"
#include "driver/ParseIssues.h"
#include "driver/Progress.h"
#include "driver/Resources.h"
#include "ir/Binary.h"
#include "ir/Text.h"
#include "llvm/Support/FileSystem.h"

namespace gilray::driver {

using namespace llvm;

int runIr(const Invocation &Inv, const Context &C) {
  Log L(C.Err, /*Quiet=*/true, C.ErrIsTerminal);
  auto Fail = [&](const Twine &Why) {
    L.error(Why);
    return Failed;
  };
  if (Inv.Inputs.size() != 1)
    return Fail("'gilray ir' prints one file; name it");
  if (!sys::fs::exists(Inv.Inputs[0]) || sys::fs::is_directory(Inv.Inputs[0]))
    return Fail("no such file: '" + Inv.Inputs[0] + "'");
  if (Inv.Parse.Targets.size() > 1)
    return Fail("'gilray ir' parses for one target; name one");
  ExtractSettings Settings;
  if (Error E = resourceDir(Inv.Parse, C).moveInto(Settings.Extraction.ResourceDir))
    return Fail(toString(std::move(E)));
  auto Known = Commands::create(Inv.Parse, Inv.Inputs[0], {}, L);
  if (!Known)
    return Fail(toString(Known.takeError()));
  std::vector<Job> Jobs = Known->jobs({absolutePath(Inv.Inputs[0])}, !Inv.Parse.Targets.empty(), L);
  if (!Inv.Parse.Targets.empty()) {
    auto Other = Known->retarget(Jobs, Inv.Parse.Targets[0]);
    if (!Other)
      return Fail("no headers of Python " + Inv.Parse.Targets[0].name() + " found; known are " +
                  Known->knownVersions());
    Jobs = std::move(*Other);
  }
  Progress Silent(C.Err, false, 1);
  std::vector<ParsedFile> Files = extractAll(Jobs, Settings, Silent);
  if (!Files[0].Unit)
    return Fail(Files[0].Error);
  const ir::Unit &U = *Files[0].Unit;
  if (auto Issues = summarise(U, [](StringRef Path) { return Path.str(); }))
    L.warning(Inv.Inputs[0] + ":" + Twine(Issues->Record.Where.Line) + ": " + Issues->Advice);
  if (!Inv.BinarySize) {
    ir::print(U, C.Out);
    return Nothing;
  }
  std::string Text, Binary;
  raw_string_ostream TextOut(Text), BinaryOut(Binary);
  ir::print(U, TextOut);
  ir::writeBinary(U, BinaryOut);
  uint64_t Source = 0;
  (void)sys::fs::file_size(Inv.Inputs[0], Source);
  C.Out << "source " << Source << " bytes, text form " << Text.size() << " bytes, binary form " << Binary.size()
        << " bytes, " << U.Functions.size() << " functions\n";
  return Nothing;
}

} // namespace gilray::driver
