// Few API entries for engine tests, on top of the built-in model: the tests stand on their own feet where the model's
// knowledge of libraries grows, and show the form of an entry that the engine acts on.
#ifndef GILRAY_FLOW_TESTS_TESTMODEL_H
#define GILRAY_FLOW_TESTS_TESTMODEL_H

#include "flow/tests/TestProgram.h"

namespace gilray::test {

inline const api::Model &testModel() {
  using namespace api;
  auto Registers = [](llvm::StringRef Name, uint8_t Arg, When Runs) {
    static std::deque<Callback> Callbacks;
    Entry E;
    E.Name = Name;
    E.Home = HeaderClass::Libc;
    Callbacks.push_back({Arg, -1, Runs});
    E.Callbacks = llvm::ArrayRef(&Callbacks.back(), 1);
    return E;
  };
  auto Plain = [](llvm::StringRef Name, auto Set) {
    Entry E;
    E.Name = Name;
    E.Home = HeaderClass::Libc;
    Set(E);
    return E;
  };
  auto Type = [](llvm::StringRef Record, auto Set) {
    TypeEntry T;
    T.Record = Record;
    Set(T);
    return T;
  };
  static const Model M(Model::builtin(),
                       {
                           Registers("start_thread", 0, When::Thread),
                           Registers("at_thread_exit", 0, When::ThreadExit),
                           Registers("on_signal", 1, When::Signal),
                           Registers("at_exit", 0, When::AtExit),
                           Registers("at_py_exit", 0, When::PyAtExit),
                           Registers("at_fork", 0, When::Fork),
                           Registers("add_loop", 0, When::Detached),
                           Registers("add_pending", 0, When::Attached),
                           Registers("sort_with", 1, When::Now),
                           Registers("lib_on_event", 1, When::Later),
                           Plain("give_up", [](Entry &E) { E.NoReturn = true; }),
                           Plain("take_lock", [](Entry &E) { E.Lock = LockOp::Lock; }),
                           Plain("drop_lock", [](Entry &E) { E.Lock = LockOp::Unlock; }),
                           Plain("shared_text", [](Entry &E) { E.SharedStatic = true; }),
                           Plain("safe_write", [](Entry &E) { E.AsyncSignalSafe = true; }),
                           Plain("print_text", [](Entry &E) {}),
                       },
                       {
                           Type("lib::release",
                                [](TypeEntry &T) {
                                  T.Constructs = Effect::Detach;
                                  T.Destroys = Effect::Attach;
                                }),
                           Type("lib::acquire",
                                [](TypeEntry &T) {
                                  T.Constructs = Effect::Ensure;
                                  T.Destroys = Effect::Release;
                                }),
                           Type("lib::object",
                                [](TypeEntry &T) {
                                  static constexpr llvm::StringRef GivesUp[] = {"release"};
                                  T.Holder = true;
                                  T.GivesUp = GivesUp;
                                }),
                           Type("lib::vector",
                                [](TypeEntry &T) {
                                  static constexpr llvm::StringRef Empties[] = {"clear", "pop_back"};
                                  T.OwnsArgs = 1;
                                  T.Empties = Empties;
                                }),
                           Type("lib::unique",
                                [](TypeEntry &T) {
                                  static constexpr llvm::StringRef Empties[] = {"reset"}, GivesUp[] = {"release"};
                                  T.OwnsArgs = 1;
                                  T.DeleterArg = 1;
                                  T.Empties = Empties;
                                  T.GivesUp = GivesUp;
                                }),
                           Type("lib::thread", [](TypeEntry &T) { T.StartsThread = true; }),
                       },
                       nullptr,
                       {
                           {"LoopSpec", "loop", EntryState::Detached, "loop"},
                           {"PyMethodDef", "ml_meth", EntryState::Attached, "method"},
                           {"PyTypeObject", "tp_dealloc", EntryState::Attached, "dealloc"},
                           {"PyType_Slot", "Py_tp_dealloc", EntryState::Attached, "dealloc"},
                           {"PyType_Slot", "Py_tp_traverse", EntryState::Attached, "traverse"},
                       });
  return M;
}

struct Result {
  std::vector<std::string> Findings; ///< "line: check"
  std::vector<std::string> Unjudged; ///< "function: reason"
};

inline Result analyseTexts(std::initializer_list<llvm::StringRef> Texts) {
  std::vector<ir::Unit> Units;
  for (llvm::StringRef T : Texts)
    Units.push_back(parse(T));
  std::vector<const ir::Unit *> Ptrs;
  for (const ir::Unit &U : Units)
    Ptrs.push_back(&U);
  AnalysisResult R = analyse(Ptrs, testModel(), {});
  Result Out;
  for (const Finding &F : R.Findings)
    if (F.Sev >= Severity::Warning)
      Out.Findings.push_back(std::to_string(F.Where.Line) + ": " + std::string(F.Check->Name));
  for (const Incomplete &I : R.Unjudged)
    Out.Unjudged.push_back(I.Function + ": " + I.Reason);
  return Out;
}

/// As findings(), with the test model.
inline std::vector<std::string> found(std::initializer_list<llvm::StringRef> Texts) {
  return analyseTexts(Texts).Findings;
}

} // namespace gilray::test

#endif
