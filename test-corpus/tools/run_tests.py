"""Runs ctest in a build directory and ends with one line: "N passed, N failed" (and ", N skipped" where some were).

  run_tests.py BUILD_DIR [ctest arguments]

Failing tests print their output. Tests may print lines "skipped cell: ..." (a combination that could not run on this
machine) and "known wrong: ..." (an xfail); both are collected at the end, so that nothing is left out silently.

A test that hangs fails after GILRAY_TEST_TIMEOUT seconds (default 900) unless it has a limit of its own; the whole run is
ended after GILRAY_TEST_LIMIT seconds (default 7200), and what had not run by then counts as failed. The last line is
printed even then, and when this script is told to stop. Everything is also in BUILD_DIR/tests.log.
"""
import collections
import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET

NOISE = re.compile(r"^\s*Start +\d+: |\.\.\.+ +Passed |^Internal ctest|^Test project ")
RESULT = re.compile(r"^\s*(\d+)/(\d+) Test +#\d+: (\S+) \.*(.*?) +[\d.]+ sec")


class Output:
    """Standard output and a log. A reader who leaves early (head, a closed terminal) costs standard output only."""

    def __init__(self, path):
        self.reader = True
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")  # whatever the locale
        try:
            self.log = open(path, "w", encoding="utf-8", errors="replace")
        except OSError as error:
            self.log = None
            self.write(f"no log is kept: {error}\n")

    def write(self, text):
        if self.log:
            try:
                self.log.write(text)
                self.log.flush()
            except OSError:  # the disk is full
                self.log = None
        if self.reader:
            try:
                sys.stdout.write(text)
                sys.stdout.flush()
            except (OSError, ValueError):
                self.reader = False
                # Python flushes once more at its end, and would fail with a message of its own.
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class Counts(collections.Counter):
    def line(self):
        text = f"{self['passed']} passed, {self['failed']} failed"
        return text + (f", {self['skipped']} skipped" if self["skipped"] else "")


def jobs():
    """Processors this process may use, and no more than one job for each GB of memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return max(1, min(cores, memory() >> 30))


def memory():
    """Bytes there are, in this container if it is one."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(path, encoding="ascii") as file:
                found.append(int(file.read()))
        except (OSError, ValueError):
            pass
    return min(found)


def seconds(name, default):
    try:
        return max(1, int(os.environ.get(name, "")))
    except ValueError:
        return default


def run_ctest(command, out):
    """Runs ctest and passes on what is worth reading. (its status, results seen in its output, tests there are)"""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                               encoding="utf-8", errors="replace", start_new_session=True)

    def end(why):
        out.write(f"run_tests: {why}; ending ctest and its tests\n")
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    limit = seconds("GILRAY_TEST_LIMIT", 7200)
    timer = threading.Timer(limit, end, [f"not done after {limit} s"])
    timer.daemon = True
    timer.start()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: end(f"told to stop ({signal.Signals(number).name})"))
    seen, there = Counts(), 0
    for line in process.stdout:
        result = RESULT.match(line)
        if result:
            there = int(result[2])
            seen["passed" if "Passed" in result[4] else "skipped" if "Skipped" in result[4] else "failed"] += 1
        if not NOISE.search(line):
            out.write(line)
    process.wait()
    timer.cancel()
    return process.returncode, seen, there


def kind_of(case):
    status = case.get("status")
    if status not in ("notrun", "disabled"):
        return "passed" if status == "run" else "failed"
    skip = case.find("skipped")
    why = skip.get("message", "") if skip is not None else ""
    # "notrun" is also what ctest says of a test whose executable is missing: that is no skip.
    return "skipped" if why.startswith("SKIP_") or status == "disabled" else "failed"


def read_results(junit, out):
    """Counts the tests in ctest's XML and prints what was left out."""
    # ctest copies test output into the XML as it is; control characters are not XML.
    with open(junit, encoding="utf-8", errors="replace") as file:
        tree = ET.fromstring(re.sub(r"[^\x09\x0a\x0d\x20-\U0010ffff]", "?", file.read()))
    count, remarks = Counts(), collections.Counter()
    for case in tree.iter("testcase"):
        kind = kind_of(case)
        count[kind] += 1
        if kind == "skipped":
            out.write(f"skipped test: {case.get('name')}\n")
        for line in (case.findtext("system-out") or "").splitlines():
            found = re.match(r"(skipped cell|known wrong): (.*)", line)
            if found:
                what = found[2] if found[1] == "known wrong" else re.sub(r"^\S+ ", "", found[2])
                remarks[found[1], what] += 1
    for (kind, what), times in sorted(remarks.items()):
        out.write(f"{kind} ({times}x): {what}\n" if times > 1 else f"{kind}: {what}\n")
    return count


def run(build, extra, out):
    """(counts, whether all is well)"""
    junit = os.path.abspath(os.path.join(build, "ctest.xml"))
    if os.path.exists(junit):
        os.unlink(junit)
    command = ["ctest", "--test-dir", build, "-j", str(jobs()), "--output-on-failure", "--no-tests=error", "--timeout",
               str(seconds("GILRAY_TEST_TIMEOUT", 900)), "--test-output-size-passed", "100000", "--test-output-size-failed",
               "100000", "--output-junit", junit]
    status, seen, there = run_ctest(command + extra, out)
    try:
        count = read_results(junit, out)
    except (OSError, ET.ParseError) as error:
        out.write(f"run_tests: ctest ended with status {status} and left no readable results ({error})\n")
        seen["failed"] += max(there - sum(seen.values()), 1 if not seen["failed"] else 0)
        return seen, False
    if not count["failed"] and (status or not count["passed"]):
        out.write(f"run_tests: no test failed, but {count['passed']} passed and ctest ended with status {status}\n")
        count["failed"] += 1
    return count, not count["failed"]


def main():
    build, extra = sys.argv[1], sys.argv[2:]
    out = Output(os.path.join(build, "tests.log"))
    count, well = Counts(failed=1), False
    try:
        count, well = run(build, extra, out)
    except BaseException as error:  # whatever it is, the last line must tell
        out.write(f"run_tests: {type(error).__name__}: {error}\n")
    try:
        out.write(f"total time: {int(time.time()) - int(os.environ['GILRAY_STARTED'])} s\n")
    except (KeyError, ValueError):  # not run by ./dev
        pass
    out.write(count.line() + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
