// A shell pattern that owns its text: LLVM's GlobPattern only refers to it.
#ifndef GILRAY_CONFIG_GLOB_H
#define GILRAY_CONFIG_GLOB_H

#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include <memory>
#include <string>

namespace gilray::config {

class Glob {
public:
  static llvm::Expected<Glob> create(llvm::StringRef Text) {
    Glob G;
    G.Text = std::make_unique<std::string>(Text.str());
    // Braces multiply: {a,b}{a,b}... is refused before it becomes large.
    auto Pattern = llvm::GlobPattern::create(*G.Text, /*MaxSubPatterns=*/64);
    if (!Pattern)
      return Pattern.takeError();
    G.Pattern = std::move(*Pattern);
    return std::move(G);
  }
  bool match(llvm::StringRef S) const { return Pattern.match(S); }

private:
  std::unique_ptr<std::string> Text;
  llvm::GlobPattern Pattern;
};

} // namespace gilray::config

#endif
