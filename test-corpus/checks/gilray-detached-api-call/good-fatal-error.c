// corpus: check=* py=3.9..
// Paths that end the process, and the fork child up to _exit.
#include <Python.h>
#include <stdlib.h>
#include <unistd.h>

int heap_check(void);
static void die(const char *what) { Py_FatalError(what); } // ok: gilray-detached-api-call  may be called in any state

PyObject *spawn(PyObject *self, PyObject *args)
{
    pid_t pid;
    Py_BEGIN_ALLOW_THREADS
    if (heap_check() == 1)
        Py_FatalError("heap is broken"); // ok: gilray-*  the path ends
    if (heap_check() == 2)
        die("heap is very broken"); // ok: gilray-*  the path ends
    if (heap_check() == 3)
        abort(); // ok: gilray-region-escape  the path ends
    if (heap_check() == 4)
        exit(3); // ok: gilray-region-escape  the path ends
    pid = fork();
    if (pid == 0) {
        char *const argv[] = {(char *)"true", NULL};
        execv("/bin/true", argv);
        _exit(127); // ok: gilray-region-escape  the child ends here
    }
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(pid); // ok: gilray-detached-api-call  attached
}
