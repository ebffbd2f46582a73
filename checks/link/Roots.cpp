// Entry points: what the interpreter, threads, signals, binding libraries and foreign libraries call, and in which
// state.
#include "link/Callables.h"
#include "link/Program.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace gilray::link {

bool isDestructor(const ir::Unit &U, const ir::Function &F) {
  return F.NumParams == 1 && U.Types[F.Result].Kind == ir::TypeKind::Void &&
         U.Types[F.Vars[0].Type].Kind == ir::TypeKind::Pointer &&
         U.Types[U.Types[F.Vars[0].Type].Inner].Kind == ir::TypeKind::Void;
}

using api::EntryState;
using api::When;

namespace {

/// What a function becomes that is stored where the model says.
RootKind kindOf(const api::RootEntry &R, bool Variable = false) {
  switch (R.State) {
  case EntryState::AsyncSignal:
    return RootKind::Signal;
  case EntryState::Detached:
    return Variable ? RootKind::Hook : R.Role == "ufunc-loop" ? RootKind::Loop : RootKind::Callback;
  case EntryState::NoThreadState:
    return RootKind::Thread;
  default:
    return RootKind::Interpreter;
  }
}

bool isBindingHome(ir::HeaderClass H) {
  return H == ir::HeaderClass::Pybind11 || H == ir::HeaderClass::Nanobind || H == ir::HeaderClass::BoostPython;
}

/// Does a type mention a call guard that releases? `py::call_guard<py::gil_scoped_release>()`
bool releasesInGuard(const api::Model &M, const ir::Unit &U, ir::TypeId T, unsigned Depth = 0) {
  if (!T || Depth > 4)
    return false;
  const ir::Type &X = U.Types[T];
  if (const api::TypeEntry *E = M.type(X.Record); E && E->Constructs == api::Effect::Detach)
    return true;
  for (ir::TypeId A : X.Args)
    if (releasesInGuard(M, U, A, Depth + 1))
      return true;
  return X.Inner && releasesInGuard(M, U, X.Inner, Depth + 1);
}

/// "c:@PyOS_InputHook": the identity of a global variable outside of any namespace.
StringRef ownName(StringRef Id) {
  Id.consume_front("c:@");
  return Id;
}

/// class_::def, module_::def_property: what follows the last "::".
StringRef lastName(StringRef Name) { return Name.substr(Name.rfind(':') + 1); }

std::pair<RootKind, EntryState> stateOf(When W) {
  switch (W) {
  case When::Thread:
    return {RootKind::Thread, EntryState::NoThreadState};
  case When::ThreadExit:
    return {RootKind::ThreadExit, EntryState::NoThreadState};
  case When::Signal:
    return {RootKind::Signal, EntryState::AsyncSignal};
  case When::AtExit:
    return {RootKind::AtExit, EntryState::Finalised};
  case When::PyAtExit:
    return {RootKind::PyAtExit, EntryState::NoThreadState};
  case When::Fork:
    return {RootKind::Fork, EntryState::Unknown};
  case When::Detached:
    return {RootKind::Hook, EntryState::Detached};
  case When::Attached:
    return {RootKind::Interpreter, EntryState::Attached};
  case When::Now:
  case When::Later:
    break;
  }
  return {RootKind::Callback, EntryState::Unknown};
}

/// Does the record say that the function counts? tp_traverse is called only where tp_flags has Py_TPFLAGS_HAVE_GC.
bool flagIsSet(const api::RootEntry &R, const ir::Init *Record) {
  if (!R.FlagField.empty() && Record)
    for (const ir::Init &E : Record->Elems)
      if (E.Field == R.FlagField)
        return E.Kind != ir::InitKind::Int || (E.Int >> R.FlagBit & 1);
  return true;
}

} // namespace

void Program::addRoot(Root R) {
  llvm::SmallVector<unsigned, 1> &Known = RootsOf[R.Fn];
  for (unsigned I : Known)
    if (const Root &O = Roots[I]; O.Kind == R.Kind && O.State == R.State && O.Role == R.Role)
      return;
  Known.push_back(Roots.size());
  Roots.push_back(std::move(R));
}

