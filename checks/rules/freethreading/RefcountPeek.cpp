#include "flow/LockSets.h"
#include "ir/Values.h"
#include "rules/Report.h"
#include "rules/freethreading/Applies.h"
#include "rules/freethreading/Borrowing.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray {

using namespace rules;
using ir::EventKind;
using ir::Op;
using ir::ValueKind;

static constexpr Example Bad[] = {{"change in place if nobody else has it", R"c(#include <Python.h>

typedef struct { PyObject_HEAD long value; } Number;

extern Number *number_copy(Number *of);

static PyObject *add(PyObject *self, PyObject *arg)
{
    Number *sum = (Number *)arg;
    if (Py_REFCNT(arg) == 1)
        Py_INCREF(arg);
    else
        sum = number_copy(sum);
    sum->value++;
    return (PyObject *)sum;
}

static PyMethodDef methods[] = {{"add", add, METH_O, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"always a copy", R"c(#include <Python.h>

typedef struct { PyObject_HEAD long value; } Number;

extern Number *number_copy(Number *of);

static PyObject *add(PyObject *self, PyObject *arg)
{
    Number *sum = number_copy((Number *)arg);
    sum->value++;
    return (PyObject *)sum;
}

static PyMethodDef methods[] = {{"add", add, METH_O, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    RefcountPeek,
    {
        .Name = "refcount-peek",
        .Group = "freethreading",
        .Summary = "a decision is made on an object's reference count",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "Py_REFCNT compared with a number to decide what to do, or the field ob_refcnt read or written.",
        .Why = "A free-threaded Python counts in two parts, and another thread may take a reference between the test "
               "and what depends on it; the field ob_refcnt does not exist there. From 3.14 on the interpreter also "
               "lends arguments without counting them, so that 1 does not mean unique with a GIL either.",
        .Remedy = "PyUnstable_Object_IsUniquelyReferenced (3.14, or pythoncapi_compat.h); for arguments "
                  "PyUnstable_Object_IsUniqueReferencedTemporary (3.14); for `count > 0` PyUnstable_TryIncRef (3.14); "
                  "for immortal objects PyUnstable_IsImmortal (3.14).",
        .Limits = "Speaks of modules that declare Py_MOD_GIL_NOT_USED, and of code compiled for a free-threaded "
                  "Python. Silent on counts that are printed or returned, on assertions, on objects that the function "
                  "has just made and shown to nobody, and on code that free-threaded builds leave out.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

namespace {

/// A comparison of a count with a number.
struct Decision {
  Op How = Op::None;
  int64_t Number = 0;
};

} // namespace

/// Local variables that the count is copied to.
static llvm::SmallVector<ir::ValueId, 2> copies(const ir::Function &F, ir::ValueId Count) {
  llvm::SmallVector<ir::ValueId, 2> Out{Count};
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Kind == EventKind::Assign && withoutCasts(F, E.Src) == Count)
        Out.push_back(E.Dst);
  return Out;
}

/// assert(Py_REFCNT(op) == 1): what comes of the one answer ends the process.
static bool isAssertion(const ir::Unit &U, const ir::Function &F, ir::ValueId Comparison) {
  for (const ir::Block &B : F.Blocks) {
    ir::ValueId V = B.Term.Value;
    while (F.Values[V].Kind == ValueKind::Unary || F.Values[V].Kind == ValueKind::Cast)
      V = F.Values[V].A;
    if (B.Term.Kind != ir::TermKind::Branch || V != Comparison)
      continue;
    for (ir::BlockId S : B.Term.Succs)
      if (S != ir::NoBlock && llvm::any_of(F.Blocks[S].Events, [&](const ir::Event &E) {
            return E.Kind == EventKind::Call && E.Callee && U.Callees[E.Callee].NoReturn;
          }))
        return true;
  }
  return false;
}

/// Values are interned once per function, and nothing interns a comparison but its use.
static std::optional<Decision> decision(const ir::Unit &U, const ir::Function &F, ir::ValueId Count) {
  auto Of = copies(F, Count);
  for (ir::ValueId Id = 0; Id < F.Values.size(); ++Id) {
    const ir::Value &V = F.Values[Id];
    if (V.Kind != ValueKind::Binary || V.Operator < Op::Eq || V.Operator > Op::Ge || isAssertion(U, F, Id))
      continue;
    const ir::Value &B = F.Values[withoutCasts(F, V.B)];
    if (B.Kind == ValueKind::Int && llvm::is_contained(Of, withoutCasts(F, V.A)))
      return Decision{V.Operator, B.Int};
    const ir::Value &A = F.Values[withoutCasts(F, V.A)];
    if (A.Kind == ValueKind::Int && llvm::is_contained(Of, withoutCasts(F, V.B)))
      return Decision{V.Operator, A.Int};
  }
  return std::nullopt;
}

/// Numbers from here on are no counts but marks of immortal objects.
static constexpr int64_t Immortal = 1 << 28;

static std::string better(const Input &In, link::FnId F, const Decision &D, bool Argument) {
  if (D.Number >= Immortal)
    return "ask 'PyUnstable_IsImmortal' (3.14)";
  if (D.Number == 0 || (D.Number == 1 && (D.How == Op::Ge || D.How == Op::Lt)))
    return In.flow().program().hasRole(F, "dealloc")
               ? "let 'PyObject_CallFinalizerFromDealloc' find out whether the object came back to life"
               : "take the reference with 'PyUnstable_TryIncRef' (3.14, or pythoncapi_compat.h)";
  std::string Text = "ask 'PyUnstable_Object_IsUniquelyReferenced' (3.14, or pythoncapi_compat.h)";
  if (Argument)
    Text += "; for an argument that the interpreter may lend, 'PyUnstable_Object_IsUniqueReferencedTemporary' (3.14)";
  return Text;
}

static constexpr llvm::StringLiteral AsksUnique = "PyUnstable_Object_IsUniquelyReferenced";

/// Does the function ask that of the object, too, perhaps by the name that pythoncapi_compat.h gives it? Then the count
/// is for the error message, or for older versions.
static bool asksUnique(const ir::Unit &U, const ir::Function &F, ir::ValueId Object) {
  for (const ir::Block &B : F.Blocks)
    for (const ir::Event &E : B.Events)
      if (E.Callee && !E.Args.empty() && U.Callees[E.Callee].Name == AsksUnique &&
          withoutCasts(F, E.Args[0]) == withoutCasts(F, Object))
        return true;
  return false;
}

/// What ends has its own reference to a part: if that is the only one, nobody is left who could make another.
///
///     static void tree_dealloc(Tree *self) { while (n && Py_REFCNT(n) == 1) { .. } }
static bool isLastOfDead(const Input &In, link::FnId Id, ir::ValueId Object, const std::optional<Decision> &D) {
  const ir::Function &F = In.flow().program().fn(Id);
  const ir::Value &Root = F.Values[withoutCasts(F, Object)];
  bool Self = Root.Kind == ValueKind::Var && Root.Ref < F.NumParams;
  return D && D->Number == 1 && D->How == Op::Eq && !Self && isAlone(In, Id);
}

static void look(const Input &In, link::FnId Id, std::vector<Finding> &Out) {
  const link::Program &P = In.flow().program();
  const ir::Function &F = P.fn(Id);
  const auto &Targets = In.flow().engine().infos()[Id].Targets;
  for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
    for (uint32_t I = 0; I < F.Blocks[B].Events.size(); ++I) {
      const ir::Event &E = F.Blocks[B].Events[I];
      link::EventRef At{Id, B, I};
      auto Field = [&](ir::ValueId V) {
        return F.Values[V].Kind == ValueKind::Field && F.Values[V].Str == "ob_refcnt";
      };
      bool Reads = E.Kind == EventKind::Read && Field(E.Src), Writes = E.Kind == EventKind::Write && Field(E.Dst);
      bool Asks = Targets[B][I].Api && Targets[B][I].Api->RefCount && E.Result && !E.Args.empty();
      if (!Reads && !Writes && !Asks)
        continue;
      std::optional<Decision> D = Writes ? std::nullopt : decision(P.unit(Id), F, Asks ? E.Result : E.Src);
      if ((!D && !Writes) || onlyWithGil(In, At))
        continue;
      ir::ValueId Object = Asks ? E.Args[0] : F.Values[F.Values[Writes ? E.Dst : E.Src].A].A;
      if (In.locks().pointsToFresh(Id, Object, At) || isLastOfDead(In, Id, Object, D) ||
          asksUnique(P.unit(Id), F, Object))
        continue;
      ir::ValueId Root = withoutCasts(F, Object);
      bool Argument = F.Values[Root].Kind == ValueKind::Var && F.Values[Root].Ref < F.NumParams;
      Finding Found = makeFinding(In.flow(), RefcountPeekCheck, At,
                                  Writes ? "the reference count is written directly; 'ob_refcnt' does not exist in "
                                           "free-threaded builds"
                                         : "the reference count decides what happens, but without a GIL another "
                                           "thread can take or drop a reference at any moment");
      why(Found, Writes ? "free-threaded builds count in two fields, one of them atomic"
                        : "free-threaded builds count in two parts, so the sum says neither who has references nor "
                          "that it stays so");
      remedyInGuide(Found,
                    Writes ? "use 'Py_INCREF', 'Py_DECREF' or 'Py_SET_REFCNT' (3.9)" : better(In, Id, *D, Argument),
                    "Reference counts");
      Out.push_back(std::move(Found));
    }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const link::Program &P = In.flow().program();
  for (link::FnId F = 0; F < P.functions().size(); ++F)
    if (P.unit(F).Files[P.fn(F).Where.File].Class == ir::HeaderClass::Project && withoutGil(In, F))
      look(In, F, Out);
}

} // namespace gilray
