"""What gilray costs in an editor: the time from a keystroke to the new diagnostics, gilray-clangd against stock clangd.

  editor_bench.py --clangd GILRAY_CLANGD [--stock CLANGD] [--lines N] [--files N] [--rounds N] [--keys N] [--page FILE]
  editor_bench.py --clangd GILRAY_CLANGD [OPTIONS] FILE [-- FLAGS]

Without a file, a generated C extension of N lines (default 5000): on its own, and as one of a project of further files
whose index is there (--files, default 40 of 2000 lines each). Both servers have the file open, and get the same
keystrokes in turn, inside a function. Each waits a moment after a keystroke for the next one (clangd's debounce), which
is part of what the user waits for, and is printed with it. The servers are started anew for each round: where a process
happens to lie in memory makes up to a fifth of its speed, and stays for its life. The ratio is the median of the rounds'
ratios. In the project, how long it takes until what another file does to a new line is shown, too. The aim is a ratio of
at most 1.2; exit status 1 if it is missed.
"""
import argparse
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import generate_c
import lsp

AIM = 1.2
OTHER_LINES = 2000
SETTLING_KEYS = 3
FAR = "extern void far_touch(PyObject *object);\n"
CALL = " far_touch((PyObject *)self);"
BEFORE_CALL = "status = backend_read(self->data, buffer, wanted);"


def python_include():
    ask = "import sysconfig; print(sysconfig.get_paths()['include'])"
    return subprocess.run(["/usr/bin/python3", "-c", ask], capture_output=True, text=True).stdout.strip()


def cpu_seconds(process):
    """Of all threads; for a machine that is busy with other things."""
    with open(f"/proc/{process}/stat", encoding="utf-8") as stream:
        fields = stream.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def edited(text, line, more):
    rows = text.split("\n")
    rows[line] += more
    return "\n".join(rows)


def keystroke(text, number, line):
    """The text with some spaces more at the end of a line: what is parsed anew is the whole file."""
    return edited(text, line, " " * (number % 40 + 1))