/// Walks a static initialiser: any record field or slot that the model lists makes the function stored there a root.
void Program::rootsFromInit(const ir::Unit &U, const ir::Init &I, StringRef Record, StringRef PyName,
                            const ir::Init *In) {
  if (I.Kind == ir::InitKind::Function && !I.Field.empty()) {
    FnId F = resolve(U, I.Func);
    if (F == NoFn)
      return;
    if (const api::RootEntry *R = TheModel.root(Record, I.Field); R && flagIsSet(*R, In))
      addRoot({F, kindOf(*R), R->State, R->Role.str(), PyName.str(), {}, &U, I.Where});
    return;
  }
  if (I.Kind != ir::InitKind::List)
    return;
  StringRef Inner = I.Type && !U.Types[I.Type].Record.empty() ? U.Types[I.Type].Record : Record;
  StringRef Name;
  for (const ir::Init &E : I.Elems)
    if (const api::RootEntry *R = E.Kind == ir::InitKind::String ? TheModel.root(Inner, E.Field) : nullptr;
        R && R->Role == "python-name") {
      Name = E.Str;
      break;
    }
  // { Py_tp_dealloc, (void *)f }: the slot's name stands where other records have the field's.
  // Whether NumPy's loops run detached is a matter of the whole array method: see NumPyLoops.cpp.
  if (I.Elems.size() >= 2 && I.Elems[1].Kind == ir::InitKind::Function && !I.Elems[0].Spelling.empty())
    if (const api::RootEntry *R = TheModel.root(Inner, I.Elems[0].Spelling)) {
      if (FnId F = resolve(U, I.Elems[1].Func); F != NoFn && R->State != EntryState::Detached)
        addRoot({F, RootKind::Interpreter, R->State, R->Role.str(), "", {}, &U, I.Elems[1].Where});
      return;
    }
  for (const ir::Init &E : I.Elems)
    rootsFromInit(U, E, Inner, Name, &I);
}

/// class_<Config>(m, "Config").def(py::init<const std::string &>()): the constructor of Config that takes these, if
/// there is no doubt which. def returns the class_<Config> again.
FnId Program::boundConstructor(FnId In, const ir::Event &E, ir::ValueId Argument) const {
  const ir::Unit &U = unit(In);
  const ir::Callee &C = U.Callees[E.Callee];
  auto Plain = [&](ir::TypeId T) -> const ir::Type & {
    return U.Types[U.Types[T].Kind == ir::TypeKind::Reference ? U.Types[T].Inner : T];
  };
  size_t At = llvm::find(E.Args, Argument) - E.Args.begin(); // 0: the class_ itself
  const ir::Type &Class = Plain(C.Result);
  if (!At || At > C.Params.size() || Class.Args.empty())
    return NoFn;
  const ir::Type &Init = Plain(C.Params[At - 1]);
  const api::TypeEntry *Known = Init.Record.empty() ? nullptr : TheModel.type(Init.Record);
  if (!Known || !Known->BindsConstructor)
    return NoFn;
  StringRef Made = U.Types[Class.Args[0]].Record;
  FnId Only = NoFn;
  for (FnId G = 0; !Made.empty() && G < Functions.size(); ++G) {
    const ir::Function &F = fn(G);
    if (F.Kind != ir::FunctionKind::Constructor || F.Record != Made || F.NumParams != Init.Args.size() + 1)
      continue;
    bool Same = true;
    for (unsigned I = 0; I < Init.Args.size(); ++I)
      Same &= unit(G).Types[F.Vars[I + 1].Type].Spelling == U.Types[Init.Args[I]].Spelling;
    if (Same && Only != NoFn)
      return NoFn;
    Only = Same ? G : Only;
  }
  return Only;
}

/// std::thread t(f, x), std::async(policy, f, x), workers.emplace_back(f, x)
bool Program::startsThread(FnId In, const ir::Event &E, const ir::Callee *C, const api::Entry *Api) const {
  const ir::Unit &U = unit(In);
  auto IsThread = [&](ir::TypeId T) {
    const api::TypeEntry *Type = U.Types[T].Record.empty() ? nullptr : TheModel.type(U.Types[T].Record);
    return Type && Type->StartsThread;
  };
  if (Api && Api->Home == ir::HeaderClass::Std)
    return llvm::any_of(Api->Callbacks, [](const api::Callback &Cb) { return Cb.Runs == When::Thread; });
  if (E.Kind == ir::EventKind::Construct)
    return E.Type && IsThread(E.Type);
  if (!C || C->Record.empty() || E.Args.size() < 2 || !TheModel.says(api::Naming::KeepsArgument, lastName(C->Name)))
    return false;
  ir::ValueId Object = fn(In).Values[E.Args[0]].Kind == ir::ValueKind::AddrOf ? fn(In).Values[E.Args[0]].A : 0;
  return llvm::any_of(U.Types[Object ? typeOf(In, Object) : 0].Args, IsThread);
}

