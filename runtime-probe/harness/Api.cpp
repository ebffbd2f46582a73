// See Api.h.
#include "harness/Api.h"
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

namespace gilray::harness {

Api Py;

template <typename T> static bool look(T &Into, const char *Name) {
  Into = reinterpret_cast<T>(dlsym(RTLD_DEFAULT, Name));
  return Into != nullptr;
}

std::string loadApi() {
  std::string Missing;
  if (Py.Loaded)
    return Missing;
#define X(Result, Name, Parameters)                                                                                    \
  if (!look(Py.Name, #Name))                                                                                           \
    Missing += #Name " ";
  GILRAY_API(X)
#undef X
  look(Py.Py_NewInterpreterFromConfig, "Py_NewInterpreterFromConfig");
  if (!look(Py.InterpreterGet, "PyInterpreterState_Get") && !look(Py.InterpreterGet, "_PyInterpreterState_Get"))
    Missing += "PyInterpreterState_Get ";
  const char *(*Version)() = nullptr;
  if (look(Version, "Py_GetVersion") && !strncmp(Version(), "3.", 2))
    Py.Minor = atoi(Version() + 2);
  // From 3.12 on the current thread state is a thread-local variable: other threads see nothing.
  if (Py.Minor >= 8 && Py.Minor <= 11)
    look(Py.UncheckedGet, "_PyThreadState_UncheckedGet");
  Py.Loaded = Missing.empty();
  return Missing;
}

std::string takeException() {
  Object *Type = nullptr, *Value = nullptr, *Traceback = nullptr;
  Py.PyErr_Fetch(&Type, &Value, &Traceback);
  if (!Type)
    return "an error without an exception";
  Py.PyErr_NormalizeException(&Type, &Value, &Traceback);
  std::string Text = "an exception without a text";
  if (Object *Shown = Py.PyObject_Repr(Value ? Value : Type)) {
    if (const char *S = Py.PyUnicode_AsUTF8(Shown))
      Text = S;
    Py.Py_DecRef(Shown);
  }
  // Printing may have failed itself.
  Object *T2 = nullptr, *V2 = nullptr, *B2 = nullptr;
  Py.PyErr_Fetch(&T2, &V2, &B2);
  for (Object *O : {Type, Value, Traceback, T2, V2, B2})
    if (O)
      Py.Py_DecRef(O);
  return Text;
}

} // namespace gilray::harness
