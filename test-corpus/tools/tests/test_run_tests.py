"""What continuous integration relies on: the last line is "N passed, N failed", whatever happens to the run."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(TOOLS))


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="gilray-run-tests-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("GILRAY_")}

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        os.chmod(path, mode)

    def read(self, name):
        with open(os.path.join(self.dir, name), encoding="utf-8") as file:
            return file.read()

    def await_text(self, name, text):
        for _ in range(600):
            if os.path.exists(os.path.join(self.dir, name)) and text in self.read(name):
                return
            time.sleep(0.1)
        self.fail(f"{name} never said {text!r}")


class RunTests(Case):
    COMMAND = [sys.executable, os.path.join(TOOLS, "run_tests.py")]

    def tests(self, **commands):
        lines = []
        for name, command in commands.items():
            lines.append(f'add_test({name} "/bin/sh" "-c" "{command}")')
            lines.append(f"set_tests_properties({name} PROPERTIES SKIP_RETURN_CODE 77)")
        self.write("CTestTestfile.cmake", "\n".join(lines) + "\n")

    def run_tests(self, status, env=None, stdout=subprocess.PIPE):
        run = subprocess.run([*self.COMMAND, self.dir], stdout=stdout, stderr=subprocess.PIPE, timeout=300,
                             env={**self.env, **(env or {})})
        text = (run.stdout or b"").decode("utf-8", "replace")
        self.assertEqual(run.returncode, status, text + run.stderr.decode("utf-8", "replace"))
        return text.splitlines()

    def test_counts(self):
        self.tests(good="true", bad="echo why; false", skipped="exit 77", crash="kill -SEGV $$",
                   remark="echo known wrong: x")
        lines = self.run_tests(1)
        self.assertEqual(lines[-1], "2 passed, 2 failed, 1 skipped")
        self.assertIn("why", lines)
        self.assertIn("skipped test: skipped", lines)
        self.assertIn("known wrong: x", lines)
        self.assertEqual(self.read("tests.log").splitlines(), lines)

    def test_all_well(self):
        self.tests(good="true")
        self.assertEqual(self.run_tests(0, {"GILRAY_STARTED": str(int(time.time()))})[-1], "1 passed, 0 failed")
        self.assertRegex(self.run_tests(0, {"GILRAY_STARTED": str(int(time.time()) - 5)})[-2], r"^total time: \d+ s$")

    def test_missing_executable_is_no_skip(self):
        self.write("CTestTestfile.cmake", 'add_test(gone "/no/such/file")\nadd_test(good "/bin/true")\n')
        self.assertEqual(self.run_tests(1)[-1], "1 passed, 1 failed")

    def test_no_tests(self):
        self.assertRegex(self.run_tests(1)[-1], r"^0 passed, [1-9]\d* failed$")

    def test_no_ctest(self):
        self.tests(good="true")
        self.assertEqual(self.run_tests(1, {"PATH": "/nonexistent"})[-1], "0 passed, 1 failed")

    def test_a_test_that_hangs(self):
        self.tests(good="true", hangs="sleep 1000")
        self.assertEqual(self.run_tests(1, {"GILRAY_TEST_TIMEOUT": "1"})[-1], "1 passed, 1 failed")

    def test_a_run_that_hangs(self):
        # What has run counts, everything else has failed.
        self.tests(a="true", b="sleep 1000", c="sleep 1000", d="sleep 1000")
        lines = self.run_tests(1, {"GILRAY_TEST_LIMIT": "4"})
        self.assertIn("run_tests: not done after 4 s; ending ctest and its tests", lines)
        self.assertEqual(lines[-1], "1 passed, 3 failed")

    def test_told_to_stop(self):
        self.tests(a="true", b="echo > started; sleep 1000")
        process = subprocess.Popen([*self.COMMAND, self.dir], stdout=subprocess.PIPE, env=self.env)
        self.await_text("started", "\n")
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
        self.assertRegex(out.decode().splitlines()[-1], r"^[01] passed, [12] failed$")
        self.assertEqual(process.returncode, 1)

    def test_nobody_reads(self):
        self.tests(**{f"t{n}": "echo $$; false" for n in range(50)})
        process = subprocess.Popen([*self.COMMAND, self.dir], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env)
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(300), 1)
        self.assertEqual(self.read("tests.log").splitlines()[-1], "0 passed, 50 failed")

    def test_full_disk(self):
        self.tests(good="true")
        with open("/dev/full", "wb") as full:
            self.run_tests(0, stdout=full)
        self.assertEqual(self.read("tests.log").splitlines()[-1], "1 passed, 0 failed")

    def test_any_bytes_in_any_locale(self):
        self.tests(bad=r"printf '\\303\\274 \\377 \\001 gr\\303\\274n\\n'; false")
        for locale in ({"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}):
            with self.subTest(locale=locale):
                self.assertEqual(self.run_tests(1, locale)[-1], "0 passed, 1 failed")


class CiRun(Case):
    def setUp(self):
        super().setUp()
        os.makedirs(os.path.join(self.dir, ".ci"))
        shutil.copy(os.path.join(ROOT, ".ci", "run"), os.path.join(self.dir, ".ci", "run"))
        self.command = [os.path.join(self.dir, ".ci", "run")]

    def dev(self, text):
        self.write("dev", "#!/usr/bin/env bash\n" + text, 0o755)

    def ci(self, status, **options):
        run = subprocess.run(self.command, stderr=subprocess.STDOUT, timeout=300, env={**self.env, **options.pop("env", {})},
                             **{"stdout": subprocess.PIPE, **options})
        self.assertEqual(run.returncode, status, run.stdout)
        return (run.stdout or b"").decode().splitlines()

    def test_passes_on(self):
        self.dev('echo "to stderr" >&2; echo "3 passed, 0 failed"')
        self.assertEqual(self.ci(0), ["to stderr", "3 passed, 0 failed"])
        self.dev('echo "3 passed, 1 failed, 2 skipped"; exit 1')
        self.assertEqual(self.ci(1), ["3 passed, 1 failed, 2 skipped"])

    def test_ends_without_counting(self):
        for text, status in [("echo configuring; exit 2", 2), ("echo building; kill -9 $$", 137), ("echo odd", 1)]:
            with self.subTest(text=text):
                self.dev(text)
                lines = self.ci(status)
                self.assertEqual(lines[-1], "0 passed, 1 failed")
                self.assertRegex(lines[-2], r"^total time: \d+ s$")

    def test_hangs(self):
        self.dev("echo hi; sleep 1000")
        lines = self.ci(124, env={"GILRAY_CI_LIMIT": "2"})
        self.assertIn(".ci/run: not done after 2 s", lines)
        self.assertEqual(lines[-1], "0 passed, 1 failed")

    def test_told_to_stop(self):
        self.dev("echo started; sleep 1000")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            for everybody in (False, True):
                with self.subTest(number=number, everybody=everybody):
                    process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                               env=self.env, start_new_session=True)
                    self.await_text("build/ci.log", "started")
                    (os.killpg if everybody else os.kill)(process.pid, number)
                    out, _ = process.communicate(timeout=60)
                    self.assertEqual(out.decode().splitlines()[-1], "0 passed, 1 failed")
                    self.assertNotEqual(process.returncode, 0)
                    os.unlink(os.path.join(self.dir, "build", "ci.log"))

    def test_nobody_reads(self):
        self.dev('seq 1 100000; echo "3 passed, 0 failed"')
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, env=self.env)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(60), 0)
        self.assertEqual(self.read("build/ci.log").splitlines()[-1], "3 passed, 0 failed")

    def test_closed_streams(self):
        self.dev('echo "3 passed, 0 failed"')
        for closed in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
            with self.subTest(closed=closed):
                subprocess.run(["bash", "-c", f"'{self.command[0]}' {closed}"], check=True, timeout=60,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.assertEqual(self.read("build/ci.log"), "3 passed, 0 failed\n")


if __name__ == "__main__":
    unittest.main()
