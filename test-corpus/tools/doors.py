"""Compares the doors: the same corpus files through `gilray check`, the clang-tidy plugin and gilray-clangd.

  doors.py --gilray PATH [--plugin PATH [--clang-tidy PATH]] [--clangd PATH] [--full | --each N] [-j N] [-v] [--table FILE] [FILE ...]

Without files: single-file corpus cases of every check, with the newest Python headers. Every finding must come out of every door
with the same place, check, message and notes. What may differ stands in KNOWN with its reason, and a known difference
that is gone fails too. Prints a table; exit status 1 if a door says something else, 77 if nothing could run.
"""
import argparse
import concurrent.futures
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import corpus_headers
import lsp
import run_corpus

ROOT = run_corpus.ROOT

# (door, what the name of the case contains, why)
KNOWN = ()

TIDY_LINE = re.compile(r"^(?P<file>/[^:\n]+):(?P<line>\d+):(?P<col>\d+): (?P<kind>warning|error|note): "
                       r"(?P<text>.*?)(?: \[(?P<check>[\w.,-]+)\])?$")


def driver_findings(gilray, case, flags):
    report, complaint = run_corpus.run_gilray(gilray, case, flags)
    if complaint:
        return None, complaint
    found = []
    for item in report["findings"]:
        if item["severity"] == "note" and case.header.severity != "note":
            continue
        path = os.path.normpath(os.path.join(ROOT, item["file"]))
        notes = []
        for note in item.get("notes", ()):
            here = note if note.get("file") else item
            notes.append((os.path.normpath(os.path.join(ROOT, here["file"])), here["line"], here["column"], note["message"]))
        found.append((path, item["line"], item["column"], item["check"], item["message"], tuple(notes)))
    return sorted(found), None


def host_options(case):
    return {"GilrayConfig": "none", "GilraySeverity": case.header.severity}


def tidy_findings(tools, case, flags):
    config = "{CheckOptions: {%s}}" % ", ".join(f"{key}: {value}" for key, value in host_options(case).items())
    command = [tools.clang_tidy, f"--load={tools.plugin}", "--checks=-*,gilray-*", f"--config={config}",
               "--header-filter=.*", "--quiet", *case.sources, "--", *flags]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=run_corpus.TIMEOUT, cwd=ROOT)
    if done.returncode not in (0, 1):
        return None, f"clang-tidy ended with status {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-500:]}"
    found = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        match = TIDY_LINE.match(line)
        if not match:
            continue
        place = (os.path.normpath(match["file"]), int(match["line"]), int(match["col"]))
        if match["kind"] == "note":
            if found:
                found[-1][5].append((*place, match["text"]))
        else:
            found.append((*place, match["check"], match["text"], []))
    return sorted((*item[:5], tuple(note for note in item[5] if not note[3].startswith("suggested fix: ")))
                  for item in found if item[3] and item[3].startswith("gilray-")), None


class Editors:
    """One clangd for each severity and thread: starting one for every file would take most of the time."""

    def __init__(self, clangd):
        self.clangd, self.folder, self.mine, self.all = clangd, tempfile.mkdtemp(prefix="gilray-doors-"), threading.local(), []

    def get(self, case):
        severity = case.header.severity
        mine = self.mine.__dict__
        if severity not in mine:
            home = tempfile.mkdtemp(dir=self.folder)
            os.mkdir(os.path.join(home, "clangd"))
            with open(os.path.join(home, "clangd", "config.yaml"), "w", encoding="utf-8") as stream:
                stream.write("Diagnostics:\n  UnusedIncludes: None\n  ClangTidy:\n    CheckOptions:" +
                             "".join(f"\n      {key}: {value}" for key, value in host_options(case).items()) + "\n")
            environment = dict(os.environ, HOME=home, XDG_CACHE_HOME=home, XDG_CONFIG_HOME=home, GILRAY_EDITOR_INDEX="off")
            mine[severity] = lsp.Client([self.clangd, "--log=error", "--background-index=0", "-j=1"], ROOT, environment)
            self.all.append(mine[severity])
        return mine[severity]

    def drop(self, case):
        client = self.mine.__dict__.pop(case.header.severity)
        client.process.kill()
        self.all.remove(client)

    def close(self):
        for client in self.all:
            with client:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)


