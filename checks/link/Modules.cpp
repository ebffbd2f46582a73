// Finding the modules of a program and what belongs to each; ModuleReader reads one of them.
#include "link/Modules.h"
#include "link/ModuleReader.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::link {

using ir::EventKind;
using ir::ValueKind;

namespace {

/// Calls Do with every function and global that an initialiser names.
template <class OnFunction, class OnGlobal> void forNamed(const ir::Init &I, OnFunction Fn, OnGlobal Gl) {
  if (I.Kind == ir::InitKind::Function)
    Fn(I.Func);
  else if (I.Kind == ir::InitKind::Address)
    Gl(I.Str);
  for (const ir::Init &E : I.Elems)
    forNamed(E, Fn, Gl);
}

bool mentions(const ir::Function &F, ir::ValueId In, ir::ValueId What) {
  for (unsigned Depth = 0; In && Depth < 32; ++Depth) {
    if (In == What)
      return true;
    const ir::Value &X = F.Values[In];
    if (X.B && X.Kind != ValueKind::Lambda && mentions(F, X.B, What))
      return true;
    In = X.A;
  }
  return false;
}

/// Who calls each function, and whose address is known to more than the table that makes it an exec function.
struct References {
  std::vector<llvm::SmallVector<FnId, 2>> Callers;
  llvm::BitVector Escapes;
};

class ReferenceFinder {
public:
  ReferenceFinder(const Program &P, llvm::ArrayRef<ExtensionModule> Modules) : P(P) {
    const size_t N = P.functions().size();
    Out.Callers.resize(N);
    Out.Escapes.resize(N);
    Exec.resize(N);
    for (const ExtensionModule &M : Modules) {
      for (FnId F : M.Exec)
        Exec.set(F);
      for (const ModuleSlot &S : M.Slots)
        if (S.Entry)
          SlotEntries.insert(S.Entry);
    }
  }

  References find() {
    for (const ir::Unit *U : P.units())
      for (const ir::Global &G : U->Globals)
        inTable(*U, G.Value);
    for (FnId F = 0; F < P.functions().size(); ++F)
      inFunction(F);
    return std::move(Out);
  }

private:
  void inTable(const ir::Unit &U, const ir::Init &I) {
    if (SlotEntries.contains(&I)) // {Py_mod_exec, demo_exec} is what makes it one
      return;
    if (I.Kind == ir::InitKind::Function)
      if (FnId F = P.resolve(U, I.Func); F != NoFn)
        Out.Escapes.set(F);
    for (const ir::Init &E : I.Elems)
      inTable(U, E);
  }

  /// [&] { … }() in an init function is part of it; a lambda that is handed on is not.
  bool onlyCalledHere(FnId In, ir::ValueId Lambda, FnId Body) const {
    const ir::Function &F = P.fn(In);
    for (const ir::Block &B : F.Blocks) {
      for (const ir::Event &E : B.Events) {
        bool Self = E.Callee && P.resolve(P.unit(In), E.Callee) == Body;
        for (unsigned I = 0; I < E.Args.size(); ++I)
          if (mentions(F, E.Args[I], Lambda) && !(Self && I == 0))
            return false;
        if (mentions(F, E.Src, Lambda) || mentions(F, E.Target, Lambda))
          return false;
      }
      if (mentions(F, B.Term.Value, Lambda))
        return false;
    }
    return true;
  }

  /// What a dynamic initialiser stores stands in the global's tree, too, which inTable reads.
  bool onlyInInitialiser(FnId In, ir::ValueId V) const {
    const ir::Function &F = P.fn(In);
    if (F.Kind != ir::FunctionKind::GlobalInit)
      return false;
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &E : B.Events)
        if (llvm::any_of(E.Args, [&](ir::ValueId A) { return mentions(F, A, V); }))
          return false;
    return true;
  }

  void inFunction(FnId In) {
    const ir::Function &F = P.fn(In);
    const ir::Unit &U = P.unit(In);
    for (ir::ValueId V = 0; V < F.Values.size(); ++V) {
      const ir::Value &X = F.Values[V];
      if (X.Kind != ValueKind::Function && X.Kind != ValueKind::Lambda)
        continue;
      FnId To = P.resolve(U, X.Ref);
      if (To == NoFn || (Exec.test(In) && Exec.test(To)) || onlyInInitialiser(In, V) ||
          (X.Kind == ValueKind::Lambda && onlyCalledHere(In, V, To)))
        continue;
      Out.Escapes.set(To);
    }
    for (const ir::Block &B : F.Blocks)
      for (const ir::Event &E : B.Events) {
        if (!E.Callee && !E.Target)
          continue;
        for (FnId To : P.target(In, E).Fns)
          if (!llvm::is_contained(Out.Callers[To], In))
            Out.Callers[To].push_back(In);
      }
  }

