#include "link/PythonNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace gilray::link {

using ir::Init;
using ir::InitKind;

static constexpr StringRef TypeRecord = "_typeobject";

static const Init *field(const Init &Of, StringRef Name) {
  for (const Init &E : Of.Elems)
    if (E.Field == Name)
      return &E;
  return nullptr;
}

static StringRef text(const Init &Of, StringRef Name) {
  const Init *E = field(Of, Name);
  return E && E->Kind == InitKind::String ? E->Str : StringRef();
}

static StringRef address(const Init &Of, StringRef Name) {
  const Init *E = field(Of, Name);
  return E && E->Kind == InitKind::Address ? E->Str : StringRef();
}

/// The method behind a slot, as it is called in Python.
static StringRef dunder(StringRef Role) {
  return llvm::StringSwitch<StringRef>(Role)
      .Case("init", "__init__")
      .Case("new", "__new__")
      .Case("call", "__call__")
      .Case("iter", "__iter__")
      .Case("iternext", "__next__")
      .Case("repr", "__repr__")
      .Case("hash", "__hash__")
      .Default("");
}

std::string PythonCallable::qualified() const {
  std::string Owner = Type.empty() ? Module : Type;
  // tp_name may be written without the module.
  if (!Type.empty() && Type.find('.') == std::string::npos && !Module.empty())
    Owner = Module + "." + Type;
  std::string Last = Kind == CallableKind::Slot ? dunder(Name).str() : Name;
  if (Owner.empty() || Last.empty())
    return Owner + Last;
  return Owner + "." + Last;
}

PythonNames::PythonNames(const Program &P, const Modules &M) : P(P), M(M) {
  owners();
  tables();
  bindings();
}

llvm::ArrayRef<PythonCallable> PythonNames::of(FnId F) const {
  auto It = Names.find(F);
  return It == Names.end() ? llvm::ArrayRef<PythonCallable>() : llvm::ArrayRef<PythonCallable>(It->second);
}

void PythonNames::add(FnId F, PythonCallable C) {
  auto &List = Names[F];
  auto Same = [&](const PythonCallable &O) { return O.Kind == C.Kind && O.Type == C.Type && O.Name == C.Name; };
  if (llvm::none_of(List, Same))
    List.push_back(std::move(C));
}

// ---------------------------------------------------------------- who owns which table
void PythonNames::owners() {
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals)
      ownersFromInit(*U, G.Value, G.Type ? U->Types[G.Type].Record : StringRef());
  for (FnId F = 0; F < P.functions().size(); ++F)
    ownersFromWrites(F);
}

void PythonNames::ownersFromInit(const ir::Unit &U, const Init &I, StringRef Record) {
  if (I.Kind != InitKind::List)
    return;
  StringRef Inner = I.Type && !U.Types[I.Type].Record.empty() ? U.Types[I.Type].Record : Record;
  auto Own = [&](StringRef Table, StringRef Type, StringRef Module) {
    if (!Table.empty())
      Owners.try_emplace(Table, Owner{Type.str(), Module.str()});
  };
  if (Inner == "PyModuleDef") {
    Own(address(I, "m_methods"), "", text(I, "m_name"));
  } else if (Inner == TypeRecord) {
    StringRef Type = text(I, "tp_name");
    Own(address(I, "tp_methods"), Type, "");
    Own(address(I, "tp_getset"), Type, "");
    slots(U, I, Inner, Type);
  } else if (Inner == "PyType_Spec") {
    typeFromSpec(U, I);
  } else {
    for (const Init &E : I.Elems) // a struct around a type object, an array of specs
      ownersFromInit(U, E, Inner);
  }
}