def clangd_findings(tools, case, flags):
    source = case.sources[0]
    client = tools.editors.get(case)
    client.compile_command(source, ["clang", *flags, source])
    try:
        diagnostics = client.open(source)
    except (queue.Empty, RuntimeError) as error:
        tools.editors.drop(case)
        return None, str(error) or f"no diagnostics within {client.timeout} s"
    client.close(source)
    found = []
    for item in diagnostics:
        if not str(item.get("code", "")).startswith("gilray-"):
            continue
        notes = tuple((lsp.path(note["location"]["uri"]), note["location"]["range"]["start"]["line"] + 1, note["message"])
                      for note in item.get("relatedInformation", ()) if not note["message"].startswith("Suggested fix: "))
        message = re.sub(r" \(fix(es)? available\)$", "", item["message"])
        found.append((source, item["range"]["start"]["line"] + 1, 0, item["code"], message, notes))
    return sorted(found), None


def plain(found, door):
    """What can be compared: clangd writes capitals and counts columns in UTF-16."""
    if door != "clangd":
        return found
    lower = lambda text: text[:1].lower() + text[1:]
    return sorted((path, line, 0, check, lower(message),
                   tuple((note[0], note[1], lower(note[-1])) for note in notes))
                  for path, line, _, check, message, notes in found)


def compare(path, tools, matrix, needs):
    """(case name, {door: number of findings or None}, complaints)."""
    case = run_corpus.Case(path)
    if any(need not in needs for need in case.header.needs):
        return case.name, {}, []
    cells, _ = case.cells(matrix, False)
    if not cells:
        return case.name, {}, []
    cell = next((cell for cell in reversed(cells) if cell.variant == "gil"), cells[-1])
    flags = case.flags(cell, needs)
    if case.header.errors or case.header.gilray:
        return case.name, {}, []  # options of the driver have no counterpart
    want, complaint = driver_findings(tools.gilray, case, flags)
    if complaint:
        return case.name, {}, [f"{case.name}: driver: {complaint}"]
    counts, wrong = {"driver": len(want)}, []
    doors = [("tidy", tidy_findings)] * bool(tools.plugin) + [("clangd", clangd_findings)] * bool(tools.clangd)
    for door, ask in doors:
        got, complaint = ask(tools, case, flags)
        if complaint:
            wrong.append(f"{case.name}: {door}: {complaint}")
            continue
        counts[door] = len(got)
        mine = want
        if door == "clangd":  # shows the opened file
            mine = [item for item in want if item[0] == case.sources[0]]
        missing = [item for item in plain(mine, door) if item not in plain(got, door)]
        extra = [item for item in plain(got, door) if item not in plain(mine, door)]
        known = [entry for entry in KNOWN if entry[0] == door and entry[1] in case.name]
        if known and not missing and not extra:
            wrong.append(f"{case.name}: {door}: agrees now; take it out of KNOWN")
        if not known:
            wrong += [f"{case.name}: {door}: missing {item}" for item in missing]
            wrong += [f"{case.name}: {door}: extra {item}" for item in extra]
    return case.name, counts, wrong


PAGE = """\
# The doors

The same corpus files through `gilray check`, through clang-tidy with the plugin, and through gilray-clangd: every finding must come out of every door with the same
place, check, message and notes. `./dev doors` makes this table; the test `doors.agree` compares three bad and three good files of each check, and fails
on each difference. {chosen}

{table}

## What differs

{known}

By the nature of the doors, and not counted above:

- clangd writes the first letter of a message as a capital, counts columns in UTF-16, and shows the findings of the opened file: of a finding in another
  file the step in this one.
- clang-tidy and clangd look at one file. What other files do they know from the [project index](../guide/clang-tidy.md); the cases that are directories of several files
  are left out here and tested with an index in `doors.tidy` and `doors.clangd`.
- Left out are files that need options of the command (`--target`, `--no-config`), files with errors that are meant, and files for headers that are not on the machine.
"""


