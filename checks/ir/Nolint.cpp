#include "ir/Nolint.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::ir {

using namespace llvm;

static constexpr StringLiteral Word = "NOLINT";

std::vector<Nolint> nolints(StringRef Comment) {
  std::vector<Nolint> Found;
  for (size_t At = Comment.find(Word); At != StringRef::npos; At = Comment.find(Word, At + Word.size())) {
    StringRef Rest = Comment.drop_front(At + Word.size());
    Nolint N;
    N.Offset = At;
    if (Rest.consume_front("NEXTLINE"))
      N.Kind = SuppressionKind::NextLine;
    else if (Rest.consume_front("BEGIN"))
      N.Kind = SuppressionKind::Begin;
    else if (Rest.consume_front("END"))
      N.Kind = SuppressionKind::End;
    if (!Rest.empty() && (isAlnum(Rest.front()) || Rest.front() == '_'))
      continue; // NOLINTED is a word of its own
    if (size_t Close = Rest.find(')'); Rest.starts_with("(") && Close != StringRef::npos) {
      SmallVector<StringRef> Checks;
      Rest.slice(1, Close).split(Checks, ',', -1, /*KeepEmpty=*/false);
      for (StringRef C : Checks)
        if (!C.trim().empty())
          N.Checks.push_back(C.trim());
      Rest = Rest.drop_front(Close + 1);
    }
    N.Length = Comment.size() - At - Rest.size();
    Found.push_back(std::move(N));
  }
  return Found;
}

} // namespace gilray::ir
