#include "flow/tests/LockDump.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::test {

using namespace flow;

static const char *kindText(LockKind K) {
  static const char *const Names[] = {"none", "py-mutex", "py-thread", "pthread", "rwlock",  "spin",
                                      "c11",  "std",      "semaphore", "once",    "section", "static-init"};
  return Names[unsigned(K)];
}

static std::string joined(std::vector<std::string> Parts) {
  llvm::sort(Parts);
  return llvm::join(Parts, ", ");
}

std::string lockText(const LockSets &L, llvm::ArrayRef<HeldLock> Held, FnId In) {
  std::vector<std::string> Out;
  for (const HeldLock &H : Held) {
    std::string Text = L.spell(H, In) + " (" + kindText(H.Kind);
    Text += H.Shared ? ", shared" : "";
    Text += H.Inert ? ", inert" : "";
    Text += H.Suspended == HeldLock::Maybe ? ", perhaps suspended" : H.Suspended == HeldLock::Yes ? ", suspended" : "";
    Text += H.Count > 1 ? ", " + std::to_string(H.Count) + " times" : "";
    Out.push_back(Text + ")");
  }
  return joined(Out);
}

std::string lockText(const LockSets &L, llvm::ArrayRef<LockName> Names) {
  std::vector<std::string> Out;
  for (const LockName &N : Names)
    Out.push_back((N.Whose == LockName::ThisObject ? "this " : "") + L.spell(N) + (N.Shared ? " (shared)" : ""));
  return joined(Out);
}

static std::string threadText(uint8_t T) {
  std::string Out;
  for (auto [Bit, Name] :
       {std::pair(ArrivesAttached, "attached"), {ArrivesDetached, "detached"}, {ArrivesUnknown, "?"}})
    if (T & Bit)
      Out += (Out.empty() ? "" : "|") + std::string(Name);
  return Out;
}

static std::string placeText(const link::Program &P, EventRef E) {
  const ir::Loc &W = P.where(E);
  return std::to_string(W.Line);
}

std::string accessText(const LockSets &L, const link::Program &P, const SharedAccess &A) {
  std::string Out = placeText(P, A.At) + ": " + P.fn(A.At.Fn).Name.str() + " ";
  Out += A.Passed ? "passes" : A.Reads && A.Writes ? "updates" : A.Writes ? "writes" : "reads";
  Out += A.atomic() ? " atomically" : "";
  Out += " {" + lockText(L, A.Must) + "}";
  if (A.May.size() > A.Must.size())
    Out += " perhaps {" + lockText(L, A.May) + "}";
  Out += " " + threadText(A.Threads);
  for (auto [Is, Text] : {std::pair(A.Own, "own"),
                          {A.Fresh, "fresh"},
                          {A.InitOnly, "init"},
                          {A.Uncertain, "uncertain"},
                          {A.Context->Merged, "merged"}})
    Out += Is ? std::string(" ") + Text : "";
  Out += " from";
  unsigned Shown = 0;
  for (unsigned Root : A.Roots->set_bits()) {
    if (++Shown > 4) {
      Out += " +" + std::to_string(A.Roots->count() - 4);
      break;
    }
    const link::Root &X = L.roots()[Root];
    Out += " " + P.fn(X.Fn).Name.str() + (X.Role.empty() ? "" : "/" + X.Role);
  }
  return Out;
}

std::string factText(const LockSets &L, const link::Program &P, const LockEventFact &F) {
  static const char *const Names[] = {
      "leak of",           "double",        "taken",   "attach while holding", "python under", "left inside",
      "broken section of", "unmatched end", "order of"};
  static const char *const Degrees[] = {"never", "rare", "likely", "certain"};
  std::string Out = placeText(P, F.At) + ": " + Names[unsigned(F.Kind)] + " " + L.spell(F.Lock, F.At.Fn);
  if (F.Sure != Degree::Certain)
    Out += std::string(" ") + Degrees[unsigned(F.Sure)];
  Out += F.Handed ? " handed" : "";
  if (F.Kind == LockFactKind::TakenHere)
    Out += " " + threadText(L.threads(F.Threads, F.At.Fn));
  return Out;
}

void dumpLocks(const LockSets &L, const link::Program &P, llvm::raw_ostream &OS) {
  for (FnId F = 0; F < P.functions().size(); ++F) {
    const LockSummary &S = L.summary(F);
    if (S.Neutral && S.MayTake.empty() && S.GivesUp.empty() && S.Incomplete.empty())
      continue;
    OS << "function " << P.fn(F).Name << " (" << P.unit(F).MainFile.rsplit('/').second << ":" << P.fn(F).Where.Line
       << ")\n";
    if (!S.Incomplete.empty())
      OS << "  incomplete: " << S.Incomplete << "\n";
    for (const LockTaking &T : S.MayTake)
      OS << "  may take " << L.paths().spell(T.Lock, F) << " (" << kindText(T.Kind) << (T.Tries ? ", tries" : "")
         << ") " << threadText(L.threads(T.Threads, F)) << "\n";
    if (!S.Neutral)
      for (const LockExit &X : S.Exits) {
        OS << "  exit " << placeText(P, X.At.valid() ? X.At : EventRef{F, 0, EventRef::Terminator}) << ": holds {"
           << lockText(L, X.Held, F) << "}";
        for (PathId D : X.Dropped)
          OS << " released " << L.paths().spell(D, F);
        static const char *const Threads[] = {"", " attached", " detached", " thread unknown"};
        OS << Threads[unsigned(X.Thread)] << (X.Uncertain ? " uncertain" : "") << (X.Exceptional ? " exceptional" : "");
        if (X.Ret == LockExit::NonZero)
          OS << " returns non-zero";
        else if (X.Ret != LockExit::Any)
          OS << " returns " << X.Int;
        OS << "\n";
      }
  }
  for (const LockEventFact &F : L.facts())
    OS << "fact " << P.unit(F.At.Fn).MainFile.rsplit('/').second << ":" << factText(L, P, F) << "\n";
  auto Table = [&](const std::string &What, const std::vector<SharedAccess> &As) {
    bool Writes =
        llvm::any_of(As, [](const SharedAccess &A) { return (A.Writes || A.Passed) && !A.Fresh && !A.InitOnly; });
    if (!Writes)
      return;
    OS << What << "\n  common {" << lockText(L, L.commonLock(As)) << "} weakly {" << lockText(L, L.commonLock(As, true))
       << "}\n";
    for (const SharedAccess &A : As)
      OS << "  " << accessText(L, P, A) << "\n";
  };
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals)
      if (P.global(G.Id) == &G && !G.ThreadLocal)
        Table("global " + G.Name.str(), L.accessesOf(G));
  llvm::StringMap<bool> Seen;
  for (const ir::Unit *U : P.units())
    for (const ir::Record &R : U->Records)
      if (R.PythonObject && Seen.try_emplace(R.Name).second)
        for (const ir::Field &F : R.Fields)
          Table("field " + (R.Name + "." + F.Name).str(), L.accessesOf(R.Name, F.Name));
}

} // namespace gilray::test
