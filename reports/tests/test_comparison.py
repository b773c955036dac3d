import math
import unittest

from reports.comparison import compare, ratio_of, verdict
from reports.format import NBSP
from reports.model import Figure, Metric
from reports.tests import fixture


def figure(*values, better="lower", kind="measured"):
    return Figure(Metric("m", "s", kind, better, values[0]), list(values))


class CompareTest(unittest.TestCase):
    def setUp(self):
        table = compare(fixture.cell(), virtual=True)
        self.rows = {row.label: row.entries for row in table.rows}

    def test_entries(self):
        default, large, pull = self.rows["Wire bytes per sample"]
        self.assertEqual((default.text, default.ratio), (f"20.0{NBSP}B", ""))
        self.assertEqual((large.ratio, large.verdict), ("0.50×", "better"))
        # 60 / 20, but a model: no verdict.
        self.assertEqual((pull.text, pull.ratio, pull.verdict),
                         (f"≈{NBSP}60.0{NBSP}B", "3.00×", ""))

    def test_infinite_is_worse_and_has_no_ratio(self):
        pull = self.rows["Freshness lag, p99"][2]
        self.assertEqual((pull.text, pull.ratio, pull.verdict), ("∞", "", "worse"))

    def test_more_of_what_should_be_more_is_better(self):
        self.assertEqual([entry.verdict for entry in self.rows["Delivered"]], ["", "", "worse"])

    def test_rows_without_anything_to_say_are_left_out(self):
        self.assertIn("Requests failed", self.rows)  # 20 of pull
        self.assertNotIn("Corrupted", self.rows)

    def test_what_the_leaf_makes_itself_stands_apart(self):
        run = fixture.pull()
        run["metrics"].append(fixture.metric("leaf_made_delivered", 400, better="none"))
        rows = {row.label: row.entries for row in compare(fixture.cell([run]), virtual=True).rows}
        self.assertEqual([(entry.text, entry.verdict) for entry in rows["Made by the leaf"]],
                         [("400", "")])
        self.assertNotIn("Made by the leaf", self.rows)

    def test_missing_metrics(self):
        runs = [fixture.push("push-default", 4) | {"metrics": []}, fixture.pull()]
        for row in compare(fixture.cell(runs), virtual=True).rows:
            self.assertEqual(row.entries[0].text, "–")
            self.assertEqual(row.entries[1].ratio, "")

    def test_a_baseline_that_was_not_run(self):
        table = compare(fixture.cell([fixture.pull()]), virtual=True)
        self.assertEqual({entry.ratio + entry.verdict for row in table.rows
                          for entry in row.entries}, {""})


class VerdictTest(unittest.TestCase):
    def test_virtual_differences_count_from_one_percent_on(self):
        self.assertEqual(verdict(figure(100.9), figure(100), virtual=True), "")
        self.assertEqual(verdict(figure(101.1), figure(100), virtual=True), "worse")
        self.assertEqual(verdict(figure(101.1, better="higher"), figure(100), True), "better")
        self.assertEqual(verdict(figure(2, better="none"), figure(1), virtual=True), "")

    def test_measured_differences_must_be_free_of_overlap(self):
        base = figure(10, 11, 12, 13)
        self.assertEqual(verdict(figure(6, 7, 8, 9), base, virtual=False), "better")
        self.assertEqual(verdict(figure(6, 7, 8, 10), base, virtual=False), "")
        self.assertEqual(verdict(figure(6, 7, 8), base, virtual=False), "")  # too few

    def test_ratios_of_or_to_nothing(self):
        self.assertIsNone(ratio_of(figure(5), figure(0)))
        self.assertIsNone(ratio_of(figure(0), figure(5)))
        self.assertIsNone(ratio_of(figure(math.inf), figure(5)))
        self.assertIsNone(ratio_of(None, figure(5)))


if __name__ == "__main__":
    unittest.main()
