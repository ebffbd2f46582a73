"""What gilray costs beside the compiler it stands on: the same files and flags, one process per file set and tool.

  bench.py --gilray PATH [--repeat N] [--json FILE] [SET...]

Sets: psycopg2, pillow (pinned real packages), generated-20k and generated-100k (one C file of that many lines), generated-pybind11
(1 500 lines full of templates), generated-cython (150 000 lines of C that Cython makes). Compared are
`gilray check -j1 --no-cache`, `clang-22 -fsyntax-only` and `clang-tidy-22` with its concurrency checks, each over all files
of the set, repeats interleaved. Printed are medians of CPU time (user and system, children included), wall time and peak
resident memory, and their ratios to clang's: the ratios are what can be compared between machines.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

import corpus_headers
import generate_bindings
import generate_c
import real_packages
import registry

WORK = os.path.join(registry.ROOT, "build", "bench")
GENERATED = {"generated-20k": 20000, "generated-100k": 100000}
BINDINGS = {"generated-pybind11": 1500, "generated-cython": 150000}
# The Cython that makes one of the files: data, as the binding libraries' headers are.
REAL = ("psycopg2", "pillow")
TOOLS = ("clang", "gilray", "clang-tidy")
# What gilray is meant to stay below, as ratios to clang -fsyntax-only.
AIM_CPU, AIM_MEMORY = 1.3, 1.5
AIM_CPU_OF = {"generated-cython": 1.5}


def measure(commands, folder):
    """(CPU seconds, wall seconds, peak MiB) of running the commands one after the other; the peak is that of the largest."""
    cpu = wall = peak = 0
    for command in commands:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall += time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            raise SystemExit(f"bench: status {process.returncode} from: {' '.join(command[:6])} ...")
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1024)
    return cpu, wall, peak


def commands_for(tool, gilray, package):
    files = [path for path, _ in package.commands]
    if tool == "gilray":
        return [[gilray, "check", "-j1", "--no-cache", "--no-config", "--quiet", "--fail-on", "never", "-p", package.build, *files]]
    if tool == "clang-tidy":
        return [["clang-tidy-22", "--checks=-*,concurrency-*", "--quiet", "-p", package.build, *files]]
    return [["clang-22", "-fsyntax-only", *flags, path] for path, flags in package.commands]


class Generated:
    """Stands where a package stands: one file, its flags, its compile database."""
    write_database = real_packages.Package.write_database

    def __init__(self, name):
        self.name, self.build = name, os.path.join(WORK, name)
        self.src = self.build
        os.makedirs(self.src, exist_ok=True)
        flags = [part for folder in real_packages.python_includes("3.13") for part in ("-isystem", folder)]
        self.file = "generated.c"
        if name == "generated-pybind11":
            self.file = "generated.cpp"
            filename, sha256, include = corpus_headers.WHEELS["pybind11"]
            folder = os.path.join(registry.ROOT, "build", "bindings", "pybind11")
            registry.unpacked("pybind11", filename, sha256, folder, (include + "/*",))
            flags += ["-std=c++17", "-isystem", os.path.join(folder, include)]
            self.write(self.file, generate_bindings.pybind11(BINDINGS[name]))
        elif name == "generated-cython":
            self.translate(generate_bindings.cython(BINDINGS[name]))
        else:
            self.write(self.file, generate_c.generate(GENERATED[name]))
        self.commands = [(self.file, flags)]
        self.write_database()

    def write(self, file, text):
        with open(os.path.join(self.src, file), "w", encoding="ascii") as out:
            out.write(text)

    def translate(self, text):
        """The C of a Cython module, made once by the pinned Cython."""
        source, target = os.path.join(self.src, "generated.pyx"), os.path.join(self.src, self.file)
        if os.path.exists(target) and os.path.exists(source):
            with open(source, encoding="ascii") as known:
                if known.read() == text:
                    return
        folder = os.path.join(registry.ROOT, "build", "bindings", "cython")
        registry.unpacked("cython", *corpus_headers.CYTHON, folder)
        if os.path.exists(target):
            os.remove(target)
        self.write("generated.pyx", text)
        code = f"import sys; sys.path.insert(0, {folder!r}); from Cython.Compiler.Main import main; main(command_line=1)"
        done = subprocess.run([sys.executable, "-c", code, "-3", "generated.pyx", "-o", target], cwd=self.src, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL)
        if done.returncode or not os.path.exists(target):
            raise SystemExit(f"bench: Cython says: {done.stdout}{done.stderr}")

    def lines(self):
        with open(os.path.join(self.src, self.file), "rb") as stream:
            return stream.read().count(b"\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join((*REAL, *GENERATED, *BINDINGS))}, or any pinned package")
    options = parser.parse_args()
    gilray = os.path.abspath(options.gilray)
    names = options.sets or [*REAL, *GENERATED, *BINDINGS]
    result = {"machine": {"cpus": os.cpu_count(), "page_size": resource.getpagesize()}, "sets": {}}
    print(f"{'set':20}{'tool':12}{'CPU s':>9}{'wall s':>9}{'peak MiB':>10}{'CPU ratio':>11}{'wall ratio':>12}{'memory ratio':>14}")
    for name in names:
        made = name in GENERATED or name in BINDINGS
        package = Generated(name) if made else real_packages.load([name])[0].fetch()
        runs = {tool: [] for tool in TOOLS}
        for tool in TOOLS:  # the first run of each warms the file cache and is not counted
            measure(commands_for(tool, gilray, package), package.src)
        for _ in range(options.repeat):
            for tool in TOOLS:
                runs[tool].append(measure(commands_for(tool, gilray, package), package.src))
        medians = {tool: [statistics.median(values) for values in zip(*runs[tool])] for tool in TOOLS}
        entry = result["sets"][name] = {"files": len(package.commands), "lines": package.lines(), "tools": {}}
        for tool in TOOLS:
            ratios = [value / base for value, base in zip(medians[tool], medians["clang"])]
            entry["tools"][tool] = {"cpu_s": medians[tool][0], "wall_s": medians[tool][1], "peak_mib": medians[tool][2],
                                    "cpu_ratio": ratios[0], "wall_ratio": ratios[1], "memory_ratio": ratios[2], "runs": runs[tool]}
            print(f"{name:20}{tool:12}{medians[tool][0]:9.2f}{medians[tool][1]:9.2f}{medians[tool][2]:10.0f}"
                  f"{ratios[0]:11.2f}{ratios[1]:12.2f}{ratios[2]:14.2f}", flush=True)
    if all(name in result["sets"] for name in GENERATED):
        small, large = (result["sets"][name] for name in GENERATED)
        growth = (large["tools"]["gilray"]["cpu_s"] / small["tools"]["gilray"]["cpu_s"]) / (large["lines"] / small["lines"])
        result["growth"] = growth
        print(f"growth from {small['lines']} to {large['lines']} lines: {growth:.2f} times the CPU time per line (1 is linear)")
    missed = [f"{name} {what} {entry['tools']['gilray'][key]:.2f}" for name, entry in result["sets"].items()
              for what, key, aim in (("CPU", "cpu_ratio", AIM_CPU), ("memory", "memory_ratio", AIM_MEMORY))
              if entry["tools"]["gilray"][key] > (AIM_CPU_OF.get(name, aim) if key == "cpu_ratio" else aim)]
    print(f"aims (CPU {AIM_CPU}, of Cython's C {AIM_CPU_OF['generated-cython']}, memory {AIM_MEMORY}): " + ("met" if not missed else "missed: " + ", ".join(missed)))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(result, out, indent=1)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except registry.RegistryError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(2)
