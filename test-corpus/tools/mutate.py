"""Guards against a silent tool: seeds faults into the real packages, one at a time, and counts how many gilray finds.

  mutate.py --gilray PATH [--count N] [--refactorings N] [--seed S] [-j N] [--json FILE] [--missed]
            [--kind KIND] [--corpus] [PACKAGE...]

A seeded fault counts as found if the run reports an error or warning that the untouched package does not have, whose place
or one of whose notes lies within 3 lines of code of the seeded line in the same file (blank lines, comments, braces aside). Where something was deleted, the partner it
belonged to (the begin of the region, the ensure) is as good a place. Mutants that do not compile or change nothing are discarded. Then
refactorings that keep the meaning are made in the same way: they must add no finding.

Faults that only matter without a GIL, and those in locks, which may be macros that are empty with one, are seeded into the package
as compiled for a free-threaded Python ("-t" behind its name); so are none in functions that no other code of the package names.

--corpus seeds into corpus files that are silent, each a program of its own, and not into packages: for kinds of faults that
the packages have too few places for. What is found there says less about real code.

The choice is random but reproducible: it depends on the seed, the packages and the counts only. Exit status: 0 enough
found, 1 too few or a refactoring added a finding, 2 it could not run.
"""
import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import queue
import random
import re
import subprocess
import sys

import mutate_locks
import mutate_text
import mutate_threads
import real
import real_packages
import real_readiness
import registry

WORK = os.path.join(registry.ROOT, "build", "mutate")
PROMISED = 0.85
LEAST = 200
# Whether a container is known to others, or a section guards something that others change, is often not to be seen in the program: of
# these kinds the table tells how many are found, and nothing is promised.
NOT_PROMISED = ("borrow-reference", "drop-section")
# Faults that are seeded into the free-threaded build of a package, and what is put behind its name then.
FREE_KINDS = (*mutate_locks.KINDS, "borrow-reference")
WITHOUT_GIL = "-t"


def active_lines(package):
    """file -> (lines that survive preprocessing, indices of the commands that read it), for the package's own sources."""
    lines, readers = collections.defaultdict(set), collections.defaultdict(set)

    def preprocess(command):
        path, flags = command
        done = subprocess.run(["clang-22", "-E", "-w", *flags, path], cwd=package.src, capture_output=True)
        return done.stdout.decode("utf-8", "replace")

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for index, text in enumerate(pool.map(preprocess, package.commands)):
            file, number = None, 0
            for line in text.split("\n"):
                marker = re.match(r'# (\d+) "([^"]*)"', line)
                if marker:
                    number = int(marker[1])
                    path = os.path.relpath(os.path.join(package.src, marker[2]), package.src)
                    file = path if not path.startswith("..") and not marker[2].startswith("<") else None
                    continue
                if file and line.strip():
                    lines[file].add(number)
                    readers[file].add(index)
                number += 1
    return {file: (numbers, sorted(readers[file])) for file, numbers in lines.items()}


def views(package):
    """(the package, kinds of faults to seed into it): what only matters without a GIL is compiled without one, since macros for
    locks may be empty in other builds. A package that knows no such build is seeded with all kinds as it is."""
    everything = lambda kind: True
    free = None if isinstance(package, mutate_locks.CorpusProgram) else real_readiness.free_threaded(package)
    if free is None:
        return [(package, everything)]
    free.name += WITHOUT_GIL
    return [(package, lambda kind: kind not in FREE_KINDS), (free, lambda kind: kind in FREE_KINDS)]


def sources_of(package):
    """file -> its text, and what it is made of."""
    found = {}
    for file in sorted(package.active):
        with open(os.path.join(package.src, file), encoding="utf-8", errors="surrogateescape") as stream:
            text = stream.read()
        if "\r" not in text:
            found[file] = mutate_text.Source(text)
    return found


