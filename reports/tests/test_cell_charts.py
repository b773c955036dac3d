import dataclasses
import json
import unittest

from reports.charts import (capacity, catch_up, completeness, percentiles, resharding, roles,
                            staleness_raster)
from reports.charts.all import OF_CELL, drawn
from reports.format import NBSP
from reports.links import bits_per_s, link_of
from reports.model import AxisValue, Link
from reports.parse import report_of
from reports.tests import fixture


def plain(text):
    return text.replace(NBSP, " ")


class CompletenessTest(unittest.TestCase):
    def test_parts_add_up_to_what_was_scraped(self):
        run = fixture.pull() | {"losses": [{"cause": "federate_failed", "samples": 60},
                                           {"cause": "restart", "samples": 20}]}
        run["metrics"] = [fixture.metric(f"samples_{name}", value) for name, value in (
            ("scraped", 400), ("delivered", 200), ("undersampled", 80), ("not_selected", 0),
            ("pending", 40))]
        chart = completeness.chart(fixture.cell([run]))
        bar = completeness.bar_of("pull-15s", fixture.cell([run]).arms[0])
        self.assertEqual(bar.parts, {"delivered": 200, "undersampled": 80, "federate_failed": 60,
                                     "restart": 20, "pending": 40})
        self.assertEqual(sum(bar.share(part) for part in bar.parts), 1)
        self.assertEqual(plain(chart.title), "With pull-15s 50.0 % arrived (20.0 % undersampled, "
                         "15.0 % federate_failed, 10.0 % pending and 5.00 % restart)")
        for part in bar.parts:
            self.assertIn(part, chart.svg)

    def test_it_says_what_its_causes_mean(self):
        chart = completeness.chart(fixture.cell())
        self.assertIn("federate_failed: pull: the fetch that would have carried it failed.",
                      chart.note)

    def test_labels_keep_the_end_that_tells_them_apart(self):
        self.assertEqual(completeness.two_lines("push · rtt 5ms"), "push · rtt 5ms")
        self.assertEqual(
            completeness.two_lines("push · rtt 5ms · capacity 10000 · max_samples_per_send 500 · "
                                   "min_shards 1"),
            "push · rtt 5ms · capacity 10000\nmax_samples_per_send 500 · min_shards 1")
        self.assertEqual(completeness.two_lines("x" * 50), "x" * 43 + "…")

    def test_nothing_lost(self):
        chart = completeness.chart(fixture.cell([fixture.push("a", 4)]))
        self.assertEqual(chart.title, "Every sample scraped arrived, with every variant")


class PercentilesTest(unittest.TestCase):
    def line(self, infinite):
        histogram = {"count": 10, "infinite": infinite, "min": 1.2, "max": 5.2,
                     "buckets": [[1, 2, 5], [2, 3, 1], [3, 4, 1], [4, 5, 1], [5, 6, 2 - infinite]]}
        run = fixture.pull() | {"histograms": {"freshness_lag": histogram}}
        return percentiles.lines(fixture.cell([run]))[0]

    def test_a_point_per_bucket_at_its_middle_within_the_extremes(self):
        line = self.line(0)
        self.assertEqual([lag for _, lag in line.points], [1.5, 2.5, 3.5, 4.5, 5.2])
        self.assertEqual(line.points[0][0], 10 / 5)  # half of the samples
        self.assertEqual(line.end, 10)  # the largest of ten
        self.assertEqual([percentiles.at(line, p) for p in (0.5, 0.51, 0.6, 0.9)],
                         [1.5, 2.5, 2.5, 5.2])
        self.assertIsNone(line.lost_from)

    def test_lost_samples_end_the_line(self):
        line = self.line(1)
        self.assertEqual(line.lost_from, 10)
        self.assertIsNone(percentiles.at(line, 0.91))
        self.assertEqual(percentiles.drawn(line, 99, 100, 100)[-1][1], 99)

    def test_percentiles_never_fall_and_stay_below_the_maximum(self):
        for arm in fixture.cell().arms:
            line = percentiles.line_of(arm.variant, arm.histogram("freshness_lag"))
            for values in zip(*line.points):
                self.assertEqual(list(values), sorted(values))
            self.assertLessEqual(line.points[-1][1], arm.histogram("freshness_lag").maximum)

    def test_answer(self):
        title = plain(percentiles.chart(fixture.cell([fixture.pull()])).title)
        self.assertEqual(title, "The lag that 99 % of the samples stay within is endless with "
                         "pull-15s, where 16.7 % never arrived")


