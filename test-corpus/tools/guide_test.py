#!/usr/bin/env python3
"""The sessions in the guides of binding libraries are what gilray says: each command is run on the module above it.

  guide_test.py --gilray PATH [--write] [PAGE...]     --write puts what gilray says into the pages

A page names a file before its code (`meters.cpp`, then a block of C++); the commands that follow it begin with "$ gilray".
Flags that the reader's own set-up provides (include directories) are added. Exit status 77 without the headers.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

import corpus_headers

PAGES = os.path.join(corpus_headers.ROOT, "docs", "guide")
NEEDS = {"pybind11.md": ("pybind11", "numpy"), "nanobind.md": ("nanobind",), "boost-python.md": ("boost",)}
PYTHON = "3.14"
CODE = re.compile(r"`(\w+\.cpp)`[^\n]*\n(?:[^\n`]+\n)*\n```cpp\n(.*?)\n```\n", re.S)
SESSION = re.compile(r"^    \$ (gilray [^\n]*)\n((?:(?:    [^\n]*)?\n(?=    |\n    (?!\$)))*(?:    (?!\$)[^\n]*\n)*)", re.M)
SUMMARY = re.compile(r"\n?[0-9]+ files? checked: [^\n]*\n?$")


def includes(page):
    """The flags, or None where headers are missing."""
    cells = [cell for cell in corpus_headers.matrix() if cell.headers == PYTHON and cell.variant == "gil"]
    needs = corpus_headers.needs()
    if not cells or any(need not in needs for need in NEEDS[page]):
        return None
    folders = [*cells[0].includes, *(folder for need in NEEDS[page] for folder in needs[need])]
    return [part for folder in folders for part in ("-isystem", folder)]


def said(gilray, command, folder, flags):
    words = shlex.split(command)
    done = subprocess.run([gilray, *words[1:2], "--no-config", *(["--no-cache", "--color", "never"] if words[1] == "check" else []),
                           *words[2:], "--", *flags], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=300)
    return SUMMARY.sub("\n", done.stdout).strip("\n")


def with_output(text, gilray, flags):
    """The page with what gilray says in its sessions."""
    out, at = [], 0
    with tempfile.TemporaryDirectory(prefix="gilray-guide-") as folder:
        while True:
            code, session = CODE.search(text, at), SESSION.search(text, at)
            if not session:
                return "".join(out) + text[at:]
            if code and code.start() < session.start():
                with open(os.path.join(folder, code[1]), "w", encoding="utf-8") as stream:
                    stream.write(code[2] + "\n")
                out.append(text[at:code.end()])
                at = code.end()
                continue
            lines = said(gilray, session[1], folder, flags).split("\n")
            shown = "".join(f"    {line}".rstrip() + "\n" for line in lines if line)
            out.append(text[at:session.start()] + f"    $ {session[1]}\n" + shown)
            at = session.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("pages", nargs="*", default=list(NEEDS))
    options = parser.parse_args()
    wrong = skipped = 0
    for page in options.pages:
        flags = includes(page)
        if flags is None:
            print(f"SKIPPED: {page}: no headers of Python {PYTHON} and {', '.join(NEEDS[page])}")
            skipped += 1
            continue
        path = os.path.join(PAGES, page)
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        if not SESSION.search(text) or not CODE.search(text):
            print(f"{page}: no session with code before it")
            wrong += 1
            continue
        new = with_output(text, os.path.abspath(options.gilray), flags)
        if new == text:
            continue
        if options.write:
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(new)
        else:
            wrong += 1
            pairs = zip(text.split("\n") + [""], new.split("\n") + [""])
            line = next((number for number, (a, b) in enumerate(pairs, 1) if a != b), 0)
            print(f"{page}:{line}: gilray says something else now; look at it, then run guide_test.py --write")
    return 1 if wrong else 77 if skipped == len(options.pages) else 0


if __name__ == "__main__":
    sys.exit(main())
