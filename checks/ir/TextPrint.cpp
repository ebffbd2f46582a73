// Unit -> text: the tables, file-scope facts and references. Grammar: Text.h.
#include "ir/Text.h"
#include "ir/TextPrinter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

namespace gilray::ir {

void print(const Unit &U, llvm::raw_ostream &OS) { text::Printer(U, OS).printUnit(); }

namespace text {

Printer::Printer(const Unit &U, llvm::raw_ostream &OS) : U(U), OS(OS) {
  auto Count = [](llvm::StringMap<Use> &Map, StringRef Key, uint32_t Index) {
    Use &E = Map[Key];
    if (!E.Count++)
      E.First = Index;
  };
  for (FileId I = 1; I < U.Files.size(); ++I) {
    Count(Paths, U.Files[I].Path, I);
    Count(BaseNames, baseName(U.Files[I].Path), I);
  }
  if (auto It = Paths.find(U.MainFile); It != Paths.end())
    MainFile = It->second.First;
  for (TypeId I = 1; I < U.Types.size(); ++I)
    Count(Spellings, U.Types[I].Spelling, I);
  for (CalleeId I = 1; I < U.Callees.size(); ++I)
    Count(CalleeNames, U.Callees[I].Name, I);
  for (uint32_t I = 0; I < U.Globals.size(); ++I) {
    // A declaration and its definition are one global.
    if (auto It = GlobalNames.find(U.Globals[I].Name);
        It == GlobalNames.end() || U.Globals[It->second.First].Id != U.Globals[I].Id)
      Count(GlobalNames, U.Globals[I].Name, I);
    GlobalIds.try_emplace(U.Globals[I].Id, I);
  }
}

void Printer::quoted(StringRef S) {
  OS << '"';
  for (unsigned char C : S) {
    if (C == '"' || C == '\\')
      OS << '\\' << C;
    else if (C == '\n')
      OS << "\\n";
    else if (C == '\t')
      OS << "\\t";
    else if (llvm::isPrint(C))
      OS << C;
    else
      OS << llvm::format("\\x%02x", C);
  }
  OS << '"';
}

void Printer::name(StringRef S) { isQualifiedName(S) ? void(OS << S) : quoted(S); }
void Printer::plainName(StringRef S) { isPlainName(S) && !isExpressionWord(S) ? void(OS << S) : quoted(S); }

void Printer::file(FileId Id) {
  StringRef Path = Id && Id < U.Files.size() ? U.Files[Id].Path : StringRef();
  StringRef Base = baseName(Path);
  auto ByPath = Paths.find(Base);
  bool BaseIsOtherPath = ByPath != Paths.end() && ByPath->second.First != Id;
  if (!Path.empty() && BaseNames.lookup(Base).Count == 1 && !BaseIsOtherPath)
    isPlainFileName(Base) ? void(OS << Base) : quoted(Base);
  else if (!Path.empty() && Paths.lookup(Path).Count == 1)
    quoted(Path);
  else
    OS << '#' << Id;
}

void Printer::type(TypeId Id) {
  StringRef Spelling = Id && Id < U.Types.size() ? U.Types[Id].Spelling : StringRef();
  std::string Normalised;
  if (!Id)
    OS << '?';
  else if (Spelling.empty() || Spellings.lookup(Spelling).Count != 1)
    OS << '#' << Id;
  else if (bareTypeLength(Spelling, Normalised) == Spelling.size() && Normalised == Spelling)
    OS << Spelling;
  else
    quoted(Spelling);
}

void Printer::callee(CalleeId Id) {
  StringRef Name = Id && Id < U.Callees.size() ? U.Callees[Id].Name : StringRef();
  if (!Id)
    OS << '?';
  else if (Name.empty() || CalleeNames.lookup(Name).Count != 1)
    OS << '#' << Id;
  else
    Name == "via" ? quoted(Name) : name(Name);
}

void Printer::place(const Loc &L) {
  if (L.File != MainFile || !MainFile) {
    file(L.File);
    OS << ':';
  }
  OS << L.Line << ':' << L.Col;
  if (L.EndLine || L.EndCol) {
    OS << '-';
    if (L.EndLine != L.Line)
      OS << L.EndLine << ':';
    OS << L.EndCol;
  }
  if (L.Chain)
    OS << '^' << L.Chain;
}

void Printer::loc(StringRef Key, const Loc &L) {
  if (L == Loc())
    return;
  OS << ' ' << Key << ' ';
  place(L);
}

void Printer::flag(bool Set, StringRef Word) {
  if (Set)
    OS << ' ' << Word;
}

void Printer::linkage(Linkage L) { flag(L != Linkage::External, word(LinkageWords, L)); }

void Printer::typeList(StringRef Key, llvm::ArrayRef<TypeId> Types) {
  if (Types.empty())
    return;
  OS << ' ' << Key << "=(";
  llvm::interleaveComma(Types, OS, [&](TypeId T) { type(T); });
  OS << ')';
}

void Printer::printTables() {
  for (FileId I = 1; I < U.Files.size(); ++I) {
    OS << "file " << I << ' ' << word(HeaderClassWords, U.Files[I].Class) << ' ';
    quoted(U.Files[I].Path);
    OS << '\n';
  }
  for (ChainId I = 1; I < U.MacroChains.size(); ++I) {
    OS << "chain " << I << " { ";
    llvm::interleaveComma(U.MacroChains[I], OS, [&](const MacroStep &S) {
      name(S.Name);
      flag(S.Class != HeaderClass::Project, word(HeaderClassWords, S.Class));
      loc("at", S.Defined);
    });
    OS << " }\n";
  }
  for (TypeId I = 1; I < U.Types.size(); ++I) {
    const Type &T = U.Types[I];
    OS << "type " << I << ' ' << word(TypeKindWords, T.Kind) << ' ';
    quoted(T.Spelling);
    if (T.Inner)
      OS << " inner=#" << T.Inner;
    if (!T.Record.empty())
      OS << " record=", name(T.Record);
    if (!T.Args.empty()) {
      OS << " args=(";
      llvm::interleaveComma(T.Args, OS, [&](TypeId A) { OS << '#' << A; });
      OS << ')';
    }
    if (T.Extent)
      OS << " extent=" << T.Extent;
    flag(T.Const, "const");
    flag(T.Volatile, "volatile");
    flag(T.Atomic, "atomic");
    OS << '\n';
  }
  for (CalleeId I = 1; I < U.Callees.size(); ++I) {
    const Callee &C = U.Callees[I];
    OS << "callee " << I << ' ';
    name(C.Name);
    if (C.Id != C.Name)
      OS << " id=", quoted(C.Id);
    if (C.Header)
      OS << " header=", file(C.Header);
    linkage(C.Link);
    if (!C.Record.empty())
      OS << " record=", name(C.Record);
    if (C.Result)
      OS << " result=", type(C.Result);
    typeList("params", C.Params);
    typeList("template", C.TemplateArgs);
    flag(C.NoReturn, "noreturn");
    flag(C.NoThrow, "nothrow");
    flag(C.Variadic, "variadic");
    flag(C.ReturnsTwice, "returns_twice");
    flag(C.Virtual, "virtual");
    OS << '\n';
  }
  for (const Record &R : U.Records) {
    OS << "record ";
    name(R.Name);
    if (R.Spelling != R.Name)
      OS << " spelling=", quoted(R.Spelling);
    typeList("bases", R.Bases);
    flag(R.PythonObject, "pyobject");
    flag(R.Polymorphic, "polymorphic");
    if (!R.Destructor.empty())
      OS << " destructor=", quoted(R.Destructor);
    loc("at", R.Where);
    if (!R.Fields.empty()) {
      OS << " {\n";
      for (const Field &Fd : R.Fields) {
        OS << "  ";
        plainName(Fd.Name);
        if (Fd.Type)
          OS << ": ", type(Fd.Type);
        if (!Fd.GuardedBy.empty())
          OS << " guarded_by ", quoted(Fd.GuardedBy);
        OS << '\n';
      }
      OS << '}';
    }
    OS << '\n';
  }
}

void Printer::initialiser(const Init &I) {
  if (!I.Field.empty()) {
    OS << '.';
    plainName(I.Field);
    OS << " = ";
  }
  switch (I.Kind) {
  case InitKind::Unknown:
    OS << "unknown";
    break;
  case InitKind::Null:
    OS << "null";
    break;
  case InitKind::Int:
    OS << I.Int;
    break;
  case InitKind::String:
    quoted(I.Str);
    break;
  case InitKind::Function:
    OS << "fn ", callee(I.Func);
    break;
  case InitKind::Address:
    OS << '&', global(I.Str);
    break;
  case InitKind::List:
    OS << (I.Elems.empty() ? "{" : "{ ");
    llvm::interleaveComma(I.Elems, OS, [&](const Init &E) { initialiser(E); });
    OS << (I.Elems.empty() ? "}" : " }");
    break;
  }
  flag(I.SizeWritten, "sized");
  if (!I.Spelling.empty())
    OS << " spelled ", name(I.Spelling);
  if (I.Type)
    OS << ": ", type(I.Type);
  loc("at", I.Where);
}

void Printer::printGlobals() {
  for (const Global &G : U.Globals) {
    OS << "global @";
    name(G.Name);
    if (G.Type)
      OS << ": ", type(G.Type);
    if (G.Id != G.Name)
      OS << " id=", quoted(G.Id);
    linkage(G.Link);
    flag(G.ThreadLocal, "thread_local");
    flag(!G.Definition, "extern");
    flag(G.DynamicInit, "dynamic");
    if (!G.Owner.empty())
      OS << " owner=", quoted(G.Owner);
    if (!G.GuardedBy.empty())
      OS << " guarded_by=", quoted(G.GuardedBy);
    loc("at", G.Where);
    if (G.Value.Kind != InitKind::Unknown || G.Value.Where != Loc() || G.Value.Type || !G.Value.Spelling.empty() ||
        !G.Value.Field.empty() || G.Value.SizeWritten)
      OS << " = ", initialiser(G.Value);
    OS << '\n';
  }
}

void Printer::printFileFacts() {
  auto Strings = [&](llvm::ArrayRef<StringRef> List) {
    OS << '(';
    llvm::interleaveComma(List, OS, [&](StringRef S) { quoted(S); });
    OS << ')';
  };
  for (const TopLevelMacro &M : U.TopLevelMacros) {
    OS << "toplevel ";
    name(M.Name);
    OS << '(';
    llvm::interleaveComma(M.Args, OS, [&](const MacroArg &A) {
      quoted(A.Text);
      loc("at", A.Where);
    });
    OS << ')';
    if (!M.Body.empty())
      OS << " body=", quoted(M.Body);
    loc("at", M.Where);
    OS << '\n';
  }
  for (const PPGroup &G : U.PPGroups) {
    OS << "group ";
    quoted(G.Condition);
    flag(G.Taken, "taken");
    if (G.Previous)
      OS << " after=" << G.Previous;
    if (!G.Names.empty())
      OS << " names=", Strings(G.Names);
    loc("at", G.Where);
    OS << '\n';
  }
  for (const Suppression &S : U.Suppressions) {
    OS << "suppress " << word(SuppressionWords, S.Kind);
    if (!S.Checks.empty())
      OS << " checks=", Strings(S.Checks);
    loc("at", S.Where);
    OS << '\n';
  }
  for (const ParseIssue &I : U.Issues) {
    OS << "issue ";
    quoted(I.Message);
    flag(I.Fatal, "fatal");
    loc("at", I.Where);
    OS << '\n';
  }
  for (const LineMapping &M : U.LineMap) {
    OS << "map ";
    file(M.File);
    OS << ':' << M.Line << " to ";
    file(M.Source);
    OS << ':' << M.SourceLine;
    flag(M.CountsOn, "on");
    OS << '\n';
  }
}

void Printer::printUnit() {
  OS << "unit ";
  quoted(U.MainFile);
  OS << " lang=" << word(LanguageWords, U.Facts.Lang);
  if (U.Facts.PyVersionHex)
    OS << llvm::format(" py=0x%08x", U.Facts.PyVersionHex);
  if (U.Facts.LimitedApi)
    OS << llvm::format(" limited=0x%08x", U.Facts.LimitedApi);
  flag(U.Facts.GilDisabled, "gil_disabled");
  flag(U.Facts.NDebug, "ndebug");
  flag(U.Facts.NanobindFreeThreaded, "nb_free_threaded");
  if (U.FlagsHash)
    OS << llvm::format(" flags=0x%llx", static_cast<unsigned long long>(U.FlagsHash));
  OS << '\n';
  printTables();
  printGlobals();
  printFileFacts();
  for (const Function &Fn : U.Functions)
    printFunction(Fn);
}

} // namespace text
} // namespace gilray::ir
