// See Command.h.
#include "command/Command.h"
#include "command/Compare.h"
#include "command/Init.h"
#include "launcher/Interpreters.h"
#include "launcher/Machine.h"
#include "launcher/RunProbe.h"
#include "report/Gate.h"
#include "report/Html.h"
#include "report/Json.h"
#include "report/Markdown.h"
#include "report/Text.h"
#include "report/Verdict.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

namespace gilray::probe {

using namespace llvm;
using namespace llvm::opt;

namespace {

enum VisibilityBit : unsigned {
  InRun = 1u << 1,
  InInit = 1u << 2,
  InReport = 1u << 3,
  InCompare = 1u << 4,
  InDoctor = 1u << 5,
};

enum OptionId {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "command/Options.inc"
#undef OPTION
};

#define OPTTABLE_STR_TABLE_CODE
#include "command/Options.inc"
#undef OPTTABLE_STR_TABLE_CODE
#define OPTTABLE_PREFIXES_TABLE_CODE
#include "command/Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

constexpr OptTable::Info Infos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "command/Options.inc"
#undef OPTION
};

class Table : public GenericOptTable {
public:
  Table() : GenericOptTable(OptionStrTable, OptionPrefixesTable, Infos) {}
};

struct Streams {
  raw_ostream &Out, &Err;
  bool OutIsTerminal, ErrIsTerminal;
  StringRef Executable;

