#include "flow/ValueTable.h"
#include "flow/Mix.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/xxhash.h"

namespace gilray::flow {

// What has a program-wide name is told apart by that; comparing its strings, too, would be most of the work.
static size_t hashOf(const Node &N) {
  size_t Own = uint64_t(N.Kind) << 8 | uint64_t(N.Operator);
  if (N.Name)
    return mix(mix(Own, N.A), N.Name);
  size_t H = mix(mix(mix(Own, uint64_t(N.A) << 32 | N.B), N.Ref), N.Int);
  return N.Str.empty() ? H : mix(H, llvm::xxh3_64bits(N.Str));
}

static bool equal(const Node &A, const Node &B) {
  if (A.Name || B.Name)
    return A.Name == B.Name && A.Kind == B.Kind && A.A == B.A;
  return A == B;
}

uint32_t Names::field(StringRef Record, StringRef Field) {
  llvm::SmallString<64> Key(Record);
  Key += '.';
  Key += Field;
  return Ids.try_emplace(Key, Ids.size() + 1).first->second;
}

uint32_t Names::global(StringRef Id) { return Ids.try_emplace(Id, Ids.size() + 1).first->second; }

ValueTable::ValueTable(const ir::Function &F, Names &Program) : F(F) {
  Nodes.reserve(F.Values.size() + F.Values.size() / 4 + 8);
  Parts.reserve(Nodes.capacity());
  Nodes.emplace_back();
  Parts.push_back(0);
  Map.assign(F.Values.size(), 0);
  Buckets.assign(std::max<size_t>(64, llvm::PowerOf2Ceil(2 * Nodes.capacity())), 0);
  // Operands are interned before their users, so one pass in order suffices.
  for (ValueId I = 1; I < F.Values.size(); ++I) {
    const ir::Value &V = F.Values[I];
    auto Operand = [&](ValueId O) { return O < I ? Map[O] : 0; };
    switch (V.Kind) {
    case ValueKind::Unknown:
      break;
    case ValueKind::Cast:
      Map[I] = Operand(V.A);
      break;
    case ValueKind::Deref:
      Map[I] = deref(Operand(V.A));
      break;
    case ValueKind::AddrOf:
      Map[I] = addrOf(Operand(V.A));
      break;
    case ValueKind::Lambda: // B indexes captures, not values
      Map[I] = intern({V.Kind, Op::None, 0, 0, V.Ref, 0, {}, {}});
      break;
    case ValueKind::Int: // the spelling is for messages; equal numbers are equal keys
      Map[I] = intern({V.Kind, Op::None, 0, 0, 0, V.Int, {}, {}});
      break;
    default: {
      ValueId A = Operand(V.A), B = Operand(V.B);
      bool Needs = V.Kind == ValueKind::Field || V.Kind == ValueKind::Index || V.Kind == ValueKind::Unary;
      if ((Needs && !A) || (V.Kind == ValueKind::Binary && (!A || !B)))
        break; // a part is opaque: so is the whole
      if (V.Kind == ValueKind::Binary && V.Operator >= Op::Eq && V.Operator <= Op::Ge) {
        bool Flip = false;
        ValueId Key = compare(V.Operator, A, B, Flip);
        Map[I] = Flip ? intern({ValueKind::Unary, Op::Not, Key, 0, 0, 0, {}, {}}) : Key;
        break;
      }
      uint32_t Name = V.Kind == ValueKind::Field    ? Program.field(V.Rec, V.Str)
                      : V.Kind == ValueKind::Global ? Program.global(V.Str)
                                                    : 0;
      Map[I] = intern({V.Kind, V.Operator, A, B, V.Ref, V.Int, V.Str, V.Rec, Name});
    }
    }
  }
}

size_t ValueTable::bucketOf(const Node &N) const {
  size_t Mask = Buckets.size() - 1, I = hashOf(N) & Mask;
  while (Buckets[I] && !equal(Nodes[Buckets[I]], N))
    I = (I + 1) & Mask;
  return I;
}

void ValueTable::grow() {
  Buckets.assign(std::max<size_t>(64, 2 * Buckets.size()), 0);
  for (ValueId V = 1; V < Nodes.size(); ++V)
    Buckets[bucketOf(Nodes[V])] = V;
}

uint64_t ValueTable::partsOf(const Node &N) const {
  // A lambda's operands are no values; everything else names nodes that are there already.
  uint64_t Out = Parts[N.A] | Parts[N.B];
  if (N.Kind == ValueKind::Var)
    Out |= varPart(N.Ref);
  if (N.Kind == ValueKind::Temp)
    Out |= TempPart;
  return N.Name ? Out | NamedPart : Out;
}

ValueId ValueTable::intern(Node N) {
  if (Nodes.size() * 2 > Buckets.size())
    grow();
  ValueId &Id = Buckets[bucketOf(N)];
  if (!Id) {
    Id = Nodes.size();
    Parts.push_back(partsOf(N));
    Nodes.push_back(N);
  }
  return Id;
}

ValueId ValueTable::deref(ValueId V) {
  if (!V)
    return 0;
  if (Nodes[V].Kind == ValueKind::AddrOf)
    return Nodes[V].A;
  return intern({ValueKind::Deref, Op::None, V, 0, 0, 0, {}, {}});
}

ValueId ValueTable::addrOf(ValueId V) {
  if (!V)
    return 0;
  if (Nodes[V].Kind == ValueKind::Deref)
    return Nodes[V].A;
  return intern({ValueKind::AddrOf, Op::None, V, 0, 0, 0, {}, {}});
}

ValueId ValueTable::base(ValueId V) const { return Nodes[V].Kind == ValueKind::AddrOf ? container(Nodes[V].A) : V; }

ValueId ValueTable::container(ValueId Path) const {
  while (Nodes[Path].Kind == ValueKind::Field || Nodes[Path].Kind == ValueKind::Index)
    Path = Nodes[Path].A;
  return Nodes[Path].Kind == ValueKind::Deref ? base(Nodes[Path].A) : Path;
}

ValueId ValueTable::pureCall(StringRef Name, llvm::ArrayRef<ValueId> Args) {
  ValueId List = 0; // a cons list: Binary with no operator
  for (ValueId A : Args) {
    if (!A)
      return 0;
    List = intern({ValueKind::Binary, Op::None, A, List, 0, 0, {}, {}});
  }
  return intern({ValueKind::Unary, Op::None, List, 0, 0, 0, Name, {}});
}

ValueId ValueTable::compare(Op O, ValueId A, ValueId B, bool &Flip) {
  if (!A || !B)
    return 0;
  if (O == Op::Ne || O == Op::Gt || O == Op::Ge) {
    Flip = !Flip;
    O = O == Op::Ne ? Op::Eq : O == Op::Gt ? Op::Le : Op::Lt;
  }
  if (O == Op::Eq && (Nodes[A].Kind == ValueKind::Int || Nodes[A].Kind == ValueKind::Null ||
                      (A > B && Nodes[B].Kind != ValueKind::Int && Nodes[B].Kind != ValueKind::Null)))
    std::swap(A, B);
  return intern({ValueKind::Binary, O, A, B, 0, 0, {}, {}});
}

bool ValueTable::mentions(ValueId V, llvm::function_ref<bool(const Node &)> Pred) const {
  if (!V)
    return false;
  const Node &N = Nodes[V];
  return Pred(N) || mentions(N.A, Pred) || mentions(N.B, Pred);
}

bool ValueTable::mentionsVar(ValueId V, ir::VarId Var) const {
  return (Parts[V] & varPart(Var)) &&
         mentions(V, [&](const Node &N) { return N.Kind == ValueKind::Var && N.Ref == Var; });
}

bool ValueTable::visibleToCaller(ValueId V, uint32_t NumParams) const {
  if (!V)
    return false;
  const Node &N = Nodes[V];
  switch (N.Kind) {
  case ValueKind::Global:
    return true;
  case ValueKind::Deref:
    if (Nodes[N.A].Kind == ValueKind::Var)
      return Nodes[N.A].Ref < NumParams;
    return visibleToCaller(N.A, NumParams);
  case ValueKind::Field: // of what a pointer points to, or of an object that is passed by value
    if (Nodes[N.A].Kind == ValueKind::Var)
      return Nodes[N.A].Ref < NumParams;
    return visibleToCaller(N.A, NumParams);
  case ValueKind::Index:
    return visibleToCaller(N.A, NumParams) && Nodes[N.B].Kind == ValueKind::Int;
  case ValueKind::AddrOf:
    return visibleToCaller(N.A, NumParams);
  default:
    return false;
  }
}

ValueId ValueTable::import(const ValueTable &From, ValueId V, llvm::ArrayRef<ValueId> Args) {
  if (!V)
    return 0;
  const Node N = From[V];
  switch (N.Kind) {
  case ValueKind::Var:
    return N.Ref < Args.size() ? Args[N.Ref] : 0;
  case ValueKind::Temp:
  case ValueKind::Unknown:
  case ValueKind::Undef:
  case ValueKind::Function: // callee ids are per unit
  case ValueKind::Lambda:
    return 0;
  case ValueKind::Null:
  case ValueKind::Int:
  case ValueKind::String:
  case ValueKind::Global:
    return intern(N);
  case ValueKind::Deref:
    return deref(import(From, N.A, Args));
  case ValueKind::AddrOf:
    return addrOf(import(From, N.A, Args));
  default: {
    Node M = N;
    M.A = import(From, N.A, Args);
    M.B = import(From, N.B, Args);
    if ((N.A && !M.A) || (N.B && !M.B))
      return 0;
    return intern(M);
  }
  }
}

ValueId ValueTable::exportTo(ValueTable &To, ValueId V, llvm::ArrayRef<ValueId> Args) const {
  if (!V)
    return 0;
  for (unsigned I = 0; I < Args.size(); ++I)
    if (Args[I] == V)
      return To.var(I);
  // An object whose address is an argument: self->save is seen as *(&save) by the callee.
  for (unsigned I = 0; I < Args.size(); ++I)
    if (Args[I] && Nodes[Args[I]].Kind == ValueKind::AddrOf && Nodes[Args[I]].A == V)
      return To.deref(To.var(I));
  const Node N = Nodes[V];
  switch (N.Kind) {
  case ValueKind::Global:
    return To.intern(N);
  case ValueKind::Deref:
    return To.deref(exportTo(To, N.A, Args));
  case ValueKind::Field: {
    Node M = N;
    M.A = exportTo(To, N.A, Args);
    return M.A ? To.intern(M) : 0;
  }
  default:
    return 0;
  }
}

std::string ValueTable::spell(ValueId V) const {
  const Node &N = Nodes[V];
  switch (N.Kind) {
  case ValueKind::Var:
    return N.Ref < F.Vars.size() ? F.Vars[N.Ref].Name.str() : "";
  case ValueKind::Global:
    return N.Str.substr(N.Str.rfind('@') + 1).str();
  case ValueKind::Deref:
    return "*" + spell(N.A);
  case ValueKind::AddrOf:
    return "&" + spell(N.A);
  case ValueKind::Field:
    if (Nodes[N.A].Kind == ValueKind::Deref)
      return spell(Nodes[N.A].A) + "->" + N.Str.str();
    return spell(N.A) + "." + N.Str.str();
  case ValueKind::Index:
    return (Nodes[N.A].Kind == ValueKind::Deref ? spell(Nodes[N.A].A) : spell(N.A)) + "[" + spell(N.B) + "]";
  case ValueKind::Int:
    return std::to_string(N.Int);
  case ValueKind::Null:
    return "NULL";
  default:
    return "";
  }
}

} // namespace gilray::flow
