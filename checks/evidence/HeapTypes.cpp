// Types made from a PyType_Spec. Since 3.8 an instance owns a reference to its heap type, since 3.9 the collector must
// be told of it (https://docs.python.org/3/howto/isolating-extensions.html). Only what is certain is said: functions
// without body, base types and slots of base types that are called may do what is missing.
#include "evidence/Closure.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::evidence {

using ir::Init;
using ir::InitKind;
using ir::TypeKind;
using ir::ValueKind;
using llvm::StringRef;

static constexpr int64_t DisallowInstantiation = 1 << 7, HaveGc = 1 << 14;
static constexpr uint32_t InstancesOwnType = 0x03080000, CollectorVisitsType = 0x03090000;

namespace {

struct Spec {
  const Variable *Var = nullptr;
  std::string Name;
  int64_t Flags = 0;
  bool HasBase = false;
  llvm::StringMap<const Init *> Slots;
  FnId Dealloc = link::NoFn, Traverse = link::NoFn;
  StringRef Instance; ///< record of the objects, empty when it is not seen
};

class Collector {
public:
  explicit Collector(Context &C) : C(C), P(C.P) {
    for (const Variable &V : C.Variables)
      ById[V.Global->Id] = &V;
  }
  void run();

private:
  std::optional<Spec> read(const Variable &V) const;
  bool givenBases(StringRef Id) const;
  StringRef instanceRecord(FnId F) const;
  void judge(const Spec &S);
  void collection(const Spec &S);
  void deallocation(const Spec &S);
  void creation(const Spec &S);
  bool mayHoldAnything(StringRef Record, StringRef Field) const;
  void add(const Spec &S, std::string Says, std::string Remedy, FnId Where);
  bool callsAnywhere(StringRef Name) const;

  Context &C;
  const link::Program &P;
  llvm::StringMap<const Variable *> ById;
};

} // namespace

static const Init *field(const Init &I, StringRef Name) {
  for (const Init &E : I.Elems)
    if (E.Field == Name)
      return &E;
  return nullptr;
}

/// PyType_FromSpecWithBases(&spec, bases), PyType_FromModuleAndSpec(m, &spec, bases)
bool Collector::givenBases(StringRef Id) const {
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (const ir::Block &B : P.fn(F).Blocks)
      for (const ir::Event &E : B.Events) {
        auto Arg = llvm::find_if(E.Args, [&](ir::ValueId V) {
          const ir::Value &X = P.fn(F).Values[V];
          return X.Kind == ValueKind::AddrOf && P.fn(F).Values[X.A].Kind == ValueKind::Global &&
                 P.fn(F).Values[X.A].Str == Id;
        });
        if (Arg == E.Args.end())
          continue;
        // An own helper may add bases of its own.
        bool Known = E.Callee && P.unit(F).Callees[E.Callee].Name.starts_with("PyType_From");
        for (ir::ValueId V : llvm::make_range(std::next(Arg), E.Args.end()))
          Known &= P.fn(F).Values[V].Kind == ValueKind::Null;
        if (!Known)
          return true;
      }
  return false;
}

std::optional<Spec> Collector::read(const Variable &V) const {
  const Init *Flags = field(V.Global->Value, "flags"), *Slots = field(V.Global->Value, "slots");
  if (!Flags || Flags->Kind != InitKind::Int || !Slots || Slots->Kind != InitKind::Address)
    return std::nullopt;
  const Variable *Array = ById.lookup(Slots->Str);
  if (!Array || Array->Global->Value.Kind != InitKind::List || C.isWritten(Slots->Str) || C.isWritten(V.Global->Id))
    return std::nullopt;
  Spec S;
  S.Var = &V;
  S.Flags = Flags->Int;
  if (const Init *Name = field(V.Global->Value, "name"))
    S.Name = Name->Str.rsplit('.').second.empty() ? Name->Str.str() : Name->Str.rsplit('.').second.str();
  for (const Init &E : Array->Global->Value.Elems) {
    if (E.Elems.size() < 2 || E.Elems[0].Spelling.empty())
      continue;
    S.Slots[E.Elems[0].Spelling] = &E.Elems[1];
  }
  auto Function = [&](StringRef Slot) {
    const Init *I = S.Slots.lookup(Slot);
    return I && I->Kind == InitKind::Function ? P.resolve(*Array->Unit, I->Func) : link::NoFn;
  };
  S.Dealloc = Function("Py_tp_dealloc");
  S.Traverse = Function("Py_tp_traverse");
  S.HasBase = S.Slots.count("Py_tp_base") || S.Slots.count("Py_tp_bases") || givenBases(V.Global->Id);
  for (StringRef Slot :
       {"Py_tp_dealloc", "Py_tp_traverse", "Py_tp_clear", "Py_tp_init", "Py_tp_repr", "Py_tp_finalize"})
    if (FnId F = Function(Slot); F != link::NoFn && S.Instance.empty())
      S.Instance = instanceRecord(F);
  return S;
}

