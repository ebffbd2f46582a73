// corpus: check=gilray-region-escape py=3.9..
// Whether there are threads is decided at start. The functions for programs without threads do nothing.
#include <Python.h>
#include <pthread.h>

extern int wait_for_input(int fd);

static struct {
    void (*take)(void);
    void (*give)(void);
} gil;
static pthread_key_t state_key;

static void take(void) { PyEval_RestoreThread((PyThreadState *)pthread_getspecific(state_key)); }
static void give(void) { pthread_setspecific(state_key, PyEval_SaveThread()); }
static void take_nothing(void) {}
static void give_nothing(void) {}

void start(int threads)
{
    gil.take = threads ? take : take_nothing;
    gil.give = threads ? give : give_nothing;
}

PyObject *read_input(PyObject *self, PyObject *args)
{
    gil.give();
    int status = wait_for_input(0);
    if (status < 0)
        return NULL; // expect: gilray-region-escape
    gil.take();
    return PyLong_FromLong(status); // ok: gilray-region-escape
}
