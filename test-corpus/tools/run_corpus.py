"""Runs gilray over corpus files and holds its findings against what their comments say.

  run_corpus.py --gilray PATH [--full] [-j N] [-v] [FILE|DIR.d ...]     without files: the whole corpus

A file runs once per cell: a set of Python headers under one view (gil, nogil, limited API). Normally three cells: the
oldest headers, the newest, and the newest free-threaded; plus one for each condition that none of these meets, and one
for each previous version of a library it needs. --full (or GILRAY_CORPUS_FULL=1) runs all. A directory CASE.d is one program: its sources are given to one run.

There are no silent holes. Each of these fails: an unexpected finding, a missing finding, a compile error or a function
not judged that is not declared, an annotation that applied in no cell, a file with neither expect nor ok, a header line
that cannot be read. A cell that could not run is printed and counted. Exit status: 0 all as expected, 1 not, 77 nothing
could run.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import os
import subprocess
import sys

import corpus_headers
import corpus_language as language

TOOLS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(TOOLS))
CORPUS = os.path.join(ROOT, "test-corpus")
FOLDERS = ("checks", "flow", "bindings", "api", "doors", "demo")
LEVELS = {"note": 0, "warning": 1, "error": 2}
TIMEOUT = 120


class Case:
    """One corpus file, or one directory of files that are analysed together."""

    def __init__(self, path, root=ROOT):
        self.path = os.path.abspath(path)
        self.name = os.path.relpath(self.path, root)
        self.header, self.annotations, self.sources = None, [], []
        files = [self.path]
        if os.path.isdir(self.path):
            files = sorted(os.path.join(top, file) for top, _, names in os.walk(self.path) for file in names
                           if file.endswith(language.ANNOTATED))
        for file in files:
            with open(file, encoding="utf-8", errors="surrogateescape") as stream:
                header, annotations = language.parse(os.path.relpath(file, root), stream.read())
            if header and self.header:
                raise language.CorpusError(f"{self.name}: more than one file of the directory has a corpus line")
            self.header = self.header or header
            self.annotations += annotations
            if file.endswith(language.SOURCES):
                self.sources.append(file)
        if not self.header:
            raise language.CorpusError(f"{self.name}: no '// corpus:' line among the first lines")
        if not self.sources:
            raise language.CorpusError(f"{self.name}: no C or C++ source")
        kinds = {annotation.kind for annotation in self.annotations}
        if not kinds and not self.header.errors:
            raise language.CorpusError(f"{self.name}: neither expect nor ok: the file would test nothing")

    def with_libraries(self, chosen, wanted, libraries, full):
        """The cells with a version of each library: the current one, and the newest fitting cell with each previous one."""
        fitting = {name: [version for version in libraries.get(name, ())
                          if all(language.term_holds(term, version) for term in self.header.wanted if term[0] == name)]
                   for name in self.header.needs}
        def can(cell, versions):
            return all(cell.version <= version.newest for version in versions)
        first = tuple(versions[0] for versions in fitting.values() if versions)
        found = [dataclasses.replace(cell, libraries=first) for cell in chosen if can(cell, first)]
        for name, versions in fitting.items():
            for version in versions[0 if not found else 1:]:
                these = tuple(version if other.name == name else other for other in first)
                cells = [cell for cell in wanted if can(cell, these)]
                if not full:
                    cells = [cell for cell in cells if cell.variant == "gil"][-1:] or cells[-1:]
                found += [dataclasses.replace(cell, libraries=these) for cell in cells]
        return found

    def cells(self, matrix, full, libraries=None):
        """The cells to run, and for each annotation that none of all cells meets a complaint or a skip."""
        wanted = [cell for cell in matrix
                  if self.header.low <= cell.version <= self.header.high and cell.variant in self.header.variants]
        if full or len(wanted) <= 3:
            chosen = list(wanted)
        else:
            chosen = []
            for variant in language.VARIANTS:
                same = [cell for cell in wanted if cell.variant == variant]
                if same:
                    chosen += [same[-1]] if variant != "gil" else [same[0], same[-1]]
            chosen = [cell for index, cell in enumerate(chosen) if cell not in chosen[:index]]
            for annotation in self.annotations:
                if not any(annotation.condition.holds(cell) for cell in chosen):
                    chosen += [cell for cell in wanted if annotation.condition.holds(cell)][:1]
        if libraries:
            chosen = self.with_libraries(chosen, wanted, libraries, full)
        never = [annotation for annotation in self.annotations
                 if not any(annotation.condition.holds(cell) for cell in chosen)]
        return chosen, never

    def flags(self, cell, needs):
        """needs: include directories of libraries that the cell has no version of."""
        header, result = self.header, []
        if header.language:
            result.append("-x" + header.language)
        if header.std:
            result.append("-std=" + header.std)
        result += [part for folder in cell.includes for part in ("-isystem", folder)]
        have = {library.name: library.includes for library in cell.libraries}
        result += [part for need in header.needs for folder in have.get(need, needs[need]) for part in ("-isystem", folder)]
        if cell.variant == "nogil":
            result.append("-DPy_GIL_DISABLED=1")
        if cell.variant == "limited":
            result.append("-DPy_LIMITED_API=0x%02x%02x0000" % cell.version)
        return result + list(header.flags)


def run_gilray(gilray, case, flags):
    """(report, complaint): the parsed JSON, or why there is none."""
    command = [gilray, "check", "--no-config", "--no-cache", "-j1", "--quiet", "--format", "json", "--severity", "note",
               "--fail-on", "never", *case.header.gilray, *case.sources, "--", *flags]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return None, f"gilray did not end within {TIMEOUT} s"
    text = done.stdout.decode("utf-8", "replace")
    said = done.stderr.decode("utf-8", "replace").strip()
    try:
        report = json.loads(text)
    except ValueError:
        return None, f"gilray ended with status {done.returncode} and no JSON: {said or text[:500]}"
    if done.returncode != 0 and not case.header.errors:
        return None, f"gilray ended with status {done.returncode}: {said}"
    return report, None


def place(item, base):
    path = item.get("file") or ""
    return os.path.relpath(os.path.join(ROOT, path), base) if path else path


def says(finding, text):
    return text in finding["message"] or any(text in note["message"] for note in finding.get("notes", ()))


def judge(case, cell, report, base=ROOT):
    """What is wrong in this cell, and which annotations of known wrongs held."""
    wrong, known = [], []
    findings = [item for item in report["findings"] if LEVELS[item["severity"]] >= LEVELS[case.header.severity]]
    left = list(findings)
    active = [annotation for annotation in case.annotations if annotation.condition.holds(cell)]
    for annotation in active:
        if annotation.kind not in ("expect", "xfail", "xfail-ok"):
            continue
        # A note-level finding may be expected by name in a file that otherwise looks at warnings only.
        here = [item for item in left + [low for low in report["findings"] if low not in findings]
                if item["check"] == annotation.check and item["line"] == annotation.line
                and place(item, base) == annotation.file]
        match = next((item for item in here if says(item, annotation.text)), None)
        if annotation.kind == "xfail":
            if match:
                wrong.append(f"{annotation}: is found now; make it an expect")
                left = [item for item in left if item is not match]
            else:
                known.append(f"{annotation} {annotation.reason}")
            continue
        if match is None:
            other = "" if not here else f"; the finding here says \"{here[0]['message']}\""
            wrong.append(f"{annotation}: missing{other}" if annotation.kind == "expect" else
                         f"{annotation}: is no longer found; make it an ok")
            continue
        left = [item for item in left if item is not match]
        if annotation.kind == "xfail-ok":
            known.append(f"{annotation} {annotation.reason}")
    for item in left:
        where = place(item, base)
        denied = next((str(annotation) + " " + annotation.reason for annotation in active
                       if annotation.file == where and annotation.line == item["line"]
                       and language.allows(annotation, item["check"])), None)
        wrong.append(f"{where}:{item['line']}: {'contradicts ' + denied if denied else 'unexpected'}: "
                     f"{item['severity']}: {item['message']} [{item['check']}]")
    unjudged = list(report.get("incomplete", ()))
    for annotation in active:
        if annotation.kind == "expect-incomplete":
            match = next((item for item in unjudged if place(item, base) == annotation.file and
                          item.get("line") == annotation.line and annotation.text in item["reason"]), None)
            if match is None:
                wrong.append(f"{annotation}: missing")
            else:
                unjudged.remove(match)
    if not case.header.errors:
        for item in unjudged:
            wrong.append(f"{place(item, base)}:{item.get('line', 0)}: not judged: {item['reason']}"
                         + (f" (function {item['function']})" if item.get("function") else ""))
    return wrong, known


def names_in(case):
    """Names that must exist; a good file may say check=* where it is about all of them."""
    return {annotation.check for annotation in case.annotations if annotation.check and annotation.kind != "ok"} | {
        name for name in case.header.checks if name != "*"}


def run_case(path, gilray, matrix, needs, full, known_checks=None, libraries=None):
    """(failures, remarks, cells run) of one case."""
    try:
        case = Case(path)
    except language.CorpusError as error:
        return [str(error)], [], 0
    failures, remarks, ran = [], [], 0
    if known_checks is not None:
        failures += [f"{case.name}: there is no check {name}" for name in sorted(names_in(case) - known_checks)]
    missing = [need for need in case.header.needs if need not in needs]
    cells, never = case.cells(matrix, full, libraries)
    if missing or not cells:
        why = f"no headers of {', '.join(missing)}" if missing else "no Python headers of " + wanted_text(case.header)
        return failures, [f"skipped cell: {case.name} {why}"], 0
    failed = {}  # what is wrong, to the cells in which it is
    for cell in cells:
        report, complaint = run_gilray(gilray, case, case.flags(cell, needs))
        ran += 1
        if complaint:
            failed.setdefault(f"{case.name}: {complaint}", []).append(cell)
            continue
        wrong, known = judge(case, cell, report)
        for line in wrong:
            failed.setdefault(line, []).append(cell)
        remarks += [f"known wrong: {line}" for line in known]
    failures += [line if len(at) == len(cells) else f"{line} (only with {', '.join(map(str, at))})" for line, at in failed.items()]
    for annotation in never:
        if annotation.condition.asks_libraries or corpus_headers.could_exist(annotation.condition, case.header, matrix):
            remarks.append(f"skipped cell: {case.name} no {'headers' if annotation.condition.asks_libraries else 'Python headers'} "
                           f"for ({annotation.condition.text})")
        else:
            failures.append(f"{annotation}: applied in no cell")
    return failures, sorted(set(remarks)), ran


def wanted_text(header):
    low = "%d.%d" % header.low
    high = "" if header.high[0] == 99 else "%d.%d" % header.high
    return f"{low}..{high} ({','.join(header.variants)})"


def all_cases():
    found = []
    for folder in FOLDERS:
        for top, folders, files in os.walk(os.path.join(CORPUS, folder)):
            found += [os.path.join(top, name) for name in folders if name.endswith(".d")]
            folders[:] = sorted(name for name in folders if not name.endswith(".d"))
            found += [os.path.join(top, name) for name in files if name.endswith(language.SOURCES)
                      and not exempt(os.path.join(top, name))]
    return sorted(found)


def exempt(path):
    """The demo and the inputs of command-line tests are read by newcomers and other tests: a corpus line is their choice."""
    if os.path.relpath(path, CORPUS).split(os.sep)[0] not in ("demo", "doors"):
        return False
    with open(path, encoding="utf-8", errors="replace") as stream:
        return "corpus:" not in stream.read(2000)


def listed_checks():
    """Names in Checks.def, so that a misspelt expectation is told from one that is not met."""
    import re
    with open(os.path.join(ROOT, "checks", "Checks.def"), encoding="utf-8") as stream:
        source = re.sub(r"//[^\n]*", "", stream.read())
    kebab = lambda name: re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    return {"gilray-" + kebab(name) for name in re.findall(r"^\s*[A-Z_]+\(\s*(\w+)", source, re.M)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--full", action="store_true", default=os.environ.get("GILRAY_CORPUS_FULL", "") not in ("", "0"))
    parser.add_argument("-j", type=int, default=os.cpu_count() or 2)
    parser.add_argument("-v", "--verbose", action="store_true", help="name every case and the cells")
    parser.add_argument("--list", action="store_true", help="print the cases and the cells, run nothing")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    matrix, needs, libraries = corpus_headers.matrix(), corpus_headers.needs(), corpus_headers.libraries()
    cases = [os.path.abspath(case) for case in options.cases] or all_cases()
    if options.list:
        print("cells:", " ".join(str(cell) for cell in matrix) or "none")
        print("\n".join(os.path.relpath(case, ROOT) for case in cases))
        return 0
    if not cases:
        print("no corpus files")
        return 1
    gilray, known_checks = os.path.abspath(options.gilray), listed_checks()
    bad, cells, skipped, remarks = 0, 0, 0, []
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        results = pool.map(lambda case: run_case(case, gilray, matrix, needs, options.full, known_checks, libraries), cases)
        for case, (failures, said, ran) in zip(cases, results):
            bad += bool(failures)
            cells += ran
            skipped += not ran and not failures
            remarks += said
            for line in failures:
                print("FAIL", line)
            if options.verbose:
                print("ran ", os.path.relpath(case, ROOT), f"{ran} cells", "FAILED" if failures else "")
    for line in remarks:
        print(line)
    if len(cases) > 1 or options.verbose:
        print(f"{len(cases) - bad - skipped} passed, {bad} failed, {skipped} skipped; {cells} cells, "
              f"{sum(line.startswith('skipped cell') for line in remarks)} skipped cells, "
              f"{sum(line.startswith('known wrong') for line in remarks)} known wrong")
    return 1 if bad else 77 if skipped == len(cases) else 0


if __name__ == "__main__":
    sys.exit(main())
