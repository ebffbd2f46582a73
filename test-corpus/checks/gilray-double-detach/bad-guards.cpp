// corpus: check=gilray-double-detach py=3.9..
// Two releasing guards, one in the other's scope.
#include <Python.h>

struct NoGil {
    PyThreadState *saved;
    NoGil() { saved = PyEval_SaveThread(); } // ok: gilray-double-detach  right where it is built attached
    NoGil(const NoGil &) = delete;
    ~NoGil() { PyEval_RestoreThread(saved); }
};

int load(int page);

static int load_unlocked(int page)
{
    NoGil released; // ok: gilray-double-detach  also called attached
    return load(page);
}

int load_one(int page) { return load_unlocked(page); }

int load_all(int pages)
{
    NoGil released;
    int sum = 0;
    for (int i = 0; i < pages; i++)
        sum += load_unlocked(i); // expect: gilray-double-detach "load_unlocked"
    return sum;
}
