#include "rules/Report.h"
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
            "the program reads or writes that field attached.",
        .Why = "Another thread that holds the GIL may read or change the field at the same moment: a half-written "
               "value, a "
               "pointer that is freed twice.",
        .Remedy = "Keep the value in a local variable and store it after attaching again.",
        .Limits = "Locks are recognised on the way to the store, not by which field they guard. Construction and "
                  "destruction of the object do not count as uses. Stores through a pointer to a field, by a callee's "
                  "out-parameter, and into the storage of containers are not seen.",
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

/// Is the object that is written one that this function just made? clone = type->tp_alloc(type, 0); clone->handle = ...
static bool isFresh(const link::Program &P, link::EventRef At) {
  const ir::Function &F = P.fn(At.Fn);
  ir::ValueId V = P.event(At).Dst;
  while (V && F.Values[V].Kind != ir::ValueKind::Var)
    V = F.Values[V].A;
  if (!V || F.Values[V].Ref < F.NumParams)
    return false;
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Kind == ir::EventKind::Assign && E.Dst == V) {
        ir::ValueId Src = E.Src;
        while (F.Values[Src].Kind == ir::ValueKind::Cast)
          Src = F.Values[Src].A;
        if (F.Values[Src].Kind == ir::ValueKind::Temp)
          return true;
      }
  return false;
}

/// The field keeps the released thread state itself: that is what it is for.
static bool keepsThreadState(const link::Program &P, link::EventRef At) {
  const ir::Unit &U = P.unit(At.Fn);
  const ir::Type &T = U.Types[P.typeOf(At.Fn, P.event(At).Dst)];
  return T.Kind == ir::TypeKind::Pointer && U.Types[T.Inner].Record == "_ts";
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
    if (!Shared[R.What.At.Fn] || !Shared[R.At.Fn] || isFresh(P, R.What.At) || keepsThreadState(P, R.What.At))
      continue;
    link::EventRef Other = otherUse(Results, R.What.Subject, R.What.At.Fn);
    if (!Other.valid())
      continue;
    std::string Field = llvm::StringRef(R.What.Subject).rsplit('.').second.str();
    std::string Callee = crossing(Results, R);
    Finding F = makeFinding(Results, DetachedObjectWriteCheck, R,
                            Callee.empty() ? "field '" + Field + "' of a Python object is written with the GIL released"
                                           : "'" + Callee + "' is called with the GIL released and writes field '" +
                                                 Field + "' of a Python object");
    entryNotes(F, Results, R);
    related(F, Results, Other,
            "'" + Results.functionName(Other.Fn) + "' uses the field while attached, perhaps at the same moment");
    remedy(F, "keep the value in a local variable and store it after attaching again");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
