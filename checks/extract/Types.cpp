// Clang types and records -> the unit's tables.
#include "extract/UnitBuilder.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::extract {

using namespace clang;
using ir::TypeId;
using ir::TypeKind;
using llvm::StringRef;

static ir::TypeKind kindOf(const Type *T) {
  if (T->isVoidType())
    return TypeKind::Void;
  if (T->isBooleanType())
    return TypeKind::Bool;
  if (T->isEnumeralType())
    return TypeKind::Enum;
  if (T->isIntegerType())
    return TypeKind::Int;
  if (T->isFloatingType())
    return TypeKind::Float;
  if (T->isReferenceType())
    return TypeKind::Reference;
  if (T->isPointerType() || T->isMemberPointerType() || T->isNullPtrType() || T->isBlockPointerType())
    return TypeKind::Pointer;
  if (T->isArrayType())
    return TypeKind::Array;
  if (T->isFunctionType())
    return TypeKind::Function;
  if (T->isRecordType())
    return TypeKind::Record;
  return TypeKind::Other;
}

TypeId UnitBuilder::type(QualType Q) {
  if (Q.isNull())
    return 0;
  Q = Q.getCanonicalType();
  auto [It, New] = TypeIds.try_emplace(Q.getAsOpaquePtr(), U.Types.size());
  if (!New)
    return It->second;
  TypeId Id = It->second;
  U.Types.emplace_back();
  ir::Type T;
  T.Const = Q.isConstQualified();
  T.Volatile = Q.isVolatileQualified();
  QualType Bare = Q;
  if (auto *A = Q->getAs<AtomicType>()) {
    T.Atomic = true;
    Bare = A->getValueType();
  }
  T.Kind = kindOf(Bare.getTypePtr());
  std::string Spelling;
  PrintingPolicy Policy = Ctx.getPrintingPolicy();
  Policy.SuppressTagKeyword = false;
  Policy.AnonymousTagLocations = false;
  llvm::raw_string_ostream OS(Spelling);
  if (Bare->getAsCXXRecordDecl() && Bare->getAsCXXRecordDecl()->isLambda())
    OS << recordName(Bare->getAsCXXRecordDecl());
  else
    Q.print(OS, Policy);
  T.Spelling = U.intern(Spelling);
  if (Bare->isReferenceType() || Bare->isAnyPointerType() || Bare->isBlockPointerType())
    T.Inner = type(Bare->getPointeeType());
  else if (auto *A = Ctx.getAsArrayType(Bare)) {
    T.Inner = type(A->getElementType());
    if (auto *Constant = dyn_cast<ConstantArrayType>(A))
      T.Extent = Constant->getSize().getLimitedValue();
  } else if (auto *F = Bare->getAs<FunctionType>())
    T.Inner = type(F->getReturnType());
  else if (auto *R = Bare->getAsRecordDecl()) {
    T.Record = recordName(R);
    if (auto *S = dyn_cast<ClassTemplateSpecializationDecl>(R)) {
      auto Add = [&](auto &&Self, const TemplateArgument &A) -> void {
        if (A.getKind() == TemplateArgument::Type)
          T.Args.push_back(type(A.getAsType()));
        else if (A.getKind() == TemplateArgument::Pack)
          for (const TemplateArgument &P : A.pack_elements())
            Self(Self, P);
      };
      for (const TemplateArgument &A : S->getTemplateArgs().asArray())
        Add(Add, A);
    }
    if (!Q.hasQualifiers())
      record(R, Id);
    else
      type(Q.getUnqualifiedType());
  }
  U.Types[Id] = T;
  return Id;
}

/// C anonymous members are transparent: their fields belong to the record that holds them.
static const RecordDecl *namedRecord(const RecordDecl *R) {
  while (R->isAnonymousStructOrUnion())
    R = cast<RecordDecl>(R->getDeclContext());
  return R;
}

/// `struct { ... } table[] = ...`: the place tells two of them apart, in one file and in two.
std::string UnitBuilder::unnamed(const RecordDecl *R) {
  Sources::Place P = Files.place(SM.getFileLoc(R->getLocation()));
  return ("(unnamed:" + llvm::sys::path::filename(Files.path(P.File)) + ":" + llvm::Twine(P.Line) + ":" +
          llvm::Twine(P.Col) + ")")
      .str();
}

StringRef UnitBuilder::plainName(const NamedDecl *D) {
  StringRef &Known = PlainNames[D->getIdentifier()];
  if (!Known.data())
    Known = U.intern(D->getName());
  return Known;
}

