// Two threads that run the same code at the same time as soon as no GIL makes them take turns. For the races of this folder.
#include <Python.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

typedef void (*race_body)(int thread);

struct racer {
  race_body body;
  int number;
  pthread_barrier_t *start;
};

enum { MEETINGS = 3 };
static int arrived[MEETINGS]; // a bit for each thread

static long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

/// The unlucky moment, made certain: waits, attached, until the other thread has come to this meeting, too. Where a GIL or a lock of the
/// module keeps it away, the wait ends by itself. Relaxed, because a meeting must not order the memory accesses that are on trial.
static void meet(int meeting, int thread) {
#ifdef Py_GIL_DISABLED
  const long patience = 1000; // the other one may come, as late as a busy machine lets it
#else
  const long patience = 50; // nobody can come
#endif
  __atomic_fetch_or(&arrived[meeting], 1 << thread, __ATOMIC_RELAXED);
  for (long end = milliseconds() + patience; __atomic_load_n(&arrived[meeting], __ATOMIC_RELAXED) != 3 && milliseconds() < end;)
    sched_yield();
}

static _Thread_local int racer_number; // for code under test that does not know which thread it is on

static void *race_run(void *context) {
  struct racer *racer = context;
  racer_number = racer->number;
  pthread_barrier_wait(racer->start);
  PyGILState_STATE state = PyGILState_Ensure();
  racer->body(racer->number);
  PyGILState_Release(state);
  return NULL;
}

/// Runs body(0) and body(1) on threads of their own.
static void race(race_body body) {
  pthread_barrier_t start;
  pthread_t threads[2];
  struct racer racers[2];
  Py_BEGIN_ALLOW_THREADS
  for (int i = 0; i < MEETINGS; i++)
    __atomic_store_n(&arrived[i], 0, __ATOMIC_RELAXED);
  pthread_barrier_init(&start, NULL, 2);
  for (int i = 0; i < 2; i++) {
    racers[i] = (struct racer){body, i, &start};
    pthread_create(&threads[i], NULL, race_run, &racers[i]);
  }
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&start);
  Py_END_ALLOW_THREADS
}