class ReshardingTest(unittest.TestCase):
    USED = [1] * 20 + [4] * 300 + [2] * 80
    DESIRED = [1.0] * 10 + [3.9] * 290 + [1.2] * 100

    def cell(self, **columns):
        run = fixture.push("a", 4)
        run["series"][0]["columns"] = columns
        return fixture.cell([run, fixture.pull()])

    def test_numbers(self):
        (told,) = resharding.told(self.cell(shards=self.USED, shards_desired=self.DESIRED))
        self.assertEqual((told.first, told.fewest, told.most, told.last), (1, 1, 4, 2))
        self.assertEqual(told.changes, 2)
        self.assertEqual(told.most_desired, 3.9)
        self.assertEqual(told.used[0][0], -fixture.WARMUP)

    def test_a_line_of_steps_keeps_its_changes(self):
        line = list(enumerate(self.USED))
        self.assertEqual(resharding.changes_only(line, 400), [(0, 1), (20, 4), (320, 2), (399, 2)])

    def test_answer_picture_and_table(self):
        chart = resharding.chart(self.cell(shards=self.USED, shards_desired=self.DESIRED))
        self.assertEqual(plain(chart.title), "a uses 1 to 4 shards in 2 changes, up to 3.9 desired")
        self.assertEqual(chart.rows, [["a", "1", "4", "2", "2", "3.9"]])
        self.assertIn("desired shards", chart.svg)

    def test_a_number_that_stays(self):
        chart = resharding.chart(self.cell(shards=[1] * 400, shards_desired=[0.2] * 400))
        self.assertEqual(plain(chart.title), "a stays at 1 shard, up to 0.2 desired")

    def test_only_where_a_sender_tells(self):
        self.assertFalse(resharding.applies(self.cell()))
        self.assertFalse(resharding.applies(self.cell(shards=[1] * 400)))
        self.assertFalse(resharding.applies(fixture.cell([fixture.pull()])))
        self.assertFalse(resharding.chart(self.cell(shards=[1], shards_desired=[1])).svg)


class CatchUpTest(unittest.TestCase):
    def test_of_the_fixture(self):
        cell = fixture.cell()
        fault, told = catch_up.worst(cell)
        self.assertEqual(fault.name, "outage")
        self.assertAlmostEqual(told[0].usual, fixture.RATE)
        # 300 s of samples at 4 times the rate, while new ones come: 300 / (4 - 1) = 100 s.
        self.assertEqual(told[0].after_s, 100)
        self.assertEqual(told[0].left, 2_000_000)
        self.assertEqual(told[2].backlog, [])
        self.assertEqual(told[2].beat_s, 15)  # the pull's interval
        step = catch_up.step_of(told)
        self.assertEqual(step, 15)
        self.assertAlmostEqual(dict(catch_up.bursts(told[0], step))[15], 4)
        # 6 × 15 s are 90 s; of the step to 105 s, 10 s at 4 times and 5 s as usual.
        self.assertAlmostEqual(dict(catch_up.bursts(told[0], step))[90], (10 * 4 + 5) / 15)
        self.assertTrue(all(abs(times - 1) < 1e-9 for _, times in catch_up.bursts(told[2], step)))

    def test_answer(self):
        self.assertEqual(plain(catch_up.chart(fixture.cell()).title), "After outage, push-default "
                         "reaches 4.00× its usual rate and has caught up after 100 s, push-large "
                         "reaches 8.00× its usual rate and has caught up after 43.0 s and "
                         "pull-15s reaches 1.00× its usual rate")

    def test_who_never_catches_up_says_so(self):
        run = fixture.push("a", 4)
        run["series"][0]["columns"]["backlog"] = [0] * 720 + [5000] * 1800
        chart = catch_up.chart(fixture.cell([run]))
        self.assertIn("has not caught up", chart.title)
        self.assertEqual(chart.rows[0][3], "not within the measurement")

    def test_a_fault_too_early_to_know_what_is_usual(self):
        cell = fixture.cell()
        early = dataclasses.replace(cell.faults[0], from_s=3, to_s=20)
        chart = catch_up.chart(dataclasses.replace(cell, faults=[early], warmup_s=4))
        self.assertEqual(chart.title, "Not enough data (5 usual seconds, need 10)")  # 4 / 2 + 3

    def test_not_asked_where_nothing_failed(self):
        cell = dataclasses.replace(fixture.cell(), faults=[])
        self.assertFalse(catch_up.applies(cell))
        self.assertEqual(catch_up.chart(cell).svg, "")


class RolesTest(unittest.TestCase):
    def cell(self, **more):
        run = fixture.push("a", 4)
        run["roles"] = [{"role": role, "kind": "measured", "cpu_seconds": cpu,
                         "peak_rss_bytes": rss} | more
                        for role, cpu, rss in (("leaf-0", 3, 100), ("leaf-1", 5, 200),
                                               ("central", 8, 400), ("link", 4, None))]
        run["metrics"] = [fixture.metric("cpu_us_per_sample", 4, "us/sample", "measured")]
        return fixture.cell([run])

    def test_the_price_is_divided_by_role(self):
        bar, = roles.cpu(self.cell())
        # 4 µs for 16 s of leaves and central; the harness's 4 s on top of them.
        self.assertEqual(bar.parts, {"leaf": 2, "central": 2, "link": 1})
        self.assertEqual(roles.memory(self.cell())[0].parts, {"leaf": 300, "central": 400})

    def test_answer_and_kind(self):
        chart = roles.chart(self.cell())
        self.assertEqual(plain(chart.title),
                         "A delivered sample takes 4.00 µs with a (50.0 % at the leaf) of CPU")
        self.assertIn("Measured on this machine", chart.note)
        self.assertIn("peak memory", chart.svg)
        self.assertNotIn("peak memory", roles.chart(self.cell(peak_rss_bytes=None)).svg)


