#include "ownership/Provenance.h"
#include "llvm/ADT/STLExtras.h"
#include <cctype>

namespace gilray::ownership {

using api::Lender;
using ir::EventKind;
using ir::ValueKind;

/// One question: what was answered so far, and where it has been, so that loops end.
struct Ownership::Walk {
  static constexpr unsigned Most = 64;
  Provenances Out;
  llvm::SmallVector<std::pair<EventRef, ValueId>, 8> Seen;
  llvm::SmallVector<std::pair<FnId, EventRef>, 4> Calls; ///< callees entered, and the calls

  void add(Provenance X) {
    if (llvm::none_of(Out, [&](const Provenance &O) {
          return O.From == X.From && O.At == X.At && O.Of == X.Of && O.Param == X.Param && O.How == X.How;
        }))
      Out.push_back(X);
  }
  void add(Origin From, EventRef At) {
    Provenance X;
    X.From = From;
    X.At = At;
    add(X);
  }
  bool enter(EventRef At, ValueId V) {
    if (llvm::is_contained(Seen, std::pair(At, V)))
      return false;
    if (Seen.size() == Most) {
      add(Origin::Unknown, At);
      return false;
    }
    Seen.push_back({At, V});
    return true;
  }
};

Ownership::Ownership(const flow::Results &R, const flow::LockSets &L)
    : R(R), L(L), P(R.program()), Callers(P.functions().size()), Roots(P.functions().size()),
      Defs(P.functions().size()), Published(P.functions().size()) {
  const flow::FunctionInfos &Infos = R.engine().infos();
  for (FnId F = 0; F < P.functions().size(); ++F)
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B)
      for (uint32_t I = 0; I < P.fn(F).Blocks[B].Events.size(); ++I)
        for (FnId G : Infos[F].Targets[B][I].Fns)
          Callers[G].push_back({F, B, I});
  for (const link::Root &Root : P.roots())
    Roots[Root.Fn].push_back(&Root);
}

const Definitions &Ownership::definitions(FnId F) const {
  if (!Defs[F])
    Defs[F] = std::make_unique<Definitions>(P, F);
  return *Defs[F];
}

Provenances Ownership::of(EventRef At, ValueId V) const {
  Walk W;
  value(At, V, W);
  return std::move(W.Out);
}

void Ownership::value(EventRef At, ValueId V, Walk &W) const {
  if (!W.enter(At, V))
    return;
  const ir::Value &X = P.fn(At.Fn).Values[V];
  switch (X.Kind) {
  case ValueKind::Cast:
    return value(At, X.A, W);
  case ValueKind::Null:
    return W.add(Origin::Null, At);
  case ValueKind::Int:
    return W.add(X.Int ? Origin::Constant : Origin::Null, At);
  case ValueKind::String:
  case ValueKind::Function:
  case ValueKind::Lambda:
    return W.add(Origin::Constant, At);
  case ValueKind::Undef: // nothing that can be used
    return;
  case ValueKind::Global: {
    // Exceptions, and what else the interpreter keeps in variables of its own.
    const ir::Global *G = P.global(X.Str);
    bool Python = G && P.unit(At.Fn).Files[G->Where.File].Class == ir::HeaderClass::Python;
    return W.add({Python ? Origin::Constant : Origin::Global, Lender::Unknown, false, At, V});
  }
  case ValueKind::AddrOf: {
    const ir::Value &Path = P.fn(At.Fn).Values[X.A];
    if (Path.Kind == ValueKind::Global)
      return W.add(Origin::Constant, At);
    if (Path.Kind == ValueKind::Field && Path.Str.starts_with("ob_base")) // the object itself, as its base
      return value(At, P.fn(At.Fn).Values[Path.A].A, W);
    if (const ir::Value &Array = P.fn(At.Fn).Values[Path.A];
        Path.Kind == ValueKind::Index && Array.Kind == ValueKind::Deref) // p + i
      return value(At, Array.A, W);
    return W.add(Origin::Unknown, At);
  }
  case ValueKind::Var:
  case ValueKind::Temp:
    return variable(At, V, W);
  case ValueKind::Deref:
  case ValueKind::Index:
    return element(At, X.A, W);
  case ValueKind::Field:
    return field(At, V, W);
  default:
    return W.add(Origin::Unknown, At);
  }
}

