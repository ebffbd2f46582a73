#include "ownership/Handles.h"
#include "ir/Values.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::ownership {

using ir::EventKind;
using ir::ValueKind;

Handles::Handles(const Ownership &O, const Fields &F)
    : O(O), Fs(F), P(O.program()), Infos(O.results().engine().infos()), Callers(P.functions().size()),
      Threads(P.functions().size()) {
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (FnId G : O.results().callees(F))
      Callers[G].push_back(F);
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (Fs.running(F) != link::NoFn)
      collect(F);
  for (SharedHandle &H : List) {
    auto [Record, Field] = StringRef(H.Name).rsplit('.');
    for (const Ending &E : Fs.endings(Record, Field))
      if (E.How == Ending::Freed && isMarked(E.At.Fn, Record))
        H.Ends.push_back(E);
  }
}

/// Whoever ends a handle for good notes it in the object: the field is set to null, a flag is set.
bool Handles::isMarked(FnId F, StringRef Record) const {
  auto Marks = [&](FnId G) {
    const ir::Function &Fn = P.fn(G);
    return llvm::any_of(Fn.Blocks, [&](const ir::Block &B) {
      return llvm::any_of(B.Events, [&](const ir::Event &E) {
        return E.Kind == EventKind::Write && Fn.Values[E.Dst].Kind == ValueKind::Field &&
               Fn.Values[E.Dst].Rec == Record;
      });
    });
  };
  return Marks(F) || llvm::any_of(Callers[F], Marks);
}

bool Handles::detached(EventRef At) const {
  auto &Map = Threads[At.Fn];
  if (!Map)
    Map = std::make_unique<flow::Results::ThreadMap>(O.results().threads(At.Fn));
  uint8_t States = (*Map)[At.Block][At.Index];
  return States >> unsigned(flow::Thread::Detached) & 1;
}

void Handles::collect(FnId Id) {
  const ir::Function &F = P.fn(Id);
  if (F.Body != ir::BodyState::Complete)
    return;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if (E.Kind != EventKind::Call)
        continue;
      const link::Target &T = Infos[Id].Targets[B][I];
      bool Library = T.Named && T.Fns.empty() &&
                     (T.Foreign || (T.Api && T.Api->Home != ir::HeaderClass::Python &&
                                    T.Api->Lock == api::LockOp::None && T.Api->Home != ir::HeaderClass::NumPy));
      if (!Library || !detached({Id, B, I}))
        continue;
      for (unsigned N = 0; N < E.Args.size(); ++N)
        use({Id, B, I}, E, N);
    }
}

/// Does the record keep what libraries know: a structure that is no Python object and not of Python's headers?
static bool isHandleType(const link::Program &P, const ir::Unit &U, ir::TypeId T) {
  const ir::Type &Pointer = U.Types[T];
  if (Pointer.Kind != ir::TypeKind::Pointer)
    return false;
  const ir::Type &To = U.Types[Pointer.Inner];
  if (To.Kind == ir::TypeKind::Void)
    return true;
  if (To.Kind != ir::TypeKind::Record || To.Const || P.model().says(api::Naming::PythonStruct, To.Record))
    return false;
  const ir::Record *R = P.record(To.Record);
  return !(R && R->PythonObject);
}

