// Text -> Function: header, variables, blocks, events and terminators.
#include "ir/TextParser.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::ir::text {

void Parser::variableDeclaration(bool Parameter) {
  Var &V = F.Vars.emplace_back();
  V.Name = plainName();
  VarsByName.try_emplace(V.Name, F.Vars.size() - 1);
  if (C.consume(":"))
    V.Type = type();
  if (C.consumeWord("at"))
    V.Where = loc();
  if (Parameter)
    ++F.NumParams;
}

void Parser::function() {
  F = Function();
  BlockOpen = false;
  ValueIds.clear();
  VarsByName.clear();
  Labels.clear();
  LabelIds.clear();

  F.Name = F.Id = name();
  C.expect("(");
  {
    Cursor::Nest N(C);
    while (!C.failed() && !C.consume(")")) {
      variableDeclaration(true);
      if (!C.consume(",") && !C.rest().starts_with(")"))
        C.fail("expected ',' or ')'");
    }
  }
  if (C.consume(":"))
    F.Result = type();
  attributes([&](StringRef Key) {
    if (Key == "id" && value(Key))
      F.Id = string();
    else if (auto Link = fromWord<Linkage>(LinkageWords, Key))
      F.Link = *Link;
    else if (Key == "kind" && value(Key))
      F.Kind = choice<FunctionKind>(FunctionKindWords, "a kind of function");
    else if (Key == "body" && value(Key))
      F.Body = choice<BodyState>(BodyWords, "a state of the body");
    else if (Key == "noreturn")
      F.NoReturn = true;
    else if (Key == "nothrow")
      F.NoThrow = true;
    else if (Key == "virtual")
      F.Virtual = true;
    else if (Key == "record" && value(Key))
      F.Record = name();
    else if (Key == "header" && value(Key))
      F.Header = file();
    else if (Key == "overrides" && value(Key))
      F.Overrides = strings();
    else if (Key == "at")
      F.Where = loc();
    else if (Key == "end")
      F.End = loc();
    else
      return C.failed();
    return true;
  });
  C.expect("{");
  body();
  U.Functions.push_back(std::move(F));
}

void Parser::body() {
  for (C.skipLines(); !C.failed() && !C.consume("}"); C.skipLines()) {
    if (C.atEnd()) {
      C.fail("expected '}' at the end of the function");
      return;
    }
    if (C.consumeWord("var")) {
      do
        variableDeclaration(false);
      while (C.consume(","));
    } else if (C.consumeWord("captures")) {
      captures();
    } else if (!atLabel() && C.consumeWord("loop")) {
      loopLine();
    } else {
      eventOrTerminator();
    }
    C.expectLineEnd();
  }
  finishBlock(true);
  finishLabels();
}

void Parser::captures() {
  std::vector<Capture> List;
  C.expect("{");
  Cursor::Nest N(C);
  while (!C.failed() && !C.consume("}")) {
    Capture &Cap = List.emplace_back();
    Cap.ByReference = C.consume("&");
    Cap.Name = plainName();
    if (C.consume(":"))
      Cap.Type = type();
    C.expect("=");
    Cap.From = expression();
    if (!C.consume(",") && !C.rest().starts_with("}"))
      C.fail("expected ',' or '}'");
  }
  F.Captures.push_back(std::move(List));
}

void Parser::loopLine() {
  Loop &L = F.Loops.emplace_back();
  L.Header = label();
  attributes([&](StringRef Key) {
    if (Key == "parent" && value(Key)) {
      L.Parent = C.number();
    } else if (Key == "bound" && value(Key)) {
      L.Bound = expression();
    } else if (Key == "work" && value(Key)) {
      L.Work = C.number();
    } else if (Key == "at") {
      L.Where = loc();
    } else {
      return C.failed();
    }
    return true;
  });
}

