// Text -> Unit: names, files, types, callees and places. What has not been declared is declared by its first use.
#include "ir/TextParser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace gilray::ir::text {

StringRef Parser::name() { return C.rest().starts_with("\"") ? string() : U.intern(C.takeName()); }

StringRef Parser::plainName() {
  size_t Start = (C.rest(), C.position());
  bool Quoted = C.rest().starts_with("\"");
  StringRef Name = name();
  if (!Quoted && !C.failed() && (!isPlainName(Name) || isExpressionWord(Name)))
    C.failAt(Start, "'" + Name + "' cannot be a plain name here: write it in quotes");
  return Name;
}

std::vector<StringRef> Parser::strings() {
  std::vector<StringRef> Result;
  C.expect("(");
  Cursor::Nest N(C);
  while (!C.failed() && !C.consume(")")) {
    Result.push_back(string());
    if (!C.consume(",") && !C.rest().starts_with(")"))
      C.fail("expected ',' or ')'");
  }
  return Result;
}

void Parser::tableNumber(size_t Next, StringRef What) {
  if (!C.atDigit())
    return;
  size_t Start = C.position();
  if (C.number() != Next && !C.failed())
    C.failAt(Start, "expected " + What + " " + llvm::Twine(Next) + ": tables stand in order, before their first use");
}

// ---------------------------------------------------------------- files
FileId Parser::fileAt(StringRef Path, size_t Position) {
  FileId ByName = 0;
  bool Several = false;
  for (FileId I = 1; I < U.Files.size(); ++I) {
    if (U.Files[I].Path == Path)
      return I;
    if (baseName(U.Files[I].Path) == Path) {
      Several = ByName != 0;
      ByName = I;
    }
  }
  if (Several)
    C.failAt(Position, "several files are called '" + Path + "': write the whole path in quotes, or #NUMBER");
  if (ByName)
    return ByName;
  U.Files.push_back({U.intern(Path), HeaderClass::Project});
  return U.Files.size() - 1;
}

FileId Parser::file() {
  size_t Start = (C.rest(), C.position());
  if (C.consume("#")) {
    FileId Id = C.number();
    if (Id >= U.Files.size())
      C.failAt(Start, "there is no file #" + llvm::Twine(Id));
    return Id;
  }
  if (C.rest().starts_with("\""))
    return fileAt(C.quoted(), Start);
  StringRef R = C.rest();
  StringRef Name = R.take_until([](char Ch) { return StringRef(" \t\r\n:,;()[]{}\"").contains(Ch); });
  if (!isPlainFileName(Name)) {
    C.fail("expected a file name");
    return 0;
  }
  C.advance(Name.size());
  return fileAt(Name, Start);
}

FileId Parser::fileOf(HeaderClass Class) {
  if (Class == HeaderClass::Project)
    return 0;
  for (FileId I = 1; I < U.Files.size(); ++I)
    if (U.Files[I].Class == Class)
      return I;
  U.Files.push_back({U.intern(("<" + word(HeaderClassWords, Class) + ">").str()), Class});
  return U.Files.size() - 1;
}

FileId Parser::mainFile() {
  for (FileId I = 1; I < U.Files.size(); ++I)
    if (U.Files[I].Path == U.MainFile)
      return I;
  U.Files.push_back({U.MainFile, HeaderClass::Project});
  return U.Files.size() - 1;
}

Loc Parser::loc() {
  Loc L;
  if (C.atDigit()) {
    L.File = mainFile();
  } else {
    L.File = file();
    C.expect(":");
  }
  L.Line = C.number();
  C.expect(":");
  L.Col = C.number();
  if (C.consume("-")) {
    L.EndLine = L.Line;
    L.EndCol = C.number();
    if (C.consume(":")) {
      L.EndLine = L.EndCol;
      L.EndCol = C.number();
    }
  }
  if (C.consume("^")) {
    size_t Start = C.position();
    L.Chain = C.number();
    if (L.Chain >= U.MacroChains.size())
      C.failAt(Start, "there is no macro chain " + llvm::Twine(L.Chain));
  }
  return L;
}

// ---------------------------------------------------------------- types
TypeId Parser::typeSpelled(StringRef Spelling) {
  if (auto It = TypesBySpelling.find(Spelling); It != TypesBySpelling.end())
    return It->second;
  // A guess for hand-written units, from the right as C declarators bind: "const Conn *const" points to "const Conn".
  Type T;
  T.Spelling = U.intern(Spelling);
  StringRef S = Spelling;
  bool Pointer = S.contains('*') || S.contains('&');
  while (true) {
    S = S.rtrim();
    if (Pointer && S.ends_with("const"))
      S = S.drop_back(5), T.Const = true;
    else if (Pointer && S.ends_with("volatile"))
      S = S.drop_back(8), T.Volatile = true;
    else
      break;
  }
  if (S.ends_with("*") || S.ends_with("&")) {
    T.Kind = S.ends_with("*") ? TypeKind::Pointer : TypeKind::Reference;
    S = T.Kind == TypeKind::Pointer ? S.drop_back() : S.rtrim('&');
    T.Inner = typeSpelled(S.rtrim());
  } else if (S.ends_with("]") && S.contains('[')) {
    T.Kind = TypeKind::Array;
    T.Inner = typeSpelled(S.take_front(S.rfind('[')).rtrim());
  } else {
    if (S.consume_front("_Atomic(") && S.consume_back(")"))
      T.Atomic = true;
    while (true) {
      S = S.trim();
      if (S.consume_front("const "))
        T.Const = true;
      else if (S.consume_front("volatile "))
        T.Volatile = true;
      else
        break;
    }
    StringRef Last = S.substr(S.rfind(' ') + 1);
    T.Kind = llvm::StringSwitch<TypeKind>(Last)
                 .Case("void", TypeKind::Void)
                 .Cases({"bool", "_Bool"}, TypeKind::Bool)
                 .Cases({"int", "char", "long", "short", "unsigned", "signed"}, TypeKind::Int)
                 .Cases({"float", "double"}, TypeKind::Float)
                 .Default(S.starts_with("enum ") ? TypeKind::Enum
                          : S.contains('(')      ? TypeKind::Function
                                                 : TypeKind::Record);
    if (T.Kind == TypeKind::Record) {
      for (StringRef Tag : {"struct ", "union ", "class "})
        S.consume_front(Tag);
      T.Record = U.intern(S.take_front(S.find('<')));
    }
  }
  U.Types.push_back(std::move(T));
  return TypesBySpelling[Spelling] = U.Types.size() - 1;
}

