#!/usr/bin/env python3
"""The gilray command as a user meets it: exit statuses, formats, configuration errors, bad input, determinism.

  cli_test.py GILRAY [unittest options]
"""
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

GILRAY = ""
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

GOOD = """\
#include <Python.h>
PyObject *good(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
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


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="gilray-cli-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        # A cache of the test's own: neither seen by nor seeing what runs beside it.
        self.env = dict(os.environ, GILRAY_CACHE_DIR=os.path.join(self.dir, ".cache"))
        self.env.pop("NO_COLOR", None)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return path

    def run_gilray(self, *args, expect, cwd=None, env=None):
        run = subprocess.run([GILRAY, *args], cwd=cwd or self.dir, capture_output=True, timeout=300,
                             env={**self.env, **(env or {})})
        out, err = run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")
        self.assertEqual(run.returncode, expect, f"gilray {' '.join(args)}\n{out}\n{err}")
        return out, err

    def findings(self, *args, expect):
        out, _ = self.run_gilray("check", "--format=json", *args, expect=expect)
        return json.loads(out)


class ExitStatus(Case):
    def test_nothing_found(self):
        self.write("good.c", GOOD)
        out, err = self.run_gilray("check", "good.c", expect=0)
        self.assertEqual(out, "")
        self.assertRegex(err.splitlines()[-1],
                         r"^1 file checked: 0 errors, 0 warnings, 0 notes, 0 incomplete, \d+\.\d\d s$")

    def test_findings(self):
        self.write("bad.c", BAD)
        out, err = self.run_gilray("check", "bad.c", expect=1)
        self.assertIn("bad.c:5:5: error: ", out)
        self.assertIn("[gilray-detached-api-call]", out)
        self.assertIn("    5 |     Py_INCREF(self);\n      |     ^~~~~~~~~~~~~~~\n", out)
        self.assertIn("bad.c:4:5: note: ", out)
        self.assertIn("1 error,", err.splitlines()[-1])

    def test_failing_severity(self):
        self.write("bad.c", BAD)
        self.run_gilray("check", "bad.c", "--fail-on=never", expect=0)
        self.write("note.c", GOOD.replace("Py_RETURN_NONE;", "Py_RETURN_NONE; // NOLINT(gilray-region-escape)"))
        self.run_gilray("check", "note.c", expect=0)
        self.run_gilray("check", "note.c", "--severity=note", expect=0)
        out, _ = self.run_gilray("check", "note.c", "--severity=note", "--fail-on=note", expect=1)
        self.assertIn("[gilray-unused-suppression]", out)

    def test_job_not_done(self):
        for args, message in [
            (["check", "nope.c"], "no such file or directory: 'nope.c'"),
            (["check"], "no C or C++ source in directory '.'"),
            (["check", "--nonsense"], "unknown option '--nonsense'"),
            (["check", "--checks=gilray-detatched-api-call"], "did you mean 'gilray-detached-api-call'"),
            (["check", "--checks=-*"], "no check is selected"),
            (["check", "--config=no.yaml"], "cannot read configuration 'no.yaml'"),
            (["check", "-p", "nowhere"], "no compile_commands.json in 'nowhere'"),
            (["check", "--python=no-such-python"], "no-such-python"),
            (["check", "--resource-dir=/nowhere"], "/nowhere"),
            (["explain", "detatched-api-call"], "did you mean 'gilray-detached-api-call'"),
            (["explain"], "name a check"),
            (["ir"], "prints one file"),
            (["ir", "nope.c"], "no such file"),
            (["cache", "burn"], "gilray cache clean"),
            (["catalogue"], "--json"),
            ([], "Usage: gilray COMMAND"),
        ]:
            with self.subTest(args=args):
                out, err = self.run_gilray(*args, expect=2)
                self.assertIn(message, err)
                self.assertEqual(out, "")

    def test_unwritable_output(self):
        self.write("good.c", GOOD)
        self.run_gilray("check", "good.c", "--output=no/such/dir/x", expect=2)

    def test_strict(self):
        self.write("broken.c", GOOD + "PyObject *broken(void) { return undeclared; }\n")
        _, err = self.run_gilray("check", "broken.c", expect=0)
        self.assertIn("incomplete (--stats lists them)", err)
        _, err = self.run_gilray("check", "broken.c", "--strict", expect=2)
        self.assertIn("incomplete: broken.c:8: ", err)


GAUGE = """\
#include <Python.h>
#include <unistd.h>
typedef struct { PyObject_HEAD int fd; } Gauge;
static void fetch(Gauge *self, char *to)
{
    Py_BEGIN_ALLOW_THREADS
    read(self->fd, to, 4096);
    Py_END_ALLOW_THREADS
}
static PyObject *gauge_read(PyObject *self, PyObject *unused)
{
    char buffer[4096];
    fetch((Gauge *)self, buffer);
    return PyBytes_FromString(buffer);
}
static PyObject *plain(PyObject *self, PyObject *arg) { return Py_NewRef(arg); }
static PyMethodDef Gauge_methods[] = {{"read", gauge_read, METH_NOARGS, 0}, {0}};
static PyTypeObject GaugeType = {PyVarObject_HEAD_INIT(0, 0) .tp_name = "demo.Gauge", .tp_methods = Gauge_methods};
static PyMethodDef methods[] = {{"plain", plain, METH_O, 0}, {0}};
static PyModuleDef def = {PyModuleDef_HEAD_INIT, "demo", 0, -1, methods};
PyMODINIT_FUNC PyInit_demo(void) { PyType_Ready(&GaugeType); return PyModule_Create(&def); }
"""


class Kernels(Case):
    def manifest(self, *args, expect=0):
        self.run_gilray("check", "--checks=gilray-*,-gilray-single*,-gilray-static*,-gilray-missing*",
                        "--kernels=kernels.json", *args, expect=expect)
        with open(os.path.join(self.dir, "kernels.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_manifest_follows_its_schema(self):
        self.write("gauge.c", GAUGE)
        manifest = self.manifest("gauge.c")
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        with open(os.path.join(ROOT, "docs/schema/gilray-kernels.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft7Validator.check_schema(schema)
        jsonschema.Draft7Validator(schema).validate(manifest)

    def test_what_releases_with_its_name_in_python(self):
        self.write("gauge.c", GAUGE)
        kernels = self.manifest("gauge.c")["kernels"]
        self.assertEqual([k["function"] for k in kernels], ["fetch"])
        fetch = kernels[0]
        self.assertEqual((fetch["module"], fetch["file"], fetch["line"]), ("demo", "gauge.c", 4))
        self.assertEqual([(c["name"], c["convention"], c["distance"]) for c in fetch["python"]],
                         [("demo.Gauge.read", "noargs", 1)])
        self.assertEqual([c["line"] for c in fetch["detaches"]], [6])
        self.assertEqual([c["line"] for c in fetch["attaches"]], [8])
        self.assertLess(fetch["attached_share_guess"], 0.1)

    def test_findings_of_the_group_are_joined(self):
        attached = GAUGE.replace("    Py_BEGIN_ALLOW_THREADS\n", "").replace("    Py_END_ALLOW_THREADS\n", "")
        attached = attached.replace("4096", "65536")
        self.write("gauge.c", attached)
        kernels = self.manifest("gauge.c", expect=1)["kernels"]
        self.assertEqual([(k["function"], k["detaches"]) for k in kernels], [("gauge_read", [])])
        report = self.findings("--checks=gilray-blocking-*", "gauge.c", expect=1)
        self.assertEqual(kernels[0]["findings"], [f["fingerprint"] for f in report["findings"]])
        self.write("gauge.c", attached.replace("    fetch(", "    // NOLINTNEXTLINE(gilray-*): on purpose\n    fetch("))
        self.assertEqual(self.manifest("gauge.c")["kernels"], [])

    def test_nothing_to_measure(self):
        self.write("good.c", "int nothing(void) { return 0; }\n")
        self.assertEqual(self.manifest("good.c")["kernels"], [])

    def test_unwritable_manifest(self):
        self.write("good.c", GOOD)
        _, err = self.run_gilray("check", "good.c", "--kernels=no/such/dir/x", expect=2)
        self.assertIn("no/such/dir/x", err)
        self.run_gilray("check", "good.c", "--kernels=", expect=2)


class Formats(Case):
    def setUp(self):
        super().setUp()
        self.write("bad.c", BAD)
        self.write("sub/gr\u00fcn.cpp", BAD)
        self.write("latin.c", BAD.encode() + b"/* \xe9 */ PyObject *l(PyObject *m) { Py_BEGIN_ALLOW_THREADS "
                                             b"Py_INCREF(m); /* \xe9 */ Py_END_ALLOW_THREADS return m; }\n")

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_json_follows_its_schema(self):
        with open(os.path.join(ROOT, "docs/schema/gilray-findings.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft7Validator.check_schema(schema)
        for args, status in [(["."], 1), (["--severity=note", "--target=3.11,3.11", "."], None)]:
            run = subprocess.run([GILRAY, "check", "--format=json", *args], cwd=self.dir, capture_output=True,
                                 env=self.env)
            if status is not None:
                self.assertEqual(run.returncode, status, run.stderr)
            report = json.loads(run.stdout)
            jsonschema.Draft7Validator(schema).validate(report)
            self.assertEqual(report["files"], ["bad.c", "latin.c", "sub/gr\u00fcn.cpp"])

    def test_json_content(self):
        report = self.findings(".", expect=1)
        first = report["findings"][0]
        self.assertEqual({k: first[k] for k in ("check", "severity", "file", "line", "column", "end_line", "end_column",
                                                "function")},
                         {"check": "gilray-detached-api-call", "severity": "error", "file": "bad.c", "line": 5,
                          "column": 5, "end_line": 5, "end_column": 20, "function": "bad"})
        self.assertEqual([n["line"] for n in first["notes"] if n["kind"] == "path"][0], 4)
        self.assertEqual(len({f["fingerprint"] for f in report["findings"]}), len(report["findings"]))

    def test_fingerprints_survive_edits_and_working_directories(self):
        self.write("setup.py", "")
        before = self.findings("bad.c", expect=1)["findings"][0]["fingerprint"]
        self.write("bad.c", "/* one */\n/* more */\n" + BAD.replace("Py_INCREF(self)", "Py_INCREF(\n        self)"))
        out, _ = self.run_gilray("check", "--format=json", "../bad.c", cwd=os.path.join(self.dir, "sub"), expect=1)
        self.assertEqual(json.loads(out)["findings"][0]["fingerprint"], before)

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_sarif_follows_the_standard(self):
        out, _ = self.run_gilray("check", "--format=sarif", ".", expect=1)
        log = json.loads(out)
        with open(os.path.join(ROOT, "test-corpus/doors/sarif-schema-2.1.0.json"), encoding="utf-8") as file:
            jsonschema.Draft4Validator(json.load(file)).validate(log)
        run = log["runs"][0]
        result = run["results"][0]
        self.assertEqual(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"], result["ruleId"])
        flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
        self.assertEqual([s["location"]["physicalLocation"]["region"]["startLine"] for s in flow][-1], 5)
        self.assertIn("gilray/v1", result["partialFingerprints"])

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_sarif_has_a_flow_for_each_thread(self):
        self.write("two.c", """#include <Python.h>
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static PyObject *use(PyObject *self, PyObject *arg)
{
    pthread_mutex_lock(&m);
    PyObject *r = PyObject_CallObject(arg, NULL);
    pthread_mutex_unlock(&m);
    return r;
}
static PyMethodDef methods[] = {{"use", use, METH_O, NULL}, {NULL}};
""")
        out, _ = self.run_gilray("check", "--format=sarif", "two.c", expect=1)
        log = json.loads(out)
        with open(os.path.join(ROOT, "test-corpus/doors/sarif-schema-2.1.0.json"), encoding="utf-8") as file:
            jsonschema.Draft4Validator(json.load(file)).validate(log)
        flows = log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"]
        steps = {f["id"]: [(s["location"]["physicalLocation"]["region"]["startLine"], s["state"]["thread state"]["text"])
                           for s in f["locations"]] for f in flows}
        self.assertEqual(steps, {"thread 1": [(6, "attached"), (7, "detached")], "thread 2": [(6, "attached")]})

    def test_output_file_and_color(self):
        direct, _ = self.run_gilray("check", ".", expect=1)
        out, _ = self.run_gilray("check", ".", "-o", "report.txt", expect=1)
        self.assertEqual(out, "")
        with open(os.path.join(self.dir, "report.txt"), encoding="utf-8", errors="replace") as file:
            self.assertEqual(file.read(), direct)
        self.assertNotIn("\x1b", direct)
        colored, _ = self.run_gilray("check", ".", "--color=always", expect=1)
        self.assertIn("\x1b[", colored)

    def test_quiet_says_only_findings(self):
        _, err = self.run_gilray("check", "--quiet", "bad.c", expect=1)
        self.assertEqual(err, "")


class Selection(Case):
    def test_checks_and_severity(self):
        self.write("bad.c", BAD)
        self.run_gilray("check", "--checks=-gilray-detached-api-call", "bad.c", expect=0)
        self.run_gilray("check", "--checks=gilray-region-*", "bad.c", expect=0)
        self.run_gilray("check", "--checks=-*,detached-*", "bad.c", expect=1)

    def test_configuration(self):
        self.write("src/bad.c", BAD)
        self.write("vendored/bad.c", BAD)
        self.write("tests/bad.c", BAD)
        self.write(".gilray.yaml", """\
            exclude: [tests]
            severities: {gilray-detached-api-call: warning}
            overrides:
              - paths: vendored
                checks: "-*"
            """)
        report = self.findings(".", expect=1)
        self.assertEqual([(f["file"], f["severity"]) for f in report["findings"]], [("src/bad.c", "warning")])
        self.assertEqual(report["files"], ["src/bad.c", "vendored/bad.c"])
        self.assertEqual(len(self.findings("--no-config", ".", expect=1)["findings"]), 3)

    def test_model_of_the_project(self):
        self.write("wrap.c", """\
            #include <Python.h>
            void elsewhere_begin(void);
            void elsewhere_end(void);
            PyObject *f(PyObject *self, PyObject *args)
            {
                elsewhere_begin();
                Py_INCREF(self);
                elsewhere_end();
                return self;
            }
            """)
        self.run_gilray("check", "wrap.c", expect=0)
        self.write(".gilray.yaml", """\
            model:
              functions:
                elsewhere_begin: {does: detach}
                elsewhere_end: {does: attach}
            """)
        out, _ = self.run_gilray("check", "wrap.c", expect=1)
        self.assertIn("wrap.c:7:", out)

    def test_configuration_errors(self):
        self.write("good.c", GOOD)
        for text, message in [
            ("cheks: []\n", ".gilray.yaml:1:1: unknown key `cheks`"),
            ("checks: [gilray-nothing]\n", ".gilray.yaml:1:10: "),
            ("severities: {region-escape: bad}\n", ".gilray.yaml:1:"),
            ("model: {functions: {f: {does: dance}}}\n", ".gilray.yaml:1:"),
            ("a: &x [*x]\n", "not supported"),
            ("[" * 10000, ".gilray.yaml:1:"),
            (b"checks: \xff\n", "not UTF-8"),
            ("checks: [\n", ".gilray.yaml:"),
            ("x: " + "y" * (9 << 20), "larger than"),
            (b"\x00\x01\x02", "NUL"),
        ]:
            with self.subTest(text=text[:40]):
                self.write(".gilray.yaml", text)
                _, err = self.run_gilray("check", "good.c", expect=2)
                self.assertIn(message, err)

    def test_suppressions(self):
        self.write("bad.c", BAD.replace("(self);", "(self); // NOLINT(gilray-detached-api-call): known"))
        _, err = self.run_gilray("check", "bad.c", expect=0)
        self.assertIn("1 suppressed", err)

    def test_a_suppression_judges_one_place(self):
        """What was told as a note of the finding is told by itself when a comment silences the first place only."""
        self.write("bad.c", BAD.replace("(self);", "(self); // NOLINT(gilray-detached-api-call): known\n    PyErr_Clear();\n"
                                        "    PyErr_Print(); // NOLINT(gilray-detached-api-call)\n    Py_DECREF(self);"))
        out, err = self.run_gilray("check", "bad.c", expect=1)
        self.assertIn("bad.c:6:5: error: 'PyErr_Clear' is called without an attached thread state", out)
        self.assertIn("bad.c:8:5: note: the same holds for 'Py_DECREF' here", out)
        self.assertIn("1 error,", err)
        self.write("bad.c", BAD.replace("(self);", "(self); // NOLINT(gilray-detached-api-call)\n"
                                        "    PyErr_Clear(); // NOLINT(gilray-detached-api-call)"))
        out, err = self.run_gilray("check", "bad.c", "--severity=note", expect=0)
        self.assertNotIn("suppresses nothing", out)
        self.assertIn("2 suppressed", err)


class Parsing(Case):
    def database(self, entries):
        self.write("build/compile_commands.json", json.dumps(entries))

    def test_compile_database_is_found_and_used(self):
        self.write("inc/local.h", "#define RELEASED Py_BEGIN_ALLOW_THREADS\n")
        self.write("src/a.c", BAD.replace("#include", "#include <local.h>\n#include").replace(
            "Py_BEGIN_ALLOW_THREADS", "RELEASED"))
        includes = subprocess.run([sys.executable, "-c", "import sysconfig; print(sysconfig.get_paths()['include'])"],
                                  capture_output=True, text=True, check=True).stdout.strip()
        if not os.path.exists(includes + "/Python.h"):
            self.skipTest(f"no Python.h in {includes}")
        self.database([{"directory": self.dir, "file": "src/a.c",
                        "arguments": ["gcc", "-Iinc", "-I" + includes, "-c", "src/a.c", "-o", "a.o"]}])
        out, err = self.run_gilray("check", "src", expect=1)
        self.assertIn("src/a.c:6:", out)
        self.assertNotIn("assumed", err)
        out, _ = self.run_gilray("check", "-p", "build", expect=1)
        self.assertIn("src/a.c:6:", out)

    def test_missing_entries_get_defaults(self):
        self.write("src/a.c", BAD)
        self.database([{"directory": self.dir, "file": "other.c", "command": "cc -c other.c"}])
        _, err = self.run_gilray("check", "src", expect=1)
        self.assertIn("1 file has no entry in", err)

    def test_database_with_missing_files(self):
        self.write("src/a.c", BAD)
        self.database([{"directory": self.dir, "file": f, "command": "cc -c " + f} for f in ("src/a.c", "src/gone.c")])
        for args in (["-p", "build"], ["."]):
            _, err = self.run_gilray("check", *args, expect=2)
            self.assertIn("'src/gone.c' is named in 'build/compile_commands.json' but does not exist", err)

    def test_broken_database(self):
        self.write("a.c", GOOD)
        for text in ("{", "[{\"file\": 1}]", "[]", b"\xff\xfe"):
            with self.subTest(text=text):
                self.write("compile_commands.json", text)
                _, err = self.run_gilray("check", "a.c", "-p", ".", expect=0 if text == "[]" else 2)
                if text != "[]":
                    self.assertIn("cannot read compile database", err)

    def test_flags_behind_dashes(self):
        self.write("a.c", "#ifndef ON\n#error off\n#endif\nint x;\n")
        _, err = self.run_gilray("check", "a.c", "--", "-DON", expect=0)
        self.assertNotIn("warning:", err)
        _, err = self.run_gilray("check", "a.c", "--", expect=0)
        self.assertIn("a.c:2: 1 error: off", err)

    def test_options_of_gcc_and_warnings_are_no_trouble(self):
        self.write("a.c", "static int f(void) { int unused; return 0; }\n")
        out, err = self.run_gilray("check", "a.c", "--strict", "--", "-fprofile-abs-path", "-flto=auto", "-mno-such",
                                   "-Wall", "-Wextra", "-Werror", "-Wno-such-warning", "-march=native", expect=0)
        self.assertEqual(out, "")
        self.assertNotIn("warning:", err)

    def test_missing_headers_say_how_to_get_them(self):
        self.write("a.c", BAD)
        _, err = self.run_gilray("check", "a.c", "--", "-nostdinc", expect=0)
        self.assertIn("a.c:1: 'Python.h' not found", err)
        self.assertIn("python3-dev", err)
        self.write("b.c", "#include \"no_such.h\"\nint x;\n")
        _, err = self.run_gilray("check", "b.c", expect=0)
        self.assertIn("b.c:1: 'no_such.h' not found", err)
        report = self.findings("b.c", expect=0)
        self.assertEqual([(i["file"], i["function"]) for i in report["incomplete"]], [("b.c", "")])

    def test_a_header_that_many_files_miss_is_told_once(self):
        for name in ("a.c", "b.c", "c.c"):
            self.write(name, "#include \"no_such.h\"\nint x;\n")
        self.write("d.c", "#include \"nor_this.h\"\n")
        _, err = self.run_gilray("check", ".", expect=0)
        self.assertIn("a.c:1: 'no_such.h' not found", err)
        self.assertIn("; the same in 2 more files\n", err)
        self.assertIn("d.c:1: 'nor_this.h' not found", err)
        self.assertEqual(err.count("warning:"), 2, err)
        report = self.findings("a.c", "b.c", "c.c", expect=0)
        self.assertEqual([i["file"] for i in report["incomplete"]], ["a.c", "b.c", "c.c"])

    def test_files_are_one_program(self):
        self.write("helper.c", "#include <Python.h>\nvoid helper(PyObject *o) { Py_DECREF(o); }\n")
        self.write("user.c", BAD.replace("Py_INCREF(self);", "helper(self);").replace(
            "PyObject *bad", "void helper(PyObject *);\nPyObject *bad"))
        self.run_gilray("check", "user.c", expect=0)

        def places(report):
            self.assertEqual(len(report["findings"]), 1)
            finding = report["findings"][0]
            return {(p["file"], p["line"]) for p in [finding, *finding["notes"]] if "file" in p}

        together = places(self.findings("user.c", "helper.c", expect=1))
        self.assertLessEqual({("user.c", 5), ("user.c", 6), ("helper.c", 2)}, together)
        # The same through an index, file by file.
        self.run_gilray("check", "--index=project.index", "helper.c", expect=0)
        self.assertEqual(places(self.findings("--index=project.index", "user.c", expect=1)), together)

    def test_targets(self):
        self.write("a.c", BAD)
        _, err = self.run_gilray("check", "a.c", "--target=3.99", expect=2)
        self.assertIn("target 3.99 was not checked: no headers of that version", err)
        version = self.findings("a.c", expect=1)["targets"][0].rstrip("t")
        report = self.findings("a.c", f"--target={version}", expect=1)
        self.assertEqual(report["targets"], [version])
        self.assertEqual(report["findings"][0]["targets"], [version])

    def test_ir(self):
        self.write("a.c", BAD)
        out, _ = self.run_gilray("ir", "a.c", expect=0)
        self.assertIn("unit ", out)
        out, _ = self.run_gilray("ir", "--binary-size", "a.c", expect=0)
        self.assertIn("binary form", out)


class BadInput(Case):
    def test_other_files_survive_a_crash(self):
        self.write("bad.c", BAD)
        self.write("crash.c", "int x;\n#pragma clang __debug parser_crash\n")
        self.write("fatal.c", "#pragma clang __debug llvm_fatal_error\n")
        for jobs in ("-j1", "-j4"):
            out, err = self.run_gilray("check", ".", jobs, expect=2)
            self.assertIn("bad.c:5:5: error: ", out)
            self.assertIn("crash.c", err)
            self.assertIn("fatal.c", err)
            report = self.findings(".", jobs, expect=2)
            self.assertFalse(report["successful"])
            self.assertEqual([i["file"] for i in report["incomplete"]], ["crash.c", "fatal.c"])

    def test_files_that_are_no_source(self):
        self.write("empty.c", "")
        self.run_gilray("check", "empty.c", expect=0)
        for name, content, message in [
            ("binary.c", bytes(range(256)) * 64, "is a binary file"),
            ("wide.c", "int x;".encode("utf-16"), "is UTF-16 text"),
            ("notes.txt", "hello", "is not C or C++ by its extension"),
        ]:
            with self.subTest(name=name):
                self.write(name, content)
                _, err = self.run_gilray("check", name, expect=2)
                self.assertIn(message, err)

    def test_not_utf8(self):
        self.write("latin.c", BAD.encode() + b"// caf\xe9\n")
        self.run_gilray("check", "latin.c", expect=1)

    def test_broken_code(self):
        self.write("broken.c", BAD + "int f( { return }\nint g(void) { return undeclared; }\n")
        out, err = self.run_gilray("check", "broken.c", expect=1)
        self.assertIn("broken.c:5:5: error: ", out)
        self.assertRegex(err, r"broken\.c:9: \d+ errors?, the first: ")

    def test_huge_function(self):
        lines = "".join(f"  if (x == {n}) x = g({n}); else x += {n};\n" for n in range(130000))
        self.write("huge.c", "#include <Python.h>\nextern int g(int);\nint huge(int x) {\n" + lines + "  return x;\n}\n" + BAD)
        self.assertGreater(os.path.getsize(os.path.join(self.dir, "huge.c")), 5_000_000)
        report = self.findings("huge.c", expect=1)
        self.assertEqual([i["function"] for i in report["incomplete"]], ["huge"])
        self.assertEqual([f["function"] for f in report["findings"]], ["bad"])

    def test_deep_macros_and_nesting(self):
        chain = "#define M0(x) x\n" + "".join(f"#define M{i}(x) M{i - 1}((x) + {i})\n" for i in range(1, 400))
        doubling = "#define A0 1\n" + "".join(f"#define A{i} A{i - 1} + A{i - 1}\n" for i in range(1, 17))
        self.write("deep.c", chain + doubling + "int v(int a) { return M399(a); }\nint w = A16;\n")
        self.run_gilray("check", "deep.c", expect=0)
        self.write("self.c", "#define S S S(S)\n#define T(x) T(T(x))\nint S, T(1);\n")
        self.run_gilray("check", "self.c", expect=0)
        self.write("nested.c", "int f(int x) { return " + "(" * 3000 + "x" + ")" * 3000 + "; }\n")
        _, err = self.run_gilray("check", "nested.c", expect=0)
        self.assertIn("nested.c:1: ", err)

    def test_include_circle(self):
        self.write("a.h", '#include "a.h"\n')
        self.write("a.c", '#include "a.h"\nint x;\n')
        _, err = self.run_gilray("check", "a.c", expect=0)
        self.assertIn("a.c", err)

    def test_unreadable_directory(self):
        self.write("good.c", GOOD)
        secret = os.path.join(self.dir, "secret")
        os.mkdir(secret, 0)
        self.addCleanup(os.chmod, secret, stat.S_IRWXU)
        # Root may read everything; nobody may not.
        user = {"user": 65534} if os.geteuid() == 0 else {}
        os.chmod(self.dir, 0o755)
        try:
            run = subprocess.run([GILRAY, "check", ".", "--no-cache", "--"], cwd=self.dir, capture_output=True, text=True,
                                 timeout=300, **user)
        except PermissionError:
            self.skipTest("root cannot run this executable as another user")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn(f"cannot read directory '{secret}'", run.stderr)


class Determinism(Case):
    def test_same_bytes_for_any_number_of_jobs(self):
        for i in range(12):
            self.write(f"f{i}.c", BAD.replace("bad", f"bad{i}"))
        self.write("broken.c", "#include <Python.h>\nint f(void) { return nope; }\n")
        for form in ("text", "json", "sarif"):
            runs = [self.run_gilray("check", ".", "--format", form, "--no-cache", jobs, expect=1)[0]
                    for jobs in ("-j1", "-j2", "-j2", "-j1", "-j7")]
            cached = [self.run_gilray("check", ".", "--format", form, "-j2", expect=1)[0] for _ in range(2)]
            self.assertEqual(len(set(runs + cached)), 1, form)


class Records(Case):
    def test_list_explain_catalogue_agree(self):
        catalogue = json.loads(self.run_gilray("catalogue", "--json", expect=0)[0])
        listed = [line.split()[0] for line in self.run_gilray("list", expect=0)[0].splitlines()[1:]]
        self.assertEqual(listed, [c["name"] for c in catalogue["checks"]])
        for check in catalogue["checks"]:
            text = self.run_gilray("explain", check["name"], expect=0)[0]
            self.assertTrue(text.startswith(f"{check['name']}: {check['summary']}\n"))
            self.assertIn(check["bad"][0]["title"], text)

    def test_help_and_version(self):
        self.assertRegex(self.run_gilray("--version", expect=0)[0], r"^gilray \d+\.\d+\.\d+ \(LLVM 22")
        self.assertIn("Usage: gilray check", self.run_gilray("check", "--help", expect=0)[0])
        self.assertIn("Commands:", self.run_gilray("help", expect=0)[0])


class Cache(Case):
    def test_unchanged_files_are_not_parsed_again(self):
        self.write("a.c", BAD)
        self.write("b.c", GOOD)
        _, err = self.run_gilray("check", ".", "--stats", expect=1)
        self.assertIn("parsed 2 files, 0 from the cache", err)
        _, err = self.run_gilray("check", ".", "--stats", expect=1)
        self.assertIn("parsed 0 files, 2 from the cache", err)
        self.write("a.c", BAD + "\n")
        _, err = self.run_gilray("check", ".", "--stats", expect=1)
        self.assertIn("parsed 1 file, 1 from the cache", err)
        out, _ = self.run_gilray("cache", "info", expect=0)
        self.assertRegex(out, r"^3 units, ")
        out, _ = self.run_gilray("cache", "clean", expect=0)
        self.assertRegex(out, r"^removed 3 units, ")
        _, err = self.run_gilray("check", ".", "--stats", "--no-cache", expect=1)
        self.assertIn("parsed 2 files, 0 from the cache", err)
        self.assertRegex(self.run_gilray("cache", "info", expect=0)[0], r"^0 units, ")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    GILRAY = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
