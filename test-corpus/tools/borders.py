"""Tests the borders between the layers: who may include what, what every check must have, how long a file may grow.

  borders.py [--root DIR]

The rules stand in BORDERS and in the functions below, each with its reason. Exit status 1 if one is broken.
"""
import argparse
import os
import re
import sys

import corpus_language as language
import run_corpus

TOOLS = os.path.dirname(os.path.abspath(__file__))
CODE = (".cpp", ".h", ".inc", ".def")
MAX_LINES = 700

# (what is included, only by these, never by these, why)
BORDERS = (
    (r"clang(-c|-tidy)?/", ("checks/extract/", "checks/tidy/", "tool/clangd/"), (),
     "only extraction and the editor doors know Clang"),
    (r"(checks/)?extract/", (), ("checks/flow/", "checks/rules/", "checks/link/", "checks/ir/", "checks/core/", "checks/api/"),
     "everything after extraction works on the thread IR alone"),
    (r"(checks/)?rules/", (), ("checks/flow/", "checks/link/", "checks/ir/", "checks/core/", "checks/extract/", "checks/api/"),
     "the engine does not know the rules"),
    (r"(tool/)?(driver|report|config|cache|baseline)/", (), ("checks/",), "checks are a library below the tool"),
    (r"(llvm|clang)/", (), ("runtime-probe/harness/",), "the harness goes into foreign processes and links nothing"),
    (r"Python\.h", (), tuple(f"runtime-probe/{part}/" for part in ("command", "harness", "launcher", "report", "spec", "stats")),
     "one harness serves every Python; only test kernels are built for one"),
    (r"(launcher|command)/", (), ("runtime-probe/stats/", "runtime-probe/spec/", "runtime-probe/report/"),
     "what judges and renders knows no processes"),
    (r"yaml-cpp/", ("checks/api/yaml/", "checks/api/gen/", "tool/config/"), (),
     "yaml-cpp throws: only the YAML readers may include it"),
)


def files_below(root, *folders, suffixes=CODE):
    for folder in folders:
        for top, names, files in os.walk(os.path.join(root, folder)):
            names.sort()
            for file in sorted(files):
                if file.endswith(suffixes):
                    path = os.path.join(top, file)
                    yield os.path.relpath(path, root), path


def check_includes(root):
    for name, path in files_below(root, "checks", "tool", "runtime-probe"):
        tested = "/tests/" in name
        with open(path, encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                match = re.match(r'\s*#\s*include\s*[<"]([^">]+)[">]', line)
                if not match:
                    continue
                for pattern, only, never, why in BORDERS:
                    if not re.match(pattern, match[1]):
                        continue
                    # Tests may put layers together, but the Clang and yaml-cpp borders hold for them too.
                    if (only and not name.startswith(only)) or (name.startswith(never) and never and not tested):
                        yield f"{name}:{number}: includes {match[1]}: {why}"


def check_lengths(root):
    for name, path in list(files_below(root, "checks", "tool", "runtime-probe")) + list(
            files_below(root, "test-corpus/tools", "test-corpus/headers", suffixes=(".py", ".sh"))):
        with open(path, encoding="utf-8", errors="replace") as stream:
            lines = sum(1 for _ in stream)
        if lines > MAX_LINES:
            yield f"{name}: {lines} lines; split it (at most {MAX_LINES})"


def corpus_of(root):
    """check name -> (has a bad file, has a good file), from the corpus files under checks/."""
    bad, good = set(), set()
    for case_path in run_corpus.all_cases():
        if not os.path.relpath(case_path, run_corpus.CORPUS).startswith("checks" + os.sep):
            continue
        try:
            case = run_corpus.Case(case_path)
        except language.CorpusError:
            continue  # its own test fails and says so
        expected = {annotation.check for annotation in case.annotations if annotation.kind == "expect"}
        allowed = [annotation for annotation in case.annotations if annotation.kind == "ok"]
        bad |= expected
        about = {annotation.check for annotation in allowed} if "*" in case.header.checks else set(case.header.checks)
        good |= {check for check in about if check not in expected
                 and any(language.allows(annotation, check) for annotation in allowed)}
    return bad, good


def check_corpus(root):
    bad, good = corpus_of(root)
    for check in sorted(run_corpus.listed_checks() or ()):
        if check not in bad:
            yield f"{check}: no bad corpus file: one under test-corpus/checks with '// expect: {check}'"
        if check not in good:
            yield (f"{check}: no good corpus file: one under test-corpus/checks with check={check} in its header line, "
                   f"an '// ok: {check}' and no expect of it")


def check_changelog(root):
    with open(os.path.join(root, "CHANGELOG.md"), encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            if line.startswith("-") and line.rstrip().endswith(":"):
                yield f"CHANGELOG.md:{number}: says nothing after the colon"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", default=run_corpus.ROOT)
    root = parser.parse_args().root
    broken = [*check_includes(root), *check_lengths(root), *check_corpus(root), *check_changelog(root)]
    for line in broken:
        print(line)
    print(f"{len(broken)} broken borders" if broken else "all borders hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
