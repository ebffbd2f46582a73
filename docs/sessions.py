#!/usr/bin/env python3
"""The sessions in the guides are what gilray really says.

  sessions.py --gilray PATH [--write] [GUIDE.md ...]        without guides: all that have sessions

A guide shows a file in a fenced block behind a comment, and a command with what it prints as an indented block:

    <!-- file: tally.pyx -->
    ```cython
    ...
    ```

        $ gilray check tally.pyx

Blocks are gone through in order, in one folder for each guide, so that a later version of a file replaces an earlier one. A comment
<!-- needs: pybind11 --> names what the guide is about: cython, pybind11, nanobind or boost; its headers are found. Only
standard output is shown. --write puts the real output into the guides.
Exit status: 0 as shown, 1 not, 77 nothing could be tried.
"""
import argparse
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "tools"))
import corpus_headers  # noqa: E402

CYTHON = os.path.join(ROOT, "build", "bindings", "cython")
SESSION = re.compile(r"^    \$ gilray (.*)\n((?:    (?!\$ ).*\n)*)", re.M)
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w*\n(.*?)^```$", re.S | re.M)


def blocks(text):
    """(start, kind, name or command, text) of files and sessions, in their order."""
    found = [(m.start(), "file", m[1], m[2]) for m in FILE.finditer(text)]
    for m in SESSION.finditer(text):
        found.append((m.start(), "session", m[1].strip(), "".join(line[4:] for line in m[2].splitlines(keepends=True))))
    return sorted(found)


def includes(need):
    """Include directories of what the guide is about; None if it is not on this machine."""
    if need in ("", "cython"):
        return [] if not need or os.path.isdir(CYTHON) else None
    return corpus_headers.needs().get(need)


def check(gilray, guide, write):
    """What differs, as text; None: could not be tried."""
    with open(guide, encoding="utf-8") as stream:
        text = stream.read()
    need = re.search(r"<!-- needs: (\S+) -->", text)
    folders = includes(need[1] if need else "")
    if folders is None:
        print(f"SKIPPED: {os.path.relpath(guide, ROOT)}: {need[1]} is not on this machine")
        return None
    wrong, made = [], text
    with tempfile.TemporaryDirectory(prefix="gilray-session-") as folder:
        tools = os.path.join(folder, ".tools")
        os.makedirs(tools)
        with open(os.path.join(tools, "cython"), "w") as out:
            out.write(f"#!/bin/sh\nPYTHONPATH='{CYTHON}' exec '{sys.executable}' -m cython \"$@\"\n")
        os.chmod(os.path.join(tools, "cython"), 0o755)
        environment = {**os.environ, "PATH": tools + os.pathsep + "/usr/bin:/bin", "GILRAY_CACHE_DIR": os.path.join(folder, ".cache"),
                       "NO_COLOR": "1", "COLUMNS": "160", "CPLUS_INCLUDE_PATH": os.pathsep.join(folders)}
        for _, kind, head, body in blocks(text):
            if kind == "file":
                with open(os.path.join(folder, head), "w", encoding="utf-8") as out:
                    out.write(body)
                continue
            done = subprocess.run([gilray, *shlex.split(head)], cwd=folder, env=environment, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=300)
            if done.returncode == 2:
                wrong.append(f"{guide}: gilray {head}: {done.stderr}")
            said = "".join("    " + line if line.strip() else "\n" for line in done.stdout.splitlines(keepends=True))
            old = f"    $ gilray {head}\n" + "".join("    " + line for line in body.splitlines(keepends=True))
            new = f"    $ gilray {head}\n" + said
            if old != new:
                wrong.append(f"{os.path.relpath(guide, ROOT)}: 'gilray {head}' prints\n{done.stdout}instead of\n{body}")
                made = made.replace(old, new, 1)
    if write and made != text:
        with open(guide, "w", encoding="utf-8") as out:
            out.write(made)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilray", required=True, type=os.path.abspath)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("guides", nargs="*")
    options = parser.parse_args()
    guides = options.guides
    if not guides:
        guides = [path for path in sorted(glob.glob(os.path.join(HERE, "guide", "*.md")))
                  if "<!-- file: " in open(path, encoding="utf-8").read()]
    results = [check(options.gilray, guide, options.write) for guide in guides]
    tried = [result for result in results if result is not None]
    for wrong in tried:
        for line in wrong:
            print(line)
    print(f"{len(tried)} guides, {sum(map(len, tried))} sessions not as shown")
    if not tried:
        return 77
    return 1 if any(tried) else 0


if __name__ == "__main__":
    sys.exit(main())
