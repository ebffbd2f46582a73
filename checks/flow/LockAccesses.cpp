// Reads and writes of what threads may share: globals, and fields of objects behind a pointer.
#include "flow/LockSets.h"
#include "ir/Values.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::flow {

using ir::EventKind;
using ir::ValueKind;

/// The global, or the outermost field of the object, that a place lies in: `self->in.b[1]` is in `self->in`.
void LockSets::access(EventRef At, ir::ValueId Place, LocalAccess A) {
  A.At = At;
  accessPath(Accesses, Paths->of(At.Fn, Place), A);
}

void LockSets::accessPath(AccessTable &To, PathId X, LocalAccess A) {
  if (!X)
    return;
  PathId Field = 0;
  for (;; X = (*Paths)[X].A) {
    const Path &N = (*Paths)[X];
    if (N.Kind == PathKind::Field)
      Field = X;
    else if (N.Kind != PathKind::Index)
      break;
  }
  const Path &Root = (*Paths)[X];
  NameId Name = 0;
  if (Root.Kind == PathKind::Global) {
    Name = Root.Name;
  } else if (Root.Kind == PathKind::Deref && Field) {
    A.Object = X;
    Name = (*Paths)[Field].Name;
  }
  if (Name)
    To[Name].push_back(A);
}

static bool pointsToConst(const ir::Unit &U, const ir::Callee &C, unsigned Arg) {
  unsigned Param = Arg - (C.Record.empty() ? 0 : 1);
  if (Param >= C.Params.size())
    return false;
  const ir::Type &T = U.Types[C.Params[Param]];
  return (T.Kind == ir::TypeKind::Pointer || T.Kind == ir::TypeKind::Reference) && U.Types[T.Inner].Const;
}

/// db_query(self->db, sql): the pointer is only read, what it points to may be changed.
void LockSets::handOver(EventRef At, const link::Target &T) {
  const ir::Event &E = P.event(At);
  for (unsigned N = 0; N < E.Args.size(); ++N) {
    PathId X = Paths->of(At.Fn, E.Args[N]);
    if (!X || (*Paths)[X].Kind != PathKind::Field || (T.Named && pointsToConst(P.unit(At.Fn), *T.Named, N)))
      continue;
    LocalAccess A;
    A.At = At;
    A.Reads = A.Passed = true;
    accessPath(Handed, X, A);
  }
}

/// self->items.push_back(x), self->items->size(): a container's method changes or reads what the field holds.
bool LockSets::containerMethod(EventRef At, const link::Target &T) {
  const ir::Event &E = P.event(At);
  if (E.Kind != EventKind::Call || !T.Named || T.Named->Record.empty() || E.Args.empty())
    return false;
  const api::TypeEntry *Container = P.model().type(T.Named->Record);
  if (!Container || Container->Changes.empty())
    return false;
  const ir::Function &F = P.fn(At.Fn);
  ir::ValueId Object = ir::withoutCasts(F, E.Args[0]); // a method of the base class
  if (F.Values[Object].Kind == ValueKind::AddrOf)
    Object = F.Values[Object].A;
  LocalAccess A;
  A.Reads = true;
  A.Writes = llvm::is_contained(Container->Changes, methodName(*T.Named));
  access(At, Object, A);
  return true;
}

void LockSets::collect(FnId Id) {
  const ir::Function &F = P.fn(Id);
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      EventRef At{Id, B, I};
      LocalAccess A;
      A.Order = E.Order;
      switch (E.Kind) {
      case EventKind::Read:
        A.Reads = true;
        access(At, E.Src, A);
        break;
      case EventKind::Write:
        A.Writes = true;
        A.Reads = E.Compound;
        access(At, E.Dst, A);
        break;
      case EventKind::Call:
      case EventKind::Macro:
      case EventKind::Construct: {
        const link::Target &T = Infos[Id].Targets[B][I];
        if (!T.Api)
          handOver(At, T);
        if (!T.Fns.empty() && !T.Api)
          break;
        for (unsigned N = containerMethod(At, T); N < E.Args.size(); ++N) {
          const ir::Value &V = F.Values[E.Args[N]];
          LocalAccess X;
          bool Out = T.Api && T.Api->OutArg >= 0 &&
                     (unsigned(T.Api->OutArg) == N || (N > unsigned(T.Api->OutArg) && T.Named && T.Named->Variadic));
          if (E.Kind == EventKind::Macro && Out && V.Kind != ValueKind::AddrOf) { // Py_CLEAR(self->x)
            X.Reads = X.Writes = true;
            access(At, E.Args[N], X);
          } else if (V.Kind == ValueKind::AddrOf && F.Values[V.A].Kind == ValueKind::Var) {
            continue; // int n = self->n; PyArg_ParseTuple(args, "|i", &n): the variable, not what it is a copy of
          } else if (V.Kind == ValueKind::AddrOf && !(T.Api && T.Api->Lock != api::LockOp::None)) {
            // CPython's functions write what the model says; others what their parameters allow.
            bool Python = T.Api && T.Api->Home == ir::HeaderClass::Python;
            // A whole object, not a pointer to one, is what "O!" compares with: PyArg_ParseTuple(a, "O!", &Type,
            // &self->o)
            ir::TypeId Ty = Out ? P.typeOf(Id, V.A) : 0;
            const ir::Record *Whole = Ty ? P.record(P.unit(Id).Types[Ty].Record) : nullptr;
            Out &= !(Whole && Whole->PythonObject);
            X.Writes = Out;
            X.Passed = !Out && !Python && !(T.Named && pointsToConst(P.unit(Id), *T.Named, N));
            X.Reads = !Out && !X.Passed;
            if (T.Api && T.Api->Atomic && N == 0)
              X.Order = ir::Ordering::SeqCst;
            access(At, V.A, X);
          }
        }
        break;
      }
      default:
        break;
      }
    }
}

