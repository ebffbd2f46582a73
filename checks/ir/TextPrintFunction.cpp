// Function -> text: values as expressions, events and terminators. Grammar: Text.h.
#include "ir/TextPrinter.h"
#include "llvm/ADT/STLExtras.h"
#include <cassert>

namespace gilray::ir::text {

void Printer::block(BlockId Id) { Id == NoBlock ? void(OS << "none") : void(OS << 'b' << Id); }

void Printer::variable(VarId Id) {
  StringRef Name = Id < F->Vars.size() ? F->Vars[Id].Name : StringRef();
  if (isPlainName(Name) && !isExpressionWord(Name) && VarNames.lookup(Name).First == Id)
    OS << Name;
  else
    OS << '#' << Id;
}

void Printer::global(StringRef Id) {
  OS << '@';
  auto It = GlobalIds.find(Id);
  StringRef Name = It == GlobalIds.end() ? Id : U.Globals[It->second].Name;
  Use Named = GlobalNames.lookup(Name);
  // A name stands for the one global of this name; without such a global, for the id itself.
  bool Unique = It == GlobalIds.end() ? Named.Count == 0 : Named.Count == 1;
  Unique &&isQualifiedName(Name) ? void(OS << Name) : quoted(Id);
}

static int strength(const Value &V) {
  switch (V.Kind) {
  case ValueKind::Binary:
    return OpWords[size_t(V.Operator)].Strength;
  case ValueKind::Unary:
  case ValueKind::Deref:
  case ValueKind::AddrOf:
  case ValueKind::Function: // `fn f[0]` would read as a header class
  case ValueKind::Int:      // `-5.f` would read as a field of -5
    return UnaryStrength;
  case ValueKind::Field:
  case ValueKind::Index:
    return PostfixStrength;
  default:
    return PrimaryStrength;
  }
}

void Printer::value(ValueId Id, int Context) {
  const Value &V = F->Values[Id];
  if (V.Type && V.Kind != ValueKind::Cast) {
    OS << '(';
    bareValue(V, 0);
    OS << " : ";
    type(V.Type);
    OS << ')';
    return;
  }
  bareValue(V, Context);
}

void Printer::bareValue(const Value &V, int Context) {
  bool Parens = strength(V) < Context;
  if (Parens)
    OS << '(';
  switch (V.Kind) {
  case ValueKind::Unknown:
    OS << "unknown";
    break;
  case ValueKind::Undef:
    OS << "undef";
    break;
  case ValueKind::Null:
    OS << "null";
    break;
  case ValueKind::Int:
    OS << V.Int;
    if (!V.Str.empty()) {
      OS << '{';
      name(V.Str);
      OS << '}';
    }
    break;
  case ValueKind::String:
    quoted(V.Str);
    break;
  case ValueKind::Var:
    variable(V.Ref);
    break;
  case ValueKind::Global:
    global(V.Str);
    break;
  case ValueKind::Function:
    OS << "fn ";
    callee(V.Ref);
    break;
  case ValueKind::Temp:
    OS << '%' << V.Ref;
    break;
  case ValueKind::Deref:
  case ValueKind::AddrOf:
    OS << (V.Kind == ValueKind::Deref ? '*' : '&');
    value(V.A, UnaryStrength);
    break;
  case ValueKind::Field: {
    const Value &Object = F->Values[V.A];
    bool Arrow = Object.Kind == ValueKind::Deref && !Object.Type;
    value(Arrow ? Object.A : V.A, PostfixStrength);
    OS << (Arrow ? "->" : ".");
    if (!V.Rec.empty()) {
      // `Rec::f` splits at the last `::`, so a field that needs quotes needs its record quoted too.
      isQualifiedName(V.Rec) && isPlainName(V.Str) ? void(OS << V.Rec) : quoted(V.Rec);
      OS << "::";
    }
    isPlainName(V.Str) ? void(OS << V.Str) : quoted(V.Str);
    break;
  }
  case ValueKind::Index:
    value(V.A, PostfixStrength);
    OS << '[';
    value(V.B);
    OS << ']';
    break;
  case ValueKind::Cast:
    OS << '(';
    value(V.A);
    OS << " as ";
    type(V.Type);
    OS << ')';
    break;
  case ValueKind::Unary: {
    // "-5" is a number, the negation of a number keeps its parentheses.
    bool Number = V.Operator == Op::Neg && F->Values[V.A].Kind == ValueKind::Int;
    OS << OpWords[size_t(V.Operator)].Word;
    value(V.A, Number ? PrimaryStrength + 1 : UnaryStrength);
    break;
  }
  case ValueKind::Binary: {
    OpWord Word = OpWords[size_t(V.Operator)];
    value(V.A, Word.Strength);
    OS << ' ' << Word.Word << ' ';
    value(V.B, Word.Strength + 1);
    break;
  }
  case ValueKind::Lambda:
    OS << "lambda(";
    callee(V.Ref);
    if (V.B)
      OS << ", " << V.B;
    OS << ')';
    break;
  }
  if (Parens)
    OS << ')';
}

void Printer::valueList(llvm::ArrayRef<ValueId> Values) {
  OS << '(';
  llvm::interleaveComma(Values, OS, [&](ValueId V) { value(V); });
  OS << ')';
}

/// An unknown value needs no words where it is optional.
bool Printer::known(ValueId Id) const {
  const Value &V = F->Values[Id];
  return V.Kind != ValueKind::Unknown || V.Type;
}

void Printer::extraValue(StringRef Key, ValueId Id) {
  if (!known(Id))
    return;
  OS << ' ' << Key << '=';
  value(Id);
}

void Printer::event(const Event &E) {
  bool Result = false, Target = false, Dst = false, Src = false, Args = false;
  OS << "    ";
  switch (E.Kind) {
  case EventKind::Call:
  case EventKind::Macro:
  case EventKind::Construct:
  case EventKind::Destroy:
  case EventKind::Fork:
    Result = E.Result && F->Values[E.Result].Kind == ValueKind::Temp && !F->Values[E.Result].Type;
    if (Result) {
      value(E.Result);
      OS << " = ";
    }
    OS << word(EventWords, E.Kind) << ' ';
    Target = !E.Callee && known(E.Target);
    if (Target) {
      OS << "via ";
      value(E.Target);
    } else {
      callee(E.Callee);
    }
    Args = true;
    valueList(E.Args);
    break;
  case EventKind::Assign:
  case EventKind::Write:
    OS << word(EventWords, E.Kind) << ' ';
    value(E.Dst);
    OS << " = ";
    value(E.Src);
    Dst = Src = true;
    break;
  case EventKind::Read:
    OS << "read ";
    value(E.Src);
    Src = true;
    break;
  case EventKind::GuardEnter:
  case EventKind::GuardLeave:
    OS << word(EventWords, E.Kind) << ' ';
    value(E.Dst);
    Dst = true;
    break;
  }
  if (!Args && E.Callee)
    OS << " callee=", callee(E.Callee);
  if (!Args && !E.Args.empty())
    OS << " args=", valueList(E.Args);
  extraValue("result", Result ? 0 : E.Result);
  extraValue("target", Target ? 0 : E.Target);
  extraValue("dst", Dst ? 0 : E.Dst);
  extraValue("src", Src ? 0 : E.Src);
  if (E.Order != Ordering::NotAtomic)
    OS << " order=" << word(OrderingWords, E.Order);
  flag(E.Volatile, "volatile");
  flag(E.Implicit, "implicit");
  flag(E.Compound, "compound");
  if (E.Type)
    OS << " type=", type(E.Type);
  if (E.Unwind != NoBlock)
    OS << " unwind=", block(E.Unwind);
  loc("at", E.Where);
  OS << '\n';
}

void Printer::terminator(const Terminator &T) {
  OS << "    " << word(TermWords, T.Kind);
  if (known(T.Value) || T.Kind == TermKind::Branch || T.Kind == TermKind::Switch) {
    OS << ' ';
    value(T.Value);
  }
  if (T.Kind == TermKind::Branch && T.Succs.size() == 2) {
    OS << " ? ", block(T.Succs[0]);
    OS << " : ", block(T.Succs[1]);
  } else if (T.Kind == TermKind::Switch) {
    OS << " { ";
    for (size_t I = 0; I != T.Succs.size(); ++I) {
      OS << (I ? ", " : "");
      if (I < T.Cases.size()) {
        OS << T.Cases[I].Lo;
        if (T.Cases[I].Hi != T.Cases[I].Lo)
          OS << ".." << T.Cases[I].Hi;
      } else {
        OS << "default";
      }
      OS << ": ", block(T.Succs[I]);
    }
    OS << " }";
  } else if (!T.Succs.empty()) {
    OS << (T.Kind == TermKind::Jump ? " " : " to ");
    llvm::interleaveComma(T.Succs, OS, [&](BlockId B) { block(B); });
  }
  if (T.Jump != (T.Kind == TermKind::Return ? JumpKind::Return : JumpKind::Fallthrough))
    OS << " by " << word(JumpWords, T.Jump);
  loc("at", T.Where);
  OS << '\n';
}

void Printer::functionTables() {
  for (VarId I = F->NumParams; I < F->Vars.size(); ++I) {
    const Var &V = F->Vars[I];
    OS << "  var ";
    plainName(V.Name);
    if (V.Type)
      OS << ": ", type(V.Type);
    loc("at", V.Where);
    OS << '\n';
  }
  for (const std::vector<Capture> &List : F->Captures) {
    OS << "  captures {";
    for (size_t I = 0; I != List.size(); ++I) {
      const Capture &C = List[I];
      OS << (I ? ", " : " ") << (C.ByReference ? "&" : "");
      plainName(C.Name);
      if (C.Type)
        OS << ": ", type(C.Type);
      OS << " = ";
      value(C.From);
    }
    OS << " }\n";
  }
  for (const Loop &L : F->Loops) {
    OS << "  loop ", block(L.Header);
    if (L.Parent)
      OS << " parent=" << L.Parent;
    extraValue("bound", L.Bound);
    if (L.Work)
      OS << " work=" << L.Work;
    loc("at", L.Where);
    OS << '\n';
  }
}

void Printer::printFunction(const Function &Fn) {
  F = &Fn;
  VarNames.clear();
  for (VarId I = 0; I < F->Vars.size(); ++I)
    if (Use &E = VarNames[F->Vars[I].Name]; !E.Count++)
      E.First = I;

  OS << "\nfunction ";
  name(F->Name);
  OS << '(';
  assert(F->NumParams <= F->Vars.size());
  for (VarId I = 0; I < F->NumParams; ++I) {
    const Var &V = F->Vars[I];
    OS << (I ? ", " : "");
    plainName(V.Name);
    if (V.Type)
      OS << ": ", type(V.Type);
    loc("at", V.Where);
  }
  OS << ')';
  if (F->Result)
    OS << ": ", type(F->Result);
  if (F->Id != F->Name)
    OS << " id=", quoted(F->Id);
  linkage(F->Link);
  if (F->Kind != FunctionKind::Function)
    OS << " kind=" << word(FunctionKindWords, F->Kind);
  if (F->Body != BodyState::Complete)
    OS << " body=" << word(BodyWords, F->Body);
  flag(F->NoReturn, "noreturn");
  flag(F->NoThrow, "nothrow");
  flag(F->Virtual, "virtual");
  if (!F->Record.empty())
    OS << " record=", name(F->Record);
  if (F->Header)
    OS << " header=", file(F->Header);
  if (!F->Overrides.empty()) {
    OS << " overrides=(";
    llvm::interleaveComma(F->Overrides, OS, [&](StringRef S) { quoted(S); });
    OS << ')';
  }
  loc("at", F->Where);
  loc("end", F->End);
  OS << " {\n";
  functionTables();
  for (BlockId I = 0; I < F->Blocks.size(); ++I) {
    const Block &B = F->Blocks[I];
    OS << "  b" << I << ':';
    if (B.Loop)
      OS << " loop=" << B.Loop;
    OS << '\n';
    for (const Event &E : B.Events)
      event(E);
    terminator(B.Term);
  }
  OS << "}\n";
  F = nullptr;
}

} // namespace gilray::ir::text
