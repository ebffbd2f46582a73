#!/usr/bin/env python3
"""Builds small modules for every CPython at hand, imports them, and compares what CPython does with what the modules' tables say.

  reality.py [--work DIR] [--json FILE] [--only ID,...] [--all] [--gilray PATH] [CASE...]

Without options one interpreter of each version from 3.12 on takes part, of each kind, and the oldest. --only takes ids as
../interpreters/registry.py prints them; --all takes every version and release, debug and sanitizer builds too.
--gilray also asks that gilray what it predicts and prints where CPython does otherwise. Exit status 1 if something differs, 77 if
there is no interpreter. Nothing is downloaded: ./dev interpreters does that.
"""
import argparse
import concurrent.futures
import importlib.util
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import build
import cases
import prediction

# The kinds of interpreter that the tables speak of; what is not there is printed as skipped.
WANTED = ("3.12", "3.13", "3.13t", "3.14", "3.15")


def registry():
    """../interpreters/registry.py; by its path, since another module has the same name."""
    path = os.path.join(HERE, os.pardir, "interpreters", "registry.py")
    spec = importlib.util.spec_from_file_location("interpreter_registry", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chosen(options):
    found = [item for item in registry().interpreters(best=not options.all) if cases.version(item["version"]) >= (3, 9)]
    if options.only:
        return [item for item in found if item["id"] in options.only.split(",")]
    if options.all:
        return found
    found = [item for item in found if not (item["debug"] or item["sanitizer"])]
    # Before 3.12 modules cannot say anything: the oldest stands for all of those.
    return [item for item in found if item is found[0] or cases.version(item["version"]) >= (3, 12)]


def modes(interpreter):
    """The ways in which modules can be imported there."""
    offered, newest = interpreter["subinterpreters"], cases.version(interpreter["version"])
    return ["main"] + (["legacy"] if offered != "none" else []) + (
        ["own-gil"] if offered == "own-gil" else []) + (["checked"] if offered == "own-gil" and newest >= (3, 13) else [])


def judged(case, interpreter, mode, seen):
    row = case.expectation(mode, interpreter)
    complaint = row.complaint(seen) if row else "no row of the table holds"
    return {"case": case.name, "interpreter": interpreter["id"], "release": interpreter["release"], "mode": mode, **seen,
            "complaint": complaint, "place": row.place if row else os.path.basename(case.path)}


def patience(case, interpreter, mode):
    """Seconds until a process is taken to hang: much where it should not, since the machine may be busy."""
    row = case.expectation(mode, interpreter)
    return 3 if row and row.outcome == "hang" else 60


def examine(interpreter, mode, folder, some):
    """What importing these modules does; run in the interpreter itself, in the environment that a user would have."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    arguments = [f"{case.name}:{patience(case, interpreter, mode)}" for case in some]
    done = subprocess.run([interpreter["python"], os.path.join(HERE, "child.py"), mode, folder, *arguments], env=environment,
                          capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    seen = {item.pop("name"): item for item in map(json.loads, done.stdout.splitlines())}
    lost = {"outcome": "lost", "text": done.stderr[-500:], "warnings": []}
    return [judged(case, interpreter, mode, seen.get(case.name, lost)) for case in some]


def run(interpreters, some, work):
    """All results, in the order of interpreters, modes and cases."""
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for case in some:  # once, not for every interpreter at the same time
            if case.path.endswith(".pyx"):
                build.translate(case, work)
        built = {(item["python"], case.name): pool.submit(build.module, case, item, work) for item in interpreters for case in some
                 if case.concerns(item)}
        pending = []
        for item in interpreters:
            ready, folder = [], None
            for case in filter(lambda case: case.concerns(item), some):
                where, failure = built[item["python"], case.name].result()
                row = case.expectation("build", item)
                if where and not row:
                    ready.append(case)
                    folder = where
                else:
                    seen = {"outcome": "fails" if failure else "ok", "text": failure or "", "warnings": []}
                    results.append(judged(case, item, "build", seen))
            pending += [pool.submit(examine, item, mode, folder, ready) for mode in modes(item) if ready]
        for future in pending:
            results += future.result()
    return results


def show(result):
    seen = f"{result['outcome']}" + (f" \"{result['text'].strip()}\"" if result["text"] else "")
    if "gil" in result:
        seen += ", GIL " + ("on" if result["gil"] else "off")
    return f"{result['place']}: {result['interpreter']} {result['mode']}: {result['complaint']}, but CPython: {seen}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.join(build.ROOT, "build", "reality"))
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--only", metavar="ID,...")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--gilray", metavar="PATH")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    interpreters, every, some = chosen(options), cases.load(options.cases), []
    for case in every:
        missing = build.lacking(case)
        if missing:
            print(f"skipped cell: {case.name} {missing} is not on this machine")
        else:
            some.append(case)
    kinds = {item["id"] for item in interpreters}
    for name in WANTED:
        if name not in kinds and not options.only:
            print(f"skipped cell: {name} no such Python on this machine: the import of modules by {name} was not observed")
    if not interpreters:
        return 77
    results = run(interpreters, some, os.path.abspath(options.work))
    wrong = [result for result in results if result["complaint"]]
    for result in wrong:
        print(show(result))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"interpreters": interpreters, "results": results}, out, indent=1)
            out.write("\n")
    disagreements, stated, compared = (prediction.all_disagreements(options.gilray, some, interpreters, results, os.path.abspath(options.work))
                                       if options.gilray else ([], [], 0))
    for line in disagreements:
        print(line)
    for line in stated:
        print("stated exception:", line)
    print(f"{len(some)} modules, {len(interpreters)} interpreters ({', '.join(item['id'] for item in interpreters)}), "
          f"{len(results)} observations, {len(wrong)} not as stated"
          + (f", {compared} predictions of gilray: {len(disagreements)} wrong, {len(stated)} stated exceptions" if options.gilray else ""))
    return 1 if wrong or disagreements else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (cases.CaseError, RuntimeError) as error:
        print(f"reality: {error}", file=sys.stderr)
        sys.exit(2)