LockName LockSets::nameOf(const HeldLock &L, PathId Object) const {
  LockName N;
  N.Class = Paths->className(L.Lock);
  N.Kind = L.Kind;
  N.Shared = L.Shared;
  N.Inert = L.Inert;
  if (PathId Relative = Object ? Paths->relativeTo(L.Lock, Object) : 0) {
    N.Whose = LockName::ThisObject;
    N.Path = Relative;
    return N;
  }
  PathId Root = L.Lock;
  while ((*Paths)[Root].A)
    Root = (*Paths)[Root].A;
  N.Whose = (*Paths)[Root].Kind == PathKind::Global ? LockName::Global : LockName::SomeObject;
  N.Path = L.Lock;
  return N;
}

std::vector<SharedAccess> LockSets::accessesOf(const AccessTable &In, NameId Name) const {
  std::vector<SharedAccess> Out;
  auto Found = In.find(Name);
  if (Found == In.end())
    return Out;
  for (const LocalAccess &L : Found->second) {
    const LockPoint &Here = at(L.At);
    if (!Here.Reached)
      continue;
    for (unsigned W : WaysOf[L.At.Fn]) {
      const Way &From = *Ways[W];
      SharedAccess A;
      A.At = L.At;
      A.Reads = L.Reads;
      A.Writes = L.Writes;
      A.Passed = L.Passed;
      A.Order = L.Order;
      A.Object = L.Object;
      A.Threads = arrivals(Here.Threads, From.Context.Threads);
      A.Roots = &From.Roots;
      A.Context = &From.Context;
      A.Uncertain = Here.Uncertain || From.Context.Uncertain;
      A.InitOnly = M.initOnly(L.At.Fn);
      std::vector<HeldLock> Must, May;
      combine(Here, From.Context, L.At.Fn, Must, May);
      for (const HeldLock &H : Must)
        A.Must.push_back(nameOf(H, L.Object));
      for (const HeldLock &H : May)
        A.May.push_back(nameOf(H, L.Object));
      if (L.Object) {
        const Path &Pointer = (*Paths)[(*Paths)[L.Object].A];
        bool Param = (*Paths)[L.Object].Kind == PathKind::Deref && Pointer.Kind == PathKind::Param && Pointer.Ref < 32;
        A.Own = Param && From.Context.Own >> Pointer.Ref & 1;
        A.Fresh = (Param && From.Context.Fresh >> Pointer.Ref & 1) || isFresh(L.At.Fn, L.Object, L.At);
      }
      Out.push_back(std::move(A));
    }
  }
  llvm::stable_sort(Out, [](const SharedAccess &A, const SharedAccess &B) { return A.At < B.At; });
  return Out;
}

std::vector<SharedAccess> LockSets::accessesOf(const ir::Global &G) const {
  return accessesOf(Accesses, Paths->global(G.Id));
}

std::vector<SharedAccess> LockSets::accessesOf(StringRef Record, StringRef Field) const {
  return accessesOf(Accesses, Paths->fieldName(Record, Field));
}

std::vector<SharedAccess> LockSets::handed(StringRef Record, StringRef Field) const {
  return accessesOf(Handed, Paths->fieldName(Record, Field));
}

std::string LockSets::spellValue(FnId F, ir::ValueId V) const {
  PathId X = Paths->of(F, V);
  return X ? Paths->spell(X, F) : std::string();
}

StringRef LockSets::placeName(FnId F, ir::ValueId V) const {
  PathId X = Paths->of(F, V);
  if (!X)
    return {};
  PathKind K = (*Paths)[X].Kind;
  return K == PathKind::Global || K == PathKind::Field ? Paths->name((*Paths)[X].Name) : StringRef();
}

std::vector<LockName> LockSets::commonLock(llvm::ArrayRef<SharedAccess> As, bool Weak) const {
  std::vector<LockName> Out;
  if (As.empty())
    return Out;
  auto Counts = [&](const LockName &L, const SharedAccess &A) {
    return (Weak || L.Whose != LockName::SomeObject) && !(L.Shared && A.Writes);
  };
  for (const LockName &L : As[0].Must)
    if (Counts(L, As[0]))
      Out.push_back(L);
  for (const SharedAccess &A : As.drop_front())
    llvm::erase_if(Out, [&](const LockName &L) {
      return llvm::none_of(A.Must, [&](const LockName &X) {
        bool Same = L.sameAs(X) || (Weak && L.Class && L.Class == X.Class);
        return Same && Counts(X, A);
      });
    });
  return Out;
}

std::string LockSets::spell(const LockName &L) const {
  std::string Text = Paths->spell(L.Path, link::NoFn);
  if (L.Whose == LockName::SomeObject)
    Text = "some " + Paths->name(L.Class).str();
  return Text;
}

} // namespace gilray::flow
