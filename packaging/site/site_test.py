#!/usr/bin/env python3
"""Builds the site, strictly, and opens pages in a headless Chromium: no console errors, nothing from elsewhere, search works.

  site_test.py          exit status 77 without MkDocs: ./dev docs site gets it
"""
import functools
import glob
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "tools"))
import browser  # noqa: E402

MKDOCS = next((path for path in (os.path.join(ROOT, "build", "site-tools", "bin", "mkdocs"), shutil.which("mkdocs")) if path and os.path.exists(path)), None)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gilray-site-")
        cls.addClassCleanup(folder.cleanup)
        cls.site = os.path.join(folder.name, "site")
        done = subprocess.run([MKDOCS, "build", "-q", "--strict", "-f", os.path.join(HERE, "mkdocs.yml"), "-d", cls.site],
                              capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)

    def test_every_check_has_a_page_in_the_navigation(self):
        with open(os.path.join(self.site, "index.html"), encoding="utf-8") as stream:
            home = stream.read()
        pages = [os.path.basename(path) for path in glob.glob(os.path.join(ROOT, "docs", "checks", "gilray-*.md"))]
        self.assertGreater(len(pages), 20)
        for page in pages:
            self.assertIn(f'href="checks/{page[:-3]}.html"', home)

    def test_pages_in_a_browser(self):
        if not browser.find():
            print("no Chromium: the pages were built and not opened", file=sys.stderr)
            return
        handler = functools.partial(Quiet, directory=self.site)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, browser.Browser() as page:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            base = f"http://127.0.0.1:{server.server_port}/"
            for name, width in (("index.html", 1300), ("guide/comparison.html", 400), ("checks/gilray-detached-api-call.html", 1300)):
                page.screen(width, 800)
                page.open(base + name)
                self.assertLessEqual(page.value("document.documentElement.scrollWidth"), width, name)
                self.assertTrue(page.value("document.querySelector('h1').offsetHeight > 0"), name)
            self.assertEqual(page.console, [])
            self.assertEqual([url for url in page.requests if not url.startswith((base, "data:", "blob:"))], [])
            page.screen(1300, 800)
            page.open(base + "index.html")
            page.value("document.querySelector('[data-md-component=search-query]').focus()")
            page.type("detached-object-write")
            found = """new Promise(done => { const look = n => { const a = document.querySelectorAll('.md-search-result__link').length;
              a || n > 200 ? done(a) : setTimeout(() => look(n + 1), 50) }; look(0) })"""
            self.assertGreater(page.value(found), 0, "the search finds nothing")
            server.shutdown()


if __name__ == "__main__":
    if not MKDOCS:
        print("skipped: no MkDocs; ./dev docs site gets it and builds the site")
        sys.exit(77)
    unittest.main()
