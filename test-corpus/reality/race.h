// Two threads that run the same code at the same time as soon as no GIL makes them take turns. For the races of this folder.
#include <Python.h>
#include <pthread.h>

typedef void (*race_body)(int thread);

struct racer {
  race_body body;
  int number;
  pthread_barrier_t *start;
};

static void *race_run(void *context) {
  struct racer *racer = context;
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
