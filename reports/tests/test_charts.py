import math
import random
import unittest
import xml.etree.ElementTree as xml

from reports.charts import bandwidth, freshness, timeline, wire_cost
from reports.charts.all import OF_CELL
from reports.charts.points import extremes, nice_step, sums, visible
from reports.format import NBSP
from reports.tests import fixture

CHARTS = [entry.draw for entry in OF_CELL]
SHORT = {"histograms": {"freshness_lag": fixture.histogram([(1.0, 5), (2.0, 5)], 0)},
         "series": [{"step_s": 1, "start_s": 0, "columns": {"delivered": [1, 2]}}],
         "metrics": [], "roles": [], "raster": None}


class FreshnessTest(unittest.TestCase):
    def test_share_of_samples_older_than_each_lag(self):
        run = fixture.pull()
        run["histograms"]["freshness_lag"] = {
            "count": 10, "infinite": 2, "min": 1, "max": 6,
            "buckets": [[1, 2, 4], [2, 3, 1], [3, 4, 1], [4, 5, 1], [5, 6, 1]]}
        line, = freshness.lines(fixture.cell([run]))
        self.assertEqual(line.points, [(1, 1.0), (2, 0.6), (3, 0.5), (4, 0.4), (5, 0.3), (6, 0.2)])
        self.assertEqual(line.lost, 0.2)  # the plateau

    def test_answer(self):
        chart = freshness.chart(fixture.cell())
        self.assertEqual(chart.title.replace(NBSP, " "), "Half of the samples are visible within "
                         "2.60 s with push-default, 2.60 s with push-large and 8.20 s with "
                         "pull-15s; never arrived: 16.7 % with pull-15s")
        self.assertIn("16.7", chart.svg)
        self.assertIn("never arrived: pull-15s", chart.svg)
        self.assertEqual(chart.rows[2][5].replace(NBSP, " "), "2 000 000 (16.7 %)")


class TimelineTest(unittest.TestCase):
    def test_panels(self):
        staleness, arrivals, backlog = timeline.panels(fixture.cell())
        self.assertEqual(max(staleness.lines["push-default"], key=lambda p: p[1]), (900.0, 320.0))
        # 26 667 samples/s for 100 s after 900 s, in steps of 15 s.
        self.assertAlmostEqual(dict(arrivals.lines["push-default"])[900], 4 * fixture.RATE)
        self.assertAlmostEqual(dict(arrivals.lines["pull-15s"])[0], fixture.RATE)
        self.assertEqual(dict(arrivals.lines["pull-15s"])[600], 0)
        self.assertEqual(backlog.lines["pull-15s"], [])
        self.assertEqual(max(y for _, y in backlog.lines["push-large"]), 2_000_000)

    def test_staleness_ends_with_the_measure_phase(self):
        staleness = timeline.panels(fixture.cell())[0]
        self.assertTrue(all(line[-1][0] < fixture.MEASURE for line in staleness.lines.values()))

    def test_panels_without_data_are_left_out(self):
        self.assertEqual(len(timeline.panels(fixture.cell([fixture.pull()]))), 2)

    def test_answer_and_table(self):
        chart = timeline.chart(fixture.cell())
        self.assertEqual(chart.title.replace(NBSP, " "), "After outage, data was as fresh as "
                         "before within 100 s with push-default, within 43.0 s with push-large "
                         "and within 15.0 s with pull-15s")
        self.assertEqual([text.replace(NBSP, " ") for text in chart.rows[0]],
                         ["outage", "push-default", "20.0 s", "5m20s", "100 s", "0", "2 000 000"])


class BandwidthTest(unittest.TestCase):
    def test_mean_and_busiest_second(self):
        flow = bandwidth.traffic(fixture.cell().arms[2], "to_central")
        self.assertAlmostEqual(flow.peak[1], 6_000_000)  # 60 B of 100k series
        # A fetch each 15 s, but for 300 s of 1800: 100 fetches.
        self.assertAlmostEqual(flow.mean(1800), 100 * 6_000_000 / 1800)
        self.assertAlmostEqual(dict(flow.means(15))[0], 400_000)
        self.assertAlmostEqual(dict(flow.peaks(15))[0], 6_000_000)
        self.assertEqual(dict(flow.means(15))[615], 0)


