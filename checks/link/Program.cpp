#include "link/Program.h"
#include "ir/Values.h"
#include "link/Callables.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <optional>

namespace gilray::link {

Program::Program(llvm::ArrayRef<const ir::Unit *> Units, const api::Model &Model)
    : Units(Units.begin(), Units.end()), TheModel(Model) {
  index();
  collectStores();
  Callables = std::make_shared<const CallableFlow>(*this);
  collectRoots();
}

void Program::index() {
  for (const ir::Unit *U : Units) {
    std::vector<const api::Entry *> &Known = Apis.emplace_back();
    for (const ir::Callee &C : U->Callees)
      Known.push_back(C.Name.empty() ? nullptr : TheModel.function(C.Name, homeOf(*U, C)));
    for (const ir::Record &R : U->Records)
      Records.try_emplace(R.Name, &R);
    for (const ir::Global &G : U->Globals) {
      auto [It, New] = Globals.try_emplace(G.Id, &G);
      if (!New && G.Definition && !It->second->Definition)
        It->second = &G;
    }
    for (const ir::Function &F : U->Functions) {
      // The same inline function in several units has one id, which covers a hash of its body: one copy is enough.
      if (F.Link == ir::Linkage::Inline && ById.count(F.Id))
        continue;
      FnId Id = Functions.size();
      Functions.push_back({U, &F, Known.data()});
      ById[F.Id].push_back(Id);
      for (StringRef O : F.Overrides)
        Overriders[O].push_back(Id);
    }
  }
}

const ir::Loc &Program::where(EventRef E) const {
  const ir::Block &B = fn(E.Fn).Blocks[E.Block];
  return E.Index == EventRef::Terminator ? B.Term.Where : B.Events[E.Index].Where;
}

static StringRef dirOf(const ir::Unit &U) { return llvm::sys::path::parent_path(U.MainFile); }

/// Two modules of one project often carry a copy of the same small helper. Copies that call the same functions in the
/// same order are one as far as threads go.
///
///     void section_enter(cookie *c) { *c = PyEval_SaveThread(); }      in _image.c and in _codec.c
static bool looksAlike(const ProgramFunction &A, const ProgramFunction &B) {
  const ir::Function &F = *A.Fn, &G = *B.Fn;
  auto Same = [&](const ir::Event &X, const ir::Event &Y) {
    return X.Kind == Y.Kind && X.Args.size() == Y.Args.size() && !X.Callee == !Y.Callee &&
           A.Unit->Callees[X.Callee].Name == B.Unit->Callees[Y.Callee].Name &&
           F.Values[X.Dst].Kind == G.Values[Y.Dst].Kind && F.Values[X.Src].Kind == G.Values[Y.Src].Kind;
  };
  return F.NumParams == G.NumParams && F.Blocks.size() == G.Blocks.size() &&
         std::equal(F.Blocks.begin(), F.Blocks.end(), G.Blocks.begin(), [&](const ir::Block &X, const ir::Block &Y) {
           return X.Term.Kind == Y.Term.Kind && X.Term.Succs == Y.Term.Succs &&
                  std::equal(X.Events.begin(), X.Events.end(), Y.Events.begin(), Y.Events.end(), Same);
         });
}

FnId Program::byId(StringRef Id, const ir::Unit &From) const {
  auto It = ById.find(Id);
  if (It == ById.end())
    return NoFn;
  const auto &All = It->second;
  if (All.size() == 1)
    return All.front();
  // Two modules of one project may both define `init_types`: the same file, then the same directory decides.
  FnId SameDir = NoFn;
  unsigned InDir = 0;
  for (FnId F : All) {
    if (Functions[F].Unit == &From)
      return F;
    if (dirOf(*Functions[F].Unit) == dirOf(From)) {
      SameDir = F;
      ++InDir;
    }
  }
  if (InDir == 1)
    return SameDir;
  bool Alike = llvm::all_of(All, [&](FnId F) { return looksAlike(Functions[All.front()], Functions[F]); });
  return Alike ? All.front() : NoFn;
}

FnId Program::resolve(const ir::Unit &U, ir::CalleeId C) const { return C ? byId(U.Callees[C].Id, U) : NoFn; }

const ir::Record *Program::record(StringRef Name) const { return Records.lookup(Name); }
const ir::Global *Program::global(StringRef Id) const { return Globals.lookup(Id); }

llvm::ArrayRef<FnId> Program::storedIn(StringRef Record, StringRef Field) const {
  auto It = Stored.find((Record + "." + Field).str());
  return It == Stored.end() ? llvm::ArrayRef<FnId>() : It->second.getArrayRef();
}

bool Program::isCallable(StringRef Record) const {
  const api::TypeEntry *T = Record.empty() ? nullptr : TheModel.type(Record);
  return T && T->Callable;
}

llvm::ArrayRef<FnId> Program::kept(FnId In, ir::ValueId V) const {
  CallableFlow::Held Held = Callables->at(In, V);
  return Held.Kept ? Held.Fns : llvm::ArrayRef<FnId>();
}

bool Program::hasRole(FnId F, StringRef Role) const {
  auto It = Roles.find(F);
  return It != Roles.end() && llvm::is_contained(It->second, Role);
}

StringRef Program::moduleOf(const ir::Unit &U) const {
  auto It = Modules.find(&U);
  if (It == Modules.end() && Modules.size() == 1)
    It = Modules.begin(); // what is linked with the only module belongs to it
  return It == Modules.end() ? StringRef() : StringRef(It->second);
}

/// Functions that a value may be: a named function, a lambda, or a field or global that functions are stored in.
llvm::SmallVector<FnId, 2> Program::functionsIn(FnId In, ir::ValueId V) const {
  const ir::Function &F = fn(In);
  const ir::Unit &U = unit(In);
  llvm::SmallVector<FnId, 2> Out;
  const ir::Value &X = F.Values[V];
  switch (X.Kind) {
  case ir::ValueKind::Function:
  case ir::ValueKind::Lambda:
    if (FnId Id = resolve(U, X.Ref); Id != NoFn)
      Out.push_back(Id);
    break;
  case ir::ValueKind::Cast:
  case ir::ValueKind::AddrOf:
  case ir::ValueKind::Deref:
    return functionsIn(In, X.A);
  case ir::ValueKind::Temp: // callable != Py_None ? dispatch : NULL
    if (auto It = TempFunctions.find({In, V}); It != TempFunctions.end())
      Out.append(It->second.begin(), It->second.end());
    break;
  case ir::ValueKind::Field:
    for (FnId Id : storedIn(X.Rec, X.Str))
      Out.push_back(Id);
    break;
  case ir::ValueKind::Global:
    for (FnId Id : storedIn("", X.Str))
      Out.push_back(Id);
    break;
  default:
    break;
  }
  return Out;
}

static void storesFromInit(const Program &P, const ir::Unit &U, const ir::Init &I, StringRef Record, StringRef GlobalId,
                           llvm::StringMap<llvm::SmallSetVector<FnId, 2>> &Stored) {
  if (I.Kind == ir::InitKind::Function) {
    if (FnId F = P.resolve(U, I.Func); F != NoFn)
      Stored[I.Field.empty() ? ("." + GlobalId).str() : (Record + "." + I.Field).str()].insert(F);
    return;
  }
  StringRef Inner = I.Type ? U.Types[I.Type].Record : StringRef();
  for (const ir::Init &E : I.Elems)
    storesFromInit(P, U, E, Inner.empty() ? Record : Inner, GlobalId, Stored);
}

/// The parameter that a value is, if that may point to a function.
static std::optional<unsigned> pointerParameter(const ir::Unit &U, const ir::Function &F, ir::ValueId V) {
  const ir::Value &X = F.Values[ir::withoutCasts(F, V)];
  if (X.Kind != ir::ValueKind::Var || X.Ref >= F.NumParams)
    return std::nullopt;
  const ir::Type &T = U.Types[F.Vars[X.Ref].Type];
  ir::TypeKind To = U.Types[T.Inner].Kind;
  bool May = T.Kind == ir::TypeKind::Pointer && (To == ir::TypeKind::Function || To == ir::TypeKind::Void);
  return May ? std::optional(X.Ref) : std::nullopt;
}

/// "Record.field" or ".global" that a call goes through.
static std::string calledPlace(const ir::Function &F, const ir::Event &E) {
  ir::ValueId V = ir::withoutCasts(F, E.Target);
  while (F.Values[V].Kind == ir::ValueKind::Deref)
    V = ir::withoutCasts(F, F.Values[V].A);
  const ir::Value &X = F.Values[V];
  return X.Kind == ir::ValueKind::Field    ? (X.Rec + "." + X.Str).str()
         : X.Kind == ir::ValueKind::Global ? ("." + X.Str).str()
                                           : std::string();
}

/// Is the object that a path leads through found in a global variable, not handed over by a caller who knows which one
/// it is?   for (w = watches; w; w = w->next) w->on_event(..);   table[i].on_event(..);
static bool fromGlobal(const ir::Function &F, ir::ValueId V, unsigned Depth = 0) {
  while (F.Values[V].Kind == ir::ValueKind::Cast || F.Values[V].Kind == ir::ValueKind::Deref ||
         F.Values[V].Kind == ir::ValueKind::Field || F.Values[V].Kind == ir::ValueKind::Index ||
         F.Values[V].Kind == ir::ValueKind::AddrOf)
    V = F.Values[V].A;
  const ir::Value &X = F.Values[V];
  if (X.Kind != ir::ValueKind::Var || X.Ref < F.NumParams || Depth > 2)
    return X.Kind == ir::ValueKind::Global;
  bool Global = false;
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Kind == ir::EventKind::Assign && E.Dst == V)
        Global |= fromGlobal(F, E.Src, Depth + 1);
  return Global;
}

