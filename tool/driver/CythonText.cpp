#include "driver/CythonText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::driver {

using namespace llvm;

CythonText::CythonText(StringRef Text) {
  std::string Open; // the quotes that end the string which this line is in
  while (!Text.empty()) {
    StringRef Rest;
    std::tie(Rest, Text) = Text.split('\n');
    Line L;
    while (!Rest.empty()) {
      size_t Step = 1;
      char Shown = ' ';
      if (!Open.empty()) {
        if (Rest.front() == '\\')
          Step = 2;
        else if (Rest.starts_with(Open)) {
          Step = Open.size();
          Open.clear();
        }
      } else if (Rest.front() == '#') {
        L.CommentCol = L.Code.size() + 1;
        L.Comment = Rest.str();
        break;
      } else if (Rest.front() == '"' || Rest.front() == '\'') {
        Open = Rest.take_front(3) == std::string(3, Rest.front()) ? std::string(3, Rest.front())
                                                                  : std::string(1, Rest.front());
        Step = Open.size();
      } else {
        Shown = Rest.front();
      }
      L.Code.append(std::min(Step, Rest.size()), Shown);
      Rest = Rest.drop_front(std::min(Step, Rest.size()));
    }
    if (Open.size() == 1) // only those with three quotes go on
      Open.clear();
    Lines.push_back(std::move(L));
  }
}

/// Where Name stands as a word of its own.
static size_t findWord(StringRef Code, StringRef Name) {
  auto IsPart = [](char C) { return isAlnum(C) || C == '_'; };
  for (size_t At = Code.find(Name); At != StringRef::npos; At = Code.find(Name, At + 1)) {
    StringRef Before = Code.take_front(At), After = Code.drop_front(At + Name.size());
    if ((Before.empty() || !IsPart(Before.back())) && (After.empty() || !IsPart(After.front())))
      return At;
  }
  return StringRef::npos;
}

unsigned CythonText::declares(StringRef Name) const {
  if (Name.empty())
    return 0;
  size_t Block = StringRef::npos; // indentation of a "cdef:" whose lines these are
  for (auto [Index, L] : enumerate(Lines)) {
    StringRef Code = StringRef(L.Code).rtrim();
    size_t Indent = Code.find_first_not_of(" \t");
    if (Indent == StringRef::npos)
      continue;
    if (Block != StringRef::npos && Indent <= Block)
      Block = StringRef::npos;
    StringRef Head = Code.drop_front(Indent);
    bool Declares = Block != StringRef::npos;
    if (!Declares && Indent == 0)
      Declares = Head.consume_front("cdef ") || Head.consume_front("class ") || Head.consume_front("ctypedef ");
    if (!Declares) {
      if (Indent == 0 && Head == "cdef:")
        Block = Indent;
      continue;
    }
    size_t At = findWord(Head, Name);
    // Neither a parameter, nor a type's own parts, nor what a variable is set to.
    if (At == StringRef::npos || Head.take_front(At).contains('('))
      continue;
    StringRef Before = Head.take_front(At).rtrim();
    if (!Before.ends_with("="))
      return Index + 1;
  }
  return 0;
}

bool CythonText::decides(unsigned Line) const {
  if (Line == 0 || Line > Lines.size())
    return true;
  return any_of(
      ArrayRef<StringLiteral>{"if", "elif", "while", "for", "and", "or", "not", "assert", "except", "match", "case"},
      [&](StringRef Word) { return findWord(Lines[Line - 1].Code, Word) != StringRef::npos; });
}

} // namespace gilray::driver
