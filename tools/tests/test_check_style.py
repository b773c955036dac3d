import contextlib
import io
import pathlib
import tempfile
import unittest

from scripts import load, write_tree

check_style = load("check-style")


def findings(files):
    """(errors, warnings) of a tree of {path: text}."""
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, files)
        return check_style.check_tree(pathlib.Path(root))


class CheckStyleTest(unittest.TestCase):
    def assert_refused(self, path, line, word):
        errors, _ = findings({path: f"#pragma once\n{line}\n"})
        self.assertEqual(len(errors), 1, errors)
        self.assertTrue(errors[0].startswith(f"{path}:2: {word}"), errors)

    def assert_allowed(self, path, line):
        self.assertEqual(findings({path: f"#pragma once\n{line}\n"}), ([], []))

    def test_leftovers(self):
        for word in ("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK"):
            for path in ("harness/base/a.h", "tools/run", "reports/a.py", "README.md"):
                self.assert_refused(path, f"// {word}: later", word)
        self.assert_allowed("tools/run", "mktemp name.XXXXXX")

    def test_assertions(self):
        self.assert_refused("harness/base/a.cc", "  assert(x > 0);", "assert(")
        self.assert_refused("harness/base/a.cc", "#include <cassert>", "<cassert>")
        self.assert_allowed("harness/base/a.cc", "static_assert(sizeof(x) == 8);")

    def test_tests_neither_skip_nor_sleep(self):
        self.assert_refused("harness/base/a_test.cc", "GTEST_SKIP() << why;", "GTEST_SKIP")
        self.assert_refused("harness/base/a_test.cc", "TEST(A, DISABLED_b) {}", "DISABLED_b")
        self.assert_refused("harness/base/a_test.cc", "sleep_for(delay);", "sleep_for")
        self.assert_allowed("harness/loop/real_loop.cc", "sleep_for(delay);")

    def test_headers_are_guarded(self):
        errors, _ = findings({"harness/base/a.h": "int x;\n", "harness/base/a.cc": "int x;\n"})
        self.assertEqual(errors, ["harness/base/a.h:1: no include guard; begin with #pragma once"])

    def test_long_files(self):
        def verdict(lines, path="harness/base/a.cc"):
            errors, warnings = findings({path: "\n" * lines})
            return len(errors), len(warnings)

        self.assertEqual(verdict(400), (0, 0))
        self.assertEqual(verdict(401), (0, 1))
        self.assertEqual(verdict(600), (0, 1))
        self.assertEqual(verdict(601), (1, 0))
        self.assertEqual(verdict(601, "scenarios/a.yaml"), (0, 0))

    def test_foreign_data_is_left_alone(self):
        text = "TO" "DO\n"
        foreign = {"harness/wire/testdata/a.txt": text, "build/a.h": text}
        self.assertEqual(findings(foreign), ([], []))

    def test_warnings_do_not_fail(self):
        for lines, code in ((401, 0), (601, 1)):
            with self.subTest(lines), tempfile.TemporaryDirectory() as root:
                write_tree(root, {"tools/run": "\n" * lines})
                with contextlib.redirect_stdout(io.StringIO()):
                    self.assertEqual(check_style.main([root]), code)


if __name__ == "__main__":
    unittest.main()