void Ownership::variable(EventRef At, ValueId V, Walk &W) const {
  const Definitions &D = definitions(At.Fn);
  if (D.unclear(V))
    W.add(Origin::Unknown, At);
  for (const Definition &X : D.reaching(V, At))
    switch (X.How) {
    case Definition::Entry:
      parameter(At.Fn, X.Arg, W);
      break;
    case Definition::Assigned:
      if (X.Src)
        value(X.At, X.Src, W);
      else
        W.add(Origin::Unknown, X.At);
      break;
    case Definition::Result:
      result(X.At, W);
      break;
    case Definition::Out:
      out(X.At, X.Arg, W);
      break;
    }
}

void Ownership::parameter(FnId F, unsigned Param, Walk &W) const {
  if (!W.Calls.empty() && W.Calls.back().first == F) {
    auto [Callee, Call] = W.Calls.pop_back_val();
    const ir::Event &E = P.event(Call);
    if (Param < E.Args.size())
      value(Call, E.Args[Param], W);
    else
      W.add(Origin::Unknown, Call);
    W.Calls.push_back({Callee, Call});
    return;
  }
  for (const link::Root *Root : Roots[F])
    argument(F, *Root, Param, W);
  for (EventRef Call : Callers[F])
    if (const ir::Event &E = P.event(Call); Param < E.Args.size())
      value(Call, E.Args[Param], W);
  if (Roots[F].empty() && Callers[F].empty())
    W.add({Origin::Unknown, Lender::Unknown, false, {F, 0, 0}, 0, Param});
}

/// The interpreter holds what it calls a function with; of a thread or a library's callback nothing is known.
void Ownership::argument(FnId F, const link::Root &Root, unsigned Param, Walk &W) const {
  Provenance X;
  X.At = {F, 0, 0};
  X.Param = Param;
  bool Python = Root.Kind == link::RootKind::Interpreter || Root.Kind == link::RootKind::Bound;
  bool TakesKeywords = Root.Role == "method" || Root.Role == "init" || Root.Role == "new" || Root.Role == "call";
  X.From = !Python ? Origin::Unknown : Param == 2 && TakesKeywords ? Origin::Keywords : Origin::Argument;
  W.add(X);
}

/// *p and p[i]: an element of what p points into, or of a vector of arguments.
void Ownership::element(EventRef At, ValueId Pointer, Walk &W) const {
  const ir::Function &F = P.fn(At.Fn);
  if (F.Values[Pointer].Kind == ValueKind::Deref)
    Pointer = F.Values[Pointer].A;
  // ((PyListObject *)list)->ob_item[i]; the items of a tuple are in the object itself
  if (const ir::Value &X = F.Values[Pointer]; X.Kind == ValueKind::Field && X.Str == "ob_item") {
    ValueId Object = F.Values[X.A].Kind == ValueKind::Deref ? F.Values[X.A].A : 0;
    return W.add({Origin::Lent, X.Rec == "PyTupleObject" ? Lender::Part : Lender::Container, false, At, Object});
  }
  Walk Inner; // `p = p + 1` in a loop leads back here
  Inner.Seen = W.Seen;
  Inner.Calls = W.Calls;
  value(At, Pointer, Inner);
  W.Seen = std::move(Inner.Seen);
  for (const Provenance &X : Inner.Out)
    switch (X.From) {
    case Origin::Argument: // PyObject *const *args
      W.add({Origin::Argument, Lender::Unknown, false, X.At, 0, X.Param});
      break;
    case Origin::Lent:
      W.add({X.Pointer ? Origin::Lent : Origin::Unknown, X.How, false, X.At, X.Of, 0, X.Api});
      break;
    default:
      W.add(Origin::Unknown, At);
    }
}