void Handles::use(EventRef At, const ir::Event &E, unsigned Arg) {
  const ir::Function &F = P.fn(At.Fn);
  const ir::Unit &U = P.unit(At.Fn);
  const ir::Callee &C = U.Callees[E.Callee];
  ValueId A = withoutCasts(F, E.Args[Arg]);
  HandleUse X;
  X.At = At;
  X.Callee = C.Name;
  if (Arg < C.Params.size()) {
    if (!isHandleType(P, U, C.Params[Arg]))
      return;
    X.Writes = !U.Types[U.Types[C.Params[Arg]].Inner].Const;
  } else {
    return;
  }
  Provenances From = O.of(At, A);
  if (F.Values[A].Kind == ValueKind::AddrOf && F.Values[F.Values[A].A].Kind == ValueKind::Field) {
    Provenance Embedded; // mysql_query(&self->connection, ..)
    Embedded.From = Origin::Field;
    Embedded.At = At;
    Embedded.Of = F.Values[A].A;
    From = {Embedded};
  }
  for (const Provenance &Y : From) {
    if (Y.From != Origin::Field)
      continue;
    const ir::Value &Path = P.fn(Y.At.Fn).Values[Y.Of];
    const ir::Record *R = P.record(Path.Rec);
    if (!R || !R->PythonObject)
      continue;
    X.Read = Y.At;
    X.Path = Y.Of;
    X.Record = Path.Rec;
    X.Field = Path.Str;
    const ir::Function &Reader = P.fn(Y.At.Fn);
    ValueId Object = withoutCasts(Reader, Reader.Values[Path.A].A);
    if (O.exposure(Y.At, Object) != Exposure::Others) // made here, or nobody knows where it comes from
      continue;
    ir::TypeKind Kept = P.unit(Y.At.Fn).Types[P.typeOf(Y.At.Fn, Y.Of)].Kind;
    if (Kept != ir::TypeKind::Pointer && Kept != ir::TypeKind::Record)
      continue;
    X.Direct = Reader.Values[Object].Kind == ValueKind::Var || Reader.Values[Object].Kind == ValueKind::Temp;
    X.Method = Fs.running(At.Fn);
    X.Ends = endsArgument(P, At, Arg) && isMarked(At.Fn, Path.Rec);
    std::string Name = (Path.Rec + "." + Path.Str).str();
    auto It = llvm::find_if(List, [&](const SharedHandle &H) { return H.Name == Name; });
    if (It == List.end()) {
      List.push_back({Name, {}, {}});
      It = std::prev(List.end());
    }
    if (llvm::none_of(It->Uses, [&](const HandleUse &O) { return O.At == X.At; }))
      It->Uses.push_back(X);
  }
}

bool Handles::takenOut(const HandleUse &U) const {
  const ir::Function &F = P.fn(U.Read.Fn);
  // A copy in a variable, and the field set to null in the function that made it.
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      if (E.Kind != EventKind::Write || F.Values[E.Dst].Kind != ValueKind::Field || F.Values[E.Dst].Str != U.Field ||
          F.Values[E.Dst].Rec != U.Record)
        continue;
      EventRef W{U.Read.Fn, B, I};
      if (U.Read < W && (U.At.Fn != W.Fn || W < U.At) && !detached(W))
        return true;
    }
  return false;
}

bool Handles::sameLock(EventRef A, EventRef B) const {
  auto Held = [&](EventRef At, llvm::SmallVectorImpl<flow::NameId> &Out) {
    const flow::LockPoint &Point = O.locks().at(At);
    bool Unknown = Point.Uncertain;
    auto Add = [&](const std::vector<flow::HeldLock> &Locks) {
      for (const flow::HeldLock &L : Locks)
        if (!L.critical()) // a critical section is given up while detached
          Out.push_back(O.locks().paths().className(L.Lock));
    };
    Add(Point.May);
    Add(Point.Must);
    for (const flow::LockContext *C : O.locks().contexts(At.Fn)) {
      Add(C->May);
      Add(C->Must);
      Unknown |= C->Uncertain;
    }
    return Unknown;
  };
  llvm::SmallVector<flow::NameId, 4> Mine, Theirs;
  bool Unknown = Held(A, Mine);
  Unknown |= Held(B, Theirs);
  if (Unknown)
    return true;
  return llvm::any_of(Mine, [&](flow::NameId N) { return llvm::is_contained(Theirs, N); });
}

/// Does the function take a lock of a library, which the lock sets do not know?
bool Handles::locksInItsOwnWay(FnId Id) const {
  const ir::Function &F = P.fn(Id);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I)
      if (const link::Target &T = Infos[Id].Targets[B][I];
          T.Foreign && T.Named && namedLikeALock(P.model(), T.Named->Name))
        return true;
  return false;
}

