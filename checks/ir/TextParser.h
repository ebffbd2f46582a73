// The parser behind ir::parseText: TextParse.cpp reads tables and file-scope facts, TextParseRefs.cpp references,
// TextParseFunction.cpp functions, TextParseValue.cpp expressions.
#ifndef GILRAY_IR_TEXTPARSER_H
#define GILRAY_IR_TEXTPARSER_H

#include "ir/TextCursor.h"
#include "ir/TextNames.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <map>
#include <tuple>

namespace gilray::ir::text {

class Parser {
public:
  explicit Parser(StringRef Text) : C(Text) { findGlobals(Text); }
  llvm::Expected<Unit> run();

private:
  // ---- TextParse.cpp
  void findGlobals(StringRef Text);
  void nameGlobal(StringRef Name, StringRef Id);
  void statement();
  void unitLine();
  void fileLine();
  void chainLine();
  void typeLine();
  void calleeLine();
  void recordLine();
  void globalLine();
  void toplevelLine();
  void groupLine();
  void suppressLine();
  void issueLine();
  void mapLine();
  Init initialiser(unsigned Nesting = 0);
  void finish();

  // ---- TextParseRefs.cpp
  StringRef name();      ///< qualified or quoted
  StringRef plainName(); ///< of a variable or field
  StringRef string() { return U.intern(C.quoted()); }
  std::vector<StringRef> strings(); ///< ("a", "b")
  template <typename Enum, size_t N> Enum choice(const StringLiteral (&Table)[N], StringRef What);
  void tableNumber(size_t Next, StringRef What); ///< the optional number of a table line
  FileId file();
  FileId fileAt(StringRef Path, size_t Position);
  FileId fileOf(HeaderClass Class);
  FileId mainFile();
  TypeId type();
  TypeId typeSpelled(StringRef Spelling);
  llvm::SmallVector<TypeId, 4> typeList();
  CalleeId callee();
  Loc loc();
  /// Words after a line's main part, up to its end or `{`: `at LOC`, flags, key=value.
  void attributes(llvm::function_ref<bool(StringRef Key)> Handle);
  bool value(StringRef &Key); ///< consumes the `=` of key=value

  // ---- TextParseFunction.cpp
  void function();
  void variableDeclaration(bool Parameter);
  void captures();
  void loopLine();
  void body();
  void eventOrTerminator();
  void event(EventKind Kind, ValueId Result);
  void eventAttributes(Event &E);
  void terminator(TermKind Kind);
  void finishBlock(bool Last);
  void finishLabels();
  BlockId label(); ///< `none` or a label, which may stand further down
  bool atLabel();

  // ---- TextParseValue.cpp
  ValueId expression() { return intern(binary(1)); }
  Value binary(int Strength);
  Value unary();
  Value postfix();
  Value primary();
  Value field(Value Object);
  VarId variable(StringRef Name);
  ValueId intern(const Value &V);
  std::vector<ValueId> arguments();

  Cursor C;
  Unit U;
  Function F;
  bool BlockOpen = false;
  unsigned Nesting = 0;
  using ValueKey = std::tuple<ValueKind, Op, ValueId, ValueId, uint32_t, TypeId, int64_t, StringRef, StringRef>;
  std::map<ValueKey, ValueId> ValueIds;
  llvm::StringMap<VarId> VarsByName;
  /// Labels get numbers when first named; finishLabels turns these into block indices.
  struct Label {
    StringRef Name;
    BlockId Block = NoBlock;
    size_t Position = 0;
  };
  std::vector<Label> Labels;
  llvm::StringMap<uint32_t> LabelIds;
  llvm::StringMap<TypeId> TypesBySpelling;
  llvm::StringMap<CalleeId> CalleesByName, CalleesById;
  llvm::StringMap<std::optional<StringRef>> GlobalsByName; ///< to their ids; nothing: the name is not unique
  std::vector<bool> ImplicitCallee{false};
  size_t TypeTablePosition = 0; ///< of the last `type` line, for references that turn out to lead nowhere
};

template <typename Enum, size_t N> Enum Parser::choice(const StringLiteral (&Table)[N], StringRef What) {
  // "c++" is the one word that is not a name.
  if (C.rest().starts_with("c++")) {
    if (auto E = fromWord<Enum>(Table, "c++")) {
      C.advance(3);
      return *E;
    }
  }
  if (auto E = fromWord<Enum>(Table, C.peekName())) {
    C.takeName();
    return *E;
  }
  std::string Known;
  for (StringRef Word : Table)
    Known += (Known.empty() ? "" : ", ") + Word.str();
  C.fail("expected " + What + ", one of: " + Known);
  return Enum();
}

} // namespace gilray::ir::text

#endif