@dataclasses.dataclass
class Situation:
    """A file in an editor, and what was measured with it."""
    name: str
    path: str
    flags: list
    cache: str = ""  # where the index of its project lies; none: it is looked at alone
    waits: dict = dataclasses.field(default_factory=lambda: {"stock": [], "gilray": []})
    spent: dict = dataclasses.field(default_factory=lambda: {"stock": [], "gilray": []})
    ratios: list = dataclasses.field(default_factory=list)
    settled: list = dataclasses.field(default_factory=list)

    def __post_init__(self):
        with open(self.path, encoding="utf-8", errors="replace") as stream:
            self.text = stream.read()
        rows = self.text.split("\n")
        self.lines = len(rows) - 1
        self.line = next(number for number in range(len(rows) // 2, len(rows)) if rows[number].endswith(";"))

    def start(self, command, home):
        os.makedirs(home)
        environment = dict(os.environ, HOME=home, XDG_CACHE_HOME=home, XDG_CONFIG_HOME=home, GILRAY_CACHE_DIR=self.cache or home)
        if not self.cache:
            environment["GILRAY_EDITOR_INDEX"] = "off"
        client = lsp.Client([command, "--log=error", "--background-index=0"], os.path.dirname(self.path), environment)
        client.compile_command(self.path, ["clang", *self.flags, self.path])
        client.open(self.path, self.text)
        return client

    def round(self, folder, servers, keys):
        """Both servers from their start to their end; the first two keys warm up."""
        clients = {name: self.start(command, os.path.join(folder, name)) for name, command in servers.items()}
        time.sleep(2 if self.cache else 0)  # gilray-clangd has looked whether the index is up to date
        waits, spent = {name: [] for name in clients}, {name: [] for name in clients}
        for key in range(keys + 2):
            for name, client in clients.items():
                begin, used = time.monotonic(), cpu_seconds(client.process.pid)
                client.change(self.path, keystroke(self.text, key, self.line))
                if key >= 2:
                    waits[name].append(time.monotonic() - begin)
                    spent[name].append(cpu_seconds(client.process.pid) - used)
                time.sleep(0.1)
        for name in clients:
            self.waits[name] += waits[name]
            self.spent[name] += spent[name]
        self.ratios.append(statistics.median(waits["gilray"]) / statistics.median(waits["stock"]))
        if self.cache:
            self.settle(clients["gilray"])
        for client in clients.values():
            with client:
                pass

    def settle(self, client):
        """From a key that brings a call of another file's function to what that function does."""
        rows = self.text.split("\n")
        line = next(number for number in range(len(rows) // 2, len(rows)) if rows[number].strip() == BEFORE_CALL)
        for key in range(2 * SETTLING_KEYS):
            wanted = 1 - key % 2
            begin = time.monotonic()
            found = client.change(self.path, edited(self.text, line, CALL if wanted else ""))
            while sum(item.get("code") == "gilray-detached-api-call" for item in found) != wanted:
                found = client.diagnostics(self.path, client.versions[self.path])
            if wanted:
                self.settled.append(time.monotonic() - begin)
            time.sleep(1)

    def ratio(self):
        return statistics.median(self.ratios)

    def cpu(self, name):
        return statistics.median(self.spent[name])


def generated(folder, lines):
    path = os.path.join(folder, "generated.c")
    os.makedirs(folder)
    with open(path, "w", encoding="utf-8") as stream:
        head, tail = generate_c.generate(lines).split("extern int", 1)
        stream.write(head + FAR + "extern int" + tail)
    return path


def project(folder, options, flags):
    """A generated file among others, indexed."""
    path = generated(folder, options.lines)
    files = [path]
    for number in range(options.files):
        files.append(os.path.join(folder, f"other{number}.c"))
        with open(files[-1], "w", encoding="utf-8") as stream:
            stream.write(generate_c.generate(OTHER_LINES).replace("generated", f"other{number}"))
    files.append(os.path.join(folder, "far.c"))
    with open(files[-1], "w", encoding="utf-8") as stream:
        stream.write("#include <Python.h>\nvoid far_touch(PyObject *object) { Py_DECREF(object); }\n")
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as stream:
        json.dump([{"directory": folder, "file": file, "arguments": ["clang", *flags, "-c", file]} for file in files], stream)
    with open(os.path.join(folder, "pyproject.toml"), "w", encoding="utf-8"):
        pass
    cache = os.path.join(folder, "cache")
    subprocess.run([os.path.join(os.path.dirname(options.clangd), "gilray"), "index", "--quiet", folder],
                   env=dict(os.environ, GILRAY_CACHE_DIR=cache), check=True)
    return Situation(f"one of {len(files)} files", path, flags, cache)


PAGE = """\
# Latency in an editor

From a keystroke to the new diagnostics, gilray-clangd against stock clangd, with the same keystrokes in turn inside a function of a generated C extension of {lines} lines: on its own, and in a
project of {files} further files ({all_lines} lines) that is indexed. clangd's own wait for further keys is part of the time. The CPU time per keystroke has no waiting in it, but all that the server does
between two keys, also the looks at the whole project. `./dev editor-bench` measures and writes this page; with a file of your own (`./dev editor-bench FILE`) it only prints.

| File | clangd, median | gilray-clangd, median | ratio | rounds from | to | clangd, CPU | gilray-clangd, CPU |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{rows}

The aim is a ratio of at most {aim}. Each is the median of {rounds} rounds, in each of which both servers were started anew; {keys} keystrokes, {processors} processors, load average {load:.1f}
(what runs beside it makes all times longer).

A keystroke is answered with what the file and its headers say, and what the rest of the project was last known to add. In the first pause the whole project is looked at: a new call of another
file's function, in a released region, had its finding after {settled:.2f} s (median of {settlings}, half a second of pause included).
"""


def write_page(options, situations):
    def row(one):
        return "| " + " | ".join([one.name, *(f"{1000 * statistics.median(one.waits[name]):.0f} ms" for name in one.waits), f"**{one.ratio():.2f}**",
                                  f"{min(one.ratios):.2f}", f"{max(one.ratios):.2f}", *(f"{1000 * one.cpu(name):.0f} ms" for name in one.spent)]) + " |"
    settled = [value for one in situations for value in one.settled]
    with open(options.page, "w", encoding="utf-8") as stream:
        stream.write(PAGE.format(lines=situations[0].lines, files=options.files + 1, all_lines=f"{options.files * OTHER_LINES:,}".replace(",", " "),
                                 rows="\n".join(map(row, situations)), aim=AIM, rounds=options.rounds, keys=len(situations[0].waits["stock"]),
                                 processors=os.cpu_count(), load=os.getloadavg()[0], settled=statistics.median(settled), settlings=len(settled)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clangd", required=True)
    parser.add_argument("--stock", default=shutil.which("clangd-22"))
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--files", type=int, default=40, help="further files of the project")
    parser.add_argument("--rounds", type=int, default=7, help="how often both servers are started anew")
    parser.add_argument("--keys", type=int, default=8, help="in each round")
    parser.add_argument("--page", help="write the result as a page")
    parser.add_argument("file", nargs="?")
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args()
    options.clangd = os.path.abspath(options.clangd)  # the servers run elsewhere
    if not options.stock:
        print("no stock clangd-22 here to compare with")
        return 77
    with tempfile.TemporaryDirectory(prefix="gilray-editor-") as folder:
        flags = ["-isystem", python_include(), *options.flags]
        if options.file:
            situations = [Situation(os.path.basename(options.file), os.path.abspath(options.file), flags)]
        else:
            situations = [Situation("on its own", generated(os.path.join(folder, "alone"), options.lines), flags),
                          project(os.path.join(folder, "project"), options, flags)]
        for number in range(options.rounds):
            for one in situations:
                one.round(os.path.join(folder, f"{one.name} {number}"), {"stock": options.stock, "gilray": options.clangd}, options.keys)
    for one in situations:
        print(f"{one.name}, {one.lines} lines")
        for name, values in one.waits.items():
            print(f"  {name:8} median {1000 * statistics.median(values):6.0f} ms, from {1000 * min(values):.0f} to {1000 * max(values):.0f}; "
                  f"CPU time {1000 * one.cpu(name):.0f} ms")
        print(f"  ratio    {one.ratio():.2f} (aim: at most {AIM}; rounds from {min(one.ratios):.2f} to {max(one.ratios):.2f}), "
              f"{len(one.waits['stock'])} keystrokes")
        if one.settled:
            print(f"  another file's part after {statistics.median(one.settled):.2f} s")
    if options.page:
        write_page(options, situations)
    return 0 if all(one.ratio() <= AIM for one in situations) else 1


if __name__ == "__main__":
    sys.exit(main())