class WireCostTest(unittest.TestCase):
    def test_bars(self):
        self.assertEqual([(bar.variant, bar.figure.median, bar.ratio)
                          for bar in wire_cost.bars(fixture.cell())],
                         [("push-default", 20, 1), ("push-large", 10, 0.5), ("pull-15s", 60, 3)])

    def test_models_are_marked(self):
        chart = wire_cost.chart(fixture.cell())
        self.assertEqual(chart.title.replace(NBSP, " "), "push-large needs 0.50× and pull-15s "
                         "needs ≈ 3.00× the bytes of push-default for each sample that arrives")
        self.assertIn("sizes are modelled", chart.note)


class EveryChartTest(unittest.TestCase):
    def test_too_little_data_is_said_in_words(self):
        titles = [draw(fixture.cell([fixture.push("a", 4) | SHORT])).title for draw in CHARTS]
        self.assertIn("Not enough data (2 buckets, need 5)", titles)
        self.assertIn("Not enough data (2 points, need 5)", titles)
        for draw in CHARTS:
            for run in (fixture.push("a", 4) | SHORT, fixture.push("a", 4) | {
                    "metrics": [], "series": [], "histograms": {}, "roles": [],
                    "raster": None}):
                chart = draw(fixture.cell([run]))
                self.assertTrue(chart.title.startswith("Not enough data"), chart.title)
                self.assertEqual(chart.svg, "")

    def test_pictures_are_small_and_well_formed_with_ids_of_their_own(self):
        seed = 7
        noise = random.Random(seed)
        runs = [fixture.push(f"push-{i}", 4) for i in range(6)] + [fixture.pull()]
        for run in runs:
            for series in run["series"]:
                for values in series["columns"].values():
                    values[:] = [value * noise.random() for value in values]
            run["histograms"]["freshness_lag"] = fixture.histogram(
                [(noise.lognormvariate(1, 2), 1) for _ in range(5000)], 3)
        ids = set()
        for draw in CHARTS:
            with self.subTest(chart=draw.__module__, seed=seed):
                svg = draw(fixture.cell(runs)).svg
                self.assertLess(len(svg.encode()), 150_000)
                found = [e.get("id") for e in xml.fromstring(svg).iter() if e.get("id")]
                self.assertTrue(ids.isdisjoint(found))
                ids.update(found)

    def test_pictures_show_hostile_names_as_they_are(self):
        name = '$x_1$ id="a" <b>&amp;'
        run = fixture.pull() | {"variant": name}
        for draw in (freshness.chart, wire_cost.chart):
            texts = xml.fromstring(draw(fixture.cell([run])).svg).itertext()
            self.assertTrue(any(name in text for text in texts))

    def test_push_is_solid_and_pull_is_dashed(self):
        for run, dashed in ((fixture.push("a", 4), False), (fixture.pull(), True)):
            svg = timeline.chart(fixture.cell([run])).svg
            lines = [e for e in xml.fromstring(svg).iter() if "series-0" in (e.get("style") or "")]
            self.assertEqual(any("stroke-dasharray: 7.5" in e.get("style") for e in lines), dashed)


class PointsTest(unittest.TestCase):
    def test_steps(self):
        self.assertEqual(nice_step(2520, 180), 15)
        self.assertEqual(nice_step(10, 180, least=1), 1)
        self.assertEqual(nice_step(1e9, 10), 1e8)

    def test_sums_do_not_lose_a_row_to_floating_point(self):
        rows = [(-120 + i * 0.1, 1) for i in range(12_000)]
        self.assertEqual({total for _, total in sums(rows, 1)}, {10})

    def test_extremes_keep_every_peak(self):
        points = [(float(t), 0.0) for t in range(10_000)]
        points[1234] = (1234.0, 5.0)
        points[1235] = (1235.0, -5.0)
        kept = extremes(points, 50)
        self.assertLessEqual(len(kept), 100)
        self.assertIn((1234.0, 5.0), kept)
        self.assertIn((1235.0, -5.0), kept)
        self.assertEqual(kept, sorted(kept))

    def test_visible_drops_what_falls_on_the_same_pixel(self):
        kept = visible([(i / 1000, math.sin(i / 1000)) for i in range(1000)], 100, 100)
        self.assertLess(len(kept), 110)
        self.assertEqual(kept[-1][0], 0.999)


if __name__ == "__main__":
    unittest.main()