std::vector<FnId> Handles::above(FnId F) const {
  std::vector<FnId> Out{F};
  for (size_t I = 0; I < Out.size(); ++I)
    for (FnId G : Callers[Out[I]])
      if (!llvm::is_contained(Out, G) && Out.size() < 64)
        Out.push_back(G);
  return Out;
}

/// A function, what it calls, and what that calls: checks and flags are often set in helpers.
void Handles::nearby(FnId F, llvm::function_ref<void(FnId)> Visit) const {
  Visit(F);
  for (FnId G : O.results().callees(F)) {
    Visit(G);
    for (FnId H : O.results().callees(G))
      Visit(H);
  }
}

/// Fields that a function itself writes, as "Record.field". A pointer set to null marks nothing as busy.
const std::set<std::string> &Handles::written(FnId Id) const {
  auto [It, New] = Written.try_emplace(Id);
  if (!New)
    return It->second;
  const ir::Function &F = P.fn(Id);
  auto Add = [&](ValueId V) {
    if (F.Values[V].Kind == ValueKind::Field)
      It->second.insert((F.Values[V].Rec + "." + F.Values[V].Str).str());
  };
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if (E.Kind == EventKind::Write && F.Values[withoutCasts(F, E.Src)].Kind != ValueKind::Null)
        Add(E.Dst);
      else if (E.Kind == EventKind::Call || E.Kind == EventKind::Macro || E.Kind == EventKind::Construct)
        for (ValueId A : E.Args) // atomics, and members of classes that are flags
          if (F.Values[A].Kind == ValueKind::AddrOf)
            Add(F.Values[A].A);
    }
  return It->second;
}

const std::set<std::string> &Handles::tested(FnId Id) const {
  auto [It, New] = Tested.try_emplace(Id);
  if (!New)
    return It->second;
  const ir::Function &F = P.fn(Id);
  std::vector<ValueId> Work;
  std::vector<bool> Seen(F.Values.size());
  for (const ir::Block &B : F.Blocks) {
    if (B.Term.Value)
      Work.push_back(B.Term.Value);
    for (const ir::Event &E : B.Events)
      if (E.Kind == EventKind::Call) // atomic_load(&self->busy)
        for (ValueId A : E.Args)
          if (F.Values[A].Kind == ValueKind::AddrOf)
            Work.push_back(A);
  }
  while (!Work.empty()) {
    ValueId V = Work.back();
    Work.pop_back();
    if (!V || Seen[V])
      continue;
    Seen[V] = true;
    const ir::Value &X = F.Values[V];
    if (X.Kind == ValueKind::Field)
      It->second.insert((X.Rec + "." + X.Str).str());
    if (X.Kind == ValueKind::Var || X.Kind == ValueKind::Temp)
      for (const ir::Block &B : F.Blocks)
        for (const ir::Event &E : B.Events)
          if (E.Kind == EventKind::Assign && E.Dst == V)
            Work.push_back(E.Src);
    Work.push_back(X.A);
    if (X.Kind != ValueKind::Lambda)
      Work.push_back(X.B);
  }
  return It->second;
}

/// Does the function, or one that it calls, write one of the fields?
bool Handles::writes(FnId F, const std::set<std::string> &Marks) const {
  bool Found = false;
  nearby(F,
         [&](FnId G) { Found |= llvm::any_of(written(G), [&](const std::string &W) { return Marks.count(W) != 0; }); });
  return Found;
}

