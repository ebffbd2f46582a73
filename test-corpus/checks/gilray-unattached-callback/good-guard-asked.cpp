// corpus: check=gilray-unattached-callback,gilray-leaked-attach py=3.13..
// A guard that attaches only while the interpreter is there, and says so. Its token is the cookie, moved out of the way
// of the null pointer and of a constant that says "was attached before".
#include <Python.h>
#include <cstdint>
#include <pthread.h>

#define ATTACHED ((void *)1)
static bool alive;

bool is_alive() noexcept { return alive; }

void *attach() noexcept
{
    if (PyThreadState_GetUnchecked() != nullptr)
        return ATTACHED;
    return (void *)(uintptr_t)((int)PyGILState_Ensure() + 2);
}

void detach(void *token) noexcept
{
    if (token == ATTACHED)
        return;
    PyGILState_Release((PyGILState_STATE)((uintptr_t)token - 2));
}

void leave(void *token) noexcept
{
    if (token)
        detach(token);
}

class guard {
public:
    guard() noexcept : token(is_alive() ? attach() : nullptr) {}
    ~guard()
    {
        if (token)
            leave(token);
    }
    explicit operator bool() const { return token != nullptr; }

private:
    void *const token;
};

struct flagged {
    PyGILState_STATE gil;
    bool active = false;
    flagged() noexcept
    {
        if (is_alive()) {
            gil = PyGILState_Ensure();
            active = true;
        }
    }
    ~flagged()
    {
        if (active)
            PyGILState_Release(gil);
    }
    bool is_valid() const;
};

bool flagged::is_valid() const { return active; }

struct record {
    void *pool;
    PyObject *owner;
};

static void drop(void *value)
{
    record *r = static_cast<record *>(value);
    if (guard g{}) {
        Py_XDECREF(r->owner); // ok: gilray-unattached-callback  the guard is asked
        PyMem_Free(r->pool);
    }
} // ok: gilray-leaked-attach

static void drop_other(void *value)
{
    flagged g;
    if (g.is_valid())
        Py_XDECREF(static_cast<record *>(value)->owner); // ok: gilray-unattached-callback
}

static pthread_key_t key, other;

PyObject *setup(PyObject *self, PyObject *args)
{
    alive = true;
    pthread_key_create(&key, drop);
    pthread_key_create(&other, drop_other);
    Py_RETURN_NONE;
}
