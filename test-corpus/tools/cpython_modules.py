"""Runs gilray over CPython's own extension modules: a test of silence. Their authors read and tested them for several
interpreters and for running without a GIL, so that what gilray holds against a declaration there must be worth telling.

  cpython_modules.py --gilray PATH [--python 3.13] [--table] [-v] [MODULE...]

The sources are Debian's source package (./dev interpreters 3.13-src), parsed with the pyconfig.h of interpreters made from the same
package: with a GIL for what is said of interpreters, without one for what is said of free threading. Contradictions that a person
has read stand in test-corpus/real/cpython.yaml with a verdict. --table prints the table of docs/dev/cpython-modules.md. Exit status:
0, 1 a contradiction has no verdict, more than one of ten is false, or one that was known is gone, 77 sources or interpreters are
missing.
"""
import argparse
import collections
import glob
import json
import os
import re
import shutil
import subprocess
import sys

import yaml

import real_packages
import registry

sys.path.insert(0, os.path.join(registry.ROOT, "test-corpus", "interpreters"))
VERDICTS = os.path.join(real_packages.REAL, "cpython.yaml")
WORK = os.path.join(registry.ROOT, "build", "cpython")
FALSE = 0.1  # at most this share
# Modules that misbehave on purpose.
TESTS = re.compile(r"_?test|_test|xx|_xx|_ctypes_test")
# What configure would add.
EXTRA = {
    "_decimal": ["-IModules/_decimal/libmpdec", "-DCONFIG_64=1", "-DASM=1"],
    "pyexpat": ["-IModules/expat", "-DXML_STATIC=1"],
    "_elementtree": ["-IModules/expat"],
    "_sqlite3": ["-IModules/_sqlite"],
    "_sysconfig": ['-DABIFLAGS=""'],
    "posix": ["-D_GNU_SOURCE"],
}
Module = collections.namedtuple("Module", "name files flags")


def folder(name):
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(os.environ.get("GILRAY_INTERPRETERS_DIR") or os.path.join(cache, "gilray", "interpreters"), "python" + name)


def modules(source):
    """What CPython's Setup files list, with paths relative to the sources."""
    found = []
    for name, core in (("Setup.bootstrap.in", "-DPy_BUILD_CORE_BUILTIN"), ("Setup.stdlib.in", "-DPy_BUILD_CORE_MODULE")):
        with open(os.path.join(source, "Modules", name), encoding="utf-8") as stream:
            for line in stream:
                match = re.match(r"(?:@MODULE_\w+_TRUE@)?(\w+) +(\S.*\.c.*)$", line)
                if not match or TESTS.match(match[1]):
                    continue
                words = match[2].replace("$(srcdir)/", "").split()
                files = ["Modules/" + word for word in words if word.endswith(".c")]
                flags = [core, *(word for word in words if word.startswith("-"))]
                if match[1].startswith("xxlimited"):
                    flags.remove(core)
                found.append(Module(match[1], [path for path in files if os.path.exists(os.path.join(source, path))],
                                    flags + EXTRA.get(match[1], [])))
    return found


def configured(name):
    """A folder that holds nothing but the pyconfig.h of an interpreter."""
    found = [path for path in glob.glob(os.path.join(folder(name), "**", "pyconfig.h"), recursive=True) if os.path.getsize(path) > 10000]
    if not found:
        return None
    target = os.path.join(WORK, name)
    os.makedirs(target, exist_ok=True)
    shutil.copyfile(found[0], os.path.join(target, "pyconfig.h"))
    return target


def errors(source, module, flags):
    """The first error that stands in the way of parsing, such as a library without headers; None: all is there."""
    for path in module.files:
        found = real_packages.parse_errors(source, path, flags)
        if found:
            return found[0].split("error: ", 1)[1]
    return None


def judged(gilray, source, module, flags):
    command = [gilray, "readiness", "--no-config", "--no-cache", "--quiet", "--format", "json", *module.files, "--", *flags]
    done = subprocess.run(command, cwd=source, stdin=subprocess.DEVNULL, capture_output=True)
    try:
        return json.loads(done.stdout)["modules"]
    except (ValueError, KeyError):
        raise registry.RegistryError(f"{module.name}: gilray readiness ended with status {done.returncode}: "
                                     + done.stderr.decode("utf-8", "replace").strip()[-500:]) from None


