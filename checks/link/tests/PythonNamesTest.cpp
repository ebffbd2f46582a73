// The names under which Python code reaches functions.
#include "link/PythonNames.h"
#include "ir/tests/UnitText.h"
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::link;
using testing::ElementsAre;

namespace {

/// "demo.Gauge.read method noargs" for each name of the function.
std::vector<std::string> namesOf(llvm::StringRef Text, llvm::StringRef Function) {
  ir::Unit U = ir::test::parsed(Text);
  const ir::Unit *Ptr = &U;
  Program P(Ptr, api::Model::builtin());
  Modules M(P);
  PythonNames N(P, M);
  static const char *const Kinds[] = {"function", "method", "class", "static", "getter", "setter", "slot"};
  std::vector<std::string> Out;
  for (FnId F = 0; F < P.functions().size(); ++F)
    if (P.fn(F).Name == Function)
      for (const PythonCallable &C : N.of(F))
        Out.push_back(C.qualified() + " " + Kinds[size_t(C.Kind)] + " " + C.Convention);
  return Out;
}

constexpr const char *Module = R"(unit "demo.c" py=0x030d00f0
global @functions: "PyMethodDef[2]" = {{.ml_name = "open", .ml_meth = fn open_gauge, .ml_flags = 3} : PyMethodDef, {} : PyMethodDef}
global @methods: "PyMethodDef[3]" = {{.ml_name = "read", .ml_meth = fn read, .ml_flags = 4} : PyMethodDef, {.ml_name = "make", .ml_meth = fn make, .ml_flags = 24} : PyMethodDef, {} : PyMethodDef}
global @getset: "PyGetSetDef[2]" = {{.name = "level", .get = fn get_level, .set = fn set_level} : PyGetSetDef, {} : PyGetSetDef}
global @Gauge: _typeobject = {.tp_name = "demo.Gauge", .tp_init = fn init, .tp_methods = &@methods, .tp_getset = &@getset} : _typeobject
global @late: "PyMethodDef[2]" = {{.ml_name = "reset", .ml_meth = fn reset, .ml_flags = 8} : PyMethodDef, {} : PyMethodDef}
global @slots: "PyType_Slot[2]" = {{.slot = 64 spelled Py_tp_methods, .pfunc = &@late} : PyType_Slot, {} : PyType_Slot}
global @spec: PyType_Spec = {.name = "Meter", .slots = &@slots} : PyType_Spec
global @def: PyModuleDef = {.m_name = "demo", .m_size = 0, .m_methods = &@functions} : PyModuleDef
function open_gauge() {
}
function read() {
}
function make() {
}
function get_level() {
}
function set_level() {
}
function init() {
}
function reset() {
}
function PyInit_demo(): PyObject * {
  %1 = call PyModuleDef_Init(&@def)
  return %1
}
)";

TEST(PythonNames, TablesBelongToModulesAndTypes) {
  EXPECT_THAT(namesOf(Module, "open_gauge"), ElementsAre("demo.open function keywords"));
  EXPECT_THAT(namesOf(Module, "read"), ElementsAre("demo.Gauge.read method noargs"));
  EXPECT_THAT(namesOf(Module, "make"), ElementsAre("demo.Gauge.make class o"));
}

TEST(PythonNames, AttributesAndSlots) {
  EXPECT_THAT(namesOf(Module, "get_level"), ElementsAre("demo.Gauge.level getter "));
  EXPECT_THAT(namesOf(Module, "set_level"), ElementsAre("demo.Gauge.level setter "));
  EXPECT_THAT(namesOf(Module, "init"), ElementsAre("demo.Gauge.__init__ slot "));
}

TEST(PythonNames, TypesFromSpecs) { EXPECT_THAT(namesOf(Module, "reset"), ElementsAre("demo.Meter.reset method o")); }

TEST(PythonNames, ChainsOfABindingLibrary) {
  constexpr const char *Chain = R"(unit "demo.cpp" lang=c++ py=0x030d00f0
file 1 project "demo.cpp"
file 2 pybind11 "pybind11.h"
type 1 record "class pybind11::class_" record=pybind11::class_
type 2 reference "class pybind11::class_ &" inner=#1
callee pybind11::class_::class_ header=pybind11.h record=pybind11::class_
callee pybind11::class_::def_property header=pybind11.h record=pybind11::class_ result=#2
callee pybind11::class_::def header=pybind11.h record=pybind11::class_ result=#2
callee pybind11::class_::def_static header=pybind11.h record=pybind11::class_ result=#2
callee pybind11::module_::def header=pybind11.h record=pybind11::module_
function get() {
}
function set() {
}
function read() {
}
function make() {
}
function open_gauge() {
}
function bind(m: int) {
  construct pybind11::class_::class_(&%1, m, "Gauge") type=#1
  %2 = call pybind11::class_::def_property(&%1, "level", fn get, fn set)
  %3 = call pybind11::class_::def(%2, "read", fn read)
  call pybind11::class_::def_static(%3, "make", fn make)
  call pybind11::module_::def(m, "open", fn open_gauge)
}
)";
  EXPECT_THAT(namesOf(Chain, "get"), ElementsAre("Gauge.level getter "));
  EXPECT_THAT(namesOf(Chain, "set"), ElementsAre("Gauge.level setter "));
  EXPECT_THAT(namesOf(Chain, "read"), ElementsAre("Gauge.read method "));
  EXPECT_THAT(namesOf(Chain, "make"), ElementsAre("Gauge.make static "));
  EXPECT_THAT(namesOf(Chain, "open_gauge"), ElementsAre("open function "));
}

TEST(PythonNames, NobodyCallsTheInitFunctionByName) { EXPECT_TRUE(namesOf(Module, "PyInit_demo").empty()); }

} // namespace
