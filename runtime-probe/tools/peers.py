"""Other ways to say whether a kernel scales, on the same kernels in the same minutes; and what the probe's hooks cost."""
import json
import os
import shutil
import statistics
import subprocess
import sys

import common

# name: (call, it scales with a GIL, held fraction). The truth about these is beyond doubt.
CLEAR = {
    "hold": ("known.hold(200000)", False, 1.0),
    "release": ("known.release(200000)", True, 0.0),
    "held-10": ("known.saw(200000, 100, 1)", True, 0.1),
    "mutex": ("known.mutex(200000)", False, 0.0),
    "atomic": ("known.atomic(20000)", False, 0.0),
    "allocate": ("unseen.allocate(10000)", True, 0.0),
}
RUNS = 5

# Runs in the interpreter: each kernel RUNS times by each method. naive: threads that are started, do 60 calls each, and are joined.
# ftscalingbench: as CPython's Tools/ftscalingbench, workers that are there already, one short run, its own clock.
METHODS = r"""
import json, queue, sys, threading, time
known = {}
for name in ("known", "unseen"):
    known[name] = __import__(name)

def naive(call, calls):
    def run():
        for _ in range(calls):
            call()
    def timed(n):
        threads = [threading.Thread(target=run) for _ in range(n)]
        began = time.perf_counter()
        for t in threads: t.start()
        for t in threads: t.join()
        return time.perf_counter() - began
    one = timed(1)
    return 2 * one / timed(2)

class Worker(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.inbox, self.outbox = queue.SimpleQueue(), queue.SimpleQueue()
        self.start()
    def run(self):
        while True:
            f = self.inbox.get()
            f()
            self.outbox.put(time.perf_counter_ns())

workers = [Worker(), Worker()]

def ftscalingbench(call, calls):
    def run():
        for _ in range(calls):
            call()
    def timed(n):
        began = time.perf_counter_ns()
        for w in workers[:n]: w.inbox.put(run)
        return max(w.outbox.get() for w in workers[:n]) - began
    one = timed(1)
    return 2 * one / timed(2)

try:
    from gilknocker import KnockKnock
except ImportError:
    KnockKnock = None

def knocker(call, calls):
    k = KnockKnock(1_000)
    k.start()
    thread = threading.Thread(target=lambda: [call() for _ in range(calls * 4)])
    thread.start(); thread.join()
    metric = k.contention_metric
    k.stop()
    return metric

out = {}
for name, text in json.loads(sys.argv[1]).items():
    call = eval("lambda: " + text, known)
    call()
    began = time.thread_time(); call(); call(); call()
    calls = max(10, int(0.06 / max(1e-7, (time.thread_time() - began) / 3)))
    out[name] = {"naive": [naive(call, calls) for _ in range(%d)], "ftscalingbench": [ftscalingbench(call, calls) for _ in range(%d)]}
    if KnockKnock:
        out[name]["gilknocker"] = [knocker(call, calls) for _ in range(%d)]
print(json.dumps(out))
""" % (RUNS, RUNS, RUNS)

# Rounds of about 20, 50 and 100 us.
OVERHEAD = {"release 20 us": "known.release(14000)", "release 100 us": "known.release(70000)", "10 rounds of 50 us": "known.saw(350000, 500, 10)"}


def gilknocker_folder(entry, work):
    """Where gilknocker is for this interpreter; None when no package of it fits, or when it crashes there, as 0.4.2 does in 3.14."""
    folder = os.path.join(work, "gilknocker-" + entry["id"])
    if os.path.isdir(os.path.join(folder, "gilknocker")):
        return folder
    version = entry["version"].replace(".", "")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder, "--only-binary=:all:",
               "--python-version", entry["version"], "--implementation", "cp", "--abi", "cp" + version, "gilknocker"]
    if subprocess.run(command, capture_output=True).returncode:
        return None
    try_it = "import gilknocker, time; k = gilknocker.KnockKnock(1000); k.start(); time.sleep(0.1); k.contention_metric; k.stop()"
    if subprocess.run([entry["python"], "-c", try_it], capture_output=True, env={**os.environ, "PYTHONPATH": folder}).returncode:
        shutil.rmtree(folder)
        return None
    return folder


def in_python(entry, code, argument, path):
    result = subprocess.run([entry["python"], "-c", code, json.dumps(argument), str(RUNS)], capture_output=True, text=True,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)})
    if result.returncode:
        raise SystemExit(result.stderr)
    return json.loads(result.stdout)


def compare(entry, work):
    folder = gilknocker_folder(entry, work)
    path = [entry["folder"]] + ([folder] if folder else [])
    return in_python(entry, METHODS, {name: call for name, (call, _, _) in CLEAR.items()}, path)


def overhead(gilray, entry, work):
    """What the probe says recording costs, for each run: median of pairs of windows with and without it in the same worker."""
    spec = os.path.join(work, "overhead.yaml")
    kernels = {f"{n} #{i}": {"module": "known", "setup": "import known", "call": c} for n, c in OVERHEAD.items() for i in range(RUNS)}
    common.write_spec(spec, {"gil": entry["python"]}, kernels, ("threads",), 8, (entry["folder"],))
    report = common.run_probe(gilray, spec, spec[:-5] + ".json", "--structure", "-q")
    runs = {}
    for kernel in report["kernels"]:
        shape = kernel["series"][0]["structure"]
        runs.setdefault(kernel["name"].split(" #")[0], []).append((shape["call_seconds"], shape["hook_cost"]))
    return {name: {"call": statistics.median(c for c, _ in all_), "costs": sorted(h for _, h in all_)} for name, all_ in runs.items()}


def report(result, out):
    if "peers" in result:
        out(f"\nOther ways to measure, in {result['peers_in']}, {RUNS} runs each; wrong: below 1.7 where it scales, above 1.3 where it does not.\n")
        out("| kernel | truth | two threads timed by hand | wrong | ftscalingbench | wrong | gilknocker's metric (held in truth) | off by 0.1 and more | probe |\n|---|---|---|---:|---|---:|---|---:|---|")
        for name, values in result["peers"].items():
            _, scales, held = CLEAR[name]
            row = [name, "scales" if scales else "does not"]
            for method in ("naive", "ftscalingbench"):
                wrong = sum(v < 1.7 if scales else v > 1.3 for v in values[method])
                row += [" ".join("%.2f" % v for v in values[method]), "%d/%d" % (wrong, len(values[method]))]
            if "gilknocker" in values:
                row += [" ".join("%.2f" % v for v in values["gilknocker"]) + f" ({held})",
                        "%d/%d" % (sum(abs(v - held) >= 0.1 for v in values["gilknocker"]), len(values["gilknocker"]))]
            else:
                row += ["not to be had for this Python", ""]
            row.append(result["kernels"].get(name, {}).get("gil", {}).get("verdict", ""))
            out("| " + " | ".join(row) + " |")
    if "overhead" in result:
        out("\nWhat the hooks add to the processor time of a call (`hook_cost`: windows with and without recording in turn, in the same worker; a hook that does not "
            "record costs a load and a branch):\n")
        out("| kernel | a call | median | runs |\n|---|---:|---:|---|")
        for name, one in result["overhead"].items():
            out("| {} | {:.1f} us | {:+.2f} % | {} |".format(name, one["call"] * 1e6, 100 * statistics.median(one["costs"]),
                                                          " ".join("%+.2f" % (100 * c) for c in one["costs"])))
