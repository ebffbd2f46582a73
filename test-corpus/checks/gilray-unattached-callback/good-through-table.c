// corpus: check=gilray-unattached-callback py=3.9..
// Several codecs behind one pointer: one of them calls back into Python, and is only used attached.
#include <Python.h>

typedef struct lib lib;
lib *lib_open(void);
int lib_step(lib *l);
void lib_on_event(lib *l, void (*on_event)(int code));

static PyObject *handler;

static void on_event(int code)
{
    Py_XDECREF(PyObject_CallFunction(handler, "i", code)); // ok: gilray-unattached-callback
}

static int with_events(const char *data)
{
    lib *l = lib_open();
    lib_on_event(l, on_event);
    return lib_step(l);
}

static int plain(const char *data) { return data[0]; }

struct codec {
    int (*run)(const char *data);
    int attached;
};

static struct codec codecs[] = {{with_events, 1}, {plain, 0}};

PyObject *run(PyObject *self, PyObject *arg)
{
    struct codec *codec = &codecs[PyLong_AsLong(arg)];
    PyThreadState *save = NULL;
    int n;
    if (!codec->attached)
        save = PyEval_SaveThread();
    n = codec->run("");
    if (save)
        PyEval_RestoreThread(save);
    return PyLong_FromLong(n);
}
