"""Compares what gilray predicts of a module (gilray readiness --format json) with what CPython did.

gilray's verdict speaks of two things: what the module says, and what its code deserves. CPython's import looks at the first only,
so that only the first can be compared: a module that says so is accepted, one that does not is refused. A case may state that its module
refuses by itself, at run time, what it declares ("refuses: why"): then CPython's refusal is counted as an exception, not as a mistake.
"""
import json
import subprocess

import build

# Goal of gilray -> (mode of the observation, whether the interpreter has a GIL).
GOALS = {"shared-gil": ("checked", True), "own-gil": ("own-gil", True), "free-threading": ("main", False)}
SAYS_SO = {"declared": True, "contradicted": True, "earned": False, "blocked": False}


def accepted(goal, seen):
    """Whether CPython took the module as one that meets the goal."""
    return seen["outcome"] == "ok" and (goal != "free-threading" or seen.get("gil") is False)


def disagreements(modules, interpreter, observations):
    """What differs, as texts. modules: gilray's answer for one case; observations: mode -> what was seen of that case."""
    found = []
    # A module that does not even load says nothing about its declarations.
    if observations.get("main", {}).get("outcome") != "ok":
        return found
    for module in modules:
        for item in module["goals"]:
            mode, gil = GOALS.get(item["goal"], (None, None))
            says = SAYS_SO.get(item["verdict"])
            if item["python"].rstrip("t") != interpreter["version"] or gil != interpreter["gil"] or says is None:
                continue
            # Multi-phase modules that say nothing are taken for ones that may share the GIL with others.
            if mode not in observations or (item["goal"] == "shared-gil" and not says):
                continue
            seen = observations[mode]
            if accepted(item["goal"], seen) is not says:
                found.append(f"{module['name']} {interpreter['id']} {item['goal']}: gilray says {item['verdict']}, "
                             f"CPython: {seen['outcome']} {seen['text'].strip()}"
                             + ("" if "gil" not in seen else ", GIL " + ("on" if seen["gil"] else "off")))
    return found


def parsed(case, work):
    """The file that a compiler gets, and the flags that it needs beside Python's headers."""
    if case.path.endswith(".pyx"):
        return build.translate(case, work), ["-w"]
    return case.path, ["-std=c++17", "-I" + build.pybind11()] if case.path.endswith(".cpp") else []


def readiness(gilray, case, interpreter, work):
    """gilray's modules for one case, parsed with the headers of that interpreter."""
    target = interpreter["version"] + ("" if interpreter["gil"] else "t")
    path, flags = parsed(case, work)
    command = [gilray, "readiness", "--no-config", "--format", "json", "--target", target, path, "--", *flags, *case.flags,
               "-I" + interpreter["include"]]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    try:
        return json.loads(done.stdout)["modules"]
    except (ValueError, KeyError, TypeError):
        raise RuntimeError(f"gilray readiness ended with status {done.returncode} and no modules: {done.stderr[-500:]}") from None


def all_disagreements(gilray, some, interpreters, results, work):
    """What differs, the stated exceptions among it, and the number of predictions that were compared."""
    found, stated, compared = [], [], 0
    for interpreter in interpreters:
        for case in some:
            seen = {result["mode"]: result for result in results
                    if (result["case"], result["interpreter"]) == (case.name, interpreter["id"])}
            if "main" in seen:
                compared += 1
                lines = disagreements(readiness(gilray, case, interpreter, work), interpreter, seen)
                for line in lines:
                    if case.refuses and "ImportError" in line:
                        stated.append(f"{line}; it refuses {case.refuses}")
                    else:
                        found.append(line)
    return found, stated, compared
