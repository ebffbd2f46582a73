#!/usr/bin/env python3
"""Every check's own examples hold: a bad one gives exactly one finding of its check, a good one gives none."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import corpus_headers


def findings(gilray, text, language, check, includes):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / ("example.cpp" if language == "c++" else "example.c")
        source.write_text(text)
        command = [gilray, "check", "--no-config", "--no-cache", "-j1", "--quiet", "--format", "json", "--severity", "note",
                   str(source), "--"] + [f"-I{path}" for path in includes]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        try:
            report = json.loads(done.stdout)
        except json.JSONDecodeError:
            return None, done.stderr.strip() or f"exit status {done.returncode}"
        return [f for f in report.get("findings", []) if f.get("check") == check], ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gilray", required=True)
    options = parser.parse_args()
    cells = [c for c in corpus_headers.matrix() if c.variant == "gil"]
    if not cells:
        print("skipped: no Python headers; test-corpus/headers/fetch.sh fetches some")
        return 77
    cell = max(cells, key=lambda c: c.version)
    needs = corpus_headers.needs()
    includes = list(cell.includes) + list(needs.values())
    catalogue = json.loads(subprocess.run([options.gilray, "catalogue", "--json"], capture_output=True, text=True,
                                          check=True).stdout)
    failures = examples = 0
    for check in catalogue["checks"]:
        for kind, expected in (("bad", 1), ("good", 0)):
            for number, example in enumerate(check.get(kind, []), 1):
                examples += 1
                found, complaint = findings(options.gilray, example["code"], example.get("language", "c"), check["name"],
                                            includes)
                if found is None or len(found) != expected:
                    failures += 1
                    got = complaint if found is None else f"{len(found)} findings"
                    print(f"FAIL {check['name']} {kind} example {number}: {got}, expected {expected}")
    print(f"{examples - failures} examples hold, {failures} do not, with the headers of Python {cell.headers}")
    return 1 if failures or not examples else 0


if __name__ == "__main__":
    sys.exit(main())