def known():
    """Module -> (kind, subject) -> (verdict, reason)."""
    if not os.path.exists(VERDICTS):
        return {}
    with open(VERDICTS, encoding="utf-8") as stream:
        raw = yaml.safe_load(stream) or {}
    result = {}
    for name, entries in raw.items():
        for entry in entries:
            verdict = {True: "true", False: "false"}.get(entry["verdict"], entry["verdict"])
            if verdict not in ("true", "false", "debatable"):
                raise registry.RegistryError(f"cpython.yaml: {name}: verdict is true, false or debatable, not {verdict}")
            for subject in entry["subjects"]:
                result.setdefault(name, {})[entry["kind"], subject] = (verdict, entry["reason"])
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--python", default="3.13")
    parser.add_argument("--table", action="store_true", help="print Markdown")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the notes of contradictions")
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    gilray, source = os.path.abspath(options.gilray), folder(options.python + "-src")
    builds = {goals: configured(name) for name, goals in ((options.python, ("shared-gil", "own-gil")),
                                                          (options.python + "t", ("free-threading",)))}
    if not os.path.exists(os.path.join(source, "origin")) or None in builds.values():
        print(f"skipped: run ./dev interpreters {options.python} {options.python}t {options.python}-src first")
        return 77
    verdicts, tally, words, wrong, rows = known(), collections.Counter(), collections.Counter(), 0, []
    for module in modules(source):
        if options.modules and module.name not in options.modules:
            continue
        answers, contradictions = {}, {}
        for goals, config in builds.items():
            flags = ["-I" + config, "-IInclude", "-IInclude/internal", "-IInclude/internal/mimalloc", "-IModules", "-I.", *module.flags]
            trouble = errors(source, module, flags)
            if trouble:
                break
            for found in judged(gilray, source, module, flags):
                for goal in found["goals"]:
                    if goal["goal"] in goals and found["name"] == module.name:
                        answers[goal["goal"]] = goal["verdict"]
                        if goal["verdict"] == "contradicted":
                            for item in goal["blockers"]:
                                contradictions.setdefault((item["kind"], item["subject"]), (item, set()))[1].add(goal["goal"])
        if trouble or not answers:
            tally["skipped"] += 1
            if not options.table:
                print(f"skipped: {module.name}: {trouble or 'no module was seen'}")
            continue
        tally["judged"] += 1
        tally["declared"] += "declared" in answers.values()
        tally["contradicted"] += bool(contradictions)
        mine = verdicts.get(module.name, {})
        for key, (item, goals) in contradictions.items():
            verdict, reason = mine.get(key, (None, ""))
            words[verdict] += 1
            rows.append((module.name, item, verdict, reason))
            if verdict is None:
                wrong += 1
                print(f"no verdict: {module.name} {', '.join(sorted(goals))}: {item['file']}:{item['line']}: {item['kind']} "
                      f"{item['subject']}: {item['message']}")
                if options.verbose:
                    for note in item["notes"]:
                        print(f"    {note.get('file', '')}:{note.get('line', '')}: {note['message']}")
        for kind, subject in sorted(set(mine) - set(contradictions)):
            wrong += 1
            print(f"verdict without contradiction: {module.name} {kind} {subject}")
        if options.verbose:
            print(f"{module.name}: " + ", ".join(f"{goal} {verdict}" for goal, verdict in answers.items()))
    if options.table:
        grouped = {}
        for name, item, verdict, reason in rows:
            grouped.setdefault((name, item["kind"], verdict, reason), []).append(f"`{item['subject']}`")
        print("| Module | What | Subjects | Verdict | Why |\n| --- | --- | --- | --- | --- |")
        for (name, kind, verdict, reason), subjects in grouped.items():
            print(f"| {name} | {kind} | {', '.join(subjects)} | {verdict} | {reason} |")
    total = sum(words.values())
    low = words["false"] > FALSE * total
    print(f"{tally['judged']} modules judged, {tally['skipped']} skipped, {tally['declared']} declare support, {tally['contradicted']} of these "
          f"are contradicted by {total} facts: {words['true']} true, {words['false']} false, {words['debatable']} debatable, "
          f"{words[None]} without a verdict")
    return 1 if wrong or low else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except registry.RegistryError as error:
        print(f"cpython: {error}", file=sys.stderr)
        sys.exit(2)
