// From the init function to the module's definition. Values are followed backwards, through helpers and their
// parameters.
#include "link/ModuleReader.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::link {

using ir::EventKind;
using ir::ValueKind;

/// Helpers between PyInit_NAME and the call that creates the module.
static constexpr unsigned MaxDepth = 6;

StringRef rootGlobal(const ir::Function &F, ir::ValueId V) {
  for (unsigned I = 0; I < 16; ++I) {
    const ir::Value &X = F.Values[V];
    if (X.Kind == ValueKind::Global)
      return X.Str;
    if (X.Kind != ValueKind::Field && X.Kind != ValueKind::Index && X.Kind != ValueKind::Cast)
      return "";
    V = X.A;
  }
  return "";
}

ModuleReader::ModuleReader(const Program &P) : P(P) {
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals)
      Homes.try_emplace(&G, U);
  for (FnId Id = 0; Id < P.functions().size(); ++Id) {
    const ir::Function &F = P.fn(Id);
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
        const ir::Event &E = F.Blocks[B].Events[I];
        // What a C++ global is initialised with is read from its initialiser, not from the code that does it.
        if (E.Kind == EventKind::Write && F.Kind != ir::FunctionKind::GlobalInit) {
          if (StringRef G = rootGlobal(F, E.Dst); !G.empty())
            Writes[G].push_back({Id, B, I});
        } else if (E.Kind == EventKind::Call || E.Kind == EventKind::Macro) {
          for (ir::ValueId A : E.Args)
            if (F.Values[A].Kind == ValueKind::AddrOf)
              if (StringRef G = rootGlobal(F, F.Values[A].A); !G.empty())
                Handed[G].push_back({Id, B, I});
        }
      }
  }
}

void ModuleReader::forCallees(FnId Start, llvm::function_ref<void(FnId)> Do) const {
  llvm::SmallVector<FnId, 16> Order{Start};
  llvm::DenseSet<FnId> Seen{Start};
  for (size_t I = 0; I < Order.size(); ++I) {
    Do(Order[I]);
    for (const ir::Block &B : P.fn(Order[I]).Blocks)
      for (const ir::Event &E : B.Events)
        if (E.Callee)
          if (FnId G = P.resolve(P.unit(Order[I]), E.Callee); G != NoFn && Seen.insert(G).second)
            Order.push_back(G);
  }
}

/// Calls with a result, and sources of assignments, that a variable or temporary comes from.
template <class OnCall, class OnSource>
static void forSources(const ir::Function &F, ir::ValueId V, OnCall Call, OnSource Source) {
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events) {
      if ((E.Kind == EventKind::Assign || E.Kind == EventKind::Write) && E.Dst == V)
        Source(E.Src);
      else if (E.Result == V && V)
        Call(E);
    }
}

void ModuleReader::pointees(const Frame &In, ir::ValueId V, Pointees &Out, unsigned Depth) const {
  const ir::Function &F = P.fn(In.Fn);
  const ir::Value &X = F.Values[V];
  if (Depth > MaxDepth) {
    Out.Unknown = true;
    return;
  }
  auto Add = [&](StringRef Id) {
    if (!llvm::is_contained(Out.Ids, Id))
      Out.Ids.push_back(Id);
  };
  switch (X.Kind) {
  case ValueKind::Null:
    return;
  case ValueKind::Cast:
    return pointees(In, X.A, Out, Depth + 1);
  case ValueKind::AddrOf: {
    ir::ValueId Of = X.A;
    while (F.Values[Of].Kind == ValueKind::Index || F.Values[Of].Kind == ValueKind::Cast)
      Of = F.Values[Of].A;
    if (F.Values[Of].Kind == ValueKind::Global)
      return Add(F.Values[Of].Str);
    break;
  }
  case ValueKind::Global: { // static PyModuleDef *def = &the_def;
    const ir::Global *G = P.global(X.Str);
    if (G && G->Value.Kind == ir::InitKind::Address && !Writes.count(X.Str))
      return Add(G->Value.Str);
    break;
  }
  case ValueKind::Var:
    if (X.Ref < F.NumParams) {
      if (In.Caller && X.Ref < In.Call->Args.size())
        return pointees(*In.Caller, In.Call->Args[X.Ref], Out, Depth + 1);
      break;
    }
    [[fallthrough]];
  case ValueKind::Temp: {
    bool Any = false;
    forSources(
        F, V, [&](const ir::Event &) { Out.Unknown = true; },
        [&](ir::ValueId S) {
          Any = true;
          pointees(In, S, Out, Depth + 1);
        });
    Out.Unknown |= !Any;
    return;
  }
  default:
    break;
  }
  Out.Unknown = true;
}

