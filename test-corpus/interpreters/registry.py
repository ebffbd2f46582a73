#!/usr/bin/env python3
"""The CPython interpreters of this machine: those that provide.sh made, the system's, pyenv's, and what is in PATH.

  registry.py [--json] [--best]

Each has: id ("3.13", "3.13t", "3.13t-tsan"), version ("3.13"), release ("3.13.5"), origin, python (path to run; the wrapper for one
with a loader of its own), include, ext_suffix, gil (whether there is one to hold), subinterpreters ("own-gil", "shared-gil" or
"none": what this Python offers to Python code), debug, sanitizer. --best leaves one per version and kind: the newest release.
"""
import argparse
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys

# Runs in every Python from 2.7 on.
QUESTION = """
import json, sys, sysconfig
def variable(name):
    return sysconfig.get_config_var(name) or ""
def offered():
    if sys.version_info < (3, 8):
        return "none"
    names = ("_interpreters", "_xxsubinterpreters")
    for name in names:
        try:
            __import__(name)
            return "own-gil" if sys.version_info >= (3, 12) else "shared-gil"
        except ImportError:
            pass
    return "none"
print(json.dumps({
    "implementation": getattr(getattr(sys, "implementation", None), "name", "cpython"),
    "version": "%d.%d" % sys.version_info[:2],
    "release": sys.version.split()[0],
    "include": sysconfig.get_path("include") or "",
    "ext_suffix": variable("EXT_SUFFIX") or variable("SO"),
    "gil": not variable("Py_GIL_DISABLED"),
    "subinterpreters": offered(),
    "debug": hasattr(sys, "gettotalrefcount"),
    "sanitizer": "thread" if "-fsanitize=thread" in variable("CFLAGS") + variable("CONFIG_ARGS")
                 or "--with-thread-sanitizer" in variable("CONFIG_ARGS") else "",
}))
"""


def folder():
    """Where provide.sh puts interpreters."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.environ.get("GILRAY_INTERPRETERS_DIR") or os.path.join(cache, "gilray", "interpreters")


def candidates():
    """Yields (origin, path); the same interpreter may come more than once."""
    for root in sorted(glob.glob(os.path.join(folder(), "python*"))):
        origin = os.path.join(root, "origin")
        for path in glob.glob(os.path.join(root, "usr", "bin", "python3.*")) + glob.glob(os.path.join(root, "bin", "python3.*")):
            # provide.sh writes "origin" last: without it the folder is half made.
            if os.path.exists(origin) and re.fullmatch(r"python3\.\d+t?d?", os.path.basename(path)):
                with open(origin, encoding="utf-8") as text:
                    yield text.read().strip(), path
    for path in sorted(glob.glob("/usr/bin/python3.*") + glob.glob("/usr/local/bin/python3.*")):
        yield "system", path
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    for path in sorted(glob.glob(os.path.join(pyenv, "versions", "*", "bin", "python"))):
        yield "pyenv", path
    for part in os.environ.get("PATH", "").split(os.pathsep):
        if not part.startswith(pyenv):  # its shims are not interpreters
            for path in sorted(glob.glob(os.path.join(part or ".", "python3*"))):
                yield "PATH", path


def facts(origin, path):
    """What the interpreter says about itself; None if it does not run, is no CPython, or has no headers."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run([path, "-c", QUESTION], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
                              env=environment)
        found = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if found.pop("implementation") != "cpython" or not os.path.exists(os.path.join(found["include"], "Python.h")):
        return None
    if not found["ext_suffix"].startswith("."):
        return None
    kind = ("" if found["gil"] else "t") + ("-tsan" if found["sanitizer"] else "-debug" if found["debug"] else "")
    return {"id": found["version"] + kind, "origin": origin, "python": path, **found}


def interpreters(best=False):
    """All of this machine, sorted by version, kind and release."""
    seen, asked = set(), []
    for origin, path in candidates():
        real = os.path.realpath(path)
        if re.fullmatch(r"python\d?(\.\d+)?t?d?", os.path.basename(path)) and os.access(path, os.X_OK) and real not in seen:
            seen.add(real)
            asked.append((origin, path))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        answers = list(pool.map(lambda question: facts(*question), asked))
    found = {}
    for item in answers:
        if item:  # a copy of an executable in two places is one installation
            found.setdefault((item["id"], item["release"], os.path.realpath(item["include"])), item)
    numbers = lambda text: [int(part) for part in re.findall(r"\d+", text)]
    result = sorted(found.values(), key=lambda item: (numbers(item["version"]), item["id"], numbers(item["release"])))
    return list({item["id"]: item for item in result}.values()) if best else result


def describe(item):
    traits = ["GIL" if item["gil"] else "free-threaded", {
        "own-gil": "interpreters with own GIL" if item["gil"] else "own interpreters",
        "shared-gil": "interpreters share the GIL", "none": "no module for sub-interpreters"}[item["subinterpreters"]]]
    traits += ["debug"] if item["debug"] else []
    traits += [item["sanitizer"] + " sanitizer"] if item["sanitizer"] else []
    return f"{item['id']:<11} {item['release']:<9} {', '.join(traits):<42} {item['python']}  ({item['origin']})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--best", action="store_true", help="one of each version and kind")
    options = parser.parse_args()
    found = interpreters(options.best)
    if options.json:
        json.dump(found, sys.stdout, indent=1)
        print()
        return
    for item in found:
        print(describe(item))
    kinds = {item["id"] for item in found}
    missing = [name for name in ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.13t") if name not in kinds]
    if missing:
        print("not there:", ", ".join(missing), "(./dev interpreters brings those that Debian has)")


if __name__ == "__main__":
    main()
