"""Compares the checks of static storage with clang-tidy's cppcoreguidelines-avoid-non-const-global-variables.

  globals_compare.py --gilray PATH [--clang-tidy PATH] [--table] [--only] [PACKAGE...]

Both tools run over the real packages. clang-tidy names every variable that is not const; gilray names those that hold Python
objects, are types, or are written while the module is in use, and tells them in one finding per check and module. Prints,
per package, the findings of both, and what becomes of the variables that clang-tidy names. --only lists the variables that
gilray does not name, for review; those found to be real misses stand in test-corpus/real/globals.yaml. --table prints the
table of docs/dev/globals.md. Exit status: 0, or 1 if gilray is noisier or blinder than that page promises.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys

import yaml

import real
import real_packages
import registry

CHECKS = ("gilray-static-type", "gilray-static-object", "gilray-mutable-global", "gilray-module-lookup")
MISSES = os.path.join(real_packages.REAL, "globals.yaml")
TIDY = "cppcoreguidelines-avoid-non-const-global-variables"
# Promised: at most this share of clang-tidy's findings, and at most this share of the true ones missed.
NOISE, MISSED = 0.2, 0.02
WARNING = re.compile(r"^(.+?):(\d+):(\d+): warning: variable '([^']+)' is non-const and globally accessible", re.M)


def tidy_variables(tool, package, jobs):
    """(file, line, name) of every variable that clang-tidy names, files relative to the package."""
    def one(path):
        done = subprocess.run([tool, "--quiet", f"--checks=-*,{TIDY}", "-p", package.build, path], cwd=package.src,
                              stdin=subprocess.DEVNULL, capture_output=True)
        return done.stdout.decode("utf-8", "replace")

    found = set()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for text in pool.map(one, [path for path, _ in package.commands]):
            for match in WARNING.finditer(text):
                path = os.path.relpath(os.path.join(package.src, match[1]), package.src)
                if not path.startswith(".."):
                    found.add((path, int(match[2]), match[4].rsplit("::", 1)[-1]))
    return found


def gilray_findings(gilray, package):
    """The findings, and (file, line) of every variable that they name."""
    report = real.run_gilray(gilray, package)
    findings = [item for item in report["findings"] if item["check"] in CHECKS]
    places = {(item["file"], item["line"]) for item in findings}
    for item in findings:
        places |= {(note["file"], note["line"]) for note in item["notes"] if note["kind"] == "related" and "file" in note}
    return findings, places


def load_misses():
    if not os.path.exists(MISSES):
        return {}
    with open(MISSES, encoding="utf-8") as stream:
        return {name: {str(key): str(reason) for key, reason in (entries or {}).items()}
                for name, entries in (yaml.safe_load(stream) or {}).items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--clang-tidy", default="clang-tidy-22")
    parser.add_argument("--only", action="store_true", help="list the variables that only clang-tidy names")
    parser.add_argument("--table", action="store_true", help="print Markdown")
    parser.add_argument("packages", nargs="*")
    options = parser.parse_args()
    misses, verdicts = load_misses(), real.load_verdicts()
    jobs, rows = os.cpu_count() or 2, []
    for package in real_packages.load(options.packages):
        package.fetch()
        tidy = tidy_variables(options.clang_tidy, package, jobs)
        findings, places = gilray_findings(os.path.abspath(options.gilray), package)
        named = {variable for variable in tidy if variable[:2] in places}
        missed = {f"{path}:{name}" for path, _, name in tidy} & set(misses.get(package.name, {}))
        false = sum(verdicts.get(package.name, {}).get(item["fingerprint"], ("",))[0] == "false" for item in findings)
        rows.append((package.name, len(tidy), len(named), len(missed), len(findings), false))
        if options.only:
            for path, line, name in sorted(tidy - named):
                print(f"{package.name}: {path}:{line}: {name}" + ("  (known miss)" if f"{path}:{name}" in missed else ""))
        if not options.table:
            print("{:14} clang-tidy {:4}, of these named by gilray {:4}, missed {:2}; gilray's findings {:3}, false {:2}".format(*rows[-1]),
                  flush=True)
    total = ["all"] + [sum(row[column] for row in rows) for column in range(1, 6)]
    if options.table:
        print("| Package | clang-tidy's findings | true | gilray's findings | false | true ones that gilray misses |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for name, tidy, named, missed, findings, false in rows + [total]:
            print(f"| {name} | {tidy} | {named + missed} | {findings} | {false} | {missed} |")
    share = total[4] / max(total[1], 1)
    print(f"{total[1]} findings of clang-tidy, {total[2] + total[3]} of them true; gilray names {total[2]} of these in "
          f"{total[4]} findings ({100 * share:.0f} %)")
    return 1 if share > NOISE or total[3] > MISSED * (total[2] + total[3]) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (registry.RegistryError, real.RunError) as error:
        print(f"globals: {error}", file=sys.stderr)
        sys.exit(2)
