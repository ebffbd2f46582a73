#include "evidence/Storage.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

using api::LockOp;
using ir::EventKind;
using ir::HeaderClass;
using ir::TypeKind;
using ir::ValueId;
using ir::ValueKind;
using llvm::StringRef;

/// Results of functions that return pointers to static storage are taken this many calls deep.
static constexpr unsigned MaxRounds = 4;

template <class Set, class T> static bool insert(Set &To, const T &X) {
  if (llvm::is_contained(To, X))
    return false;
  To.push_back(X);
  return true;
}

static ValueId uncast(const ir::Function &F, ValueId V) {
  while (F.Values[V].Kind == ValueKind::Cast)
    V = F.Values[V].A;
  return V;
}

Storage::Storage(const flow::Results &R, const Types &T)
    : R(R), P(R.program()), T(T), Summaries(P.functions().size()), Locals(P.functions().size()) {
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals) {
      addresses(global(G.Id), G.Value);
    }
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (const ir::Value &V : P.fn(F).Values)
      if (V.Kind == ValueKind::Global)
        global(V.Str);
  bool Changed = true;
  for (unsigned Round = 0; Changed && Round < MaxRounds; ++Round) {
    Changed = false;
    for (FnId F = 0; F < P.functions().size(); ++F) {
      locals(F);
      const ir::Function &Fn = P.fn(F);
      if (P.unit(F).Types[Fn.Result].Kind == TypeKind::Pointer ||
          P.unit(F).Types[Fn.Result].Kind == TypeKind::Reference)
        for (const ir::Block &B : Fn.Blocks)
          if (B.Term.Kind == ir::TermKind::Return)
            for (const Target &X : pointsTo(F, B.Term.Value))
              Changed |= insert(Summaries[F].Returns, X);
    }
  }
  std::vector<llvm::SmallVector<FnId, 4>> Callers(P.functions().size());
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : R.callees(F))
      Callers[G].push_back(F);
  std::vector<FnId> Work(P.functions().size());
  std::vector<bool> Queued(P.functions().size(), true);
  for (FnId F = 0; F < Work.size(); ++F)
    Work[F] = Work.size() - 1 - F;
  while (!Work.empty()) {
    FnId F = Work.back();
    Work.pop_back();
    Queued[F] = false;
    if (summarise(F))
      for (FnId C : Callers[F])
        if (!Queued[C]) {
          Queued[C] = true;
          Work.push_back(C);
        }
  }
  for (FnId F = 0; F < P.functions().size(); ++F)
    collect(F);
}

uint32_t Storage::global(StringRef Id) {
  auto [It, New] = Ids.try_emplace(Id, Sites.size());
  if (New) {
    Sites.emplace_back();
    Initial.emplace_back();
  }
  return It->second;
}

void Storage::addresses(uint32_t Of, const ir::Init &I) {
  if (I.Kind == ir::InitKind::Address) {
    Target To{Target::Global, global(I.Str)};
    insert(Initial[Of][I.Field], To);
  }
  for (const ir::Init &E : I.Elems)
    addresses(Of, E);
}

llvm::ArrayRef<WriteSite> Storage::writes(StringRef Id) const {
  auto It = Ids.find(Id);
  return It == Ids.end() ? llvm::ArrayRef<WriteSite>() : llvm::ArrayRef<WriteSite>(Sites[It->second]);
}