/// Is there a way to the event, within its function, on which none of the fields is written?
bool Handles::passesUnwritten(EventRef At, const std::set<std::string> &Marks) const {
  const ir::Function &F = P.fn(At.Fn);
  auto Is = [&](ValueId V) {
    return F.Values[V].Kind == ValueKind::Field && Marks.count((F.Values[V].Rec + "." + F.Values[V].Str).str());
  };
  auto Writes = [&](ir::BlockId B, uint32_t I) {
    const ir::Event &E = F.Blocks[B].Events[I];
    if (E.Kind == EventKind::Write)
      return Is(E.Dst);
    return llvm::any_of(E.Args,
                        [&](ValueId A) { return F.Values[A].Kind == ValueKind::AddrOf && Is(F.Values[A].A); }) ||
           llvm::any_of(Infos[At.Fn].Targets[B][I].Fns, [&](FnId G) { return writes(G, Marks); });
  };
  std::vector<bool> Seen(F.Blocks.size());
  llvm::SmallVector<ir::BlockId, 8> Work{0};
  for (Seen[0] = true; !Work.empty();) {
    ir::BlockId B = Work.pop_back_val();
    bool Written = false;
    for (uint32_t I = 0; I < F.Blocks[B].Events.size() && !Written; ++I) {
      if (At == EventRef{At.Fn, B, I})
        return true;
      Written = Writes(B, I);
    }
    if (Written)
      continue;
    for (ir::BlockId S : F.Blocks[B].Term.Succs)
      if (S != ir::NoBlock && !Seen[S]) {
        Seen[S] = true;
        Work.push_back(S);
      }
  }
  return false;
}

/// Can a thread be at the event without having written one of the fields on its way from Python? Then they do not mark
/// the object as busy:
///
///     if (self->eof) return end_of_file();
///     Py_BEGIN_ALLOW_THREADS  r = lib_run(&self->stream);  Py_END_ALLOW_THREADS
///     if (r == LIB_END) self->eof = 1;
bool Handles::unmarked(EventRef At, const std::set<std::string> &Marks) const {
  constexpr size_t MostFunctions = 64;
  std::set<FnId> Met{At.Fn}; // each function once, by the first call in it that is reached so
  llvm::SmallVector<EventRef, 8> Work{At};
  while (!Work.empty()) {
    EventRef Here = Work.pop_back_val();
    if (!passesUnwritten(Here, Marks))
      continue;
    if (Callers[Here.Fn].empty() || P.hasAnyRole(Here.Fn))
      return true;
    for (FnId G : Callers[Here.Fn]) {
      if (Met.size() >= MostFunctions)
        return false;
      if (!Met.insert(G).second)
        continue;
      for (ir::BlockId B = 0; B < P.fn(G).Blocks.size(); ++B)
        for (uint32_t I = 0; I < P.fn(G).Blocks[B].Events.size(); ++I)
          if (llvm::is_contained(Infos[G].Targets[B][I].Fns, Here.Fn))
            Work.push_back({G, B, I});
    }
  }
  return false;
}

bool Handles::keptApart(EventRef Use, EventRef Other, StringRef Record, StringRef Field, bool AnyObject) const {
  if (sameLock(Use, Other))
    return true;
  // Taken out of the object under the lock, and ended when that is released: a use that found it has the lock.
  for (const Ending &E : Fs.endings(Record, Field))
    if (E.At.Fn == Other.Fn && E.How == Ending::Nulled && sameLock(Use, E.At))
      return true;
  if (llvm::any_of(above(Use.Fn), [&](FnId F) { return locksInItsOwnWay(F); }))
    return true;
  std::string Handle = (Record + "." + Field).str(), Prefix = AnyObject ? "" : (Record + ".").str();
  std::set<std::string> Written, Asked;
  for (FnId F : above(Use.Fn))
    nearby(F, [&](FnId G) { Written.insert(written(G).begin(), written(G).end()); });
  for (FnId F : above(Other.Fn))
    nearby(F, [&](FnId G) {
      for (const std::string &T : tested(G))
        if (T != Handle && Written.count(T))
          Asked.insert(T);
    });
  if (llvm::none_of(Asked, [&](const std::string &T) { return StringRef(T).starts_with(Prefix); }))
    return false;
  // Between two functions the flag may have been set long before: a cursor that counts itself in its connection.
  if (Use != Other)
    return true;
  std::set<std::string> Marks; // of objects, not of the handle's own structure: self->stream.avail_in
  for (const std::string &T : Asked)
    if (const ir::Record *R = P.record(StringRef(T).rsplit('.').first); R && R->PythonObject)
      Marks.insert(T);
  return !unmarked(Use, Marks);
}

