#include "ownership/Provenance.h"
#include "rules/Report.h"
#include "rules/threadstate/OtherWriters.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;

static constexpr Example Bad[] = {{"a result is stored in the object before attaching", R"c(#include <Python.h>

extern int device_read(int handle);

typedef struct { PyObject_HEAD int handle; int last; } Device;

PyObject *device_poll(PyObject *op, PyObject *args)
{
    Device *self = (Device *)op;
    Py_BEGIN_ALLOW_THREADS
    self->last = device_read(self->handle);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

PyObject *device_last(PyObject *op, PyObject *args)
{
    return PyLong_FromLong(((Device *)op)->last);
}
)c"}};

static constexpr Example Good[] = {{"kept in a local until attached", R"c(#include <Python.h>

extern int device_read(int handle);

typedef struct { PyObject_HEAD int handle; int last; } Device;

PyObject *device_poll(PyObject *op, PyObject *args)
{
    Device *self = (Device *)op;
    int handle = self->handle, got;
    Py_BEGIN_ALLOW_THREADS
    got = device_read(handle);
    Py_END_ALLOW_THREADS
    self->last = got;
    Py_RETURN_NONE;
}

PyObject *device_last(PyObject *op, PyObject *args)
{
    return PyLong_FromLong(((Device *)op)->last);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    DetachedObjectWrite,
    {
        .Name = "detached-object-write",
        .Group = "threadstate",
        .Summary = "a field of a Python object is written while the GIL is released",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.3.0",
        .What =
            "A store into a field of a Python object, made while detached and under no lock, when another function of "
            "the program reads or writes that field attached; under a lock, a store of a pointer that another method "
            "replaces attached, without that lock; also one that a library makes, which is given the "
            "address of a pointer in the object to fill. A store into the storage of a list or another container.",
        .Why = "Another thread that holds the GIL may read or change the field at the same moment: a half-written "
               "value, a "
               "pointer that is freed twice.",
        .Remedy = "Keep the value in a local variable and store it after attaching again.",
        .Limits = "Locks are recognised on the way to the store, not by which field they guard. Construction and "
                  "destruction of the object do not count as uses. Of fields whose address is passed to a function "
                  "without body only pointers count: numbers are passed by address to be read as well, structures are "
                  "used in place. A field that keeps the released thread state is exempt: the store belongs to the "
                  "release, and whether two threads may use the object at once is another question.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// A function other than the writer that uses the field attached: the other side of the race.
static link::EventRef otherUse(const flow::Results &Results, llvm::StringRef RecordField, link::FnId Writer) {
  const link::Program &P = Results.program();
  auto [Record, Field] = RecordField.rsplit('.');
  for (link::FnId F = 0; F < P.functions().size(); ++F) {
    if (F == Writer || !Results.enteredAttached(F) || P.hasRole(F, "dealloc") || P.hasRole(F, "new") ||
        P.hasRole(F, "init") || P.hasRole(F, "traverse") || P.hasRole(F, "clear") || P.hasRole(F, "finalize"))
      continue;
    const ir::Function &Fn = P.fn(F);
    for (ir::BlockId B = 0; B < Fn.Blocks.size(); ++B)
      for (uint32_t I = 0; I < Fn.Blocks[B].Events.size(); ++I) {
        const ir::Event &E = Fn.Blocks[B].Events[I];
        ir::ValueId V = E.Kind == ir::EventKind::Read ? E.Src : E.Kind == ir::EventKind::Write ? E.Dst : 0;
        if (V && Fn.Values[V].Kind == ir::ValueKind::Field && Fn.Values[V].Str == Field && Fn.Values[V].Rec == Record)
          return {F, B, I};
      }
  }
  return {};
}

/// Functions that something other than construction (tp_new, tp_init) reaches: before, nobody else has the object.
static std::vector<bool> afterConstruction(const flow::Results &Results) {
  const link::Program &P = Results.program();
  std::vector<bool> Reached(P.functions().size());
  std::vector<unsigned> Callers(P.functions().size());
  for (link::FnId F = 0; F < P.functions().size(); ++F)
    for (link::FnId G : Results.callees(F))
      Callers[G] += G != F;
  std::vector<link::FnId> Work;
  for (link::FnId F = 0; F < P.functions().size(); ++F)
    if (!P.hasRole(F, "init") && !P.hasRole(F, "new") && (!Callers[F] || P.hasAnyRole(F)))
      Work.push_back(F);
  while (!Work.empty()) {
    link::FnId F = Work.back();
    Work.pop_back();
    if (Reached[F])
      continue;
    Reached[F] = true;
    for (link::FnId G : Results.callees(F))
      Work.push_back(G);
  }
  return Reached;
}

/// The path that an observed write goes to: of a call, the argument that leads to the field.
static ir::ValueId writtenPath(const link::Program &P, const flow::Observation &O) {
  const ir::Event &E = P.event(O.At);
  if (E.Kind == ir::EventKind::Write)
    return E.Dst;
  const ir::Function &F = P.fn(O.At.Fn);
  for (ir::ValueId A : E.Args)
    if (const ir::Value &V = F.Values[F.Values[A].A];
        F.Values[A].Kind == ir::ValueKind::AddrOf && O.Subject == (V.Rec + "." + V.Str).str())
      return F.Values[A].A;
  return 0;
}

/// Does the variable get the result of a call somewhere? Whoever makes an object may keep it in a holder, too.
static bool isResult(const ir::Function &F, ir::ValueId Var) {
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Kind == ir::EventKind::Assign && E.Dst == Var) {
        ir::ValueId Src = E.Src;
        while (F.Values[Src].Kind == ir::ValueKind::Cast)
          Src = F.Values[Src].A;
        if (F.Values[Src].Kind == ir::ValueKind::Temp)
          return true;
      }
  return false;
}

/// Is the object that is written one that nobody else knows yet: made here, or handed in by callers that just made it?
/// clone = type->tp_alloc(type, 0); clone->handle = ...      or      open_database(clone, path);
static bool isFresh(const rules::Input &In, const flow::Observation &O) {
  const link::Program &P = In.flow().program();
  const ir::Function &F = P.fn(O.At.Fn);
  ir::ValueId V = writtenPath(P, O);
  while (V && (F.Values[V].Kind == ir::ValueKind::Field || F.Values[V].Kind == ir::ValueKind::Index))
    V = F.Values[V].A; // to the pointer to the object: state->pattern of state->pattern->part.count
  if (V && F.Values[V].Kind == ir::ValueKind::Deref)
    V = F.Values[V].A;
  while (V && (F.Values[V].Kind == ir::ValueKind::Cast || O.Element) && F.Values[V].A)
    V = F.Values[V].A; // list of list->ob_item[0]
  if (!V)
    return false;
  if (F.Values[V].Kind == ir::ValueKind::Temp || In.ownership().exposure(O.At, V) == ownership::Exposure::Nobody)
    return true;
  return F.Values[V].Kind == ir::ValueKind::Var && F.Values[V].Ref >= F.NumParams && isResult(F, V);
}

/// The field keeps the released thread state itself: that is what it is for.
static bool keepsThreadState(const link::Program &P, const flow::Observation &O) {
  return flow::isThreadStatePointer(P.model(), P.unit(O.At.Fn), P.typeOf(O.At.Fn, writtenPath(P, O)));
}

/// Flags and counters that a lock guards on one side only are often read and set on purpose; of a pointer, what it
/// points to is lost or freed twice.
static bool isPointer(const link::Program &P, const flow::Observation &O) {
  ir::TypeId T = P.typeOf(O.At.Fn, writtenPath(P, O));
  return T && P.unit(O.At.Fn).Types[T].Kind == ir::TypeKind::Pointer;
}

static std::string filledBy(const link::Program &P, link::EventRef At) {
  const ir::Event &E = P.event(At);
  return E.Callee ? P.unit(At.Fn).Callees[E.Callee].Name.str() : std::string();
}

/// list->ob_item[i] = x: whoever has the list reads it, the interpreter included.
static Finding ofContainer(const flow::Results &Results, const flow::Report &R) {
  std::string Record = llvm::StringRef(R.What.Subject).rsplit('.').first.str(), Callee = crossing(Results, R);
  Finding F = makeFinding(Results, DetachedObjectWriteCheck, R,
                          (Callee.empty() ? "" : "'" + Callee + "' is called with the GIL released: ") +
                              "the storage of a '" + Record + "' is written with the GIL released");
  entryNotes(F, Results, R);
  why(F, "another thread may read, change or move the storage at the same moment");
  remedy(F, "keep the value in a local variable and store it after attaching again");
  return F;
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &Results = In.flow();
  const link::Program &P = Results.program();
  std::vector<bool> Shared = afterConstruction(Results);
  for (const flow::Report &R : Results.reports()) {
    if (R.What.Kind != flow::Observed::ObjectWrite || isForeignEntry(R.Via))
      continue;
    if (P.hasRole(R.What.At.Fn, "new") || P.hasRole(R.What.At.Fn, "init") || P.hasRole(R.What.At.Fn, "dealloc"))
      continue;
    // Without a seen caller the locks that are held at entry are unknown.
    if (R.Via && R.Via->Kind == link::RootKind::Assumed && R.Via->State == api::EntryState::Detached)
      continue;
    if (!Shared[R.What.At.Fn] || !Shared[R.At.Fn] || isFresh(In, R.What) || keepsThreadState(P, R.What))
      continue;
    if (R.What.Element) {
      Out.push_back(ofContainer(Results, R));
      continue;
    }
    bool Locked = R.What.UnderLock;
    if (Locked && !isPointer(P, R.What))
      continue;
    link::EventRef Other =
        Locked ? writerWithoutLock(In, R.What.Subject, R.What.At) : otherUse(Results, R.What.Subject, R.What.At.Fn);
    if (!Other.valid())
      continue;
    std::string Field = llvm::StringRef(R.What.Subject).rsplit('.').second.str();
    std::string Callee = crossing(Results, R);
    std::string By =
        Callee.empty() && P.event(R.What.At).Kind != ir::EventKind::Write ? filledBy(P, R.What.At) : std::string();
    Finding F = makeFinding(
        Results, DetachedObjectWriteCheck, R,
        !By.empty() ? "'" + By + "' gets the address of field '" + Field + "' of a Python object with the GIL released"
        : Callee.empty()
            ? "field '" + Field + "' of a Python object is written with the GIL released"
            : "'" + Callee + "' is called with the GIL released and writes field '" + Field + "' of a Python object");
    entryNotes(F, Results, R);
    related(F, Results, Other,
            "'" + Results.functionName(Other.Fn) +
                (Locked ? "' writes the field while attached and without that lock, perhaps at the same moment"
                        : "' uses the field while attached, perhaps at the same moment"));
    remedy(F, "keep the value in a local variable and store it after attaching again");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
