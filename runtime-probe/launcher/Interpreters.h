// Finding interpreters, and what they say about themselves.
#ifndef GILRAY_PROBE_LAUNCHER_INTERPRETERS_H
#define GILRAY_PROBE_LAUNCHER_INTERPRETERS_H

#include "launcher/Child.h"
#include "spec/Spec.h"

namespace gilray::probe {

/// What every measured interpreter is started with.
struct LaunchContext {
  std::string Harness;                  ///< the library
  std::vector<std::string> Environment; ///< NAME=VALUE: nothing else is passed on
  std::vector<unsigned> Cpus;
  std::string ScratchDirectory; ///< working directory of the children
};

/// Environment of the children: what a program needs to run, what the spec passes on, one thread per worker in numeric
/// libraries, and the spec's module path.
std::vector<std::string> cleanEnvironment(const Spec &S);

/// Program and arguments that run a script (the bootstrap) in this interpreter; extra -X options for GIL on or off.
ChildOptions interpreterCommand(const InterpreterSpec &I, const LaunchContext &C, llvm::StringRef Script = {});

/// Problem is set when it cannot be used.
InterpreterFacts askInterpreter(const InterpreterSpec &I, const LaunchContext &C);
/// From the "facts" object of a reply.
void readFacts(const llvm::json::Object &Facts, InterpreterFacts &Into);

/// CPython 3.8 to 3.15 on PATH, of pyenv, uv, /opt and gilray's own cache; one of each release and kind.
std::vector<InterpreterSpec> discoverInterpreters(const LaunchContext &C,
                                                  std::vector<InterpreterFacts> *Facts = nullptr);

/// The harness library: beside the executable's lib directory. Empty when it is not there.
std::string findHarness(llvm::StringRef Executable);

} // namespace gilray::probe

#endif