/// Is this call one that makes a module, or one that leads to it?
bool ModuleReader::creationCall(const Frame &In, const ir::Event &E, std::vector<Creation> &Out, unsigned Depth) const {
  if (!E.Callee)
    return false;
  const ir::Function &F = P.fn(In.Fn);
  StringRef Name = P.unit(In.Fn).Callees[E.Callee].Name;
  if (FnId Own = P.resolve(P.unit(In.Fn), E.Callee); Own != NoFn) {
    Frame Inner{Own, &In, &E};
    for (const ir::Block &B : P.fn(Own).Blocks)
      if (B.Term.Kind == ir::TermKind::Return && B.Term.Value)
        creations(Inner, B.Term.Value, Out, Depth + 1);
    return false;
  }
  Creation C;
  C.In = In.Fn;
  C.Where = E.Where;
  if (Name == "PyModuleDef_Init")
    C.How = Creation::DefInit;
  else if (Name == "PyModule_Create" || Name == "PyModule_Create2" || Name == "PyModule_Create2TraceRefs")
    C.How = Creation::Create;
  else if (Name.starts_with("Py_InitModule") || Name == "PyModule_New")
    C.How = Creation::Named;
  else
    return false;
  if (E.Args.empty())
    return false;
  if (C.How != Creation::Named)
    pointees(In, E.Args[0], C.Def);
  else if (const ir::Value &A = F.Values[E.Args[0]]; A.Kind == ValueKind::String)
    C.Name = A.Str;
  Out.push_back(std::move(C));
  return true;
}

void ModuleReader::creations(const Frame &In, ir::ValueId V, std::vector<Creation> &Out, unsigned Depth) const {
  if (Depth > MaxDepth)
    return;
  const ir::Function &F = P.fn(In.Fn);
  const ir::Value &X = F.Values[V];
  switch (X.Kind) {
  case ValueKind::Cast:
    return creations(In, X.A, Out, Depth + 1);
  case ValueKind::AddrOf: {
    Creation C{Creation::Address, In.Fn, {}, {}, {}};
    pointees(In, V, C.Def);
    if (!C.Def.Ids.empty())
      Out.push_back(std::move(C));
    return;
  }
  case ValueKind::Var:
    if (X.Ref < F.NumParams) {
      if (In.Caller && X.Ref < In.Call->Args.size())
        creations(*In.Caller, In.Call->Args[X.Ref], Out, Depth + 1);
      return;
    }
    [[fallthrough]];
  case ValueKind::Temp:
  case ValueKind::Global:
    forSources(
        F, V, [&](const ir::Event &E) { creationCall(In, E, Out, Depth); },
        [&](ir::ValueId S) {
          if (S != V)
            creations(In, S, Out, Depth + 1);
        });
    return;
  default:
    return;
  }
}

/// What the init function returns decides; where that is not understood (Python 2 returns nothing, helpers may fill an
/// out-parameter), the only creation among all that it calls.
std::vector<ModuleReader::Creation> ModuleReader::creations(FnId Init) const {
  std::vector<Creation> Out;
  Frame Outer{Init};
  for (const ir::Block &B : P.fn(Init).Blocks)
    if (B.Term.Kind == ir::TermKind::Return && B.Term.Value)
      creations(Outer, B.Term.Value, Out);
  if (!Out.empty())
    return Out;
  forCallees(Init, [&](FnId F) {
    Frame Here{F};
    for (const ir::Block &B : P.fn(F).Blocks)
      for (const ir::Event &E : B.Events)
        if (E.Callee && P.resolve(P.unit(F), E.Callee) == NoFn)
          creationCall(Here, E, Out, 0);
  });
  return Out;
}