void Ownership::field(EventRef At, ValueId V, Walk &W) const {
  const ir::Value &X = P.fn(At.Fn).Values[V];
  const link::Program &Prog = P;
  if (X.Rec == "_object" || X.Rec == "_typeobject" || X.Rec == "PyTypeObject") // ob_type, tp_base
    return W.add(Origin::Constant, At);
  // A local structure is no object that others know: what it holds is not followed.
  ValueId Object = X.A;
  while (Prog.fn(At.Fn).Values[Object].Kind == ValueKind::Field)
    Object = Prog.fn(At.Fn).Values[Object].A;
  ValueKind Root = Prog.fn(At.Fn).Values[Object].Kind;
  if (Root == ValueKind::Var || Root == ValueKind::Temp)
    return W.add(Origin::Unknown, At);
  W.add({Origin::Field, Lender::Unknown, false, At, V});
}

void Ownership::result(EventRef At, Walk &W) const {
  const link::Target &T = R.engine().infos()[At.Fn].Targets[At.Block][At.Index];
  const ir::Event &E = P.event(At);
  if (!T.Api) {
    if (T.Fns.empty() || W.Calls.size() > 3) {
      if (E.Target) {
        // type->tp_alloc(type, 0)
        const ir::Value &Slot = P.fn(At.Fn).Values[E.Target];
        const api::RootEntry *Role = Slot.Kind == ValueKind::Field ? P.model().root(Slot.Rec, Slot.Str) : nullptr;
        if (Role && (Role->Role == "alloc" || Role->Role == "new"))
          return W.add({Origin::Fresh, Lender::Unknown, false, At});
      }
      return W.add(Origin::Unknown, At);
    }
    for (FnId G : T.Fns) {
      W.Calls.push_back({G, At});
      for (ir::BlockId B = 0; B < P.fn(G).Blocks.size(); ++B)
        if (const ir::Terminator &Term = P.fn(G).Blocks[B].Term; Term.Kind == ir::TermKind::Return && Term.Value)
          value({G, B, EventRef::Terminator}, Term.Value, W);
      W.Calls.pop_back();
    }
    return;
  }
  switch (T.Api->Result) {
  case api::Returns::BorrowedRef:
  case api::Returns::BorrowedBuffer:
    return lent(E, *T.Api, At, W);
  case api::Returns::NewRef:
    return W.add({T.Api->Allocates ? Origin::Fresh : Origin::Owned, T.Api->LentBy, false, At,
                  E.Args.empty() ? 0 : E.Args[0], 0, T.Api});
  case api::Returns::Argument:
    if (!E.Args.empty())
      return value(At, E.Args[0], W);
    break;
  case api::Returns::Null:
    return W.add(Origin::Null, At);
  default:
    break;
  }
  W.add(T.Api->Allocates ? Origin::Fresh : Origin::Unknown, At);
}

void Ownership::lent(const ir::Event &E, const api::Entry &A, EventRef At, Walk &W) const {
  if (A.LentBy == Lender::Immortal)
    return W.add({Origin::Constant, A.LentBy, false, At, 0, 0, &A});
  bool Pointer = A.Result == api::Returns::BorrowedBuffer || A.LentBy == Lender::Storage;
  W.add({A.LentBy == Lender::Unknown ? Origin::Unknown : Origin::Lent, A.LentBy, Pointer, At,
         E.Args.empty() ? 0 : E.Args[0], 0, &A});
}

