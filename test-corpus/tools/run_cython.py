#!/usr/bin/env python3
"""Runs gilray over the C that Cython makes of test-corpus/cython/*.pyx and holds its findings against their comments.

  run_cython.py --gilray PATH [--cython FOLDER ...] [-j N] [-v] [FILE.pyx ...]

  # modules=check                       in the first lines: findings about what the module is are looked at, too
  # needs=3.1                           Cython of that version or later
  # flags: -fopenmp                     for the compiler
  f()   # expect: gilray-x "text"       one finding of that check on this line; text of the message or a note
  g()   # ok: gilray-x                  a place which looks like one and is none
  # expect@7: gilray-x "text"           a finding on line 7

Each file is translated in a folder of its own with every Cython that is there: those of --cython (folders that hold the
package Cython), otherwise what fetch_tools.py puts below build/bindings. Unexpected findings fail, except those of the
groups module and state and of declarations without modules=check. Exit status: 0 as expected, 1 not, 77 no Cython.
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
import tempfile

TOOLS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(TOOLS))
CASES = os.path.join(ROOT, "test-corpus", "cython")
EXPECT = re.compile(r"# expect(?:@(\d+))?: (gilray-[a-z-]+)(?: \"([^\"]*)\")?")
OK = re.compile(r"# ok: gilray-[a-z-]+")
GENERATED = re.compile(r"__pyx_|__Pyx|Py_BEGIN|Py_BLOCK|PyGILState_Ensure before")
TIMEOUT = 300


class Case:
    def __init__(self, path):
        self.path, self.name = path, os.path.basename(path)
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
        head = "\n".join(lines[:8])
        self.modules = "# modules=check" in head
        needs = re.search(r"# needs=(\d+)\.(\d+)", head)
        self.needs = tuple(map(int, needs.groups())) if needs else (3, 0)
        flags = re.search(r"# flags: (.*)", head)
        self.flags = flags[1].split() if flags else []
        self.cplus = "# distutils: language = c++" in head
        self.expected = [(int(match[1] or number), match[2], match[3] or "")
                         for number, line in enumerate(lines, 1) for match in EXPECT.finditer(line)]
        if not self.expected and not any(OK.search(line) for line in lines):
            raise SystemExit(f"{self.name}: neither expect nor ok: the file would test nothing")


class Cython:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "Cython", "Shadow.py"), encoding="utf-8") as stream:
            self.name = re.search(r'__version__ = "([^"]+)"', stream.read())[1]
        self.version = tuple(map(int, re.match(r"(\d+)\.(\d+)", self.name).groups()))

    def translate(self, case, folder):
        """The C file; raises with Cython's own message."""
        source = shutil.copy(case.path, folder)
        target = os.path.splitext(source)[0] + (".cpp" if case.cplus else ".c")
        code = f"import sys; sys.path.insert(0, {self.folder!r}); from Cython.Compiler.Main import main; main(command_line=1)"
        done = subprocess.run([sys.executable, "-c", code, "-3", *(["--cplus"] if case.cplus else []), case.name, "-o", target],
                              cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
        if done.returncode or not os.path.exists(target):
            raise RuntimeError(f"Cython says: {done.stdout}{done.stderr}")
        return target


def groups(gilray):
    listed = json.loads(subprocess.run([gilray, "catalogue", "--json"], capture_output=True, text=True, check=True).stdout)
    return {check["name"]: check["group"] for check in listed["checks"]}


def judge(case, findings, group):
    """Lines that say what is wrong."""
    wrong, left = [], list(findings)
    for line, check, text in case.expected:
        match = next((f for f in left if f["check"] == check and f["line"] == line and
                      (text in f["message"] or any(text in note["message"] for note in f.get("notes", ())))), None)
        if match:
            left.remove(match)
        else:
            wrong.append(f"{case.name}:{line}: missing: {check} \"{text}\"")
    for finding in left:
        if case.modules or group.get(finding["check"]) not in ("module", "state"):
            wrong.append(f"{case.name}:{finding['line']}: unexpected: {finding['check']}: {finding['message']}")
    for finding in findings:
        if not finding["file"].endswith(case.name):
            wrong.append(f"{finding['file']}:{finding['line']}: a place in generated code: {finding['check']}")
        for text in [finding["message"], *(note["message"] for note in finding.get("notes", ()))]:
            if GENERATED.search(text):
                wrong.append(f"{case.name}:{finding['line']}: words of generated code: {text}")
    return wrong


def run(gilray, cython, case, group):
    with tempfile.TemporaryDirectory(prefix="gilray-cython-") as folder:
        try:
            source = cython.translate(case, folder)
        except RuntimeError as error:
            return [f"{case.name}: {error}"]
        command = [gilray, "check", "--no-config", "--no-cache", "-j1", "--quiet", "--format", "json", "--severity", "note",
                   "--fail-on", "never", source]
        if case.flags:
            command[-1:] = ["--python", sys.executable, source, "--", *case.flags]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
        if done.returncode:
            return [f"{case.name}: gilray ended with status {done.returncode}: {done.stderr}"]
        return judge(case, json.loads(done.stdout)["findings"], group)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--cython", action="append", default=[])
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("-v", action="store_true")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    gilray = os.path.abspath(args.gilray)
    folders = args.cython or sorted(glob.glob(os.path.join(ROOT, "build", "bindings", "cython*")))
    known = [Cython(os.path.abspath(folder)) for folder in folders if os.path.isdir(os.path.join(folder, "Cython"))]
    if not known:
        print("SKIPPED: no Cython below build/bindings; test-corpus/reality/fetch_tools.py fetches it")
        return 77
    cases = [Case(path) for path in args.files or sorted(glob.glob(os.path.join(CASES, "*.pyx")))]
    group, failed = groups(gilray), 0
    for cython in known:
        fitting = [case for case in cases if cython.version >= case.needs]
        with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
            for case, wrong in zip(fitting, pool.map(lambda case: run(gilray, cython, case, group), fitting)):
                failed += bool(wrong)
                for line in wrong:
                    print(f"Cython {cython.name}: {line}")
                if args.v and not wrong:
                    print(f"Cython {cython.name}: {case.name}: as expected")
        skipped = len(cases) - len(fitting)
        print(f"Cython {cython.name}: {len(fitting)} files" + (f", {skipped} SKIPPED: they need a later Cython" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