/// void loop_add(struct loop *l, handler h) { l->on_event = h; }   ...   loop_add(&loop, accept_one);
/// Parameters of callers are followed in turn. A place that gets something else, too, is not filled from here.
void Program::storesThroughParameters(ParameterPlaces Places) {
  llvm::StringMap<llvm::SmallSetVector<FnId, 2>> Found;
  std::set<std::string> Open;
  for (unsigned Hop = 0; Hop < 3 && !Places.empty(); ++Hop) {
    ParameterPlaces Further;
    auto Argument = [&](FnId In, ir::ValueId V, const std::set<std::string> &To) {
      llvm::SmallVector<FnId, 2> Fns = functionsIn(In, V);
      ir::ValueKind K = fn(In).Values[ir::withoutCasts(fn(In), V)].Kind;
      if (std::optional<unsigned> Own = pointerParameter(unit(In), fn(In), V))
        Further[{In, *Own}].insert(To.begin(), To.end());
      else if (Fns.empty() && K != ir::ValueKind::Null && K != ir::ValueKind::Int)
        Open.insert(To.begin(), To.end());
      for (const std::string &Place : To)
        if (!Fns.empty())
          Found[Place].insert(Fns.begin(), Fns.end());
    };
    for (FnId Id = 0; Id < Functions.size(); ++Id)
      for (const ir::Block &B : fn(Id).Blocks)
        for (const ir::Event &E : B.Events) {
          if ((E.Kind != ir::EventKind::Call && E.Kind != ir::EventKind::Construct) || !E.Callee || E.Args.empty())
            continue;
          FnId G = resolve(unit(Id), E.Callee);
          for (auto It = Places.lower_bound({G, 0}); G != NoFn && It != Places.end() && It->first.first == G; ++It)
            if (It->first.second < E.Args.size())
              Argument(Id, E.Args[It->first.second], It->second);
        }
    Places = std::move(Further);
  }
  for (const auto &[Param, To] : Places) // further up than was looked
    Open.insert(To.begin(), To.end());
  if (Found.empty())
    return;
  for (const auto &Entry : Found)
    if (!Open.count(Entry.first().str()))
      Stored[Entry.first()].insert(Entry.second.begin(), Entry.second.end());
  // What is handed over is there to be called; if that happens in one place only, which goes through all there are,
  // then in this one.
  llvm::StringMap<unsigned> Calls;
  for (FnId Id = 0; Id < Functions.size(); ++Id)
    for (const ir::Block &B : fn(Id).Blocks)
      for (const ir::Event &E : B.Events)
        if (E.Kind == ir::EventKind::Call && !E.Callee)
          Calls[calledPlace(fn(Id), E)] += fromGlobal(fn(Id), E.Target) ? 1 : 2;
  for (const auto &Entry : Found)
    if (!Open.count(Entry.first().str()) && Calls.lookup(Entry.first()) == 1)
      CalledInOnePlace.insert(Entry.first());
}