/// Whichever argument is callable runs on the thread: a function, a lambda, a functor, what a std::function holds.
void Program::threadRoots(FnId In, EventRef At, const ir::Event &E) {
  const ir::Unit &U = unit(In);
  auto Add = [&](FnId G) { addRoot({G, RootKind::Thread, EntryState::NoThreadState, "thread", "", At, &U, E.Where}); };
  for (ir::ValueId A : E.Args) {
    llvm::for_each(functionsIn(In, A), Add);
    llvm::for_each(Callables->at(In, A).Fns, Add);
  }
  for (ir::TypeId T : E.Callee ? llvm::ArrayRef(U.Callees[E.Callee].TemplateArgs) : llvm::ArrayRef<ir::TypeId>())
    for (FnId G = 0; !U.Types[T].Record.empty() && G < Functions.size(); ++G)
      if (fn(G).Record == U.Types[T].Record && fn(G).Name.ends_with("::operator()"))
        Add(G);
}

void Program::rootsFromCall(FnId In, EventRef At, const ir::Event &E) {
  const ir::Unit &U = unit(In);
  const ir::Function &F = fn(In);
  const ir::Callee *C = E.Callee ? &U.Callees[E.Callee] : nullptr;
  ir::HeaderClass Home = C ? homeOf(U, *C) : ir::HeaderClass::Project;
  const api::Entry *Api = api(In, E.Callee);

  if (startsThread(In, E, C, Api))
    return threadRoots(In, At, E);
  if (E.Kind == ir::EventKind::Construct && !Api)
    return;
  if (Api) {
    for (const api::Callback &Cb : Api->Callbacks) {
      if (Cb.Runs == When::Now || Cb.FunctionArg >= E.Args.size())
        continue;
      auto [Kind, State] = stateOf(Cb.Runs);
      for (FnId G : functionsIn(In, E.Args[Cb.FunctionArg])) {
        if (Cb.Runs == When::Later)
          Registrations.push_back({G, C->Name.str(), handles(In, E), true, At, &U, E.Where});
        else
          addRoot({G, Kind, State, "", "", At, &U, E.Where});
      }
    }
  }
  if (C && E.Kind == ir::EventKind::Call)
    handlerInField(In, E);
  if (C && isBindingHome(Home) && TheModel.says(api::Naming::Binds, lastName(C->Name))) {
    bool Detached = false;
    std::string PyName;
    for (ir::TypeId T : C->TemplateArgs)
      Detached |= releasesInGuard(TheModel, U, T);
    for (ir::ValueId A : E.Args) {
      Detached |= releasesInGuard(TheModel, U, F.Values[A].Type);
      if (F.Values[A].Kind == ir::ValueKind::String && PyName.empty())
        PyName = F.Values[A].Str.str();
    }
    auto Bind = [&](FnId G) {
      addRoot({G, RootKind::Bound, Detached ? EntryState::Detached : EntryState::Attached, "method", PyName, At, &U,
               E.Where});
    };
    for (ir::ValueId A : E.Args) {
      for (FnId G : functionsIn(In, A))
        Bind(G);
      if (FnId G = boundConstructor(In, E, A); G != NoFn) {
        PyName = "__init__";
        Bind(G);
      }
    }
    return;
  }
  if (Api && (Home != ir::HeaderClass::System || !Api->Callbacks.empty()))
    return;
  // A foreign function, named or through a pointer, that is handed one of our functions.
  bool OwnBody = C ? resolve(U, E.Callee) != NoFn : !functionsIn(In, E.Target).empty();
  if (OwnBody || Home == ir::HeaderClass::Std || Home == ir::HeaderClass::Python || isBindingHome(Home))
    return;
  for (ir::ValueId A : E.Args)
    for (FnId G : handedOver(In, A)) {
      ir::ValueKind K = F.Values[A].Kind;
      if (K == ir::ValueKind::Field || K == ir::ValueKind::Global || K == ir::ValueKind::Deref)
        continue; // a function pointer that is merely passed through
      std::string Library = C ? C->Name.str() : F.Values[E.Target].Str.str();
      Registrations.push_back({G, Library, handles(In, E),
                               TheModel.aWordSays(api::Naming::KeepsFunction, Library) || isDestructor(unit(G), fn(G)),
                               At, &U, E.Where});
    }
}