/// Flow-insensitive: what each local variable may ever point to.
void Storage::locals(FnId Id) {
  const ir::Function &F = P.fn(Id);
  auto &Vars = Locals[Id].Vars;
  bool Changed = true;
  for (unsigned Round = 0; Changed && Round < MaxRounds; ++Round) {
    Changed = false;
    auto Add = [&](ValueId To, const Targets &From) {
      const ir::Value &D = F.Values[To];
      if (From.empty() || (D.Kind != ValueKind::Var && D.Kind != ValueKind::Temp))
        return;
      for (const Target &X : From)
        Changed |= insert(Vars[{D.Kind, D.Ref}], X);
    };
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
        const ir::Event &E = F.Blocks[B].Events[N];
        if (E.Kind == EventKind::Assign) {
          Add(E.Dst, pointsTo(Id, E.Src));
          continue;
        }
        if (E.Kind != EventKind::Call || !E.Result)
          continue;
        const link::Target &Callee = R.engine().infos()[Id].Targets[B][N];
        for (FnId G : Callee.Fns)
          for (const Target &X : Summaries[G].Returns) {
            if (X.What != Target::Param)
              Add(E.Result, {X});
            else if (X.Id < E.Args.size())
              Add(E.Result, pointsTo(Id, E.Args[X.Id]));
          }
        // table[key] = 1 with a std::map: the reference leads into the container.
        if (Callee.Named && !Callee.Named->Record.empty() && Callee.Fns.empty() && !E.Args.empty() &&
            P.homeOf(P.unit(Id), *Callee.Named) == HeaderClass::Std) {
          TypeKind Kind = P.unit(Id).Types[Callee.Named->Result].Kind;
          if (Kind == TypeKind::Reference || Kind == TypeKind::Pointer)
            Add(E.Result, pointsTo(Id, E.Args[0]));
        }
      }
  }
}

Storage::Targets Storage::pointsTo(FnId Id, ValueId Pointer) const {
  const ir::Function &F = P.fn(Id);
  const ir::Value &V = F.Values[Pointer];
  Targets Out;
  switch (V.Kind) {
  case ValueKind::Cast:
    return pointsTo(Id, V.A);
  case ValueKind::AddrOf:
    return storageOf(Id, V.A);
  case ValueKind::Var:
    if (V.Ref < F.NumParams)
      Out.push_back({Target::Param, V.Ref});
    [[fallthrough]];
  case ValueKind::Temp:
    if (auto It = Locals[Id].Vars.find({V.Kind, V.Ref}); It != Locals[Id].Vars.end())
      for (const Target &X : It->second)
        insert(Out, X);
    return Out;
  case ValueKind::Global:
  case ValueKind::Field:
  case ValueKind::Index:
  case ValueKind::Deref:
    // A pointer loaded from static storage: the memory behind it is as shared as the variable.
    for (const Target &X : storageOf(Id, Pointer))
      if (X.What == Target::Global) {
        auto It = Initial[X.Id].find(V.Kind == ValueKind::Field ? V.Str : "");
        if (It == Initial[X.Id].end())
          insert(Out, Target{Target::Pointee, X.Id});
        else
          for (const Target &To : It->second)
            insert(Out, To);
      }
    return Out;
  default:
    return Out;
  }
}

Storage::Targets Storage::storageOf(FnId Id, ValueId Path) const {
  const ir::Value &V = P.fn(Id).Values[Path];
  switch (V.Kind) {
  case ValueKind::Global:
    return {Target{Target::Global, Ids.lookup(V.Str)}};
  case ValueKind::Cast:
  case ValueKind::Field:
  case ValueKind::Index:
    return storageOf(Id, V.A);
  case ValueKind::Deref:
    return pointsTo(Id, V.A);
  default:
    return {};
  }
}

/// FILE, sqlite3, pthread_t: memory of a library, which looks after it itself.
bool Storage::isForeignRecord(FnId Id, ir::TypeId Pointer) const {
  const ir::Unit &U = P.unit(Id);
  const ir::Type &T = U.Types[Pointer];
  if (T.Kind != TypeKind::Pointer && T.Kind != TypeKind::Reference)
    return false;
  const ir::Type &To = U.Types[T.Inner];
  if (To.Kind == TypeKind::Void)
    return false;
  if (To.Kind != TypeKind::Record)
    return false;
  const ir::Record *Rec = this->T.record(U, To.Record);
  return !Rec || U.Files[Rec->Where.File].Class != HeaderClass::Project;
}

