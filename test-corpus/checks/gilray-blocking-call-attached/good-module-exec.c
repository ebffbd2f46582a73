// corpus: check=gilray-blocking-call-attached py=3.9..3.11
// What runs while the module is made runs once.
#include <Python.h>
#include <stdio.h>
#include <unistd.h>

static char table[65536];

static int load_table(int fd)
{
    return read(fd, table, sizeof table) < 0; // ok: gilray-blocking-call-attached  module creation
}

static int demo_exec(PyObject *module)
{
    usleep(1000); // ok: gilray-blocking-call-attached  module creation
    return load_table(3) ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, demo_exec}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void)
{
    return PyModuleDef_Init(&definition);
}
