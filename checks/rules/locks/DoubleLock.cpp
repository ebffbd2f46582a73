#include "rules/locks/LockReport.h"

namespace gilray {

using namespace rules;
using api::Degree;
using link::EventRef;

static constexpr Example Bad[] = {{"a helper takes the lock that its caller holds", R"c(#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int entries;

static int count(void)
{
    pthread_mutex_lock(&lock);
    int n = entries;
    pthread_mutex_unlock(&lock);
    return n;
}

PyObject *add(PyObject *self, PyObject *item)
{
    int n;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&lock);
    entries++;
    n = count();
    pthread_mutex_unlock(&lock);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(n);
}
)c"}};

static constexpr Example Good[] = {
    {"the helper for callers that hold the lock does not take it", R"c(#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int entries;

static int count_locked(void)
{
    return entries;
}

PyObject *add(PyObject *self, PyObject *item)
{
    int n;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&lock);
    entries++;
    n = count_locked();
    pthread_mutex_unlock(&lock);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(n);
}
)c"}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK(DoubleLock,
             {
                 .Name = "double-lock",
                 .Group = "locks",
                 .Summary = "a thread waits for a lock that it holds already",
                 .Default = Severity::Error,
                 .State = Maturity::Stable,
                 .Since = "0.1.0",
                 .What = "A lock that its holder cannot take again (PyMutex, pthread default, C11 plain, std::mutex, "
                         "PyThread lock, spin lock) is taken again on a path that holds it, also through helpers.",
                 .Why = "The thread waits for itself for ever; attached, it stops every other thread too.",
                 .Remedy = "Split the helper: one that takes the lock, and one for callers that hold it.",
                 .Limits = "Locks that are made with attributes may be recursive and are not judged, nor are PyThread "
                           "locks that are released by somebody who has not taken them: those are signals.",
                 .Bad = Bad,
                 .Good = Good,
                 .Run = run,
             });

static void run(const rules::Input &In, std::vector<Finding> &Out) {
  const LockSets &Locks = In.locks();
  const flow::Results &Results = In.flow();
  for (const LockEventFact &F : Locks.facts()) {
    if (F.Kind != LockFactKind::DoubleLock || !Locks.givenBack(Locks.classOf(F.Lock.Lock)).empty())
      continue;
    std::string Name = quoted(Locks, F.Lock.Lock, F.At.Fn);
    const bool Below = F.Other.valid(), Perhaps = F.Sure < Degree::Certain;
    Finding X = makeFinding(Results, DoubleLockCheck, F.At,
                            (Below ? calledAt(Results, F.At) + (Perhaps ? " may wait for " : " waits for ") + Name
                                   : Name + " is waited for here") +
                                ", which this thread holds already: it waits for itself");
    X.Sev = Perhaps ? Severity::Warning : Severity::Error;
    pathOf(X, In, F);
    path(X, Results, Locks.cause(F), "it is taken again here");
    remedy(X, Below ? "release the lock before the call, or call a variant of the function that expects it to be held"
                    : "take the lock once, or release it first");
    Out.push_back(std::move(X));
  }
}

} // namespace gilray
