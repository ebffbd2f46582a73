// corpus: check=gilray-unguarded-field py=3.13.. std=c++17 gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot,-gilray-static-object,-gilray-mutable-global"
// Containers are changed by their methods, and by a lookup that makes what it does not find.
#include <Python.h>
#include <map>
#include <mutex>
#include <vector>

struct Medians {
    PyObject_HEAD
    std::map<long, double> known;
};

static PyObject *learn(PyObject *op, PyObject *arg)
{
    Medians *self = reinterpret_cast<Medians *>(op);
    long key = PyLong_AsLong(arg);
    self->known[key] = 2.0 * key; // expect: gilray-unguarded-field "field 'known' of 'Medians' is written by methods without a lock"
    Py_RETURN_NONE;
}

static PyObject *find(PyObject *op, PyObject *arg)
{
    Medians *self = reinterpret_cast<Medians *>(op);
    auto it = self->known.find(PyLong_AsLong(arg));
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
    self->values->push_back(value);
    Py_RETURN_NONE;
}

static PyObject *forget(PyObject *op, PyObject *)
{
    Samples *self = reinterpret_cast<Samples *>(op);
    self->values->clear(); // expect: gilray-unguarded-field "'values' of 'Samples' is used by 'forget' without the lock that others hold"
    Py_RETURN_NONE;
}

static PyMethodDef medians_methods[] = {
    {"learn", learn, METH_O, NULL}, {"find", find, METH_O, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyMethodDef samples_methods[] = {
    {"add", add, METH_O, NULL}, {"forget", forget, METH_NOARGS, NULL}, {nullptr, nullptr, 0, nullptr}};
static PyType_Slot medians_slots[] = {{Py_tp_methods, (void *)medians_methods}, {0, NULL}};
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
