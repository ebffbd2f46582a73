// gilray manual: the man page, from the same tables as --help.
#include "driver/Driver.h"
#include "driver/OptionTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::driver {

using namespace llvm;

namespace {

/// Text for roff: no macro at the start of a line, hyphens that can be searched for.
std::string roff(StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (C == '\\')
      Out += "\\e";
    else if (C == '-')
      Out += "\\-";
    else if ((C == '.' || C == '\'') && (Out.empty() || Out.back() == '\n'))
      (Out += "\\&") += C;
    else
      Out += C;
  }
  return Out;
}

void option(const ShownOption &O, raw_ostream &OS) {
  OS << ".TP\n.B " << roff(O.Short) << (O.Short.empty() || O.Long.empty() ? "" : ", ") << roff(O.Long);
  if (!O.Meta.empty())
    OS << " \\fI" << roff(O.Meta) << "\\fR";
  OS << '\n' << roff(O.Help);
  if (!O.Values.empty() && !StringRef(O.Help).contains(O.Values.back()))
    OS << ": " << roff(join(O.Values, ", "));
  OS << '\n';
}

} // namespace

int runManual(const Invocation &, const Context &C) {
  raw_ostream &OS = C.Out;
  OS << ".TH GILRAY 1 \"\" \"gilray " GILRAY_VERSION "\" \"User Commands\"\n"
        ".SH NAME\ngilray \\- an X\\-ray for the GIL: checks C and C++ extensions of CPython\n"
        ".SH SYNOPSIS\n.B gilray\n.I COMMAND\n[\\fIOPTIONS\\fR] ...\n"
        ".SH DESCRIPTION\ngilray reads the C and C++ source of CPython extensions and shows where the code touches "
        "Python without "
        "an attached thread state (without holding the GIL), where it leaves the thread state as it should not, and "
        "what "
        "stands in the way of sub\\-interpreters and free threading.\n"
        ".SH COMMANDS\n";
  for (const CommandInfo &I : commands())
    OS << ".TP\n.B " << roff(I.Name) << " \\fI" << roff(I.Usage) << "\\fR\n" << roff(I.Summary) << ".\n";
  for (const CommandInfo &I : commands()) {
    std::vector<ShownOption> Options = shownOptions(I.Visible);
    llvm::erase_if(Options, [](const ShownOption &O) { return StringRef(O.Long).starts_with("--help"); });
    if (Options.empty())
      continue;
    OS << ".SH OPTIONS OF " << roff(I.Name.upper()) << '\n';
    for (unsigned Group : optionGroups())
      for (const ShownOption &O : Options)
        if (O.Group == Group)
          option(O, OS);
  }
  OS << ".SH EXIT STATUS\n.TP\n0\nnothing at or above the failing severity was found\n.TP\n1\nfindings\n.TP\n2\nthe "
        "job could not be "
        "done\n"
        ".SH FILES\n.TP\n.B .gilray.yaml\nconfiguration of a project, searched upwards\n.TP\n.B "
        ".gilray\\-baseline.json\n"
        "findings that are known and left out\n.TP\n.B compile_commands.json\nhow the sources are compiled, searched "
        "upwards\n"
        ".SH ENVIRONMENT\n.TP\n.B GILRAY_CACHE_DIR\nwhere parsed files are kept\n.TP\n.B GILRAY_RESOURCE_DIR\nClang's "
        "resource "
        "directory\n.TP\n.B NO_COLOR\nif set, nothing is coloured\n"
        ".SH SEE ALSO\n\\fBgilray explain\\fR \\fICHECK\\fR, clang\\-tidy(1), clangd(1)\n";
  return Nothing;
}

} // namespace gilray::driver
