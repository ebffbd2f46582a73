// corpus: check=gilray-region-escape py=3.9..
// The restore is forgotten: control runs off the end while detached.
#include <Python.h>

void blink(int times);

void blink_all(int times)
{
    PyThreadState *saved = PyEval_SaveThread();
    blink(times);
    (void)saved;
} // expect: gilray-region-escape

void blink_some(int times)
{
    PyThreadState *saved = PyEval_SaveThread();
    if (times > 3)
        blink(times);
    PyEval_RestoreThread(saved);
} // ok: gilray-region-escape
