#include "ownership/Fields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::ownership {

using ir::EventKind;
using ir::ValueKind;

Fields::Fields(const Ownership &O) : O(O), P(O.program()), Running(P.functions().size(), link::NoFn) {
  spread();
  for (FnId F = 0; F < P.functions().size(); ++F) {
    if (Running[F] != link::NoFn)
      collect(F);
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
      for (uint32_t I = 0; I < P.fn(F).Blocks[B].Events.size(); ++I)
        known({F, B, I}, P.fn(F).Blocks[B].Events[I]);
  }
}

/// Counting up what a field holds is how it is handed out; a container that comes from elsewhere is known there.
void Fields::known(EventRef At, const ir::Event &E) {
  const ir::Function &F = P.fn(At.Fn);
  auto NameOf = [](const ir::Function &In, ValueId V) {
    const ir::Value &X = In.Values[V];
    return X.Kind == ValueKind::Field    ? (X.Rec + "." + X.Str).str()
           : X.Kind == ValueKind::Global ? X.Str.str()
                                         : std::string();
  };
  if (E.Kind == EventKind::Write) {
    std::string To = NameOf(F, E.Dst);
    if (To.empty())
      return;
    for (const Provenance &X : O.of(At, E.Src)) {
      if (X.From == Origin::Fresh)
        Made[To] = true;
      else if (X.From != Origin::Null && X.From != Origin::Constant)
        Shared[To] = true;
    }
    return;
  }
  if (E.Kind != EventKind::Call && E.Kind != EventKind::Macro)
    return;
  const api::Entry *A = O.results().engine().infos()[At.Fn].Targets[At.Block][At.Index].Api;
  // Py_CLEAR(self->names) in the deallocator takes nothing out of a container that is in use.
  if (A && A->OutArg == 0 && A->Steals && Running[At.Fn] == link::NoFn)
    return;
  if (!A || E.Args.empty() || !(A->CountsUp || A->Removes != api::Removal::None || (A->OutArg == 0 && A->Steals)))
    return;
  for (const Provenance &X : O.of(At, E.Args[0])) {
    if (X.From != Origin::Field && X.From != Origin::Global)
      continue;
    const ir::Function &Reader = P.fn(X.At.Fn);
    ValueId Object = X.Of;
    while (Object && Reader.Values[Object].Kind != ValueKind::Var && Reader.Values[Object].Kind != ValueKind::Temp)
      Object = Reader.Values[Object].A;
    // kind->by_name is filled while nobody else knows the kind.
    if (X.From == Origin::Field && Object && !A->CountsUp && O.exposure(X.At, Object) == Exposure::Nobody)
      continue;
    Shared[NameOf(Reader, X.Of)] = true;
  }
}

bool Fields::isSettled(StringRef Name) const {
  return Made.count(Name) && !Shared.count(Name) && !OfField.count(Name) && !OfGlobal.count(Name);
}

bool Fields::isSettled(EventRef At, ValueId Container) const {
  Provenances From = O.of(At, Container);
  return !From.empty() && llvm::all_of(From, [&](const Provenance &X) {
    const ir::Value &V = P.fn(X.At.Fn).Values[X.Of];
    return X.From == Origin::Field    ? isSettled((V.Rec + "." + V.Str).str())
           : X.From == Origin::Global ? isSettled(V.Str)
                                      : X.From == Origin::Null;
  });
}

static bool isUse(StringRef Role) {
  for (StringRef Excused : {"dealloc", "traverse", "clear", "new", "init", "alloc", "free", "finalize", "del",
                            "module-exec", "module-init", "module-free", "module-clear", "module-traverse"})
    if (Role == Excused)
      return false;
  return true;
}

void Fields::spread() {
  std::vector<FnId> Work;
  for (const link::Root &R : P.roots()) {
    bool Python = R.Kind == link::RootKind::Interpreter || R.Kind == link::RootKind::Bound;
    // What pickle makes is nobody else's until __setstate__ has filled it.
    bool Use = Python && isUse(R.Role) && R.PythonName != "__setstate__";
    if (!Use && R.Kind != link::RootKind::Callback)
      continue;
    if (Running[R.Fn] == link::NoFn) {
      Running[R.Fn] = R.Fn;
      Work.push_back(R.Fn);
    }
  }
  while (!Work.empty()) {
    FnId F = Work.back();
    Work.pop_back();
    for (FnId G : O.results().callees(F))
      if (Running[G] == link::NoFn && !P.hasRole(G, "init") && !P.hasRole(G, "new")) {
        Running[G] = Running[F];
        Work.push_back(G);
      }
  }
}

/// The words of a function's name: sqlite3_close_v2, BrotliEncoderDestroyInstance.
static bool anyWord(StringRef Function, llvm::function_ref<bool(StringRef, bool Last)> Is) {
  std::string Word;
  StringRef Name = Function.substr(Function.rfind(':') + 1);
  for (size_t I = 0; I < Name.size(); ++I) {
    char C = Name[I];
    bool Begins = C == '_' || (llvm::isUpper(C) && I && llvm::isLower(Name[I - 1]));
    if (Begins && Is(Word, false))
      return true;
    if (Begins)
      Word.clear();
    if (llvm::isAlpha(C))
      Word += llvm::toLower(C);
  }
  return Is(Word, true);
}

