// corpus: check=gilray-static-object variants=gil gilray="--checks=-gilray-missing-*,-gilray-contradicted-slot"
#include <Python.h>
#include <map>
#include <string>
#include <vector>

// C++ holders and containers of them own references just as a PyObject * does.
class Ref {
public:
  Ref() = default;
  explicit Ref(PyObject *object) : object_(object) {}
  Ref(const Ref &) = delete;
  Ref &operator=(const Ref &) = delete;
  ~Ref() { Py_XDECREF(object_); } // expect: gilray-attach-after-finalize
  void reset(PyObject *object) { Py_XSETREF(object_, object); }
  PyObject *get() const { return object_; }

private:
  PyObject *object_ = nullptr;
};

class Registry {
public:
  static PyObject *current;
  static int instances;
};

PyObject *Registry::current = nullptr; // expect: gilray-static-object "and 2 others"
int Registry::instances = 0;
static std::map<std::string, PyObject *> by_name;
static Ref last;

static PyObject *remember(PyObject *self, PyObject *arg) {
  Registry::current = arg;
  by_name["last"] = arg;
  Py_INCREF(arg);
  last.reset(arg);
  return PyLong_FromSize_t(by_name.size());
}

static PyMethodDef methods[] = {{"remember", remember, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};
static PyModuleDef_Slot slots[] = {{0, nullptr}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_demo() { return PyModuleDef_Init(&module); }