/// Calls through a field resolve to all functions stored in the same (record, field).
void Program::collectStores() {
  ParameterPlaces Places;
  for (const ir::Unit *U : Units)
    for (const ir::Global &G : U->Globals)
      storesFromInit(*this, *U, G.Value, G.Type ? U->Types[G.Type].Record : StringRef(), G.Id, Stored);
  for (FnId Id = 0; Id < Functions.size(); ++Id) {
    const ir::Function &F = fn(Id);
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &E : B.Events) {
        if (E.Kind != ir::EventKind::Write && E.Kind != ir::EventKind::Assign)
          continue;
        const ir::Value &D = F.Values[E.Dst];
        if (D.Kind == ir::ValueKind::Temp && F.Values[E.Src].Kind == ir::ValueKind::Function)
          if (FnId T = resolve(unit(Id), F.Values[E.Src].Ref); T != NoFn)
            TempFunctions[{Id, E.Dst}].push_back(T);
        if (D.Kind != ir::ValueKind::Field && D.Kind != ir::ValueKind::Global)
          continue;
        auto Place = [&] { return D.Kind == ir::ValueKind::Field ? (D.Rec + "." + D.Str).str() : ("." + D.Str).str(); };
        for (FnId T : functionsIn(Id, E.Src))
          Stored[Place()].insert(T);
        if (D.Rec.starts_with("__pyx_")) // generators and functions of Cython, which guards them in ways of its own
          continue;
        if (std::optional<unsigned> Param = pointerParameter(unit(Id), F, E.Src))
          Places[{Id, *Param}].insert(Place());
      }
  }
  storesThroughParameters(std::move(Places));
}

