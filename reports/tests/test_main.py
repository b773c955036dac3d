import contextlib
import importlib.util
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from reports import __main__ as program
from reports.tests import fixture

ROOT = pathlib.Path(program.__file__).resolve().parent.parent


class MainTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.result = fixture.write(folder.name, json.dumps(fixture.document()))

    def run_main(self, *arguments):
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = program.main([str(argument) for argument in arguments])
        return code, errors.getvalue()

    def test_writes_both_files_beside_the_result_or_where_told(self):
        self.assertEqual(self.run_main("render", self.result), (0, ""))
        out = self.folder / "a" / "b"
        self.assertEqual(self.run_main("render", self.result, "--out", out), (0, ""))
        for name in ("summary.md", "report.html"):
            self.assertEqual((out / name).read_bytes(), (self.folder / name).read_bytes())

    def test_bad_input_is_one_line_and_code_2(self):
        self.result.write_text('{"schema_version": 1, "result": {', encoding="utf-8")
        code, errors = self.run_main("render", self.result)
        self.assertEqual((code, errors.count("\n")), (2, 1))
        self.assertIn("cut short", errors)
        self.assertEqual(self.run_main("render", self.folder / "none.json")[0], 2)

    def test_a_folder_that_cannot_be_written(self):
        code, errors = self.run_main("render", self.result, "--out", self.result / "below")
        self.assertEqual(code, 2)
        self.assertIn("cannot be written", errors)

    def test_without_matplotlib_there_is_a_summary_and_a_warning(self):
        find = importlib.util.find_spec
        with mock.patch.object(program.importlib.util, "find_spec",
                               lambda name: None if name == "matplotlib" else find(name)):
            code, errors = self.run_main("render", self.result)
        self.assertEqual(code, 0)
        self.assertIn("warning: no report.html, matplotlib not found", errors)
        self.assertIn("apt-get install python3-matplotlib", errors)
        self.assertTrue((self.folder / "summary.md").exists())
        self.assertFalse((self.folder / "report.html").exists())

    def test_the_summary_imports_neither_matplotlib_nor_jinja(self):
        script = ("import sys; sys.modules['matplotlib'] = sys.modules['jinja2'] = None; "
                  "import reports.__main__, reports.summary")
        subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)

    def test_as_a_command(self):
        done = subprocess.run([sys.executable, "-m", "reports", "render"], cwd=ROOT, check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("usage: python3 -m reports render", done.stderr)


if __name__ == "__main__":
    unittest.main()
