// corpus: check=* py=3.9..
// Wrong only from the second turn on: continue skips the restore.
#include <Python.h>

int next_item(void);

PyObject *items(PyObject *self, PyObject *args)
{
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        PyThreadState *saved = PyEval_SaveThread(); // expect: gilray-double-detach
        int item = next_item();
        if (item == 0)
            continue;
        PyEval_RestoreThread(saved);
        sum += item;
    }
    return PyLong_FromLong(sum); // expect: gilray-detached-api-call // expect: gilray-region-escape
}