  const Program &P;
  References Out;
  llvm::BitVector Exec;
  llvm::DenseSet<const ir::Init *> SlotEntries;
};

/// Functions that templates of foreign headers may call without naming them here: destructors, operators, ...
bool calledUnseen(const ir::Function &F) {
  switch (F.Kind) {
  case ir::FunctionKind::Function:
  case ir::FunctionKind::Lambda:
  case ir::FunctionKind::OmpBody:
  case ir::FunctionKind::GlobalInit:
    return false;
  case ir::FunctionKind::Method:
    return F.Virtual || StringRef(F.Name).contains("::operator");
  default:
    return true;
  }
}

} // namespace

Modules::Modules(const Program &P) : P(P) {
  findModules();
  findMembers();
  findInitOnly();
}

/// "PyInit_demo" -> "demo"; nothing if this is not an init function's name.
static StringRef moduleName(const ir::Unit &U, const ir::Function &F, bool &Export) {
  StringRef Name = F.Name;
  Export = Name.consume_front("PyModExport_") || Name.consume_front("PyModExportU_");
  if (Export || Name.consume_front("PyInit_") || Name.consume_front("PyInitU_"))
    return F.NumParams == 0 ? Name : "";
  if (U.Facts.PyVersionHex && U.Facts.PyVersionHex < 0x03000000 && Name.consume_front("init"))
    return F.NumParams == 0 ? Name : "";
  return "";
}

void Modules::findModules() {
  ModuleReader Reader(P);
  for (FnId Id = 0; Id < P.functions().size(); ++Id) {
    const ir::Function &F = P.fn(Id);
    const ir::Unit &U = P.unit(Id);
    bool Export = false;
    StringRef Name = moduleName(U, F, Export);
    if (Name.empty() || F.Link != ir::Linkage::External || F.Body == ir::BodyState::Skipped)
      continue;
    ExtensionModule M;
    M.Name = Name.str();
    M.Form = Export ? ModuleForm::Export : ModuleForm::MultiPhase;
    M.Unit = &U;
    M.Init = Id;
    M.Where = F.Where;
    M.Cython = llvm::any_of(U.Globals, [](const ir::Global &G) { return G.Name.starts_with("__pyx_m"); });
    // Not generated, or left out by the preprocessor, with CYTHON_USE_MODULE_STATE.
    M.OneInterpreter = M.Cython && llvm::any_of(U.Functions, [](const ir::Function &F) {
                         return F.Name == "__Pyx_check_single_interpreter";
                       });
    Reader.read(M);
    if (!M.Created && U.Facts.PyVersionHex < 0x03000000) // initialise(), initTables(): a function like others
      continue;
    // One file under two sets of flags is one module; so is one with both hooks, of which 3.15 uses the export.
    auto Same = llvm::find_if(
        List, [&](const ExtensionModule &O) { return O.Name == M.Name && O.Unit->MainFile == U.MainFile; });
    if (Same == List.end()) {
      List.push_back(std::move(M));
      continue;
    }
    if (Export && Same->Form != ModuleForm::Export)
      std::swap(*Same, M);
    for (FnId E : M.Exec)
      if (!llvm::is_contained(Same->Exec, E))
        Same->Exec.push_back(E);
  }
}