void Ownership::out(EventRef At, unsigned Arg, Walk &W) const {
  const link::Target &T = R.engine().infos()[At.Fn].Targets[At.Block][At.Index];
  const ir::Event &E = P.event(At);
  if (!T.Api)
    return W.add(Origin::Unknown, At);
  if (T.Api->SetsNull)
    return W.add(Origin::Null, At);
  if (StringRef(T.Api->Name).starts_with("PyArg_"))
    return parsed(E, *T.Api, At, Arg, W);
  if (E.Kind == EventKind::Macro && Arg == 0 && T.Api->Steals && E.Args.size() > 1) // Py_SETREF(x, y)
    return value(At, E.Args[1], W);
  if (T.Api->LentBy == Lender::Unknown || Arg == 0 || T.Api->OutArg < 0)
    return W.add(Origin::Unknown, At);
  if (T.Api->LentBy == Lender::Container && StringRef(T.Api->Name).ends_with("Ref"))
    return W.add({Origin::Owned, T.Api->LentBy, false, At, E.Args[0], 0, T.Api});
  lent(E, *T.Api, At, W);
}

/// What one address filled by PyArg_Parse* gets: the letter of the format that it belongs to.
static char letterFor(StringRef Format, unsigned Wanted) {
  unsigned N = 0;
  for (size_t I = 0; I < Format.size(); ++I) {
    char C = Format[I];
    if (C == ':' || C == ';')
      break;
    if (!std::isalpha((unsigned char)C))
      continue;
    StringRef Rest = Format.substr(I + 1);
    unsigned Addresses = 1, Named = 0; // Named: which of them is the object or the pointer
    bool Encoded = C == 'e' && (Rest.starts_with("s") || Rest.starts_with("t"));
    if (Encoded) { // "es", "et#": the encoding comes first, and the buffer is new
      Rest = Rest.drop_front();
      ++I;
      ++Addresses;
    }
    if (Rest.starts_with("!") || Rest.starts_with("&")) {
      ++Addresses;
      Named = 1;
    } else if (Rest.starts_with("#"))
      ++Addresses;
    if (Wanted < N + Addresses) {
      if (Rest.starts_with("&") || Encoded)
        return '&';
      return Wanted == N + Named ? (Rest.starts_with("*") ? '*' : C) : '#';
    }
    N += Addresses;
  }
  return 0;
}

void Ownership::parsed(const ir::Event &E, const api::Entry &A, EventRef At, unsigned Arg, Walk &W) const {
  Provenance X{Origin::Argument, Lender::Unknown, false, At, 0, 0, &A};
  bool Formatted = A.Name != "PyArg_UnpackTuple";
  if (Formatted) {
    StringRef Format;
    for (unsigned N = 1; N < E.Args.size() && int(N) <= A.OutArg; ++N)
      if (const ir::Value &V = P.fn(At.Fn).Values[E.Args[N]]; V.Kind == ValueKind::String && Format.empty())
        Format = V.Str;
    X.Format = letterFor(Format, Arg - unsigned(A.OutArg));
    if (!X.Format || X.Format == '&' || X.Format == '#')
      return W.add(Origin::Unknown, At);
    X.Pointer = !StringRef("OSUY").contains(X.Format);
    if (X.Format == 'w') { // an address without a hold on the buffer
      X.From = Origin::Lent;
      X.How = Lender::Storage;
    }
  }
  W.add(X);
}

const std::vector<EventRef> *Ownership::published(EventRef Made) const {
  auto &Of = Published[Made.Fn];
  if (!Of) {
    Of = std::make_unique<std::map<EventRef, std::vector<EventRef>>>();
    const ir::Function &F = P.fn(Made.Fn);
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
        const ir::Event &E = F.Blocks[B].Events[I];
        EventRef At{Made.Fn, B, I};
        if (E.Kind == EventKind::Write)
          makers(At, E.Src, [&](EventRef M) { (*Of)[M].push_back(At); });
        else if (E.Kind == EventKind::Call || E.Kind == EventKind::Macro || E.Kind == EventKind::Construct)
          for (unsigned N = 0; N < E.Args.size(); ++N)
            if (shows(At, N))
              makers(At, E.Args[N], [&](EventRef M) { (*Of)[M].push_back(At); });
      }
  }
  auto It = Of->find(Made);
  return It == Of->end() ? nullptr : &It->second;
}