def page(rows, wrong, chosen):
    """The table per check, and what is known to differ."""
    groups = {}
    for name, counts in rows:
        if counts:
            parts = os.path.relpath(os.path.join(ROOT, name), run_corpus.CORPUS).split(os.sep)
            groups.setdefault(parts[1] if parts[0] == "checks" else parts[0], []).append((name, counts))
    lines = ["| corpus files of | files | `gilray check` | clang-tidy | clangd | |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    total = [0, 0, 0, 0]
    for group, cases in sorted(groups.items()):
        numbers = [len(cases), *(sum(counts.get(door, 0) for _, counts in cases) for door in ("driver", "tidy", "clangd"))]
        total = [a + b for a, b in zip(total, numbers)]
        differ = sorted({name for name, _ in cases for line in wrong if line.startswith(name + ":")})
        lines.append(f"| {group} | " + " | ".join(map(str, numbers)) + " | " + ("differ: " + ", ".join(differ) if differ else "equal") + " |")
    lines.append("| **all** | " + " | ".join(f"**{number}**" for number in total) + " | |")
    known = "\n".join(f"- {door}, `{case}`: {why}" for door, case, why in KNOWN) or "Nothing is known to differ."
    return PAGE.format(chosen=chosen, table="\n".join(lines), known=known)


def some_of_each(files, number=3):
    chosen = {}
    for path in sorted(files):
        folder, name = os.path.split(path)
        kind = chosen.setdefault((folder, name.split("-")[0]), [])
        if len(kind) < number or any(entry[1] in path for entry in KNOWN):
            kind.append(path)
    return [path for kind in chosen.values() for path in kind]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--plugin")
    parser.add_argument("--clang-tidy", default=shutil.which("clang-tidy-22"))
    parser.add_argument("--clangd")
    parser.add_argument("-j", type=int, default=os.cpu_count())
    parser.add_argument("--full", action="store_true", default=bool(os.environ.get("GILRAY_CORPUS_FULL")),
                        help="all files; otherwise three bad and three good ones of each check")
    parser.add_argument("--each", type=int, default=3, help="so many bad and good files of each check (default: 3)")
    parser.add_argument("--table", help="write what was compared as a page")
    parser.add_argument("-v", action="store_true")
    parser.add_argument("files", nargs="*")
    tools = parser.parse_args()
    for name in ("gilray", "plugin", "clangd"):
        if getattr(tools, name):
            setattr(tools, name, os.path.abspath(getattr(tools, name)))
    if tools.plugin and not tools.clang_tidy:
        print("no clang-tidy-22 here")
        return 77
    files = tools.files or [path for path in run_corpus.all_cases() if not os.path.isdir(path)]
    if not tools.files and not tools.full:
        files = some_of_each(files, tools.each)
    matrix, needs = corpus_headers.matrix(), corpus_headers.needs()
    wrong, rows = [], []
    tools.editors = Editors(tools.clangd)
    with concurrent.futures.ThreadPoolExecutor(tools.j) as pool:
        for name, counts, complaints in pool.map(lambda path: compare(path, tools, matrix, needs), files):
            rows.append((name, counts))
            wrong += complaints
            if tools.v and counts:
                print(f"{name:70} " + "  ".join(f"{door} {count}" for door, count in counts.items()))
    tools.editors.close()
    for line in wrong:
        print(line)
    if tools.table:
        with open(tools.table, "w", encoding="utf-8") as stream:
            chosen = (f"Of each folder, at most {tools.each} bad and {tools.each} good file(s) are below (`--each {tools.each}`)."
                      if not tools.full and not tools.files else "")
            stream.write(page(rows, wrong, chosen))
    ran = [counts for _, counts in rows if counts]
    if not ran:
        print("nothing could run")
        return 77
    doors = [door for door in ("driver", "tidy", "clangd") if any(door in counts for counts in ran)]
    print(f"{len(ran)} files, {len(rows) - len(ran)} left out: " +
          ", ".join(f"{door} {sum(counts.get(door, 0) for counts in ran)} findings" for door in doors) +
          f"; {len(KNOWN)} known differences, {len(wrong)} complaints")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