void Modules::findMembers() {
  Members.assign(List.size(), llvm::BitVector(P.functions().size()));
  llvm::DenseMap<const ir::Global *, const ir::Unit *> Homes;
  for (const ir::Unit *U : P.units())
    for (const ir::Global &G : U->Globals)
      Homes.try_emplace(&G, U);
  std::vector<FnId> Static;
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (P.fn(F).Kind == ir::FunctionKind::GlobalInit || P.fn(F).Kind == ir::FunctionKind::GlobalDestructor)
      Static.push_back(F);
  for (unsigned M = 0; M < List.size(); ++M) {
    llvm::BitVector &Mine = Members[M];
    std::vector<FnId> Work;
    auto Push = [&](FnId F) {
      if (F != NoFn && !Mine.test(F)) {
        Mine.set(F);
        Work.push_back(F);
      }
    };
    llvm::StringMap<bool> Seen;
    std::function<void(StringRef)> Own = [&](StringRef Id) {
      if (!Seen.try_emplace(Id, true).second)
        return;
      GlobalOwners[Id].push_back(M);
      const ir::Global *G = P.global(Id);
      const ir::Unit *U = G ? Homes.lookup(G) : nullptr;
      if (U)
        forNamed(G->Value, [&](ir::CalleeId C) { Push(P.resolve(*U, C)); }, Own);
    };
    auto Follow = [&] {
      while (!Work.empty()) {
        FnId In = Work.back();
        Work.pop_back();
        const ir::Function &F = P.fn(In);
        for (const ir::Value &X : F.Values)
          if (X.Kind == ValueKind::Global)
            Own(X.Str);
          else if (X.Kind == ValueKind::Function || X.Kind == ValueKind::Lambda)
            Push(P.resolve(P.unit(In), X.Ref));
        for (const ir::Block &B : F.Blocks)
          for (const ir::Event &E : B.Events)
            if (E.Callee || E.Target)
              for (FnId To : P.target(In, E).Fns)
                Push(To);
      }
    };
    for (FnId F : List[M].Exec)
      Push(F);
    for (const ir::Global *G : {List[M].Definition, List[M].SlotArray})
      if (G)
        Own(G->Id);
    Follow();
    // C++ globals of the files that belong to the module are made and destroyed with it.
    llvm::DenseSet<const ir::Unit *> Units;
    for (unsigned F : Mine.set_bits())
      Units.insert(&P.unit(F));
    for (FnId F : Static)
      if (Units.contains(&P.unit(F)))
        Push(F);
    Follow();
  }
}

void Modules::findInitOnly() {
  const size_t N = P.functions().size();
  InitOnly.resize(N);
  if (List.empty())
    return;
  References Refs = ReferenceFinder(P, List).find();
  llvm::BitVector Start(N);
  for (const ExtensionModule &M : List)
    for (FnId F : M.Exec)
      Start.set(F);
  for (FnId F = 0; F < N; ++F)
    if (P.fn(F).Kind == ir::FunctionKind::GlobalInit)
      Start.set(F);
  for (FnId F = 0; F < N; ++F)
    if (!Refs.Escapes.test(F) && !calledUnseen(P.fn(F)) && (Start.test(F) || !Refs.Callers[F].empty()))
      InitOnly.set(F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (unsigned F : InitOnly.set_bits())
      if (llvm::any_of(Refs.Callers[F], [&](FnId C) { return C != F && !InitOnly.test(C); })) {
        InitOnly.reset(F);
        Changed = true;
      }
  }
  // Functions that only call each other are called by nobody: what remains must be reached from module creation.
  llvm::BitVector Reached(N);
  std::vector<std::vector<FnId>> Callees(N);
  for (FnId F = 0; F < N; ++F)
    for (FnId C : Refs.Callers[F])
      Callees[C].push_back(F);
  std::vector<FnId> Work;
  auto Reach = [&](FnId F) {
    if (InitOnly.test(F) && !Reached.test(F)) {
      Reached.set(F);
      Work.push_back(F);
    }
  };
  for (unsigned F : Start.set_bits())
    Reach(F);
  while (!Work.empty()) {
    FnId F = Work.back();
    Work.pop_back();
    for (FnId To : Callees[F])
      Reach(To);
  }
  InitOnly &= Reached;
}

static llvm::SmallVector<unsigned, 1> orTheOnlyOne(llvm::SmallVector<unsigned, 1> Out, size_t Modules) {
  if (Out.empty() && Modules == 1)
    Out.push_back(0);
  return Out;
}

llvm::SmallVector<unsigned, 1> Modules::of(FnId F) const {
  llvm::SmallVector<unsigned, 1> Out;
  for (unsigned M = 0; M < Members.size(); ++M)
    if (Members[M].test(F))
      Out.push_back(M);
  return orTheOnlyOne(std::move(Out), List.size());
}

llvm::SmallVector<unsigned, 1> Modules::of(const ir::Global &G) const {
  auto It = GlobalOwners.find(G.Id);
  return orTheOnlyOne(It == GlobalOwners.end() ? llvm::SmallVector<unsigned, 1>() : It->second, List.size());
}

} // namespace gilray::link
