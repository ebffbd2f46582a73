"""What gilray costs in an editor: the time from a keystroke to the new diagnostics, gilray-clangd against stock clangd.

  editor_bench.py --clangd GILRAY_CLANGD [--stock CLANGD] [--lines N] [--rounds N] [--keys N] [--page FILE] [FILE [-- FLAGS]]

Without a file, a generated C extension of N lines (default 5000). Both servers have the file open, and get the same
keystrokes in turn, inside a function. Each waits a moment after a keystroke for the next one (clangd's debounce), which
is part of what the user waits for, and is printed with it. The servers are started anew for each round: where a process
happens to lie in memory makes up to a fifth of its speed, and stays for its life. The ratio is the median of the rounds' ratios. The aim is a ratio of medians of at most 1.2; exit status 1 if
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

Ratio: **{ratio:.2f}** (aim: at most {aim}), the median of {rounds} rounds from {least:.2f} to {most:.2f}, in each of which both servers were started anew; of the CPU times {cpu:.2f}; {keys} keystrokes, {processors} processors, load average {load:.1f} (what runs beside it makes all times longer).
"""


def write_page(path, times, spent, ratios, lines):
    used = {name: statistics.median(values) for name, values in spent.items()}
    rows = "\n".join("| " + " | ".join([{"stock": "clangd", "gilray": "gilray-clangd"}[name],
                                       *(f"{1000 * value:.0f} ms" for value in (statistics.median(values), min(values), max(values), used[name]))]) + " |"
                     for name, values in times.items())
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(PAGE.format(what=f"generated C extension of {lines} lines", rows=rows, aim=AIM, keys=len(times["stock"]), processors=os.cpu_count(), load=os.getloadavg()[0],
                                 ratio=statistics.median(ratios), least=min(ratios), most=max(ratios), rounds=len(ratios), cpu=used["gilray"] / used["stock"]))


def one_round(options, folder, path, text, line, command):
    """Seconds of waiting and of processor time after each keystroke, by server; the first two warm up."""
    os.makedirs(folder)
    servers = {"stock": start(options.stock, folder, "stock", []), "gilray": start(options.clangd, folder, "gilray", [])}
    times, spent = {name: [] for name in servers}, {name: [] for name in servers}
    for client in servers.values():
        client.compile_command(path, command)
        client.open(path, text)
    for key in range(options.keys + 2):
        for name, client in servers.items():
            begin, used = time.monotonic(), cpu_seconds(client.process.pid)
            client.change(path, keystroke(text, key, line))
            if key >= 2:
                times[name].append(time.monotonic() - begin)
                spent[name].append(cpu_seconds(client.process.pid) - used)
            time.sleep(0.1)
    for client in servers.values():
        with client:
            pass
    return times, spent


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clangd", required=True)
    parser.add_argument("--stock", default=shutil.which("clangd-22"))
    parser.add_argument("--lines", type=int, default=5000)
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
        times, spent, ratios = {"stock": [], "gilray": []}, {"stock": [], "gilray": []}, []
        for number in range(options.rounds):
            here = os.path.join(folder, str(number))
            wait, cpu = one_round(options, here, path, text, line, command)
            for name in times:
                times[name] += wait[name]
                spent[name] += cpu[name]
            ratios.append(statistics.median(wait["gilray"]) / statistics.median(wait["stock"]))
    for name, values in times.items():
        print(f"{name:8} median {1000 * statistics.median(values):6.0f} ms, from {1000 * min(values):.0f} to {1000 * max(values):.0f}; "
              f"CPU time {1000 * statistics.median(spent[name]):.0f} ms")
    ratio = statistics.median(ratios)
    print(f"ratio    {ratio:.2f} (aim: at most {AIM}; rounds from {min(ratios):.2f} to {max(ratios):.2f}), {text.count(chr(10))} lines, "
          f"{len(times['stock'])} keystrokes")
    if options.page:
        write_page(options.page, times, spent, ratios, text.count("\n"))
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
