#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray {

using namespace rules;
using api::Degree;
using flow::HeldLock;
using flow::LockAction;
using flow::PathId;
using ir::EventKind;
using ir::ValueId;
using ir::ValueKind;
using link::EventRef;
using link::FnId;

static constexpr Example Bad[] = {{"the count is from before the call", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    int count;
    PyObject *slots[8];
} Rack;

static PyObject *each(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    int count = self->count;
    for (int i = 0; i < count; i++)
        Py_XDECREF(PyObject_CallOneArg(callback, self->slots[i]));
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *clear(PyObject *op, PyObject *unused)
{
    Py_BEGIN_CRITICAL_SECTION(op);
    ((Rack *)op)->count = 0;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"each", each, METH_O, NULL},
    {"clear", clear, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
)c"}};

static constexpr Example Good[] = {{"read again after each call", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    int count;
    PyObject *slots[8];
} Rack;

static PyObject *each(PyObject *op, PyObject *callback)
{
    Rack *self = (Rack *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    for (int i = 0; i < self->count; i++)
        Py_XDECREF(PyObject_CallOneArg(callback, self->slots[i]));
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *clear(PyObject *op, PyObject *unused)
{
    Py_BEGIN_CRITICAL_SECTION(op);
    ((Rack *)op)->count = 0;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"each", each, METH_O, NULL},
    {"clear", clear, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    CriticalSectionBroken,
    {
        .Name = "critical-section-broken",
        .Group = "locks",
        .Summary = "a critical section is given up on the way, and what was read before is relied on after it",
        .Default = Severity::Warning,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What = "A local is read from the locked object in a critical section, then a call runs Python code or "
                "detaches, which gives the section up for a while, then the local is used as an index, a "
                "pointer, a bound or a new value of the object. Also one section within another, where the "
                "inner code uses both objects and Py_BEGIN_CRITICAL_SECTION2 is meant.",
        .Why = "While the thread is detached, its critical sections are open to others. The object may have "
               "changed when the call returns; of two nested sections, the outer one is not even taken again "
               "before the inner one ends.",
        .Remedy = "Read the state again after the call, or copy what you need with references of your own "
                  "before it; lock two objects at once with Py_BEGIN_CRITICAL_SECTION2.",
        .Limits = "Speaks for free-threaded builds. Fields that nothing changes after construction do not "
                  "count, nor does passing an old number on to a call.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {

class Broken {
public:
  Broken(const rules::Input &In, std::vector<Finding> &Out)
      : Locks(In.locks()), Results(In.flow()), P(Results.program()), Out(Out) {}
  void stale(const LockEventFact &F);
  void nested(FnId F);

private:
  /// A local that holds what was read from the locked object.
  struct Copy {
    EventRef At;
    ValueId Var = 0, From = 0;
  };
  bool within(PathId X, PathId Object) const;
  /// The first part of the value that names something of the object: a field of it, or what a field leads to.
  ValueId partOf(FnId F, ValueId V, PathId Object) const;
  bool mentions(FnId F, ValueId V, ValueId Var) const;
  bool changes(FnId F, ValueId Field) const;
  bool ownsReference(FnId F, ValueId Var) const;
  bool relies(FnId F, const ir::Event &E, ValueId Var, PathId Object) const;
  bool indexes(FnId F, ValueId V, ValueId Var) const;
  /// Walks forward from an event until Stop; the first event for which Found is true.
  EventRef forward(EventRef From, llvm::function_ref<bool(EventRef)> Stop,
                   llvm::function_ref<bool(EventRef)> Found) const;
  bool sets(EventRef At, ValueId Var) const;
  bool ends(EventRef At) const { return !isTerminator(At) && Locks.action(At).Do == LockAction::Leave; }
  bool isTerminator(EventRef At) const { return At.Index == EventRef::Terminator; }

  const LockSets &Locks;
  const flow::Results &Results;
  const link::Program &P;
  std::vector<Finding> &Out;
  std::set<std::pair<EventRef, ValueId>> Told;
};

bool Broken::within(PathId X, PathId Object) const {
  for (; X; X = Locks.paths()[X].A)
    if (X == Object)
      return true;
  return false;
}

ValueId Broken::partOf(FnId F, ValueId V, PathId Object) const {
  const ir::Value &X = P.fn(F).Values[V];
  switch (X.Kind) {
  case ValueKind::Field:
  case ValueKind::Index:
  case ValueKind::Deref:
    if (PathId Place = Locks.placeOf(F, V); Place != Object && within(Place, Object))
      return V;
    return 0;
  case ValueKind::Cast:
  case ValueKind::Unary:
    return partOf(F, X.A, Object);
  case ValueKind::Binary:
    if (ValueId A = partOf(F, X.A, Object))
      return A;
    return partOf(F, X.B, Object);
  default:
    return 0;
  }
}

bool Broken::mentions(FnId F, ValueId V, ValueId Var) const {
  if (!V)
    return false;
  if (V == Var)
    return true;
  const ir::Value &X = P.fn(F).Values[V];
  if (X.Kind == ValueKind::Lambda)
    return false;
  return (X.A && mentions(F, X.A, Var)) || (X.Kind != ValueKind::Field && X.B && mentions(F, X.B, Var));
}

/// Does something other than construction and destruction write the field?
bool Broken::changes(FnId F, ValueId V) const {
  while (V && P.fn(F).Values[V].Kind != ValueKind::Field)
    V = P.fn(F).Values[V].A;
  if (!V)
    return false;
  const ir::Value &X = P.fn(F).Values[V];
  return llvm::any_of(Locks.accessesOf(X.Rec, X.Str), [&](const flow::SharedAccess &A) {
    if (!A.Writes || A.Fresh || A.InitOnly)
      return false;
    return !A.Own || llvm::any_of(A.Roots->set_bits(), [&](unsigned R) {
      llvm::StringRef Role = Locks.roots()[R].Role;
      return Role != "dealloc" && Role != "clear" && Role != "init" && Role != "traverse" && Role != "new";
    });
  });
}

/// Is a reference to it taken somewhere in the function? Then it stays what it is.
bool Broken::ownsReference(FnId F, ValueId Var) const {
  const ir::Function &Fn = P.fn(F);
  for (const ir::Block &B : Fn.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Callee && E.Args.size() == 1 && mentions(F, E.Args[0], Var)) {
        llvm::StringRef Name = P.unit(F).Callees[E.Callee].Name;
        if (Name.contains("INCREF") || Name.contains("NewRef"))
          return true;
      }
  return false;
}

bool Broken::sets(EventRef At, ValueId Var) const {
  if (isTerminator(At))
    return false;
  const ir::Event &E = P.event(At);
  return (E.Kind == EventKind::Assign && E.Dst == Var) || E.Result == Var;
}

EventRef Broken::forward(EventRef From, llvm::function_ref<bool(EventRef)> Stop,
                         llvm::function_ref<bool(EventRef)> Found) const {
  const ir::Function &F = P.fn(From.Fn);
  std::vector<bool> Seen(F.Blocks.size(), false);
  llvm::SmallVector<std::pair<ir::BlockId, uint32_t>, 8> Work{{From.Block, From.Index + 1}};
  while (!Work.empty()) {
    auto [B, N] = Work.pop_back_val();
    bool Stopped = false;
    for (; N < F.Blocks[B].Events.size() && !Stopped; ++N) {
      if (Found({From.Fn, B, N}))
        return {From.Fn, B, N};
      Stopped = Stop({From.Fn, B, N});
    }
    if (Stopped)
      continue;
    EventRef End{From.Fn, B, EventRef::Terminator};
    if (Found(End))
      return End;
    for (ir::BlockId To : llvm::reverse(F.Blocks[B].Term.Succs))
      if (To != ir::NoBlock && !Seen[To]) {
        Seen[To] = true;
        Work.push_back({To, 0});
      }
  }
  return {};
}

/// a[v], *v, v->x
bool Broken::indexes(FnId F, ValueId V, ValueId Var) const {
  if (!V)
    return false;
  const ir::Value &X = P.fn(F).Values[V];
  switch (X.Kind) {
  case ValueKind::Index:
    return mentions(F, X.A, Var) || mentions(F, X.B, Var);
  case ValueKind::Deref:
    return mentions(F, X.A, Var);
  case ValueKind::Field:
  case ValueKind::Cast:
  case ValueKind::AddrOf:
  case ValueKind::Unary:
    return indexes(F, X.A, Var);
  case ValueKind::Binary:
    return indexes(F, X.A, Var) || indexes(F, X.B, Var);
  default:
    return false;
  }
}

bool Broken::relies(FnId F, const ir::Event &E, ValueId Var, PathId Object) const {
  if (E.Kind == EventKind::Write && (indexes(F, E.Dst, Var) || indexes(F, E.Src, Var) ||
                                     (mentions(F, E.Src, Var) && within(Locks.placeOf(F, E.Dst), Object))))
    return true;
  if (E.Kind == EventKind::Read || E.Kind == EventKind::Assign)
    return indexes(F, E.Src, Var);
  return llvm::any_of(E.Args, [&](ValueId A) { return indexes(F, A, Var); });
}

void Broken::stale(const LockEventFact &Fact) {
  const FnId F = Fact.At.Fn;
  PathId Object = Locks.paths()[Fact.Lock.Lock].A;
  if (Fact.Lock.At.Fn != F || !Object || !Locks.namesObject(Object) ||
      Locks.action(Fact.Lock.At).Do != LockAction::Enter)
    return;
  std::vector<Copy> Copies;
  forward(
      Fact.Lock.At, [&](EventRef At) { return ends(At); },
      [&](EventRef At) {
        const ir::Event *E = isTerminator(At) ? nullptr : &P.event(At);
        if (E && E->Kind == EventKind::Assign && P.fn(F).Values[E->Dst].Kind == ValueKind::Var)
          if (ValueId From = partOf(F, E->Src, Object))
            Copies.push_back({At, E->Dst, From});
        return false;
      });
  for (const Copy &C : Copies) {
    auto Until = [&](EventRef At) { return ends(At) || sets(At, C.Var); };
    if (!forward(C.At, Until, [&](EventRef At) { return At == Fact.At; }).valid() || !changes(F, C.From) ||
        ownsReference(F, C.Var))
      continue;
    EventRef Use = forward(Fact.At, Until, [&](EventRef At) {
      if (At.Index != EventRef::Terminator)
        return relies(F, P.event(At), C.Var, Object);
      const ir::Terminator &T = P.fn(F).Blocks[At.Block].Term;
      return T.Kind == ir::TermKind::Branch && mentions(F, T.Value, C.Var) && P.fn(F).Blocks[At.Block].Loop;
    });
    if (!Use.valid() || !Told.insert({C.At, C.Var}).second)
      continue;
    std::string Name = "'" + P.fn(F).Vars[P.fn(F).Values[C.Var].Ref].Name.str() + "'";
    Finding X = makeFinding(Results, CriticalSectionBrokenCheck, Use,
                            Name + " is from before " + calledAt(Results, Fact.At) +
                                ", which gives the critical section up for a while: the object may have changed");
    path(X, Results, Fact.Lock.At, "the critical section begins here");
    path(X, Results, C.At, Name + " is read from the locked object here");
    path(X, Results, Fact.At, calledAt(Results, Fact.At) + " may detach here, and others can enter the section");
    path(X, Results, Use, Name + " is relied on here");
    remedy(X, "read it again after the call, or do the call after the section with references of your own");
    Out.push_back(std::move(X));
  }
}

/// Py_BEGIN_CRITICAL_SECTION(a); Py_BEGIN_CRITICAL_SECTION(b); use(a, b);
void Broken::nested(FnId F) {
  const ir::Function &Fn = P.fn(F);
  for (ir::BlockId B = 0; B < Fn.Blocks.size(); ++B)
    for (uint32_t N = 0; N < Fn.Blocks[B].Events.size(); ++N) {
      EventRef At{F, B, N};
      if (llvm::none_of(Locks.at(At).Must, [](const HeldLock &H) { return H.critical(); }))
        continue;
      LockAction A = Locks.action(At);
      if (A.Do != LockAction::Enter || A.Locks.size() != 1)
        continue;
      for (const HeldLock &Outer : Locks.at(At).Must) {
        PathId Object = Locks.paths()[Outer.Lock].A;
        if (!Outer.critical() || Outer.Lock == A.Locks[0] || Outer.At.Fn != F || !Object ||
            Locks.action(Outer.At).Locks.size() != 1 || Outer.Suspended == HeldLock::Yes)
          continue;
        EventRef Use = forward(
            At, [&](EventRef X) { return ends(X); },
            [&](EventRef X) {
              if (X.Index == EventRef::Terminator)
                return false;
              const ir::Event &E = P.event(X);
              auto Uses = [&](ValueId V) { return V && partOf(F, V, Object) != 0; };
              return Uses(E.Src) || Uses(E.Dst);
            });
        if (!Use.valid())
          continue;
        Finding X = makeFinding(Results, CriticalSectionBrokenCheck, At,
                                "a critical section within another one: while it waits, the outer one is given up, "
                                "and stays so until this one ends");
        path(X, Results, Outer.At, "the outer section begins here");
        path(X, Results, At, "the inner one begins here");
        path(X, Results, Use, "the object of the outer section is used here, perhaps without its lock");
        remedy(X, "lock both at once: Py_BEGIN_CRITICAL_SECTION2(a, b)");
        Out.push_back(std::move(X));
        break;
      }
    }
}

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  Broken X(In, Out);
  for (const LockEventFact &F : In.locks().facts())
    if (F.Kind == LockFactKind::SectionBroken && F.Sure == Degree::Certain)
      X.stale(F);
  const link::Program &P = In.flow().program();
  for (FnId F = 0; F < P.functions().size(); ++F)
    X.nested(F);
}

} // namespace gilray
