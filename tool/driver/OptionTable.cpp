// See OptionTable.h.
#include "driver/OptionTable.h"
#include "llvm/ADT/STLExtras.h"
#include <array>

namespace gilray::driver {

using namespace llvm;
using namespace llvm::opt;

namespace {

#define OPTTABLE_STR_TABLE_CODE
#include "driver/Options.inc"
#undef OPTTABLE_STR_TABLE_CODE
#define OPTTABLE_PREFIXES_TABLE_CODE
#include "driver/Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

constexpr OptTable::Info Infos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "driver/Options.inc"
#undef OPTION
};

constexpr CommandInfo Commands[] = {
    {Subcommand::Check, "check", "[OPTIONS] [PATHS...] [-- COMPILER_FLAGS]",
     "Check C and C++ files of Python extensions, as one program", InCheck},
    {Subcommand::Readiness, "readiness", "[OPTIONS] [PATHS...] [-- COMPILER_FLAGS]",
     "Say which support for sub-interpreters and free threading each module may declare", InReadiness},
    {Subcommand::Index, "index", "[OPTIONS] [PATHS...] [-- COMPILER_FLAGS]",
     "Write the project index that single files are linked with, and judge nothing", InIndex},
    {Subcommand::Baseline, "baseline", "create|update|check [OPTIONS] [PATHS...] [-- COMPILER_FLAGS]",
     "Keep the findings that there are now, and report only what is new", InBaseline},
    {Subcommand::Report, "report", "FINDINGS.json [PROBE.json] [KERNELS.json]",
     "Show findings as a page, with what the probe measured of them", InReport},
    {Subcommand::List, "list", "", "List all checks", InList},
    {Subcommand::Explain, "explain", "CHECK...", "Explain a check: what it finds, why it matters, what to do",
     InExplain},
    {Subcommand::Ir, "ir", "[OPTIONS] FILE [-- COMPILER_FLAGS]", "Print what gilray sees of a file (thread IR)", InIr},
    {Subcommand::Catalogue, "catalogue", "--json", "Print every check's record for other programs", InCatalogue},
    {Subcommand::Cache, "cache", "[OPTIONS] info|clean", "Show or empty the cache of parsed files", InCache},
    {Subcommand::Completion, "completion", "bash|zsh|fish", "Print the completion script for a shell", InCompletion},
    {Subcommand::Manual, "manual", "", "Print the man page: gilray manual | man -l -", InManual},
    {Subcommand::Probe, "probe", "run|init|report|compare|doctor",
     "Measure whether kernels scale under threads, interpreters and processes", 0},
};

/// LLVM's tables hold one other help text for an option, and no values for a command alone.
struct Special {
  unsigned Option, Visible;
  StringRef Help;
  std::vector<std::string> Values;
};

const Special *specialOf(unsigned Option, unsigned Visible) {
  static const Special All[] = {
      {OPT_format, InReport, "html (default) or markdown", {"html", "markdown"}},
      {OPT_format, InReadiness, "", {"text", "json", "markdown", "badge"}},
      {OPT_fail_on, InReadiness, "", {"contradicted", "blocked", "never"}},
  };
  auto *It = find_if(All, [&](const Special &S) { return S.Option == Option && S.Visible == Visible; });
  return It == std::end(All) ? nullptr : It;
}

} // namespace

Table::Table() : GenericOptTable(OptionStrTable, OptionPrefixesTable, Infos) {}

ArrayRef<OptTable::Info> optionInfos() { return Infos; }
ArrayRef<CommandInfo> commands() { return Commands; }

ArrayRef<unsigned> optionGroups() {
  static constexpr unsigned Groups[] = {OPT_grp_input, OPT_grp_select, OPT_grp_output, OPT_grp_run, OPT_grp_misc};
  return Groups;
}

const CommandInfo *commandInfo(Subcommand C) {
  auto *It = find_if(Commands, [&](const CommandInfo &I) { return I.Command == C; });
  return It == std::end(Commands) ? nullptr : It;
}

std::vector<ShownOption> shownOptions(unsigned Visible) {
  Table T;
  std::vector<ShownOption> Out;
  for (const OptTable::Info &I : Infos) {
    if (!I.GroupID || !(I.Visibility & Visible) || !I.HelpText || !*I.HelpText)
      continue;
    ShownOption O;
    StringRef Name = I.getPrefixedName(T.getStrTable());
    (Name.starts_with("--") ? O.Long : O.Short) = Name.str();
    for (const OptTable::Info &Other : Infos)
      if (Other.AliasID == I.ID && Other.getPrefixedName(T.getStrTable()).size() == 2)
        O.Short = Other.getPrefixedName(T.getStrTable()).str();
      else if (I.ID == OPT_jobs && Other.ID == OPT_jobs_long)
        O.Long = Other.getPrefixedName(T.getStrTable()).str();
    O.Meta = I.MetaVar ? I.MetaVar : "";
    O.Help = T.getOptionHelpText(I.ID, opt::Visibility(Visible));
    O.Group = I.GroupID;
    O.Rare = I.Flags & HelpHidden;
    SmallVector<StringRef, 8> Values;
    StringRef(I.Values ? I.Values : "").split(Values, ',', -1, /*KeepEmpty=*/false);
    O.Values.assign(Values.begin(), Values.end());
    if (const Special *S = specialOf(I.ID, Visible)) {
      O.Values = S->Values;
      if (!S->Help.empty())
        O.Help = S->Help.str();
    }
    Out.push_back(std::move(O));
  }
  return Out;
}

} // namespace gilray::driver
