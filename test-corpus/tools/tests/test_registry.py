"""Archives of package registries are data from outside: nothing may leave the folder it is unpacked into."""
import io
import os
import sys
import tarfile
import tempfile
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import registry


class Unpack(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.target = os.path.join(self.folder.name, "target")
        os.mkdir(self.target)

    def tearDown(self):
        self.folder.cleanup()

    def tar(self, *members):
        path = os.path.join(self.folder.name, "p.tar.gz")
        with tarfile.open(path, "w:gz") as archive:
            for name, kind in members:
                item = tarfile.TarInfo(name)
                item.type, item.size = kind, 2 if kind == tarfile.REGTYPE else 0
                item.linkname = "/etc/passwd"
                archive.addfile(item, io.BytesIO(b"ok") if kind == tarfile.REGTYPE else None)
        return path

    def files(self):
        return sorted(os.path.relpath(os.path.join(top, name), self.target)
                      for top, _, names in os.walk(self.target) for name in names)

    def test_regular_files_without_the_first_folder(self):
        registry.unpack(self.tar(("p-1/a.c", tarfile.REGTYPE), ("p-1/b/c.h", tarfile.REGTYPE)), self.target)
        self.assertEqual(self.files(), ["a.c", "b/c.h"])

    def test_links_and_devices_are_left_out(self):
        registry.unpack(self.tar(("p-1/a.c", tarfile.REGTYPE), ("p-1/s", tarfile.SYMTYPE), ("p-1/h", tarfile.LNKTYPE),
                                 ("p-1/f", tarfile.FIFOTYPE)), self.target)
        self.assertEqual(self.files(), ["a.c"])

    def test_names_that_leave_the_folder(self):
        for name in ("p-1/../../outside", "p-1//etc/outside", "p-1/a\\..\\..\\outside"):
            with self.subTest(name), self.assertRaisesRegex(registry.RegistryError, "unsafe name"):
                registry.unpack(self.tar((name, tarfile.REGTYPE)), self.target)
        self.assertEqual(os.listdir(self.folder.name).count("outside"), 0)

    def test_wheel_with_patterns(self):
        path = os.path.join(self.folder.name, "w.whl")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("w/include/w/a.h", "")
            archive.writestr("w/module.py", "")
        registry.unpack(path, self.target, ("w/include/*",))
        self.assertEqual(self.files(), ["w/include/w/a.h"])

    def test_wrong_checksum(self):
        downloads, registry.DOWNLOADS = registry.DOWNLOADS, self.folder.name
        try:
            with open(os.path.join(self.folder.name, "x.tar.gz"), "wb") as out:
                out.write(b"not what was pinned")
            with self.assertRaisesRegex(registry.RegistryError, "expected 0000"):
                registry.pypi_file("x", "x.tar.gz", "0000")
            self.assertFalse(os.path.exists(os.path.join(self.folder.name, "x.tar.gz")))
        finally:
            registry.DOWNLOADS = downloads


if __name__ == "__main__":
    unittest.main()