/// PyType_Spec spec = {"demo.Gauge", ..., slots}; the slots hold tables and functions.
void PythonNames::typeFromSpec(const ir::Unit &U, const Init &Spec) {
  StringRef Type = text(Spec, "name");
  const ir::Global *Slots = P.global(address(Spec, "slots"));
  if (!Slots)
    return;
  for (const Init &Slot : Slots->Value.Elems) {
    const Init *Id = field(Slot, "slot"), *Value = field(Slot, "pfunc");
    if (!Id || !Value)
      continue;
    if (Value->Kind == InitKind::Address)
      Owners.try_emplace(Value->Str, Owner{Type.str(), ""});
    const api::RootEntry *R = P.model().root("PyType_Slot", Id->Spelling);
    if (R && Value->Kind == InitKind::Function)
      if (FnId F = P.resolve(U, Value->Func); F != NoFn)
        add(F, {CallableKind::Slot, moduleOf(F, nullptr), Type.str(), R->Role.str(), "", &U, Value->Where});
  }
}

/// Gauge_Type.tp_methods = Gauge_methods; in a module's init function.
void PythonNames::ownersFromWrites(FnId Id) {
  const ir::Function &F = P.fn(Id);
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      const ir::Value &D = F.Values[E.Dst];
      if (E.Kind != ir::EventKind::Write || D.Kind != ir::ValueKind::Field || D.Rec != TypeRecord ||
          (D.Str != "tp_methods" && D.Str != "tp_getset") || F.Values[D.A].Kind != ir::ValueKind::Global)
        continue;
      ir::ValueId V = E.Src;
      while (V && F.Values[V].Kind != ir::ValueKind::Global)
        V = F.Values[V].A;
      const ir::Global *Type = P.global(F.Values[D.A].Str);
      if (V && Type)
        Owners.try_emplace(F.Values[V].Str, Owner{text(Type->Value, "tp_name").str(), ""});
    }
}

void PythonNames::slots(const ir::Unit &U, const Init &I, StringRef Record, StringRef Type) {
  for (const Init &E : I.Elems) {
    if (E.Kind != InitKind::Function)
      continue;
    const api::RootEntry *R = P.model().root(Record, E.Field);
    if (FnId F = R ? P.resolve(U, E.Func) : NoFn; F != NoFn)
      add(F, {CallableKind::Slot, moduleOf(F, nullptr), Type.str(), R->Role.str(), "", &U, E.Where});
  }
}

// ---------------------------------------------------------------- the tables themselves
void PythonNames::tables() {
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals)
      table(*U, G, G.Value);
}

static std::string convention(int64_t Flags) {
  constexpr int64_t Varargs = 1, Keywords = 2, NoArgs = 4, O = 8, Fast = 0x80;
  bool Named = Flags & Keywords;
  return Flags & NoArgs    ? "noargs"
         : Flags & O       ? "o"
         : Flags & Fast    ? Named ? "fastcall-keywords" : "fastcall"
         : Named           ? "keywords"
         : Flags & Varargs ? "varargs"
                           : "";
}

void PythonNames::table(const ir::Unit &U, const ir::Global &G, const Init &I) {
  if (I.Kind != InitKind::List)
    return;
  constexpr int64_t Class = 0x10, Static = 0x20;
  auto It = Owners.find(G.Id);
  const Owner *O = It == Owners.end() ? nullptr : &It->second;
  StringRef Type = O ? StringRef(O->Type) : StringRef();
  auto Add = [&](CallableKind K, const Init *Fn, StringRef Name, std::string Convention) {
    FnId F = Fn && Fn->Kind == InitKind::Function ? P.resolve(U, Fn->Func) : NoFn;
    if (F != NoFn && !Name.empty())
      add(F, {K, moduleOf(F, O), Type.str(), Name.str(), std::move(Convention), &U, Fn->Where});
  };
  if (const Init *Meth = field(I, "ml_meth")) {
    const Init *F = field(I, "ml_flags");
    int64_t Flags = F && F->Kind == InitKind::Int ? F->Int : 0;
    CallableKind K = Flags & Class    ? CallableKind::ClassMethod
                     : Flags & Static ? CallableKind::StaticMethod
                     : Type.empty()   ? CallableKind::Function
                                      : CallableKind::Method;
    Add(K, Meth, text(I, "ml_name"), convention(Flags));
  } else if (I.Type && U.Types[I.Type].Record == "PyGetSetDef") {
    Add(CallableKind::Getter, field(I, "get"), text(I, "name"), "");
    Add(CallableKind::Setter, field(I, "set"), text(I, "name"), "");
  } else {
    for (const Init &E : I.Elems)
      table(U, G, E);
  }
}