/// What the first parameter of a slot is taken for.
StringRef Collector::instanceRecord(FnId Id) const {
  const ir::Unit &U = P.unit(Id);
  const ir::Function &F = P.fn(Id);
  auto Project = [&](ir::TypeId T) -> StringRef {
    if (U.Types[T].Kind != TypeKind::Pointer)
      return {};
    const ir::Record *R = C.TheTypes.record(U, U.Types[U.Types[T].Inner].Record);
    return R && R->PythonObject && C.TheTypes.homeOf(U, R->Where) == ir::HeaderClass::Project ? R->Name : StringRef();
  };
  if (!F.NumParams)
    return {};
  if (StringRef Own = Project(F.Vars[0].Type); !Own.empty())
    return Own;
  for (const ir::Value &V : F.Values)
    if (V.Kind == ValueKind::Cast && F.Values[V.A].Kind == ValueKind::Var && F.Values[V.A].Ref == 0)
      if (StringRef R = Project(V.Type); !R.empty())
        return R;
  return {};
}

void Collector::add(const Spec &S, std::string Says, std::string Remedy, FnId Where) {
  Fact F;
  F.What = Kind::HeapTypeProtocol;
  F.Concerns = SharedGilInterpreters | OwnGilInterpreters;
  F.Subject = S.Name;
  F.Says = std::move(Says);
  F.Remedy = std::move(Remedy);
  F.Where = C.place(*S.Var);
  if (Where != link::NoFn) {
    F.Where = C.R.place(P.unit(Where), P.fn(Where).Where);
    F.Function = C.R.functionName(Where);
    C.note(F, NoteKind::Related, "the type is described here", C.place(*S.Var));
  }
  C.add(std::move(F), C.M.of(*S.Var->Global));
}

/// Can the field hold an object that leads back? Not if only strings and numbers are ever stored.
bool Collector::mayHoldAnything(StringRef Record, StringRef Field) const {
  for (FnId Id = 0; Id < P.functions().size(); ++Id) {
    const ir::Function &F = P.fn(Id);
    auto IsField = [&](ir::ValueId V) {
      return F.Values[V].Kind == ValueKind::Field && F.Values[V].Rec == Record && F.Values[V].Str == Field;
    };
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &E : B.Events) {
        // Handed in by the caller of a method.
        if (E.Kind == ir::EventKind::Write && IsField(E.Dst) && F.Values[E.Src].Kind == ValueKind::Var &&
            F.Values[E.Src].Ref != 0)
          return true;
        for (ir::ValueId V : E.Args)
          if (F.Values[V].Kind == ValueKind::AddrOf && IsField(F.Values[V].A) && E.Callee &&
              P.unit(Id).Callees[E.Callee].Name.starts_with("PyArg_"))
            return true;
      }
  }
  return false;
}

void Collector::collection(const Spec &S) {
  uint32_t Version = S.Var->Unit->Facts.PyVersionHex;
  if (S.Flags & HaveGc) {
    if (S.Traverse == link::NoFn || Version < CollectorVisitsType)
      return;
    Closure Body(C, S.Traverse);
    if (!Body.open() && !Body.calls("Py_TYPE") && !Body.mentions("_object", "ob_type") &&
        !Body.callsThrough("tp_traverse"))
      add(S,
          "heap type '" + S.Name + "' does not visit its type: the collector cannot free the type with its instances",
          "add Py_VISIT(Py_TYPE(self)) to the traverse function (3.9 and later)", S.Traverse);
    return;
  }
  if (S.HasBase || S.Instance.empty())
    return;
  for (const std::string &Field : C.TheTypes.objectFields(*S.Var->Unit, S.Instance))
    if (mayHoldAnything(S.Instance, Field)) {
      add(S,
          "heap type '" + S.Name + "' keeps '" + Field +
              "' from the collector: cycles through it, and the type with them, leak",
          "add Py_TPFLAGS_HAVE_GC, and a traverse function that visits the fields and Py_TYPE(self)", link::NoFn);
      return;
    }
}

