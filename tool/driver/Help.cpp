// --help: what a command does and the options that are often needed, on one screen.
#include "driver/OptionTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"

namespace gilray::driver {

using namespace llvm;

namespace {

/// As wide as the terminal, within reason; where nobody watches, always the same.
unsigned helpWidth() {
  unsigned Columns = sys::Process::StandardOutIsDisplayed() ? sys::Process::StandardOutColumns() : 0;
  return Columns ? std::clamp(Columns, 60u, 110u) : 100;
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

/// "-o, --output FILE", with the long names below each other.
std::string spelled(const ShownOption &O) {
  std::string S = O.Short.empty() ? "    " : O.Short + (O.Long.empty() ? "" : ", ");
  return S + O.Long + (O.Meta.empty() ? "" : " " + O.Meta);
}

void printOptions(unsigned Visible, bool All, raw_ostream &OS) {
  Table T;
  constexpr unsigned HelpColumn = 28;
  std::vector<ShownOption> Options = shownOptions(Visible);
  for (unsigned Group : optionGroups()) {
    bool Headed = false;
    for (const ShownOption &O : Options) {
      if (O.Group != Group || (O.Rare && !All))
        continue;
      if (!Headed)
        OS << '\n' << T.getOptionHelpText(Group) << ":\n";
      Headed = true;
      std::string Left = spelled(O);
      OS << "  " << Left;
      if (Left.size() + 4 > HelpColumn)
        (OS << '\n').indent(HelpColumn);
      else
        OS.indent(HelpColumn - 2 - Left.size());
      printWrapped(OS, O.Help, HelpColumn, helpWidth());
    }
  }
}

/// What a command's help says behind the options.
StringRef closing(Subcommand Command) {
  switch (Command) {
  case Subcommand::Check:
    return "Exit status: 0 nothing to report, 1 findings, 2 the job could not be done.\n";
  case Subcommand::Readiness:
    return "Give all files of a module together: nothing is earned by what is not seen.\n"
           "Exit status: 0, or 1 as --fail-on says, 2 the job could not be done.\n";
  case Subcommand::Baseline:
    return "create writes today's findings, check reports those that are new, update takes out what is fixed.\n"
           "Exit status: 0 nothing new, 1 new findings, 2 the job could not be done.\n";
  case Subcommand::Report:
    return "The files are what 'gilray check --format json', 'gilray probe run --json' and 'gilray check\n"
           "--kernels' wrote, in any order. Run it where 'gilray check' ran: it reads the sources.\n";
  case Subcommand::Completion:
    return "bash: gilray completion bash > ~/.local/share/bash-completion/completions/gilray\n"
           "zsh:  gilray completion zsh > DIR/_gilray, with DIR in $fpath\n"
           "fish: gilray completion fish > ~/.config/fish/completions/gilray.fish\n";
  default:
    return "";
  }
}

} // namespace

void printHelp(Subcommand Command, raw_ostream &OS, bool All) {
  if (const CommandInfo *C = commandInfo(Command)) {
    OS << C->Summary << "\n\nUsage: gilray " << C->Name << (C->Usage.empty() ? "" : " ") << C->Usage << '\n';
    printOptions(C->Visible, All, OS);
    if (StringRef Text = closing(Command); !Text.empty())
      OS << '\n' << Text;
    return;
  }
  OS << "gilray: an X-ray for the GIL. Checks C and C++ extensions of CPython for wrong use of the thread state.\n\n"
        "Usage: gilray COMMAND [OPTIONS]\n\nCommands:\n";
  for (const CommandInfo &I : commands())
    (OS << "  " << left_justify(I.Name, 12)), printWrapped(OS, I.Summary, 14, helpWidth());
  printOptions(InMain, All, OS);
  OS << "\nTry 'gilray check .' in the directory of an extension, and 'gilray COMMAND --help' for more.\n";
}

} // namespace gilray::driver
