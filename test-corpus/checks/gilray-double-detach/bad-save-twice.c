// corpus: check=gilray-double-detach py=3.9..
#include <Python.h>

void hum(void);

void hum_twice(int loud)
{
    PyThreadState *first = PyEval_SaveThread();
    hum();
    if (loud) {
        PyThreadState *second = PyEval_SaveThread(); // expect: gilray-double-detach
        hum();
        PyEval_RestoreThread(second);
    } else {
        PyEval_RestoreThread(first);
    }
}
