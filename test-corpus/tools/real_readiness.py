"""What stands in the way of the modules of a real package (gilray readiness), and what reading the code said of it.

real.py asks for it. Interpreters are judged with the package's headers, free threading with those of a free-threaded build:
locks that only such a build has are seen there. A person's verdicts stand in test-corpus/real/readiness.yaml.
"""
import collections
import copy
import json
import os
import subprocess

import yaml

import corpus_headers
import real_packages

VERDICTS = os.path.join(real_packages.REAL, "readiness.yaml")
WORDS = {True: "true", False: "false", "debatable": "debatable"}
# What is promised of blockers.
TRUE_BLOCKERS = 0.9

Blocker = collections.namedtuple("Blocker", "goal module kind subject place message")


class ReadinessError(Exception):
    """gilray gave no usable report, or the verdicts cannot be read."""


def free_threaded(package):
    """The same package, to be parsed as in a free-threaded build; None where its headers know no such thing."""
    if package.entry.get("python"):
        return None
    cells = [cell for cell in corpus_headers.matrix() if cell.variant == "nogil"]
    entry = copy.deepcopy(package.entry)
    for group in entry["groups"]:
        group.setdefault("flags", []).append("-DPy_GIL_DISABLED=1")
    other = real_packages.Package(package.name, entry, cells[-1].includes)
    other.build = os.path.join(package.build, "free-threaded")
    return other.fetch()


def report(gilray, package, jobs, cache):
    command = [gilray, "readiness", "--no-config", "--cache-dir", cache, f"-j{jobs}", "--quiet", "--format", "json", "-p", package.build,
               *(path for path, _ in package.commands)]
    done = subprocess.run(command, cwd=package.src, stdin=subprocess.DEVNULL, capture_output=True)
    try:
        return json.loads(done.stdout)["modules"]
    except (ValueError, KeyError):
        said = done.stderr.decode("utf-8", "replace").strip()
        raise ReadinessError(f"gilray readiness ended with status {done.returncode} and no modules: {said[-2000:]}") from None


def judge(gilray, package, jobs, cache):
    """Module -> goal -> verdict, and the blockers. What `gilray check` has left in the cache is not parsed again."""
    verdicts, blockers = {}, []
    for view, free in ((package, False), (free_threaded(package), True)):
        for module in report(gilray, view, jobs, cache) if view else ():
            for goal in module["goals"]:
                if (goal["goal"] == "free-threading") is not free:
                    continue
                verdicts.setdefault(module["name"], {})[goal["goal"]] = goal["verdict"]
                blockers += [Blocker(goal["goal"], module["name"], item["kind"], item["subject"], f"{item['file']}:{item['line']}",
                                     item["message"]) for item in goal["blockers"]]
    return verdicts, blockers


def load():
    """Package -> (goal or None for all, kind, subject) -> verdict."""
    if not os.path.exists(VERDICTS):
        return {}
    with open(VERDICTS, encoding="utf-8") as stream:
        raw = yaml.safe_load(stream) or {}
    result = {}
    for package, entries in raw.items():
        result[package] = {}
        for entry in entries:
            verdict = WORDS.get(entry.get("verdict"))
            if verdict is None or not entry.get("subjects") or not str(entry.get("reason") or "").strip():
                raise ReadinessError(f"readiness.yaml: {package}: an entry needs kind, subjects, verdict (true, false or debatable) and "
                                     "reason")
            for subject in entry["subjects"]:
                result[package][entry.get("goal"), entry["kind"], str(subject)] = verdict
    return result


def compare(verdicts, blockers):
    """Prints blockers without a verdict and verdicts without a blocker; the number of the former, and a count of words."""
    used, tally, missing = set(), collections.Counter(), {}
    for item in blockers:
        keys = [key for key in ((item.goal, item.kind, item.subject), (None, item.kind, item.subject)) if key in verdicts]
        if keys:
            used.add(keys[0])
        else:
            missing[item.kind, item.subject, item.place] = item
    for key in used:
        tally[verdicts[key]] += 1
    for item in missing.values():
        print(f"  no verdict: {item.place}: {item.module} {item.goal}: {item.kind} {item.subject}: {item.message}")
    for goal, kind, subject in sorted(set(verdicts) - used, key=str):
        print(f"  verdict without blocker: {kind} {subject}" + (f" ({goal})" if goal else ""))
    return len(missing), tally
