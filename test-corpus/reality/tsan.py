#!/usr/bin/env python3
"""The races of this folder under ThreadSanitizer: each faulty module must give a report in its own code, each fixed one none.

  tsan.py [--work DIR] [CASE...]       CASE: counter, borrowed, ...; without any: all that come as race_NAME.c and race_NAME_fixed.c

Needs a free-threaded Python that was built under ThreadSanitizer (./dev interpreters makes one where clang's run-time library is there) and
clang. Exit status: 0 as expected, 1 not so, 2 a module could not be built or run, 77 something is missing.
"""
import argparse
import glob
import os
import re
import subprocess
import sys

import build

sys.path.insert(0, os.path.join(build.ROOT, "test-corpus", "interpreters"))
import registry

SECONDS = 60
# A lock that the interpreter takes between the two accesses, by chance in the order that hides the race, leaves nothing to report.
TRIES = 5
# What the module does is of interest, not what the interpreter does: reports count that show a frame of the module's own file.
OPTIONS = "exitcode=0 report_bugs=1 halt_on_error=0 atexit_sleep_ms=0 history_size=4"


def compiled(compiler, python, source, folder):
    name = os.path.basename(source)[:-len(".c")]
    target = os.path.join(folder, name + python["ext_suffix"])
    command = [compiler, "-fsanitize=thread", "-g", "-O1", "-shared", "-fPIC", "-isystem", python["include"], source, "-o", target]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{name} does not compile: {done.stderr.strip()[-1500:]}")
    return name


def reports(text, source):
    """Reports about accesses in the module itself: the functions of the two accesses."""
    found = []
    for part in text.split("WARNING: ThreadSanitizer: data race")[1:]:
        body = part.split("==================")[0]
        tops = re.findall(r"(?:Write|Read|Atomic write|Atomic read|Previous \w+(?: \w+)?) of size .*?\n((?:\s+#\d+ .*\n)+)", body, flags=re.I)
        # The access itself may be in the interpreter, made for the module: Py_DECREF on what another thread has freed.
        own = [re.search(rf"#\d+ (\S+) .*{re.escape(os.path.basename(source))}:(\d+)", stack) for stack in tops]
        if len(own) >= 2 and all(own[:2]):
            found.append(" and ".join(f"{match[1]}:{match[2]}" for match in own[:2]))
    return found


def run(python, folder, name, source):
    environment = {**os.environ, "TSAN_OPTIONS": OPTIONS, "PYTHONPATH": folder, "PYTHON_GIL": "0"}
    done = subprocess.run([python["python"], "-c", f"import {name}; print({name}.check())"], capture_output=True, text=True,
                          env=environment, stdin=subprocess.DEVNULL, timeout=SECONDS)
    if "ThreadSanitizer" not in done.stderr and done.returncode != 0:
        raise RuntimeError(f"{name} ended with status {done.returncode}: {done.stderr.strip()[-1500:]}")
    return done.stdout.strip(), reports(done.stderr, source)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", default=os.path.join(build.ROOT, "build", "tsan"))
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    compiler = build.tool("TSAN_CC", "clang-22", "clang")
    python = next((item for item in registry.interpreters() if item["sanitizer"] == "thread" and not item["gil"]), None)
    if not compiler or not python:
        print("skipped:", "no clang" if not compiler else "no free-threaded Python that was built under ThreadSanitizer (./dev interpreters)")
        return 77
    os.makedirs(options.work, exist_ok=True)
    names = options.cases or sorted(os.path.basename(path)[len("race_"):-len("_fixed.c")]
                                    for path in glob.glob(os.path.join(build.HERE, "race_*_fixed.c")))
    wrong = 0
    for case in names:
        for suffix in ("", "_fixed"):
            source = os.path.join(build.HERE, f"race_{case}{suffix}.c")
            name, expected = compiled(compiler, python, source, options.work), not suffix
            for _ in range(TRIES if expected else 1):
                said, races = run(python, options.work, name, source)
                if races:
                    break
            wrong += bool(races) != expected
            print(f"{'as expected' if bool(races) == expected else 'WRONG':12} {os.path.basename(source):28} says {said!r}, "
                  + (f"{len(races)} reports, the first of {races[0]}" if races else "no report"), flush=True)
    print(f"{len(names)} races with their fixes, {wrong} not as expected ({python['id']}, {python['release']})")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        print(f"tsan: {error}", file=sys.stderr)
        sys.exit(2)
