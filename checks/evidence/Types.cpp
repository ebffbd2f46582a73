#include "evidence/Types.h"

namespace gilray::evidence {

using ir::HeaderClass;
using ir::TypeKind;
using llvm::StringRef;

/// Structures inside structures deeper than this are not looked into.
static constexpr unsigned MaxDepth = 5;
static constexpr StringRef TypeObjectRecord = "_typeobject";

Types::Types(const link::Program &P) : P(P) {
  for (const ir::Unit *U : P.units()) {
    auto &Map = Records[U];
    for (const ir::Record &R : U->Records)
      Map.try_emplace(R.Name, &R);
  }
}

const ir::Record *Types::record(const ir::Unit &U, StringRef Name) const {
  auto It = Records.find(&U);
  return It == Records.end() ? nullptr : It->second.lookup(Name);
}

bool Types::isObjectPointer(const ir::Unit &U, ir::TypeId Id) const {
  const ir::Type &T = U.Types[Id];
  if (T.Kind != TypeKind::Pointer || U.Types[T.Inner].Kind != TypeKind::Record)
    return false;
  StringRef Name = U.Types[T.Inner].Record;
  const ir::Record *R = record(U, Name);
  // Definitions that live in modules' static storage are no objects that anybody counts references of.
  if (Name == "PyModuleDef")
    return false;
  return Name == "_object" || Name == TypeObjectRecord || (R && R->PythonObject);
}

bool Types::isTypeObjectPointer(const ir::Unit &U, ir::TypeId Id) const {
  const ir::Type &T = U.Types[Id];
  return T.Kind == TypeKind::Pointer && U.Types[T.Inner].Record == TypeObjectRecord;
}

void Types::recordContent(const ir::Unit &U, const ir::Type &T, unsigned Depth, Content &Out) const {
  if (const api::TypeEntry *E = P.model().type(T.Record)) {
    Out.Safe |= E->IsLock;
    Out.Reference |= E->Holder;
    for (unsigned I = 0; I < T.Args.size() && I < 32; ++I)
      if (E->OwnsArgs >> I & 1) {
        Content Inner = content(U, T.Args[I], Depth + 1);
        Out.Reference |= Inner.Reference || Inner.Object;
      }
    return;
  }
  if (T.Record == TypeObjectRecord || T.Record == "_heaptypeobject") {
    Out.TypeObject = true;
    return;
  }
  const ir::Record *R = record(U, T.Record);
  if (!R)
    return;
  HeaderClass Home = U.Files[R->Where.File].Class;
  if (Home == HeaderClass::Python || Home == HeaderClass::NumPy) {
    // PyMethodDef, PyModuleDef, PyType_Spec, PyNumberMethods: described to the interpreter, which owns them then.
    Out.Safe = true;
    return;
  }
  if (R->PythonObject) {
    // struct wrapper { PyTypeObject type; int kind; } begins with an object head, too.
    bool Wraps = false;
    if (!R->Fields.empty() && U.Types[R->Fields.front().Type].Kind == TypeKind::Record)
      Wraps = content(U, R->Fields.front().Type, Depth + 1).TypeObject;
    (Wraps ? Out.TypeObject : Out.Object) = true;
    return;
  }
  for (ir::TypeId B : R->Bases)
    Out.Reference |= content(U, B, Depth + 1).Reference;
  for (const ir::Field &F : R->Fields) {
    Content Inner = content(U, F.Type, Depth + 1);
    Out.Reference |= Inner.Reference || Inner.Object;
    Out.TypeObject |= Inner.TypeObject;
  }
}

Content Types::content(const ir::Unit &U, ir::TypeId Id, unsigned Depth) const {
  Content Out;
  const ir::Type &T = U.Types[Id];
  if (!Id || Depth > MaxDepth)
    return Out;
  if (T.Kind == TypeKind::Array) {
    Out = content(U, T.Inner, Depth + 1);
    Out.Safe |= T.Const;
    return Out;
  }
  if (T.Kind == TypeKind::Pointer)
    Out.Reference = isObjectPointer(U, Id);
  else if (T.Kind == TypeKind::Record)
    recordContent(U, T, Depth, Out);
  Out.Safe |= T.Const || T.Atomic || StringRef(T.Record).starts_with("std::atomic");
  return Out;
}

std::vector<std::string> Types::objectFields(const ir::Unit &U, StringRef Name) const {
  std::vector<std::string> Out;
  const ir::Record *R = record(U, Name);
  if (!R)
    return Out;
  for (ir::TypeId B : R->Bases)
    if (U.Types[B].Kind == TypeKind::Record)
      for (std::string &S : objectFields(U, U.Types[B].Record))
        Out.push_back(std::move(S));
  for (const ir::Field &F : R->Fields) {
    const ir::Type &T = U.Types[F.Type];
    if (T.Kind == TypeKind::Pointer && isObjectPointer(U, F.Type))
      Out.push_back(F.Name.str());
    else if (T.Kind == TypeKind::Array && content(U, F.Type).Reference)
      Out.push_back(F.Name.str());
    else if (T.Kind == TypeKind::Record)
      if (Content C = content(U, F.Type); C.Reference && !C.TypeObject)
        Out.push_back(F.Name.str());
  }
  return Out;
}

} // namespace gilray::evidence
