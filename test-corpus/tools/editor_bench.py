"""What gilray costs in an editor: the time from a keystroke to the new diagnostics, gilray-clangd against stock clangd.

  editor_bench.py --clangd GILRAY_CLANGD [--stock CLANGD] [--lines N] [--keys N] [--page FILE] [FILE [-- FLAGS]]

Without a file, a generated C extension of N lines (default 5000). Both servers have the file open, and get the same
keystrokes in turn, inside a function. Each waits a moment after a keystroke for the next one (clangd's debounce), which
is part of what the user waits for, and is printed with it. The aim is a ratio of medians of at most 1.2; exit status 1 if
it is missed.
"""
import argparse
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


def python_include():
    ask = "import sysconfig; print(sysconfig.get_paths()['include'])"
    return subprocess.run(["/usr/bin/python3", "-c", ask], capture_output=True, text=True).stdout.strip()


def start(command, folder, name, extra):
    home = os.path.join(folder, name)
    os.makedirs(home)
    environment = dict(os.environ, HOME=home, XDG_CACHE_HOME=home, XDG_CONFIG_HOME=home, GILRAY_CACHE_DIR=home)
    return lsp.Client([command, "--log=error", "--background-index=0", *extra], folder, environment)


def cpu_seconds(process):
    """Of all threads; for a machine that is busy with other things."""
    with open(f"/proc/{process}/stat", encoding="utf-8") as stream:
        fields = stream.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def keystroke(text, number, line):
    """The text with some spaces more at the end of a line: what is parsed anew is the whole file."""
    rows = text.split("\n")
    rows[line] += " " * (number % 40 + 1)
    return "\n".join(rows)


PAGE = """\
# Latency in an editor

From a keystroke to the new diagnostics, gilray-clangd against stock clangd, with the same keystrokes in turn inside a function of a {what}. clangd's own wait for further
keys is part of the time. The CPU time per keystroke has no waiting in it: its ratio is higher, but it depends less on what else the machine does.
`./dev editor-bench` measures and writes this page; with a file of your own (`./dev editor-bench FILE`) it only prints.

| | median | fastest | slowest | CPU time, median |
| --- | ---: | ---: | ---: | ---: |
{rows}

Ratio of the medians: **{ratio:.2f}** (aim: at most {aim}), of the CPU times {cpu:.2f}; {keys} keystrokes, {processors} processors, load average {load:.1f} (what runs beside it makes all times longer).
"""


def write_page(path, warm, spent, lines):
    used = {name: statistics.median(values[2:]) for name, values in spent.items()}
    rows = "\n".join("| " + " | ".join([{"stock": "clangd", "gilray": "gilray-clangd"}[name],
                                       *(f"{1000 * value:.0f} ms" for value in (statistics.median(values), min(values), max(values), used[name]))]) + " |"
                     for name, values in warm.items())
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(PAGE.format(what=f"generated C extension of {lines} lines", rows=rows, aim=AIM, keys=len(warm["stock"]), processors=os.cpu_count(), load=os.getloadavg()[0],
                                 ratio=statistics.median(warm["gilray"]) / statistics.median(warm["stock"]), cpu=used["gilray"] / used["stock"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clangd", required=True)
    parser.add_argument("--stock", default=shutil.which("clangd-22"))
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--keys", type=int, default=25)
    parser.add_argument("--page", help="write the result as a page")
    parser.add_argument("file", nargs="?")
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args()
    options.clangd = os.path.abspath(options.clangd)  # the servers run elsewhere
    if not options.stock:
        print("no stock clangd-22 here to compare with")
        return 77
    with tempfile.TemporaryDirectory(prefix="gilray-editor-") as folder:
        path = options.file
        if not path:
            path = os.path.join(folder, "generated.c")
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(generate_c.generate(options.lines))
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        line = next(number for number in range(text.count("\n") // 2, text.count("\n"))
                    if text.split("\n")[number].endswith(";"))
        command = ["clang", "-isystem", python_include(), *options.flags, path]
        servers = {"stock": start(options.stock, folder, "stock", []),
                   "gilray": start(options.clangd, folder, "gilray", [])}
        times = {name: [] for name in servers}
        spent = {name: [] for name in servers}
        for client in servers.values():
            client.compile_command(path, command)
            client.open(path, text)
        for key in range(options.keys):
            for name, client in servers.items():
                begin, used = time.monotonic(), cpu_seconds(client.process.pid)
                client.change(path, keystroke(text, key, line))
                times[name].append(time.monotonic() - begin)
                spent[name].append(cpu_seconds(client.process.pid) - used)
                time.sleep(0.1)
        for client in servers.values():
            with client:
                pass
    warm = {name: values[2:] for name, values in times.items()}
    for name, values in warm.items():
        print(f"{name:8} median {1000 * statistics.median(values):6.0f} ms, from {1000 * min(values):.0f} to {1000 * max(values):.0f}; "
              f"CPU time {1000 * statistics.median(spent[name][2:]):.0f} ms")
    ratio = statistics.median(warm["gilray"]) / statistics.median(warm["stock"])
    print(f"ratio    {ratio:.2f} (aim: at most {AIM}), {text.count(chr(10))} lines, {len(warm['stock'])} keystrokes")
    if options.page:
        write_page(options.page, warm, spent, text.count("\n"))
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
