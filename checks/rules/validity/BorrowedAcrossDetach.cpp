#include "ownership/EarlyReleases.h"
#include "rules/validity/Validity.h"

namespace gilray {

using namespace rules;
using ownership::Risk;
using ownership::StaleUse;

static constexpr Example Bad[] = {{"an item of a list, used after a callback", R"c(#include <Python.h>

PyObject *notify_first(PyObject *self, PyObject *args)
{
    PyObject *listeners, *hook;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &listeners, &hook))
        return NULL;
    PyObject *first = PyList_GetItem(listeners, 0);
    if (first == NULL)
        return NULL;
    PyObject *done = PyObject_CallFunctionObjArgs(hook, NULL);
    if (done == NULL)
        return NULL;
    Py_DECREF(done);
    return PyObject_Repr(first);
}

static PyMethodDef methods[] = {{"notify_first", notify_first, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *notify_methods(void) { return methods; }
)c"}};

static constexpr Example Good[] = {{"with a reference of its own", R"c(#include <Python.h>

PyObject *notify_first(PyObject *self, PyObject *args)
{
    PyObject *listeners, *hook;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &listeners, &hook))
        return NULL;
    PyObject *first = PyList_GetItem(listeners, 0);
    if (first == NULL)
        return NULL;
    Py_INCREF(first);
    PyObject *done = PyObject_CallFunctionObjArgs(hook, NULL);
    PyObject *text = done ? PyObject_Repr(first) : NULL;
    Py_XDECREF(done);
    Py_DECREF(first);
    return text;
}

static PyMethodDef methods[] = {{"notify_first", notify_first, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};

PyMethodDef *notify_methods(void) { return methods; }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    BorrowedAcrossDetach,
    {
        .Name = "borrowed-across-detach",
        .Group = "validity",
        .Summary = "a borrowed reference is used after others may have ended it",
        .Default = Severity::Error,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.3.0",
        .What =
            "A borrowed reference from a list, a dictionary or a weak reference, or a pointer into such an object, "
            "is obtained; then the thread detaches or Python code runs; then it is used. The same, as a warning, "
            "for what was read from a field or a global variable that another function of the module replaces, or "
            "was borrowed from a container that the module keeps there. Also a pointer into an object that the "
            "function made, used after it gave the object up; and a field whose object is given up before the field "
            "is replaced (Py_XDECREF(self->hook); self->hook = value;).",
        .Why = "Nobody but the container keeps the object. What runs in between may remove it from there, and its "
               "memory is freed: the use reads or writes freed memory.",
        .Remedy = "Take a reference of your own before (Py_INCREF, or the function that returns a strong reference), "
                  "and give it up when done; or fetch it anew.",
        .Limits =
            "Containers that nobody else can reach, argument tuples, modules and types are exempt. Only what runs "
            "Python code by design, or detaches, counts for certain; what may do so (comparisons, hashing) "
            "counts if it is code of the very object, or takes the element out of the container.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static std::string subject(const flow::Results &R, const StaleUse &U) {
  const ir::Event &E = R.program().event(U.What.At);
  const ir::Function &F = R.program().fn(U.What.At.Fn);
  if (F.Values[U.What.Var].Kind == ir::ValueKind::Var)
    return nameOf(R, U.What.At.Fn, U.What.Var);
  // The variable that the result goes to at once: item = PyList_GetItem(..)
  const auto &Events = F.Blocks[U.What.At.Block].Events;
  if (U.What.At.Index + 1 < Events.size())
    if (const ir::Event &Next = Events[U.What.At.Index + 1];
        Next.Kind == ir::EventKind::Assign && E.Result && F.Values[Next.Dst].Kind == ir::ValueKind::Var) {
      ir::ValueId Src = Next.Src;
      while (F.Values[Src].Kind == ir::ValueKind::Cast)
        Src = F.Values[Src].A;
      if (Src == E.Result)
        return nameOf(R, U.What.At.Fn, Next.Dst);
    }
  return U.What.Pointer ? "the pointer from '" + (U.What.Api ? U.What.Api->Name.str() : std::string()) + "'"
                        : nameOf(R, U.What.At.Fn, E.Result);
}

/// "borrowed from 'list'", "read from field 'hook'".
static std::string origin(const flow::Results &R, const StaleUse &U) {
  const ir::Function &F = R.program().fn(U.What.Source.Fn);
  std::string Of = U.What.Of ? nameOf(R, U.What.Source.Fn, U.What.Of) : "a container";
  std::string Into = U.What.Pointer ? "points into an object " : "";
  switch (U.What.Why) {
  case Risk::Element:
    return Into + "borrowed from " + Of;
  case Risk::Weak:
    return Into + "borrowed through the weak reference " + Of;
  case Risk::Field:
    return Into + "read from field '" + F.Values[U.What.Of].Str.str() + "'";
  case Risk::Global:
    return Into + "read from the global variable " + Of;
  case Risk::Owned:
    return "points into " + Of;
  default:
    return "points into the memory of " + Of;
  }
}

static std::string remedyFor(const StaleUse &U) {
  if (U.What.Why == Risk::Storage)
    return "export the buffer (PyObject_GetBuffer) for as long as the pointer is used, or get the pointer anew";
  if (U.What.Why == Risk::Owned)
    return "give up the object when the pointer is not used any more";
  std::string Text = U.What.Pointer ? "own the object for as long as the pointer is used (Py_INCREF)"
                                    : "take a reference of your own before (Py_INCREF) and give it up when done";
  if (const api::Entry *A = U.What.Api; A && !A->Replacement.empty() && !U.What.Pointer) {
    Text += ", or use " + A->Replacement.str();
    if (A->ReplacementSince)
      Text += " (" + std::to_string(A->ReplacementSince >> 8) + "." + std::to_string(A->ReplacementSince & 255) + ")";
  }
  return Text;
}

/// A container in a field or variable of the module: only its own code, called meanwhile, takes something out of there.
/// What callers hand in is changed by any Python code.
static bool isKeptByModule(const rules::Input &In, const StaleUse &U) {
  if (U.What.Why != Risk::Element || !U.What.Of)
    return false;
  ownership::Provenances From = In.ownership().of(U.What.Source, U.What.Of);
  return !From.empty() && llvm::all_of(From, [](const ownership::Provenance &X) {
    return X.From == ownership::Origin::Field || X.From == ownership::Origin::Global ||
           X.From == ownership::Origin::Null;
  });
}

/// Py_XDECREF(self->hook); self->hook = value;
static void givenUpEarly(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &R = In.flow();
  for (const ownership::EarlyRelease &E : ownership::earlyReleases(In.ownership(), In.validity().fields())) {
    std::string Field = "'" + R.program().fn(E.At.Fn).Values[E.Path].Str.str() + "'";
    Finding F = makeFinding(R, BorrowedAcrossDetachCheck, E.At,
                            "field " + Field + " still leads to the object that is given up here");
    F.Sev = Severity::Warning;
    F.Notes.push_back(step("its finaliser may run Python code here", R.place(E.At), ThreadState::Attached));
    F.Notes.push_back(
        step("which may call '" + R.functionName(E.Read.Fn) + "', that reads the field", R.place(E.Read)));
    F.Notes.push_back(step("the field is replaced only here", R.place(E.Replaced)));
    related(F, R, E.Stored, "any object is stored in the field here");
    why(F, "whoever reads the field meanwhile gets an object whose memory is being freed");
    remedy(F, "store first and give up the old object afterwards: Py_XSETREF, Py_CLEAR, or a variable for the old one");
    Out.push_back(std::move(F));
  }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &R = In.flow();
  givenUpEarly(In, Out);
  for (const StaleUse &U : In.validity().staleUses()) {
    if (U.What.Why == Risk::Storage && U.By.Detaches)
      continue; // mutable-buffer-detached
    std::string Came = U.What.Why == Risk::Owned ? "the object was given up"
                       : U.Removed               ? "it was taken out of there"
                                                 : between(R, U.By);
    Finding F = staleUse(In, BorrowedAcrossDetachCheck, U, origin(R, U) + " here",
                         subject(R, U) + (U.What.Pointer ? " " : " is ") + origin(R, U) +
                             (U.What.Pointer ? " and is used after " : " and used after ") + Came);
    bool Certain = U.By.Sure == api::Degree::Certain && !U.Removed && !U.Own;
    bool Replaced = U.What.Why == Risk::Field || U.What.Why == Risk::Global;
    if (!Certain || Replaced || isKeptByModule(In, U))
      F.Sev = Severity::Warning;
    if (Replaced)
      related(F, R, U.What.EndedBy.At, "'" + R.functionName(U.What.EndedBy.At.Fn) + "' gives up the object here");
    why(F, U.What.Why == Risk::Owned ? "it was made here, and nobody else keeps it: its memory is freed"
           : Replaced                ? "if the field is replaced meanwhile, the object may be freed"
           : U.Removed               ? "the reference in the container may have been the last one"
                                     : "if it is removed from there meanwhile, the object may be freed");
    remedy(F, remedyFor(U));
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