bool Collector::callsAnywhere(StringRef Name) const {
  for (const ir::Unit *U : P.units())
    for (const ir::Callee &Callee : U->Callees)
      if (Callee.Name == Name)
        return true;
  return false;
}

void Collector::deallocation(const Spec &S) {
  if (S.Dealloc == link::NoFn || S.Var->Unit->Facts.PyVersionHex < InstancesOwnType)
    return;
  Closure Body(C, S.Dealloc);
  if (Body.open() || Body.callsThrough("tp_dealloc"))
    return;
  bool Frees = Body.callsThrough("tp_free");
  for (StringRef Name : {"PyObject_Free", "PyObject_Del", "PyObject_GC_Del", "PyMem_Free"})
    Frees |= Body.calls(Name);
  if (!Frees)
    return;
  if (!Body.releasesType())
    add(S,
        "heap type '" + S.Name +
            "' is leaked: its instances own a reference to it that the deallocator does not give up",
        "save Py_TYPE(self) first, and Py_DECREF it after tp_free", S.Dealloc);
  // Objects from PyObject_GC_New are not tracked until somebody does so.
  bool Tracked =
      callsAnywhere("PyObject_GC_Track") || !(callsAnywhere("PyObject_GC_New") || callsAnywhere("_PyObject_GC_New"));
  if ((S.Flags & HaveGc) && Tracked && !Body.untracks())
    add(S, "the deallocator of '" + S.Name + "' does not untrack the object: a collection may visit it half destroyed",
        "call PyObject_GC_UnTrack(self) first", S.Dealloc);
}

/// Without tp_new, a heap type inherits object's: T() gives an instance whose fields are all zero.
void Collector::creation(const Spec &S) {
  if (S.HasBase || S.Slots.count("Py_tp_new") || (S.Flags & DisallowInstantiation) || S.Dealloc == link::NoFn ||
      S.Instance.empty())
    return;
  for (FnId F = 0; F < P.functions().size(); ++F) // type->tp_new = NULL
    for (const ir::Block &B : P.fn(F).Blocks)
      for (const ir::Event &E : B.Events)
        if (E.Kind == ir::EventKind::Write && P.fn(F).Values[E.Dst].Kind == ValueKind::Field &&
            P.fn(F).Values[E.Dst].Str == "tp_new")
          return;
  const ir::Function &F = P.fn(S.Dealloc);
  auto Mentions = [&](ir::ValueId V, StringRef Field) {
    llvm::SmallVector<ir::ValueId, 8> Work{V};
    while (!Work.empty()) {
      const ir::Value &X = F.Values[Work.pop_back_val()];
      if (X.Kind == ValueKind::Field && X.Rec == S.Instance && X.Str == Field)
        return true;
      if (X.A)
        Work.push_back(X.A);
      if (X.B)
        Work.push_back(X.B);
    }
    return false;
  };
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if (E.Kind != ir::EventKind::Read && E.Kind != ir::EventKind::Write)
        continue;
      // self->db->open: the field itself is dereferenced
      ir::ValueId Path = E.Kind == ir::EventKind::Read ? E.Src : E.Dst;
      const ir::Value *V = &F.Values[Path];
      while (V->Kind == ValueKind::Field || V->Kind == ValueKind::Index)
        V = &F.Values[V->A];
      if (V->Kind != ValueKind::Deref || F.Values[V->A].Kind != ValueKind::Field || F.Values[V->A].Rec != S.Instance)
        continue;
      StringRef Field = F.Values[V->A].Str;
      bool Tested = llvm::any_of(F.Blocks, [&](const ir::Block &X) { return Mentions(X.Term.Value, Field); });
      if (Tested)
        continue;
      add(S,
          "'" + S.Name + "' can be called from Python, and its deallocator dereferences '" + Field.str() +
              "', which is null then",
          "set Py_TPFLAGS_DISALLOW_INSTANTIATION (3.10), or give the type a Py_tp_new that sets the field", S.Dealloc);
      return;
    }
}

void Collector::judge(const Spec &S) {
  collection(S);
  deallocation(S);
  creation(S);
}

void Collector::run() {
  for (const Variable &V : C.Variables)
    if (V.Unit->Types[V.Global->Type].Record == "PyType_Spec" && V.Global->Definition && !C.isGenerated(V))
      if (std::optional<Spec> S = read(V))
        judge(*S);
}

void collectHeapTypes(Context &C) { Collector(C).run(); }

} // namespace gilray::evidence
