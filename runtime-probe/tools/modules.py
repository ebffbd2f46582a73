#!/usr/bin/env python3
"""Measures real extension modules with the probe: of the standard library, NumPy, and packages; writes docs/dev/probe-modules.md.

  modules.py --gilray BIN [--work DIR] [--budget SECONDS] [--only KERNELS] [--kinds gil,free] [--structure]

Packages are installed into WORK by pip, for the newest interpreter with a GIL whose zlib is a module of its own and for the free-threaded
one; what pip has no wheel for is left out and named. --kinds measures one of the two anew and shows what WORK has of the other.
"""
import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import common  # noqa: E402

PAGE = os.path.join(common.ROOT, "docs", "dev", "probe-modules.md")
PACKAGES = ["numpy", "regex", "lz4", "zstandard", "PyYAML"]
TEXT = "import random; r = random.Random(1); text = ' '.join('%x' % r.getrandbits(r.randrange(8, 40)) for _ in range(8000)); data = text.encode()"

# name: (package or None, module whose calls are hooked, setup, call)
KERNELS = {
    "zlib.compress 64K": (None, "zlib", "import zlib; " + TEXT, "zlib.compress(data)"),
    "zlib.crc32 1K": (None, "zlib", "import zlib; small = bytes(1024)", "zlib.crc32(small)"),
    "bz2.compress 64K": (None, "_bz2", "import bz2; " + TEXT, "bz2.compress(data)"),
    "lzma.compress 16K": (None, "_lzma", "import lzma; data = bytes(range(256)) * 64", "lzma.compress(data)"),
    "hashlib.sha256 64K": (None, "_hashlib", "import hashlib; " + TEXT, "hashlib.sha256(data).digest()"),
    "json.loads": (None, "_json", "import json; s = json.dumps([{'a': i, 'b': str(i), 'c': [i] * 3} for i in range(2000)])", "json.loads(s)"),
    "numpy dot 200": ("numpy", "numpy", "import numpy; a = numpy.ones((200, 200))", "a.dot(a)"),
    "numpy sort 100k": ("numpy", "numpy", "import numpy; a = numpy.random.default_rng(1).random(100000)", "numpy.sort(a)"),
    "numpy add 1M": ("numpy", "numpy", "import numpy; a = numpy.ones(1000000); b = numpy.empty_like(a)", "numpy.add(a, a, out=b)"),
    "numpy object sum": ("numpy", "numpy", "import numpy; a = numpy.array([1] * 20000, dtype=object)", "a.sum()"),
    "regex.findall": ("regex", "regex._regex", "import regex; p = regex.compile(r'[a-f]+\\d'); " + TEXT, "p.findall(text)"),
    "regex.findall concurrent": ("regex", "regex._regex", "import regex; p = regex.compile(r'[a-f]+\\d'); " + TEXT, "p.findall(text, concurrent=True)"),
    "lz4.frame.compress": ("lz4", "lz4.frame", "import lz4.frame; " + TEXT + "; data *= 8", "lz4.frame.compress(data)"),
    "zstandard compress": ("zstandard", "zstandard", "import zstandard; c = zstandard.ZstdCompressor(); " + TEXT, "c.compress(data)"),
    "yaml.load C": ("PyYAML", "yaml", "import yaml; s = yaml.dump([{'a': i, 'b': str(i)} for i in range(300)])", "yaml.load(s, Loader=yaml.CSafeLoader)"),
}


def separate_zlib(python):
    """zlib linked into the interpreter cannot be hooked."""
    code = "import zlib, sys; sys.exit(0 if getattr(zlib, '__file__', None) else 1)"
    return subprocess.run([python, "-c", code], capture_output=True).returncode == 0


def choose():
    entries = [e for e in common.registry.interpreters() if common.TESTED(e)]
    found = {}
    for kind, gil in (("gil", True), ("free", False)):
        fitting = [e for e in entries if e["gil"] == gil and tuple(map(int, e["version"].split("."))) >= (3, 8)]
        # Wheels first: packages have some for 3.13 and its free-threaded build.
        fitting.sort(key=lambda e: (e["version"] == "3.13", separate_zlib(e["python"]), tuple(map(int, e["version"].split(".")))),
                     reverse=True)
        if fitting:
            found[kind] = fitting[0]
        else:
            print("skipped: no interpreter %s a GIL" % ("with" if gil else "without"))
    return found