/// void (*lock)(void) = no_lock; if (threads) lock = real_lock; The empty one stands in where there is nothing to do,
/// so what the call does is what the others do.
void Program::dropStandIns(llvm::SmallVectorImpl<FnId> &Fns) const {
  auto Empty = [&](FnId F) {
    return fn(F).Body == ir::BodyState::Complete && fn(F).Blocks.size() == 1 && fn(F).Blocks.front().Events.empty() &&
           unit(F).Types[fn(F).Result].Kind == ir::TypeKind::Void;
  };
  if (!llvm::all_of(Fns, Empty))
    llvm::erase_if(Fns, Empty);
}

Target Program::target(FnId In, const ir::Event &E) const {
  Target T;
  const ir::Unit &U = unit(In);
  if (!E.Callee) {
    T.Fns.assign(functionsIn(In, E.Target));
    dropStandIns(T.Fns);
    T.Unresolved = T.Fns.empty();
    T.AllRun = T.Fns.size() > 1 && CalledInOnePlace.contains(calledPlace(fn(In), E));
    return T;
  }
  const ir::Callee &C = U.Callees[E.Callee];
  T.Named = &C;
  T.Api = api(In, E.Callee);
  if (Callables && !E.Args.empty() && C.Name.ends_with("::operator()") && isCallable(C.Record)) {
    CallableFlow::Held Held = Callables->at(In, E.Args[0]);
    T.Fns.assign(Held.Fns.begin(), Held.Fns.end());
    T.Held = !T.Fns.empty();
    T.AllRun = T.Held && Held.Kept;
  }
  if (T.Api || T.Held)
    return T;
  if (FnId F = resolve(U, E.Callee); F != NoFn)
    T.Fns.push_back(F);
  if (C.Virtual)
    if (auto It = Overriders.find(C.Id); It != Overriders.end())
      for (FnId F : It->second)
        T.Fns.push_back(F);
  if (T.Fns.empty()) {
    bool Ambiguous = ById.count(C.Id);
    T.Unresolved = Ambiguous;
    T.Foreign = !Ambiguous;
  }
  return T;
}