StringRef UnitBuilder::qualifiedName(const NamedDecl *D) {
  std::string Name;
  llvm::SmallVector<std::string, 4> Parts;
  auto Add = [&](const NamedDecl *N) {
    if (auto *NS = dyn_cast<NamespaceDecl>(N)) {
      if (NS->isInline())
        return;
      Parts.push_back(NS->isAnonymousNamespace() ? "(anonymous)" : NS->getName().str());
    } else if (auto *R = dyn_cast<RecordDecl>(N)) {
      if (auto *C = dyn_cast<CXXRecordDecl>(R); C && C->isLambda())
        Parts.push_back("lambda");
      else if (!R->getName().empty())
        Parts.push_back(R->getName().str());
      else if (const TypedefNameDecl *T = R->getTypedefNameForAnonDecl())
        Parts.push_back(T->getName().str());
      else
        Parts.push_back(unnamed(R));
    } else if (isa<CXXConstructorDecl, CXXDestructorDecl>(N)) {
      StringRef Class = cast<CXXRecordDecl>(N->getDeclContext())->getName();
      Parts.push_back(((isa<CXXDestructorDecl>(N) ? "~" : "") + Class).str());
    } else {
      Parts.push_back(N->getNameAsString());
    }
  };
  Add(D);
  for (const DeclContext *DC = D->getDeclContext(); DC; DC = DC->getParent())
    if (auto *N = dyn_cast<NamedDecl>(DC))
      Add(N);
  for (const std::string &P : llvm::reverse(Parts))
    Name += (Name.empty() ? "" : "::") + P;
  return U.intern(Name);
}

StringRef UnitBuilder::recordName(const RecordDecl *R) {
  R = namedRecord(R);
  R = cast<RecordDecl>(R->getCanonicalDecl());
  auto [It, New] = RecordNames.try_emplace(R);
  if (!New)
    return It->second;
  StringRef Name;
  if (auto *C = dyn_cast<CXXRecordDecl>(R)) {
    if (C->isLambda()) {
      Name = lambdaId(C);
      if (Name.empty())
        Name = qualifiedName(C);
    } else {
      Name = qualifiedName(C);
    }
  } else if (!R->getName().empty()) {
    Name = U.intern(R->getName());
  } else if (const TypedefNameDecl *T = R->getTypedefNameForAnonDecl()) {
    Name = U.intern(T->getName());
  } else {
    Name = U.intern(unnamed(R));
  }
  return RecordNames[R] = Name;
}

void UnitBuilder::record(const RecordDecl *R, TypeId T) {
  const RecordDecl *Def = R->getDefinition();
  if (!Def || Def->isDependentType() || !RecordIndex.try_emplace(Def, ~0u).second)
    return;
  PendingRecords.push_back({Def, T});
}

StringRef UnitBuilder::guardedBy(const Decl *D) {
  for (const auto *A : D->specific_attrs<AnnotateAttr>())
    if (StringRef Lock = A->getAnnotation(); Lock.consume_front("gilray:guarded_by:"))
      return U.intern(Lock.trim());
  return {};
}

/// Reaches PyObject through the chain of first fields or through a base class.
static bool isPythonObject(const RecordDecl *R, unsigned Depth = 0) {
  if (!R || Depth > 16)
    return false;
  StringRef Name = R->getName();
  if (Name == "_object" || Name == "PyObject" || Name == "PyVarObject")
    return true;
  R = R->getDefinition();
  if (!R || R->isUnion())
    return false;
  if (auto *C = dyn_cast<CXXRecordDecl>(R))
    for (const CXXBaseSpecifier &B : C->bases())
      if (isPythonObject(B.getType()->getAsRecordDecl(), Depth + 1))
        return true;
  auto It = R->field_begin();
  if (It == R->field_end())
    return false;
  if (It->getName() == "ob_refcnt" || It->getName() == "_ob_next")
    return true;
  return isPythonObject(It->getType()->getAsRecordDecl(), Depth + 1);
}

void UnitBuilder::fillRecords() {
  // Filling one record interns the types of its fields, which may queue more.
  for (size_t I = 0; I < PendingRecords.size(); ++I) {
    auto [R, T] = PendingRecords[I];
    bool Project = isProjectDecl(R);
    bool Python = isPythonObject(R);
    auto *C = dyn_cast<CXXRecordDecl>(R);
    if (!Project && !Python && !(C && C->getNumBases()))
      continue;
    ir::Record Out;
    Out.Name = recordName(R);
    Out.Spelling = U.Types[T].Spelling;
    Out.Where = loc(R->getLocation());
    Out.PythonObject = Python;
    if (C) {
      Out.Polymorphic = C->isPolymorphic();
      for (const CXXBaseSpecifier &B : C->bases())
        Out.Bases.push_back(type(B.getType()));
      if (Project && C->hasDefinition() && !C->hasTrivialDestructor() && !C->isLambda())
        if (const CXXDestructorDecl *D = C->getDestructor())
          Out.Destructor = functionId(D);
    }
    // A library's own kind of Python object may hold a type object: which one tells its fields.
    if (Project || (Python && !isPythonSide(Files.expansionClass(R->getLocation())))) {
      auto AddFields = [&](auto &&Self, const RecordDecl *From) -> void {
        for (const FieldDecl *F : From->fields()) {
          if (F->isAnonymousStructOrUnion() && F->getType()->getAsRecordDecl())
            Self(Self, F->getType()->getAsRecordDecl());
          else if (F->getDeclName())
            Out.Fields.push_back({U.intern(F->getName()), type(F->getType()), guardedBy(F)});
        }
      };
      AddFields(AddFields, R);
    }
    U.Records.push_back(std::move(Out));
  }
  PendingRecords.clear();
}

} // namespace gilray::extract
