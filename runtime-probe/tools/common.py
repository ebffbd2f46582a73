"""What the tools around the probe share: interpreters, runs, load."""
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "interpreters"))
import registry  # noqa: E402

TESTED = lambda e: not e["debug"] and not e["sanitizer"]  # noqa: E731


def load():
    """One-minute load average."""
    return os.getloadavg()[0]


class Busy:
    """Processes that only compute."""

    def __init__(self, count):
        self.count, self.all = count, []

    def __enter__(self):
        self.all = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(self.count)]
        time.sleep(0.3 if self.all else 0)
        return self

    def __exit__(self, *_):
        for one in self.all:
            one.kill()
            one.wait()


def write_spec(path, interpreters, kernels, strategies, budget, python_path=(), workers=(2,), timeout="20s"):
    """interpreters: id -> program; kernels: name -> dict of the spec's keys."""
    lines = ["version: 1", "defaults: {workers: [%s], strategies: [%s], budget: %ss, timeout: %s, seed: 1}" % (
        ", ".join(map(str, workers)), ", ".join(strategies), budget, timeout)]
    if python_path:
        lines.append("path: " + json.dumps(list(python_path)))
    lines.append("interpreters:")
    lines += ["  - {id: %s, python: %s}" % (json.dumps(i), json.dumps(p)) for i, p in interpreters.items()]
    lines.append("kernels:")
    for name, keys in kernels.items():
        lines.append("  - name: " + json.dumps(name))
        lines += ["    %s: %s" % (key, json.dumps(value)) for key, value in keys.items()]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def run_probe(gilray, spec, out, *options):
    """The report; progress goes to stderr."""
    result = subprocess.run([gilray, "probe", "run", "--format", "json", "-o", out, *options, spec])
    if result.returncode not in (0, 1, 3):
        raise SystemExit("%s: status %d" % (spec, result.returncode))
    return load_report(out)


def load_report(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def machine(report):
    e = report["environment"]
    return "%s, %s, %s; quiet %d %% of the time" % (e["cpu_model"], e["cpu_choice"], e["kernel"].split()[1],
                                                     round(100 * e["quiet_share"]))


def result_of(kernel, interpreter, strategy):
    for result in kernel["results"]:
        if result["interpreter"] == interpreter and result["strategy"] == strategy and result["workers"] > 1:
            return result
    return None


def series_of(kernel, interpreter, strategy):
    for series in kernel["series"]:
        if series["interpreter"] == interpreter and series["strategy"] == strategy:
            return series
    return None