TypeId Parser::type() {
  size_t Start = (C.rest(), C.position());
  if (C.consume("?"))
    return 0;
  if (C.consume("#")) {
    TypeId Id = C.number();
    if (Id >= U.Types.size())
      C.failAt(Start, "there is no type #" + llvm::Twine(Id));
    return Id;
  }
  std::string Spelling;
  if (C.rest().starts_with("\"")) {
    Spelling = C.quoted();
  } else {
    size_t Length = bareTypeLength(C.rest(), Spelling);
    if (!Length)
      C.fail("expected a type: a plain C type, \"any type\" in quotes, or #NUMBER");
    else
      C.advance(Length);
  }
  if (!C.failed() && (Spelling.empty() || Spelling.size() > 2000))
    C.failAt(Start, "a type's spelling has 1 to 2000 characters");
  return C.failed() ? 0 : typeSpelled(Spelling);
}

llvm::SmallVector<TypeId, 4> Parser::typeList() {
  llvm::SmallVector<TypeId, 4> Result;
  C.expect("(");
  Cursor::Nest N(C);
  while (!C.failed() && !C.consume(")")) {
    Result.push_back(type());
    if (!C.consume(",") && !C.rest().starts_with(")"))
      C.fail("expected ',' or ')'");
  }
  return Result;
}

// ---------------------------------------------------------------- callees
static HeaderClass guessHeader(StringRef Name) {
  return llvm::StringSwitch<HeaderClass>(Name)
      .StartsWith("pybind11::", HeaderClass::Pybind11)
      .StartsWith("nanobind::", HeaderClass::Nanobind)
      .StartsWith("boost::python::", HeaderClass::BoostPython)
      .StartsWith("std::", HeaderClass::Std)
      .StartsWith("PyArray_", HeaderClass::NumPy)
      .StartsWith("PyUFunc_", HeaderClass::NumPy)
      .StartsWith("Py", HeaderClass::Python)
      .StartsWith("_Py", HeaderClass::Python)
      .StartsWith("pthread_", HeaderClass::Libc)
      .Default(HeaderClass::Project);
}

CalleeId Parser::callee() {
  size_t Start = (C.rest(), C.position());
  if (C.consume("?"))
    return 0;
  if (C.consume("#")) {
    CalleeId Id = C.number();
    if (Id >= U.Callees.size())
      C.failAt(Start, "there is no callee #" + llvm::Twine(Id));
    return Id;
  }
  StringRef Name = name();
  std::optional<HeaderClass> Class;
  if (C.rest().starts_with("[")) {
    C.consume("[");
    Class = choice<HeaderClass>(HeaderClassWords, "a header class");
    C.expect("]");
  }
  if (C.failed())
    return 0;
  CalleeId Id = CalleesByName.lookup(Name);
  if (!Id)
    Id = CalleesById.lookup(Name);
  if (Id) {
    if (Class && U.Files[U.Callees[Id].Header].Class != *Class)
      C.failAt(Start, "'" + Name + "' was used before as a function of another header");
    return Id;
  }
  Callee New;
  New.Id = New.Name = Name;
  New.Header = fileOf(Class.value_or(guessHeader(Name)));
  U.Callees.push_back(std::move(New));
  // A definition in this unit may take the place of a guess, not of a statement.
  ImplicitCallee.resize(U.Callees.size(), false);
  ImplicitCallee.back() = !Class || *Class == HeaderClass::Project;
  return CalleesByName[Name] = U.Callees.size() - 1;
}

// ---------------------------------------------------------------- attributes
bool Parser::value(StringRef &Key) {
  if (C.rest().starts_with("=") && !C.rest().starts_with("=="))
    return C.consume("=");
  C.fail("'" + Key + "' needs a value: " + Key + "=...");
  return false;
}

void Parser::attributes(llvm::function_ref<bool(StringRef Key)> Handle) {
  while (!C.atLineEnd() && !C.peekName().empty()) {
    size_t Start = C.position();
    StringRef Key = C.takeName();
    if (!Handle(Key))
      C.failAt(Start, "unknown word '" + Key + "' here");
  }
}

} // namespace gilray::ir::text
