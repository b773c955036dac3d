import dataclasses
import unittest

from reports import story
from reports.format import NBSP
from reports.recovery import back_after, delivered_during, recoveries
from reports.tests import fixture


def told(runs=None):
    report = fixture.report(runs)
    return [text.replace(NBSP, " ") for text in story.sentences(report.cells[0], report)]


class SentencesTest(unittest.TestCase):
    def test_three_sentences(self):
        compared, differs, faults = told()
        self.assertEqual(compared, "push-default (push, the baseline), push-large (push) and "
                         "pull-15s (pull) were run over 30m of virtual time, each with the same "
                         "12.0 M samples to ship.")
        self.assertEqual(differs, "Against push-default, push-large has the same median lag "
                         "(2.60 s), and 0.50× the bytes and the same CPU per delivered sample; "
                         "pull-15s has 3.15× the median lag (8.20 s), and ≈ 3.00× the bytes and "
                         "1.50× the CPU per delivered sample.")
        self.assertEqual(faults, "During outage (link_down, 5m) nothing arrived. After it, data "
                         "was as fresh as before within 100 s with push-default, within 43.0 s "
                         "with push-large and within 15.0 s with pull-15s. Samples lost for good: "
                         "2.00 M with pull-15s.")

    def test_nothing_is_said_of_what_is_not_recorded(self):
        bare = [fixture.push("push-default", 4) | {"metrics": [], "series": []},
                fixture.pull() | {"metrics": [], "series": []}]
        self.assertEqual(told(bare), [
            "push-default (push, the baseline) and pull-15s (pull) were run over 30m of virtual "
            "time.", "During outage (link_down, 5m) arrivals were not recorded."])

    def test_a_fault_that_the_run_did_not_reach(self):
        document = fixture.document()
        document["result"]["faults"][0]["actual"] = None
        report = fixture.report_of(document, "")
        self.assertIn("The run ended before outage", story.faults(report.cells[0]))

    def test_no_fault(self):
        cell = dataclasses.replace(fixture.cell(), faults=[])
        self.assertIn("Nothing was made to fail", story.faults(cell))


class VerdictTest(unittest.TestCase):
    def test_valid(self):
        verdict = story.verdict(fixture.report())
        self.assertEqual((verdict.word, verdict.bad), ("VALID", False))
        self.assertEqual(verdict.text.replace(NBSP, " "), "Every sample arrived with push-default "
                         "and push-large, but only 83.3 % with pull-15s.")

    def test_invalid_comes_before_interrupted(self):
        runs = [fixture.pull() | {"valid": False, "invalid_reasons": ["scraped 3 is not 2"]}]
        report = dataclasses.replace(fixture.report(runs), interrupted=True)
        verdict = story.verdict(report)
        self.assertEqual((verdict.word, verdict.bad), ("INVALID", True))
        self.assertEqual(verdict.reasons, ["pull-15s, repetition 0: scraped 3 is not 2"])

    def test_interrupted_and_failed(self):
        report = fixture.report()
        for changed, word in ((dataclasses.replace(report, interrupted=True), "INTERRUPTED"),
                              (dataclasses.replace(report, exit_code=1), "FAILED")):
            verdict = story.verdict(changed)
            self.assertEqual((verdict.word, verdict.bad), (word, True))


class RecoveryTest(unittest.TestCase):
    def test_of_the_fixture(self):
        cell = fixture.cell()
        found = {arm.variant: recoveries(cell, arm)[0] for arm in cell.arms}
        # Usual 20 s, so back at 22 s: 300 s shrink to 2 s in (1 - 2/300) of 100 s, 99.3 s.
        self.assertEqual(found["push-default"].back_after_s, 100)
        self.assertEqual(found["push-default"].usual_s, 20)
        # The same share of 300 / 7 s is 42.6 s.
        self.assertEqual(found["push-large"].back_after_s, 43)
        self.assertEqual(found["pull-15s"].back_after_s, 15)

    def test_back_means_to_stay(self):
        steady = [(float(t), 1.0) for t in range(200)]
        self.assertEqual(back_after(steady, 0, 1.1), 0)
        relapse = [(t, 9.0 if t < 10 or t == 40 else 1.0) for t, _ in steady]
        self.assertEqual(back_after(relapse, 0, 1.1), 41)
        late = [(t, 9.0 if t == 150 else 1.0) for t, _ in steady]
        self.assertEqual(back_after(late, 0, 1.1), 0)
        self.assertIsNone(back_after([(t, 9.0) for t, _ in steady], 0, 1.1))

    def test_a_fault_that_nobody_felt(self):
        run = fixture.push("a", 4)
        run["series"][0]["columns"]["staleness_max"] = [20.0] * 2000
        cell = fixture.cell([run])
        self.assertFalse(recoveries(cell, cell.arms[0])[0].felt)
        self.assertIn("No variant got staler than before by it.", story.faults(cell))

    def test_each_variant_is_told_on_its_own(self):
        steady, late = fixture.push("steady", 4), fixture.push("late", 4)
        steady["series"][0]["columns"]["staleness_max"] = [20.0] * 2000
        late["series"][0]["columns"]["staleness_max"][900:] = [99.0] * 1000
        told = story.faults(fixture.cell([steady, late]))
        self.assertIn("After it, data was as fresh as before all along with steady and not until "
                      "the measurement ended with late.", told)

    def test_arrivals_are_told_by_variant(self):
        cell = fixture.cell()
        early = dataclasses.replace(cell.faults[0], from_s=0, to_s=30)
        told = story.arrivals(cell, early)
        self.assertEqual(told.replace(NBSP, " "), "samples arrived: 200 k with push-default, 200 k "
                         "with push-large and 200 k with pull-15s")

    def test_too_little_before_the_fault(self):
        run = fixture.push("a", 4)
        run["series"][0]["columns"]["staleness_max"][:715] = [None] * 715
        cell = fixture.cell([run])
        self.assertEqual(recoveries(cell, cell.arms[0]), [])

    def test_arrivals_during_a_fault(self):
        cell = fixture.cell()
        fault = cell.faults[0]
        self.assertEqual(delivered_during(cell.arms[2], fault), 0)
        before = dataclasses.replace(fault, from_s=0, to_s=30)
        self.assertEqual(delivered_during(cell.arms[2], before), 200_000)  # fetches at 0 and 15
        # A real fault starts and ends a moment after the full second: the second it ends in is not its.
        late = dataclasses.replace(fault, from_s=0.0001, to_s=15.0001)
        self.assertEqual(delivered_during(cell.arms[2], late), 0)


if __name__ == "__main__":
    unittest.main()