void Program::rootsFromFunction(FnId Id) {
  const ir::Function &F = fn(Id);
  const ir::Unit &U = unit(Id);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
    llvm::DenseMap<ir::ValueId, StringRef> SlotOf; // local PyType_Slot arrays: element path -> slot name
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      switch (E.Kind) {
      case ir::EventKind::Call:
      case ir::EventKind::Macro:
      case ir::EventKind::Construct:
        rootsFromCall(Id, {Id, B, I}, E);
        ufuncLoops(Id, {Id, B, I}, E);
        break;
      case ir::EventKind::Assign:
      case ir::EventKind::Write: {
        const ir::Value &D = F.Values[E.Dst];
        if (D.Kind != ir::ValueKind::Field && D.Kind != ir::ValueKind::Global)
          break;
        bool Variable = D.Kind == ir::ValueKind::Global;
        if (StringRef Slot = F.Values[E.Src].Str; !Variable && !Slot.empty() && TheModel.root(D.Rec, Slot))
          SlotOf[D.A] = Slot;
        StringRef Field = SlotOf.count(D.A) ? SlotOf[D.A] : D.Str;
        const api::RootEntry *R = Variable ? TheModel.variable(ownName(D.Str)) : TheModel.root(D.Rec, Field);
        bool Slot = !Variable && SlotOf.count(D.A); // of an array method: see localArrayMethods
        if (R && !(Slot && R->State == EntryState::Detached))
          for (FnId G : functionsIn(Id, E.Src))
            addRoot({G, kindOf(*R, Variable), R->State, R->Role.str(), "", {Id, B, I}, &U, E.Where});
        break;
      }
      default:
        break;
      }
    }
  }
  localArrayMethods(Id);
}

/// Functions stored in structures that a foreign header defines (sqlite3_module.xCreate, z_stream.zalloc) are callbacks
/// of the library; the handles that travel with such a structure in calls belong to the registration.
///
/// A structure of a project's header counts as foreign when a function without body takes a pointer to it, and the
/// program itself calls none of the functions in it.
static bool isForeignRecord(const Program &P, StringRef Record, const llvm::StringSet<> &HandedOut,
                            const llvm::StringSet<> &CalledHere) {
  if (Record.empty())
    return false;
  const ir::Record *R = P.record(Record);
  return !R || (!R->PythonObject && HandedOut.contains(Record) && !CalledHere.contains(Record));
}

/// The handle that a call makes: `struct stream *s = stream_open(&ops, context)`.
std::vector<Handle> Program::handlesOfRegistration(FnId In, const ir::Event &E) const {
  std::vector<Handle> Out = handles(In, E);
  const ir::Unit &U = unit(In);
  const ir::Type &T = U.Types[E.Callee ? U.Callees[E.Callee].Result : 0];
  if (T.Kind == ir::TypeKind::Pointer && !U.Types[T.Inner].Record.empty())
    if (Handle H{U.Types[T.Inner].Record.str(), ""}; !isCommon(H.Record) && !llvm::is_contained(Out, H))
      Out.push_back(std::move(H));
  return Out;
}

