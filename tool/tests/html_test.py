#!/usr/bin/env python3
"""The HTML report in a real headless Chromium: it renders, filters, walks with the keyboard, asks nobody for anything.

  html_test.py GILRAY          exit status 77 without Chromium
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "tools"))
import browser  # noqa: E402

GILRAY = None
SOURCE = """\
#include <Python.h>
#include <unistd.h>
static PyObject *settle(PyObject *self, PyObject *args)
{
    usleep(1000);
    Py_RETURN_NONE;
}
static PyObject *never(PyObject *self, PyObject *args)
{
    sleep(1);
    Py_RETURN_NONE;
}
static PyObject *bad(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(self);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
static PyMethodDef methods[] = {{"settle", settle, METH_NOARGS}, {"never", never, METH_NOARGS}, {"bad", bad, METH_NOARGS}, {0}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "gauge", NULL, 0, methods};
PyMODINIT_FUNC PyInit_gauge(void) { return PyModuleDef_Init(&definition); }
"""
# As `gilray probe run --json` writes it, with the fields that matter.
PROBE = {
    "schema_version": 1, "tool": "gilray", "version": "0", "interrupted": False, "environment": {}, "notes": [],
    "kernels": [{
        "name": "gauge.settle", "module": "gauge", "call": "gauge.settle()", "results": [], "expectations": [],
        "series": [{"interpreter": "3.13", "strategy": "threads", "share": "own",
                    "structure": {"measured": True, "observable": True, "has_gil": True, "call_seconds": 0.001,
                                  "cpu_share": 0.01, "held_fraction": 1.0, "held_clock": "wall"}}]}]}


def run(*arguments, folder, status=0):
    done = subprocess.run([GILRAY, *arguments], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, "GILRAY_CACHE_DIR": os.path.join(folder, "cache")})
    if done.returncode != status:
        raise AssertionError(f"gilray {arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = cls.folder.name
        with open(os.path.join(folder, "gauge.c"), "w", encoding="utf-8") as file:
            file.write(SOURCE)
        with open(os.path.join(folder, "probe.json"), "w", encoding="utf-8") as file:
            json.dump(PROBE, file)
        run("check", "gauge.c", "--checks=gilray-blocking-call-attached,gilray-detached-api-call", "--format=json",
            "-o", "lint.json", "--kernels", "kernels.json", "--fail-on=never", folder=folder)
        cls.page = os.path.join(folder, "out.html")
        run("report", "kernels.json", "probe.json", "lint.json", "-o", "out.html", folder=folder)
        cls.browser = browser.Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.folder.cleanup()

    def setUp(self):
        self.browser.console.clear()
        self.browser.requests.clear()
        self.browser.screen(1000, 800)
        self.browser.open(self.page)

    def tearDown(self):
        self.assertEqual(self.browser.console, [])
        self.assertEqual([url for url in self.browser.requests if not url.startswith(("file:", "data:"))], [])

    def js(self, script):
        return self.browser.value(script)

    def shown(self):
        return self.js("[...document.querySelectorAll('details.finding')].filter(d => d.offsetHeight > 0).length")

    def test_all_findings_and_what_was_measured(self):
        self.assertEqual(self.shown(), 3)
        text = self.js("document.body.innerText")
        self.assertIn("1 confirmed", text)
        self.assertIn("1 not exercised", text)
        self.assertIn("64 workers reach at most 1.0 times one worker now, 64 times if it is released",
                      self.js("document.body.textContent"))

    def test_states_are_coloured_along_the_lines(self):
        script = """(() => { const d = [...document.querySelectorAll('details.finding')].find(d => d.dataset.check.endsWith('api-call'));
          d.open = true;
          return [...d.querySelectorAll('.l.detached i')].map(i => i.textContent + getComputedStyle(i.nextSibling).backgroundImage.slice(0, 9)) })()"""
        self.assertEqual(self.js(script), ["15repeating", "16repeating"])

    def test_filters_and_search(self):
        choose = "(() => {{ const s = document.querySelector('select[data-key={}]'); s.value = '{}'; s.dispatchEvent(new Event('change')) }})()"
        self.js(choose.format("check", "gilray-blocking-call-attached"))
        self.assertEqual(self.shown(), 2)
        self.js(choose.format("outcome", "confirmed"))
        self.assertEqual(self.shown(), 1)
        self.assertEqual(self.js("document.getElementById('shown').textContent"), "1 of 3 shown")
        self.js("document.getElementById('reset').click()")
        self.assertEqual(self.shown(), 3)
        self.js("document.querySelector('input[data-level=warning]').click()")
        self.assertEqual(self.shown(), 1)
        self.js("document.getElementById('reset').click()")
        self.js("document.querySelector('button[data-choose=check][value$=api-call]').click()")
        self.assertEqual(self.shown(), 1)
        self.js("document.getElementById('reset').click()")
        self.browser.press("/")
        self.browser.type("usleep sleeps")
        self.assertEqual(self.shown(), 1)
        self.browser.type(" no such words")
        self.assertEqual(self.shown(), 0)
        self.assertIn("No finding fits", self.js("document.body.innerText"))

    def test_keyboard(self):
        self.browser.press("j")
        self.browser.press("j")
        self.browser.press("o")
        state = "[...document.querySelectorAll('details.finding')].map(d => d.open)"
        self.assertEqual(self.js(state), [False, True, False])
        self.browser.press("n")
        self.browser.press("n")
        self.assertEqual(self.js("document.activeElement.closest('details').querySelector('.at').textContent"), "step 2 of 2")
        self.browser.press("e")
        self.browser.press("e")
        self.assertEqual(self.js(state), [True, True, True])

    def test_dark_and_light(self):
        background = "getComputedStyle(document.body).backgroundColor"
        light = self.js(background)
        self.browser.screen(1000, 800, dark=True)
        dark = self.js(background)
        self.assertNotEqual(light, dark)
        for _ in range(2):  # system, dark, light
            self.js("document.getElementById('theme').click()")
        self.assertEqual(self.js(background), light)
        self.browser.open(self.page)
        self.assertEqual(self.js(background), light, "the choice is kept")
        self.js("document.getElementById('theme').click()")

    def test_phone(self):
        self.browser.screen(400, 800)
        self.js("document.querySelectorAll('details').forEach(d => d.open = true)")
        self.assertLessEqual(self.js("document.documentElement.scrollWidth"), 400)
        beyond = "[...document.querySelectorAll('p, summary, .s, button, select')].filter(e => e.getBoundingClientRect().right > 401 && !e.closest('.wide')).length"
        self.assertEqual(self.js(beyond), 0)

    def test_a_finding_by_its_address(self):
        self.browser.call("Page.navigate", url="about:blank")
        self.browser.open(self.page, "#f2")
        self.assertTrue(self.js("document.getElementById('f2').open"))

    def test_check_writes_the_page_too(self):
        run("check", "gauge.c", "--format=html", "-o", "check.html", "--fail-on=never", folder=self.folder.name)
        self.browser.open(os.path.join(self.folder.name, "check.html"))
        self.assertGreater(self.shown(), 0)
        self.assertNotIn("Measured", self.js("document.body.textContent"))

    def test_same_bytes_each_time(self):
        again = run("report", "lint.json", "probe.json", "kernels.json", folder=self.folder.name)
        with open(self.page, encoding="utf-8") as file:
            self.assertEqual(file.read(), again)

    def test_wrong_files_are_told(self):
        for arguments in ((), ("kernels.json",), ("probe.json",), ("gauge.c",), ("no-such.json",), ("lint.json", "lint.json")):
            run("report", *arguments, folder=self.folder.name, status=2)


if __name__ == "__main__":
    GILRAY = os.path.abspath(sys.argv.pop(1))
    if not browser.find():
        print("skipped: no Chromium on this machine (Debian: apt-get install chromium)")
        sys.exit(77)
    unittest.main()