// ---------------------------------------------------------------- labels
bool Parser::atLabel() {
  StringRef Name = C.peekName();
  StringRef After = C.rest().drop_front(Name.size());
  return isPlainName(Name) && After.starts_with(":");
}

BlockId Parser::label() {
  size_t Start = (C.rest(), C.position());
  if (C.consumeWord("none"))
    return NoBlock;
  StringRef Name = C.takeName();
  auto [It, New] = LabelIds.try_emplace(Name, Labels.size());
  if (New)
    Labels.push_back({Name, NoBlock, Start});
  return It->second;
}

void Parser::finishBlock(bool Last) {
  if (!BlockOpen)
    return;
  // Without a terminator control falls into the next block, or off the end of the function.
  Terminator &T = F.Blocks.back().Term;
  T.Kind = Last ? TermKind::Return : TermKind::Jump;
  T.Jump = Last ? JumpKind::EndOfFunction : JumpKind::Fallthrough;
  BlockOpen = false;
  if (!Last) {
    Labels.push_back({StringRef(), static_cast<BlockId>(F.Blocks.size()), 0});
    T.Succs.push_back(Labels.size() - 1);
  }
}

void Parser::finishLabels() {
  for (const Label &L : Labels)
    if (L.Block == NoBlock)
      return C.failAt(L.Position, "there is no block '" + L.Name + "'");
  auto Resolve = [&](BlockId &B) {
    if (B != NoBlock && B < Labels.size())
      B = Labels[B].Block;
  };
  for (Block &B : F.Blocks) {
    llvm::for_each(B.Term.Succs, Resolve);
    for (Event &E : B.Events)
      Resolve(E.Unwind);
  }
  for (Loop &L : F.Loops)
    Resolve(L.Header);
}

// ---------------------------------------------------------------- statements
void Parser::eventOrTerminator() {
  if (atLabel()) {
    finishBlock(false);
    size_t Start = C.position();
    BlockId L = label();
    C.expect(":");
    if (C.failed())
      return;
    if (L == NoBlock)
      return C.failAt(Start, "'none' cannot be a label");
    if (Labels[L].Block != NoBlock)
      return C.failAt(Start, "there are two blocks '" + Labels[L].Name + "'");
    Labels[L].Block = F.Blocks.size();
    Block &B = F.Blocks.emplace_back();
    BlockOpen = true;
    if (C.consumeWord("loop")) {
      C.expect("=");
      size_t Number = C.position();
      B.Loop = C.number();
      if (B.Loop > F.Loops.size())
        C.failAt(Number, "this function has no loop " + llvm::Twine(B.Loop));
    }
    // An event may follow on the same line.
    if (C.atLineEnd())
      return;
  }
  if (!BlockOpen) {
    if (!F.Blocks.empty())
      return C.fail("expected a label: the block before ended with its terminator");
    F.Blocks.emplace_back();
    BlockOpen = true;
  }
  ValueId Result = 0;
  if (C.rest().starts_with("%")) {
    Result = intern(primary());
    C.expect("=");
  }
  size_t Start = (C.rest(), C.position());
  StringRef Word = C.peekName();
  if (auto Kind = fromWord<EventKind>(EventWords, Word)) {
    C.takeName();
    return event(*Kind, Result);
  }
  auto Kind = fromWord<TermKind>(TermWords, Word);
  if (!Kind || Result)
    return C.failAt(
        Start, "expected call, macro, construct, destroy, assign, write, read, guard_enter, guard_leave, fork, or a "
               "terminator: jump, branch, switch, return, throw, resume, unreachable, indirect");
  C.takeName();
  terminator(*Kind);
  BlockOpen = false;
}

