"""The border test must see a broken border: each rule is broken once in a made-up tree."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import borders


class Borders(unittest.TestCase):
    def broken(self, path, text, check=borders.check_includes):
        with tempfile.TemporaryDirectory() as root:
            target = os.path.join(root, path)
            os.makedirs(os.path.dirname(target))
            with open(target, "w", encoding="utf-8") as out:
                out.write(text)
            return list(check(root))

    def test_includes(self):
        for path, line, holds in (
                ("checks/flow/A.cpp", "#include <clang/AST/Expr.h>", False),
                ("checks/rules/locks/A.cpp", '#  include "clang/AST/Expr.h"', False),
                ("tool/report/A.cpp", '#include "clang/Basic/SourceManager.h"', False),
                ("checks/extract/A.cpp", "#include <clang/AST/Expr.h>", True),
                ("checks/extract/tests/A.cpp", "#include <clang/AST/Expr.h>", True),
                ("tool/clangd/A.cpp", "#include <clang-tidy/ClangTidyModule.h>", True),
                ("checks/flow/A.cpp", '#include "extract/Extract.h"', False),
                ("checks/rules/locks/A.cpp", '#include "extract/Extract.h"', False),
                ("tool/driver/A.cpp", '#include "extract/Extract.h"', True),
                ("checks/flow/A.cpp", '#include "rules/Report.h"', False),
                ("checks/core/A.cpp", '#include "driver/Driver.h"', False),
                ("checks/api/Model.cpp", "#include <yaml-cpp/yaml.h>", False),
                ("checks/api/yaml/Reader.cpp", "#include <yaml-cpp/yaml.h>", True),
                ("tool/config/Config.cpp", "#include <yaml-cpp/yaml.h>", True),
                ("tool/driver/A.cpp", "#include <yaml-cpp/yaml.h>", False),
                ("checks/ir/A.cpp", "// #include <clang/AST/Expr.h>", True)):
            with self.subTest(path + " " + line):
                self.assertEqual(self.broken(path, line + "\n") == [], holds)

    def test_length(self):
        self.assertEqual(self.broken("tool/A.cpp", "\n" * borders.MAX_LINES, borders.check_lengths), [])
        self.assertEqual(len(self.broken("tool/A.cpp", "\n" * (borders.MAX_LINES + 1), borders.check_lengths)), 1)


if __name__ == "__main__":
    unittest.main()
