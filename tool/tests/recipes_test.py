#!/usr/bin/env python3
"""What the documentation tells people to copy, run as they would: the action for GitHub, the job for GitLab, Meson, Bear.

  recipes_test.py GILRAY          exit status 77 without PyYAML
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:
    yaml = None

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GILRAY = None
GOOD = """\
#include <Python.h>
PyObject *call(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    ;
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
BAD = GOOD.replace("    ;\n", "    Py_INCREF(self);\n")
NEEDS_FLAG = "#ifndef FLAG_OF_THE_BUILD\n#error no flags\n#endif\n" + BAD


def python_include():
    ask = "import sysconfig; print(sysconfig.get_paths()['include'])"
    return subprocess.run(["/usr/bin/python3", "-c", ask], capture_output=True, text=True).stdout.strip()


class Recipes(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="gilray-recipes-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.env = {**os.environ, "PATH": os.path.dirname(GILRAY) + ":/usr/bin:/bin", "HOME": self.dir,
                    "GILRAY_CACHE_DIR": os.path.join(self.dir, ".cache"), "GIT_CONFIG_GLOBAL": os.devnull}

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def read(self, name):
        with open(os.path.join(self.dir, name), encoding="utf-8") as stream:
            return stream.read()

    def run_in(self, *command, status=0, **env):
        done = subprocess.run(command, cwd=self.dir, env={**self.env, **env}, capture_output=True, text=True, timeout=300)
        if status is not None:
            self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def pull_request(self):
        """A repository in which the last commit adds one bug beside an old one; the commit before."""
        git = ("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        self.run_in("git", "init", "-q")
        self.write("old.c", BAD.replace("call", "old"))
        self.write("new.c", GOOD)
        self.run_in("git", "add", "old.c", "new.c")
        self.run_in(*git, "commit", "-qm", "before")
        base = self.run_in("git", "rev-parse", "HEAD").strip()
        self.write("new.c", BAD)
        self.run_in(*git, "commit", "-qam", "after")
        return base

    def action(self, status, **inputs):
        """Runs the action's only step with inputs, as a runner does."""
        with open(os.path.join(ROOT, "docs", "ci", "github", "action.yml"), encoding="utf-8") as stream:
            action = yaml.safe_load(stream)
        self.assertEqual(action["runs"]["using"], "composite")
        step, = action["runs"]["steps"]
        self.assertEqual(step["shell"], "bash")
        self.assertNotIn("${{", step["run"])
        env = {}
        for name, text in step["env"].items():
            key = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", text)[1]
            default = str(action["inputs"][key]["default"])
            env[name] = inputs.get(key, "" if "${{" in default else default)
        return self.run_in("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], status=status,
                           GITHUB_STEP_SUMMARY=os.path.join(self.dir, "summary.md"), **env)

    def test_github_action(self):
        base = self.pull_request()
        said = self.action(1, base=base)
        self.assertIn("::error file=new.c,line=5", said)
        self.assertNotIn("file=old.c", said)
        self.assertIn("new.c:5", self.read("summary.md"))
        self.assertIn("file=old.c", self.action(1))
        self.action(0, base=base, **{"fail-on": "never"})
        self.action(0, base=base, paths="old.c")
        self.action(2, base="no-such-commit")

    def test_gitlab_job(self):
        base = self.pull_request()
        with open(os.path.join(ROOT, "docs", "ci", "gitlab.yml"), encoding="utf-8") as stream:
            job = yaml.safe_load(stream)["gilray"]
        said = self.run_in("bash", "-ec", "\n".join(job["script"]), status=1, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, CI_PROJECT_DIR=self.dir)
        self.assertIn("new.c:5:5: error", said)
        report = json.loads(self.read(job["artifacts"]["reports"]["codequality"]))
        self.assertEqual([item["location"]["path"] for item in report], ["new.c"])

    def test_meson(self):
        if not shutil.which("meson"):
            self.skipTest("no Meson on this machine (Debian: apt-get install meson ninja-build)")
        self.write("module.c", NEEDS_FLAG)
        self.write("meson.build", "project('x', 'c')\nshared_module('x', 'module.c', c_args: ['-DFLAG_OF_THE_BUILD', '-isystem%s'])\n" % python_include()
                   + self.recipe("run_target"))
        self.run_in("meson", "setup", "builddir", CC="clang-22")
        self.assertIn("module.c:8:5: error", self.run_in("gilray", "check", "--no-config", "-p", "builddir", status=1))
        said = self.run_in("meson", "compile", "-C", "builddir", "gilray", status=None)
        self.assertIn("module.c:8:5: error", said)

    def recipe(self, word):
        """The indented block of docs/guide/build-systems.md with that word."""
        with open(os.path.join(ROOT, "docs", "guide", "build-systems.md"), encoding="utf-8") as stream:
            blocks = re.findall(r"(?:^    .*\n)+", stream.read(), re.M)
        block = next(block for block in blocks if word in block)
        return "".join(line[4:] + "\n" for line in block.splitlines())

    def test_setuptools_with_bear(self):
        if not shutil.which("bear"):
            self.skipTest("no Bear on this machine (Debian: apt-get install bear)")
        if subprocess.run(["/usr/bin/python3", "-c", "import setuptools"], capture_output=True).returncode:
            self.skipTest("no setuptools for /usr/bin/python3")
        self.write("module.c", NEEDS_FLAG)
        self.write("setup.py", "from setuptools import Extension, setup\n"
                   "setup(name='x', ext_modules=[Extension('x', ['module.c'], define_macros=[('FLAG_OF_THE_BUILD', None)])])\n")
        self.run_in("bear", "--", "/usr/bin/python3", "setup.py", "build_ext", "--force", CC="clang-22")
        self.assertIn("module.c:8:5: error", self.run_in("gilray", "check", "--no-config", status=1))


if __name__ == "__main__":
    GILRAY = os.path.abspath(sys.argv.pop(1))
    if yaml is None:
        print("skipped: no PyYAML for this Python")
        sys.exit(77)
    unittest.main()
