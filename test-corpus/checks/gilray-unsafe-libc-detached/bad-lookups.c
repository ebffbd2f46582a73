// corpus: check=gilray-unsafe-libc-detached py=3.9..
// Functions that answer in static storage.
#include <Python.h>
#include <locale.h>
#include <netdb.h>
#include <pwd.h>
#include <string.h>
#include <time.h>

PyObject *lookups(PyObject *self, PyObject *args)
{
    char line[] = "a b";
    time_t now = time(NULL);
    long sum = 0;
    Py_BEGIN_ALLOW_THREADS
    sum += localtime(&now)->tm_hour; // expect: gilray-unsafe-libc-detached "localtime"
    sum += gethostbyname("localhost") != NULL; // expect: gilray-unsafe-libc-detached "gethostbyname"
    sum += getpwnam("root") != NULL; // expect: gilray-unsafe-libc-detached "getpwnam"
    sum += strtok(line, " ") != NULL; // expect: gilray-unsafe-libc-detached "strtok"
    setlocale(LC_NUMERIC, "C"); // expect: gilray-unsafe-libc-detached "setlocale"
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(sum);
}
