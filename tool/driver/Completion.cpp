// gilray completion: scripts for shells, from the same tables as --help. Names of checks are asked for when they are
// needed.
#include "driver/Driver.h"
#include "driver/OptionTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::driver {

using namespace llvm;

namespace {

constexpr StringRef ListChecks = "gilray list 2>/dev/null | sed -n 's/^\\(gilray-[^ ]*\\).*/\\1/p'";
/// The probe has options of its own.
constexpr StringRef ProbeOptions = "gilray probe \"$sub\" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u";

/// The first operand of a command, where it is one of a few words.
std::vector<std::string> operands(StringRef Command) {
  if (Command == "baseline")
    return {"create", "update", "check"};
  if (Command == "cache")
    return {"info", "clean"};
  if (Command == "completion")
    return {"bash", "zsh", "fish"};
  if (Command == "probe")
    return {"run", "init", "report", "compare", "doctor"};
  return {};
}

bool takesChecks(const ShownOption &O) { return O.Long == "--checks"; }

/// Within single quotes of a shell.
std::string quoted(StringRef Text) {
  std::string Out = "'";
  for (char C : Text)
    Out += C == '\'' ? std::string("'\\''") : std::string(1, C);
  return Out + "'";
}

std::string commandNames() {
  std::string Out;
  for (const CommandInfo &C : commands())
    (Out += Out.empty() ? "" : " ") += C.Name;
  return Out;
}

void bash(raw_ostream &OS) {
  OS << "# Completion of gilray for bash, written by 'gilray completion bash'.\n_gilray() {\n"
        "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} "
        "sub=${COMP_WORDS[2]}\n"
        "  # readline splits --name=value at the sign\n"
        "  [ \"$cur\" != = ] || cur=\n"
        "  [ \"$prev\" != = ] || prev=${COMP_WORDS[COMP_CWORD-2]}\n"
        "  COMPREPLY=()\n"
        "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W '"
     << commandNames() << " --help --version' -- \"$cur\")); return\n  fi\n  case $command:$prev in\n";
  for (const CommandInfo &C : commands())
    for (const ShownOption &O : shownOptions(C.Visible)) {
      std::string Names = C.Name.str() + ":" + (O.Long.empty() ? O.Short : O.Long);
      if (!O.Long.empty() && !O.Short.empty())
        Names += "|" + C.Name.str() + ":" + O.Short;
      if (takesChecks(O))
        OS << "  " << Names << ") COMPREPLY=($(compgen -W \"$(" << ListChecks << ")\" -- \"$cur\")); return ;;\n";
      else if (!O.Values.empty())
        OS << "  " << Names << ") COMPREPLY=($(compgen -W '" << join(O.Values, " ") << "' -- \"$cur\")); return ;;\n";
      else if (!O.Meta.empty())
        OS << "  " << Names << ") COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n";
    }
  OS << "  esac\n  local words=\n  case $command in\n";
  for (const CommandInfo &C : commands()) {
    OS << "  " << C.Name << ")\n";
    std::vector<std::string> Words = operands(C.Name);
    if (!Words.empty())
      OS << "    [ \"$COMP_CWORD\" -ne 2 ] || words='" << join(Words, " ") << "'\n";
    if (C.Command == Subcommand::Explain)
      OS << "    words=$(" << ListChecks << ")\n";
    if (C.Command == Subcommand::Probe)
      OS << "    [ \"$COMP_CWORD\" -le 2 ] || words=$(" << ProbeOptions << ")\n";
    std::string Options;
    for (const ShownOption &O : shownOptions(C.Visible))
      (Options += " ") += O.Long.empty() ? O.Short : O.Long;
    OS << "    [[ $cur != -* ]] || words=\"$words" << Options << "\"\n    ;;\n";
  }
  OS << "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
        "  [ ${#COMPREPLY[@]} -gt 0 ] || [[ $cur == -* ]] || COMPREPLY=($(compgen -f -- \"$cur\"))\n"
        "}\ncomplete -o filenames -F _gilray gilray\n";
}

/// Text inside _arguments' brackets.
std::string bracketed(StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (C == '[' || C == ']' || C == ':' || C == '\\')
      Out += '\\';
    Out += C;
  }
  return Out;
}

