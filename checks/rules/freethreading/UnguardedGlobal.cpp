#include "rules/Report.h"
#include "rules/freethreading/Applies.h"
#include "rules/freethreading/StatedGuards.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace gilray {

using namespace rules;
using evidence::Race;

static constexpr Example Bad[] = {{"a counter that every thread increments", R"c(#include <Python.h>

static long calls;

static PyObject *count(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(++calls);
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL}};
static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
)c"}};

static constexpr Example Good[] = {{"under a lock", R"c(#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long calls;

static PyObject *count(PyObject *self, PyObject *ignored)
{
    long now;
    pthread_mutex_lock(&lock);
    now = ++calls;
    pthread_mutex_unlock(&lock);
    return PyLong_FromLong(now);
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {NULL}};
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
    UnguardedGlobal,
    {
        .Name = "unguarded-global",
        .Group = "freethreading",
        .Summary = "static storage is used by several threads without a lock",
        .Default = Severity::Warning,
        .State = Maturity::Preview,
        .Since = "0.1.0",
        .ReviewBy = "0.2.0",
        .What = "A variable with static storage that functions called from Python write, while no lock is held at all "
                "of the accesses. Both threads are shown.",
        .Why = "Without a GIL two threads run the code at once: counts are lost, an object that the one has just "
               "replaced is used by the other after it was freed (PEP 703).",
        .Remedy = "Guard all accesses with one PyMutex (3.13) or other lock, make it atomic, or keep it in an object "
                  "or in the module state under a critical section.",
        .Limits = "Speaks of modules that declare Py_MOD_GIL_NOT_USED, and of code compiled for a free-threaded "
                  "Python. Silent on thread_local, const and atomic variables, on locks and once flags, on what is "
                  "written while the module is created only, and where a lock may be held that could not be followed. "
                  "What is set on first use is for gilray-lazy-init-race. Static variables of one name in several "
                  "functions are "
                  "one finding.",
        .Bad = Bad,
        .Good = Good,
        .Run = run,
    });

static std::string message(const Race &R) {
  switch (R.What) {
  case Race::SomeUnlocked:
    return R.Name + " is used here without the lock that is held elsewhere";
  case Race::OtherLocks:
    return R.Name + " is guarded by different locks at different places: none orders all accesses";
  default:
    return R.Name + " is written by several threads at once: static storage without a lock";
  }
}

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  std::vector<Finding> Stated;
  reportStatedGuards(In, UnguardedGlobalCheck, /*Fields=*/false, Stated);
  llvm::StringMap<size_t> Told;
  eachRace(In, [&](const evidence::Fact &Fact, const link::ExtensionModule &M) {
    const Race &R = *Fact.Threads;
    if (R.What == Race::CheckThenSet || R.What == Race::DoubleChecked)
      return;
    if (llvm::any_of(Stated, [&](const Finding &S) { return S.Where == R.Where; }))
      return;
    // static struct cache, in every function: the same thing once; so is what one statement writes:
    // PyArg_ParseTuple(args, "OO", &reader, &writer)
    std::string Place = R.Where.File + ":" + std::to_string(R.Where.Line);
    auto Same = Fact.Function.empty() ? Told.end() : Told.find(M.Name + "\n" + Fact.Subject);
    if (Same == Told.end())
      Same = Told.find(Place);
    if (Same != Told.end()) {
      Out[Same->second].Notes.push_back({NoteKind::Related, "so is " + R.Name, R.Where});
      return;
    }
    if (!Fact.Function.empty())
      Told[M.Name + "\n" + Fact.Subject] = Out.size();
    Told[Place] = Out.size();
    Finding F = raceFinding(UnguardedGlobalCheck, R, M, message(R));
    why(F, "without a GIL both threads run this at the same time");
    remedyInGuide(F, "hold one PyMutex (3.13) or other lock at all accesses, make it atomic, or move it into an object",
                  "Static variables");
    Out.push_back(std::move(F));
  });
  llvm::move(Stated, std::back_inserter(Out));
}

} // namespace gilray
