#include "rules/locks/LockReport.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray {

using namespace rules;
using link::EventRef;
using link::FnId;

static constexpr Example Bad[] = {{"return within the section", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    int open, level;
} Gauge;

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    int n;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (!self->open)
        return PyLong_FromLong(0);
    n = self->level;
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {{"level", level, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static constexpr Example Good[] = {{"the section ends on every path", R"c(#include <Python.h>

typedef struct {
    PyObject_HEAD
    int open, level;
} Gauge;

static PyObject *level(PyObject *op, PyObject *unused)
{
    Gauge *self = (Gauge *)op;
    int n = 0;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->open)
        n = self->level;
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {{"level", level, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(CriticalSectionEscape,
             {
                 .Name = "critical-section-escape",
                 .Group = "locks",
                 .Summary = "a critical section is left without its end",
                 .Default = Severity::Error,
                 .State = Maturity::Stable,
                 .Since = "0.1.0",
                 .What = "A return, goto, break, continue or exception between Py_BEGIN_CRITICAL_SECTION (or "
                         "SECTION2, or the variants for a PyMutex) and its end; an end without a begin.",
                 .Why = "In a free-threaded build the object stays locked, and the thread state keeps a pointer to the "
                        "section's record in a stack frame that is gone: memory is corrupted at the next detach. A "
                        "build with a GIL does not notice, as the macros are only braces there.",
                 .Remedy = "Set a result and go to the end of the section, and return after it.",
                 .Limits = "In builds with a GIL sections are told by where the macros stand in the text; a goto to "
                           "just before or behind the end is not judged there.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

namespace {

using Position = std::pair<unsigned, unsigned>; ///< line, column
Position position(const ir::Loc &L) { return {L.Line, L.Col}; }

/// From one macro to the other, in the text of a function.
struct Section {
  EventRef Begin;
  ir::Loc First, Last;
  bool covers(const ir::Loc &L) const {
    return L.valid() && L.File == First.File && First.File == Last.File && position(First) < position(L) &&
           position(L) < position(Last);
  }
};

const char *verb(const ir::Terminator &T) {
  if (T.Kind == ir::TermKind::Throw)
    return "throw leaves";
  switch (T.Jump) {
  case ir::JumpKind::Goto:
    return "goto leaves";
  case ir::JumpKind::Break:
    return "break leaves";
  case ir::JumpKind::Continue:
    return "continue leaves";
  default:
    return "return leaves";
  }
}

class Escapes {
public:
  Escapes(const rules::Input &In, std::vector<Finding> &Out)
      : In(In), Results(In.flow()), P(Results.program()), Out(Out) {}
  /// Free-threaded builds: the lock sets follow the sections.
  void followed();
  /// Builds with a GIL: the macros are braces, so the text decides. It says best where an exception is thrown, too.
  void written(FnId F);

private:
  void report(EventRef At, EventRef Begin, std::string Message);
  llvm::SmallVector<Section, 2> sections(FnId F) const;
  const api::Entry *apiAt(EventRef At) const { return Results.engine().infos()[At.Fn].Targets[At.Block][At.Index].Api; }
  bool leaves(FnId F, const Section &S, const ir::Terminator &T) const;
  bool caught(FnId F, const ir::Terminator &T) const;
  bool isKept(EventRef At) const;

  const rules::Input &In;
  const flow::Results &Results;
  const link::Program &P;
  std::vector<Finding> &Out;
};

void Escapes::report(EventRef At, EventRef Begin, std::string Message) {
  Finding F = makeFinding(Results, CriticalSectionEscapeCheck, At, std::move(Message));
  if (Begin.valid()) {
    path(F, Results, Begin, "the critical section begins here");
    path(F, Results, At, "and is left here without Py_END_CRITICAL_SECTION");
  }
  remedy(F, Begin.valid() ? "set a result, go on to the end of the section, and return after it"
                          : "begin the section on every path that comes here, or remove its end");
  Out.push_back(std::move(F));
}

/// A section whose storage is in an object ends when that does.
///
///     struct Guard { PyCriticalSection cs; Guard(PyObject *o) { PyCriticalSection_Begin(&cs, o); } ~Guard() {
///     .._End(&cs); } };
bool Escapes::isKept(EventRef At) const {
  if (!At.valid() || At.Index == EventRef::Terminator)
    return false;
  const ir::Event &E = P.event(At);
  if (E.Kind != ir::EventKind::Call || E.Args.empty())
    return false;
  const auto &Values = P.fn(At.Fn).Values;
  ir::ValueId V = E.Args[0];
  while (Values[V].Kind == ir::ValueKind::Cast)
    V = Values[V].A;
  if (Values[V].Kind != ir::ValueKind::AddrOf)
    return false;
  for (V = Values[V].A; Values[V].Kind == ir::ValueKind::Field || Values[V].Kind == ir::ValueKind::Index;)
    V = Values[V].A;
  return Values[V].Kind == ir::ValueKind::Deref;
}

void Escapes::followed() {
  for (const LockEventFact &F : In.locks().facts()) {
    if (isKept(F.Kind == LockFactKind::SectionLeft ? F.Lock.At : F.At))
      continue;
    if (F.Kind == LockFactKind::SectionUnmatched)
      report(F.At, {}, "this ends a critical section that has not begun on some path");
    else if (F.Kind == LockFactKind::SectionLeft && In.locks().action(F.Lock.At).Do == flow::LockAction::Enter &&
             P.fn(F.At.Fn).Blocks[F.At.Block].Term.Kind != ir::TermKind::Resume)
      report(F.At, F.Lock.At,
             "'" + Results.functionName(F.At.Fn) + "' is left here inside a critical section: the object stays locked");
  }
}

/// Begins and ends in the order of the text; what has no counterpart is left out.
llvm::SmallVector<Section, 2> Escapes::sections(FnId F) const {
  std::vector<std::pair<EventRef, bool>> Macros;
  const ir::Function &Fn = P.fn(F);
  for (ir::BlockId B = 0; B < Fn.Blocks.size(); ++B)
    for (uint32_t N = 0; N < Fn.Blocks[B].Events.size(); ++N)
      if (Fn.Blocks[B].Events[N].Kind == ir::EventKind::Macro)
        if (const api::Entry *A = apiAt({F, B, N}))
          if (A->Does == api::Effect::CriticalEnter || A->Does == api::Effect::CriticalLeave)
            Macros.push_back({{F, B, N}, A->Does == api::Effect::CriticalEnter});
  llvm::stable_sort(
      Macros, [&](const auto &A, const auto &B) { return position(P.where(A.first)) < position(P.where(B.first)); });
  llvm::SmallVector<Section, 2> Out;
  llvm::SmallVector<EventRef, 2> Open;
  for (const auto &[At, Begins] : Macros) {
    if (Begins)
      Open.push_back(At);
    else if (!Open.empty()) {
      EventRef Begin = Open.pop_back_val();
      Out.push_back({Begin, P.where(Begin), P.where(At)});
    }
  }
  return Out;
}

/// Does a handler of the function get the exception? Until then there are only destructors.
bool Escapes::caught(FnId F, const ir::Terminator &T) const {
  const ir::Terminator *At = &T;
  for (unsigned Depth = 0; Depth < 64 && At->Succs.size() == 1 && At->Succs[0] != ir::NoBlock; ++Depth)
    At = &P.fn(F).Blocks[At->Succs[0]].Term;
  return At->Kind != ir::TermKind::Resume && At != &T;
}

/// A jump leaves it if the code that it leads to stands outside. A label just before the end, and one behind it, look
/// the same here: such a jump is not judged.
bool Escapes::leaves(FnId F, const Section &S, const ir::Terminator &T) const {
  if (T.Kind == ir::TermKind::Return)
    return T.Jump != ir::JumpKind::EndOfFunction;
  if (T.Kind == ir::TermKind::Throw)
    return !caught(F, T);
  if (T.Kind != ir::TermKind::Jump || T.Jump == ir::JumpKind::Fallthrough || T.Succs.empty() ||
      T.Succs[0] == ir::NoBlock)
    return false;
  const ir::Block &To = P.fn(F).Blocks[T.Succs[0]];
  for (const ir::Event &E : To.Events) {
    if (E.Kind == ir::EventKind::Macro && E.Where == S.Last)
      return false;
    if (E.Where.valid())
      return !S.covers(E.Where);
  }
  return To.Term.Where.valid() && !S.covers(To.Term.Where);
}

void Escapes::written(FnId F) {
  for (const Section &S : sections(F))
    for (ir::BlockId B = 0; B < P.fn(F).Blocks.size(); ++B) {
      const ir::Terminator &T = P.fn(F).Blocks[B].Term;
      bool Told = P.unit(F).Facts.GilDisabled && T.Kind != ir::TermKind::Throw; // followed() does
      if (Told || !S.covers(T.Where) || !leaves(F, S, T))
        continue;
      report({F, B, EventRef::Terminator}, S.Begin,
             std::string("this ") + verb(T) +
                 " a critical section without its end: in a free-threaded build the "
                 "object stays locked");
    }
}

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  Escapes X(In, Out);
  X.followed();
  const link::Program &P = In.flow().program();
  for (FnId F = 0; F < P.functions().size(); ++F)
    X.written(F);
}

} // namespace gilray
