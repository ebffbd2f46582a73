// corpus: check=gilray-unguarded-field py=3.13.. std=c++17 gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
// Only looked at, or filled before the object is known, or under one lock everywhere.
#include <Python.h>
#include <map>
#include <mutex>
#include <new>
#include <vector>

struct Medians {
    PyObject_HEAD
    std::map<long, double> known;
};

static PyObject *medians_new(PyTypeObject *type, PyObject *, PyObject *)
{
    Medians *self = reinterpret_cast<Medians *>(type->tp_alloc(type, 0));
    if (!self)
        return nullptr;
    new (&self->known) std::map<long, double>();
    for (long i = 0; i < 8; ++i)
        self->known[i] = 2.0 * i; // ok: gilray-unguarded-field  nobody knows it yet
    return reinterpret_cast<PyObject *>(self);
}

static PyObject *find(PyObject *op, PyObject *arg)
{
    Medians *self = reinterpret_cast<Medians *>(op);
    auto it = self->known.find(PyLong_AsLong(arg)); // ok: gilray-unguarded-field
    if (it == self->known.end())
        Py_RETURN_NONE;
    return PyFloat_FromDouble(it->second);
}

struct Samples {
    PyObject_HEAD
    std::mutex lock;
    std::vector<double> *values;
};

static PyObject *add(PyObject *op, PyObject *arg)
{
    Samples *self = reinterpret_cast<Samples *>(op);
    double value = PyFloat_AsDouble(arg);
    std::lock_guard<std::mutex> guard(self->lock);
    self->values->push_back(value); // ok: gilray-unguarded-field
    Py_RETURN_NONE;
}

static PyObject *count(PyObject *op, PyObject *)
{
    Samples *self = reinterpret_cast<Samples *>(op);
    std::vector<double> copy;
    {
        std::lock_guard<std::mutex> guard(self->lock);
        copy = *self->values; // ok: gilray-unguarded-field
    }
    copy.push_back(0.0); // ok: gilray-unguarded-field  its own
    return PyLong_FromSize_t(copy.size());
}

static PyMethodDef medians_methods[] = {
    {"find", find, METH_O, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyMethodDef samples_methods[] = {
    {"add", add, METH_O, NULL}, {"count", count, METH_NOARGS, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyType_Slot medians_slots[] = {{Py_tp_new, (void *)medians_new}, {Py_tp_methods, (void *)medians_methods}, {0, NULL}};
static PyType_Slot samples_slots[] = {{Py_tp_methods, (void *)samples_methods}, {0, NULL}};
static PyType_Spec medians_spec = {"demo.Medians", sizeof(Medians), 0, Py_TPFLAGS_DEFAULT, medians_slots};
static PyType_Spec samples_spec = {"demo.Samples", sizeof(Samples), 0, Py_TPFLAGS_DEFAULT, samples_slots};
static int demo_exec(PyObject *m)
{
    PyObject *medians = PyType_FromModuleAndSpec(m, &medians_spec, NULL);
    PyObject *samples = PyType_FromModuleAndSpec(m, &samples_spec, NULL);
    return !medians || !samples || PyModule_Add(m, "Medians", medians) || PyModule_Add(m, "Samples", samples) ? -1 : 0;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)demo_exec}, {Py_mod_gil, Py_MOD_GIL_NOT_USED}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_demo(void) { return PyModuleDef_Init(&module); }
