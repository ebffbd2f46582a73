#!/usr/bin/env python3
"""Runs the probe on kernels of known behaviour, under the interpreters of this machine: structure, verdicts of hostile
kernels, nothing left behind. Machines that run tests are busy, so of timing only "right or inconclusive" is asked. Three
interpreters (the oldest, the newest with a GIL and without one); with --full, or GILRAY_CORPUS_FULL=1, all of them.

  live_test.py --gilray BIN --work DIR [--only ID,...] [--full]

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
                   *flags, path, "-o", target + ".new", "-lpthread", "-lrt"]
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
    ordered = sorted(best, key=lambda name: [int(n) for n in re.findall(r"\d+", name)])

    def provide(name):
        for entry in best[name]:
            entry["folder"] = build(entry)
            if entry["folder"]:
                INTERPRETERS[name] = entry
                return True
        return False

    if options.full:
        for name in ordered:
            provide(name)
    else:
        for kind in (lambda n: best[n][0]["gil"], lambda n: not best[n][0]["gil"]):
            next((n for n in reversed(ordered) if kind(n) and provide(n)), None)
        next((n for n in ordered if n not in INTERPRETERS and best[n][0]["gil"] and provide(n)), None)
        rest = [n for n in ordered if n not in INTERPRETERS]
        if rest:
            print("not in the short run: " + ", ".join(rest))
    for name, entry in INTERPRETERS.items():
        if not entry["gil"]:
            FREE = name
        elif not GIL or tuple(map(int, entry["version"].split("."))) > tuple(map(int, INTERPRETERS[GIL]["version"].split("."))):
            GIL = name
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
    """One run of gilray probe on one interpreter. Kernels: name -> (module, call, further lines of the spec)."""

    def __init__(self, interpreter, kernels, strategies=("threads",), budget="1s", timeout="2s", extra=("--structure",),
                 interrupt_at=None):
        entry = INTERPRETERS[interpreter]
        self.folder = tempfile.mkdtemp(prefix="gilray-live-", dir=options.work)
        spec = os.path.join(self.folder, "probe.yaml")
        lines = ["version: 1",
                 "defaults: {workers: [2], strategies: [%s], budget: %s, timeout: %s, seed: 5}" % (
                     ", ".join(strategies), budget, timeout),
                 "path: [%s]" % json.dumps(entry["folder"]),
                 "interpreters:", "  - {id: it, python: %s}" % json.dumps(entry["python"]),
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
        child = subprocess.Popen([options.gilray, "probe", "run", "--format", "json", "-o", out, spec, *extra],
                                 stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": temporary})
        self.errors = ""
        for line in child.stderr:
            self.errors += line
            if interrupt_at and line.startswith(interrupt_at):
                child.send_signal(2)
        self.status = child.wait()
        child.stderr.close()
        self.left = os.listdir(temporary)
        self.report = None
        if os.path.exists(out):
            with open(out, encoding="utf-8") as file:
                self.report = json.load(file)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kernel(self, name):
        for one in self.report["kernels"] if self.report else ():
            if one["name"] == name:
                return one
        raise KeyError((name, self.errors))

    def series(self, kernel, strategy="threads"):
        for series in self.kernel(kernel)["series"]:
            if series["strategy"] == strategy:
                return series
        raise KeyError((kernel, strategy))

    def verdict(self, kernel, strategy="threads", workers=2):
        for result in self.kernel(kernel)["results"]:
            if result["strategy"] == strategy and result["workers"] == workers:
                return result["verdict"], result["evidence"]
        raise KeyError((kernel, strategy))


SAWS = {"hold": ("known", "known.hold(200000)"), "saw30": ("known", "known.saw(200000, 300, 1)"),
        "saw50x10": ("known", "known.saw(500000, 500, 10)")}
MORE_SAWS = {"release": ("known", "known.release(200000)"), "saw10": ("known", "known.saw(200000, 100, 1)"),
             "saw80": ("known", "known.saw(200000, 800, 1)")}
TRUTH = {"hold": (1.0, 0), "release": (0.0, 1), "saw10": (0.1, 1), "saw30": (0.3, 1), "saw50x10": (0.5, 10), "saw80": (0.8, 1)}

_cached = {}


def cached(name, make):
    """Tests ask different things of the same run."""
    if name not in _cached:
        _cached[name] = make()
    return _cached[name]


class Structure(unittest.TestCase):
    def mixed(self):
        return cached("mixed", lambda: Probe(GIL, {
            "release": ("known", "known.release(500000)"), "hold": ("known", "known.hold(500000)"),
            "wait": ("known", "known.wait(3000000)"), "mutex": ("known", "known.mutex(200000)"), "fine": ("known", "known.saw(400000, 500, 2000)"),
            "stolen": ("known", "known.stolen(500000, 500, 10)"),
            "single": ("known_single", "known_single.hold(20000)"),
            "syntax": ("known", "known.hold("), "name": ("known", "knwon.hold(1)"),
            "none": ("no_such_module_here", "1"), "fail": ("hostile", "hostile.fail()")}))

    def check_share(self, shape, truth, delta=0.03):
        """Right to within delta, or said to be uncertain: the truth is in the interval, and a wide one is flagged."""
        low, held, high = shape["held_low"], shape["held_fraction"], shape["held_high"]
        self.assertLessEqual(low, held, shape)
        self.assertLessEqual(held, high, shape)
        self.assertLessEqual(min(low, held - delta), truth, shape)
        self.assertGreaterEqual(max(high, held + delta), truth, shape)

    def check_held(self, interpreter):
        probe = Probe(interpreter, {**SAWS, **MORE_SAWS} if options.full else SAWS)
        self.assertEqual(probe.status, 0, probe.errors)
        for kernel, (held, releases) in TRUTH.items():
            if kernel not in SAWS and not options.full:
                continue
            with self.subTest(interpreter=interpreter, kernel=kernel):
                series = probe.series(kernel)
                self.assertIsNone(series["failure"], series["failure"])
                shape = series["structure"]
                self.assertTrue(shape["observable"], shape)
                self.check_share(shape, held)
                self.assertAlmostEqual(shape["releases_per_call"], releases, delta=0.01)
                self.assertEqual(shape["has_gil"], INTERPRETERS[interpreter]["gil"])

    def test_held_fraction_everywhere(self):
        for interpreter in INTERPRETERS:
            self.check_held(interpreter)

    def test_lines(self):
        top = self.mixed().series("hold")["structure"]["held_at"][0]
        self.assertEqual(os.path.basename(top["file"]), "known.c")
        self.assertGreater(top["share"], 0.8)
        source = lines_of("known.c")
        self.assertEqual(top["function"], "hold")
        self.assertIn("spin(n, 1)", source[top["line"] - 1])

    def test_release_site(self):
        site = self.mixed().series("release")["structure"]["released_at"][0]
        source = lines_of("known.c")
        self.assertEqual(site["function"], "release")
        self.assertIn("ALLOW_THREADS", "".join(source[site["line"] - 2:site["line"] + 1]))

    def test_cost_of_the_hooks(self):
        """Windows with and without recording in turn; a kernel that never lets go has nothing to record."""
        probe = self.mixed()
        self.assertIsInstance(probe.series("release")["structure"]["hook_cost"], float)
        self.assertIsNone(probe.series("hold")["structure"]["hook_cost"])

    def test_waiting_kernel(self):
        shape = self.mixed().series("wait")["structure"]
        self.assertLess(shape["cpu_share"], 0.3)
        self.assertLess(shape["held_fraction"], 0.3)
        self.assertEqual(shape["held_clock"], "wall")

    def test_rounds_too_short_for_the_clock(self):
        shape = self.mixed().series("fine")["structure"]
        self.assertAlmostEqual(shape["releases_per_call"], 2000, delta=1)
        if shape["held_fraction"] is None:
            self.assertIn("too busy", shape["why_not_observable"])
        else:
            self.assertAlmostEqual(shape["held_fraction"], 0.5, delta=0.25, msg=str(shape["estimates"]))

    def test_time_that_the_host_takes(self):
        """It counts as the thread's own: in one window, 40 ms of 340 would move the half that is held by 0.05."""
        self.check_share(self.mixed().series("stolen")["structure"], 0.5)

    def test_own_lock_is_seen(self):
        """Two workers meet at their lock while both have a processor. Beside busy neighbours that may not happen in one run, so
        it is asked for in one of five."""
        probe, seen = self.mixed(), []
        while True:
            shape = probe.series("mutex")["structure"]
            self.assertAlmostEqual(shape["locks_per_call"], 1, delta=0.01)
            seen.append(shape["pair_lock_wait"])
            # The lock is not fair: one of two workers may wait through the whole window and finish no call in it.
            if seen[-1] > 0.25 or len(seen) == 5:
                break
            probe = Probe(GIL, {"mutex": ("known", "known.mutex(200000)")})
        self.assertGreater(max(seen), 0.25, seen)

    def test_no_speed_up_was_asked_for(self):
        probe = self.mixed()
        self.assertEqual(probe.verdict("release")[0], "not compared")
        self.assertIn("more than 1.0 times one worker cannot be reached", probe.verdict("hold")[1])
        self.assertEqual(probe.series("hold")["blocks"], [])

    def test_wrong_code(self):
        probe = self.mixed()
        self.assertEqual(probe.verdict("syntax")[0], "raised")
        self.assertIn("SyntaxError", probe.verdict("syntax")[1])
        self.assertIn("NameError", probe.verdict("name")[1])
        self.assertEqual(probe.verdict("none")[0], "import refused")
        self.assertEqual(probe.verdict("fail"), ("raised", "ValueError('no such gauge')"))

    def test_import_states(self):
        self.assertTrue(self.mixed().series("single")["import"]["accepted"])
        if int(INTERPRETERS[GIL]["version"].split(".")[1]) >= 12:
            probe = Probe(GIL, {"single": ("known_single", "known_single.hold(1000)")}, strategies=("own-gil",))
            self.assertEqual(probe.verdict("single", "own-gil")[0], "import refused")
            self.assertIn("does not support loading in subinterpreters", probe.verdict("single", "own-gil")[1])
        if FREE:
            probe = Probe(FREE, {"single": ("known_single", "known_single.hold(1000)"), "multi": ("known", "known.hold(1000)")})
            self.assertEqual(probe.verdict("single")[0], "re-enabled the GIL")
            self.assertIn("GIL", probe.verdict("single")[1])
            self.assertFalse(probe.series("multi")["import"]["gil_after"])

    def test_every_strategy_runs(self):
        for interpreter in INTERPRETERS if options.full else (GIL,):
            new = int(INTERPRETERS[interpreter]["version"].split(".")[1]) >= 12
            strategies = ["threads", "shared-gil", "processes"] + (["own-gil"] if new else [])
            probe = Probe(interpreter, {"release": ("known", "known.release(100000)")}, strategies=strategies)
            for strategy in strategies:
                with self.subTest(interpreter=interpreter, strategy=strategy):
                    series = probe.series("release", strategy)
                    self.assertIsNone(series["failure"], series["failure"])
                    self.assertTrue(series["structure"]["measured"])
                    self.assertEqual(series["notes"], [])

    def test_timing_is_right_or_inconclusive(self):
        right = {"hold": "serialised by the GIL", "release": "scales"}
        probe = Probe(GIL, {"hold": SAWS["hold"], "release": MORE_SAWS["release"]}, budget="4s", extra=())
        for kernel, verdict in right.items():
            said, evidence = probe.verdict(kernel)
            self.assertIn(said, (verdict, "inconclusive"))
            self.assertTrue(evidence)