ir::TypeId Program::typeOf(FnId In, ir::ValueId V) const {
  const ir::Function &F = fn(In);
  const ir::Unit &U = unit(In);
  const ir::Value &X = F.Values[V];
  if (X.Type)
    return X.Type;
  switch (X.Kind) {
  case ir::ValueKind::Var:
    return X.Ref < F.Vars.size() ? F.Vars[X.Ref].Type : 0;
  case ir::ValueKind::Deref:
  case ir::ValueKind::Index: {
    const ir::Type &T = U.Types[typeOf(In, X.A)];
    bool Points = T.Kind == ir::TypeKind::Pointer || T.Kind == ir::TypeKind::Reference || T.Kind == ir::TypeKind::Array;
    return Points && X.Kind == ir::ValueKind::Deref ? T.Inner : Points && T.Kind == ir::TypeKind::Array ? T.Inner : 0;
  }
  case ir::ValueKind::Field:
    for (const ir::Record &R : U.Records)
      if (R.Name == X.Rec)
        for (const ir::Field &Fd : R.Fields)
          if (Fd.Name == X.Str)
            return Fd.Type;
    return 0;
  case ir::ValueKind::Global:
    for (const ir::Global &G : U.Globals)
      if (G.Id == X.Str)
        return G.Type;
    return 0;
  default:
    return 0;
  }
}

/// Streams, objects and thread states pass through every library: they identify none.
/// Records that many things have in common: no handle of a library, though its functions take them.
bool Program::isCommon(StringRef Record) const {
  const api::TypeEntry *Known = Record.empty() ? nullptr : TheModel.type(Record);
  return (Known && Known->Home == ir::HeaderClass::Std) || TheModel.says(api::Naming::UnrelatedStruct, Record);
}

std::vector<Handle> Program::handles(FnId In, const ir::Event &E) const {
  const ir::Function &F = fn(In);
  const ir::Unit &U = unit(In);
  const ir::Callee *C = E.Callee ? &U.Callees[E.Callee] : nullptr;
  std::vector<Handle> Out;
  const unsigned This = C && !C->Record.empty() && C->Params.size() + 1 == E.Args.size();
  if (This && !isCommon(C->Record)) // client->set_listener(f), client->run()
    Out.push_back({C->Record.str(), ""});
  for (unsigned I = This; I < E.Args.size(); ++I) {
    ir::ValueId V = E.Args[I];
    while (F.Values[V].Kind == ir::ValueKind::Cast)
      V = F.Values[V].A;
    const ir::Value &X = F.Values[V];
    const ir::Type &T = U.Types[C && I - This < C->Params.size() ? C->Params[I - This] : typeOf(In, V)];
    Handle H;
    if (T.Kind == ir::TypeKind::Pointer && U.Types[T.Inner].Kind == ir::TypeKind::Record)
      H.Record = U.Types[T.Inner].Record.str();
    else if (T.Kind == ir::TypeKind::Pointer && U.Types[T.Inner].Kind == ir::TypeKind::Void &&
             X.Kind == ir::ValueKind::Field)
      H = {X.Rec.str(), X.Str.str()}; // typedef void CURL: the field that holds the handle identifies it
    else if (X.Kind == ir::ValueKind::AddrOf && U.Types[typeOf(In, X.A)].Kind == ir::TypeKind::Record)
      H.Record = U.Types[typeOf(In, X.A)].Record.str();
    if (!H.Record.empty() && !isCommon(H.Record) && !llvm::is_contained(Out, H))
      Out.push_back(std::move(H));
  }
  return Out;
}

} // namespace gilray::link
