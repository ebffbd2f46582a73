// LLVM's option table and the list of commands: what the parser, the help, the manual and the completions are made
// from.
#ifndef GILRAY_DRIVER_OPTIONTABLE_H
#define GILRAY_DRIVER_OPTIONTABLE_H

#include "driver/CommandLine.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"

namespace gilray::driver {

/// The names that Options.td uses; any bits will do.
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
  InCompletion = 1u << 12,
  InManual = 1u << 13,
};

enum OptionId {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "driver/Options.inc"
#undef OPTION
};

class Table : public llvm::opt::GenericOptTable {
public:
  Table();
};

llvm::ArrayRef<llvm::opt::OptTable::Info> optionInfos();
llvm::ArrayRef<unsigned> optionGroups();

struct CommandInfo {
  Subcommand Command;
  llvm::StringRef Name, Usage, Summary;
  unsigned Visible;
};
llvm::ArrayRef<CommandInfo> commands();
const CommandInfo *commandInfo(Subcommand C);

/// An option as the help shows it to a command.
struct ShownOption {
  std::string Short, Long; ///< "-o", "--output"; one of them may be empty
  std::string Meta;        ///< what its value is called; empty: it takes none
  std::string Help;
  std::vector<std::string> Values; ///< if the value is one of a few words
  unsigned Group = 0;
  bool Rare = false; ///< in the manual and --help-all only
};
std::vector<ShownOption> shownOptions(unsigned Visible);

} // namespace gilray::driver

#endif