def all_mutants(package):
    """([faults], [refactorings]) of a package, each (file, mutant)."""
    faults, refactored = [], []
    sources = sources_of(package)
    dead = {}

    def lives(file, mutant):
        function = sources[file].function_at(sources[file].starts[mutant.line - 1])
        name = re.search(r"(\w+)\s*\([^{]*$", sources[file].masked[function[0]:function[1]]) if function else None
        if name and name[1] not in dead:
            dead[name[1]] = mutate_locks.is_dead(name[1], sources.values())
        return not name or not dead[name[1]]

    for file, source in sources.items():
        lines = package.active[file][0]
        if not file.endswith(real_packages.SUFFIXES):
            continue
        cxx = not file.endswith(".c")
        faults += [(file, mutant) for mutant in mutate_text.seeded_faults(source, "seeded", cxx) if mutant.line in lines]
        faults += [(file, mutant) for mutant in mutate_locks.seeded_faults(source) if mutant.line in lines and lives(file, mutant)]
        faults += [(file, mutant) for mutant in mutate_threads.seeded_faults(source, list(sources.values()))
                   if mutant.line in lines and lives(file, mutant)]
        if not cxx:
            refactored += [(file, mutant) for mutant in mutate_locks.refactorings(source, "seeded") if mutant.line in lines]
        if not cxx and re.search(r"_THREADS|PyGILState_|PyEval_", source.masked):
            refactored += [(file, mutant) for mutant in mutate_text.refactorings(source, "seeded") if mutant.line in lines]
    return faults, refactored


def ordered(sites, randomizer):
    """Per kind: the candidates in the order in which they are tried, packages taking turns."""
    by_kind = collections.defaultdict(lambda: collections.defaultdict(list))
    for package, file, mutant in sites:
        by_kind[mutant.kind][package.name].append((package, file, mutant))
    result = {}
    for kind, by_package in sorted(by_kind.items()):
        for candidates in by_package.values():
            randomizer.shuffle(candidates)
        turns = itertools.zip_longest(*(by_package[name] for name in sorted(by_package)))
        result[kind] = [site for turn in turns for site in turn if site]
    return result


def quotas(candidates, count):
    """An equal share per kind; what a kind cannot fill goes to the others."""
    share, left, open_kinds = dict.fromkeys(candidates, 0), count, set(candidates)
    while left > 0 and open_kinds:
        for kind in sorted(open_kinds):
            if left > 0 and share[kind] < len(candidates[kind]):
                share[kind] += 1
                left -= 1
            else:
                open_kinds.discard(kind)
    return share


class Worker:
    """Owns copies of the packages, so that several mutants can be tried at the same time."""

    def __init__(self, number, gilray):
        self.folder, self.gilray = os.path.join(WORK, f"worker{number}"), gilray
        self.copies, self.readers = {}, {}

    def package(self, original):
        if original.name not in self.copies:
            self.copies[original.name] = original.copy(os.path.join(self.folder, original.name))
            self.readers[original.name] = original.active
        return self.copies[original.name]

    def ir(self, package, command):
        """What gilray sees of a file, without places: the same for an edit that the preprocessor drops."""
        done = subprocess.run([self.gilray, "ir", command[0], "--", *command[1]], cwd=package.src, capture_output=True)
        return re.sub(rb" (at|end) \d+:[\d:^-]+", b"", done.stdout)

    def report(self, package):
        return real.run_gilray(self.gilray, package, jobs=1, cache=os.path.join(self.folder, "cache"))

    def attempt(self, original, file, mutant):
        """The report over the mutated package; None if the mutant does not compile, or changes nothing: macros for locks
        that are empty in builds with a GIL."""
        package = self.package(original)
        path, commands = os.path.join(package.src, file), package.commands
        readers = self.readers[original.name][file][1]
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            text = stream.read()
        extra = os.path.join(os.path.dirname(file), "seeded_file.c")
        might_vanish = mutant.kind in mutate_locks.KINDS
        try:
            before = [self.ir(package, commands[index]) for index in readers] if might_vanish else []
            changed = list(commands)
            if "SEEDED_WRAP" in "".join(edit[2] for edit in mutant.edits):
                for index in readers:
                    changed[index] = (commands[index][0], [*commands[index][1], "-DSEEDED_WRAP(...)=__VA_ARGS__"])
            if mutant.new_file:
                with open(os.path.join(package.src, extra), "w", encoding="utf-8", errors="surrogateescape") as out:
                    out.write(mutant.new_file)
                changed.append((extra, changed[readers[0]][1]))
            package.commands = changed
            to_parse = [changed[index] for index in readers] + ([changed[-1]] if mutant.new_file else [])
            for edits in filter(None, (mutant.edits, mutant.fallback)):
                with open(path, "w", encoding="utf-8", errors="surrogateescape") as out:
                    out.write(mutate_text.apply(text, mutant, edits))
                if not any(real_packages.parse_errors(package.src, *command) for command in to_parse):
                    if might_vanish and before == [self.ir(package, command) for command in to_parse]:
                        return None
                    package.write_database()
                    return self.report(package)
            return None
        finally:
            with open(path, "w", encoding="utf-8", errors="surrogateescape") as out:
                out.write(text)
            if mutant.new_file and os.path.exists(os.path.join(package.src, extra)):
                os.unlink(os.path.join(package.src, extra))
            package.commands = commands