/// The calls whose results a value may be, through copies.
void Ownership::makers(EventRef At, ValueId V, llvm::function_ref<void(EventRef)> Visit, unsigned Depth) const {
  const ir::Value &X = P.fn(At.Fn).Values[V];
  if (Depth > 6)
    return;
  if (X.Kind == ValueKind::Cast || X.Kind == ValueKind::AddrOf)
    return makers(At, X.A, Visit, Depth + 1);
  if (X.Kind != ValueKind::Var && X.Kind != ValueKind::Temp)
    return;
  for (const Definition &D : definitions(At.Fn).reaching(V, At))
    if (D.How == Definition::Result)
      Visit(D.At);
    else if (D.How == Definition::Assigned && D.Src)
      makers(D.At, D.Src, Visit, Depth + 1);
}

/// Does a call let others know the object in an argument? The receiver of a method is not handed on, the rest may be
/// kept.
bool Ownership::shows(EventRef At, unsigned Arg) const {
  const link::Target &T = R.engine().infos()[At.Fn].Targets[At.Block][At.Index];
  if (T.Api)
    return (Arg < 32 && T.Api->Steals >> Arg & 1) || T.Api->RunsPython == api::Degree::Certain ||
           (Arg > 0 && T.Api->Home == ir::HeaderClass::Python && !T.Api->Pure);
  if (T.Fns.empty())
    return true;
  return llvm::any_of(T.Fns, [&](FnId G) { return Arg >= 32 || L.summary(G).EscapeParams >> Arg & 1; });
}

/// Does a place that shows the object to others come between its making and the event?
bool Ownership::isPublished(EventRef Made, EventRef At) const {
  const std::vector<EventRef> *Shown = Made.Fn == At.Fn ? published(Made) : nullptr;
  if (!Shown)
    return false;
  const ir::Function &F = P.fn(At.Fn);
  llvm::BitVector Seen(F.Blocks.size());
  llvm::SmallVector<ir::BlockId, 8> Work;
  for (EventRef S : *Shown) {
    if (S.Block == At.Block && S.Index < At.Index)
      return true;
    llvm::append_range(Work, F.Blocks[S.Block].Term.Succs);
  }
  while (!Work.empty()) {
    ir::BlockId B = Work.pop_back_val();
    if (B == ir::NoBlock || Seen.test(B))
      continue;
    Seen.set(B);
    if (B == Made.Block && Made < At) // made anew
      continue;
    if (B == At.Block)
      return true;
    llvm::append_range(Work, F.Blocks[B].Term.Succs);
  }
  return false;
}

Exposure Ownership::exposure(EventRef At, ValueId V) const { return exposure(At, V, 0); }

Exposure Ownership::exposure(EventRef At, ValueId V, unsigned Depth) const {
  Exposure Most = Exposure::Nobody;
  if (P.fn(At.Fn).Values[V].Kind ==
      ValueKind::String) // PySys_GetObject("stdout"): lent by what the name is looked up in
    return Exposure::Others;
  for (const Provenance &X : of(At, V)) {
    bool Kept = X.From == Origin::Fresh && isPublished(X.At, At);
    Most = std::max(Most, Kept ? Exposure::Unknown : exposure(X, Depth));
  }
  return Most;
}

Exposure Ownership::exposure(const Provenance &X, unsigned Depth) const {
  if (Depth > 4)
    return Exposure::Unknown;
  switch (X.From) {
  case Origin::Null:
  case Origin::Keywords:
  case Origin::Fresh:
    return Exposure::Nobody;
  case Origin::Argument:
    return X.Pointer ? Exposure::Unknown : Exposure::Others;
  case Origin::Field:
  case Origin::Global:
    return Exposure::Others;
  case Origin::Lent:
    return X.How == Lender::Namespace ? Exposure::Others : exposure(X.At, X.Of, Depth + 1);
  case Origin::Owned:
    return X.How == Lender::Container ? exposure(X.At, X.Of, Depth + 1) : Exposure::Unknown;
  case Origin::Constant:
  case Origin::Unknown:
    return Exposure::Unknown;
  }
  return Exposure::Unknown;
}

} // namespace gilray::ownership
