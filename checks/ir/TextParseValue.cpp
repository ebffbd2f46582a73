// Text -> Function: expressions, interned as access paths. Binding strengths are those of C.
#include "ir/TextParser.h"
#include "ir/Validate.h"

namespace gilray::ir::text {

ValueId Parser::intern(const Value &V) {
  if (V.Kind == ValueKind::Unknown && !V.Type)
    return 0;
  ValueKey Key{V.Kind, V.Operator, V.A, V.B, V.Ref, V.Type, V.Int, V.Str, V.Rec};
  auto [It, New] = ValueIds.try_emplace(Key, F.Values.size());
  if (New)
    F.Values.push_back(V);
  return It->second;
}

std::vector<ValueId> Parser::arguments() {
  std::vector<ValueId> Result;
  C.expect("(");
  Cursor::Nest N(C);
  while (!C.failed() && !C.consume(")")) {
    Result.push_back(expression());
    if (!C.consume(",") && !C.rest().starts_with(")"))
      C.fail("expected ',' or ')'");
  }
  return Result;
}

static Op binaryOperator(StringRef Text) {
  Op Best = Op::None;
  for (size_t I = size_t(Op::Eq); I <= size_t(Op::Xor); ++I)
    if (Text.starts_with(OpWords[I].Word) && OpWords[I].Word.size() > OpWords[size_t(Best)].Word.size())
      Best = Op(I);
  return Best;
}

Value Parser::binary(int Strength) {
  Value Left = unary();
  while (!C.failed()) {
    Op Operator = binaryOperator(C.rest());
    OpWord Word = OpWords[size_t(Operator)];
    if (Operator == Op::None || Word.Strength < Strength)
      break;
    C.advance(Word.Word.size());
    Value V;
    V.Kind = ValueKind::Binary;
    V.Operator = Operator;
    V.A = intern(Left);
    V.B = intern(binary(Word.Strength + 1));
    Left = V;
  }
  return Left;
}

Value Parser::unary() {
  struct Guard {
    unsigned &N;
    ~Guard() { --N; }
  } G{++Nesting};
  Value V;
  if (Nesting > MaxValueDepth + 200) {
    C.fail("this expression is nested too deeply");
    return V;
  }
  if (C.atInteger())
    return postfix();
  if (C.consume("*"))
    V.Kind = ValueKind::Deref;
  else if (C.consume("&"))
    V.Kind = ValueKind::AddrOf;
  else if (C.consume("!"))
    V.Kind = ValueKind::Unary, V.Operator = Op::Not;
  else if (C.consume("-"))
    V.Kind = ValueKind::Unary, V.Operator = Op::Neg;
  else if (C.consume("~"))
    V.Kind = ValueKind::Unary, V.Operator = Op::BitNot;
  else
    return postfix();
  V.A = intern(unary());
  return V;
}

Value Parser::field(Value Object) {
  Value V;
  V.Kind = ValueKind::Field;
  V.A = intern(Object);
  StringRef Rest = C.rest();
  if (Rest.starts_with("\"")) {
    V.Str = string();
    if (C.consume("::")) {
      V.Rec = V.Str;
      V.Str = C.rest().starts_with("\"") ? string() : U.intern(C.takeName());
    }
    return V;
  }
  StringRef Name = C.takeName();
  size_t Split = Name.rfind("::");
  V.Str = U.intern(Split == StringRef::npos ? Name : Name.substr(Split + 2));
  V.Rec = Split == StringRef::npos ? StringRef() : U.intern(Name.take_front(Split));
  return V;
}

Value Parser::postfix() {
  Value V = primary();
  while (!C.failed()) {
    StringRef Rest = C.rest();
    if (C.consume("->")) {
      Value Object;
      Object.Kind = ValueKind::Deref;
      Object.A = intern(V);
      V = field(Object);
    } else if (Rest.starts_with(".") && !Rest.starts_with("..")) {
      C.consume(".");
      V = field(V);
    } else if (C.consume("[")) {
      Cursor::Nest N(C);
      Value Element;
      Element.Kind = ValueKind::Index;
      Element.A = intern(V);
      Element.B = expression();
      C.expect("]");
      V = Element;
    } else {
      break;
    }
  }
  return V;
}

VarId Parser::variable(StringRef Name) {
  if (auto It = VarsByName.find(Name); It != VarsByName.end())
    return It->second;
  C.failAt(C.position() - Name.size(), "unknown variable '" + Name + "': declare it with `var " + Name + "`, write @" +
                                           Name + " for a global, fn " + Name + " for a function");
  return 0;
}

Value Parser::primary() {
  Value V;
  StringRef Rest = C.rest();
  if (C.atInteger()) {
    V.Kind = ValueKind::Int;
    V.Int = C.integer();
    // `{` directly after it: the macro or enumerator it was spelled with; `switch 1 { ... }` has a blank.
    if (C.adjacent("{")) {
      C.consume("{");
      V.Str = name();
      C.expect("}");
    }
  } else if (Rest.starts_with("\"")) {
    V.Kind = ValueKind::String;
    V.Str = string();
  } else if (C.consume("(")) {
    Cursor::Nest N(C);
    V = binary(1);
    if (C.consumeWord("as")) {
      Value Cast;
      Cast.Kind = ValueKind::Cast;
      Cast.A = intern(V);
      Cast.Type = type();
      V = Cast;
    } else if (C.consume(":")) {
      V.Type = type();
    }
    C.expect(")");
  } else if (C.consume("%")) {
    V.Kind = ValueKind::Temp;
    V.Ref = C.number();
  } else if (C.consume("#")) {
    size_t Start = C.position();
    V.Kind = ValueKind::Var;
    V.Ref = C.number();
    if (V.Ref >= F.Vars.size())
      C.failAt(Start, "this function has no variable #" + llvm::Twine(V.Ref));
  } else if (C.consume("@")) {
    V.Kind = ValueKind::Global;
    if (C.rest().starts_with("\"")) {
      V.Str = string();
    } else {
      size_t Start = C.position();
      StringRef Name = C.takeName();
      auto It = GlobalsByName.find(Name);
      bool Known = It != GlobalsByName.end();
      V.Str = !Known ? U.intern(Name) : It->second.value_or(StringRef());
      if (Known && !It->second)
        C.failAt(Start, "several globals are called '" + Name + "': write @\"id\"");
    }
  } else if (C.consumeWord("unknown")) {
    V.Kind = ValueKind::Unknown;
  } else if (C.consumeWord("undef")) {
    V.Kind = ValueKind::Undef;
  } else if (C.consumeWord("null")) {
    V.Kind = ValueKind::Null;
  } else if (C.consumeWord("fn")) {
    V.Kind = ValueKind::Function;
    V.Ref = callee();
  } else if (C.consumeWord("lambda")) {
    V.Kind = ValueKind::Lambda;
    C.expect("(");
    V.Ref = callee();
    if (C.consume(","))
      V.B = C.number(); // may lead to captures further down: finish() tests it
    C.expect(")");
  } else if (StringRef Name = C.peekName(); !Name.empty()) {
    V.Kind = ValueKind::Var;
    C.advance(Name.size());
    V.Ref = variable(Name);
  } else {
    C.fail("expected a value");
  }
  return V;
}

} // namespace gilray::ir::text
