#!/usr/bin/env python3
"""gilray as a gate: report formats held against what their readers publish, and --diff in real git repositories.

  ci_test.py GILRAY [unittest options]

SARIF is validated in cli_test.py. GitLab publishes its code quality report as a table of fields, GitHub its workflow commands as text, and
Jenkins an XML schema (junit-10.xsd of its xUnit plugin): CODE_QUALITY, COMMAND and JUNIT below say the same.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

try:
    import jsonschema
except ImportError:
    jsonschema = None

GILRAY = ""
GOOD = """\
#include <Python.h>
void touch(PyObject *o);
PyObject *use(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    ;
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
BAD = GOOD.replace("    ;\n", "    Py_INCREF(self);\n")

CODE_QUALITY = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^gilray-"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}
COMMAND = re.compile(r"::(?P<command>error|warning|notice) (?P<properties>[^:]*)::(?P<text>.+)")
# element -> (children, attributes it may have, attributes it must have)
JUNIT = {
    "testsuites": ({"testsuite"}, {"name", "time", "tests", "failures", "errors"}, set()),
    "testsuite": ({"testsuite", "properties", "testcase", "system-out", "system-err"},
                  {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package",
                   "file", "log", "url"}, {"name", "tests", "failures", "errors"}),
    "testcase": ({"skipped", "error", "failure", "system-out", "system-err"}, {"name", "time", "classname", "group"}, {"name"}),
    "failure": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
}


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="gilray-ci-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.env.update(GILRAY_CACHE_DIR=os.path.join(self.dir, ".cache"), HOME=self.dir, GIT_CONFIG_NOSYSTEM="1")

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)

    def run_in(self, *command, status=0, cwd=None):
        done = subprocess.run(command, cwd=cwd or self.dir, env=self.env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def check(self, *args, status=1, cwd=None):
        return self.run_in(GILRAY, "check", *args, status=status, cwd=cwd)


class Formats(Case):
    def setUp(self):
        super().setUp()
        # Names and messages that have a meaning in every format.
        self.write("good.c", GOOD.replace("use", "good"))
        self.write("a,b & <c>/bad.c", BAD.replace("self", "self_is_100"))
        self.write("broken.c", '#include "no/such/header.h"\n' + BAD.replace("use", "broken"))
        self.bad = "a,b & <c>/bad.c"

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_gitlab(self):
        report = json.loads(self.check("--format=gitlab", "."))
        jsonschema.Draft7Validator(CODE_QUALITY).validate(report)
        self.assertIn((self.bad, 6, "critical"),
                      [(item["location"]["path"], item["location"]["lines"]["begin"], item["severity"]) for item in report])
        self.assertEqual(len({item["fingerprint"] for item in report}), len(report))

    def test_github(self):
        lines = self.check("--format=github", ".").splitlines()
        seen = []
        for line in lines:
            match = COMMAND.fullmatch(line)
            self.assertTrue(match, line)
            values = dict(part.split("=", 1) for part in match["properties"].split(","))
            seen.append((urllib.parse.unquote(values["file"]), int(values["line"]), match["command"]))
            self.assertIn("%0A", match["text"])
        self.assertIn((self.bad, 6, "error"), seen)

    def test_junit(self):
        tree = ElementTree.fromstring(self.check("--format=junit", "."))
        self.assertEqual(tree.tag, "testsuites")
        for element in tree.iter():
            children, allowed, required = JUNIT[element.tag]
            self.assertLessEqual({child.tag for child in element}, children)
            self.assertLessEqual(set(element.attrib), allowed)
            self.assertLessEqual(required, set(element.attrib))
        suite = tree[0]
        failed = [case.get("name") for case in suite if case.find("failure") is not None]
        self.assertEqual(suite.get("failures"), str(len(failed)))
        self.assertIn(self.bad, failed)
        self.assertEqual([len(case) for case in suite if case.get("name") == "good.c"], [0])

    def test_markdown(self):
        text = self.check("--format=markdown", ".")
        rows = [line for line in text.splitlines() if line.startswith("| error")]
        self.assertTrue(any("gilray-detached-api-call" in row for row in rows))
        for row in rows:
            self.assertEqual(len(re.findall(r"(?<!\\)\|", row)), 5, row)
        self.assertNotIn("<c>", re.sub(r"`[^`]*`|\\.", "", text))
        self.assertIn("Not judged", text)

    def test_nothing_found(self):
        for form in ("gitlab", "github", "junit", "markdown"):
            self.check(f"--format={form}", "good.c", status=0)
        self.assertEqual(json.loads(self.check("--format=gitlab", "good.c", status=0)), [])


class Diff(Case):
    def setUp(self):
        super().setUp()
        self.git("init", "-q", "-b", "main")
        self.write(".gitignore", ".cache/\n")
        self.write("old.c", BAD.replace("use", "old_use"))
        self.write("helper.c", "#include <Python.h>\nvoid touch(PyObject *o)\n{\n}\n")
        self.write("touch.h", "#define TOUCH(o) ((void)0)\n")
        self.write("use.c", GOOD.replace("    ;\n", "    touch(self);\n"))
        self.write("macro.c", '#include "touch.h"\n' + GOOD.replace("    ;\n", "    TOUCH(self);\n").replace("use", "macro_use"))
        self.commit("first")

    def git(self, *args):
        return self.run_in("git", "-c", "user.name=Gil", "-c", "user.email=gil@example.org", *args)

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def found(self, *args, status):
        report = json.loads(self.check("--format=json", "--diff", *args, ".", status=status))
        return sorted((item["file"], item["line"]) for item in report["findings"])

    def test_old_findings_do_not_count(self):
        self.assertEqual(self.found("HEAD", status=0), [])
        self.write("old.c", "/* moved */\n" + BAD.replace("use", "old_use"))
        self.assertEqual(self.found("HEAD", status=0), [])

    def test_on_changed_lines(self):
        self.write("use.c", BAD)
        self.assertEqual(self.found("HEAD", status=1), [("use.c", 6)])
        # The path counts: here the line that released the GIL is new.
        self.commit("bug")
        self.write("use.c", BAD.replace("    Py_BEGIN", "     Py_BEGIN"))
        self.assertEqual(self.found("HEAD", status=1), [("use.c", 6)])

    def test_caused_elsewhere(self):
        self.write("helper.c", "#include <Python.h>\nvoid touch(PyObject *o)\n{\n    Py_INCREF(o);\n}\n")
        self.assertEqual(self.found("HEAD", status=1), [("helper.c", 4)])
        self.commit("helper")
        # Nothing on the path of the finding has changed but a line that made it safe is gone.
        self.write("use.c", GOOD.replace("    ;\n", "    touch(self);\n"))
        self.assertEqual(self.found("HEAD", status=0), [])

    def test_caused_by_a_header(self):
        self.write("touch.h", "#define TOUCH(o) Py_INCREF(o)\n")
        self.assertEqual(self.found("HEAD", status=1), [("macro.c", 7)])

    def test_new_and_renamed_files(self):
        self.write("new.c", BAD.replace("use", "new_use"))
        self.assertEqual(self.found("HEAD", status=1), [("new.c", 6)])
        os.remove(os.path.join(self.dir, "new.c"))
        self.git("mv", "old.c", "renamed.c")
        self.assertEqual(self.found("HEAD", status=0), [])

    def test_since_a_branch(self):
        self.git("checkout", "-qb", "topic")
        self.write("use.c", BAD)
        self.commit("topic")
        self.git("checkout", "-q", "main")
        self.write("old.c", GOOD.replace("use", "old_use"))
        self.commit("main goes on")
        self.git("checkout", "-q", "topic")
        self.assertEqual(self.found("main", status=1), [("use.c", 6)])

    def test_from_a_directory_below(self):
        self.write("sub/deep.c", BAD.replace("use", "deep_use"))
        out = self.check("--format=json", "--diff=HEAD", "..", cwd=os.path.join(self.dir, "sub"))
        self.assertEqual([item["line"] for item in json.loads(out)["findings"]], [6])

    def test_errors_say_what_to_do(self):
        done = subprocess.run([GILRAY, "check", "--diff=nowhere", "."], cwd=self.dir, env=self.env, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("git knows no commit 'nowhere'", done.stderr)
        outside = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, outside)
        shutil.copy(os.path.join(self.dir, "use.c"), outside)
        done = subprocess.run([GILRAY, "check", "--diff=HEAD", "."], cwd=outside, env=self.env, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("git", done.stderr)


class Baseline(Case):
    def setUp(self):
        super().setUp()
        self.write("setup.py", "")
        self.write("old.c", BAD.replace("use", "old_use"))
        self.write("other.c", BAD.replace("use", "other_use"))

    def baseline(self, *args, status=0):
        done = subprocess.run([GILRAY, "baseline", *args], cwd=self.dir, env=self.env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, status, f"{args}\n{done.stdout}\n{done.stderr}")
        return done.stdout, done.stderr

    def stored(self):
        with open(os.path.join(self.dir, ".gilray-baseline.json"), encoding="utf-8") as stream:
            return [(item["file"], item["function"]) for item in json.load(stream)["findings"]]

    def test_only_new_findings_are_reported(self):
        self.baseline("create")
        self.assertEqual(self.stored(), [("old.c", "old_use"), ("other.c", "other_use")])
        self.baseline("check")
        self.check("--baseline=.gilray-baseline.json", status=0)
        self.write("new.c", BAD.replace("use", "new_use"))
        out, _ = self.baseline("check", status=1)
        self.assertIn("new.c:6:5: error", out)
        self.assertNotIn("old.c:6", out)
        self.assertEqual(json.loads(self.check("--format=json", "--baseline=.gilray-baseline.json"))["findings"][0]["file"], "new.c")

    def test_it_does_not_see_lines_and_layout(self):
        self.baseline("create")
        self.write("old.c", "/* one */\n/* more */\n\n" + BAD.replace("use", "old_use").replace("Py_INCREF(self)",
                                                                                           "Py_INCREF(\n\t self )"))
        self.assertEqual(self.baseline("check")[0], "")

    def test_it_only_shrinks_unless_asked(self):
        self.baseline("create")
        self.baseline("create", status=2)
        self.write("old.c", GOOD.replace("use", "old_use"))
        self.write("new.c", BAD.replace("use", "new_use"))
        _, err = self.baseline("check", status=1)
        self.assertIn("fixed: old.c, 'old_use'", err)
        self.baseline("update", status=1)
        self.assertEqual(self.stored(), [("other.c", "other_use")])
        self.baseline("update", "--grow")
        self.assertEqual(self.stored(), [("new.c", "new_use"), ("other.c", "other_use")])
        os.remove(os.path.join(self.dir, "new.c"))
        self.assertIn("fixed: new.c", self.baseline("update")[1])

    def test_what_was_not_looked_at_is_not_fixed(self):
        self.baseline("create")
        for args in (("other.c",), ("--checks=gilray-region-escape", "."), ("--severity=error", "other.c")):
            self.assertNotIn("fixed", self.baseline("update", *args)[1])
        self.write("old.c", BAD.replace("use", "old_use").replace("Py_INCREF(self)", "Py_INCREF(nobody)"))
        self.baseline("update", "--quiet")
        self.assertEqual(self.stored(), [("old.c", "old_use"), ("other.c", "other_use")])

    def test_errors_say_what_to_do(self):
        self.assertIn("'gilray baseline create' makes one", self.baseline("check", status=2)[1])
        self.assertIn("create", self.baseline(status=2)[1])
        self.assertIn("create, update, check", self.baseline("shrink", status=2)[1])
        self.baseline("create")
        self.write(".gilray-baseline.json", "{}")
        self.assertIn("is no baseline", self.baseline("check", status=2)[1])


if __name__ == "__main__":
    GILRAY = os.path.abspath(sys.argv[1])
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
