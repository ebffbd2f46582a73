// corpus: check=gilray-region-escape py=3.9..
// break and continue leave the region inside a loop.
#include <Python.h>

int next_item(void);

int drain(int limit)
{
    int n = 0;
    while (n < limit) {
        Py_BEGIN_ALLOW_THREADS
        if (next_item() < 0)
            break;
        n++;
        Py_END_ALLOW_THREADS
    }
    return n; // expect: gilray-region-escape
}

int drain_well(int limit)
{
    int n = 0, rc = 0;
    while (n < limit && rc >= 0) {
        Py_BEGIN_ALLOW_THREADS
        for (;;) {
            rc = next_item();
            if (rc <= 0)
                break;
            n++;
        }
        Py_END_ALLOW_THREADS
    }
    return n; // ok: gilray-region-escape  that break stays inside the region
}
