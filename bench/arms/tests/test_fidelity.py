import argparse
import importlib.machinery
import importlib.util
import pathlib
import tempfile
import unittest

from arms.child import Failed

SCRIPT = pathlib.Path(__file__).resolve().parent.parent.parent / "fidelity"


def load():
    """The script as a module; no import statement can name a file without an ending."""
    loader = importlib.machinery.SourceFileLoader("fidelity", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


fidelity = load()


class PlanTest(unittest.TestCase):
    def plan(self, version, **chosen):
        with tempfile.TemporaryDirectory() as folder:
            binary = pathlib.Path(folder) / "prometheus"
            binary.write_text(f"#!/bin/sh\necho 'prometheus, version {version} (branch: HEAD)' >&2\n")
            binary.chmod(0o755)
            given = {"prometheus": binary, "release": None, "message": None, "condition": None, "pushpull": "p"}
            return [world for world, _ in fidelity.plan(argparse.Namespace(**(given | chosen)))]

    def test_everything_that_the_release_can_do(self):
        worlds = self.plan("2.42.0+ds")
        self.assertEqual({(w.release, w.message) for w in worlds}, {("2.42.0+ds", "1.0")})
        self.assertEqual(len(worlds), 9)
        self.assertEqual({w.message for w in self.plan("2.54.0")}, {"1.0", "2.0"})
        self.assertEqual({w.message for w in self.plan("3.14.0")}, {"1.0", "2.0"})

    def test_or_what_was_asked_for(self):
        [world] = self.plan("3.5.3", message=["2.0"], condition=["down"])
        self.assertEqual((world.message, world.condition.name), ("2.0", "down"))
        with self.assertRaisesRegex(Failed, "nothing to compare"):
            self.plan("2.42.0", message=["2.0"])

    def test_a_program_that_is_no_prometheus_is_named(self):
        with self.assertRaisesRegex(Failed, "/bin/true does not call itself prometheus"):
            self.plan("3.5.3", prometheus=pathlib.Path("/bin/true"))
        with self.assertRaisesRegex(Failed, "tools/servers"):
            self.plan("3.5.3", prometheus=pathlib.Path("/no/such"))


if __name__ == "__main__":
    unittest.main()
