#!/usr/bin/env python3
"""The test of links finds what is broken, and only that."""
import os
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "docs"))
import links  # noqa: E402


class Links(unittest.TestCase):
    def broken(self, text, other="# Title\n\n## A `b`: c, d\n\n## Twice\n\n## Twice\n"):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("a.md", text), ("b.md", other)):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                    stream.write(content)
            return list(links.broken(folder, ["a.md"]))

    def test_right(self):
        for text in ("[x](b.md)", "[x](b.md#a-b-c-d)", "[x](b.md#twice-1)", "# Here\n[x](#here)", "[x](https://example.org/no.md)",
                     "`[x](no.md)`", "    [x](no.md)", "```\n[x](no.md)\n```", "[`f[x]`](b.md)"):
            self.assertEqual(self.broken(text), [], text)

    def test_wrong(self):
        for text in ("[x](c.md)", "[x](b.md#no)", "[x](#no)", "| [x](b.md) | [y](no.md) |", "[x](../../../../../../etc/passwd)", "```\n```\n[x](no.md)"):
            self.assertEqual(len(self.broken(text)), 1, text)


if __name__ == "__main__":
    unittest.main()
