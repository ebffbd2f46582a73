#include "rules/release/Release.h"
#include "ownership/Fields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

namespace gilray::rules {

using belief::CallSite;
using belief::ForeignCalls;
using llvm::StringRef;

/// Copying this much takes about as long as a hand-over of the lock.
static constexpr int64_t NotWorthIt = 4096;

static std::optional<int64_t> constant(const ir::Function &F, ir::ValueId V) {
  while (F.Values[V].Kind == ir::ValueKind::Cast)
    V = F.Values[V].A;
  const ir::Value &X = F.Values[V];
  if (X.Kind == ir::ValueKind::Null)
    return 0;
  if (X.Kind == ir::ValueKind::Int)
    return X.Int;
  if (X.Kind == ir::ValueKind::Binary && X.Operator == ir::Op::Or) {
    // flags | WNOHANG: the bits that are there for sure
    std::optional<int64_t> A = constant(F, X.A), B = constant(F, X.B);
    if (A || B)
      return A.value_or(0) | B.value_or(0);
  }
  return std::nullopt;
}

static bool isStandardStream(const ir::Function &F, ir::ValueId V) {
  while (F.Values[V].Kind == ir::ValueKind::Cast || F.Values[V].Kind == ir::ValueKind::AddrOf)
    V = F.Values[V].A;
  if (F.Values[V].Kind != ir::ValueKind::Global)
    return false;
  StringRef Name = F.Values[V].Str;
  return Name.ends_with("@stderr") || Name.ends_with("@stdout");
}

bool isShortByArguments(const link::Program &P, const CallSite &S) {
  const ir::Function &F = P.fn(S.At.Fn);
  const auto &Args = P.event(S.At).Args;
  auto Constant = [&](int I) {
    return I >= 0 && unsigned(I) < Args.size() ? constant(F, Args[I]) : std::optional<int64_t>();
  };
  if (llvm::any_of(Args, [&](ir::ValueId V) { return isStandardStream(F, V); }))
    return true;
  StringRef Name = S.Callee->Name;
  if ((Name == "write" || Name == "writev") && Constant(0) && *Constant(0) <= 2)
    return true;
  if (!S.Blocks)
    return false;
  if (auto Size = Constant(S.Blocks->SizeArg); Size && *Size <= NotWorthIt)
    return true;
  if (auto Timeout = Constant(S.Blocks->TimeoutArg); Timeout && *Timeout == 0)
    return true;
  auto Flags = Constant(S.Blocks->FlagArg);
  return Flags && (*Flags >> S.Blocks->FlagBit & 1);
}

/// The same variable or field, spelled out twice.
static bool isSame(const ir::Function &F, ir::ValueId A, ir::ValueId B) {
  if (A == B)
    return true;
  const ir::Value &X = F.Values[A], &Y = F.Values[B];
  return A && B && X.Kind == Y.Kind && X.Ref == Y.Ref && X.Str == Y.Str && X.Rec == Y.Rec &&
         X.Kind != ir::ValueKind::Temp && isSame(F, X.A, Y.A);
}

bool wasAsked(const link::Program &P, const CallSite &S) {
  const ir::Function &F = P.fn(S.At.Fn);
  const auto &Args = P.event(S.At).Args;
  for (ir::BlockId B = 0; B < F.Blocks.size() && !Args.empty(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if (E.Kind != ir::EventKind::Call || !E.Callee || E.Args.empty() || !isSame(F, E.Args[0], Args[0]) ||
          E.Where.Line >= P.where(S.At).Line)
        continue;
      if (ownership::namedLikeAQuestion(P.model(), P.unit(S.At.Fn).Callees[E.Callee].Name))
        return true;
    }
  return false;
}

bool givesUpHandle(StringRef Name) {
  static constexpr StringRef Words[] = {"close",  "free",     "finish",     "destroy",  "cleanup",
                                        "unbind", "finalize", "disconnect", "shutdown", "dispose"};
  std::string Lower = Name.lower();
  return StringRef(Lower).ends_with("_quit") ||
         llvm::any_of(Words, [&](StringRef W) { return StringRef(Lower).contains(W); });
}

bool closesVisibleObject(const flow::Results &R, const ForeignCalls &Calls, const CallSite &S) {
  const link::Program &P = R.program();
  return givesUpHandle(S.Callee->Name) && Calls.handle(S.At) && !P.hasRole(S.At.Fn, "dealloc");
}

/// Do the constants say that the one call is for something else than the other: encode(e, FLUSH), encode(e, FINISH)?
static bool isOtherWork(const link::Program &P, const CallSite &S, const CallSite &Other) {
  const ir::Function &F = P.fn(S.At.Fn);
  const auto &A = P.event(S.At).Args, &B = P.event(Other.At).Args;
  for (size_t I = 0; I < A.size() && I < B.size(); ++I)
    if (auto X = constant(F, A[I]), Y = constant(F, B[I]); X && Y && *X != *Y)
      return true;
  return false;
}

bool isDecided(const ForeignCalls &Calls, const CallSite &S) {
  return llvm::any_of(Calls.of(S.Callee->Name), [&](const CallSite *O) {
    return O != &S && O->At.Fn == S.At.Fn && !O->attached() && Calls.exclusive(O->At, S.At) &&
           !isOtherWork(Calls.program(), S, *O);
  });
}

bool isKeptAttached(const ForeignCalls &Calls, const CallSite &S) {
  return S.Failing || !S.mayBeAttached() || !Calls.entered(S.At.Fn) || isDecided(Calls, S);
}

belief::Tally releases(const ForeignCalls &Calls, StringRef Name, bool OnlySole) {
  // By functions: what one function does several times is one opinion.
  std::set<link::FnId> For, Against;
  for (const CallSite *S : Calls.of(Name)) {
    if (S->detached() && (S->Sole || !OnlySole))
      For.insert(S->At.Fn);
    else if (S->attached() && !isKeptAttached(Calls, *S))
      Against.insert(S->At.Fn);
  }
  return {unsigned(For.size()), unsigned(Against.size())};
}

void siblingNotes(Finding &F, const flow::Results &R, const ForeignCalls &Calls, const CallSite &S) {
  constexpr unsigned Shown = 3;
  unsigned Detached = 0;
  llvm::ArrayRef<const CallSite *> All = Calls.of(S.Callee->Name);
  for (const CallSite *O : All)
    Detached += O->detached();
  if (!Detached)
    return;
  unsigned Told = 0;
  for (const CallSite *O : All) {
    if (!O->detached() || Told == Shown)
      continue;
    std::string Text = "'" + R.functionName(O->At.Fn) + "' makes the call with the GIL released";
    if (!Told++ && Detached > 1)
      Text += ", as " + std::to_string(Detached) + " of " + std::to_string(All.size()) + " calls do";
    related(F, R, O->At, std::move(Text));
  }
}

} // namespace gilray::rules
