// corpus: check=gilray-leaked-attach py=3.13..
// A token that is made of the cookie, kept for the end of the call; a null pointer and 1 say that nothing is to be undone.
#include <Python.h>
#include <cstdint>

static inline void *attach()
{
    if (PyThreadState_GetUnchecked() != nullptr)
        return (void *)1;
    return (void *)(uintptr_t)((int)PyGILState_Ensure() + 2);
}

static inline void detach(void *token)
{
    if (token == (void *)1)
        return;
    PyGILState_Release((PyGILState_STATE)((uintptr_t)token - 2));
}

struct call {
    PyObject *self;
    call *outer;
    void *token;
};

static thread_local call *current;

void enter(PyObject *self, call *c, void *cached)
{
    void *token = nullptr;
    if (!cached) {
        token = attach();
        PyErr_Clear();
    }
    if (!token)
        token = attach();
    c->token = token;
    c->self = self;
    c->outer = current;
    if (c->outer && c->outer->self == c->self) {
        detach(token);
        return; // ok: gilray-leaked-attach
    }
    current = c;
} // ok: gilray-leaked-attach  leave() releases it

void leave(call *c)
{
    current = c->outer;
    detach(c->token); // ok: gilray-leaked-attach
}