  int fail(const Twine &Message) const {
    Err << "gilray: error: " << Message << '\n';
    return 2;
  }
  /// Calls Write with FILE of --output, or with standard output.
  template <typename F> int into(StringRef File, F Write) const {
    if (File.empty()) {
      Write(Out, OutIsTerminal);
      return 0;
    }
    std::error_code EC;
    raw_fd_ostream OS(File, EC);
    if (EC)
      return fail("cannot write '" + File + "': " + EC.message());
    Write(OS, false);
    return 0;
  }
};

struct OutputFormat {
  StringRef Name;
  void (*Write)(const Report &, raw_ostream &);
};
constexpr OutputFormat Formats[] = {{"text", [](const Report &R, raw_ostream &OS) { writeText(R, {}, OS); }},
                                    {"json", writeJson},
                                    {"markdown", writeMarkdown},
                                    {"html", writeHtml},
                                    {"junit", writeJunit}};

int writeReport(const Report &R, const InputArgList &A, const Streams &S) {
  StringRef Name = A.getLastArgValue(OPT_format, "text");
  auto *Format = find_if(Formats, [&](const OutputFormat &F) { return F.Name == Name; });
  return S.into(A.getLastArgValue(OPT_output), [&](raw_ostream &OS, bool) { Format->Write(R, OS); });
}

/// Before anything is measured, not afterwards.
int checkFormat(const InputArgList &A, const Streams &S) {
  StringRef Name = A.getLastArgValue(OPT_format, "text");
  if (any_of(Formats, [&](const OutputFormat &F) { return F.Name == Name; }))
    return 0;
  return S.fail("'" + Name + "' is not a value for --format; use text, json, markdown, html, junit");
}

int runRun(const InputArgList &A, ArrayRef<std::string> Inputs, const Streams &S) {
  if (Inputs.size() != 1)
    return S.fail("give one spec: gilray probe run SPEC; 'gilray probe init' writes a first one");
  if (int Status = checkFormat(A, S))
    return Status;
  auto TheSpec = loadSpec(Inputs[0]);
  if (!TheSpec)
    return S.fail(toString(TheSpec.takeError()));
  RunOptions O;
  O.Harness = findHarness(S.Executable);
  if (O.Harness.empty())
    return S.fail("the harness library is not beside gilray (lib/gilray/gilray_probe_harness.so); install it again");
  O.OnlyKernel = A.getLastArgValue(OPT_kernel).str();
  if (Arg *L = A.getLastArg(OPT_seed)) {
    uint64_t N = 0;
    if (StringRef(L->getValue()).getAsInteger(10, N))
      return S.fail("'" + Twine(L->getValue()) + "' is not a number for --seed");
    O.Seed = N;
  }
  if (Arg *L = A.getLastArg(OPT_budget)) {
    double D = 0;
    if (StringRef(L->getValue()).getAsDouble(D) || D <= 0)
      return S.fail("'" + Twine(L->getValue()) + "' is not a number of seconds for --budget");
    O.Budget = D;
  }
  if (Arg *L = A.getLastArg(OPT_replay))
    if (StringRef(L->getValue()).getAsInteger(10, O.Replay) || O.Replay < 2 || O.Replay > 256)
      return S.fail("'" + Twine(L->getValue()) + "' is not a number of threads (2 to 256) for --replay");
  O.StructureOnly = A.hasArg(OPT_structure);
  O.Costs = !A.hasArg(OPT_no_costs);
  if (!A.hasArg(OPT_quiet)) {
    O.Log = &S.Err;
    O.LogIsTerminal = S.ErrIsTerminal;
  }
  auto R = runProbe(*TheSpec, O);
  if (!R)
    return S.fail(toString(R.takeError()));
  judgeExpectations(*TheSpec, *R);
  if (StringRef File = A.getLastArgValue(OPT_json); !File.empty())
    if (int Status = S.into(File, [&](raw_ostream &OS, bool) { writeJson(*R, OS); }))
      return Status;
  if (int Status = writeReport(*R, A, S))
    return Status;
  return R->Interrupted ? 130 : gateStatus(*R, A.hasArg(OPT_strict));
}

int runReport(const InputArgList &A, ArrayRef<std::string> Inputs, const Streams &S) {
  if (Inputs.size() != 1)
    return S.fail("give one JSON report of 'gilray probe run'");
  if (int Status = checkFormat(A, S))
    return Status;
  auto R = loadReport(Inputs[0]);
  if (!R)
    return S.fail(toString(R.takeError()));
  judge(*R);
  return writeReport(*R, A, S);
}

int runCompare(const InputArgList &A, ArrayRef<std::string> Inputs, const Streams &S) {
  if (Inputs.size() != 2)
    return S.fail("give two JSON reports of 'gilray probe run': the older one first");
  auto Old = loadReport(Inputs[0]), New = loadReport(Inputs[1]);
  if (!Old || !New)
    return S.fail(toString(joinErrors(Old.takeError(), New.takeError())));
  judge(*Old);
  judge(*New);
  return S.into(A.getLastArgValue(OPT_output), [&](raw_ostream &OS, bool) { writeComparison(*Old, *New, OS); });
}

LaunchContext context(const Streams &S, const Spec &Empty) {
  LaunchContext C;
  C.Harness = findHarness(S.Executable);
  C.Environment = cleanEnvironment(Empty);
  return C;
}

std::vector<InterpreterSpec> interpreters(const InputArgList &A, const LaunchContext &C,
                                          std::vector<InterpreterFacts> &Facts) {
  StringRef List = A.getLastArgValue(OPT_python);
  if (List.empty())
    return discoverInterpreters(C, &Facts);
  std::vector<InterpreterSpec> Result;
  for (StringRef P : split(List, ',')) {
    InterpreterSpec I{P.rsplit('/').second.empty() ? P.str() : P.rsplit('/').second.str(), P.str(), std::nullopt, 0};
    Facts.push_back(askInterpreter(I, C));
    if (Facts.back().Problem.empty())
      Result.push_back(I);
  }
  return Result;
}

int runInit(const InputArgList &A, ArrayRef<std::string> Inputs, const Streams &S) {
  adoptOrphans();
  InterruptGuard Guard;
  Spec Empty;
  std::vector<InterpreterFacts> Facts;
  auto Found = interpreters(A, context(S, Empty), Facts);
  for (const InterpreterFacts &F : Facts)
    if (!F.Problem.empty())
      S.Err << "gilray: remark: " << F.Python << " " << F.Problem << '\n';
  auto Text = initialSpec(Facts, A.getLastArgValue(OPT_manifest), Inputs);
  if (!Text)
    return S.fail(toString(Text.takeError()));
  StringRef File = A.getLastArgValue(OPT_output);
  if (!File.empty() && sys::fs::exists(File))
    return S.fail("'" + File + "' is there already; gilray overwrites no spec");
  return S.into(File, [&](raw_ostream &OS, bool) { OS << *Text; });
}

int runDoctor(const InputArgList &A, ArrayRef<std::string> Inputs, const Streams &S) {
  adoptOrphans();
  InterruptGuard Guard;
  Spec Empty;
  LaunchContext C = context(S, Empty);
  Environment E = describeMachine();
  S.Out << "machine      " << E.CpuModel << (E.Hypervisor.empty() ? "" : ", virtual (" + E.Hypervisor + ")") << '\n';
  S.Out << "processors   " << E.CpuChoice << '\n';
  if (E.CpuQuota > 0)
    S.Out << "quota        " << E.CpuQuota << " processors: measure with fewer workers than that\n";
  if (!E.Governor.empty() && E.Governor != "performance")
    S.Out << "governor     " << E.Governor << ": clock frequencies change while you measure\n";
  unsigned Passed = 0;
  QuietCheck Last;
  constexpr unsigned Checks = 10;
  for (unsigned I = 0; I < Checks; ++I) {
    QuietCheck Q = checkQuiet(E.Used, E.Used.size());
    Passed += Q.Quiet;
    if (!Q.Quiet)
      Last = Q;
  }
  S.Out << "quiet        " << Passed << " of " << Checks << " checks"
        << (Passed < Checks ? "; " + whyNotQuiet(Last) : "") << '\n';
  S.Out << "hand-over    " << formatv("{0:f1} us\n", measureHandOver(E.Used) * 1e6);
  S.Out << "harness      " << (C.Harness.empty() ? "missing: lib/gilray/gilray_probe_harness.so" : C.Harness) << '\n';
  std::vector<InterpreterFacts> Facts;
  auto Found = interpreters(A, C, Facts);
  for (const InterpreterFacts &F : Facts) {
    S.Out << "interpreter  ";
    if (!F.Problem.empty())
      S.Out << F.Python << " " << F.Problem << '\n';
    else
      S.Out << left_justify(F.Release + (F.FreeThreaded ? "t" : ""), 10)
            << (F.Version[1] >= 12 ? "own-gil " : "        ") << F.Python << '\n';
  }
  if (Found.empty())
    S.Out << "interpreter  none found: give --python PATH\n";
  return C.Harness.empty() || Found.empty() ? 2 : 0;
}

struct CommandInfo {
  StringRef Name, Usage, Summary;
  unsigned Visible;
  int (*Run)(const InputArgList &, ArrayRef<std::string>, const Streams &);
};

constexpr CommandInfo Commands[] = {
    {"run", "[OPTIONS] SPEC", "Measure the kernels of a spec", InRun, runRun},
    {"init", "[OPTIONS] [MODULE...]", "Write a first spec from the linter's manifest and the interpreters at hand",
     InInit, runInit},
    {"report", "[OPTIONS] JSON", "Show a JSON report again", InReport, runReport},
    {"compare", "[OPTIONS] OLD.json NEW.json", "Say what differs between two runs", InCompare, runCompare},
    {"doctor", "[OPTIONS]", "Say how well this machine can measure, and with which interpreters", InDoctor, runDoctor},
};

void printHelp(const CommandInfo *C, raw_ostream &OS) {
  if (!C) {
    OS << "Measure whether kernels scale under threads, interpreters and processes, and say why not\n\n"
          "Usage: gilray probe COMMAND [OPTIONS]\n\nCommands:\n";
    for (const CommandInfo &I : Commands)
      OS << "  " << left_justify(I.Name, 12) << I.Summary << '\n';
    OS << "\nTry 'gilray probe doctor', then 'gilray probe init -o probe.yaml'.\n";
    return;
  }
  OS << C->Summary << "\n\nUsage: gilray probe " << C->Name << ' ' << C->Usage << "\n\nOptions:\n";
  Table T;
  for (const OptTable::Info &I : Infos) {
    if (!(I.Visibility & C->Visible) || !I.HelpText || !*I.HelpText)
      continue;
    std::string Left = (I.getPrefixedName(T.getStrTable()) + (I.MetaVar ? " " + std::string(I.MetaVar) : "")).str();
    OS << "  " << left_justify(Left, 22) << T.getOptionHelpText(I.ID) << '\n';
  }
  OS << "\nExit status: 0 done, 1 an expectation failed, 2 the job could not be done, 3 inconclusive, 130 "
        "interrupted.\n";
}

} // namespace

