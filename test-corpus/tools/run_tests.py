"""Runs ctest in a build directory and ends with one line: "N passed, N failed" (and ", N skipped" where some were).

  run_tests.py BUILD_DIR [ctest arguments]

Failing tests print their output. Tests may print lines "skipped cell: ..." (a combination that could not run on this
machine) and "known wrong: ..." (an xfail); both are collected at the end, so that nothing is left out silently.
"""
import collections
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET


def main():
    build, extra = sys.argv[1], sys.argv[2:]
    junit = os.path.abspath(os.path.join(build, "ctest.xml"))
    if os.path.exists(junit):
        os.unlink(junit)
    command = ["ctest", "--test-dir", build, "-j", str(os.cpu_count() or 2), "--output-on-failure", "--no-tests=error",
               "--test-output-size-passed", "100000", "--test-output-size-failed", "100000", "--output-junit", junit]
    process = subprocess.Popen(command + extra, stdout=subprocess.PIPE, text=True, errors="replace")
    # A passing test's line is noise; everything else (starting lines of failures, their output) is not.
    for line in process.stdout:
        if not re.search(r"^\s*Start +\d+: |\.\.\.+ +Passed |^Internal ctest|^Test project ", line):
            sys.stdout.write(line)
    process.wait()
    if not os.path.exists(junit):
        print("0 passed, 1 failed")
        return 1
    # ctest copies test output into the XML as it is; control characters are not XML.
    text = open(junit, encoding="utf-8", errors="replace").read()
    tree = ET.fromstring(re.sub(r"[^\x09\x0a\x0d\x20-\U0010ffff]", "?", text))
    count, remarks, skipped_tests = collections.Counter(), collections.Counter(), []
    for case in tree.iter("testcase"):
        status = case.get("status")
        if status in ("notrun", "disabled"):
            skip = case.find("skipped")
            why = skip.get("message", "") if skip is not None else ""
            # "notrun" is also what ctest says of a test whose executable is missing: that is no skip.
            kind = "skipped" if why.startswith("SKIP_") or status == "disabled" else "failed"
            if kind == "skipped":
                skipped_tests.append(case.get("name"))
        else:
            kind = "passed" if status == "run" else "failed"
        count[kind] += 1
        output = case.findtext("system-out") or ""
        for line in output.splitlines():
            found = re.match(r"(skipped cell|known wrong): (.*)", line)
            if found:
                remarks[found.group(1), found.group(2) if found.group(1) == "known wrong" else
                        re.sub(r"^\S+ ", "", found.group(2))] += 1
    for name in skipped_tests:
        print("skipped test:", name)
    for (kind, what), times in sorted(remarks.items()):
        print(f"{kind} ({times}x): {what}" if times > 1 else f"{kind}: {what}")
    line = f"{count['passed']} passed, {count['failed']} failed"
    print(line + (f", {count['skipped']} skipped" if count["skipped"] else ""))
    return 1 if count["failed"] or not count["passed"] or process.returncode not in (0, 8) else 0


if __name__ == "__main__":
    sys.exit(main())
