// corpus: check=gilray-mutable-buffer-detached py=3.9..
// The release is in a helper of another file.
#include "player.h"

static PyObject *sound_play(PyObject *, PyObject *arg)
{
    if (!PyByteArray_Check(arg))
        return nullptr;
    char *samples = PyByteArray_AS_STRING(arg);
    return PyLong_FromLong(play(samples)); // expect: gilray-mutable-buffer-detached "it is used here"
}

extern "C" {
PyMethodDef sound_methods[] = {{"play", sound_play, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
}