void Parser::event(EventKind Kind, ValueId Result) {
  Event E;
  E.Kind = Kind;
  E.Result = Result;
  switch (Kind) {
  case EventKind::Call:
  case EventKind::Macro:
  case EventKind::Construct:
  case EventKind::Destroy:
  case EventKind::Fork: {
    if (C.consumeWord("via"))
      E.Target = expression();
    else
      E.Callee = callee();
    auto Args = arguments();
    E.Args.assign(Args.begin(), Args.end());
    break;
  }
  case EventKind::Assign:
  case EventKind::Write:
    E.Dst = expression();
    C.expect("=");
    E.Src = expression();
    break;
  case EventKind::Read:
    E.Src = expression();
    break;
  case EventKind::GuardEnter:
  case EventKind::GuardLeave:
    E.Dst = expression();
    break;
  }
  eventAttributes(E);
  if (!C.failed())
    F.Blocks.back().Events.push_back(std::move(E));
}

void Parser::eventAttributes(Event &E) {
  attributes([&](StringRef Key) {
    if (Key == "callee" && value(Key)) {
      E.Callee = callee();
    } else if (Key == "args" && value(Key)) {
      auto Args = arguments();
      E.Args.assign(Args.begin(), Args.end());
    } else if (Key == "result" && value(Key)) {
      E.Result = expression();
    } else if (Key == "target" && value(Key)) {
      E.Target = expression();
    } else if (Key == "dst" && value(Key)) {
      E.Dst = expression();
    } else if (Key == "src" && value(Key)) {
      E.Src = expression();
    } else if (Key == "order" && value(Key)) {
      E.Order = choice<Ordering>(OrderingWords, "a memory order");
    } else if (Key == "type" && value(Key)) {
      E.Type = type();
    } else if (Key == "unwind" && value(Key)) {
      E.Unwind = label();
    } else if (Key == "volatile") {
      E.Volatile = true;
    } else if (Key == "implicit") {
      E.Implicit = true;
    } else if (Key == "compound") {
      E.Compound = true;
    } else if (Key == "at") {
      E.Where = loc();
    } else {
      return C.failed();
    }
    return true;
  });
}

void Parser::terminator(TermKind Kind) {
  Terminator T;
  T.Kind = Kind;
  T.Jump = Kind == TermKind::Return ? JumpKind::Return : JumpKind::Fallthrough;
  if (Kind == TermKind::Jump) {
    T.Succs.push_back(label());
  } else {
    bool Value =
        !C.atLineEnd() && !C.rest().starts_with("}") && !C.peekWord("to") && !C.peekWord("by") && !C.peekWord("at");
    if (Value || Kind == TermKind::Branch || Kind == TermKind::Switch)
      T.Value = expression();
  }
  if (Kind == TermKind::Branch && C.consume("?")) {
    T.Succs.push_back(label());
    C.expect(":");
    T.Succs.push_back(label());
  } else if (Kind == TermKind::Switch) {
    C.expect("{");
    Cursor::Nest N(C);
    while (!C.failed() && !C.consume("}")) {
      if (!C.consumeWord("default")) {
        CaseRange &Range = T.Cases.emplace_back();
        Range.Lo = Range.Hi = C.integer();
        if (C.consume(".."))
          Range.Hi = C.integer();
      }
      C.expect(":");
      T.Succs.push_back(label());
      if (!C.consume(",") && !C.rest().starts_with("}"))
        C.fail("expected ',' or '}'");
    }
    if (T.Succs.size() != T.Cases.size() + 1)
      C.fail("a switch has one default, which stands last");
  } else if (C.consumeWord("to")) {
    do
      T.Succs.push_back(label());
    while (C.consume(","));
  }
  attributes([&](StringRef Key) {
    if (Key == "by")
      T.Jump = choice<JumpKind>(JumpWords, "the reason of a jump");
    else if (Key == "at")
      T.Where = loc();
    else
      return C.failed();
    return true;
  });
  if (C.failed())
    return;
  if (Kind == TermKind::Branch && T.Succs.size() != 2)
    return C.fail("a branch has two successors: branch VALUE ? b1 : b2");
  F.Blocks.back().Term = std::move(T);
}

} // namespace gilray::ir::text
