// Tokens of the IR's text form.
#include "ir/TextCursor.h"
#include "ir/TextNames.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::ir::text {

StringRef Cursor::rest() {
  while (Pos < Text.size()) {
    char C = Text[Pos];
    if (C == ' ' || C == '\t' || C == '\r' || (C == '\n' && Depth))
      ++Pos;
    else if (Text.substr(Pos).starts_with("//"))
      Pos = std::min(Text.find('\n', Pos), Text.size());
    else
      break;
  }
  return Text.substr(Pos);
}

bool Cursor::atLineEnd() {
  StringRef R = rest();
  return R.empty() || R[0] == '\n' || R[0] == ';';
}

void Cursor::skipLines() {
  while (!atEnd() && atLineEnd())
    ++Pos;
}

void Cursor::expectLineEnd() {
  // A closing brace ends the statement before it: { return }
  if (!atLineEnd() && !rest().starts_with("}"))
    fail("expected the end of the line");
}

bool Cursor::consume(StringRef Punctuation) {
  if (!rest().starts_with(Punctuation))
    return false;
  Pos += Punctuation.size();
  return true;
}

void Cursor::expect(StringRef Punctuation) {
  if (!consume(Punctuation))
    fail("expected '" + Punctuation + "'");
}

StringRef Cursor::peekName() {
  StringRef R = rest();
  return R.take_front(qualifiedNameLength(R));
}

StringRef Cursor::takeName() {
  StringRef Name = peekName();
  if (Name.empty())
    fail("expected a name");
  Pos += Name.size();
  return Name;
}

bool Cursor::consumeWord(StringRef Word) {
  if (peekName() != Word)
    return false;
  Pos += Word.size();
  return true;
}

std::string Cursor::quoted() {
  std::string Result;
  size_t Start = (rest(), Pos);
  expect("\"");
  while (!failed()) {
    if (Pos >= Text.size() || Text[Pos] == '\n') {
      failAt(Start, "this string does not end on its line");
      break;
    }
    char C = Text[Pos++];
    if (C == '"')
      break;
    if (C != '\\') {
      Result += C;
      continue;
    }
    char E = Pos < Text.size() ? Text[Pos++] : '\0';
    if (E == '"' || E == '\\') {
      Result += E;
    } else if (E == 'n') {
      Result += '\n';
    } else if (E == 't') {
      Result += '\t';
    } else if (E == 'x' && Pos + 2 <= Text.size() && llvm::isHexDigit(Text[Pos]) && llvm::isHexDigit(Text[Pos + 1])) {
      Result += static_cast<char>(llvm::hexFromNibbles(Text[Pos], Text[Pos + 1]));
      Pos += 2;
    } else {
      Pos = std::min(Pos, Text.size());
      fail("unknown escape in a string: use \\n, \\t, \\\\, \\\" or \\xHH");
    }
  }
  return Result;
}

bool Cursor::atDigit() {
  StringRef R = rest();
  return !R.empty() && llvm::isDigit(R[0]);
}

bool Cursor::atInteger() {
  StringRef R = rest();
  return atDigit() || (R.size() > 1 && R[0] == '-' && llvm::isDigit(R[1]));
}

uint64_t Cursor::natural() {
  StringRef R = rest();
  unsigned Radix = 10;
  size_t Prefix = 0;
  if (R.starts_with("0x"))
    Radix = 16, Prefix = 2;
  StringRef Digits =
      R.drop_front(Prefix).take_while([&](char C) { return Radix == 16 ? llvm::isHexDigit(C) : llvm::isDigit(C); });
  uint64_t Value = 0;
  if (Digits.empty())
    fail("expected a number");
  else if (Digits.getAsInteger(Radix, Value))
    fail("this number is too large");
  else
    Pos += Prefix + Digits.size();
  return Value;
}

uint32_t Cursor::number() {
  size_t Start = (rest(), Pos);
  uint64_t Value = natural();
  if (Value > UINT32_MAX)
    failAt(Start, "this number is too large");
  return static_cast<uint32_t>(Value);
}

int64_t Cursor::integer() {
  size_t Start = (rest(), Pos);
  bool Negative = consume("-");
  uint64_t Magnitude = natural();
  if (Magnitude > uint64_t(INT64_MAX) + (Negative ? 1 : 0)) {
    failAt(Start, "this number is too large");
    return 0;
  }
  return static_cast<int64_t>(Negative ? 0 - Magnitude : Magnitude);
}

void Cursor::fail(const llvm::Twine &Message) {
  rest();
  failAt(Pos, Message);
}

void Cursor::failAt(size_t Position, const llvm::Twine &Message) {
  if (failed())
    return;
  Position = std::min(Position, Text.size());
  StringRef Before = Text.take_front(Position);
  size_t LineStart = Before.rfind('\n') + 1;
  Error = (llvm::Twine(Before.count('\n') + 1) + ":" + llvm::Twine(Position - LineStart + 1) + ": " + Message).str();
  Pos = Text.size();
}

} // namespace gilray::ir::text