class Hostile(unittest.TestCase):
    """Each verdict comes within its timeout, and nothing is left."""

    KERNELS = ("crash", "deadlock", "hang_holding", "hang_released", "leave", "spawn", "flood", "leak", "deaf")

    def hostile(self):
        def make():
            kernels = {name: ("hostile", f"hostile.{name}()") for name in self.KERNELS}
            kernels["hog"] = ("hostile", "hostile.hog()", "memory: 512 MiB")
            return Probe(GIL, kernels, timeout="1.5s")
        return cached("hostile", make)

    def test_crash(self):
        verdict, evidence = self.hostile().verdict("crash")
        self.assertEqual(verdict, "crashed")
        self.assertIn("Segmentation fault", evidence)
        stack = "\n".join(self.hostile().series("crash")["failure"]["stack"])
        self.assertIn("hostile", stack)

    def test_deadlock(self):
        # Structure needs one worker only, and passes; two lock each other out.
        verdict, evidence = self.hostile().verdict("deadlock")
        self.assertEqual(verdict, "deadlocked", evidence)
        self.assertIn("waiting for the GIL", evidence)

    def test_hangs(self):
        self.assertEqual(self.hostile().verdict("hang_holding")[0], "hung holding the GIL")
        self.assertEqual(self.hostile().verdict("hang_released")[0], "hung with the GIL released")

    def test_exit(self):
        verdict, evidence = self.hostile().verdict("leave")
        self.assertEqual(verdict, "exited")
        self.assertIn("status 7", evidence)
        self.assertEqual(self.hostile().verdict("deaf")[0], "exited")

    def test_limits(self):
        self.assertEqual(self.hostile().verdict("flood")[0], "flooded its output")
        self.assertEqual(self.hostile().verdict("hog")[0], "over the memory limit")

    def test_nothing_is_left(self):
        probe = self.hostile()
        self.assertEqual(processes_of("gilray-left-behind"), [])
        self.assertEqual(glob.glob("/dev/shm/gilray-left-behind*"), [])
        self.assertEqual(processes_of("_gilray_probe_serve"), [])
        self.assertEqual(probe.left, [])
        self.assertRegex(" ".join(probe.series("spawn")["notes"]), "processes of the kernel were left")
        self.assertRegex(" ".join(probe.series("leak")["notes"]), "pieces of shared memory were left")

    def test_without_a_gil(self):
        if not FREE:
            self.skipTest("no free-threaded interpreter")
        folder = INTERPRETERS[GIL]["folder"]
        name = "known" + INTERPRETERS[GIL]["ext_suffix"]
        wrong = os.path.join(INTERPRETERS[FREE]["folder"], "otherkind.so")
        shutil.copy(os.path.join(folder, name), wrong)
        probe = Probe(FREE, {"other": ("otherkind", "otherkind.hold(1)"), "hang": ("hostile", "hostile.hang_holding()")})
        os.unlink(wrong)
        self.assertIn(probe.verdict("other")[0], ("import refused", "crashed"))
        self.assertEqual(probe.verdict("hang")[0], "hung")

    def test_interrupt_keeps_what_was_measured(self):
        probe = Probe(GIL, {f"k{i}": ("known", "known.hold(20000)") for i in range(6)}, interrupt_at="k1 ")
        self.assertEqual(probe.status, 130)
        self.assertTrue(probe.report["interrupted"])
        self.assertTrue(probe.series("k0")["structure"]["measured"])
        self.assertNotIn("k5", [k["name"] for k in probe.report["kernels"]])
        self.assertEqual(processes_of("_gilray_probe_serve"), [])
        self.assertEqual(probe.left, [])


def main():
    global options
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--only")
    parser.add_argument("--full", action="store_true", default=bool(os.environ.get("GILRAY_CORPUS_FULL")))
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
