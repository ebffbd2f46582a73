// corpus: check=gilray-region-escape py=3.9..
// A guard that was told not to attach.
#include <Python.h>

class NoGil {
    PyThreadState *saved;
    bool active = true;
public:
    NoGil() : saved(PyEval_SaveThread()) {}
    NoGil(const NoGil &) = delete;
    void dismiss() { active = false; }
    ~NoGil() { if (active) PyEval_RestoreThread(saved); }
};

int step();

int steps()
{
    NoGil released;
    int rc = step();
    if (rc < 0)
        released.dismiss();
    return rc; // expect: gilray-region-escape
}

int steps_well()
{
    NoGil released;
    return step(); // ok: gilray-region-escape  the destructor attaches
}
