// Which names may stand without quotes in the text form.
#include "ir/TextNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace gilray::ir::text {

static bool startsName(char C) { return llvm::isAlpha(C) || C == '_' || C == '$'; }
static bool continuesName(char C) { return startsName(C) || llvm::isDigit(C); }

static size_t plainNameLength(StringRef S) {
  if (S.empty() || !startsName(S[0]))
    return 0;
  return std::min(S.size(), S.find_if_not(continuesName));
}

bool isPlainName(StringRef S) { return !S.empty() && plainNameLength(S) == S.size(); }

size_t qualifiedNameLength(StringRef S) {
  size_t Pos = plainNameLength(S);
  while (Pos && S.substr(Pos).starts_with("::")) {
    size_t Next = Pos + 2;
    if (S.substr(Next).starts_with("~"))
      ++Next;
    size_t Length = plainNameLength(S.substr(Next));
    if (!Length)
      break;
    Pos = Next + Length;
  }
  return Pos;
}

bool isQualifiedName(StringRef S) { return !S.empty() && qualifiedNameLength(S) == S.size(); }

bool isPlainFileName(StringRef S) {
  return !S.empty() && startsName(S[0]) &&
         llvm::all_of(S, [](char C) { return continuesName(C) || C == '.' || C == '-' || C == '+'; });
}

bool isExpressionWord(StringRef S) {
  return llvm::StringSwitch<bool>(S)
      .Cases({"unknown", "undef", "null", "fn", "lambda", "as", "at", "by", "to"}, true)
      .Default(false);
}

StringRef baseName(StringRef Path) { return Path.substr(Path.rfind('/') + 1); }

size_t bareTypeLength(StringRef S, std::string &Normalised) {
  enum { Nothing, Word, Star, Bracket } Last = Nothing;
  bool Named = false, Arithmetic = false;
  size_t Pos = 0, End = 0;
  Normalised.clear();
  while (true) {
    Pos = S.find_first_not_of(' ', Pos);
    StringRef Rest = Pos == StringRef::npos ? StringRef() : S.substr(Pos);
    size_t Length = qualifiedNameLength(Rest);
    StringRef Token = Rest.take_front(Length);
    if (Length) {
      bool Qualifier = Token == "const" || Token == "volatile";
      bool Tag = Token == "struct" || Token == "union" || Token == "enum" || Token == "class";
      bool Number = llvm::StringSwitch<bool>(Token)
                        .Cases({"unsigned", "signed", "long", "short", "int", "char", "double"}, true)
                        .Default(false);
      if (Last == Star ? !Qualifier : Named && !(Number && Arithmetic && Last == Word))
        break;
      Named |= !Qualifier && !Tag;
      Arithmetic |= Number;
      if (Last == Word)
        Normalised += ' ';
      Last = Last == Star ? Star : Word;
      Normalised += Token;
      if (Last == Star)
        Last = Word, Arithmetic = false;
    } else if (Named && Last != Bracket && (Rest.starts_with("*") || Rest.starts_with("&"))) {
      Length = 1;
      if (Last == Word)
        Normalised += ' ';
      Last = Star;
      Normalised += Rest[0];
    } else if (Named && Rest.starts_with("[")) {
      Length = Rest.find(']') + 1;
      if (!Length || !llvm::all_of(Rest.substr(1, Length - 2), llvm::isDigit))
        break;
      Last = Bracket;
      Normalised += Rest.take_front(Length);
    } else {
      break;
    }
    Pos += Length;
    End = Pos;
  }
  return Named ? End : 0;
}

} // namespace gilray::ir::text