void zsh(raw_ostream &OS) {
  OS << "#compdef gilray\n# Completion of gilray for zsh, written by 'gilray completion zsh'.\n"
        "_gilray_checks() { local -a checks; checks=(${(f)\"$("
     << ListChecks
     << ")\"}); compadd -a checks }\n_gilray() {\n  local sub=${words[3]}\n  if (( CURRENT == 2 )); then\n    local -a "
        "commands=(\n";
  for (const CommandInfo &C : commands())
    OS << "      " << quoted((C.Name + ":" + C.Summary).str()) << '\n';
  OS << "    )\n    _describe command commands\n    return\n  fi\n  local command=${words[2]}\n"
        "  shift words; (( CURRENT-- ))\n  case $command in\n";
  for (const CommandInfo &C : commands()) {
    OS << "  " << C.Name << ")\n";
    if (C.Command == Subcommand::Probe) {
      OS << "    if (( CURRENT == 2 )); then compadd " << join(operands(C.Name), " ") << "; return; fi\n"
         << "    [[ ${words[CURRENT]} == -* ]] && compadd -- ${(f)\"$(" << ProbeOptions << ")\"} || _files\n    ;;\n";
      continue;
    }
    OS << "    _arguments";
    for (const ShownOption &O : shownOptions(C.Visible)) {
      std::string Takes = O.Meta.empty() ? "" : ":" + O.Meta + ":";
      if (takesChecks(O))
        Takes += "_gilray_checks";
      else if (!O.Values.empty())
        Takes += "(" + join(O.Values, " ") + ")";
      else if (!O.Meta.empty())
        Takes += "_files";
      for (const std::string &Name : {O.Short, O.Long})
        if (!Name.empty())
          OS << " \\\n      " << quoted(Name + "[" + bracketed(O.Help) + "]" + Takes);
    }
    std::vector<std::string> Words = operands(C.Name);
    if (!Words.empty())
      OS << " \\\n      " << quoted("1:action:(" + join(Words, " ") + ")");
    OS << " \\\n      " << quoted(C.Command == Subcommand::Explain ? "*:check:_gilray_checks" : "*:file:_files")
       << "\n    ;;\n";
  }
  OS << "  esac\n}\nif [ \"$funcstack[1]\" = _gilray ]; then _gilray \"$@\"; else compdef _gilray gilray; fi\n";
}

void fish(raw_ostream &OS) {
  OS << "# Completion of gilray for fish, written by 'gilray completion fish'.\n";
  for (const CommandInfo &C : commands())
    OS << "complete -c gilray -n __fish_use_subcommand -f -a " << C.Name << " -d " << quoted(C.Summary) << '\n';
  for (const CommandInfo &C : commands()) {
    std::string Start = ("complete -c gilray -n '__fish_seen_subcommand_from " + C.Name + "'").str();
    for (const ShownOption &O : shownOptions(C.Visible)) {
      OS << Start;
      if (!O.Short.empty())
        OS << " -s " << StringRef(O.Short).drop_front();
      if (!O.Long.empty())
        OS << " -l " << StringRef(O.Long).drop_front(2);
      if (takesChecks(O))
        OS << " -x -a " << quoted(("(" + ListChecks + ")").str());
      else if (!O.Values.empty())
        OS << " -x -a " << quoted(join(O.Values, " "));
      else if (!O.Meta.empty())
        OS << " -r";
      OS << " -d " << quoted(O.Help) << '\n';
    }
    if (std::vector<std::string> Words = operands(C.Name); !Words.empty())
      OS << Start << " -a " << quoted(join(Words, " ")) << '\n';
    if (C.Command == Subcommand::Explain)
      OS << Start << " -f -a " << quoted(("(" + ListChecks + ")").str()) << '\n';
  }
}

} // namespace

int runCompletion(const Invocation &Inv, const Context &C) {
  (Inv.For == Shell::Bash ? bash : Inv.For == Shell::Zsh ? zsh : fish)(C.Out);
  return Nothing;
}

} // namespace gilray::driver
