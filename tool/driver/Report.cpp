// gilray report: a page or Markdown from reports that were written as JSON, static and measured.
#include "report/Report.h"
#include "driver/CommandLine.h"
#include "driver/Driver.h"
#include "driver/Log.h"
#include "report/Join.h"
#include "report/Json.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <optional>

namespace gilray::driver {

using namespace llvm;

namespace {

/// The files by what is in them, in whatever order they are given.
struct Given {
  std::optional<report::Report> Found;
  std::optional<probe::Report> Probe;
  report::WaysFromPython Ways;
};

Error readInto(Given &G, StringRef Path) {
  auto Buffer = MemoryBuffer::getFileOrSTDIN(Path);
  if (!Buffer)
    return createStringError("cannot read '" + Path + "': " + Buffer.getError().message());
  StringRef Text = (*Buffer)->getBuffer();
  auto V = json::parse(Text);
  if (!V)
    return createStringError(Path + ": " + toString(V.takeError()));
  const json::Object *Root = V->getAsObject();
  auto Has = [&](StringRef Key) { return Root && Root->get(Key); };
  if (Has("findings") && Has("incomplete")) {
    SmallString<256> Here;
    (void)sys::fs::current_path(Here);
    if (G.Found)
      return createStringError("'" + Path + "' is a second report of 'gilray check'; give one");
    return report::readJson(Text, Path, Here).moveInto(G.Found);
  }
  if (Has("kernels") && Has("environment")) {
    if (G.Probe)
      return createStringError("'" + Path + "' is a second report of 'gilray probe run'; give one");
    return probe::readJson(Text, Path).moveInto(G.Probe);
  }
  if (Has("kernels"))
    return report::readManifest(Text, Path).moveInto(G.Ways);
  return createStringError("'" + Path +
                           "' is no JSON report of 'gilray check' or 'gilray probe run', and no manifest of "
                           "'gilray check --kernels'");
}

Error writeReport(const Invocation &Inv, const Context &C) {
  if (Inv.Inputs.empty())
    return createStringError(
        "give the report of 'gilray check --format json', and, if you have it, that of 'gilray probe "
        "run --json'");
  Given G;
  for (const std::string &Path : Inv.Inputs)
    if (Error E = readInto(G, Path))
      return E;
  if (!G.Found)
    return createStringError(
        "none of the files is a report of 'gilray check --format json'; a probe run alone is shown by "
        "'gilray probe report'");
  if (G.Probe)
    report::join(*G.Found, *G.Probe, G.Ways);
  report::Sources Sources;
  auto Write = [&](raw_ostream &OS) {
    if (Inv.Report == Format::Markdown)
      report::writeMarkdown(*G.Found, OS);
    else
      report::writeHtml(*G.Found, Sources, OS);
    return Error::success();
  };
  if (!Inv.Output.empty())
    return writeToOutput(Inv.Output, Write);
  return Write(C.Out);
}

} // namespace

int runReport(const Invocation &Inv, const Context &C) {
  if (Error E = writeReport(Inv, C)) {
    Log(C.Err, false, C.ErrInColor).error(toString(std::move(E)));
    return Failed;
  }
  return Nothing;
}

} // namespace gilray::driver
