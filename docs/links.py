#!/usr/bin/env python3
"""Tests the relative links of all Markdown files: the file is there, and so is the heading that an anchor names.

  links.py [--root DIR]          exit 1 and name the broken ones; nothing is fetched
"""
import argparse
import os
import re
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FENCE = re.compile(r"^ {0,3}(```|~~~)")
LINK = re.compile(r"(?<!\\)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")


def text_of(path):
    """(number, line) of what is no code."""
    fenced = False
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            if FENCE.match(line):
                fenced = not fenced
            elif not fenced and not line.startswith("    "):
                yield number, line


def slug(heading):
    """As GitHub and MkDocs make it."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading.strip().lower()))


def anchors(path):
    found, seen = set(), {}
    for _, line in text_of(path):
        if match := re.match(r"#{1,6}\s+(.*?)\s*#*$", line):
            name = slug(match[1])
            seen[name] = seen.get(name, 0) + 1
            found.add(name if seen[name] == 1 else f"{name}-{seen[name] - 1}")
        found.update(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", line))
    return found


def broken(root, files):
    for file in files:
        path = os.path.join(root, file)
        for number, line in text_of(path):
            for target in LINK.findall(re.sub(r"(`+).*?\1", "", line)):
                if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                    continue
                name, _, anchor = target.partition("#")
                there = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
                if not os.path.exists(there):
                    yield f"{file}:{number}: {target}: there is no such file"
                elif anchor and there.endswith(".md") and anchor not in anchors(there):
                    yield f"{file}:{number}: {target}: there is no such heading"
                elif not os.path.realpath(there).startswith(os.path.realpath(root) + os.sep):
                    yield f"{file}:{number}: {target}: outside of the repository"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", default=ROOT)
    root = parser.parse_args().root
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=root, capture_output=True, text=True)
    files = done.stdout.split() if done.returncode == 0 else []
    files = files or [os.path.relpath(os.path.join(top, name), root) for top, _, names in os.walk(root)
                      for name in names if name.endswith(".md") and not os.path.relpath(top, root).startswith("build")]
    lines = list(broken(root, sorted(file for file in files if os.path.exists(os.path.join(root, file)))))
    for line in lines:
        print(line)
    print(f"{len(files)} files, {len(lines)} broken links")
    return 1 if lines or not files else 0


if __name__ == "__main__":
    sys.exit(main())
