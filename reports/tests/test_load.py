import json
import math
import tempfile
import unittest

from reports.load import load
from reports.node import InputError
from reports.parse import report_of
from reports.tests import fixture


class LoadTest(unittest.TestCase):
    def load_text(self, text):
        with tempfile.TemporaryDirectory() as folder:
            return load(fixture.write(folder, text))

    def assert_refused(self, text, *words):
        with self.assertRaises(InputError) as caught:
            self.load_text(text)
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_reads_what_the_runner_writes(self):
        report = self.load_text(json.dumps(fixture.document()))
        self.assertEqual([arm.variant for arm in report.cells[0].arms],
                         ["push-default", "push-large", "pull-15s"])
        pull = report.cells[0].arms[2]
        self.assertEqual(pull.value("samples_lost"), 2_000_000)
        self.assertEqual(pull.value("freshness_lag_p99"), math.inf)
        self.assertEqual(pull.runs[0].losses, {"federate_failed": 2_000_000})
        self.assertEqual(report.cells[0].faults[0].to_s, 900)
        self.assertEqual(pull.column("delivered").between(0, 16), [
            (float(t), 100_000 if t % 15 == 0 else 0) for t in range(16)])

    def test_every_cell_has_its_own_phases_and_faults(self):
        document = fixture.document()
        other = json.loads(json.dumps(document["result"]["runs"][0]))
        other |= {"cell": "for=1m",
                  "axes": {"timeline[0].for": {"text": "1m", "value": 60, "unit": "s"}},
                  "phases": {"warmup_s": 60, "measure_s": 900, "drain_s": 300},
                  "faults": [{"name": "outage", "fault": "link_down",
                              "planned": {"at_s": 600, "for_s": 60},
                              "actual": {"from_s": 601, "to_s": 662}}]}
        document["result"]["runs"].append(other)
        default, cell = self.load_text(json.dumps(document)).cells
        self.assertEqual((default.measure_s, default.faults[0].to_s), (fixture.MEASURE, fixture.UP))
        self.assertEqual((cell.name, cell.measure_s, cell.drain_s), ("for=1m", 900, 300))
        self.assertEqual((cell.faults[0].from_s, cell.faults[0].to_s), (601, 662))
        self.assertEqual(cell.arms[0].runs[0].axes["timeline[0].for"].number, 60)

    def test_truncated_at_any_place(self):
        text = json.dumps(fixture.document([]))
        for length in range(1, len(text), 37):
            with self.subTest(length=length):
                self.assert_refused(text[:length], "result.json:1:")
        self.assert_refused(text[:200], "cut short")

    def test_mixed_files(self):
        text = json.dumps(fixture.document())
        self.assert_refused(text + "\n" + text, "result.json:2:1", "more than one JSON document")

    def test_other_files(self):
        self.assert_refused("", "cut short")
        self.assert_refused("name: quickstart", "not JSON")
        self.assert_refused("[1]", "no schema_version")
        self.assert_refused("[" * 100_000, "nested too deeply")

    def test_versions(self):
        newer = fixture.document() | {"schema_version": 3}
        self.assert_refused(json.dumps(newer), "schema_version 3 is newer than 2", "later one")
        self.assert_refused(json.dumps(newer | {"schema_version": 0}), "never existed")

    def test_says_where_a_member_is_wrong(self):
        document = fixture.document()
        document["result"]["runs"][1]["metrics"][0]["value"] = "many"
        self.assert_refused(json.dumps(document),
                            'result.runs[1].metrics[0].value: expected a number, got "many"')
        document = fixture.document()
        document["result"]["runs"][0]["histograms"]["freshness_lag"]["buckets"][7] = [1, 2]
        self.assert_refused(json.dumps(document), "freshness_lag.buckets[7]: expected [low, high")
        document["result"]["phases"]["measure_s"] = math.inf
        document["result"]["runs"] = document["result"]["runs"][1:]
        self.assert_refused(json.dumps(document), "phases.measure_s: expected a number")
        document = fixture.document()
        del document["result"]["runs"][2]["valid"]
        self.assert_refused(json.dumps(document), "result.runs[2]: 'valid' is missing")
        document["result"]["runs"] = []
        self.assert_refused(json.dumps(document), "nothing was run")
        document["result"] = None
        self.assert_refused(json.dumps(document), "'result' is missing")

    def test_a_file_that_is_not_there(self):
        with self.assertRaisesRegex(InputError, "no-such.json: cannot be read: No such file"):
            load(fixture.pathlib.Path("no-such.json"))


class ModelTest(unittest.TestCase):
    def test_null_is_unknown_but_for_lags(self):
        document = fixture.document()
        metrics = document["result"]["runs"][0]["metrics"]
        metrics[:] = [fixture.metric("wire_bytes_per_sample", None),
                      fixture.metric("reader_staleness_max", None)]
        arm = report_of(document, "").cells[0].arms[0]
        self.assertIsNone(arm.value("wire_bytes_per_sample"))
        self.assertEqual(arm.value("reader_staleness_max"), math.inf)

    def test_repetitions_make_a_median_and_one_histogram(self):
        runs = [fixture.push("a", 4) for _ in range(3)]
        for repetition, (run, value) in enumerate(zip(runs, (7, 5, 6))):
            run["repetition"] = repetition
            run["metrics"] = [fixture.metric("requests", value)]
            run["histograms"] = {"freshness_lag": fixture.histogram([(1.0, 10)], 2)}
        arm = fixture.cell(runs).arms[0]
        figure = arm.figure("requests")
        self.assertEqual((figure.median, figure.low, figure.high), (6, 5, 7))
        histogram = arm.histogram("freshness_lag")
        self.assertEqual((histogram.count, histogram.infinite), (36, 6))
        self.assertEqual([count for _, _, count in histogram.buckets], [30])

    def test_invalid_repetitions_stay_out_of_figures(self):
        runs = [fixture.push("a", 4) for _ in range(2)]
        runs[0] |= {"valid": False, "metrics": [fixture.metric("requests", 1)]}
        self.assertEqual(len(fixture.cell(runs).arms[0].figure("requests").values), 1)

    def test_cells_are_kept_apart(self):
        runs = [fixture.push("a", 4), fixture.push("a", 4) | {"cell": "series=1M"}]
        self.assertEqual([cell.name for cell in fixture.report(runs).cells],
                         ["default", "series=1M"])


if __name__ == "__main__":
    unittest.main()
