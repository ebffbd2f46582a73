// The words of the IR's text form, shared by its printer and parser.
#ifndef GILRAY_IR_TEXTNAMES_H
#define GILRAY_IR_TEXTNAMES_H

#include "ir/Unit.h"
#include <optional>
#include <string>

namespace gilray::ir::text {

using llvm::StringLiteral;

inline constexpr StringLiteral HeaderClassWords[] = {"project",      "python", "numpy", "pybind11", "nanobind",
                                                     "boost_python", "libc",   "std",   "system",   "builtin"};
inline constexpr StringLiteral LinkageWords[] = {"none", "internal", "inline", "external"};
inline constexpr StringLiteral TypeKindWords[] = {"other",   "void",      "bool",  "int",      "float", "enum",
                                                  "pointer", "reference", "array", "function", "record"};
inline constexpr StringLiteral EventWords[] = {"call",  "macro", "construct",   "destroy",     "assign",
                                               "write", "read",  "guard_enter", "guard_leave", "fork"};
inline constexpr StringLiteral OrderingWords[] = {"plain", "relaxed", "acquire", "release", "acq_rel", "seq_cst"};
inline constexpr StringLiteral TermWords[] = {"jump",  "branch", "switch",      "return",
                                              "throw", "resume", "unreachable", "indirect"};
inline constexpr StringLiteral JumpWords[] = {"fallthrough", "goto", "break", "continue", "return", "end"};
inline constexpr StringLiteral FunctionKindWords[] = {"function", "method",   "constructor", "destructor",
                                                      "lambda",   "omp_body", "global_init", "global_destructor"};
inline constexpr StringLiteral BodyWords[] = {"complete", "errors", "skipped", "too_large", "coroutine"};
inline constexpr StringLiteral SuppressionWords[] = {"line", "next_line", "begin", "end"};
inline constexpr StringLiteral LanguageWords[] = {"c", "c++"};

/// Indexed by Op; binding strength as in C, higher binds tighter.
struct OpWord {
  StringLiteral Word;
  int Strength;
};
inline constexpr OpWord OpWords[] = {
    {"", 0},   {"!", 11}, {"-", 11}, {"~", 11}, {"==", 6}, {"!=", 6}, {"<", 7},  {"<=", 7},
    {">", 7},  {">=", 7}, {"&&", 2}, {"||", 1}, {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10},
    {"%", 10}, {"<<", 8}, {">>", 8}, {"&", 5},  {"|", 3},  {"^", 4},
};
inline constexpr int UnaryStrength = 11, PostfixStrength = 12, PrimaryStrength = 13;

template <typename Enum, size_t N> constexpr StringRef word(const StringLiteral (&Table)[N], Enum E) {
  return Table[static_cast<size_t>(E)];
}
template <typename Enum, size_t N> std::optional<Enum> fromWord(const StringLiteral (&Table)[N], StringRef Word) {
  for (size_t I = 0; I != N; ++I)
    if (Table[I] == Word)
      return static_cast<Enum>(I);
  return std::nullopt;
}

/// `name`, as a variable or field is written without quotes.
bool isPlainName(StringRef S);
/// `ns::Class::~Class`, as a function or record is written without quotes.
bool isQualifiedName(StringRef S);
/// Length of the qualified name at the start of S, 0 if there is none.
size_t qualifiedNameLength(StringRef S);
/// `Python.h`, as a file is written without quotes.
bool isPlainFileName(StringRef S);
/// A word that means something where an expression may stand, so no variable is written so.
bool isExpressionWord(StringRef S);
StringRef baseName(StringRef Path);

/// Length of the type at the start of S that may stand without quotes: one name with the usual C decorations.
/// Normalised gets clang's spacing ("const char *const").
size_t bareTypeLength(StringRef S, std::string &Normalised);

} // namespace gilray::ir::text

#endif
