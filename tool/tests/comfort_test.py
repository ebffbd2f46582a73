#!/usr/bin/env python3
"""What makes a command pleasant: help on one screen, the manual, completion in real shells, terminals, the hint.

  comfort_test.py GILRAY
"""
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import fcntl
import unittest

GILRAY = None
COMMANDS = ("check", "readiness", "index", "baseline", "report", "list", "explain", "ir", "catalogue", "cache", "completion", "manual")
BAD = """\
#include <Python.h>
PyObject *bad(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(self);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""


def gilray(*arguments, status=0, **more):
    done = subprocess.run([GILRAY, *arguments], capture_output=True, text=True, **more)
    if done.returncode != status:
        raise AssertionError(f"gilray {arguments}: status {done.returncode}: {done.stderr}")
    return done.stdout + done.stderr


def in_terminal(*arguments, columns=80, cwd=None, **environment):
    """Everything that a terminal of that width is sent."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    env.update(environment, TERM="xterm-256color")
    process = subprocess.Popen([GILRAY, *arguments], stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=env)
    os.close(slave)
    said = b""
    while True:
        if select.select([master], [], [], 0.2)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            if not data:
                break
            said += data
        elif process.poll() is not None:
            break
    process.wait()
    os.close(master)
    return said.decode("utf-8", "replace").replace("\r\n", "\n")


class Comfort(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="gilray-comfort-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.write("bad.c", BAD)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def test_help_fits_a_screen(self):
        for command in ("",) + COMMANDS:
            lines = gilray(*[command] if command else [], "--help").splitlines()
            self.assertLessEqual(len(lines), 40, command)
            self.assertLessEqual(max(map(len, lines)), 110, command)
        self.assertIn("--resource-dir", gilray("check", "--help-all"))
        self.assertNotIn("--resource-dir", gilray("check", "--help"))

    def test_help_follows_the_terminal(self):
        for columns in (70, 100):
            widest = max(len(line) for line in in_terminal("check", "--help", columns=columns).splitlines() if line.startswith(" "))
            self.assertLessEqual(widest, columns)

    def test_did_you_mean(self):
        for arguments, meant in ((("chekc",), "check"), (("check", "--formt", "json"), "--format"), (("explain", "detached-api-cal"), "detached-api-call"),
                                 (("check", "--checks=gilray-detached-api-cal", "."), "detached-api-call")):
            self.assertRegex(gilray(*arguments, status=2, cwd=self.dir), "did you mean '[a-z-]*" + meant, arguments)

    def test_colour_where_it_is_wanted(self):
        cache = os.path.join(self.dir, "cache")
        check = ("check", "bad.c", "--no-config")
        self.assertIn("\x1b[", in_terminal(*check, cwd=self.dir, GILRAY_CACHE_DIR=cache))
        self.assertNotIn("\x1b[", in_terminal(*check, cwd=self.dir, GILRAY_CACHE_DIR=cache, NO_COLOR="1"))
        self.assertNotIn("\x1b[", in_terminal("chekc", NO_COLOR="1"))
        self.assertNotIn("\x1b[", gilray(*check, status=1, cwd=self.dir))

    def test_the_hint_comes_once(self):
        cache = os.path.join(self.dir, "cache")
        first = in_terminal("check", "bad.c", "--no-config", cwd=self.dir, GILRAY_CACHE_DIR=cache)
        self.assertIn("gilray explain detached-api-call", first)
        self.assertNotIn("next:", in_terminal("check", "bad.c", "--no-config", cwd=self.dir, GILRAY_CACHE_DIR=cache))
        self.assertNotIn("next:", gilray("check", "bad.c", status=1, cwd=self.dir, env={**os.environ, "GILRAY_CACHE_DIR": cache + "2"}))

    def test_progress_of_a_long_run(self):
        files = [self.write(f"file{i}.c", BAD.replace("bad(", f"bad{i}(")) for i in range(40)]
        said = in_terminal("check", "--no-config", "--no-cache", "-j1", *files, columns=60, cwd=self.dir)
        bars = re.findall(r"\r\x1b\[2K([#.]+) (\d+)/40 ([^\r\n]*)", said)
        self.assertTrue(bars, "a run of seconds shows how far it is")
        for bar, done, name in bars:
            self.assertLess(len(bar) + len(done) + len(name) + 5, 60)
        self.assertNotIn("2K", gilray("check", "--no-config", "--no-cache", *files, status=1, cwd=self.dir))

    def test_manual(self):
        text = gilray("manual")
        for word in (*COMMANDS, "resource\\-dir", "NO_COLOR", "EXIT STATUS"):
            self.assertIn(word, text)
        if shutil.which("man"):
            page = self.write("gilray.1", text)
            done = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
            self.assertEqual(done.stderr, "")
            self.assertIn("--severity LEVEL", done.stdout)
        else:
            print("no man: the manual was not rendered", file=sys.stderr)

    def bash(self, line):
        """The words that bash offers at the end of the line."""
        script = self.write("gilray.bash", gilray("completion", "bash"))
        words = line.split(" ")
        program = f"source {script}; COMP_WORDS=({' '.join(repr(w) for w in words)}); COMP_CWORD={len(words) - 1}; _gilray; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        done = subprocess.run(["bash", "--norc", "-c", program], cwd=self.dir, capture_output=True, text=True,
                              env={**os.environ, "PATH": os.path.dirname(GILRAY) + ":" + os.environ["PATH"]})
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash(self):
        self.assertEqual(self.bash("gilray ch"), ["check"])
        self.assertEqual(self.bash("gilray check --sev"), ["--severity"])
        self.assertEqual(self.bash("gilray check --severity e"), ["error"])
        self.assertEqual(self.bash("gilray check --format = g"), ["github", "gitlab"])
        self.assertEqual(self.bash("gilray report --format "), ["html", "markdown"])
        self.assertEqual(self.bash("gilray readiness --fail-on b"), ["blocked"])
        self.assertEqual(self.bash("gilray explain gilray-double-d"), ["gilray-double-detach"])
        self.assertEqual(self.bash("gilray baseline u"), ["update"])
        self.assertEqual(self.bash("gilray check ba"), ["bad.c"])
        self.assertIn("--budget", self.bash("gilray probe run --b"))

    def test_zsh(self):
        if not shutil.which("zsh"):
            self.skipTest("no zsh on this machine")
        script = self.write("_gilray", gilray("completion", "zsh"))
        subprocess.run(["zsh", "-n", script], check=True)
        program = f"autoload -U compinit; compinit -u -D; source {script}; print ${{_comps[gilray]}}"
        done = subprocess.run(["zsh", "-f", "-c", program], capture_output=True, text=True)
        self.assertEqual((done.stdout.strip(), done.stderr), ("_gilray", ""))

    def test_fish(self):
        if not shutil.which("fish"):
            self.skipTest("no fish on this machine")
        script = self.write("gilray.fish", gilray("completion", "fish"))
        ask = f"source {script}; complete -C 'gilray check --severity '; complete -C 'gilray ba'"
        done = subprocess.run(["fish", "--no-config", "-c", ask], capture_output=True, text=True, env={**os.environ, "HOME": self.dir})
        self.assertIn("warning", done.stdout)
        self.assertIn("baseline", done.stdout)


if __name__ == "__main__":
    GILRAY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
