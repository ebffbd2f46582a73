#!/usr/bin/env python3
"""Runs the probe on kernels of known behaviour, under the interpreters of this machine: structure, verdicts of hostile
kernels, nothing left behind. Machines that run tests are busy, so of timing only "right or inconclusive" is asked.

  live_test.py --gilray BIN --work DIR [--only ID,...] [--keep]

Exit status 77 when there is no interpreter with headers to test with; what was skipped is printed.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
KERNELS = os.path.join(HERE, "..", "kernels")
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "interpreters"))
import registry  # noqa: E402

options = None
INTERPRETERS = {}  # id -> registry entry
GIL, FREE = None, None


def compiler():
    for name in ("clang-22", "clang", "gcc", "cc"):
        if shutil.which(name):
            return name
    return None


def build(entry):
    """Compiles the kernels for an interpreter; the directory of the modules, or None."""
    folder = os.path.join(options.work, entry["id"] + "-" + entry["release"])
    os.makedirs(folder, exist_ok=True)
    include = entry["include"]
    for source, module, flags in (("known.c", "known", []), ("known.c", "known_single", ["-DSINGLE_PHASE"]),
                                  ("hostile.c", "hostile", [])):
        target = os.path.join(folder, module + entry["ext_suffix"])
        path = os.path.join(KERNELS, source)
        if os.path.exists(target) and os.path.getmtime(target) > os.path.getmtime(path):
            continue
        # Debian's pyconfig.h includes its neighbour by a path below usr/include.
        command = [compiler(), "-O2", "-g", "-shared", "-fPIC", "-w", "-I" + include, "-I" + os.path.dirname(include),
                   *flags, path, "-o", target + ".new", "-lpthread"]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            print(f"skipped {entry['id']}: no headers to build with ({result.stderr.strip().splitlines()[0][:120]})")
            return None
        os.replace(target + ".new", target)
    return folder


def choose():
    """One interpreter of each version and kind that modules can be built for."""
    global GIL, FREE
    entries = [e for e in registry.interpreters()
               if not e["debug"] and not e["sanitizer"] and tuple(map(int, e["version"].split("."))) >= (3, 8)]
    best = {}
    for entry in entries:
        if options.only and entry["id"] not in options.only.split(","):
            continue
        best.setdefault(entry["id"], []).append(entry)
    for name, candidates in sorted(best.items(), key=lambda item: [int(n) for n in re.findall(r"\d+", item[0])]):
        for entry in candidates:
            entry["folder"] = build(entry)
            if entry["folder"]:
                INTERPRETERS[name] = entry
                break
    for name, entry in INTERPRETERS.items():
        if entry["gil"]:
            GIL = name
        else:
            FREE = name
    if not FREE:
        print("skipped: free-threaded kernels (no free-threaded interpreter with headers; ./dev interpreters gets one)")
    if GIL and int(INTERPRETERS[GIL]["version"].split(".")[1]) < 12:
        print("skipped: interpreters with their own GIL (no Python 3.12 or later)")


def lines_of(kernel):
    with open(os.path.join(KERNELS, kernel), encoding="utf-8") as file:
        return file.read().splitlines()


def processes_of(marker):
    """Processes that run a probe's child or were left by a kernel."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                text = file.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if marker in text:
            found.append(text[:80])
    return found