static bool isMutablePointer(const ir::Unit &U, ir::TypeId Id) {
  const ir::Type &T = U.Types[Id];
  return (T.Kind == TypeKind::Pointer || T.Kind == TypeKind::Reference) && !U.Types[T.Inner].Const &&
         U.Types[T.Inner].Kind != TypeKind::Function;
}

/// A method of the standard library that cannot change its object. USRs of const methods end in their qualifier; of the
/// others, these only give access, as their const overloads do.
static bool onlyReads(const api::Model &M, const ir::Callee &C) {
  static constexpr StringRef Access[] = {
      "begin",       "end",         "rbegin",      "rend", "find",       "at",        "data",       "front", "back",
      "lower_bound", "upper_bound", "equal_range", "get",  "operator[]", "operator*", "operator->", "value"};
  if (C.Id.ends_with("#1"))
    return true;
  StringRef Method = flow::methodName(C);
  const api::TypeEntry *E = M.type(C.Record);
  // m[key] makes the element when it is not there.
  bool IsMap = E && llvm::popcount(E->OwnsArgs) == 2;
  return llvm::is_contained(Access, Method) && !(IsMap && Method == "operator[]");
}

void Storage::writtenByLibrary(FnId Id, const ir::Event &E, const link::Target &Callee,
                               llvm::function_ref<void(const Passed &)> Visit) const {
  const ir::Unit &U = P.unit(Id);
  const ir::Callee &C = *Callee.Named;
  HeaderClass Home = P.homeOf(U, C);
  if (Callee.Api && Callee.Api->Lock != LockOp::None && Callee.Api->Arg >= 0 &&
      unsigned(Callee.Api->Arg) < E.Args.size())
    return Visit({E.Args[Callee.Api->Arg], false, false, false, true, false, 0});
  if (Callee.Api && Callee.Api->Atomic)
    return;
  if (Callee.Api && Callee.Api->OutArg >= 0) {
    unsigned First = Callee.Api->OutArg, Last = C.Variadic ? E.Args.size() : First + 1;
    for (unsigned I = First; I < Last && I < E.Args.size(); ++I)
      Visit({E.Args[I], E.Kind == EventKind::Macro, Callee.Api->SetsNull, false, false, false,
             E.Kind == EventKind::Macro && I + 1 < E.Args.size() ? E.Args[I + 1] : ValueId(0)});
    return;
  }
  if (Home == HeaderClass::Std && !C.Record.empty() && !E.Args.empty()) {
    if (E.Kind == EventKind::Call && !onlyReads(P.model(), C))
      Visit({E.Args[0], false, false, false, false, false, E.Args.size() > 1 ? E.Args[1] : ValueId(0)});
    return;
  }
  bool Libc = Home == HeaderClass::Libc || Home == HeaderClass::Builtin;
  bool Unknown = Callee.Foreign || Callee.Unresolved;
  if (!Libc && !Unknown)
    return;
  bool IsMethod = !C.Record.empty() && E.Args.size() > C.Params.size();
  for (unsigned I = 0; I < E.Args.size(); ++I) {
    unsigned Param = I - IsMethod;
    if (IsMethod && I == 0) {
      if (const api::TypeEntry *Ty = P.model().type(C.Record); Ty && (Ty->Holder || Ty->Handle)) {
        if (flow::methodName(C) == "operator=")
          Visit({E.Args[0], false, false, false, false, false, E.Args.size() > 1 ? E.Args[1] : ValueId(0)});
      } else if (!C.Id.ends_with("#1"))
        Visit({E.Args[0], false, false, true, false, false, 0});
    } else if (Param < C.Params.size() ? isMutablePointer(U, C.Params[Param]) : C.Variadic && !Libc)
      Visit({E.Args[I], false, false, !Libc, false, false, 0});
  }
}

