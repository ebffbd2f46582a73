#!/usr/bin/env python3
"""Compares the API model of CPython with the real headers of every Python version that this machine has.

Fails on
  * a public function, inline function or function-like macro (Py*) that the model does not list by name: a name with a
    leading underscore may fall under the default rule, a public one may not;
  * an entry whose name occurs in the headers of no version;
  * a `since` or `until` that a version's headers contradict.
What could not be checked, for want of headers, is printed and counted. Exit status 77: no headers at all.
"""

import argparse
import json
import os
import re
import subprocess
import sys

# Headers that Python.h does not include; those that a version does not have are left out.
EXTRA = """datetime.h structmember.h marshal.h frameobject.h structseq.h pythread.h osdefs.h code.h pystrtod.h cStringIO.h
longintrepr.h pycapsule.h genobject.h bytes_methods.h compile.h eval.h pyarena.h typeslots.h traceback.h""".split()

# `tool` writes one line per function: "|-FunctionDecl 0x... <place> place [used] NAME 'type' static inline"
FUNCTION = re.compile(r"^[|` -]*-FunctionDecl 0x\S+ (?:prev 0x\S+ )?<.*?> (?:\S+ )?(?:(?:implicit|used|referenced|invalid) )*"
                      r"(\w+) '.*?'(.*)$")
MACRO = re.compile(r"#define (\w+)(\()?")
PUBLIC = re.compile(r"Py[A-Z_]")
OLDEST_PY3 = (3, 6)  # names of this version and older carry no `since`


def version(text):
    return tuple(int(n) for n in text.split("."))


def translation_unit():
    lines = ["#define PY_SSIZE_T_CLEAN", "#include <Python.h>"]
    for header in EXTRA:
        lines += [f"#if __has_include(<{header}>)", f"#include <{header}>", "#endif"]
    return "\n".join(lines) + "\n"


class Headers:
    """What the headers of one version declare, GIL and free-threaded variants together."""

    def __init__(self):
        self.functions = set()
        self.macros = set()
        self.words = set()

    def scan(self, clang, header_set):
        command = [clang, "-x", "c", "-w"]
        for directory in header_set["include"]:
            command += ["-isystem", directory]
        command += ["-D" + define for define in header_set["defines"]]

        def run(*arguments):
            return subprocess.run(command + [*arguments, "-"], input=translation_unit(), capture_output=True, text=True,
                                  errors="replace", check=False)

        ast = run("-fsyntax-only", "-fno-color-diagnostics", "-Xclang", "-ast-dump")
        if ast.returncode:
            sys.exit(f"{header_set['id']}: the headers do not compile:\n{ast.stderr}")
        for line in ast.stdout.splitlines():
            match = "FunctionDecl" in line and FUNCTION.match(line)
            if match:
                self.functions.add(match.group(1))
        for line in run("-E", "-dM").stdout.splitlines():
            match = MACRO.match(line)
            if match and match.group(2):
                self.macros.add(match.group(1))
        root = header_set["include"][0]
        for directory, subdirectories, files in os.walk(root):
            subdirectories[:] = [d for d in subdirectories if d not in ("internal", "numpy")]
            for name in files:
                if name.endswith(".h"):
                    with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
                        self.words.update(re.findall(r"\w+", file.read()))

    def declares(self, name):
        return name in self.functions or name in self.macros


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-gen", required=True, help="the built gilray-model-gen")
    parser.add_argument("--clang", default="clang-22")
    parser.add_argument("--model", default=os.path.join(here, ".."), help="folder of the YAML files")
    parser.add_argument("--list", default=os.path.join(here, "..", "..", "..", "test-corpus", "headers", "list.py"))
    arguments = parser.parse_args()

    sets = json.loads(subprocess.check_output([sys.executable, arguments.list, "--best"], text=True))
    if not sets:
        print("skipped: no Python headers on this machine; test-corpus/headers/fetch.sh gets some")
        return 77
    headers = {}
    for header_set in sets:
        headers.setdefault(version(header_set["version"]), Headers()).scan(arguments.clang, header_set)
    versions = sorted(headers)
    shown = ", ".join(f"{s['id']} ({s['release']})" for s in sets)
    print(f"headers: {shown}")
    wanted = {(2, 7)} | {(3, minor) for minor in range(6, 16)}
    absent = sorted(wanted - set(versions))
    if absent:
        print("skipped: no headers of " + ", ".join(".".join(map(str, v)) for v in absent))

    files = [os.path.join(arguments.model, f) for f in sorted(os.listdir(arguments.model)) if f.endswith(".yaml")]
    entries = json.loads(subprocess.check_output([arguments.model_gen, "--json", *files], text=True))
    model = {e["name"]: e for e in entries if e["home"] == "python" and not e["name"].endswith("*")}

    failures = []
    checked = 0
    for v in versions:
        for name in sorted(headers[v].functions | headers[v].macros):
            if not PUBLIC.match(name):
                continue
            checked += 1
            # Python 2 renames unicode functions by the width of characters.
            if name not in model and re.sub(r"^PyUnicodeUCS[24]_", "PyUnicode_", name) not in model:
                failures.append(f"{'.'.join(map(str, v))} declares {name}, which the model does not list")

    not_checkable = []
    for name, entry in sorted(model.items()):
        since = version(entry["since"]) if entry["since"] else None
        until = version(entry["until"]) if entry["until"] else None
        in_range = [v for v in versions if (not since or v >= since) and (not until or v < until)]
        if not in_range:
            not_checkable.append(name)
        elif not any(name in headers[v].words for v in versions):
            failures.append(f"{name} occurs in the headers of no version")
            continue
        for v in versions:
            text = ".".join(map(str, v))
            if headers[v].declares(name) and v not in in_range:
                failures.append(f"{name}: since {entry['since'] or '-'}, until {entry['until'] or '-'}, but {text} declares it")
            # Unbounded below: must be there from the oldest Python 3 on (or, gone by 3.0, in 2.7).
            due = v in in_range and (since or v >= OLDEST_PY3 or (until and until <= (3, 0)))
            if due and name not in headers[v].words:
                failures.append(f"{name}: since {entry['since'] or '-'}, until {entry['until'] or '-'}, but {text} has no such name")

    print(f"model: {len(model)} names of Python headers; headers: {checked} public declarations in {len(versions)} versions")
    if not_checkable:
        print(f"skipped: {len(not_checkable)} entries of versions without headers here: {', '.join(not_checkable)}")
    for failure in failures:
        print("error: " + failure)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
