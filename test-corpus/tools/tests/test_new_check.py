"""What ./dev new-check writes: complete enough to be filled in, and each thing it leaves open fails something."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TOOLS)
import borders
import corpus_language
import run_corpus

ROOT = run_corpus.ROOT


class NewCheck(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = cls.folder.name
        os.makedirs(os.path.join(cls.root, "checks/rules/threadstate"))
        for path in ("CMakeLists.txt", "CHANGELOG.md", "checks/Checks.def", "checks/rules/threadstate/RegionEscape.cpp"):
            shutil.copy(os.path.join(ROOT, path), os.path.join(cls.root, path))
        cls.said = cls.new_check("some-thing", "--group", "threadstate")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def new_check(cls, *arguments):
        return subprocess.run([sys.executable, os.path.join(TOOLS, "new_check.py"), *arguments], capture_output=True, text=True,
                              env={**os.environ, "GILRAY_NEW_CHECK_ROOT": cls.root})

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as stream:
            return stream.read()

    def test_it_is_listed_with_its_group(self):
        self.assertEqual(self.said.returncode, 0, self.said.stderr)
        lines = self.read("checks/Checks.def").splitlines()
        self.assertEqual(lines.index("GILRAY_CHECK_ENTRY(SomeThing)"), lines.index("GILRAY_CHECK_ENTRY(RegionEscape)") + 1)

    def test_open_record_does_not_compile(self):
        rule = os.path.join(self.root, "checks/rules/threadstate/SomeThing.cpp")
        done = subprocess.run(["clang++-22", "-std=c++20", "-fsyntax-only", "-I" + os.path.join(ROOT, "checks"),
                               "-I/usr/lib/llvm-22/include", "-fno-rtti", rule], capture_output=True, text=True)
        self.assertIn("this check's record breaks a house rule", done.stderr)
        self.assertEqual(done.stderr.count("error:"), 1, done.stderr)

    def test_open_corpus_files(self):
        bad = run_corpus.Case(os.path.join(self.root, "test-corpus/checks/gilray-some-thing/bad-direct.c"), self.root)
        self.assertEqual([annotation.check for annotation in bad.annotations], ["gilray-some-thing"])
        with self.assertRaisesRegex(corpus_language.CorpusError, "neither expect nor ok"):
            run_corpus.Case(os.path.join(self.root, "test-corpus/checks/gilray-some-thing/good-direct.c"), self.root)

    def test_open_changelog_line(self):
        self.assertEqual(len(list(borders.check_changelog(self.root))), 1)

    def test_nothing_is_overwritten(self):
        again = self.new_check("some-thing", "--group", "threadstate")
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("exists already", again.stderr)

    def test_names_are_checked(self):
        self.assertIn("kebab case", self.new_check("SomeThing", "--group", "locks").stderr)


if __name__ == "__main__":
    unittest.main()
