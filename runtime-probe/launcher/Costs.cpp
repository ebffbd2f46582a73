// See Costs.h.
#include "launcher/Costs.h"
#include "launcher/BootScript.h"
#include "launcher/Session.h"

namespace gilray::probe {

using namespace llvm;

static WorkerCost readWorker(const json::Object &O) {
  WorkerCost W;
  W.How = O.getString("how").value_or("").str();
  W.Problem = O.getString("problem").value_or("").str();
  W.StartSeconds = O.getNumber("start").value_or(0);
  if (auto N = O.getNumber("memory"))
    W.MemoryBytes = *N;
  if (auto N = O.getNumber("task"))
    W.TaskSeconds = *N;
  return W;
}

static HandOverCost readHandOver(const json::Object &O) {
  return {O.getString("how").value_or("").str(), O.getString("problem").value_or("").str(),
          O.getInteger("bytes").value_or(0), O.getNumber("seconds").value_or(0)};
}

static SwitchEffect readSwitch(const json::Object &O) {
  auto Number = [&](StringRef Key) { return O.getNumber(Key).value_or(0); };
  return {Number("interval"), Number("wait"), Number("wait_high"), Number("rate")};
}

Costs measureCosts(const KernelSpec &K, const InterpreterSpec &I, unsigned Batch, const LaunchContext &C) {
  Costs Out;
  Out.Interpreter = I.Id;
  ChildOptions O = interpreterCommand(I, C, CostsScript);
  O.MemoryBytes = K.MemoryBytes;
  auto Process = Child::start(O, Out.Problem);
  if (!Process)
    return Out;
  Failure F;
  if (!Process->receive(20, F)) {
    Out.Problem = F.Text;
    return Out;
  }
  std::string Text;
  raw_string_ostream(Text) << json::Value(json::Object{
      {"module", K.Module}, {"setup", K.Setup + "\n"}, {"call", K.Call}, {"loop", loopCode(K)}, {"batch", Batch}});
  Process->send(Text);
  while (auto Reply = Process->receive(K.TimeoutSeconds + 20, F)) {
    if (Reply->getBoolean("done"))
      return Out;
    if (const json::Object *W = Reply->getObject("worker"))
      Out.Workers.push_back(readWorker(*W));
    else if (const json::Object *A = Reply->getObject("argument"))
      Out.Arguments.push_back(readHandOver(*A));
    else if (const json::Object *R = Reply->getObject("result"))
      Out.Result = readHandOver(*R);
    else if (const json::Object *S = Reply->getObject("switch"))
      Out.Switch.push_back(readSwitch(*S));
  }
  Out.Problem = F.Text;
  return Out;
}

} // namespace gilray::probe
