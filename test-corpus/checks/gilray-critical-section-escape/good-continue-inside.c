// corpus: check=gilray-critical-section-escape py=3.13..
// A continue in a loop that stands inside the section goes back to the loop's head, which is inside, too.
#include <Python.h>

int positive_keys(PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    int found = 0;
    Py_BEGIN_CRITICAL_SECTION(dict);
    while (PyDict_Next(dict, &pos, &key, &value)) {
        int skip = 0;
        for (; skip < 3; skip++) {
            if (key == value)
                break;
        }
        if (skip == 3) {
            continue; // ok: gilray-critical-section-escape
        }
        found++;
    }
    Py_END_CRITICAL_SECTION();
    return found;
}
