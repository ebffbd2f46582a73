// LLVM's option tables turned into an Invocation.
#include "driver/CommandLine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"
#include <array>

namespace gilray::driver {

using namespace llvm;
using namespace llvm::opt;

namespace {

enum VisibilityBit : unsigned {
  InMain = 1u << 1,
  InCheck = 1u << 2,
  InIr = 1u << 3,
  InList = 1u << 4,
  InExplain = 1u << 5,
  InCatalogue = 1u << 6,
  InCache = 1u << 7,
  InReadiness = 1u << 8,
  InIndex = 1u << 9,
  InBaseline = 1u << 10,
  InReport = 1u << 11,
};

enum OptionId {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "driver/Options.inc"
#undef OPTION
};

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

class Table : public GenericOptTable {
public:
  Table() : GenericOptTable(OptionStrTable, OptionPrefixesTable, Infos) {}
};

struct CommandInfo {
  Subcommand Command;
  StringRef Name, Usage, Summary;
  unsigned Visible;
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
    {Subcommand::Probe, "probe", "run|init|report|compare|doctor",
     "Measure whether kernels scale under threads, interpreters and processes", 0},
};

template <typename... Ts> Error badOption(const char *Format, const Ts &...Values) {
  return createStringError(std::errc::invalid_argument, Format, Values...);
}

Error unknownOption(const Table &T, StringRef Text, const CommandInfo *Command) {
  std::string Nearest, Hint;
  opt::Visibility Mask(Command ? Command->Visible : unsigned(InMain));
  unsigned Distance = T.findNearest(Text, Nearest, Mask, /*MinimumLength=*/2);
  if (Distance <= 3)
    Hint = "; did you mean '" + Nearest + "'?";
  else
    Hint = "; see 'gilray" + (Command ? " " + Command->Name.str() : std::string()) + " --help'";
  return badOption("unknown option '%s'%s", Text.str().c_str(), Hint.c_str());
}

/// One of the allowed words, or an error that lists them.
template <typename T> Expected<T> oneOf(StringRef Option, StringRef Value, ArrayRef<std::pair<StringRef, T>> Allowed) {
  SmallVector<StringRef, 4> Names;
  for (const auto &[Name, Meaning] : Allowed) {
    if (Name == Value)
      return Meaning;
    Names.push_back(Name);
  }
  return badOption("'%s' is not a value for %s; use %s", Value.str().c_str(), Option.str().c_str(),
                   join(Names, ", ").c_str());
}

constexpr std::pair<StringRef, Severity> Severities[] = {
    {"note", Severity::Note}, {"warning", Severity::Warning}, {"error", Severity::Error}};

/// --fail-on and --format mean findings for `check` ...
Error readReport(const InputArgList &A, Invocation &Inv) {
  if (Arg *L = A.getLastArg(OPT_fail_on)) {
    Inv.FailNever = StringRef(L->getValue()) == "never";
    if (!Inv.FailNever) {
      auto S = oneOf<Severity>("--fail-on", L->getValue(), Severities);
      if (!S)
        return joinErrors(S.takeError(), badOption("or never"));
      Inv.FailOn = *S;
    }
  }
  if (Arg *L = A.getLastArg(OPT_format)) {
    auto F = oneOf<Format>("--format", L->getValue(),
                           {{"text", Format::Text},
                            {"json", Format::Json},
                            {"sarif", Format::Sarif},
                            {"github", Format::GitHub},
                            {"gitlab", Format::GitLab},
                            {"junit", Format::JUnit},
                            {"markdown", Format::Markdown},
                            {"html", Format::Html}});
    if (!F)
      return F.takeError();
    Inv.Report = *F;
  }
  return Error::success();
}

/// `report` shows what is JSON already.
Error readShown(const InputArgList &A, Invocation &Inv) {
  auto F = oneOf<Format>("--format", A.getLastArgValue(OPT_format, "html"),
                         {{"html", Format::Html}, {"markdown", Format::Markdown}});
  if (!F)
    return F.takeError();
  Inv.Report = *F;
  return Error::success();
}

/// ... and verdicts for `readiness`.
Error readReadiness(const InputArgList &A, Invocation &Inv) {
  if (Arg *L = A.getLastArg(OPT_fail_on)) {
    auto G = oneOf<ReadinessGate>("--fail-on", L->getValue(),
                                  {{"contradicted", ReadinessGate::Contradicted},
                                   {"blocked", ReadinessGate::Blocked},
                                   {"never", ReadinessGate::Never}});
    if (!G)
      return G.takeError();
    Inv.FailOnVerdict = *G;
  }
  if (Arg *L = A.getLastArg(OPT_format)) {
    auto F = oneOf<ReadinessFormat>("--format", L->getValue(),
                                    {{"text", ReadinessFormat::Text},
                                     {"json", ReadinessFormat::Json},
                                     {"markdown", ReadinessFormat::Markdown},
                                     {"badge", ReadinessFormat::Badge}});
    if (!F)
      return F.takeError();
    Inv.ReadinessReport = *F;
  }
  return Error::success();
}

Error readValues(const InputArgList &A, Invocation &Inv) {
  auto Text = [&](OptionId Id) { return A.getLastArgValue(Id).str(); };
  Inv.Parse.BuildDir = Text(OPT_p);
  Inv.Parse.Python = Text(OPT_python);
  Inv.Parse.ResourceDir = Text(OPT_resource_dir);
  Inv.ConfigFile = Text(OPT_config);
  Inv.Index = Text(OPT_index);
  Inv.Checks = Text(OPT_checks);
  Inv.Output = Text(OPT_output);
  Inv.Kernels = Text(OPT_kernels);
  Inv.CacheDir = Text(OPT_cache_dir);
  Inv.NoConfig = A.hasArg(OPT_no_config);
  Inv.NoCache = A.hasArg(OPT_no_cache);
  Inv.Strict = A.hasArg(OPT_strict);
  Inv.Quiet = A.hasArg(OPT_quiet);
  Inv.Stats = A.hasArg(OPT_stats);
  Inv.BinarySize = A.hasArg(OPT_binary_size);
  Inv.Json = A.hasArg(OPT_json);
  Inv.Fix = A.hasArg(OPT_fix);
  Inv.FixDryRun = A.hasArg(OPT_fix_dry_run);
  Inv.Project = A.hasArg(OPT_project);
  Inv.Baseline = Text(OPT_baseline);
  Inv.Grow = A.hasArg(OPT_grow);
  Inv.Diff = Text(OPT_diff);
  if (A.hasArg(OPT_diff) && Inv.Diff.empty())
    return badOption("--diff is empty; name a commit, such as origin/main");
  if (Inv.Project && !Inv.Index.empty())
    return badOption("--project parses the rest of the project, --index has it from earlier runs; give one of them");
  if (Inv.Fix && Inv.FixDryRun)
    return badOption("--fix changes the files, --fix-dry-run does not; give one of them");
  if (A.hasArg(OPT_kernels) && Inv.Kernels.empty())
    return badOption("--kernels needs the name of a file to write");
  if (A.hasArg(OPT_checks) && Inv.Checks.empty())
    return badOption("--checks is empty; name at least one check, see 'gilray list'");
  if (Arg *L = A.getLastArg(OPT_jobs, OPT_jobs_long))
    if (StringRef(L->getValue()).getAsInteger(10, Inv.Jobs) || Inv.Jobs == 0 || Inv.Jobs > 4096)
      return badOption("'%s' is not a number of jobs; use 1 or more", L->getValue());
  if (Arg *L = A.getLastArg(OPT_target)) {
    auto Targets = config::parseTargets(L->getValue());
    if (!Targets)
      return Targets.takeError();
    Inv.Parse.Targets = *Targets;
  }
  if (Arg *L = A.getLastArg(OPT_severity)) {
    auto S = oneOf<Severity>("--severity", L->getValue(), Severities);
    if (!S)
      return S.takeError();
    Inv.Shown = *S;
  }
  auto Read = Inv.Command == Subcommand::Readiness ? readReadiness
              : Inv.Command == Subcommand::Report  ? readShown
                                                   : readReport;
  if (Error E = Read(A, Inv))
    return E;
  if (Arg *L = A.getLastArg(OPT_color)) {
    auto W =
        oneOf<When>("--color", L->getValue(), {{"auto", When::Auto}, {"always", When::Always}, {"never", When::Never}});
    if (!W)
      return W.takeError();
    Inv.Color = *W;
  }
  return Error::success();
}

/// The first operand of `baseline` says what to do.
Error readBaselineAction(Invocation &Inv) {
  if (Inv.Inputs.empty())
    return badOption("say what to do: 'gilray baseline create', 'update' or 'check'");
  auto Action = oneOf<BaselineAction>(
      "gilray baseline", Inv.Inputs.front(),
      {{"create", BaselineAction::Create}, {"update", BaselineAction::Update}, {"check", BaselineAction::Check}});
  if (!Action)
    return Action.takeError();
  Inv.OnBaseline = *Action;
  Inv.Inputs.erase(Inv.Inputs.begin());
  if (Inv.Grow && *Action != BaselineAction::Update)
    return badOption("--grow belongs to 'gilray baseline update'");
  if (!Inv.Diff.empty() && *Action != BaselineAction::Check)
    return badOption("--diff looks at a part of the findings; a baseline is made of all");
  return Error::success();
}

const CommandInfo *commandInfo(Subcommand C) {
  auto *It = find_if(Commands, [&](const CommandInfo &I) { return I.Command == C; });
  return It == std::end(Commands) ? nullptr : It;
}

/// "-j N" and "--jobs N" are one option to the reader.
std::string spelled(const Table &T, const OptTable::Info &I, StringRef ShortForm) {
  std::string S = ShortForm.empty() ? "    " : (ShortForm + ", ").str();
  S += I.getPrefixedName(T.getStrTable());
  if (I.MetaVar)
    (S += " ") += I.MetaVar;
  return S;
}

void printWrapped(raw_ostream &OS, StringRef Text, unsigned Indent, unsigned Width) {
  unsigned Column = Indent;
  SmallVector<StringRef, 32> Words;
  Text.split(Words, ' ', -1, false);
  bool First = true;
  for (StringRef W : Words) {
    if (!First && Column + 1 + W.size() > Width) {
      OS << '\n';
      OS.indent(Indent);
      Column = Indent;
      First = true;
    }
    OS << (First ? "" : " ") << W;
    Column += W.size() + !First;
    First = false;
  }
  OS << '\n';
}

/// LLVM's tables hold one other text for an option; --format has a third.
StringRef helpText(const Table &T, const OptTable::Info &I, unsigned Visible) {
  if (I.ID == OPT_format && Visible == InReport)
    return "html (default) or markdown";
  return T.getOptionHelpText(I.ID, opt::Visibility(Visible));
}

void printOptions(unsigned Visible, raw_ostream &OS) {
  Table T;
  constexpr unsigned HelpColumn = 30, Width = 110;
  for (unsigned Group : {OPT_grp_input, OPT_grp_select, OPT_grp_output, OPT_grp_run, OPT_grp_misc}) {
    bool Headed = false;
    for (const OptTable::Info &I : Infos) {
      if (I.GroupID != Group || !(I.Visibility & Visible) || !I.HelpText || !*I.HelpText)
        continue;
      if (!Headed)
        OS << '\n' << T.getOptionHelpText(Group) << ":\n";
      Headed = true;
      StringRef Short;
      for (const OptTable::Info &Other : Infos)
        if (Other.AliasID == I.ID && Other.getPrefixedName(T.getStrTable()).size() == 2)
          Short = Other.getPrefixedName(T.getStrTable());
      bool IsShort = I.getPrefixedName(T.getStrTable()).size() == 2;
      std::string Left = IsShort ? (I.getPrefixedName(T.getStrTable()) + " " + (I.MetaVar ? I.MetaVar : "")).str()
                                 : spelled(T, I, Short);
      OS << "  " << Left;
      if (Left.size() + 4 > HelpColumn)
        (OS << '\n').indent(HelpColumn);
      else
        OS.indent(HelpColumn - 2 - Left.size());
      printWrapped(OS, helpText(T, I, Visible), HelpColumn, Width);
    }
  }
}

} // namespace

std::optional<Severity> parseSeverity(StringRef Name) {
  for (const auto &[Known, S] : Severities)
    if (Known == Name)
      return S;
  return std::nullopt;
}

StringRef severityName(Severity S) { return Severities[static_cast<unsigned>(S)].first; }

std::string didYouMean(StringRef Wrong, ArrayRef<StringRef> Candidates) {
  unsigned Best = std::max<size_t>(2, Wrong.size() / 4) + 1;
  StringRef Nearest;
  for (StringRef C : Candidates)
    if (unsigned D = Wrong.edit_distance(C, true, Best); D < Best) {
      Best = D;
      Nearest = C;
    }
  return Nearest.empty() ? "" : "; did you mean '" + Nearest.str() + "'?";
}

Expected<Invocation> parseCommandLine(ArrayRef<const char *> Args) {
  Invocation Inv;
  if (!Args.empty() && StringRef(Args[0]) == "probe") {
    Inv.Command = Subcommand::Probe;
    Inv.ProbeArgs = Args.drop_front().vec();
    return Inv;
  }
  // Everything behind the first `--` belongs to the compiler.
  auto *Dashes = find_if(Args, [](const char *A) { return StringRef(A) == "--"; });
  if (Dashes != Args.end()) {
    Inv.Parse.HasFlags = true;
    for (const char *Flag : Args.drop_front(Dashes - Args.begin() + 1))
      Inv.Parse.Flags.push_back(Flag);
    Args = Args.take_front(Dashes - Args.begin());
  }
  const CommandInfo *Command = nullptr;
  if (!Args.empty() && !StringRef(Args[0]).starts_with("-")) {
    StringRef Name = Args[0];
    SmallVector<StringRef, 8> Names;
    for (const CommandInfo &C : Commands) {
      Names.push_back(C.Name);
      if (C.Name == Name)
        Command = &C;
    }
    if (Name == "help") {
      Inv.Help = true;
      return Inv;
    }
    if (!Command)
      return badOption("unknown command '%s'%s", Args[0],
                       (didYouMean(Name, Names) + "; the commands are " + join(Names, ", ")).c_str());
    Inv.Command = Command->Command;
    Args = Args.drop_front();
  }
  Table T;
  unsigned MissingIndex = 0, MissingCount = 0;
  InputArgList A =
      T.ParseArgs(Args, MissingIndex, MissingCount, opt::Visibility(Command ? Command->Visible : unsigned(InMain)));
  Inv.Help = A.hasArg(OPT_help);
  Inv.Version = A.hasArg(OPT_version);
  if (Inv.Help || Inv.Version)
    return Inv;
  if (MissingCount)
    return badOption("option '%s' needs a value", A.getArgString(MissingIndex));
  for (const Arg *Unknown : A.filtered(OPT_UNKNOWN))
    return unknownOption(T, Unknown->getAsString(A), Command);
  for (const Arg *Input : A.filtered(OPT_INPUT))
    Inv.Inputs.push_back(Input->getValue());
  if (!Command && !Inv.Inputs.empty())
    return badOption("the command comes first: gilray check %s", Inv.Inputs[0].c_str());
  bool Parses = is_contained(
      {Subcommand::Check, Subcommand::Readiness, Subcommand::Index, Subcommand::Baseline, Subcommand::Ir}, Inv.Command);
  if (Inv.Parse.HasFlags && !Parses)
    return badOption("compiler flags behind '--' belong to 'check', 'readiness', 'index', 'baseline' and 'ir' only");
  if (Error E = readValues(A, Inv))
    return std::move(E);
  if (Inv.Command == Subcommand::Baseline)
    if (Error E = readBaselineAction(Inv))
      return std::move(E);
  if (Inv.Parse.HasFlags && !Inv.Parse.BuildDir.empty())
    return badOption("-p and compiler flags behind '--' exclude each other; give one of them");
  return Inv;
}

void printHelp(Subcommand Command, raw_ostream &OS) {
  const CommandInfo *C = commandInfo(Command);
  if (C) {
    OS << C->Summary << "\n\nUsage: gilray " << C->Name << (C->Usage.empty() ? "" : " ") << C->Usage << '\n';
    if (Command == Subcommand::Check || Command == Subcommand::Readiness || Command == Subcommand::Baseline)
      OS << "\nPATHS are files, or directories that are searched for C and C++ sources (default: the current "
            "directory).\n"
            "Without compile_commands.json and without flags, the headers of the active Python are used.\n";
    printOptions(C->Visible, OS);
    if (Command == Subcommand::Report)
      OS << "\nThe files are what 'gilray check --format json', 'gilray probe run --json' and 'gilray check --kernels' "
            "wrote, in any "
            "order.\nRun it where 'gilray check' ran, so that it finds the sources.\n";
    if (Command == Subcommand::Readiness)
      OS << "\nGive all files of a module together: what is not seen cannot be judged, and nothing is earned then.\n"
            "Exit status: 0, or 1 as --fail-on says, 2 the job could not be done.\n";
    if (Command == Subcommand::Baseline)
      OS << "\ncreate writes the findings of now, check reports those that are not in the baseline, update takes out "
            "what is "
            "fixed.\nExit status: 0 nothing new, 1 new findings, 2 the job could not be done.\n";
    if (Command == Subcommand::Check)
      OS << "\nExit status: 0 nothing to report, 1 findings, 2 the job could not be done.\n"
            "In the source, NOLINT, NOLINTNEXTLINE and NOLINTBEGIN/NOLINTEND with check names suppress findings.\n";
    return;
  }
  OS << "gilray: an X-ray for the GIL. Checks C and C++ extensions of CPython for wrong use of the thread state.\n\n"
        "Usage: gilray COMMAND [OPTIONS]\n\nCommands:\n";
  for (const CommandInfo &I : Commands)
    OS << "  " << left_justify(I.Name, 12) << I.Summary << '\n';
  printOptions(InMain, OS);
  OS << "\nTry 'gilray check .' in the directory of an extension, and 'gilray COMMAND --help' for more.\n";
}

} // namespace gilray::driver
