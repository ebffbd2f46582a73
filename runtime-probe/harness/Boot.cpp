// How Python gets at us without ctypes and without building anything: the "extension module" registers one function in
// sys and then refuses to be imported. Refusing on purpose keeps free-threaded builds free-threaded (an imported module
// that does not declare itself safe would switch the GIL on), and nothing is ever measured inside PyInit.
#include "harness/Api.h"
#include <dlfcn.h>

namespace gilray::harness {

extern "C" Object *gilrayProbeServe(Object *, Object *Config);
extern "C" Object *gilrayProbeReplay(Object *, Object *Arguments);

namespace {
/// PyMethodDef.
struct MethodDefinition {
  const char *Name;
  Object *(*Function)(Object *, Object *);
  int Flags;
  const char *Doc;
};
constexpr int OneObject = 8; // METH_O
MethodDefinition Serve = {"gilray_probe_serve", gilrayProbeServe, OneObject, nullptr};
MethodDefinition Replay = {"gilray_probe_replay", gilrayProbeReplay, OneObject, nullptr};
} // namespace

extern "C" __attribute__((visibility("default"))) Object *PyInit_gilray_probe_harness() {
  std::string Missing = loadApi();
  if (Missing.empty()) {
    Py.PySys_SetObject("_gilray_probe_serve", Py.PyCFunction_NewEx(&Serve, nullptr, nullptr));
    Py.PySys_SetObject("_gilray_probe_replay", Py.PyCFunction_NewEx(&Replay, nullptr, nullptr));
  }
  std::string Text = Missing.empty() ? "registered" : "this Python lacks " + Missing;
  auto *Class = static_cast<Object **>(dlsym(RTLD_DEFAULT, "PyExc_ImportError"));
  if (Class && Py.PyErr_SetString)
    Py.PyErr_SetString(*Class, Text.c_str());
  return nullptr;
}

} // namespace gilray::harness