bool namedLikeAnEnd(const api::Model &M, StringRef Function) {
  return anyWord(Function, [&](StringRef Word, bool Last) {
    // PQfinish: the library's prefix is not set apart.
    for (size_t From = 1; Last && From + 4 <= Word.size(); ++From)
      if (M.says(api::Naming::EndsHandle, Word.substr(From)))
        return true;
    return M.says(api::Naming::EndsHandle, Word);
  });
}

bool namedLikeALock(const api::Model &M, StringRef Function) {
  return anyWord(Function, [&](StringRef Word, bool) { return M.says(api::Naming::NamesLock, Word); });
}

bool namedLikeAQuestion(const api::Model &M, StringRef Function) {
  return anyWord(Function, [&](StringRef Word, bool) { return M.says(api::Naming::AsksReady, Word); });
}

bool endsArgument(const link::Program &P, EventRef Call, unsigned Arg) {
  const ir::Event &E = P.event(Call);
  const ir::Function &F = P.fn(Call.Fn);
  const ir::Unit &U = P.unit(Call.Fn);
  if (Arg != 0 || !E.Callee || !namedLikeAnEnd(P.model(), U.Callees[E.Callee].Name))
    return false;
  const auto &Params = U.Callees[E.Callee].Params;
  for (unsigned N = 1; N < E.Args.size(); ++N) {
    ValueKind K = F.Values[E.Args[N]].Kind;
    bool Pointer = N < Params.size() && U.Types[Params[N]].Kind == ir::TypeKind::Pointer;
    if (Pointer && K != ValueKind::Null && K != ValueKind::Int)
      return false;
  }
  return true;
}

void Fields::ending(EventRef At, ValueId Path, Ending::Way How) {
  const ir::Value &V = P.fn(At.Fn).Values[Path];
  std::vector<Ending> *To = nullptr;
  if (V.Kind == ValueKind::Field)
    To = &OfField[(V.Rec + "." + V.Str).str()];
  else if (V.Kind == ValueKind::Global)
    To = &OfGlobal[V.Str];
  if (To && llvm::none_of(*To, [&](const Ending &E) { return E.At == At; }))
    To->push_back({How, At, Running[At.Fn]});
}

/// Is the object that the argument refers to given up by this call?
bool Fields::releases(EventRef At, const ir::Event &E, unsigned Arg) const {
  const link::Target &T = O.results().engine().infos()[At.Fn].Targets[At.Block][At.Index];
  if (T.Api)
    return T.Api->Home == ir::HeaderClass::Python && Arg < 32 && (T.Api->Steals >> Arg & 1) && E.Args.size() == 1;
  return false;
}

void Fields::collect(FnId Id) {
  const ir::Function &F = P.fn(Id);
  const flow::FunctionInfos &Infos = O.results().engine().infos();
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      EventRef At{Id, B, I};
      if (E.Kind == EventKind::Write) {
        ValueId Src = E.Src;
        while (F.Values[Src].Kind == ValueKind::Cast)
          Src = F.Values[Src].A;
        if (F.Values[Src].Kind == ValueKind::Null)
          ending(At, E.Dst, Ending::Nulled);
        continue;
      }
      if (E.Kind != EventKind::Call && E.Kind != EventKind::Macro)
        continue;
      const link::Target &T = Infos[Id].Targets[B][I];
      if (E.Kind == EventKind::Macro && T.Api && T.Api->OutArg == 0 && T.Api->Steals && !E.Args.empty()) {
        ending(At, E.Args[0], Ending::Released); // Py_CLEAR, Py_XSETREF
        continue;
      }
      for (unsigned N = 0; N < E.Args.size(); ++N) {
        bool Gone = releases(At, E, N);
        bool Freed = !Gone && T.Named && N == 0 && (T.Fns.empty() && (T.Foreign || T.Api)) &&
                     !(T.Api && T.Api->Home == ir::HeaderClass::Python) && endsArgument(P, At, N);
        if (!Gone && !Freed)
          continue;
        ValueId A = E.Args[N];
        while (F.Values[A].Kind == ValueKind::Cast)
          A = F.Values[A].A;
        if (F.Values[A].Kind == ValueKind::AddrOf && F.Values[F.Values[A].A].Kind == ValueKind::Field)
          ending(At, F.Values[A].A, Ending::Freed); // deflateEnd(&self->stream)
        for (const Provenance &X : O.of(At, A))
          if ((X.From == Origin::Field || X.From == Origin::Global) && X.At.Fn == Id)
            ending(At, A == X.Of ? A : X.Of, Gone ? Ending::Released : Ending::Freed);
      }
    }
}

static const std::vector<Ending> Nothing;

const std::vector<Ending> &Fields::endings(StringRef Record, StringRef Field) const {
  auto It = OfField.find((Record + "." + Field).str());
  return It == OfField.end() ? Nothing : It->second;
}

const std::vector<Ending> &Fields::endings(const ir::Global &G) const {
  auto It = OfGlobal.find(G.Id);
  return It == OfGlobal.end() ? Nothing : It->second;
}

} // namespace gilray::ownership
