#!/usr/bin/env python3
"""The probe's page in a real headless Chromium: no network, no complaint, light and dark, readable on a telephone.

  page_test.py --gilray BIN [--pictures DIR]     exit status 77 without Chromium
"""
import argparse
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "test-corpus", "tools"))
import browser  # noqa: E402

options = None


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.page = os.path.join(cls.folder.name, "probe.html")
        subprocess.run([options.gilray, "probe", "report", "--format", "html", "-o", cls.page, os.path.join(HERE, "page.json")], check=True)
        cls.browser = browser.Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.folder.cleanup()

    def show(self, width, dark):
        self.browser.console.clear()
        self.browser.requests.clear()
        self.browser.screen(width, 900, dark)
        self.browser.open(self.page)
        if options.pictures:
            self.browser.shot(os.path.join(options.pictures, f"probe-{width}-{'dark' if dark else 'light'}.png"), full=True)
        self.assertEqual(self.browser.console, [])
        self.assertEqual([url for url in self.browser.requests if not url.startswith(("file:", "data:"))], [])

    def test_light_and_dark(self):
        colours = []
        for dark in (False, True):
            self.show(1100, dark)
            colours.append(self.browser.value("getComputedStyle(document.body).backgroundColor"))
            self.assertIn("use processes", self.browser.value("document.body.innerText"))
        self.assertNotEqual(*colours)

    def test_everything_is_drawn(self):
        self.show(1100, False)
        count = "[...document.querySelectorAll('%s')].filter(e => e.getBoundingClientRect().width > 0).length"
        self.assertEqual(self.browser.value(count % "circle.accepted"), 4 * 7)
        self.assertEqual(self.browser.value(count % "circle.rejected"), 4 * 2)
        self.assertGreater(self.browser.value(count % "svg path"), 3)
        # One band for each series that has a bound.
        self.assertEqual(self.browser.value(count % "svg[aria-label^=bounds] path"), 2)
        self.assertNotIn("NaN", self.browser.value("document.body.innerHTML"))

    def test_narrow(self):
        self.show(400, False)
        self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), 400)
        # Of tables each scrolls by itself; nothing else is cut off.
        script = """[...document.querySelectorAll('p,h2,h3,li,svg')].filter(e => {
          const r = e.getBoundingClientRect(); return r.width > 0 && r.right > 400.5 }).length"""
        self.assertEqual(self.browser.value(script), 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilray", required=True)
    parser.add_argument("--pictures")
    options = parser.parse_args()
    options.gilray = os.path.abspath(options.gilray)
    if not browser.find():
        print("skipped: no Chromium on this machine (Debian: apt-get install chromium)")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
