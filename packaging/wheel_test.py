#!/usr/bin/env python3
"""The wheel in an environment of its own, with LLVM taken off the machine: what it needs it brings.

  wheel_test.py DIRECTORY_OF_WHEELS          exit status 77 without a wheel; ./dev wheel makes one
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

WHEEL = ""
BAD = """\
#include <Python.h>
#include <stdatomic.h>
PyObject *bad(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(self);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
# In a mount namespace: LLVM's directories are empty, its libraries and those that only it needs are no libraries.
HIDE = r"""
for directory in /usr/lib/llvm-*; do [ ! -d "$directory" ] || mount -t tmpfs none "$directory"; done
for library in /usr/lib/*/libLLVM*.so* /usr/lib/*/libclang*.so* /usr/lib/*/libyaml-cpp.so* /usr/lib/*/libz3.so*; do
  [ ! -f "$library" ] || mount --bind /dev/null "$library"
done
for program in /usr/bin/clang* /usr/bin/llvm*; do [ ! -f "$program" ] || mount --bind /dev/null "$program"; done
exec "$@"
"""


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.mkdtemp(prefix="gilray-wheel-")
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        venv = os.path.join(cls.dir, "venv")
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", venv], check=True)
        subprocess.run([sys.executable, "-m", "pip", "--python", venv, "install", "-q", "--no-index", "--disable-pip-version-check", WHEEL], check=True)
        cls.gilray = os.path.join(venv, "bin", "gilray")
        with open(os.path.join(cls.dir, "bad.c"), "w", encoding="utf-8") as stream:
            stream.write(BAD)

    def bare(self, *command):
        """Runs the command where there is no LLVM."""
        env = {"PATH": os.environ["PATH"], "HOME": self.dir, "LC_ALL": "C.UTF-8"}
        unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        return run(*unshare, "bash", "-ec", HIDE, "bash", *command, cwd=self.dir, env=env)

    def setUp(self):
        hidden = self.bare("sh", "-c", "ls -A /usr/lib/llvm-22 2>/dev/null | wc -l")
        if hidden.returncode or hidden.stdout.strip() != "0":
            self.skipTest("this machine lets nobody make a mount namespace: " + hidden.stderr)

    def test_libraries(self):
        said = run("ldd", self.gilray).stdout
        needed = {line.split()[0].split("/")[-1].split(".")[0] for line in said.splitlines() if line.strip()}
        self.assertLessEqual(needed, {"linux-vdso", "libc", "libm", "libdl", "libpthread", "ld-linux-x86-64", "ld-linux-aarch64"})

    def test_a_bug_is_found(self):
        done = self.bare(self.gilray, "check", "--no-config", "--python", "/usr/bin/python3", "bad.c")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("bad.c:6:5: error", done.stdout)
        self.assertIn("0 incomplete", done.stderr)

    def test_the_probe_has_its_harness(self):
        done = self.bare(self.gilray, "probe", "doctor")
        self.assertIn("lib/gilray/gilray_probe_harness.so", done.stdout)
        self.assertNotIn("missing", done.stdout)

    def test_what_is_in_it(self):
        with zipfile.ZipFile(WHEEL) as wheel:
            names = wheel.namelist()
        for part in ("data/bin/gilray", "lib/gilray/clang/include/stddef.h", "share/man/man1/gilray.1", "licences/llvm-22-dev", "licences/libyaml-cpp-dev"):
            self.assertTrue(any(part in name for name in names), part)
        installed = sum(os.path.getsize(os.path.join(top, name)) for top, _, files in os.walk(os.path.join(self.dir, "venv")) for name in files)
        print(f"wheel {os.path.getsize(WHEEL) / 1e6:.1f} MB, installed {installed / 1e6:.1f} MB", file=sys.stderr)
        self.assertLess(os.path.getsize(WHEEL), 60e6)


if __name__ == "__main__":
    wheels = sorted(glob.glob(os.path.join(sys.argv.pop(1), "gilray-*.whl")), key=os.path.getmtime)
    if not wheels:
        print("skipped: no wheel to test; ./dev wheel makes one and tests it")
        sys.exit(77)
    WHEEL = os.path.abspath(wheels[-1])
    unittest.main()