bool Handles::asksOthers(EventRef End, StringRef Record, StringRef Field) const {
  if (Writers.empty())
    for (FnId F = 0; F < P.functions().size(); ++F)
      for (const std::string &W : written(F))
        Writers[W].push_back(F);
  std::string Handle = (Record + "." + Field).str(), Prefix = (Record + ".").str();
  std::set<FnId> Mine;
  std::set<std::string> Asked;
  for (FnId F : above(End.Fn))
    nearby(F, [&](FnId G) {
      Mine.insert(G);
      for (const std::string &T : tested(G))
        if (T != Handle && StringRef(T).starts_with(Prefix))
          Asked.insert(T);
    });
  return llvm::any_of(Asked, [&](const std::string &T) {
    auto It = Writers.find(T);
    return It != Writers.end() &&
           llvm::any_of(It->second, [&](FnId F) { return !Mine.count(F) && Fs.running(F) != link::NoFn; });
  });
}

/// Backwards to the nearest event that detaches.
EventRef Handles::regionStart(EventRef At) const {
  const ir::Function &F = P.fn(At.Fn);
  auto Begins = [&](const ir::Event &E, EventRef X) {
    const api::Entry *A = Infos[X.Fn].Targets[X.Block][X.Index].Api;
    if (A && (A->Does == api::Effect::Detach || A->Does == api::Effect::DetachArg))
      return true;
    for (const flow::Action &Y : Infos[X.Fn].Actions[X.Block][X.Index])
      if (Y.Type && E.Kind == EventKind::Construct && Y.Type->Constructs == api::Effect::Detach)
        return true;
    // A wrapper: attached before, detached after.
    return E.Kind == EventKind::Call && !Infos[X.Fn].Targets[X.Block][X.Index].Fns.empty() && !detached(X);
  };
  std::vector<llvm::SmallVector<ir::BlockId, 2>> Preds(F.Blocks.size());
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (ir::BlockId S : F.Blocks[B].Term.Succs)
      if (S != ir::NoBlock)
        Preds[S].push_back(B);
  std::vector<bool> Seen(F.Blocks.size());
  llvm::SmallVector<ir::BlockId, 8> Work{At.Block};
  for (size_t N = 0; N < Work.size(); ++N) {
    ir::BlockId B = Work[N];
    uint32_t End = N == 0 ? At.Index : F.Blocks[B].Events.size();
    for (uint32_t I = End; I-- > 0;)
      if (Begins(F.Blocks[B].Events[I], {At.Fn, B, I}))
        return {At.Fn, B, I};
    for (ir::BlockId S : Preds[B])
      if (!Seen[S]) {
        Seen[S] = true;
        Work.push_back(S);
      }
  }
  return {};
}

std::vector<flow::Step> Handles::region(EventRef Use) const {
  std::vector<flow::Step> Out;
  auto Add = [&](EventRef At, std::string Text, ThreadState After = ThreadState::Unknown) {
    Out.push_back({&P.unit(At.Fn), P.where(At), std::move(Text), After});
  };
  EventRef Here = Use;
  for (unsigned Depth = 0; Depth < 8; ++Depth) {
    if (EventRef Start = regionStart(Here); Start.valid()) {
      Add(Start, "the thread detaches here (GIL released)", ThreadState::Detached);
      break;
    }
    EventRef Call;
    for (FnId G : Callers[Here.Fn])
      for (ir::BlockId B = 0; B < P.fn(G).Blocks.size() && !Call.valid(); ++B)
        for (uint32_t I = 0; I < P.fn(G).Blocks[B].Events.size() && !Call.valid(); ++I)
          if (llvm::is_contained(Infos[G].Targets[B][I].Fns, Here.Fn) && detached({G, B, I}))
            Call = {G, B, I};
    if (!Call.valid())
      break;
    Add(Call, "'" + P.fn(Here.Fn).Name.str() + "' is called here");
    Here = Call;
  }
  std::reverse(Out.begin(), Out.end());
  return Out;
}

} // namespace gilray::ownership
