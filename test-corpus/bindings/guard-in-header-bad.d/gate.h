// The project's guards, in a header that two files include.
#pragma once
#include <Python.h>

namespace gates {

template <class Policy>
class ScopedState {
    typename Policy::State state_;
public:
    ScopedState() : state_(Policy::enter()) {}
    ScopedState(const ScopedState &) = delete;
    ScopedState &operator=(const ScopedState &) = delete;
    ~ScopedState() { Policy::leave(state_); }
};

struct DetachPolicy {
    using State = PyThreadState *;
    static State enter() { return PyEval_SaveThread(); }
    static void leave(State state) { PyEval_RestoreThread(state); }
};

struct AttachPolicy {
    using State = PyGILState_STATE;
    static State enter() { return PyGILState_Ensure(); }
    static void leave(State state) { PyGILState_Release(state); }
};

using Detached = ScopedState<DetachPolicy>;
using Attached = ScopedState<AttachPolicy>;

class Lamp {
public:
    int blink(PyObject *listener);
};

} // namespace gates
