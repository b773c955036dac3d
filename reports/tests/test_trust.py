import json
import unittest

from reports import facts, trust
from reports.parse import report_of
from reports.tests import fixture


def changed(engine="virtual", **metrics):
    """The fixture with other metrics in its first run."""
    document = json.loads(json.dumps(fixture.document()))
    document["result"]["engine"] = engine
    document["result"]["runs"][0]["metrics"] += [
        fixture.metric(name, value) for name, value in metrics.items()]
    return report_of(document, "")


def states(report):
    return {check.subject: check.state for check in trust.checks(report)}


class ChecksTest(unittest.TestCase):
    def test_nothing_wrong(self):
        self.assertEqual(states(fixture.report()), {
            "Engine": "none", "Conservation": "ok", "Values": "ok", "Generator lateness": "ok",
            "Repetitions": "none"})

    def test_lateness_is_judged_against_the_scrape_interval(self):
        # 1 % of 15 s
        late = states(changed(generator_lateness_p99=0.151))
        self.assertEqual(late["Generator lateness"], "warning")
        self.assertEqual(states(changed(generator_lateness_p99=0.149))["Generator lateness"], "ok")

    def test_harness_share(self):
        self.assertEqual(states(changed(harness_share=0.26))["Harness share"], "warning")
        self.assertEqual(states(changed(harness_share=0.24))["Harness share"], "ok")

    def test_samples_from_nowhere(self):
        self.assertEqual(states(changed(samples_unknown=1))["Values"], "bad")

    def test_rounded_samples_are_good_but_said(self):
        check, = (check for check in trust.checks(changed(samples_rounded=17))
                  if check.subject == "Values")
        self.assertEqual(check.state, "ok")
        self.assertIn("17 came with other last digits", check.text)
        self.assertNotIn("digits", trust.strangers(fixture.report()).text)

    def test_one_repetition_of_a_measurement_has_no_noise_floor(self):
        self.assertEqual(states(changed("loopback"))["Repetitions"], "warning")

    def test_invalid(self):
        runs = [fixture.pull() | {"valid": False}]
        self.assertEqual(states(fixture.report(runs))["Conservation"], "bad")

    def test_scrape_intervals(self):
        document = fixture.document()
        for text, seconds in (("1m30s", 90), ("500ms", 0.5), ("soon", None), (15, None)):
            document["scenario"]["expanded"]["workload"]["scrape_interval"] = text
            self.assertEqual(trust.scrape_interval(report_of(document, "")), seconds)

    def test_a_warning_of_several_variants_is_one(self):
        self.assertEqual(trust.warnings(fixture.report()), [
            "push-default, push-large and pull-15s: sizes are modelled; largest error 0.4 %"])

    def test_what_was_not_observable_is_said(self):
        hidden = [{"figure": "samples_duplicate", "why": "nobody says"},
                  {"figure": "freshness_lag", "why": "nobody sees"},
                  {"figure": "reader_staleness", "why": "nobody sees"}]
        run = fixture.pull() | {"warnings": [], "not_observable": hidden}
        self.assertEqual(trust.warnings(fixture.report([run])), [
            "pull-15s: not observable: samples_duplicate: nobody says",
            "pull-15s: not observable: freshness_lag and reader_staleness: nobody sees"])

    def test_kinds_that_occur(self):
        self.assertEqual([kind for kind, _, _ in trust.kinds(fixture.report())],
                         ["exact", "simulated", "model"])


class FactsTest(unittest.TestCase):
    def test_losses(self):
        (variant, cause, meaning, samples, share), = facts.losses(fixture.cell())
        self.assertEqual((variant, cause), ("pull-15s", "federate_failed"))
        self.assertIn("fetch", meaning)
        self.assertEqual((samples, share), ("2\u00a0000\u00a0000", "16.7\u00a0%"))

    def test_who_refused_is_known_by_the_faults(self):
        def meaning(rejected, *faults):
            run = fixture.push("a", 4) | {"losses": [{"cause": "rejected", "samples": 5}]}
            run["faults"] = [{"name": name, "fault": kind, "planned": {"at_s": 10, "for_s": 5},
                              "actual": actual} for name, kind, actual in faults]
            run["metrics"] = run["metrics"] + [fixture.metric("samples_rejected", rejected)]
            (_, _, text, _, _), = facts.losses(fixture.cell([run]))
            return text

        was = {"from_s": 10, "to_s": 15}
        self.assertIn("push: central refused the batch", meaning(5, ("cut", "link_down", was)))
        self.assertIn("push: the link (fault bad) refused the batch",
                      meaning(0, ("bad", "http_status", was)))
        self.assertIn("the link (fault bad and worse) or central refused",
                      meaning(5, ("bad", "http_status", was), ("worse", "http_status", was)))
        self.assertIn("push: central refused", meaning(5, ("bad", "http_status", None)))

    def test_unknown_causes_are_shown_as_they_are(self):
        run = fixture.pull() | {"losses": [{"cause": "cosmic_rays", "samples": 1}], "metrics": []}
        self.assertEqual(facts.losses(fixture.cell([run])),
                         [["pull-15s", "cosmic_rays", "", "1", "–"]])

    def test_environment_leaves_out_what_is_not_there(self):
        document = fixture.document()
        del document["started"], document["wall_seconds"], document["host"]
        names = [name for name, _ in facts.environment(report_of(document, ""))]
        self.assertEqual(names, ["Tool", "Engine", "Seed", "Systems", "Scenario", "Machine"])


if __name__ == "__main__":
    unittest.main()