def told(report, notes=False):
    return [item for item in report["findings"] if (item["severity"] == "note") is notes]


def new_findings(baseline, report, notes=False):
    """Lines do not move in a mutant, so place and message identify a finding."""
    before = collections.Counter((item["check"], item["file"], item["line"], item["message"]) for item in told(baseline, notes))
    new = []
    for item in told(report, notes):
        key = item["check"], item["file"], item["line"], item["message"]
        if before[key] > 0:
            before[key] -= 1
        else:
            new.append(item)
    return new


def near(item, file, anchors):
    places = [item, *item["notes"]]
    return any(place.get("file") == file and place["line"] in anchors for place in places)


def added(baseline, report):
    """Findings per check and severity that a refactoring added; a moved function takes its findings with it."""
    before = collections.Counter((item["check"], item["severity"]) for item in told(baseline))
    after = collections.Counter((item["check"], item["severity"]) for item in told(report))
    return after - before


class Campaign:
    def __init__(self, gilray, jobs):
        self.idle = queue.Queue()
        for number in range(jobs):
            self.idle.put(Worker(number, gilray))
        self.jobs, self.baselines, self.lock = jobs, {}, {}

    def on_worker(self, work):
        worker = self.idle.get()
        try:
            return work(worker)
        finally:
            self.idle.put(worker)

    def prepare(self, packages):
        def baseline(package):
            return self.on_worker(lambda worker: worker.report(worker.package(package)))
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for package, report in zip(packages, pool.map(baseline, packages)):
                self.baselines[package.name] = report

    def run(self, candidates, share, judge):
        """Tries candidates of each kind in order until its share has compiled; the results in order."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for kind, sites in candidates.items():
                results, tried = {}, 0
                while True:
                    valid = sum(result is not None for result in results.values())
                    step = min(share[kind] - valid, len(sites) - tried)
                    if step <= 0:
                        break
                    batch = list(range(tried, tried + step))
                    tried += step
                    for index, result in zip(batch, pool.map(lambda index, sites=sites: self.on_worker(
                            lambda worker: judge(worker, *sites[index])), batch)):
                        results[index] = result
                    progress(kind, results, share[kind])
                for index in sorted(results):
                    if results[index] is not None:
                        yield results[index]

    def fault(self, worker, package, file, mutant):
        report = worker.attempt(package, file, mutant)
        if report is None:
            return None
        new = new_findings(self.baselines[package.name], report)
        hits = [item for item in new if near(item, file, mutant.anchors)]
        hints = [item for item in new_findings(self.baselines[package.name], report, notes=True) if near(item, file, mutant.anchors)]
        return {"kind": mutant.kind, "package": package.name, "file": file, "line": mutant.line, "found": bool(hits), "noted": bool(hints),
                "what": mutant.what, "edit": " | ".join(edit[2].strip() for edit in mutant.edits),
                "by": sorted({item["check"] for item in hits}),
                "not_judged": [f"{item['file']}:{item['line']}: {item['reason']}" for item in report["incomplete"]
                               if item not in self.baselines[package.name]["incomplete"]][:3],
                "elsewhere": [real.describe(item) for item in new if item not in hits][:5]}

    def refactoring(self, worker, package, file, mutant):
        report = worker.attempt(package, file, mutant)
        if report is None:
            return None
        extra = added(self.baselines[package.name], report)
        new = new_findings(self.baselines[package.name], report) if extra else []
        return {"kind": mutant.kind, "package": package.name, "file": file, "line": mutant.line, "what": mutant.what,
                "added": {f"{check} {severity}": number for (check, severity), number in sorted(extra.items())},
                "new": [real.describe(item) for item in new][:5]}


def progress(kind, results, wanted):
    if sys.stderr.isatty():
        print(f"{kind}: {sum(result is not None for result in results.values())} of {wanted}, {len(results)} tried", file=sys.stderr)


def table(faults, refactored):
    print(f"{'seeded fault':20}{'seeded':>8}{'found':>8}{'':>6}{'else a note':>14}{'packages':>10}")
    for kind in sorted({result["kind"] for result in faults}):
        mine = [result for result in faults if result["kind"] == kind]
        found = sum(result["found"] for result in mine)
        noted = sum(result["noted"] and not result["found"] for result in mine)
        print(f"{kind:20}{len(mine):8}{found:8}{100 * found / len(mine):5.0f} %{noted:13}{len({result['package'] for result in mine}):10}")
    found = sum(result["found"] for result in faults)
    print(f"{'all':20}{len(faults):8}{found:8}{100 * found / max(len(faults), 1):5.0f} %")
    print(f"\n{'refactoring':20}{'made':>8}{'added findings':>16}")
    for kind in sorted({result["kind"] for result in refactored}):
        mine = [result for result in refactored if result["kind"] == kind]
        print(f"{kind:20}{len(mine):8}{sum(bool(result['added']) for result in mine):16}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--count", type=int, default=240, help="faults to seed (default %(default)s)")
    parser.add_argument("--refactorings", type=int, default=80, help="refactorings to make (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--missed", action="store_true", help="print the faults that were not found")
    parser.add_argument("--kind", action="append", help="seed only faults and refactorings of this kind; may be repeated")
    parser.add_argument("--corpus", action="store_true", help="seed into corpus files about locks instead of packages")
    parser.add_argument("packages", nargs="*")
    options = parser.parse_args()
    packages, sites, equivalents = [], [], []
    for package in mutate_locks.corpus_programs(options.packages) if options.corpus else real_packages.load(options.packages):
        package.fetch()
        for view, wanted in views(package):
            if options.kind and not any(map(wanted, options.kind)):
                continue
            view.active = active_lines(view)
            faults, refactored = ([site for site in found if wanted(site[1].kind) and (not options.kind or site[1].kind in options.kind)]
                                  for found in all_mutants(view))
            # Packages without a released region cannot carry these faults; refactoring them would show nothing either.
            if faults:
                packages.append(view)
                sites += [(view, *site) for site in faults]
                equivalents += [(view, *site) for site in refactored]
    candidates = ordered(sites, random.Random(options.seed))
    changes = ordered(equivalents, random.Random(options.seed + 1))
    print(f"{len(sites)} places for faults and {len(equivalents)} for refactorings in {len(packages)} packages", flush=True)
    campaign = Campaign(os.path.abspath(options.gilray), options.j)
    campaign.prepare(packages)
    faults = list(campaign.run(candidates, quotas(candidates, options.count), campaign.fault))
    refactored = list(campaign.run(changes, quotas(changes, options.refactorings), campaign.refactoring))
    if options.missed:
        for result in faults:
            if not result["found"]:
                print(f"missed {result['kind']} {result['package']} {result['file']}:{result['line']}: {result['edit']} {result['what']}")
                print("".join(f"    elsewhere: {line}\n" for line in result["elsewhere"])
                      + "".join(f"    not judged: {line}\n" for line in result["not_judged"]), end="")
    for result in refactored:
        if result["added"]:
            print(f"ADDED {result['kind']} {result['package']} {result['file']}:{result['line']} {result['what']}: {result['added']}")
            print("".join(f"    {line}\n" for line in result["new"]), end="")
    table(faults, refactored)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"seed": options.seed, "faults": faults, "refactorings": refactored}, out, indent=1)
    promised = [result for result in faults if result["kind"] not in NOT_PROMISED]
    found = sum(result["found"] for result in promised)
    bad = [f"only {len(faults)} faults could be seeded"] if options.count >= LEAST and len(faults) < LEAST else []
    bad += [f"{100 * PROMISED:.0f} % is promised"] if found < PROMISED * len(promised) else []
    bad += ["a refactoring added a finding"] if any(result["added"] for result in refactored) else []
    print("; ".join(bad) if bad else "as promised")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (registry.RegistryError, real.RunError) as error:
        print(f"mutate: {error}", file=sys.stderr)
        sys.exit(2)