void Program::collectRoots() {
  for (const ir::Unit *U : Units)
    for (const ir::Global &G : U->Globals) {
      rootsFromInit(*U, G.Value, G.Type ? U->Types[G.Type].Record : StringRef(), "");
      arrayMethodLoops(*U, G);
    }
  for (FnId Id = 0; Id < Functions.size(); ++Id) {
    const ir::Function &F = fn(Id);
    const ir::Unit &U = unit(Id);
    const api::RootEntry *Exported = F.Link == ir::Linkage::External && F.NumParams == 0
                                         ? TheModel.exported(F.Name, U.Facts.PyVersionHex >> 16)
                                         : nullptr;
    if (Exported) {
      addRoot({Id, RootKind::Interpreter, Exported->State, Exported->Role.str(), "", {}, &U, F.Where});
      Modules.try_emplace(&U, F.Name.substr(Exported->Field.find('*')).str());
    } else if (F.Name == "main") {
      addRoot({Id, RootKind::Main, EntryState::BeforeInit, "main", "", {}, &U, F.Where});
    } else if (F.Kind == ir::FunctionKind::GlobalDestructor) {
      addRoot({Id, RootKind::StaticDestructor, EntryState::Finalised, "", "", {}, &U, F.Where});
    } else if (F.Kind == ir::FunctionKind::GlobalInit) {
      addRoot({Id, RootKind::StaticInit, EntryState::Unknown, "", "", {}, &U, F.Where});
    }
    rootsFromFunction(Id);
  }
  llvm::StringSet<> HandedOut, CalledHere;
  for (FnId Id = 0; Id < Functions.size(); ++Id)
    for (const ir::Block &B : fn(Id).Blocks)
      for (const ir::Event &E : B.Events) {
        if (E.Kind != ir::EventKind::Call)
          continue;
        const ir::Unit &U = unit(Id);
        if (!E.Callee) {
          for (ir::ValueId V = E.Target; V; V = fn(Id).Values[V].A)
            if (fn(Id).Values[V].Kind == ir::ValueKind::Field)
              CalledHere.insert(fn(Id).Values[V].Rec);
          continue;
        }
        const ir::Callee &C = U.Callees[E.Callee];
        if (api(Id, E.Callee) || ById.count(C.Id))
          continue;
        for (ir::TypeId T : C.Params)
          if (U.Types[T].Kind == ir::TypeKind::Pointer)
            HandedOut.insert(U.Types[U.Types[T].Inner].Record);
      }
  auto Callbacks = [&](StringRef Place, llvm::ArrayRef<FnId> Fns) {
    auto [Record, Field] = Place.rsplit('.');
    if (Record.empty() || !isForeignRecord(*this, Record, HandedOut, CalledHere) || TheModel.root(Record, Field) ||
        TheModel.says(api::Naming::PythonStruct, Record))
      return;
    for (FnId F : Fns)
      Registrations.push_back({F, Place.str(), {{Record.str(), ""}}, true, {}, &unit(F), fn(F).Where});
  };
  for (const auto &Entry : Stored)
    Callbacks(Entry.first(), Entry.second.getArrayRef());
  for (const auto &Entry : Handlers)
    Callbacks(Entry.first(), Entry.second);
  // Handles travel: sqlite3_create_module(db, name, &module, ctx) ties sqlite3_module to sqlite3, uv_tcp_init(loop,
  // tcp) ties the connection to its loop.
  struct Tie {
    std::vector<Handle> All;
    size_t Given; ///< so many are arguments, the last one is the result
    bool operator==(const Tie &) const = default;
  };
  std::vector<Tie> Ties;
  for (FnId Id = 0; Id < Functions.size(); ++Id)
    for (const ir::Block &B : fn(Id).Blocks)
      for (const ir::Event &E : B.Events) {
        if (E.Kind != ir::EventKind::Call || !E.Callee || resolve(unit(Id), E.Callee) != NoFn)
          continue;
        std::vector<Handle> Hs = handlesOfRegistration(Id, E);
        if (Tie T{Hs, handles(Id, E).size()};
            Hs.size() > 1 && TheModel.aWordSays(api::Naming::MakesHandle, unit(Id).Callees[E.Callee].Name) &&
            !llvm::is_contained(Ties, T))
          Ties.push_back(std::move(T));
        for (Registration &R : Registrations)
          if (!R.At.valid() && llvm::is_contained(Hs, R.Handles.front()))
            for (const Handle &H : Hs)
              if (!llvm::is_contained(R.Handles, H))
                R.Handles.push_back(H);
      }
  for (Registration &R : Registrations)
    for (unsigned Hop = 0; R.At.valid() && R.Kept && Hop < 2; ++Hop)
      for (const Tie &T : Ties) {
        auto Has = [](llvm::ArrayRef<Handle> Some, llvm::ArrayRef<Handle> Of) {
          return llvm::any_of(Some, [&](const Handle &H) { return llvm::is_contained(Of, H); });
        };
        llvm::ArrayRef<Handle> All = T.All, Given = All.take_front(T.Given);
        bool FromGiven = Has(Given, R.Handles);
        for (const Handle &H : FromGiven ? All : Has(All, R.Handles) || Has(All, R.Makers) ? Given : All.take_front(0))
          if (auto &Into = FromGiven ? R.Handles : R.Makers; !llvm::is_contained(Into, H))
            Into.push_back(H);
      }
  llvm::stable_sort(Registrations, [](const Registration &A, const Registration &B) {
    return std::tie(A.Fn, A.Library) < std::tie(B.Fn, B.Library);
  });
  for (const Root &R : Roots)
    if (!R.Role.empty())
      Roles[R.Fn].push_back(R.Role);
}

} // namespace gilray::link