class Probe:
    """One run of gilray probe on one interpreter."""

    def __init__(self, interpreter, kernels, strategies=("threads",), workers=(2,), budget="1s", timeout="3s", extra=(),
                 more="", environment=None, send_after=None):
        entry = INTERPRETERS[interpreter]
        self.folder = tempfile.mkdtemp(prefix="gilray-live-", dir=options.work)
        spec = os.path.join(self.folder, "probe.yaml")
        lines = ["version: 1",
                 "defaults: {workers: [%s], strategies: [%s], budget: %s, timeout: %s, seed: 5}" % (
                     ", ".join(map(str, workers)), ", ".join(strategies), budget, timeout),
                 "path: [%s]" % json.dumps(entry["folder"]),
                 "interpreters:", "  - {id: it, python: %s%s}" % (json.dumps(entry["python"]), more),
                 "kernels:"]
        for name, (module, call, *rest) in kernels.items():
            lines += ["  - name: " + name, "    module: " + module, "    setup: import " + module,
                      "    call: " + json.dumps(call)]
            lines += ["    " + line for line in rest]
        with open(spec, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        out = os.path.join(self.folder, "probe.json")
        temporary = os.path.join(self.folder, "tmp")
        os.mkdir(temporary)
        child = subprocess.Popen([options.gilray, "probe", "run", "--quiet", "--format", "json", "-o", out, spec, *extra],
                                 stderr=subprocess.PIPE, text=True,
                                 env={**os.environ, "TMPDIR": temporary, **(environment or {})})
        if send_after:
            time.sleep(send_after)
            child.send_signal(2)
        self.errors = child.communicate(timeout=240)[1]
        self.status = child.returncode
        self.left = os.listdir(temporary)
        self.report = None
        if os.path.exists(out):
            with open(out, encoding="utf-8") as file:
                self.report = json.load(file)
        shutil.rmtree(self.folder, ignore_errors=True)

    def series(self, kernel, strategy="threads"):
        for one in self.report["kernels"]:
            if one["name"] == kernel:
                for series in one["series"]:
                    if series["strategy"] == strategy:
                        return series
        raise KeyError((kernel, strategy, self.errors))

    def verdict(self, kernel, strategy="threads", workers=2):
        for one in self.report["kernels"]:
            if one["name"] == kernel:
                for result in one["results"]:
                    if result["strategy"] == strategy and result["workers"] == workers:
                        return result["verdict"], result["evidence"]
        raise KeyError((kernel, strategy, self.errors))


SAWS = {"hold": ("known", "known.hold(200000)"), "release": ("known", "known.release(200000)"),
        "saw10": ("known", "known.saw(200000, 100, 1)"), "saw30": ("known", "known.saw(200000, 300, 1)"),
        "saw50x10": ("known", "known.saw(500000, 500, 10)"), "saw80": ("known", "known.saw(200000, 800, 1)")}
TRUTH = {"hold": (1.0, 0), "release": (0.0, 1), "saw10": (0.1, 1), "saw30": (0.3, 1), "saw50x10": (0.5, 10), "saw80": (0.8, 1)}


class Structure(unittest.TestCase):
    def check_held(self, interpreter):
        probe = Probe(interpreter, SAWS)
        self.assertEqual(probe.status, 0, probe.errors)
        for kernel, (held, releases) in TRUTH.items():
            shape = probe.series(kernel)["structure"]
            with self.subTest(interpreter=interpreter, kernel=kernel):
                self.assertTrue(shape["observable"], shape)
                self.assertAlmostEqual(shape["held_fraction"], held, delta=0.03)
                self.assertAlmostEqual(shape["releases_per_call"], releases, delta=0.01)
                self.assertEqual(shape["has_gil"], INTERPRETERS[interpreter]["gil"])

    def test_held_fraction_everywhere(self):
        for interpreter in INTERPRETERS:
            self.check_held(interpreter)

    def test_lines(self):
        probe = Probe(GIL, {"hold": ("known", "known.hold(500000)")})
        top = probe.series("hold")["structure"]["held_at"][0]
        self.assertEqual(os.path.basename(top["file"]), "known.c")
        self.assertGreater(top["share"], 0.8)
        source = lines_of("known.c")
        self.assertEqual(top["function"], "hold")
        self.assertIn("spin(n, 1)", source[top["line"] - 1])

    def test_release_site(self):
        probe = Probe(GIL, {"release": ("known", "known.release(500000)")})
        site = probe.series("release")["structure"]["released_at"][0]
        source = lines_of("known.c")
        self.assertEqual(site["function"], "release")
        self.assertIn("ALLOW_THREADS", "".join(source[site["line"] - 2:site["line"] + 1]))

    def test_waiting_kernel(self):
        probe = Probe(GIL, {"wait": ("known", "known.wait(3000000)")})
        shape = probe.series("wait")["structure"]
        self.assertLess(shape["cpu_share"], 0.3)
        self.assertLess(shape["held_fraction"], 0.3)
        self.assertEqual(shape["held_clock"], "wall")

    def test_own_lock_is_seen(self):
        probe = Probe(GIL, {"mutex": ("known", "known.mutex(200000)")})
        self.assertAlmostEqual(probe.series("mutex")["structure"]["locks_per_call"], 1, delta=0.01)

    def test_import_states(self):
        probe = Probe(GIL, {"single": ("known_single", "known_single.hold(1000)")}, strategies=("threads", "own-gil"))
        self.assertTrue(probe.series("single")["import"]["accepted"])
        if int(INTERPRETERS[GIL]["version"].split(".")[1]) >= 12:
            self.assertEqual(probe.verdict("single", "own-gil")[0], "import refused")
            self.assertIn("does not support loading in subinterpreters", probe.verdict("single", "own-gil")[1])
        if FREE:
            probe = Probe(FREE, {"single": ("known_single", "known_single.hold(1000)"), "multi": ("known", "known.hold(1000)")})
            self.assertEqual(probe.verdict("single")[0], "re-enabled the GIL")
            self.assertIn("GIL", probe.verdict("single")[1])
            self.assertFalse(probe.series("multi")["import"]["gil_after"])

    def test_every_strategy_runs(self):
        for interpreter in INTERPRETERS:
            new = int(INTERPRETERS[interpreter]["version"].split(".")[1]) >= 12
            strategies = ["threads", "shared-gil", "processes"] + (["own-gil"] if new else [])
            probe = Probe(interpreter, {"release": ("known", "known.release(100000)")}, strategies=strategies, budget="4s")
            for strategy in strategies:
                with self.subTest(interpreter=interpreter, strategy=strategy):
                    series = probe.series("release", strategy)
                    self.assertIsNone(series["failure"], series["failure"])
                    self.assertTrue(series["structure"]["measured"])
                    self.assertEqual(series["notes"], [])

    def test_timing_is_right_or_inconclusive(self):
        right = {"hold": "serialised by the GIL", "release": "scales"}
        probe = Probe(GIL, {k: SAWS[k] for k in right}, strategies=("threads", "processes"), budget="8s")
        for kernel, verdict in right.items():
            self.assertIn(probe.verdict(kernel)[0], (verdict, "inconclusive"), probe.verdict(kernel))


class Hostile(unittest.TestCase):
    def verdict(self, function, interpreter=None, **kwargs):
        probe = Probe(interpreter or GIL, {"k": ("hostile", f"hostile.{function}()", *kwargs.pop("lines", ()))}, **kwargs)
        self.assertEqual(probe.left, [], "temporary files are left")
        self.assertEqual(processes_of("_gilray_probe_serve"), [], "processes are left")
        self.assertEqual(probe.status, 0, probe.errors)
        self.probe = probe
        return probe.verdict("k")

    def test_crash(self):
        verdict, evidence = self.verdict("crash")
        self.assertEqual(verdict, "crashed")
        self.assertIn("Segmentation fault", evidence)
        stack = "\n".join(self.probe.series("k")["failure"]["stack"])
        self.assertIn("hostile", stack)

    def test_deadlock(self):
        # Structure needs one worker only, and passes; two lock each other out.
        verdict, evidence = self.verdict("deadlock", budget="20s")
        self.assertEqual(verdict, "deadlocked", evidence)
        self.assertIn("waiting for the GIL", evidence)

    def test_hangs(self):
        for interpreter in filter(None, (GIL, FREE)):
            self.assertEqual(self.verdict("hang_holding", interpreter)[0], "hung holding the GIL")
            self.assertEqual(self.verdict("hang_released", interpreter)[0], "hung with the GIL released")

    def test_raises(self):
        self.assertEqual(self.verdict("fail"), ("raised", "ValueError('no such gauge')"))

    def test_exit(self):
        verdict, evidence = self.verdict("leave")
        self.assertEqual(verdict, "exited")
        self.assertIn("status 7", evidence)

    def test_left_processes_are_ended(self):
        self.verdict("spawn")
        self.assertEqual(processes_of("gilray-left-behind"), [])
        self.assertRegex(" ".join(self.probe.series("k")["notes"]), "processes of the kernel were left")

    def test_flood(self):
        self.assertEqual(self.verdict("flood")[0], "flooded its output")

    def test_memory(self):
        self.assertEqual(self.verdict("hog", lines=("memory: 512 MiB",))[0], "over the memory limit")

    def test_wrong_code(self):
        probe = Probe(GIL, {"syntax": ("known", "known.hold("), "name": ("known", "knwon.hold(1)"),
                            "none": ("no_such_module_here", "1")})
        self.assertEqual(probe.verdict("syntax")[0], "raised")
        self.assertIn("SyntaxError", probe.verdict("syntax")[1])
        self.assertIn("NameError", probe.verdict("name")[1])
        self.assertEqual(probe.verdict("none")[0], "import refused")

    def test_library_of_the_other_kind(self):
        if not FREE:
            self.skipTest("no free-threaded interpreter")
        folder = INTERPRETERS[GIL]["folder"]
        name = "known" + INTERPRETERS[GIL]["ext_suffix"]
        wrong = os.path.join(INTERPRETERS[FREE]["folder"], "otherkind.so")
        shutil.copy(os.path.join(folder, name), wrong)
        probe = Probe(FREE, {"k": ("otherkind", "otherkind.hold(1)")})
        os.unlink(wrong)
        self.assertIn(probe.verdict("k")[0], ("import refused", "crashed"))

    def test_interrupt_keeps_what_was_measured(self):
        probe = Probe(GIL, {f"k{i}": ("known", "known.hold(20000)") for i in range(12)}, budget="20s", send_after=12)
        self.assertEqual(probe.status, 130)
        self.assertTrue(probe.report["interrupted"])
        self.assertEqual(probe.report["kernels"][0]["name"], "k0")
        self.assertEqual(processes_of("_gilray_probe_serve"), [])
        self.assertEqual(probe.left, [])


def main():
    global options
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--only")
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    os.makedirs(options.work, exist_ok=True)
    if not compiler():
        print("skipped: no C compiler")
        return 77
    choose()
    if not GIL:
        print("skipped: no interpreter with headers")
        return 77
    print("interpreters: " + ", ".join(f"{k} ({v['release']})" for k, v in INTERPRETERS.items()))
    program = unittest.main(argv=[sys.argv[0], *options.tests], exit=False, verbosity=1)
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