// ---------------------------------------------------------------- C++ binding libraries
static ir::ValueId object(const ir::Function &F, ir::ValueId V) {
  while (F.Values[V].Kind == ir::ValueKind::Cast || F.Values[V].Kind == ir::ValueKind::AddrOf)
    V = F.Values[V].A;
  return V;
}

const PythonNames::Makers &PythonNames::makers(FnId Id) {
  auto [It, New] = MadeIn.try_emplace(Id);
  if (!New)
    return It->second;
  const ir::Function &F = P.fn(Id);
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Args.empty())
        continue;
      else if (E.Kind == ir::EventKind::Construct)
        It->second.try_emplace(object(F, E.Args[0]), &E);
      else if (E.Kind == ir::EventKind::Call && E.Result)
        It->second.try_emplace(E.Result, &E);
  return It->second;
}

/// py::class_<Gauge>(m, "Gauge").def("open", ...).def("read", ...): each def returns the object that it was called on.
StringRef PythonNames::boundType(FnId In, const ir::Event &Def) {
  const ir::Function &F = P.fn(In);
  const Makers &Made = makers(In);
  const ir::Event *E = &Def;
  for (size_t Links = 0; Links <= Made.size() && !E->Args.empty(); ++Links) {
    auto It = Made.find(object(F, E->Args[0]));
    if (It == Made.end())
      return "";
    E = It->second;
    if (E->Kind == ir::EventKind::Construct) {
      for (ir::ValueId A : llvm::drop_begin(E->Args))
        if (F.Values[A].Kind == ir::ValueKind::String)
          return F.Values[A].Str;
      return "";
    }
  }
  return "";
}

/// Functions that a binding library makes callable: their name stands in the call.
void PythonNames::bindings() {
  for (const Root &R : P.roots()) {
    if (R.Kind != RootKind::Bound || R.PythonName.empty())
      continue;
    PythonCallable C{CallableKind::Function, moduleOf(R.Fn, nullptr), "", R.PythonName, "", R.Unit, R.Where};
    const FnId In = R.RegisteredAt.Fn;
    const ir::Event *Def =
        R.RegisteredAt.valid() && R.RegisteredAt.Index != EventRef::Terminator ? &P.event(R.RegisteredAt) : nullptr;
    if (Def && Def->Callee && !P.unit(In).Callees[Def->Callee].Record.empty())
      C.Type = boundType(In, *Def).str();
    if (!C.Type.empty())
      C.Kind = boundKind(In, *Def, R.Fn);
    add(R.Fn, std::move(C));
  }
}

CallableKind PythonNames::boundKind(FnId In, const ir::Event &Def, FnId Fn) const {
  const ir::Unit &U = P.unit(In);
  StringRef Name = U.Callees[Def.Callee].Name;
  StringRef By = Name.substr(Name.rfind(':') + 1);
  if (P.model().says(api::Naming::BindsStatic, By))
    return CallableKind::StaticMethod;
  if (!P.model().says(api::Naming::BindsAttribute, By))
    return CallableKind::Method;
  unsigned Before = 0;
  for (ir::ValueId A : Def.Args) {
    const ir::Value &V = P.fn(In).Values[object(P.fn(In), A)];
    if (V.Kind != ir::ValueKind::Function && V.Kind != ir::ValueKind::Lambda)
      continue;
    if (P.resolve(U, V.Ref) == Fn)
      break;
    ++Before;
  }
  return Before ? CallableKind::Setter : CallableKind::Getter;
}

std::string PythonNames::moduleOf(FnId F, const Owner *O) const {
  auto Owning = M.of(F);
  if (Owning.size() == 1)
    return M.all()[Owning.front()].Name;
  return O ? O->Module : std::string();
}

} // namespace gilray::link
