// A position in IR text: characters, names, numbers, strings. The first error sticks and ends the text, so that every
// loop of the parser ends by itself.
#ifndef GILRAY_IR_TEXTCURSOR_H
#define GILRAY_IR_TEXTCURSOR_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <cstdint>
#include <optional>
#include <string>

namespace gilray::ir::text {

using llvm::StringRef;

class Cursor {
public:
  explicit Cursor(StringRef Text) : Text(Text) {}

  /// What is left, after blanks and comments; line ends are blanks only inside brackets.
  StringRef rest();
  bool atEnd() { return rest().empty(); }
  bool atLineEnd();
  /// Skips line ends and `;`.
  void skipLines();
  void expectLineEnd();

  bool consume(StringRef Punctuation);
  void expect(StringRef Punctuation);
  /// A whole word only: `at` is not the start of `attach`.
  bool consumeWord(StringRef Word);
  bool peekWord(StringRef Word) { return peekName() == Word; }
  StringRef peekName();
  StringRef takeName();
  void advance(size_t Length) { Pos += Length; }
  std::string quoted();
  uint32_t number();
  int64_t integer();
  uint64_t natural();
  bool adjacent(StringRef Punctuation) const { return Text.substr(Pos).starts_with(Punctuation); }
  bool atDigit();
  bool atInteger(); ///< a digit, or a minus sign directly before one

  /// Line ends are blanks while one of these lives.
  class Nest {
  public:
    explicit Nest(Cursor &C) : C(C) { ++C.Depth; }
    ~Nest() { --C.Depth; }

  private:
    Cursor &C;
  };

  void fail(const llvm::Twine &Message);
  bool failed() const { return !Error.empty(); }
  const std::string &error() const { return Error; }
  size_t position() const { return Pos; }
  /// Errors found late are placed where their cause stands.
  void failAt(size_t Position, const llvm::Twine &Message);

private:
  StringRef Text;
  size_t Pos = 0;
  unsigned Depth = 0;
  std::string Error;
};

} // namespace gilray::ir::text

#endif
