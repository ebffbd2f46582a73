#include "rules/release/Release.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace gilray {

using namespace rules;
using belief::CallSite;
using belief::ForeignCalls;
using belief::Tally;

static constexpr Example Bad[] = {{"one of four methods keeps the GIL", R"c(#include <Python.h>

extern int probe_measure(int channel, int what);

PyObject *temperature(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 't');
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *humidity(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 'h');
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *wind(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 'w');
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *pressure(PyObject *self, PyObject *unused)
{
    return PyLong_FromLong(probe_measure(1, 'p'));
}
)c"}};

static constexpr Example Good[] = {{"all release, but where the call fails", R"c(#include <Python.h>

extern int probe_measure(int channel, int what);

PyObject *temperature(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 't');
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(value);
}

PyObject *humidity(PyObject *self, PyObject *unused)
{
    int value;
    Py_BEGIN_ALLOW_THREADS
    value = probe_measure(1, 'h');
    Py_END_ALLOW_THREADS
    if (value < 0) {
        probe_measure(1, 'r');
        PyErr_SetString(PyExc_OSError, "no answer");
        return NULL;
    }
    return PyLong_FromLong(value);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(
    InconsistentRelease,
    {
        .Name = "inconsistent-release",
        .Group = "release",
        .Summary = "a call is made attached here, and with the GIL released in most other places",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A foreign function is called in released regions that contain no other foreign call, at clearly most "
                "of its places, and attached at a few; or a method releases around it and a sibling that works on the "
                "same handle, such as the deallocator, does not.",
        .Why = "Somebody found the call worth a release. Where it is not released, it may keep all Python threads "
               "waiting; and if the library calls back, a callback that attaches the saved thread state of the release "
               "finds none.",
        .Remedy = "Release around this call as the others do, or say why not: gilray suppressions take a reason.",
        .Limits = "A belief, not a rule: nothing is known of the function but what the program does. A region around "
                  "several foreign functions says nothing about each of them. Calls that are known to block are "
                  "reported by gilray-blocking-call-attached.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

/// Another method of the same type makes the call on the same handle, released for it alone.
static const CallSite *releasingSibling(const flow::Results &R, const ForeignCalls &Calls, const CallSite &S) {
  auto Mine = Calls.handle(S.At);
  if (!Mine)
    return nullptr;
  for (const CallSite *O : Calls.of(S.Callee->Name)) {
    auto Theirs = Calls.handle(O->At);
    if (O->Sole && O->At.Fn != S.At.Fn && Theirs && *Theirs == *Mine)
      return O;
  }
  return nullptr;
}

/// const char *lib_name(handle): what it hands out is there already.
static bool isAccessor(const link::Program &P, const CallSite &S) {
  const ir::Unit &U = P.unit(S.At.Fn);
  const ir::Type &T = U.Types[S.Callee->Result];
  return T.Kind == ir::TypeKind::Pointer && U.Types[T.Inner].Const;
}

/// One place of several that releases says little. It counts where the call is known to wait or to work, or if most
/// places release (or decide by size); one of two is left to the reader.
static bool mostlyReleased(const link::Program &P, const ForeignCalls &Calls, const CallSite &S) {
  if (S.Blocks)
    return true;
  unsigned For = 0, Against = 0;
  for (const CallSite *O : Calls.of(S.Callee->Name))
    (O->detached() || isDecided(Calls, *O) ? For : Against)++;
  return (For > 1 && For >= 3 * Against) || (For == 1 && Against == 1 && !isAccessor(P, S));
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const flow::Results &R = In.flow();
  const ForeignCalls &Calls = In.foreignCalls();
  llvm::StringSet<> Told;
  llvm::StringMap<Tally> Releases; // of what is released for alone somewhere: nothing else can be a finding
  for (const CallSite &S : Calls.all())
    if (S.Sole)
      Releases.try_emplace(S.Callee->Name);
  for (auto &Entry : Releases)
    Entry.second = releases(Calls, Entry.first(), /*OnlySole=*/true);
  for (const CallSite &S : Calls.all()) {
    auto Known = Releases.find(S.Callee->Name);
    if (Known == Releases.end())
      continue;
    Tally T = Known->second;
    bool Blocks = S.Blocks && S.Blocks->Blocks >= api::Degree::Likely;
    bool Dies = R.program().hasRole(S.At.Fn, "dealloc");
    if (!S.attached() || isKeptAttached(Calls, S) || isShortByArguments(R.program(), S) ||
        closesVisibleObject(R, Calls, S) || (Blocks && !Dies))
      continue;
    const CallSite *Sibling = releasingSibling(R, Calls, S);
    if (!belief::believed(T) && !(Sibling && T.For >= T.Against && (Dies || mostlyReleased(R.program(), Calls, S))))
      continue;
    if (!Told.insert((llvm::Twine(S.At.Fn) + " " + S.Callee->Name).str()).second)
      continue;
    std::string Name = "'" + S.Callee->Name.str() + "'";
    Finding F = makeFinding(
        R, InconsistentReleaseCheck, S.At,
        belief::believed(T) ? Name + " is called with the thread attached (GIL held), unlike " + std::to_string(T.For) +
                                  " of " + std::to_string(T.all()) + " functions that call it, which release"
                            : Name + " is called with the thread attached (GIL held), while '" +
                                  R.functionName(Sibling->At.Fn) + "' releases for the same handle");
    Calls.witness(S.At.Fn, F.Notes);
    siblingNotes(F, R, Calls, S);
    remedy(F, Dies ? "release here, too, after the object is hidden from the collector and with a pending exception "
                     "put aside"
                   : "release here, too, or keep it attached with a suppression that says why");
    Out.push_back(std::move(F));
  }
}

} // namespace gilray