void ModuleReader::readCreation(ExtensionModule &M) const {
  std::vector<Creation> All = creations(M.Init);
  M.Created = !All.empty();
  if (All.empty())
    return;
  // Multi-phase in one branch and single-phase in another is decided at run time: nothing is known then.
  const Creation &First = All.front();
  bool Same = llvm::all_of(All, [&](const Creation &C) { return C.How == First.How && C.Def.Ids == First.Def.Ids; });
  M.CreatedAt = First.Where;
  M.CreatedIn = First.In;
  if (M.Form != ModuleForm::Export)
    M.Form = First.How == Creation::DefInit || First.How == Creation::Address ? ModuleForm::MultiPhase
                                                                              : ModuleForm::SinglePhase;
  M.Initialised = M.Form == ModuleForm::Export || First.How != Creation::Address;
  if (!Same || First.Def.Unknown || First.Def.Ids.size() > 1) {
    M.Created = Same;
    return;
  }
  if (First.How == Creation::Named) {
    M.DefinedName = First.Name.str();
    return;
  }
  if (First.Def.Ids.empty())
    return;
  const ir::Global *G = P.global(First.Def.Ids.front());
  if (!G)
    return;
  if (M.Form == ModuleForm::Export) {
    M.SlotArray = G;
    M.SlotUnit = unitOf(*G);
  } else {
    M.Definition = G;
    M.DefUnit = unitOf(*G);
  }
}

static std::string lastComponent(StringRef Dotted) { return Dotted.substr(Dotted.rfind('.') + 1).str(); }

void ModuleReader::readDefinition(ExtensionModule &M) const {
  if (!M.Definition || !M.Definition->Definition)
    return;
  StringRef SlotsId;
  // A cast of a function to void * makes an initialiser dynamic in C++; what is written is known all the same.
  bool SlotsUnknown = M.Definition->DynamicInit && M.Definition->Value.Kind != ir::InitKind::List;
  for (const ir::Init &I : M.Definition->Value.Elems) {
    if (I.Field == "m_name" && I.Kind == ir::InitKind::String)
      M.DefinedName = lastComponent(I.Str);
    else if (I.Field == "m_size" && I.Kind == ir::InitKind::Int) {
      M.StateSize = I.Int;
      M.StateSizeAt = I.Where;
    } else if (I.Field == "m_slots") {
      SlotsId = I.Kind == ir::InitKind::Address ? I.Str : StringRef();
      SlotsUnknown |= I.Kind != ir::InitKind::Address && I.Kind != ir::InitKind::Null;
    }
  }
  for (EventRef At : Writes.lookup(M.Definition->Id)) {
    const ir::Function &F = P.fn(At.Fn);
    const ir::Event &E = P.event(At);
    const ir::Value &Dst = F.Values[E.Dst], &Src = F.Values[E.Src];
    if (Dst.Kind != ValueKind::Field) {
      SlotsUnknown = true; // def = (PyModuleDef){…}
      M.StateSize.reset();
    } else if (Dst.Str == "m_name") {
      M.DefinedName = Src.Kind == ValueKind::String ? lastComponent(Src.Str) : "";
    } else if (Dst.Str == "m_size") {
      M.StateSize = Src.Kind == ValueKind::Int ? std::optional(Src.Int) : std::nullopt;
      M.StateSizeAt = E.Where;
    } else if (Dst.Str == "m_slots") {
      Pointees To;
      pointees({At.Fn}, E.Src, To);
      SlotsUnknown |= To.Unknown || To.Ids.size() > 1 || (!SlotsId.empty() && !llvm::is_contained(To.Ids, SlotsId));
      if (!To.Ids.empty())
        SlotsId = To.Ids.front();
    }
  }
  if (SlotsUnknown)
    return;
  if (SlotsId.empty()) {
    M.SlotsKnown = true; // no slots at all
    return;
  }
  M.SlotArray = P.global(SlotsId);
  if (M.SlotArray)
    M.SlotUnit = unitOf(*M.SlotArray);
}

void ModuleReader::read(ExtensionModule &M) const {
  bool Binding = false;
  if (ModuleForm Form = bindingForm(M, Binding); Binding) {
    M.Form = Form;
    readBinding(M);
    return;
  }
  readCreation(M);
  if (M.Form == ModuleForm::Export)
    M.SlotsKnown = false;
  else
    readDefinition(M);
  if (M.SlotArray)
    readSlots(M);
  declare(M);
  M.Exec.push_back(M.Init);
  for (const ModuleSlot &S : M.Slots)
    if ((S.Id == slot::Exec || S.Id == slot::Create) && S.Function != NoFn && !llvm::is_contained(M.Exec, S.Function))
      M.Exec.push_back(S.Function);
}

} // namespace gilray::link
