// corpus: check=gilray-mutable-global py=3.13.. variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>
#include <map>
#include <string>
#include <vector>

// Containers change through their methods.
struct Counter {
  int value = 0;
  void bump() { ++value; }
  int get() const { return value; }
};

static std::vector<int> history;         // expect: gilray-mutable-global "'history'"
static std::map<int, int> cache;         // expect: gilray-mutable-global "'cache'"
static std::string last;                 // expect: gilray-mutable-global "'last'"
static Counter counter;                  // expect: gilray-mutable-global "'counter'"
static std::vector<int> primes = {2, 3}; // ok: gilray-mutable-global  only read

static PyObject *note(PyObject *self, PyObject *arg) {
  static int first = static_cast<int>(PyLong_AsLong(arg)); // ok: gilray-mutable-global  initialised once, under a guard
  int value = static_cast<int>(PyLong_AsLong(arg)) + primes[0] + counter.get();
  for (int prime : primes)
    value += prime;
  history.push_back(value);
  cache[value] = first;
  last = "noted";
  counter.bump();
  return PyLong_FromLong(value);
}

static PyMethodDef methods[] = {{"note", note, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, nullptr}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_demo() { return PyModuleDef_Init(&module); }
