// The facts of programs written in the IR's text form.
#ifndef GILRAY_EVIDENCE_TESTS_TESTEVIDENCE_H
#define GILRAY_EVIDENCE_TESTS_TESTEVIDENCE_H

#include "evidence/Context.h"
#include "ir/tests/UnitText.h"
#include <gmock/gmock.h>

namespace gilray::test {

/// A module `demo` with the methods f and g and the exec function setup, all of which Body must define. Tables: types
/// with numbers, which stand first.
inline std::string demo(llvm::StringRef Body, llvm::StringRef MoreSlots = "", llvm::StringRef Tables = "") {
  return ("unit \"demo.c\" py=0x030d00f0\n" + Tables + R"(
record PyMethodDef at "/python/methodobject.h":1:1
record PyModuleDef at "/python/moduleobject.h":1:1
file python "/python/methodobject.h"
global @methods: "PyMethodDef[3]" internal = {{.ml_name = "f", .ml_meth = fn f} : PyMethodDef, {.ml_name = "g", .ml_meth = fn g} : PyMethodDef, {} : PyMethodDef}
global @slots: "PyModuleDef_Slot[4]" internal = {{.slot = 2 spelled Py_mod_exec, .value = fn setup} : PyModuleDef_Slot, )" +
          MoreSlots + R"({.slot = 0} : PyModuleDef_Slot} : "PyModuleDef_Slot[4]" at 1:1-9
global @module: PyModuleDef internal = {.m_name = "demo", .m_size = 0, .m_methods = &@methods, .m_slots = &@slots} : PyModuleDef
function PyInit_demo(): "PyObject *" { %1 = call PyModuleDef_Init(&@module); return %1 }
)" + Body)
      .str();
}

class Judged {
public:
  explicit Judged(llvm::StringRef Text) : Unit(std::make_unique<ir::Unit>(ir::test::parsed(Text))) {
    const ir::Unit *Ptr = Unit.get();
    P = std::make_unique<link::Program>(Ptr, api::Model::builtin());
    R = std::make_unique<flow::Results>(*P);
    M = std::make_unique<link::Modules>(*P);
    L = std::make_unique<flow::LockSets>(*R, *M);
    E = std::make_unique<evidence::Evidence>(*R, *M, *L);
  }

  const evidence::Fact *fact(evidence::Kind K, llvm::StringRef Subject) const {
    for (const evidence::Fact &F : E->facts())
      if (F.What == K && F.Subject == Subject)
        return &F;
    return nullptr;
  }
  /// "subject blocks=N" of the facts of a kind; goals as bits.
  std::vector<std::string> facts(evidence::Kind K) const {
    std::vector<std::string> Out;
    for (const evidence::Fact &F : E->facts())
      if (F.What == K)
        Out.push_back(F.Subject + " blocks=" + std::to_string(F.Blocks));
    return Out;
  }

  std::unique_ptr<ir::Unit> Unit;
  std::unique_ptr<link::Program> P;
  std::unique_ptr<flow::Results> R;
  std::unique_ptr<link::Modules> M;
  std::unique_ptr<flow::LockSets> L;
  std::unique_ptr<evidence::Evidence> E;
};

} // namespace gilray::test

#endif
