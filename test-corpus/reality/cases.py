"""The cases of this folder: what the comment at the top of each says.

    // reality: what the module is
    // needs: pybind11                   (or cython; optional)
    // only: py>=3.14                    (conditions; optional; of several such lines one must hold)
    // flags: -DNAME=1                   (for the compiler; optional)
    //
    //   MODE      CONDITIONS            EXPECTATION
    //   build     py<3.12               fails "text in the compiler's message"
    //   main                            ok
    //   main      nogil, py<3.14        ok, turns the GIL on
    //   legacy                          ok "text that check() returns"
    //   own-gil                         ImportError "text in the exception"
    //   *                               SystemError "text"
    //   own-gil   py==3.13              anything "why nothing can be said"

Other expectations are hang and crash.

Columns are two or more spaces apart. Of the rows that hold in a cell the last one counts; every cell needs one. MODE: main, legacy
(a sub-interpreter of the old kind), checked (one that shares the GIL but refuses modules that do not support several
interpreters), own-gil, or * for all. Conditions as in corpus files: py with >= <= == < >, gil, nogil.
"""
import glob
import operator
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
MODES = ("main", "legacy", "checked", "own-gil")
OPERATORS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq, "<": operator.lt, ">": operator.gt}
GIL = {"turns the GIL on": True, "keeps the GIL off": False}


class CaseError(Exception):
    """A case's header cannot be read; the text says where and why."""


def version(text):
    return tuple(int(part) for part in text.split("."))


def conditions(place, text):
    """Predicates over interpreters, from text like "py>=3.13, nogil"."""
    found = []
    for part in (part.strip() for part in text.split(",")):
        match = re.fullmatch(r"py\s*(<=|>=|==|<|>)\s*(\d+\.\d+)", part)
        if match:
            compare, bound = OPERATORS[match[1]], version(match[2])
            found.append(lambda interpreter, compare=compare, bound=bound: compare(version(interpreter["version"]), bound))
        elif part in ("gil", "nogil"):
            found.append(lambda interpreter, gil=part == "gil": interpreter["gil"] == gil)
        else:
            raise CaseError(f"{place}: no condition '{part}'")
    return found


class Row:
    """One line of the table."""

    def __init__(self, place, line):
        fields = re.split(r"\s{2,}", line.strip())
        if len(fields) not in (2, 3):
            raise CaseError(f"{place}: a row has a mode, conditions (or none) and an expectation, two or more spaces apart")
        self.place, self.mode = place, fields[0]
        if self.mode not in (*MODES, "*", "build"):
            raise CaseError(f"{place}: no mode '{self.mode}'; there are {', '.join(MODES)}, * and build")
        self.conditions = conditions(place, fields[1]) if len(fields) == 3 else []
        match = re.fullmatch(r'([A-Za-z]+)(?:, ([^"]*?))?(?:\s*"(.*)")?', fields[-1])
        if not match or (match[2] and match[2] not in GIL) or (self.mode == "build") != (match[1] == "fails"):
            raise CaseError(f"{place}: cannot read the expectation '{fields[-1]}'")
        self.outcome, self.gil, self.text = match[1], GIL.get(match[2]), match[3]

    def holds(self, mode, interpreter):
        wanted = mode == "build" if self.mode == "build" else self.mode in (mode, "*") and mode != "build"
        return wanted and all(condition(interpreter) for condition in self.conditions)

    def complaint(self, seen):
        """What differs between this expectation and what was seen; None if nothing does."""
        if self.outcome == "anything":
            return None
        if seen["outcome"] != self.outcome or (self.text is not None and self.text not in seen["text"]):
            return "expected " + self.outcome + (f' "{self.text}"' if self.text else "")
        if self.gil is not None and seen.get("gil") is not self.gil:
            return "expected that it " + next(text for text, state in GIL.items() if state is self.gil)
        warned = any("global interpreter lock (GIL) has been enabled" in text for text in seen["warnings"])
        if self.gil is not None and warned is not self.gil:
            return "expected " + ("a" if self.gil else "no") + " RuntimeWarning about the GIL"
        return None


class Case:
    def __init__(self, path):
        self.path, self.name = path, os.path.splitext(os.path.basename(path))[0]
        self.about, self.needs, self.only, self.flags, self.rows = None, None, [], [], []
        self.refuses = None  # why the module says no to a goal at run time that it declares
        with open(path, encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                match = re.match(r"(?://|#) ?(.*)", line)
                if not match:
                    break
                place, text = f"{os.path.basename(path)}:{number}", match[1]
                if text.startswith("reality:"):
                    self.about = text.partition(":")[2].strip()
                elif text.startswith("needs:"):
                    self.needs = text.partition(":")[2].strip()
                elif text.startswith("only:"):
                    self.only.append(conditions(place, text.partition(":")[2]))
                elif text.startswith("refuses:"):
                    self.refuses = text.partition(":")[2].strip()
                elif text.startswith("flags:"):
                    self.flags = text.partition(":")[2].split()
                elif text.startswith("  "):
                    self.rows.append(Row(place, text))
        if not self.about or not self.rows:
            raise CaseError(f"{os.path.basename(path)}: needs a line 'reality: ...' and a table of expectations")

    def concerns(self, interpreter):
        return not self.only or any(all(condition(interpreter) for condition in line) for line in self.only)

    def expectation(self, mode, interpreter):
        holding = [row for row in self.rows if row.holds(mode, interpreter)]
        return holding[-1] if holding else None


def load(names=()):
    found = [Case(path) for kind in ("c", "cpp", "pyx") for path in sorted(glob.glob(os.path.join(HERE, "*." + kind)))]
    unknown = set(names) - {case.name for case in found}
    if unknown:
        raise CaseError("no case " + ", ".join(sorted(unknown)))
    return [case for case in found if not names or case.name in names]
