#include "readiness/Readiness.h"
#include "llvm/Support/ErrorHandling.h"

namespace gilray::readiness {

using evidence::Goal;
using evidence::Kind;
using link::ModuleForm;
using llvm::StringRef;

StringRef goalName(Goal G) {
  switch (G) {
  case evidence::SharedGilInterpreters:
    return "shared-gil";
  case evidence::OwnGilInterpreters:
    return "own-gil";
  case evidence::FreeThreading:
    return "free-threading";
  }
  llvm_unreachable("all goals are named");
}

StringRef goalTitle(Goal G) {
  switch (G) {
  case evidence::SharedGilInterpreters:
    return "sub-interpreters, shared GIL";
  case evidence::OwnGilInterpreters:
    return "sub-interpreters, own GIL";
  case evidence::FreeThreading:
    return "free threading";
  }
  llvm_unreachable("all goals are named");
}

StringRef verdictName(Verdict V) {
  switch (V) {
  case Verdict::Declared:
    return "declared";
  case Verdict::Earned:
    return "earned";
  case Verdict::Blocked:
    return "blocked";
  case Verdict::Contradicted:
    return "contradicted";
  case Verdict::Unknown:
    return "unknown";
  }
  llvm_unreachable("all verdicts are named");
}

StringRef formName(ModuleForm F) {
  switch (F) {
  case ModuleForm::MultiPhase:
    return "multi-phase";
  case ModuleForm::SinglePhase:
    return "single-phase";
  case ModuleForm::Export:
    return "export";
  case ModuleForm::Pybind11:
    return "pybind11";
  case ModuleForm::Nanobind:
    return "nanobind";
  case ModuleForm::BoostPython:
    return "boost-python";
  }
  llvm_unreachable("all forms are named");
}

StringRef kindName(Kind K) {
  switch (K) {
  case Kind::SinglePhase:
    return "single-phase-init";
  case Kind::StaticType:
    return "static-type";
  case Kind::StaticObject:
    return "static-object";
  case Kind::MutableGlobal:
    return "mutable-global";
  case Kind::ModuleLookup:
    return "module-lookup";
  case Kind::HeapTypeProtocol:
    return "heap-type-protocol";
  case Kind::ProcessWideCall:
    return "process-wide-call";
  case Kind::GilState:
    return "gilstate-in-subinterpreter";
  case Kind::UnguardedField:
    return "unguarded-field";
  case Kind::Declared:
    return "declared-unsupported";
  }
  llvm_unreachable("all kinds are named");
}

std::string_view checkOf(Kind K) {
  const CheckInfo *C = findCheck(kindName(K));
  return C ? C->Name : std::string_view();
}

} // namespace gilray::readiness
