// Check names with wildcards.
#include "config/CheckGlobs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace gilray::config {

using namespace llvm;

static std::string fullName(const CheckInfo &Check) { return "gilray-" + std::string(Check.Name); }

std::string unknownCheck(StringRef Name) {
  StringRef Short = Name;
  Short.consume_front("gilray-");
  unsigned Best = std::max<size_t>(3, Short.size() / 3) + 1;
  std::string Nearest;
  for (const CheckInfo *C : allChecks())
    // A misspelt beginning counts too: 'detatched' for detached-api-call.
    for (StringRef Candidate : {StringRef(C->Name), StringRef(C->Name).take_front(Short.size())})
      if (unsigned D = Short.edit_distance(Candidate, true, Best); D < Best) {
        Best = D;
        Nearest = fullName(*C);
      }
  std::string Text = "'" + Name.str() + "' is not a check";
  if (Name.find_first_of("*?[{") != StringRef::npos)
    Text = "'" + Name.str() + "' matches no check";
  return Text + (Nearest.empty() ? "; see 'gilray list'" : "; did you mean '" + Nearest + "'?");
}

static bool matches(const Glob &Pattern, const CheckInfo &Check) {
  return Pattern.match(fullName(Check)) || Pattern.match(StringRef(Check.Name));
}

Expected<CheckGlobs> CheckGlobs::parse(ArrayRef<StringRef> List) {
  CheckGlobs Result;
  for (StringRef Text : List) {
    Text = Text.trim();
    bool Exclude = Text.consume_front("-");
    if (Text.empty())
      return createStringError(std::errc::invalid_argument, "empty item in a list of checks");
    // An old name stands for the check's present one.
    std::string Current = Text.str();
    if (const CheckInfo *Known = findCheck(std::string_view(Text)))
      Current = fullName(*Known);
    auto Pattern = Glob::create(Current);
    if (!Pattern)
      return createStringError(std::errc::invalid_argument, "'%s' is not a pattern: %s", Text.str().c_str(),
                               toString(Pattern.takeError()).c_str());
    if (none_of(allChecks(), [&](const CheckInfo *C) { return matches(*Pattern, *C); }))
      return createStringError(std::errc::invalid_argument, "%s", unknownCheck(Text).c_str());
    Result.Items.push_back({Exclude, std::move(*Pattern)});
  }
  return Result;
}

Expected<CheckGlobs> CheckGlobs::parse(StringRef CommaList) {
  SmallVector<StringRef, 8> Parts;
  CommaList.split(Parts, ',');
  return parse(Parts);
}

bool CheckGlobs::selects(const CheckInfo &Check, bool Base) const {
  bool Selected = Base && startsFromAll();
  for (const Item &I : Items)
    if (matches(I.Pattern, Check))
      Selected = !I.Exclude;
  return Selected;
}

bool matchesFullName(StringRef Text, const CheckInfo &Check) {
  if (const CheckInfo *Known = Text.starts_with("gilray-") ? findCheck(std::string_view(Text)) : nullptr)
    return Known == &Check;
  auto Pattern = Glob::create(Text);
  if (!Pattern) {
    consumeError(Pattern.takeError());
    return false;
  }
  return Pattern->match(fullName(Check));
}

} // namespace gilray::config
