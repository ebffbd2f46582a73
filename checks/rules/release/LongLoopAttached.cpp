#include "rules/release/Release.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace gilray {

using namespace rules;
using ir::ValueKind;

static constexpr Example Bad[] = {{"a loop over the caller's buffer", R"c(#include <Python.h>

PyObject *energy(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    Py_ssize_t n = view.len / 8;
    for (Py_ssize_t i = 0; i < n; i++)
        total += items[i] * items[i];
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}
)c"}};

static constexpr Example Good[] = {{"released for the loop", R"c(#include <Python.h>

PyObject *energy(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    double total = 0;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const double *items = view.buf;
    Py_ssize_t n = view.len / 8;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < n; i++)
        total += items[i] * items[i];
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(LongLoopAttached,
             {
                 .Name = "long-loop-attached",
                 .Group = "release",
                 .Summary = "a loop over a buffer of the caller's size runs attached and needs no Python",
                 .Default = Severity::Note,
                 .State = Maturity::Preview,
                 .Since = "0.1.0",
                 .ReviewBy = "0.2.0",
                 .What = "A loop, or nest of loops, whose number of turns comes from the size of an argument, which "
                         "reads or writes memory on each turn, calls nothing that needs an attached thread state, and "
                         "runs attached in code that Python calls.",
                 .Why = "For large arguments the loop is what other threads wait for. It is a candidate for a release, "
                        "and `gilray check --kernels` hands it to the probe, which measures whether it matters.",
                 .Remedy = "Measure; if it matters, release the thread state around the loop when the size is above "
                           "some limit, with the buffer exported (Py_buffer) so that it cannot move.",
                 .Limits = "How large arguments get is not known: a note, not a warning. Loops that end at a sentinel, "
                           "and sizes that only another object knows, are not seen.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

namespace {

class Rule {
public:
  Rule(const rules::Input &In, std::vector<Finding> &Out)
      : R(In.flow()), P(R.program()), Calls(In.foreignCalls()), Out(Out) {}

  void run() {
    for (link::FnId F = 0; F < P.functions().size(); ++F)
      if (!P.fn(F).Loops.empty() && P.fn(F).Body == ir::BodyState::Complete && Calls.entered(F))
        judge(F);
  }

private:
  const flow::Results &R;
  const link::Program &P;
  const belief::ForeignCalls &Calls;
  std::vector<Finding> &Out;

  /// The outermost loop that a block is in, as an index; ~0: none.
  static uint32_t outermost(const ir::Function &F, ir::BlockId B) {
    uint32_t Out = ~0u;
    for (uint32_t L = F.Blocks[B].Loop; L; L = F.Loops[L - 1].Parent)
      Out = L - 1;
    return Out;
  }

  struct Nest {
    bool Attached = true, Python = false, Memory = false;
    unsigned Work = 0;
    ir::ValueId Sized = 0; ///< the bound that comes from a caller
  };

  void judge(link::FnId Id) {
    const ir::Function &F = P.fn(Id);
    const flow::FunctionInfo &I = R.engine().infos()[Id];
    const auto Map = R.threads(Id);
    std::vector<Nest> Nests(F.Loops.size());
    for (uint32_t L = 0; L < F.Loops.size(); ++L) {
      uint32_t Top = outermost(F, F.Loops[L].Header);
      if (Top == ~0u)
        continue;
      Nests[Top].Work += F.Loops[L].Work;
      if (F.Loops[L].Bound && !Nests[Top].Sized && comesFromCaller(Id, F.Loops[L].Bound))
        Nests[Top].Sized = F.Loops[L].Bound;
    }
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B) {
      uint32_t Top = outermost(F, B);
      if (Top == ~0u)
        continue;
      Nest &N = Nests[Top];
      for (uint32_t E = 0; E < F.Blocks[B].Events.size(); ++E) {
        N.Attached &= Map[B][E] == 1u << unsigned(flow::Thread::Attached);
        N.Python |= usesPython(Id, F.Blocks[B].Events[E], I.Targets[B][E], I.Actions[B][E]);
        N.Memory |= touchesMemory(F, F.Blocks[B].Events[E]);
      }
    }
    for (uint32_t L = 0; L < F.Loops.size(); ++L)
      if (const Nest &N = Nests[L]; N.Sized && N.Attached && !N.Python && N.Memory && N.Work >= LeastWork)
        tell(Id, L, N);
  }

  static constexpr unsigned LeastWork = 2;

  bool usesPython(link::FnId, const ir::Event &E, const link::Target &T, llvm::ArrayRef<flow::Action> Actions) const {
    if (T.Api && (T.Api->Needs != api::Need::Nothing || T.Api->Does != api::Effect::None))
      return true;
    if (T.Unresolved && E.Kind == ir::EventKind::Call)
      return true; // through a pointer: nobody knows
    for (link::FnId G : T.Fns)
      if (R.engine().infos()[G].Needs || R.engine().infos()[G].Transitions)
        return true;
    return llvm::any_of(Actions, [](const flow::Action &A) { return A.Type && A.Type->Holder; });
  }

  static bool touchesMemory(const ir::Function &F, const ir::Event &E) {
    ir::ValueId V = E.Kind == ir::EventKind::Read ? E.Src : E.Kind == ir::EventKind::Write ? E.Dst : 0;
    ValueKind K = F.Values[V].Kind;
    return V && (K == ValueKind::Index || K == ValueKind::Deref);
  }

  // ---- where a bound comes from
  bool comesFromCaller(link::FnId Id, ir::ValueId V) {
    std::set<std::pair<link::FnId, ir::ValueId>> Seen;
    return isSize(Id, V, 0, Seen);
  }

  bool isSize(link::FnId Id, ir::ValueId V, unsigned Depth, std::set<std::pair<link::FnId, ir::ValueId>> &Seen) {
    constexpr unsigned Deepest = 12;
    const ir::Function &F = P.fn(Id);
    if (!V || Depth > Deepest || !Seen.insert({Id, V}).second)
      return false;
    const ir::Value &X = F.Values[V];
    switch (X.Kind) {
    case ValueKind::Cast:
    case ValueKind::Unary:
      return isSize(Id, X.A, Depth + 1, Seen);
    case ValueKind::Binary:
      // n / 8, end - start; of `i < n`, which may be what a bound is given as, either side
      return isSize(Id, X.A, Depth + 1, Seen) || isSize(Id, X.B, Depth + 1, Seen);
    case ValueKind::Field:
      return P.model().says(api::Naming::PythonStruct, X.Rec) &&
             (X.Str == "len" || X.Str == "shape" || X.Str == "ob_size");
    case ValueKind::Deref:
    case ValueKind::Index: // view.shape[0]
      return isSize(Id, X.A, Depth + 1, Seen);
    case ValueKind::Var:
    case ValueKind::Temp:
      return assignedSize(Id, V, Depth, Seen);
    default:
      return false;
    }
  }

  bool assignedSize(link::FnId Id, ir::ValueId V, unsigned Depth, std::set<std::pair<link::FnId, ir::ValueId>> &Seen) {
    const ir::Function &F = P.fn(Id);
    const flow::FunctionInfo &I = R.engine().infos()[Id];
    for (ir::BlockId B = 0; B < F.Blocks.size(); ++B)
      for (uint32_t N = 0; N < F.Blocks[B].Events.size(); ++N) {
        const ir::Event &E = F.Blocks[B].Events[N];
        const link::Target &T = I.Targets[B][N];
        bool Python = T.Api && T.Api->Needs == api::Need::Attached;
        if (E.Kind == ir::EventKind::Assign && E.Dst == V && E.Src && !E.Compound && isSize(Id, E.Src, Depth + 1, Seen))
          return true;
        if (Python && E.Result == V && saysSize(T.Named->Name))
          return true;
        if (Python && takesAddress(F, E, V) && givesSize(T.Named->Name))
          return true;
      }
    if (F.Values[V].Kind != ValueKind::Var || F.Values[V].Ref >= F.NumParams)
      return false;
    for (link::EventRef At : Calls.attachedCallsOf(Id)) {
      const ir::Event &E = P.event(At);
      if (F.Values[V].Ref < E.Args.size() && isSize(At.Fn, E.Args[F.Values[V].Ref], Depth + 1, Seen))
        return true;
    }
    return false;
  }

  static bool takesAddress(const ir::Function &F, const ir::Event &E, ir::ValueId V) {
    return llvm::any_of(E.Args,
                        [&](ir::ValueId A) { return F.Values[A].Kind == ValueKind::AddrOf && F.Values[A].A == V; });
  }
  /// The size of something with plain data inside. How long a tuple or list is says little: there is Python in each
  /// element.
  static bool saysSize(llvm::StringRef Name) {
    bool Size = Name.ends_with_insensitive("size") || Name.ends_with("Length") || Name.ends_with("GET_LENGTH") ||
                Name.ends_with("_NBYTES") || Name.ends_with("_DIM") || Name.ends_with("_DIMS");
    static constexpr llvm::StringRef Data[] = {"Bytes", "ByteArray", "Unicode", "String", "Array", "Buffer"};
    return Size && llvm::any_of(Data, [&](llvm::StringRef D) { return Name.contains(D); });
  }
  static bool givesSize(llvm::StringRef Name) {
    return Name.starts_with("PyArg_") || Name.ends_with("AndSize") || Name.ends_with("AsCharBuffer") ||
           Name.ends_with("AsReadBuffer") || Name.ends_with("AsWriteBuffer");
  }

  void tell(link::FnId Id, uint32_t L, const Nest &N) {
    const ir::Function &F = P.fn(Id);
    const flow::FunctionInfo &I = R.engine().infos()[Id];
    Finding X = makeFinding(R, LongLoopAttachedCheck, {Id, F.Loops[L].Header, link::EventRef::Terminator}, "");
    X.State = ThreadState::Attached;
    X.Where = R.place(P.unit(Id), F.Loops[L].Where);
    std::string Bound = I.Values.spell(I.Values.of(N.Sized));
    X.Message = "the loop runs attached (GIL held) and needs no Python; its length" +
                (Bound.empty() || Bound.size() > 40 ? std::string() : " '" + Bound + "'") + " is that of an argument";
    Calls.witness(Id, X.Notes);
    remedy(X, "measure it with 'gilray probe'; for large arguments release the thread state around the loop, with the "
              "buffer exported");
    Out.push_back(std::move(X));
  }
};

} // namespace

static void run(const rules::Input &In, std::vector<Finding> &Out) { Rule(In, Out).run(); }

} // namespace gilray
