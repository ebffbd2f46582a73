"""The tables of docs/dev/real-packages.md, from findings and verdicts. What stands between its markers is replaced."""
import collections
import os
import re

import real_packages

PAGE = os.path.join(real_packages.ROOT, "docs", "dev", "real-packages.md")
# What is promised for each check over all packages.
PER_1000_LINES = 1.0
WORDS = ("true", "false", "debatable")


def thousands(number):
    return f"{number:,}".replace(",", " ")


def tally(report, judged):
    """(severity, verdict) -> count, notes left out."""
    return collections.Counter((item["severity"], judged.get(item["fingerprint"], (None,))[0])
                               for item in report["findings"] if item["severity"] != "note")


def of_packages(results, verdicts):
    rows = ["| Package | Version | Lines | Errors true | false | debatable | Warnings true | false | debatable |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    total, all_lines = collections.Counter(), 0
    cells = [(severity, word) for severity in ("error", "warning") for word in WORDS]
    for package, lines, report in results:
        counts = tally(report, verdicts.get(package.name, {}))
        total += counts
        all_lines += lines
        rows.append(f"| {package.name} | {package.version} | {thousands(lines)} | "
                    + " | ".join(str(counts[cell] or "") for cell in cells) + " |")
    rows.append(f"| all | | {thousands(all_lines)} | " + " | ".join(str(total[cell]) for cell in cells) + " |")
    return rows


def by_check(results, verdicts):
    """check -> (verdict -> count of errors and warnings, most warnings per 1000 lines in one package, that package)."""
    checks = {}
    for package, lines, report in results:
        judged = verdicts.get(package.name, {})
        here = collections.Counter()
        for item in report["findings"]:
            if item["severity"] != "note":
                entry = checks.setdefault(item["check"], [collections.Counter(), 0.0, ""])
                entry[0][judged.get(item["fingerprint"], (None,))[0]] += 1
                here[item["check"]] += 1
        for check, number in here.items():
            if (rate := number * 1000 / max(lines, 1)) > checks[check][1]:
                checks[check][1:] = [rate, package.name]
    return dict(sorted(checks.items()))


def of_checks(results, verdicts):
    rows = ["| Check | True | False | Debatable | Per 1000 lines | Most in one package |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    all_lines = sum(lines for _, lines, _ in results)
    for check, (counts, most, where) in by_check(results, verdicts).items():
        rows.append(f"| {check.removeprefix('gilray-')} | " + " | ".join(str(counts[word] or "") for word in WORDS)
                    + f" | {sum(counts.values()) * 1000 / max(all_lines, 1):.3f} | {most:.2f} ({where}) |")
    return rows


def too_many(results, verdicts):
    """The checks that speak more often than is promised, over all packages together."""
    all_lines = sum(lines for _, lines, _ in results)
    return [check for check, (counts, _, _) in by_check(results, verdicts).items()
            if sum(counts.values()) * 1000 > PER_1000_LINES * all_lines]


def write(results, verdicts):
    with open(PAGE, encoding="utf-8") as stream:
        page = stream.read()
    for name, rows in (("packages", of_packages(results, verdicts)), ("checks", of_checks(results, verdicts))):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        page, found = re.subn(re.escape(begin) + ".*?" + re.escape(end), lambda _: "\n".join([begin, "", *rows, "", end]), page, flags=re.S)
        if found != 1:
            raise SystemExit(f"{PAGE}: no place for the table of {name}")
    with open(PAGE, "w", encoding="utf-8") as out:
        out.write(page)
