// Names of all fields in the JSON report: one list for writing and for reading.
#ifndef GILRAY_PROBE_REPORT_FIELDS_H
#define GILRAY_PROBE_REPORT_FIELDS_H

#include "report/Model.h"

namespace gilray::probe {

template <class V> void fields(V &F, WorkerRun &W) {
  F("iterations", W.Iterations), F("wall", W.Wall), F("cpu", W.Cpu), F("run_delay", W.RunDelay);
  F("lock_wait", W.LockWait), F("voluntary_switches", W.Voluntary), F("involuntary_switches", W.Involuntary),
      F("calls", W.Calls);
  F("calls_wall", W.WholeWall), F("calls_cpu", W.WholeCpu), F("released", W.ReleasedWall), F("gil_wait", W.GilWait);
  F("lock_wait_attached", W.LockWaitAttached), F("releases", W.Releases);
  F("locks", W.Locks), F("contended", W.Contended);
}
template <class V> void fields(V &F, Run &R) { F("workers", R.Workers), F("window", R.Window), F("each", R.Each); }
template <class V> void fields(V &F, QuietCheck &Q) {
  F("quiet", Q.Quiet), F("least_on_cpu", Q.LeastOnCpu), F("steal", Q.Steal), F("throttled", Q.Throttled);
}
template <class V> void fields(V &F, Block &B) {
  F("id", B.Id), F("accepted", B.Accepted), F("rejected", B.Rejected), F("at", B.At), F("before", B.Before);
  F("after", B.After), F("runs", B.Runs);
}
template <class V> void fields(V &F, Failure &X) {
  F("kind", X.Kind), F("text", X.Text), F("stage", X.Stage), F("workers", X.Workers), F("stack", X.Stack);
}
template <class V> void fields(V &F, ImportFacts &I) {
  F("tried", I.Tried), F("accepted", I.Accepted), F("error", I.Error), F("gil_before", I.GilBefore);
  F("gil_after", I.GilAfter), F("warnings", I.Warnings), F("file", I.File);
}
template <class V> void fields(V &F, HeldEstimate &H) {
  F("method", H.Method), F("held", H.Held), F("samples", H.Samples);
}
template <class V> void fields(V &F, CodeShare &C) {
  F("object", C.Object), F("function", C.Function), F("file", C.File), F("line", C.Line), F("callee", C.Callee);
  F("share", C.Share), F("count", C.Count);
}
template <class V> void fields(V &F, Structure &S) {
  F("measured", S.Measured), F("observable", S.Observable), F("why_not_observable", S.WhyNot), F("has_gil", S.HasGil);
  F("call_seconds", S.CallSeconds), F("cpu_share", S.CpuShare), F("round_seconds", S.RoundSeconds);
  F("held_fraction", S.Held), F("held_low", S.HeldLow), F("held_high", S.HeldHigh), F("held_clock", S.HeldClock);
  F("estimates", S.Estimates), F("disagreement", S.Disagreement), F("releases_per_call", S.ReleasesPerCall),
      F("locks_per_call", S.LocksPerCall);
  F("hook_cost", S.HookCost), F("pair_gil_wait", S.PairGilWait), F("pair_lock_wait", S.PairLockWait);
  F("held_at", S.HeldAt), F("released_at", S.ReleasedAt), F("pc_samples", S.PcSamples);
}
template <class V> void fields(V &F, Interval &I) {
  F("median", I.Median), F("low", I.Low), F("high", I.High), F("coverage", I.Coverage), F("method", I.Method);
  F("blocks", I.Count);
}
template <class V> void fields(V &F, Result &R) {
  F("interpreter", R.Interpreter), F("strategy", R.Strategy), F("share", R.Share), F("workers", R.Workers);
  F("speedup", R.Speedup), F("efficiency", R.Efficiency), F("ceiling", R.Ceiling), F("held_fraction", R.HeldFraction);
  F("releases_per_call", R.ReleasesPerCall), F("gil_wait_share", R.GilWaitShare), F("lock_wait_share", R.LockWaitShare);
  F("blocked_share", R.BlockedShare), F("cpu_per_call_ratio", R.CpuPerCallRatio), F("jain", R.Jain);
  F("min_to_max", R.MinToMax), F("karp_flatt", R.KarpFlatt), F("predicted_speedup", R.Predicted);
  F("accepted_blocks", R.Accepted), F("tried_blocks", R.Tried), F("verdict", R.Verdict), F("evidence", R.Evidence);
  F("flags", R.Flags), F("blocks", R.Ratios);
}
template <class V> void fields(V &F, BandAt &B) {
  F("workers", B.Workers), F("will_not_scale", B.WillNotScale), F("high", B.High), F("low", B.Low);
}
template <class V> void fields(V &F, Fitted &X) {
  F("law", X.Law), F("parameter", X.Parameter), F("identifiable", X.Identifiable), F("why_not", X.Why);
  F("value", X.Value), F("low", X.Low), F("high", X.High);
}
template <class V> void fields(V &F, Replay &R) {
  F("workers", R.Workers), F("accepted", R.Accepted), F("tried", R.Tried), F("stretched", R.Stretched);
  F("speedup", R.Speedup), F("problem", R.Problem);
}
template <class V> void fields(V &F, Series &S) {
  F("interpreter", S.Interpreter), F("strategy", S.Strategy), F("share", S.Share), F("workers", S.Workers),
      F("import", S.Import);
  F("structure", S.Shape), F("failure", S.Failed), F("batch", S.Batch), F("window", S.Window),

      F("start_seconds", S.StartSeconds), F("memory_per_worker", S.MemoryPerWorker), F("blocks", S.Blocks);
  F("notes", S.Notes), F("band", S.Band), F("fits", S.Fits), F("replay", S.Replayed);
}
template <class V> void fields(V &F, WorkerCost &W) {
  F("how", W.How), F("problem", W.Problem), F("start_seconds", W.StartSeconds), F("memory_bytes", W.MemoryBytes);
  F("task_seconds", W.TaskSeconds);
}
template <class V> void fields(V &F, HandOverCost &H) {
  F("how", H.How), F("problem", H.Problem), F("bytes", H.Bytes), F("seconds", H.Seconds);
}
template <class V> void fields(V &F, SwitchEffect &S) {
  F("interval", S.Interval), F("wait", S.Wait), F("wait_high", S.WaitHigh), F("rate", S.Rate);
}
template <class V> void fields(V &F, Costs &C) {
  F("interpreter", C.Interpreter), F("problem", C.Problem), F("workers", C.Workers), F("arguments", C.Arguments);
  F("result", C.Result), F("switch_interval", C.Switch);
}
template <class V> void fields(V &F, Advice &A) {
  F("interpreter", A.Interpreter), F("strategy", A.Strategy), F("pays_from", A.PaysFrom), F("text", A.Text);
}
template <class V> void fields(V &F, Checked &E) {
  F("text", E.Text), F("outcome", E.Outcome), F("why", E.Why), F("line", E.Line);
}
template <class V> void fields(V &F, Kernel &K) {
  F("name", K.Name), F("module", K.Module), F("call", K.Call), F("units_per_call", K.UnitsPerCall), F("unit", K.Unit);
  F("costs", K.AllCosts), F("advice", K.AllAdvice), F("expectations", K.Expectations), F("results", K.Results),
      F("series", K.AllSeries);
}
template <class V> void fields(V &F, InterpreterFacts &I) {
  F("id", I.Id), F("python", I.Python), F("release", I.Release), F("implementation", I.Implementation);
  F("executable", I.Executable), F("compiler", I.Compiler), F("build_flags", I.BuildFlags), F("version", I.Version);
  F("free_threaded", I.FreeThreaded), F("gil_enabled", I.GilEnabled), F("debug", I.Debug);
  F("shared_library", I.SharedLibrary), F("switch_interval", I.SwitchInterval), F("problem", I.Problem);
}
template <class V> void fields(V &F, Ceiling &C) { F("workers", C.Workers), F("spin", C.Spin), F("stream", C.Stream); }
template <class V> void fields(V &F, Environment &E) {
  F("started", E.Started), F("host", E.Host), F("kernel", E.Kernel), F("cpu_model", E.CpuModel);
  F("governor", E.Governor), F("hypervisor", E.Hypervisor), F("cpus", E.Cpus), F("used_cpus", E.Used);
  F("cpu_choice", E.CpuChoice), F("autogroup", E.Autogroup), F("load_average", E.LoadAverage);
  F("cpu_quota", E.CpuQuota), F("hand_over_seconds", E.HandOverSeconds), F("seed", E.Seed), F("spec", E.SpecPath);
  F("variables", E.Variables), F("interpreters", E.Interpreters), F("ceilings", E.Ceilings);
  F("quiet_share", E.QuietShare), F("seconds", E.Seconds);
}
template <class V> void fields(V &F, Report &R) {
  F("schema_version", R.SchemaVersion), F("tool", R.Tool), F("version", R.ToolVersion);
  F("interrupted", R.Interrupted), F("structure_only", R.StructureOnly), F("environment", R.Machine),
      F("kernels", R.Kernels), F("notes", R.Notes);
}

} // namespace gilray::probe

#endif
