// See Graft.h. Entries of tables are equal if what they say is equal; the tables of To are looked through once.
#include "ir/Graft.h"

namespace gilray::ir {

static constexpr uint32_t Unmapped = ~0u;

llvm::hash_code Graft::hashOf(llvm::ArrayRef<MacroStep> Steps) {
  llvm::hash_code H = Steps.size();
  for (const MacroStep &S : Steps)
    H = llvm::hash_combine(H, S.Name.data(), S.Defined.File, S.Defined.Line, S.Defined.Col);
  return H;
}

Graft::Graft(const Unit &From, llvm::ArrayRef<StringRef> CalleeIds, llvm::ArrayRef<Function> Heads, Unit &To,
             LineMove Move)
    : From(From), CalleeIds(CalleeIds), To(To), Move(Move), Files(From.Files.size(), Unmapped),
      Types(From.Types.size(), Unmapped), Callees(From.Callees.size(), Unmapped),
      Chains(From.MacroChains.size(), Unmapped) {
  Files[0] = Types[0] = Callees[0] = Chains[0] = 0;
  for (const Function &F : Heads)
    HeadOf[F.Id.data()] = &F;
  for (const Global &G : From.Globals) {
    OldGlobals[G.Id.data()] = &G;
    if (!G.Owner.empty())
      StaticLocals[G.Owner.data()].push_back(&G);
  }
  for (const Record &R : From.Records)
    OldRecords[R.Name.data()].push_back(&R);
  for (CalleeId C = 1; C < CalleeIds.size(); ++C)
    CalleeOf.try_emplace(CalleeIds[C].data(), C);
  for (FileId F = 1; F < From.Files.size(); ++F)
    if (From.Files[F].Path == From.MainFile)
      OldMain = F;

  for (FileId F = 1; F < To.Files.size(); ++F)
    FileByPath.try_emplace(To.Files[F].Path, F);
  for (TypeId T = 1; T < To.Types.size(); ++T)
    TypesBySpelling[To.Types[T].Spelling].push_back(T);
  for (CalleeId C = 1; C < To.Callees.size(); ++C)
    CalleeByKey.try_emplace(calleeKey(To.Callees[C]), C);
  for (ChainId C = 1; C < To.MacroChains.size(); ++C)
    ChainsByHash[hashOf(To.MacroChains[C])].push_back(C);
  for (const Global &G : To.Globals)
    HasGlobal[G.Id.data()] = true;
  for (const Record &R : To.Records)
    RecordPlaces[R.Name].push_back(R.Where);
}

StringRef Graft::text(StringRef S) {
  if (S.empty())
    return {};
  auto [It, New] = Texts.try_emplace({S.data(), S.size()});
  if (New)
    It->second = To.intern(S);
  return It->second;
}

void Graft::texts(std::initializer_list<StringRef *> All) {
  for (StringRef *S : All)
    *S = text(*S);
}

FileId Graft::file(FileId F) {
  if (Files[F] != Unmapped)
    return Files[F];
  auto [It, New] = FileByPath.try_emplace(From.Files[F].Path, To.Files.size());
  if (New)
    To.Files.push_back({text(From.Files[F].Path), From.Files[F].Class});
  return Files[F] = It->second;
}

Loc Graft::loc(Loc L) {
  if (L.File == OldMain) {
    if (L.Line > Move.After)
      L.Line += Move.By;
    if (L.EndLine > Move.After)
      L.EndLine += Move.By;
  }
  L.File = file(L.File);
  L.Chain = chain(L.Chain);
  return L;
}

ChainId Graft::chain(ChainId C) {
  if (Chains[C] != Unmapped)
    return Chains[C];
  std::vector<MacroStep> Steps = From.MacroChains[C];
  for (MacroStep &S : Steps) {
    S.Name = text(S.Name);
    S.Defined = loc(S.Defined);
  }
  auto &Same = ChainsByHash[hashOf(Steps)];
  for (ChainId Known : Same)
    if (To.MacroChains[Known] == Steps)
      return Chains[C] = Known;
  Same.push_back(To.MacroChains.size());
  To.MacroChains.push_back(std::move(Steps));
  return Chains[C] = Same.back();
}

TypeId Graft::type(TypeId T) {
  if (Types[T] != Unmapped)
    return Types[T];
  const Type &Old = From.Types[T];
  auto Same = [&](TypeId Id) {
    const Type &Known = To.Types[Id];
    return Known.Kind == Old.Kind && Known.Record == Old.Record && Known.Extent == Old.Extent &&
           Known.Const == Old.Const && Known.Volatile == Old.Volatile && Known.Atomic == Old.Atomic;
  };
  TypeId Id = 0;
  for (TypeId Known : TypesBySpelling[Old.Spelling])
    if (!Id && Same(Known))
      Id = Known;
  if (!Id) {
    Id = To.Types.size();
    TypesBySpelling[Old.Spelling].push_back(Id);
    To.Types.emplace_back();
    Type New = Old;
    texts({&New.Spelling, &New.Record});
    New.Inner = type(New.Inner);
    types(New.Args);
    To.Types[Id] = std::move(New);
  }
  Types[T] = Id;
  if (!Old.Record.empty())
    records(Old.Record);
  return Id;
}

void Graft::types(llvm::MutableArrayRef<TypeId> Ts) {
  for (TypeId &T : Ts)
    T = type(T);
}

void Graft::records(StringRef Name) {
  if (!RecordsDone.try_emplace(Name.data(), true).second)
    return;
  auto It = OldRecords.find(Name.data());
  if (It == OldRecords.end())
    return;
  for (const Record *Old : It->second) {
    Loc Where = loc(Old->Where);
    if (llvm::is_contained(RecordPlaces[Name], Where))
      continue;
    RecordPlaces[Name].push_back(Where);
    Record New = *Old;
    texts({&New.Name, &New.Spelling, &New.Destructor});
    New.Where = Where;
    for (Field &F : New.Fields)
      F = {text(F.Name), type(F.Type), text(F.GuardedBy)};
    types(New.Bases);
    To.Records.push_back(std::move(New));
  }
}

CalleeId Graft::callee(CalleeId C) {
  if (Callees[C] != Unmapped)
    return Callees[C];
  Callee New = From.Callees[C];
  New.Id = text(CalleeIds[C]);
  New.Header = file(New.Header);
  auto [It, IsNew] = CalleeByKey.try_emplace(calleeKey(New), To.Callees.size());
  Callees[C] = It->second;
  if (!IsNew)
    return It->second;
  To.Callees.emplace_back();
  texts({&New.Name, &New.Record});
  New.Result = type(New.Result);
  types(New.Params);
  types(New.TemplateArgs);
  To.Callees[Callees[C]] = std::move(New);
  if (const Function *Head = HeadOf.lookup(CalleeIds[C].data()))
    NewHeads.push_back(function(*Head));
  return Callees[C];
}

void Graft::init(Init &I) {
  texts({&I.Field, &I.Str, &I.Spelling});
  I.Func = callee(I.Func);
  I.Type = type(I.Type);
  I.Where = loc(I.Where);
  for (Init &E : I.Elems)
    init(E);
}

void Graft::global(StringRef Id) {
  if (auto It = OldGlobals.find(Id.data()); It != OldGlobals.end())
    copyGlobal(*It->second);
}

static void addresses(const Init &I, llvm::function_ref<void(StringRef)> Each) {
  if (I.Kind == InitKind::Address)
    Each(I.Str);
  for (const Init &E : I.Elems)
    addresses(E, Each);
}

void Graft::copyGlobal(const Global &G) {
  if (!HasGlobal.try_emplace(text(G.Id).data(), true).second)
    return;
  Global New = G;
  texts({&New.Id, &New.Name, &New.Owner, &New.GuardedBy});
  New.Type = type(New.Type);
  New.Where = loc(New.Where);
  init(New.Value);
  To.Globals.push_back(std::move(New));
  addresses(G.Value, [&](StringRef Id) { global(Id); });
}

Function Graft::function(const Function &F) {
  if (CalleeId Own = CalleeOf.lookup(F.Id.data()))
    (void)callee(Own); // extraction knows each function as a callee, too
  if (auto It = StaticLocals.find(F.Id.data()); It != StaticLocals.end())
    for (const Global *G : It->second)
      copyGlobal(*G);
  Function New = F;
  texts({&New.Id, &New.Name, &New.Record});
  New.Header = file(New.Header);
  New.Result = type(New.Result);
  New.Where = loc(New.Where);
  New.End = loc(New.End);
  for (StringRef &O : New.Overrides)
    O = text(O);
  for (Var &V : New.Vars)
    V = {text(V.Name), type(V.Type), loc(V.Where)};
  for (Value &V : New.Values) {
    if (V.Kind == ValueKind::Global)
      global(V.Str);
    if (V.Kind == ValueKind::Function || V.Kind == ValueKind::Lambda)
      V.Ref = callee(V.Ref);
    V.Type = type(V.Type);
    texts({&V.Str, &V.Rec});
  }
  for (std::vector<Capture> &Cs : New.Captures)
    for (Capture &C : Cs) {
      C.Name = text(C.Name);
      C.Type = type(C.Type);
    }
  for (Block &B : New.Blocks) {
    for (Event &E : B.Events) {
      E.Callee = callee(E.Callee);
      E.Type = type(E.Type);
      E.Where = loc(E.Where);
    }
    B.Term.Where = loc(B.Term.Where);
  }
  for (Loop &L : New.Loops)
    L.Where = loc(L.Where);
  return New;
}

void Graft::finish() {
  llvm::append_range(To.Functions, std::move(NewHeads));
  NewHeads.clear();
}

} // namespace gilray::ir
