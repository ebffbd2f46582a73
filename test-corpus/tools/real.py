"""Runs gilray over the pinned real packages and compares with the stored findings.

  real.py --gilray PATH [--bless] [--tables] [--json DIR] [-v] [PACKAGE...]
  real.py --gilray PATH --free-threaded [--json DIR] [-v] [PACKAGE...]

Prints the new and the vanished findings of each package, findings without a verdict in verdicts.yaml, blockers of gilray
readiness without one in readiness.yaml, the precision that the verdicts amount to, and how often each check speaks. --bless
stores what was found, --tables writes the numbers into docs/dev/real-packages.md. --free-threaded compiles the packages as for a
Python without a GIL and looks at the checks of locks and free threading only; nothing is stored of that but the verdicts. Exit status: 0 as stored and every error, warning and blocker judged, 1 something differs or is not judged or the precision is below
what we promise, 2 a package could not be fetched or run.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
import time

import yaml

import real_packages
import real_readiness
import real_tables
import registry

EXPECTED = os.path.join(real_packages.REAL, "expected")
VERDICTS = os.path.join(real_packages.REAL, "verdicts.yaml")
# Groups that say something else of a build without a GIL.
FREE_GROUPS = ("freethreading", "locks")
WORDS = {True: "true", False: "false", "true": "true", "false": "false", "debatable": "debatable"}
# What is promised for errors, and for warnings of any one package.
TRUE_ERRORS = 0.9
TRUE_WARNINGS = 0.8
LINES_PER_FALSE_WARNING = 5000


class RunError(Exception):
    """gilray gave no usable report."""


def run_gilray(gilray, package, jobs=None, cache=None):
    """The JSON report over all files of a package in one run; paths in it are relative to the package."""
    command = [gilray, "check", "--no-config", *(["--cache-dir", cache] if cache else ["--no-cache"]),
               f"-j{jobs or os.cpu_count() or 2}", "--quiet", "--format", "json", "--severity", "note", "--fail-on", "never",
               "-p", package.build, *(path for path, _ in package.commands)]
    done = subprocess.run(command, cwd=package.src, stdin=subprocess.DEVNULL, capture_output=True)
    said = done.stderr.decode("utf-8", "replace").strip()
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise RunError(f"gilray ended with status {done.returncode} and no JSON: {said[-2000:]}") from None
    if done.returncode != 0:
        raise RunError(f"gilray ended with status {done.returncode}: {said[-2000:]}")
    return report


def checks_of(gilray, groups):
    done = subprocess.run([gilray, "catalogue", "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return {item["name"] for item in json.loads(done.stdout)["checks"] if item["group"] in groups}


def free_report(gilray, package, cache):
    """What is said of the package as compiled for a Python without a GIL; None where its headers know no such thing."""
    free = real_readiness.free_threaded(package)
    if free is None:
        return None
    report, checks = run_gilray(gilray, free, cache=cache), checks_of(gilray, FREE_GROUPS)
    report["findings"] = [item for item in report["findings"] if item["check"] in checks]
    return report


def stored_form(package, report, readiness):
    """What is kept of a report: enough to compare and to read, nothing that changes with the machine."""
    counts = collections.Counter((item["check"], item["severity"]) for item in report["findings"])
    by_check = collections.defaultdict(dict)
    for (check, severity), number in sorted(counts.items()):
        by_check[check][severity] = number
    findings = [{key: item[key] for key in ("fingerprint", "check", "severity", "file", "line", "function", "message")}
                for item in report["findings"]]
    findings.sort(key=lambda item: (item["file"], item["line"], item["check"], item["fingerprint"]))
    reasons = collections.Counter(item["reason"] for item in report["incomplete"])
    return {"package": package.name, "version": package.version, "counts": by_check, "findings": findings,
            "incomplete": dict(sorted(reasons.items())), "readiness": readiness}


def identity(item):
    return item["fingerprint"], item["check"], item["severity"]


def describe(item):
    return f"{item['file']}:{item['line']}: {item['severity']}: {item['message']} [{item['check']}] {item['fingerprint']}"


def compare(name, old, new):
    """Prints the difference; the number of differences."""
    before = {identity(item): item for item in (old or {"findings": []})["findings"]}
    after = {identity(item): item for item in new["findings"]}
    lines = [f"  + {describe(item)}" for key, item in after.items() if key not in before]
    lines += [f"  - {describe(item)}" for key, item in before.items() if key not in after]
    if old is not None and old["incomplete"] != new["incomplete"]:
        lines += [f"  incomplete was {old['incomplete'].get(reason, 0)}, is {new['incomplete'].get(reason, 0)}: {reason}"
                  for reason in sorted({*old["incomplete"], *new["incomplete"]})
                  if old["incomplete"].get(reason) != new["incomplete"].get(reason)]
    if old is not None and old.get("readiness") != new["readiness"]:
        lines += [f"  readiness of {module} was {before}, is {after}"
                  for module in sorted({*old.get("readiness", {}), *new["readiness"]})
                  for before, after in [(old.get("readiness", {}).get(module), new["readiness"].get(module))] if before != after]
    if old is None:
        lines.append("  nothing stored yet; --bless stores this")
    for line in lines:
        print(line)
    return len(lines)


def load_verdicts():
    """package -> fingerprint -> (verdict, reason, whether only builds without a GIL have it); complains about entries that cannot be read."""
    if not os.path.exists(VERDICTS):
        return {}
    with open(VERDICTS, encoding="utf-8") as stream:
        raw = yaml.safe_load(stream) or {}
    result = {}
    for package, entries in raw.items():
        result[package] = {}
        for fingerprint, entry in (entries or {}).items():
            verdict = WORDS.get(entry.get("verdict"))
            if verdict is None or not str(entry.get("reason") or "").strip():
                raise RunError(f"verdicts.yaml: {package} {fingerprint}: needs verdict (true, false or debatable) and reason")
            result[package][str(fingerprint)] = (verdict, entry["reason"], entry.get("build") == "free-threaded")
    return result


def precision(results, verdicts, everything):
    """Prints the table; the number of complaints. What is promised of warnings is promised of all packages together."""
    complaints, total = 0, collections.Counter()
    print("\npackage                    lines   errors: true false debatable   warnings: true false debatable   false warnings/5000 lines")
    for package, lines, report in results:
        tally = collections.Counter()
        judged = verdicts.get(package.name, {})
        for item in report["findings"]:
            if item["severity"] != "note":
                verdict = judged.get(item["fingerprint"], (None,))[0]
                tally[item["severity"], verdict] += 1
        total += tally
        rate = tally["warning", "false"] * LINES_PER_FALSE_WARNING / max(lines, 1)
        # Per started 5 000 lines: one is the least there can be, a small package is not blamed for its size.
        too_many = tally["warning", "false"] > -(-lines // LINES_PER_FALSE_WARNING)
        complaints += too_many
        print(f"{package.name + ' ' + package.version:25} {lines:7} {'':9}" + "".join(f"{tally['error', word]:5}" for word in ("true", "false", "debatable"))
              + f"{'':22}" + "".join(f"{tally['warning', word]:5}" for word in ("true", "false", "debatable"))
              + f"{rate:20.2f}{'  too many' if too_many else ''}")
    for severity in ("error", "warning"):
        judged = sum(total[severity, word] for word in ("true", "false", "debatable"))
        if judged:
            share = total[severity, "true"] / judged
            promised = TRUE_ERRORS if severity == "error" else TRUE_WARNINGS
            low = share < promised and (everything or severity == "error")
            complaints += low
            print(f"{severity}s: {total[severity, 'true']} of {judged} true ({100 * share:.0f} %)"
                  + (f", at least {100 * promised:.0f} % is promised" if low else ""))
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--bless", action="store_true", help="store what was found")
    parser.add_argument("--tables", action="store_true", help="write the tables of docs/dev/real-packages.md (all packages)")
    parser.add_argument("--json", metavar="DIR", help="also write the full reports there")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every finding that has no verdict in full")
    parser.add_argument("--free-threaded", action="store_true", help="as compiled for a Python without a GIL")
    parser.add_argument("packages", nargs="*")
    options = parser.parse_args()
    gilray, verdicts, judgements = os.path.abspath(options.gilray), load_verdicts(), real_readiness.load()
    results, differences, unjudged, failed, blockers_judged = [], 0, 0, 0, collections.Counter()
    for package in real_packages.load(options.packages):
        start = time.monotonic()
        try:
            package.fetch()
            with tempfile.TemporaryDirectory() as cache:
                readiness, blockers = {}, []
                if options.free_threaded:
                    report = free_report(gilray, package, cache)
                else:
                    report = run_gilray(gilray, package, cache=cache)
                    readiness, blockers = real_readiness.judge(gilray, package, os.cpu_count() or 2, cache)
        except (registry.RegistryError, RunError, real_readiness.ReadinessError) as error:
            print(f"{package.name}: {error}")
            failed += 1
            continue
        if report is None:
            continue
        new, lines = stored_form(package, report, readiness), package.lines()
        counts = collections.Counter(item["severity"] for item in report["findings"])
        print(f"{package.name} {package.version}: {counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes, "
              f"{len(report['incomplete'])} not judged; {time.monotonic() - start:.1f} s", flush=True)
        path = os.path.join(EXPECTED, package.name + ".json")
        old = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as stream:
                old = json.load(stream)
        changed = 0 if options.free_threaded else compare(package.name, old, new)
        if options.bless and not options.free_threaded:
            os.makedirs(EXPECTED, exist_ok=True)
            with open(path, "w", encoding="utf-8") as out:
                json.dump(new, out, indent=1, ensure_ascii=False)
                out.write("\n")
        else:
            differences += changed
        if options.json:
            os.makedirs(options.json, exist_ok=True)
            with open(os.path.join(options.json, package.name + ".json"), "w", encoding="utf-8") as out:
                json.dump(report, out, indent=1)
        judged = verdicts.get(package.name, {})
        for item in report["findings"]:
            if item["severity"] != "note" and item["fingerprint"] not in judged:
                unjudged += 1
                print("  no verdict:", describe(item))
                if options.verbose:
                    for note in item["notes"]:
                        print(f"      {note.get('file', '')}:{note.get('line', '')}: {note['message']}")
        for fingerprint in sorted(set(judged) - {item["fingerprint"] for item in report["findings"]}):
            if judged[fingerprint][2] is not options.free_threaded:
                continue
            print(f"  verdict without finding: {fingerprint} ({judged[fingerprint][1]})")
        if not options.free_threaded:
            missing, tally = real_readiness.compare(judgements.get(package.name, {}), blockers)
            unjudged += missing
            blockers_judged += tally
        results.append((package, lines, report))
    complaints = precision(results, verdicts, not options.packages)
    print("\n" + "\n".join(real_tables.of_checks(results, verdicts)))
    if not options.packages and not failed:
        for check in real_tables.too_many(results, verdicts):
            complaints += 1
            print(f"{check}: more than {real_tables.PER_1000_LINES:g} per 1000 lines")
        if options.tables and not options.free_threaded:
            real_tables.write(results, verdicts)
    if blockers_judged:
        share = blockers_judged["true"] / sum(blockers_judged.values())
        complaints += share < real_readiness.TRUE_BLOCKERS
        print(f"blockers: {blockers_judged['true']} of {sum(blockers_judged.values())} true ({100 * share:.0f} %), "
              f"{blockers_judged['debatable']} debatable"
              + (f", at least {100 * real_readiness.TRUE_BLOCKERS:.0f} % is promised" if share < real_readiness.TRUE_BLOCKERS else ""))
    print(f"{len(results)} packages, {differences} differences, {unjudged} findings or blockers without a verdict, {failed} packages failed")
    return 2 if failed else 1 if differences or unjudged or complaints else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (registry.RegistryError, RunError, real_readiness.ReadinessError) as error:
        print(f"real: {error}", file=sys.stderr)
        sys.exit(2)
