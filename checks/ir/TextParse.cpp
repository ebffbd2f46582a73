// Text -> Unit: the lines outside functions. Grammar: Text.h.
#include "ir/Text.h"
#include "ir/TextParser.h"
#include "ir/Validate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::ir {

llvm::Expected<Unit> parseText(StringRef Text) { return text::Parser(Text).run(); }

namespace text {

llvm::Expected<Unit> Parser::run() {
  U.MainFile = U.intern("unit.c");
  for (C.skipLines(); !C.atEnd(); C.skipLines()) {
    statement();
    C.expectLineEnd();
  }
  if (!C.failed())
    finish();
  if (C.failed())
    return llvm::createStringError(C.error());
  return std::move(U);
}

void Parser::nameGlobal(StringRef Name, StringRef Id) {
  auto [It, New] = GlobalsByName.try_emplace(Name, Id);
  if (!New && It->second != Id)
    It->second.reset();
}

/// Initialisers name globals that stand further down: `&@methods` means the one whose line gives its id.
void Parser::findGlobals(StringRef Text) {
  for (StringRef Line : llvm::split(Text, '\n')) {
    Cursor L(Line);
    if (!L.consumeWord("global") || !L.consume("@"))
      continue;
    std::string Name = L.rest().starts_with("\"") ? L.quoted() : L.takeName().str();
    std::string Id = Name;
    while (!L.atLineEnd()) {
      if (L.rest().starts_with("\"")) {
        L.quoted();
      } else if (L.peekName().empty()) {
        if (L.consume("="))
          break; // the initialiser
        L.advance(1);
      } else {
        bool IsId = L.takeName() == "id";
        if (L.adjacent("="))
          L.advance(1);
        if (IsId)
          Id = L.quoted();
      }
    }
    if (!L.failed())
      nameGlobal(Name, U.intern(Id));
  }
}

void Parser::statement() {
  using Handler = void (Parser::*)();
  static constexpr std::pair<StringLiteral, Handler> Handlers[] = {
      {"unit", &Parser::unitLine},         {"file", &Parser::fileLine},         {"chain", &Parser::chainLine},
      {"type", &Parser::typeLine},         {"callee", &Parser::calleeLine},     {"record", &Parser::recordLine},
      {"global", &Parser::globalLine},     {"toplevel", &Parser::toplevelLine}, {"group", &Parser::groupLine},
      {"suppress", &Parser::suppressLine}, {"issue", &Parser::issueLine},       {"map", &Parser::mapLine},
      {"function", &Parser::function},
  };
  for (auto &[Word, Handle] : Handlers)
    if (C.consumeWord(Word))
      return (this->*Handle)();
  C.fail("expected unit, file, chain, type, callee, record, global, toplevel, group, suppress, issue, map or function");
}

void Parser::unitLine() {
  if (U.Files.size() > 1 || !U.Functions.empty())
    C.fail("the unit line stands first");
  U.MainFile = string();
  attributes([&](StringRef Key) {
    if (Key == "lang" && value(Key))
      U.Facts.Lang = choice<Language>(LanguageWords, "a language");
    else if (Key == "py" && value(Key))
      U.Facts.PyVersionHex = C.number();
    else if (Key == "limited" && value(Key))
      U.Facts.LimitedApi = C.number();
    else if (Key == "flags" && value(Key))
      U.FlagsHash = C.natural();
    else if (Key == "gil_disabled")
      U.Facts.GilDisabled = true;
    else if (Key == "ndebug")
      U.Facts.NDebug = true;
    else if (Key == "nb_free_threaded")
      U.Facts.NanobindFreeThreaded = true;
    else
      return C.failed();
    return true;
  });
}

void Parser::fileLine() {
  tableNumber(U.Files.size(), "file");
  File New;
  New.Class = choice<HeaderClass>(HeaderClassWords, "a header class");
  New.Path = string();
  U.Files.push_back(New);
}

void Parser::chainLine() {
  tableNumber(U.MacroChains.size(), "chain");
  std::vector<MacroStep> Steps;
  C.expect("{");
  Cursor::Nest N(C);
  while (!C.failed() && !C.consume("}")) {
    MacroStep &S = Steps.emplace_back();
    S.Name = name();
    if (!C.peekWord("at") && !C.peekName().empty())
      S.Class = choice<HeaderClass>(HeaderClassWords, "a header class");
    if (C.consumeWord("at"))
      S.Defined = loc();
    if (!C.consume(",") && !C.rest().starts_with("}"))
      C.fail("expected ',' or '}'");
  }
  U.MacroChains.push_back(std::move(Steps));
}

void Parser::typeLine() {
  TypeTablePosition = C.position();
  tableNumber(U.Types.size(), "type");
  Type T;
  T.Kind = choice<TypeKind>(TypeKindWords, "a kind of type");
  T.Spelling = string();
  // Entries may point forward: finish() tests that they lead somewhere.
  auto Number = [&]() -> TypeId {
    C.expect("#");
    return C.number();
  };
  attributes([&](StringRef Key) {
    if (Key == "inner" && value(Key)) {
      T.Inner = Number();
    } else if (Key == "record" && value(Key)) {
      T.Record = name();
    } else if (Key == "args" && value(Key)) {
      C.expect("(");
      while (!C.failed() && !C.consume(")")) {
        T.Args.push_back(Number());
        C.consume(",");
      }
    } else if (Key == "extent" && value(Key)) {
      T.Extent = C.natural();
    } else if (Key == "const") {
      T.Const = true;
    } else if (Key == "volatile") {
      T.Volatile = true;
    } else if (Key == "atomic") {
      T.Atomic = true;
    } else {
      return C.failed();
    }
    return true;
  });
  TypesBySpelling.try_emplace(T.Spelling, U.Types.size());
  U.Types.push_back(std::move(T));
}

void Parser::calleeLine() {
  tableNumber(U.Callees.size(), "callee");
  size_t Start = (C.rest(), C.position());
  Callee New;
  New.Name = New.Id = name();
  if (C.consume("[")) {
    New.Header = fileOf(choice<HeaderClass>(HeaderClassWords, "a header class"));
    C.expect("]");
  }
  if (auto Used = CalleesByName.find(New.Name); Used != CalleesByName.end() && ImplicitCallee[Used->second])
    C.failAt(Start, "'" + New.Name + "' was used before this line: declare callees first");
  attributes([&](StringRef Key) {
    if (Key == "id" && value(Key))
      New.Id = string();
    else if (Key == "header" && value(Key))
      New.Header = file();
    else if (auto Link = fromWord<Linkage>(LinkageWords, Key))
      New.Link = *Link;
    else if (Key == "record" && value(Key))
      New.Record = name();
    else if (Key == "result" && value(Key))
      New.Result = type();
    else if (Key == "params" && value(Key))
      New.Params = typeList();
    else if (Key == "template" && value(Key))
      New.TemplateArgs = typeList();
    else if (Key == "noreturn")
      New.NoReturn = true;
    else if (Key == "nothrow")
      New.NoThrow = true;
    else if (Key == "variadic")
      New.Variadic = true;
    else if (Key == "returns_twice")
      New.ReturnsTwice = true;
    else if (Key == "virtual")
      New.Virtual = true;
    else
      return C.failed();
    return true;
  });
  CalleesByName.try_emplace(New.Name, U.Callees.size());
  CalleesById.try_emplace(New.Id, U.Callees.size());
  U.Callees.push_back(std::move(New));
  ImplicitCallee.push_back(false);
}

void Parser::recordLine() {
  Record R;
  R.Name = R.Spelling = name();
  attributes([&](StringRef Key) {
    if (Key == "spelling" && value(Key)) {
      R.Spelling = string();
    } else if (Key == "bases" && value(Key)) {
      auto Bases = typeList();
      R.Bases.assign(Bases.begin(), Bases.end());
    } else if (Key == "pyobject") {
      R.PythonObject = true;
    } else if (Key == "polymorphic") {
      R.Polymorphic = true;
    } else if (Key == "destructor" && value(Key)) {
      R.Destructor = string();
    } else if (Key == "at") {
      R.Where = loc();
    } else {
      return C.failed();
    }
    return true;
  });
  if (C.consume("{")) {
    Cursor::Nest N(C);
    while (!C.failed() && !C.consume("}")) {
      Field &Fd = R.Fields.emplace_back();
      Fd.Name = plainName();
      if (C.consume(":"))
        Fd.Type = type();
      if (C.consumeWord("guarded_by"))
        Fd.GuardedBy = string();
      C.consume(",");
    }
  }
  U.Records.push_back(std::move(R));
}

Init Parser::initialiser(unsigned Nesting) {
  Init I;
  if (Nesting > 300) {
    C.fail("this initialiser is nested too deeply");
    return I;
  }
  if (C.consume(".")) {
    I.Field = plainName();
    C.expect("=");
  }
  if (C.consumeWord("unknown")) {
    I.Kind = InitKind::Unknown;
  } else if (C.consumeWord("null")) {
    I.Kind = InitKind::Null;
  } else if (C.consumeWord("fn")) {
    I.Kind = InitKind::Function;
    I.Func = callee();
  } else if (C.rest().starts_with("\"")) {
    I.Kind = InitKind::String;
    I.Str = string();
  } else if (C.atInteger()) {
    I.Kind = InitKind::Int;
    I.Int = C.integer();
  } else if (C.consume("&")) {
    I.Kind = InitKind::Address;
    I.Str = primary().Str;
  } else if (C.consume("{")) {
    I.Kind = InitKind::List;
    Cursor::Nest N(C);
    while (!C.failed() && !C.consume("}")) {
      I.Elems.push_back(initialiser(Nesting + 1));
      if (!C.consume(",") && !C.rest().starts_with("}"))
        C.fail("expected ',' or '}'");
    }
  } else {
    C.fail("expected an initialiser: unknown, null, NUMBER, \"string\", fn NAME, &@GLOBAL or { ... }");
  }
  I.SizeWritten = C.consumeWord("sized");
  if (C.consumeWord("spelled"))
    I.Spelling = name();
  if (C.consume(":"))
    I.Type = type();
  if (C.consumeWord("at"))
    I.Where = loc();
  return I;
}

void Parser::globalLine() {
  Global G;
  G.Definition = true;
  C.expect("@");
  G.Name = G.Id = name();
  if (C.consume(":"))
    G.Type = type();
  attributes([&](StringRef Key) {
    if (Key == "id" && value(Key))
      G.Id = string();
    else if (Key == "extern")
      G.Definition = false;
    else if (auto Link = fromWord<Linkage>(LinkageWords, Key))
      G.Link = *Link;
    else if (Key == "thread_local")
      G.ThreadLocal = true;
    else if (Key == "dynamic")
      G.DynamicInit = true;
    else if (Key == "owner" && value(Key))
      G.Owner = string();
    else if (Key == "guarded_by" && value(Key))
      G.GuardedBy = string();
    else if (Key == "at")
      G.Where = loc();
    else
      return C.failed();
    return true;
  });
  nameGlobal(G.Name, G.Id); // before the initialiser, which may name the global itself
  if (C.consume("="))
    G.Value = initialiser();
  U.Globals.push_back(std::move(G));
}

void Parser::toplevelLine() {
  TopLevelMacro M;
  M.Name = name();
  C.expect("(");
  {
    Cursor::Nest N(C);
    while (!C.failed() && !C.consume(")")) {
      MacroArg &A = M.Args.emplace_back();
      A.Text = string();
      if (C.consumeWord("at"))
        A.Where = loc();
      if (!C.consume(",") && !C.rest().starts_with(")"))
        C.fail("expected ',' or ')'");
    }
  }
  attributes([&](StringRef Key) {
    if (Key == "body" && value(Key))
      M.Body = string();
    else if (Key == "at")
      M.Where = loc();
    else
      return C.failed();
    return true;
  });
  U.TopLevelMacros.push_back(std::move(M));
}

void Parser::groupLine() {
  PPGroup G;
  G.Condition = string();
  attributes([&](StringRef Key) {
    if (Key == "taken")
      G.Taken = true;
    else if (Key == "after" && value(Key))
      G.Previous = C.number();
    else if (Key == "names" && value(Key))
      G.Names = strings();
    else if (Key == "at")
      G.Where = loc();
    else
      return C.failed();
    return true;
  });
  U.PPGroups.push_back(std::move(G));
}

void Parser::suppressLine() {
  Suppression S;
  S.Kind = choice<SuppressionKind>(SuppressionWords, "a kind of suppression");
  attributes([&](StringRef Key) {
    if (Key == "checks" && value(Key))
      S.Checks = strings();
    else if (Key == "at")
      S.Where = loc();
    else
      return C.failed();
    return true;
  });
  U.Suppressions.push_back(std::move(S));
}

void Parser::issueLine() {
  ParseIssue I;
  I.Message = string();
  attributes([&](StringRef Key) {
    if (Key == "fatal")
      I.Fatal = true;
    else if (Key == "at")
      I.Where = loc();
    else
      return C.failed();
    return true;
  });
  U.Issues.push_back(I);
}

void Parser::mapLine() {
  LineMapping M;
  auto Place = [&](FileId &F, uint32_t &Line) {
    F = file();
    C.expect(":");
    Line = C.number();
  };
  Place(M.File, M.Line);
  if (!C.consumeWord("to"))
    C.fail("expected 'to'");
  Place(M.Source, M.SourceLine);
  M.CountsOn = C.consumeWord("on");
  U.LineMap.push_back(M);
}

void Parser::finish() {
  for (const Type &T : U.Types) {
    bool Valid = T.Inner < U.Types.size() && llvm::all_of(T.Args, [&](TypeId A) { return A < U.Types.size(); });
    if (!Valid)
      return C.failAt(TypeTablePosition, "the type table refers to a type that is not in it");
  }
  // `call helper()` means the helper that this unit defines, whatever its id and whichever comes first.
  llvm::StringMap<const Function *> Definitions;
  for (const Function &Fn : U.Functions)
    Definitions.try_emplace(Fn.Name, &Fn);
  for (CalleeId I = 1; I < U.Callees.size(); ++I) {
    const Function *Fn = ImplicitCallee[I] ? Definitions.lookup(U.Callees[I].Name) : nullptr;
    if (!Fn)
      continue;
    Callee &To = U.Callees[I];
    To.Id = Fn->Id;
    To.Header = Fn->Header;
    To.Link = Fn->Link;
    To.Record = Fn->Record;
    To.Result = Fn->Result;
    for (VarId V = 0; V < Fn->NumParams; ++V)
      To.Params.push_back(Fn->Vars[V].Type);
    To.NoReturn = Fn->NoReturn;
    To.NoThrow = Fn->NoThrow;
    To.Virtual = Fn->Virtual;
  }
  if (auto Defect = findDefect(U))
    C.fail(*Defect);
}

} // namespace text
} // namespace gilray::ir