def install(entry, work):
    """Folder with the packages, and those that pip has no wheel for."""
    folder = os.path.join(work, "packages-" + entry["id"])
    tag = "cp" + entry["version"].replace(".", "")
    missing = []
    for package in PACKAGES:
        marker = os.path.join(folder, ".have-" + package)
        if os.path.exists(marker):
            continue
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--upgrade", "--target", folder, "--only-binary=:all:",
                   "--python-version", entry["version"], "--implementation", "cp", "--abi", tag + ("" if entry["gil"] else "t"),
                   "--platform", "manylinux2014_" + os.uname().machine, "--platform", "manylinux_2_28_" + os.uname().machine, package]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            missing.append(package)
            continue
        open(marker, "w").close()
    return folder, missing


def where(shape):
    """Where the lock is held, when that matters."""
    if not shape["held_at"] or (shape["held_fraction"] or 0) < 0.1:
        return ""
    top = shape["held_at"][0]
    place = os.path.basename(top["file"]) + ":" + str(top["line"]) if top["file"] else os.path.basename(top["object"]).split(".")[0]
    function = top["function"] or top["callee"]
    return f"{top['share'] * 100:.0f} % at `{place}`" + (f" `{function}`" if function else "")


def row(kernel, kind):
    result, series = common.result_of(kernel, kind, "threads"), common.series_of(kernel, kind, "threads")
    if not result or not series or result["verdict"] == "interrupted":
        return None
    shape = series["structure"]
    held = "" if shape["held_fraction"] is None else "%.2f" % shape["held_fraction"]
    releases = "%.0f" % shape["releases_per_call"] if shape["observable"] else "not seen"
    s = result["speedup"]
    speedup = "%.2f [%.2f, %.2f]" % (s["median"], s["low"], s["high"]) if result["accepted_blocks"] else ""
    return [kernel["name"], kind, "%.0f us" % (shape["call_seconds"] * 1e6), held, releases, speedup,
            "%d/%d" % (result["accepted_blocks"], result["tried_blocks"]), result["verdict"], where(shape)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--work", default=os.path.join(common.ROOT, "build", "probe-modules"))
    parser.add_argument("--budget", type=float, default=20)
    parser.add_argument("--only")
    parser.add_argument("--kinds", default="gil,free")
    parser.add_argument("--structure", action="store_true", help="no speed-ups: for busy machines")
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    os.makedirs(options.work, exist_ok=True)
    rows, notes, machines, loads = [], [], [], [common.load()]
    for kind, entry in choose().items():
        folder, missing = install(entry, options.work)
        notes += [f"{p}: no wheel for {entry['id']}" for p in missing]
        kernels = {name: {"module": module, "setup": setup, "call": call} for name, (package, module, setup, call) in KERNELS.items()
                   if package not in missing and (not options.only or name in options.only.split(","))}
        spec = os.path.join(options.work, kind + ".yaml")
        common.write_spec(spec, {kind: entry["python"]}, kernels, ("threads", "processes"), options.budget, (folder,))
        if kind in options.kinds.split(","):
            before = common.load_report(spec[:-5] + ".json")["kernels"] if options.only and os.path.exists(spec[:-5] + ".json") else []
            report = common.run_probe(os.path.abspath(options.gilray), spec, spec[:-5] + ".json", "--no-costs",
                                      *(["--structure"] if options.structure else []))
            # What was measured earlier and not now is shown, too.
            new = {kernel["name"] for kernel in report["kernels"]}
            report["kernels"] += [kernel for kernel in before if kernel["name"] not in new]
            with open(spec[:-5] + ".json", "w", encoding="utf-8") as file:
                json.dump(report, file)
        elif os.path.exists(spec[:-5] + ".json"):
            report = common.load_report(spec[:-5] + ".json")
        else:
            continue
        machines.append(f"{kind}: CPython {entry['release']}")
        machine = common.machine(report)
        rows += filter(None, (row(kernel, kind) for kernel in report["kernels"]))
    loads.append(common.load())
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write("# The probe on real modules\n\nWritten by `./dev probe-modules`; *inconclusive* stands where the machine was not quiet: run it on a quiet one. "
                   "Two workers, as threads. Held is the share of a call with the GIL (without a GIL: attached), releases are per call.\n\n")
        file.write("{}; load average {:.1f} before, {:.1f} after; {}.\n\n".format(machine, *loads, ", ".join(machines)))
        file.write("| kernel | interpreter | a call | held | releases | S(2) | blocks | verdict | held at |\n|---|---|---:|---:|---:|---|---:|---|---|\n")
        for one in sorted(rows, key=lambda r: list(KERNELS).index(r[0])):
            file.write("| " + " | ".join(one) + " |\n")
        for note in notes:
            file.write(f"\n{note}.\n")
    print("wrote " + PAGE)


if __name__ == "__main__":
    main()
