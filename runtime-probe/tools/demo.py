#!/usr/bin/env python3
"""The end of ./dev demo: the demo extension under the interpreters at hand, for half a minute at most, and one page with findings and measurements.

  demo.py --gilray BIN --findings lint.json --work DIR
"""
import argparse
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import common  # noqa: E402

DEMO = os.path.join(common.ROOT, "test-corpus", "demo")
SECONDS = 25
SETUP = "import pressuregauge; gauge = pressuregauge.Gauge()"
KERNELS = {"average": "gauge.average(3)"}


def build(entry, work):
    """Folder of the extension, or None without headers or compiler."""
    folder = os.path.join(work, entry["id"])
    os.makedirs(folder, exist_ok=True)
    target = os.path.join(folder, "pressuregauge" + entry["ext_suffix"])
    sources = [os.path.join(DEMO, name) for name in ("gaugemodule.c", "sensor.c")]
    command = ["clang-22", "-std=gnu11", "-O2", "-g", "-shared", "-fPIC", "-w", "-I" + entry["include"],
               "-I" + os.path.dirname(entry["include"]), *sources, "-o", target, "-pthread", "-lm"]
    return folder if subprocess.run(command, capture_output=True).returncode == 0 else None


def choose(work):
    """The newest interpreter with a GIL, and one without, that the extension can be built for."""
    entries = [e for e in common.registry.interpreters() if common.TESTED(e) and tuple(map(int, e["version"].split("."))) >= (3, 9)]
    entries.sort(key=lambda e: tuple(map(int, e["version"].split("."))), reverse=True)
    for gil in (True, False):
        for entry in entries:
            folder = build(entry, work) if entry["gil"] == gil else None
            if folder:
                yield entry, folder
                break
        else:
            print("demo: no interpreter %s a GIL with headers; ./dev interpreters gets one" % ("with" if gil else "without"), file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--findings", required=True)
    parser.add_argument("--work", required=True)
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    end = time.monotonic() + SECONDS
    os.makedirs(options.work, exist_ok=True)
    chosen = list(choose(options.work))
    report = os.path.join(options.work, "demo.html")
    inputs = [options.findings]
    if chosen:
        spec, out = os.path.join(options.work, "probe.yaml"), os.path.join(options.work, "probe.json")
        kernels = {name: {"module": "pressuregauge", "setup": SETUP, "call": call} for name, call in KERNELS.items()}
        # Each interpreter finds the module that was built for it: their names differ.
        common.write_spec(spec, {e["id"]: e["python"] for e, _ in chosen}, kernels, ("threads", "own-gil", "processes"),
                          SECONDS / 2 / len(KERNELS), [folder for _, folder in chosen], timeout="5s")
        if os.path.exists(out):
            os.unlink(out)
        child = subprocess.Popen([options.gilray, "probe", "run", "-q", "--no-costs", "--json", out, spec])
        try:
            child.wait(max(1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.send_signal(2)  # it shows what it has
            child.wait()
        if os.path.exists(out):
            inputs.append(out)
    subprocess.run([options.gilray, "report", *inputs, "-o", report], check=True)
    print("demo: findings and measurements on one page: " + report)


if __name__ == "__main__":
    main()
