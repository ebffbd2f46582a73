// corpus: check=gilray-static-init-deadlock py=3.9..
#include <Python.h>

static PyObject *load(const char *module, const char *name)
{
    PyObject *m = PyImport_ImportModule(module);
    PyObject *result = m ? PyObject_GetAttrString(m, name) : nullptr;
    Py_XDECREF(m);
    return result;
}

static PyObject *to_decimal(PyObject *, PyObject *text)
{
    static PyObject *decimal = load("decimal", "Decimal"); // expect: gilray-static-init-deadlock "may detach"
    return decimal ? PyObject_CallOneArg(decimal, text) : nullptr;
}

static PyMethodDef methods[] = {{"to_decimal", to_decimal, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
