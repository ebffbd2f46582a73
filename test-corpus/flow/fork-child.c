// corpus: check=* py=3.9..
// Parent and child of a fork in a released region: the child ends with exec or _exit, the parent attaches.
#include <Python.h>
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

PyObject *run(PyObject *self, PyObject *arg)
{
    int status = 0;
    pid_t child;
    const char *program = PyUnicode_AsUTF8(arg);
    if (!program)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    child = fork();
    if (child == 0) {
        execlp(program, program, (char *)NULL);
        _exit(errno == ENOENT ? 127 : 126); // ok: gilray-region-escape
    }
    if (child > 0)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
    Py_END_ALLOW_THREADS
    if (child < 0)
        return PyErr_SetFromErrno(PyExc_OSError); // ok: gilray-*  attached
    return PyLong_FromLong(status);               // ok: gilray-*  attached
}