void Storage::written(FnId Id, EventRef At, llvm::function_ref<void(const Passed &)> Visit) const {
  const ir::Event &E = P.fn(Id).Blocks[At.Block].Events[At.Index];
  const link::Target &Callee = R.engine().infos()[Id].Targets[At.Block][At.Index];
  uint32_t Mask = 0;
  for (FnId G : Callee.Fns)
    Mask |= Summaries[G].Writes;
  if (!Callee.Api || !Callee.Fns.empty())
    for (unsigned I = 0; I < E.Args.size() && I < 32; ++I)
      if (Mask >> I & 1)
        Visit({E.Args[I], false, false, false, false, true, E.Args.size() == 2 && I == 0 ? E.Args[1] : ValueId(0)});
  if (Callee.Named && Callee.Fns.empty())
    writtenByLibrary(Id, E, Callee, Visit);
}

static bool isCall(EventKind K) {
  return K == EventKind::Call || K == EventKind::Macro || K == EventKind::Construct || K == EventKind::Destroy ||
         K == EventKind::Fork;
}

bool Storage::summarise(FnId Id) {
  const ir::Function &F = P.fn(Id);
  uint32_t Before = Summaries[Id].Writes;
  auto Mark = [&](const Targets &To) {
    for (const Target &X : To)
      if (X.What == Target::Param && X.Id < 32)
        Summaries[Id].Writes |= 1u << X.Id;
  };
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = F.Blocks[B].Events[N];
      if (E.Kind == EventKind::Write)
        Mark(storageOf(Id, E.Dst));
      else if (isCall(E.Kind))
        written(Id, {Id, B, N}, [&](const Passed &A) {
          if (!A.Guess && !A.Locked)
            Mark(A.IsPath ? storageOf(Id, A.Arg) : pointsTo(Id, A.Arg));
        });
    }
  return Summaries[Id].Writes != Before;
}

void Storage::collect(FnId Id) {
  const ir::Function &F = P.fn(Id);
  llvm::SmallVector<std::pair<ValueId, uint32_t>, 1> Guards; // with the line of the declaration
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Kind == EventKind::GuardEnter)
        Guards.push_back({E.Dst, E.Where.Line});
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
      const ir::Event &E = F.Blocks[B].Events[N];
      WriteSite W;
      W.At = {Id, B, N};
      auto Add = [&](const Targets &To) {
        for (const Target &X : To)
          if (X.What != Target::Param) {
            W.Pointee = X.What == Target::Pointee;
            Sites[X.Id].push_back(W);
          }
      };
      if (E.Kind == EventKind::Write) {
        W.Src = E.Compound ? 0 : E.Src;
        W.Null = F.Values[uncast(F, E.Src)].Kind == ValueKind::Null;
        W.Guarded = llvm::is_contained(Guards, std::pair(E.Dst, E.Where.Line));
        Add(storageOf(Id, E.Dst));
      } else if (isCall(E.Kind)) {
        const link::Target &Callee = R.engine().infos()[Id].Targets[B][N];
        written(Id, W.At, [&](const Passed &A) {
          ValueId Arg = uncast(F, A.Arg);
          const ir::Value &V = F.Values[Arg];
          W.Src = A.Src;
          W.Null = A.Null;
          W.Guess = A.Guess;
          W.Locked = A.Locked;
          W.Guarded = V.Kind == ValueKind::AddrOf && llvm::is_contained(Guards, std::pair(V.A, E.Where.Line));
          W.Through = Callee.Named ? Callee.Named->Name.str() : "";
          for (const Target &X : A.IsPath ? storageOf(Id, Arg) : pointsTo(Id, Arg)) {
            // A library function with a pointer out of a global: what it does to memory of its own is its business.
            if (X.What == Target::Pointee && !A.Locked && (!A.Deep || isForeignRecord(Id, P.typeOf(Id, Arg))))
              continue;
            Add({X});
          }
        });
      }
    }
}

} // namespace gilray::evidence
