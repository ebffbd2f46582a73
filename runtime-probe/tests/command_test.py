#!/usr/bin/env python3
"""The commands of gilray probe, from outside: exit status, messages, files, the report's schema.

  command_test.py --gilray BIN
"""
import argparse
import html.parser
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GILRAY = None

SPEC = """version: 1
defaults: {workers: [2], strategies: [threads, processes], budget: 2s, timeout: 5s}
interpreters:
  - {id: here, python: %s}
kernels:
  - name: crc
    module: zlib
    setup: "import zlib; data = bytes(200000)"
    call: zlib.crc32(data)
    expect: {bound: "64 => >= 1", import: {here: accepted}}
""" % json.dumps(sys.executable)

MANIFEST = {"schema_version": 1, "kernels": [
    {"function": "gauge_fill", "module": "gauge", "file": "gauge.c", "line": 12, "python": [
        {"name": "gauge.fill", "kind": "function", "module": "gauge", "convention": "o"}]},
    {"function": "gauge_read", "module": "gauge", "file": "gauge.c", "line": 40, "python": [
        {"name": "gauge.Gauge.read", "kind": "method", "module": "gauge", "convention": "noargs"}]},
    {"function": "helper", "module": "gauge", "file": "gauge.c", "line": 70, "python": []}]}


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name, text=None):
        path = os.path.join(self.folder.name, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return path

    def gilray(self, *arguments, status=0):
        result = subprocess.run([GILRAY, "probe", *arguments], capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, status, result.stderr + result.stdout)
        return result

    def test_help(self):
        self.assertIn("doctor", self.gilray("--help").stdout)
        for command in ("run", "init", "report", "compare", "doctor"):
            self.assertIn("Usage: gilray probe " + command, self.gilray(command, "--help").stdout)
        self.gilray(status=2)

    def test_mistakes(self):
        self.assertIn("unknown command 'probe rnu'", self.gilray("rnu", status=2).stderr)
        self.assertIn("did you mean '--format'", self.gilray("run", "--fromat", "json", status=2).stderr)
        self.assertIn("give one spec", self.gilray("run", status=2).stderr)
        self.assertIn("cannot read the probe spec", self.gilray("run", self.path("none.yaml"), status=2).stderr)
        bad = self.path("bad.yaml", SPEC.replace("budget", "budgte"))
        self.assertIn("bad.yaml:2:", self.gilray("run", bad, status=2).stderr)
        spec = self.path("probe.yaml", SPEC)
        self.assertIn("--seed", self.gilray("run", spec, "--seed", "x", status=2).stderr)
        self.assertIn("--replay", self.gilray("run", spec, "--replay", "1", status=2).stderr)
        self.assertIn("--budget", self.gilray("run", spec, "--budget", "0", status=2).stderr)
        self.assertIn("not a report", self.gilray("report", self.path("x.json", "{}"), status=2).stderr)

    def test_no_interpreter(self):
        spec = self.path("probe.yaml", SPEC.replace(json.dumps(sys.executable), "/no/such/python"))
        self.assertIn("no program '/no/such/python'", self.gilray("run", "-q", spec, status=2).stderr)

    def test_run_report_compare(self):
        spec = self.path("probe.yaml", SPEC)
        out = self.path("probe.json")
        text = self.gilray("run", "-q", spec, "--json", out).stdout
        self.assertIn("crc  (zlib: zlib.crc32(data))", text)
        self.assertIn("expected bound: 64 => >= 1: pass", text)
        with open(out, encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual([e["outcome"] for e in report["kernels"][0]["expectations"]], ["pass", "pass"])
        shape = report["kernels"][0]["series"][0]["structure"]
        self.assertTrue(shape["measured"], report["kernels"][0]["series"][0])
        if jsonschema:
            with open(os.path.join(ROOT, "docs/schema/gilray-probe.schema.json"), encoding="utf-8") as file:
                schema = json.load(file)
            jsonschema.Draft7Validator.check_schema(schema)
            jsonschema.Draft7Validator(schema).validate(report)
        # Everything that is shown is in the file.
        self.assertEqual(self.gilray("report", out).stdout, text)
        self.assertEqual(json.loads(self.gilray("report", "--format", "json", out).stdout), report)
        self.check_page(self.gilray("report", "--format", "html", out).stdout)
        self.assertIn("| here | threads | 2 |", self.gilray("report", "--format", "markdown", out).stdout)
        suite = xml.etree.ElementTree.fromstring(self.gilray("report", "--format", "junit", out).stdout.split("?>", 1)[1])
        self.assertEqual(len(suite.findall(".//testcase")), 2)
        self.assertIn("no difference", self.gilray("compare", out, out).stdout)
        for result in report["kernels"][0]["results"]:
            result["releases_per_call"] = 0
        for series in report["kernels"][0]["series"]:
            series["structure"]["releases_per_call"] += 50
        changed = self.path("changed.json", json.dumps(report))
        self.assertIn("times per call, was", self.gilray("compare", out, changed).stdout)

    def check_page(self, text):
        """Tags are closed in order, and nothing comes from elsewhere."""
        case = self

        class Page(html.parser.HTMLParser):
            open = []

            def handle_starttag(self, tag, attributes):
                case.assertNotIn(tag, ("script", "img", "iframe"))
                for name, value in attributes:
                    case.assertFalse(name in ("src", "href") and not value.startswith(("#", "data:")), (tag, name, value))
                if tag not in ("meta", "link", "br"):
                    self.open.append(tag)

            def handle_startendtag(self, tag, attributes):
                pass

            def handle_endtag(self, tag):
                case.assertEqual(self.open.pop(), tag)

        page = Page()
        page.feed(text)
        self.assertEqual([tag for tag in page.open if tag != "p"], [])
        self.assertNotIn("http", text)
        self.assertIn("<svg", text)

    def test_failed_expectation(self):
        spec = self.path("probe.yaml", SPEC.replace(">= 1", ">= 65"))
        self.assertIn("fail", self.gilray("run", "-q", "--structure", spec, status=1).stdout)

    def test_init_from_manifest(self):
        out = self.path("new.yaml")
        manifest = self.path("kernels.json", json.dumps(MANIFEST))
        self.gilray("init", "--python", sys.executable, "--kernels", manifest, "-o", out)
        with open(out, encoding="utf-8") as file:
            text = file.read()
        self.assertIn('call: "gauge.fill(ARGUMENT)"  # fill in the arguments', text)
        self.assertIn('call: "instance.read()"', text)
        self.assertIn("# helper at gauge.c:70: no way from Python was seen", text)
        self.assertIn("is there already", self.gilray("init", "--python", sys.executable, "-o", out, status=2).stderr)
        # What init writes can be read: the module is missing, the spec is not at fault.
        self.gilray("run", "-q", "--structure", out)

    def test_init_without_anything(self):
        text = self.gilray("init", "--python", sys.executable).stdout
        self.assertIn("zlib.compress", text)

    def test_doctor(self):
        text = self.gilray("doctor", "--python", sys.executable + ",/no/such/python").stdout
        for word in ("machine", "processors", "quiet", "hand-over", "harness", "no program '/no/such/python'"):
            self.assertIn(word, text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--gilray", required=True)
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    GILRAY = os.path.abspath(options.gilray)
    unittest.main(argv=[sys.argv[0], *options.tests])
