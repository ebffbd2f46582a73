#!/usr/bin/env python3
"""What is installed works where it is put: a prefix that is moved, CMake's find_package, the Debian package.

  install_test.py BUILD_DIR [unittest options]
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = ""
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
PROJECT = """\
cmake_minimum_required(VERSION 3.20)
project(extension C)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_package(gilray REQUIRED)
add_library(bad MODULE bad.c)
target_include_directories(bad PRIVATE %s)
gilray_check(bad OPTIONS --no-config)
if(CLANG_TIDY)
  set_target_properties(bad PROPERTIES C_CLANG_TIDY
                        "${CLANG_TIDY};--load=${gilray_TIDY_PLUGIN};--checks=-*,gilray-*;--warnings-as-errors=gilray-*")
endif()
"""


def python_include():
    ask = "import sysconfig; print(sysconfig.get_paths()['include'])"
    return subprocess.run(["/usr/bin/python3", "-c", ask], capture_output=True, text=True).stdout.strip()


class Install(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="gilray-install-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.env = dict(os.environ, GILRAY_CACHE_DIR=os.path.join(self.dir, "cache"))
        self.write("bad.c", BAD)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def run_in(self, *command, status=0):
        done = subprocess.run(command, cwd=self.dir, env=self.env, capture_output=True, text=True, timeout=600)
        if status is not None:
            self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def installed(self, name="moved"):
        self.run_in("cmake", "--install", BUILD, "--prefix", os.path.join(self.dir, "first"))
        os.rename(os.path.join(self.dir, "first"), os.path.join(self.dir, name))
        return os.path.join(self.dir, name)

    def works(self, prefix):
        gilray = os.path.join(prefix, "bin", "gilray")
        said = self.run_in(gilray, "check", "--no-config", "bad.c", "--", "-isystem", python_include(), status=1)
        self.assertIn("bad.c:5:5: error", said)
        self.assertIn("clangd", self.run_in(os.path.join(prefix, "bin", "gilray-clangd"), "--version"))

    def test_a_moved_prefix(self):
        self.works(self.installed())

    def test_cmake_module(self):
        prefix = self.installed()
        self.write("CMakeLists.txt", PROJECT % python_include())
        ninja = ["-G", "Ninja"] if shutil.which("ninja") else []
        self.run_in("cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={prefix}", *ninja)
        said = self.run_in("cmake", "--build", "build", "--target", "gilray-bad", status=None)
        self.assertIn("[gilray-detached-api-call]", said)
        self.assertIn("[gilray-detached-api-call]", self.run_in("cmake", "--build", "build", "--target", "gilray", status=None))
        tidy = shutil.which("clang-tidy-22")
        if not tidy:
            self.skipTest("no clang-tidy-22 here")
        self.run_in("cmake", "-S", ".", "-B", "tidy", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCLANG_TIDY={tidy}", *ninja)
        self.assertIn("[gilray-detached-api-call", self.run_in("cmake", "--build", "tidy", status=None))

    def test_debian_package(self):
        if not all(shutil.which(name) for name in ("cpack", "dpkg-deb", "dpkg-shlibdeps")):
            self.skipTest("no dpkg-dev here")
        self.run_in("cpack", "--config", os.path.join(BUILD, "CPackConfig.cmake"), "-G", "DEB", "-B", os.path.join(self.dir, "pack"))
        [package] = [name for name in os.listdir(os.path.join(self.dir, "pack")) if name.endswith(".deb")]
        package = os.path.join(self.dir, "pack", package)
        fields = self.run_in("dpkg-deb", "--info", package)
        for name in ("libclang-cpp22", "libllvm22", "libyaml-cpp", "libclang-common-22-dev"):
            self.assertIn(name, fields)
        self.run_in("dpkg-deb", "--extract", package, "tree")
        self.works(os.path.join(self.dir, "tree", "usr"))
        for name in ("man/man1/gilray.1", "bash-completion/completions/gilray", "zsh/vendor-completions/_gilray",
                     "fish/vendor_completions.d/gilray.fish"):
            path = os.path.join(self.dir, "tree", "usr", "share", name)
            self.assertTrue(os.path.exists(path) or os.path.exists(path + ".gz"), name)


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv[1])
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
