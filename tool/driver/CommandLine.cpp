// LLVM's option tables turned into an Invocation.
#include "driver/OptionTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"

namespace gilray::driver {

using namespace llvm;
using namespace llvm::opt;

namespace {

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
  Inv.Cython = Text(OPT_cython);
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
    for (const CommandInfo &C : commands()) {
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
  Inv.HelpAll = A.hasArg(OPT_help_all);
  Inv.Help = A.hasArg(OPT_help) || Inv.HelpAll;
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
  if (Inv.Command == Subcommand::Completion) {
    auto S = oneOf<Shell>("gilray completion", Inv.Inputs.empty() ? "" : StringRef(Inv.Inputs[0]),
                          {{"bash", Shell::Bash}, {"zsh", Shell::Zsh}, {"fish", Shell::Fish}});
    if (!S)
      return S.takeError();
    Inv.For = *S;
  }
  if (Inv.Command == Subcommand::Baseline)
    if (Error E = readBaselineAction(Inv))
      return std::move(E);
  if (Inv.Parse.HasFlags && !Inv.Parse.BuildDir.empty())
    return badOption("-p and compiler flags behind '--' exclude each other; give one of them");
  return Inv;
}

} // namespace gilray::driver