class RasterTest(unittest.TestCase):
    def cell(self, *rows, step=60):
        run = fixture.pull() | {"raster": {"step_s": step, "start_s": -60,
                                           "targets": list(range(len(rows))),
                                           "staleness_s": list(rows)}}
        return fixture.cell([run])

    def test_spans_join_and_end(self):
        cell = self.cell([None, 10, 10, 301, 361, 10, 400, 10, 10, 10])
        panel, = staleness_raster.panels(cell)
        self.assertEqual(panel.late_s, 40)
        self.assertEqual(panel.above(300), [[(120, 240), (300, 360)]])
        self.assertEqual(panel.gone, [120])

    def test_answer(self):
        calm, gone = [10] * 10, [10] * 8 + [310, 370]
        title = staleness_raster.chart(self.cell(calm, gone)).title
        self.assertEqual(plain(title), "Older than 5m, and so gone from queries: 1 of 2 targets "
                         "for up to 2m with pull-15s")
        chart = staleness_raster.chart(self.cell(calm))
        self.assertIn("no target shown got older", chart.title)
        self.assertEqual(chart.svg, "")  # no empty frame
        self.assertIn("older than 40.0 s: nothing to draw", plain(chart.note))

    def test_a_picture_of_nothing_but_gaps_stays_small(self):
        rows = [[(1000 if (i + j) % 2 else 10) for i in range(600)] for j in range(64)]
        svg = staleness_raster.chart(self.cell(*rows, step=3)).svg
        self.assertLess(len(svg.encode()), 150_000)

    def test_coarser_keeps_the_worst(self):
        panel, = staleness_raster.panels(self.cell([1, 2, None, None, 5, None, 7, 1, 1, 1, 9]))
        self.assertEqual(staleness_raster.coarser(panel.raster).rows, [[2, None, 5, 7, 1, 9]])

    def test_a_raster_that_contradicts_itself_is_refused(self):
        document = fixture.document([fixture.pull() | {"raster": {
            "step_s": 1, "targets": [1, 2], "staleness_s": [[1]]}}])
        with self.assertRaisesRegex(Exception, r"runs\[0\]\.raster.*1 rows and 2 targets"):
            report_of(document, "")


class CapacityTest(unittest.TestCase):
    def test_share_of_the_link(self):
        cell = dataclasses.replace(fixture.cell([fixture.pull()]), link=Link("wan", 96e6))
        chart = capacity.chart(cell)
        # 60 B of 100k series in a second are 48 Mbit/s.
        self.assertEqual(plain(chart.title),
                         "The busiest second takes 50.0 % with pull-15s of the 96.0 Mbit/s of wan")
        self.assertFalse(capacity.applies(dataclasses.replace(cell, link=Link("wan", None))))

    def test_links(self):
        self.assertEqual(bits_per_s("1.5Gbit/s"), 1.5e9)
        for text in ("unlimited", "8 parsec", None, 5):
            self.assertIsNone(bits_per_s(text))
        expanded = {"link": "wan", "links": {"wan": {"bandwidth": "8Mbit/s"}, "lan": {}}}
        self.assertEqual(link_of(expanded, {}), Link("wan", 8e6))
        self.assertEqual(link_of(expanded, {"link": AxisValue("lan", None)}), Link("lan", None))
        swept = {"links.wan.bandwidth": AxisValue("2Mbit/s", None)}
        self.assertEqual(link_of(expanded, swept), Link("wan", 2e6))
        for odd in (None, [], {"link": 3}, {"link": "wan", "links": []}):
            self.assertIn(link_of(odd, {}), (None, Link("wan", None)))


class RegistryTest(unittest.TestCase):
    def test_charts_whose_question_does_not_arise_are_left_out(self):
        def names(cell):
            return [chart.name for charts in drawn(OF_CELL, cell).values() for chart in charts]
        often = names(fixture.cell())
        self.assertEqual(len(often), len(OF_CELL))
        bare = fixture.cell([fixture.push("a", 4) | {"raster": None, "roles": []}])
        seldom = names(dataclasses.replace(bare, faults=[], link=None))
        self.assertEqual(set(often) - set(seldom),
                         {"catch-up", "staleness-raster", "capacity", "roles"})

    def test_faults_of_runs_come_before_those_of_the_result(self):
        document = json.loads(json.dumps(fixture.document()))
        document["result"]["runs"][0]["faults"] = [{
            "name": "outage", "fault": "link_down", "planned": {"at_s": 600, "for_s": 300},
            "actual": {"from_s": 601, "to_s": 902}}]
        fault, = report_of(document, "").cells[0].faults
        self.assertEqual((fault.from_s, fault.to_s, fault.happened), (601, 902, True))


if __name__ == "__main__":
    unittest.main()