int runCommand(ArrayRef<const char *> Args, StringRef Executable, raw_ostream &Out, raw_ostream &Err,
               bool OutIsTerminal, bool ErrIsTerminal) {
  Streams S{Out, Err, OutIsTerminal, ErrIsTerminal, Executable};
  const CommandInfo *Command = nullptr;
  StringRef First = Args.empty() ? "" : Args[0];
  if (First.empty() || First == "--help" || First == "-h") {
    printHelp(nullptr, First.empty() ? Err : Out);
    return First.empty() ? 2 : 0;
  }
  SmallVector<StringRef, 8> Names;
  for (const CommandInfo &C : Commands) {
    Names.push_back(C.Name);
    if (C.Name == First)
      Command = &C;
  }
  if (!Command)
    return S.fail("unknown command 'probe " + First + "'; the commands are " + join(Names, ", "));
  Table T;
  unsigned MissingIndex = 0, MissingCount = 0;
  InputArgList A = T.ParseArgs(Args.drop_front(), MissingIndex, MissingCount, opt::Visibility(Command->Visible));
  if (A.hasArg(OPT_help)) {
    printHelp(Command, Out);
    return 0;
  }
  if (MissingCount)
    return S.fail("option '" + Twine(A.getArgString(MissingIndex)) + "' needs a value");
  for (const Arg *Unknown : A.filtered(OPT_UNKNOWN)) {
    std::string Nearest, Text = Unknown->getAsString(A);
    bool Near = T.findNearest(Text, Nearest, opt::Visibility(Command->Visible), 2) <= 3;
    return S.fail("unknown option '" + Text + "'" +
                  (Near ? "; did you mean '" + Nearest + "'?" : "; see 'gilray probe " + First.str() + " --help'"));
  }
  std::vector<std::string> Inputs;
  for (const Arg *Input : A.filtered(OPT_INPUT))
    Inputs.push_back(Input->getValue());
  return Command->Run(A, Inputs, S);
}

} // namespace gilray::probe
