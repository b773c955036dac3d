"""JSON Schema and parser agree about the shipped scenarios and refuse the same mistakes."""

import json
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PUSHPULL = ROOT / "build/release/tools/pushpull"
SCHEMA = json.loads((ROOT / "scenarios/schema/scenario.schema.json").read_text(encoding="utf-8"))

GOOD = """version: 1
name: good
workload: {targets: 5, series: 1k}
links: {wan: {rtt: 80ms}}
variants: {push: {remote_write: {}}, pull: {federate: }}
timeline: [{name: gap, at: 0, for: 1m, fault: link_down}]
matrix:
  workload.series: [1k, 2000]
  link: ~
  exclude: [{workload.series: 2000}]
profiles: {small: {workload: {series: 10}, matrix: ~}}
"""

# One mistake each: (what stands in GOOD, what stands there instead).
MISTAKES = {
    "unknown key": ("targets: 5", "target: 5"),
    "unknown key of Prometheus": ("remote_write: {}", "remote_write: {queue_config: {max_shard: 5}}"),
    "key that is not evaluated": ("name: good", "name: good\ngate: {}"),
    "missing key": ("name: good\n", ""),
    "missing key in a list": ("at: 0, ", ""),
    "wrong version": ("version: 1", "version: 2"),
    "no unit": ("rtt: 80ms", "rtt: 80"),
    "wrong unit": ("rtt: 80ms", "rtt: 80 parsecs"),
    "not a count": ("targets: 5", "targets: many"),
    "below the minimum": ("targets: 5", "targets: 0"),
    "not a choice": ("fault: link_down", "fault: sunspots"),
    "a list for a map": ("workload: {targets: 5, series: 1k}", "workload: [1]"),
    "a value for a list of values": ("[1k, 2000]", "1k"),
    "a value listed twice": ("[1k, 2000]", "[1k, 2000, 1k]"),
    "mistake in a profile": ("{series: 10}", "{seriez: 10}"),
}


def by_schema(text):
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text))


def by_parser(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "scenario.yaml")
        path.write_text(text, encoding="utf-8")
        done = subprocess.run([PUSHPULL, "validate", path], capture_output=True, check=False)
    return done.returncode == 0


class SchemaTest(unittest.TestCase):
    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_shipped_scenarios_are_valid_and_name_the_schema(self):
        files = sorted((ROOT / "scenarios").glob("*.yaml"))
        self.assertGreaterEqual(len(files), 4)
        for file in files:
            with self.subTest(file.name):
                text = file.read_text(encoding="utf-8")
                jsonschema.validate(yaml.safe_load(text), SCHEMA,
                                    jsonschema.Draft202012Validator)
                self.assertTrue(by_parser(text))
                self.assertTrue(text.startswith("# yaml-language-server: $schema=./schema/"))

    def test_both_accept_the_good_one(self):
        self.assertTrue(by_schema(GOOD))
        self.assertTrue(by_parser(GOOD))

    def test_both_refuse_every_mistake(self):
        for what, (right, wrong) in MISTAKES.items():
            with self.subTest(what):
                self.assertEqual(GOOD.count(right), 1)
                text = GOOD.replace(right, wrong)
                self.assertFalse(by_schema(text), "by the schema")
                self.assertFalse(by_parser(text), "by the parser")


if __name__ == "__main__":
    unittest.main()
