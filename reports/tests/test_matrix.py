import re
import unittest
import xml.etree.ElementTree as xml

from reports import overview, page, story, summary
from reports.charts import backlog, batch_size, capacity, cardinality, completeness, shards
from reports.charts.all import OF_MATRIX, drawn
from reports.charts.draw import LABEL_ROOM, spread
from reports.charts.sweep import MOST_LINES, sweep
from reports.format import NBSP
from reports.tests import fixture, matrix

SERIES = {matrix.SERIES: ["10k", "30k", "100k", "300k"]}
SHARDS = {matrix.SHARDS: ["1", "2", "4", "10", "20"]}
BATCHES = {matrix.BATCH: ["500", "2000", "10000"]}
LINKS = {matrix.BANDWIDTH: ["8Mbit/s", "200Mbit/s"]}


def plain(text):
    return text.replace(NBSP, " ")


def completeness_of(_, arm):
    return arm.value("completeness")


class SweepTest(unittest.TestCase):
    def test_a_line_for_each_combination_of_the_other_axes(self):
        found = sweep(matrix.report(SERIES | LINKS), (matrix.SERIES,), completeness_of)
        self.assertEqual([line.label for line in found.lines], [
            "push · bandwidth 8Mbit/s", "pull · bandwidth 8Mbit/s",
            "push · bandwidth 200Mbit/s", "pull · bandwidth 200Mbit/s"])
        self.assertEqual([place.text for place in found.lines[0].places], SERIES[matrix.SERIES])
        self.assertEqual(found.held, {})

    def test_an_axis_of_a_variant_leaves_the_others_alone(self):
        report = matrix.report(SERIES | SHARDS)
        lines = sweep(report, (matrix.SERIES,), completeness_of).lines
        self.assertEqual([line.label for line in lines],
                         ["push · max_shards 1", "pull"]
                         + [f"push · max_shards {n}" for n in (2, 4, 10, 20)])
        self.assertEqual(len(lines[1].places), 4)  # one of five equal cells each
        against = sweep(report, shards.AXES, completeness_of).lines
        self.assertEqual({line.variant for line in against}, {"push"})

    def test_too_many_lines_hold_the_last_axis(self):
        found = sweep(matrix.report(SERIES | LINKS | SHARDS), (matrix.SERIES,), completeness_of)
        # 2 links × (5 kinds of push + pull) are 12; with shards held, 2 × 2.
        self.assertEqual(found.held, {matrix.SHARDS: "1"})
        self.assertEqual(len(found.lines), 4)
        self.assertIn("Held: max_shards at 1.", cardinality.chart(
            matrix.report(SERIES | LINKS | SHARDS)).note)

    def test_more_variants_than_lines_are_left_out_and_counted(self):
        variants = [f"push-{i}" for i in range(MOST_LINES + 3)]
        found = sweep(matrix.report(SERIES, variants), (matrix.SERIES,), completeness_of)
        self.assertEqual((len(found.lines), found.left_out), (MOST_LINES, 3))

    def test_labels_keep_their_distance_and_stay_inside(self):
        top = 100.0
        for heights in ([0, 0, 0], [50, 51, 90, 99, 100], [100, 100, 100]):
            found = spread([float(height) for height in heights], top)
            self.assertEqual(len(found), len(heights))
            self.assertLessEqual(found[-1], top)
            for low, high in zip(found, found[1:]):
                self.assertGreaterEqual(high - low, LABEL_ROOM - 1e-9)


class CardinalityTest(unittest.TestCase):
    def test_answer(self):
        chart = cardinality.chart(matrix.report(SERIES))
        # Push: 20 B + 20 kB / 2000. Pull: 20 B + 200 kB / series.
        self.assertEqual(plain(chart.title), "From 10k to 300k series, a delivered sample takes "
                         "30.0 B throughout with push and from 40.0 B to 20.7 B with pull")
        self.assertEqual(len(chart.rows), 8)

    def test_two_points_are_too_few(self):
        chart = cardinality.chart(matrix.report({matrix.SERIES: ["10k", "30k"]}))
        self.assertEqual((chart.title, chart.svg), ("Not enough data (2 points, need 3)", ""))
        self.assertFalse(cardinality.applies(matrix.report(SHARDS)))


class CapacityTest(unittest.TestCase):
    def test_answer(self):
        chart = capacity.matrix_chart(matrix.report(SERIES | LINKS))
        # Pull: 300k samples of 20.7 B in a second are 49.6 Mbit/s, 620 % of 8 Mbit/s. Push: 10
        # shards of 2000 samples of 30 B each second are 4.8 Mbit/s.
        self.assertEqual(plain(chart.title), "At its busiest the link is filled to 60.0 % with "
                         "push (10k series) and 620 % with pull (300k series)")
        self.assertIn("8.00 Mbit/s of wan", plain(chart.svg))


class ShardsTest(unittest.TestCase):
    def test_throughput_ends_growing_where_shards_suffice(self):
        report = matrix.report(SHARDS, ("push",))
        arrivals = sweep(report, shards.AXES, lambda _, arm: shards.busiest(arm))
        # 2000 samples/s a shard; behind an outage there is enough to send for all.
        self.assertEqual([round(place.value) for place in arrivals.lines[0].places],
                         [2000, 4000, 8000, 20000, 40000])
        title = plain(shards.chart(report).title)
        self.assertEqual(title, "It takes so many of up to 20 shards to bring 95% of the most that arrives: "
                         "20 with push")

    def test_a_line_per_size_of_batch(self):
        chart = shards.chart(matrix.report(SHARDS | BATCHES))
        self.assertEqual({row[0] for row in chart.rows},
                         {f"push · max_samples_per_send {n}" for n in BATCHES[matrix.BATCH]})


class BatchSizeTest(unittest.TestCase):
    def test_answer(self):
        title = plain(batch_size.chart(matrix.report(BATCHES)).title)
        # 20 B + 20 kB / 500 and 20 B + 20 kB / 10000
        self.assertEqual(title, "From 500 to 10000 samples per request, a delivered sample takes "
                         "from 60.0 B to 22.0 B with push")


class BacklogTest(unittest.TestCase):
    def test_answer(self):
        chart = backlog.chart(matrix.report(SHARDS))
        # One shard of 2000/s: 6667/s for 600 s, less 2000/s but for the outage of 60 s.
        most = 4_000_000 - 2000 * (600 - 60)
        self.assertEqual(plain(chart.title), "At most 2.92 M samples were held back (push at "
                         "max_shards=1); 3 of 5 backlogs were gone at the end")
        self.assertEqual(plain(chart.rows[0][2]), f"{most:,}".replace(",", " "))

    def test_at_most_twelve_panels(self):
        chart = backlog.chart(matrix.report(SERIES | SHARDS))
        self.assertIn("The 12 of 20 cells with the largest backlog.", chart.note)
        self.assertEqual(len({row[0] for row in chart.rows}), 12)

    def test_panels_are_named_by_what_tells_them_apart(self):
        report = matrix.report(SHARDS | {matrix.SERIES: ["10k", "1M"]})
        large = [panel for panel in backlog.panels(report) if "series=1M" in panel.cell.name]
        self.assertEqual(backlog.labels(report, large),
                         [f"max_shards {n}" for n in SHARDS[matrix.SHARDS]])
        self.assertEqual(backlog.common(report, large), " All shown have series at 1M.")


class CompletenessTest(unittest.TestCase):
    def test_the_least_complete_of_many(self):
        chart = completeness.matrix_chart(matrix.report(SERIES | SHARDS | LINKS))
        # 40 of push, and 8 of pull, which knows no shards.
        self.assertIn(f"The {completeness.MOST_BARS} least complete of 48", chart.note)
        self.assertIn("push · series 300k · max_shards 1 · bandwidth 8Mbit/s: 10.0", chart.title)


class PictureTest(unittest.TestCase):
    def test_pictures_are_small_and_well_formed_with_ids_of_their_own(self):
        ids = set()
        charts = drawn(OF_MATRIX, matrix.report(SERIES | SHARDS | BATCHES))
        for chart in [chart for group in charts.values() for chart in group]:
            with self.subTest(chart=chart.name):
                self.assertLess(len(chart.svg.encode()), 150_000)
                found = [e.get("id") for e in xml.fromstring(chart.svg).iter() if e.get("id")]
                self.assertTrue(found and ids.isdisjoint(found))
                ids.update(found)
        self.assertEqual(sum(map(len, charts.values())), len(OF_MATRIX))


class OverviewTest(unittest.TestCase):
    def test_the_most_telling_cell_is_where_variants_differ_most(self):
        # Push delivers 10 % of 300k series with one shard, pull 90 %: 80 points between them.
        self.assertEqual(overview.telling(matrix.report(SERIES | SHARDS)).name,
                         "series=300k max_shards=1")

    def test_cells_beyond_the_table_are_counted(self):
        report = matrix.report(SERIES | SHARDS | BATCHES)
        found = overview.overview(report)
        self.assertEqual((len(found.groups), found.left_out), (60, 0))
        wide = overview.overview(matrix.report(SERIES | SHARDS | BATCHES, ("a", "b", "pull")))
        self.assertEqual((len(wide.groups), wide.left_out), (40, 20))
        self.assertFalse(wide.short)


class StoryTest(unittest.TestCase):
    def test_many_cells(self):
        report = matrix.report(SERIES)
        self.assertEqual([plain(text) for text in story.across(report)], [
            "push (push) and pull (pull) were run in 4 cells: workload.series (10k, 30k, 100k, "
            "300k).",
            "Against push, per delivered sample, pull takes 0.69× to 1.33× the bytes and 1.60× "
            "the CPU."])
        # 10 shards of 2000 samples/s just carry 300k series, and in the minute of drain what a
        # minute of outage held back.
        self.assertEqual(plain(story.verdict(report).text), "Every sample arrived in all 4 cells "
                         "with push and in 0 of 4 cells with pull (at worst 90.0 %, series=10k).")

    def test_reasons_are_limited_and_name_their_cell(self):
        document = matrix.document(SERIES | SHARDS)
        for run in document["result"]["runs"]:
            run |= {"valid": False, "invalid_reasons": ["sums differ"]}
        verdict = story.verdict(fixture.report_of(document, ""))
        self.assertEqual(verdict.reasons[0],
                         "series=10k max_shards=1, push, repetition 0: sums differ")
        self.assertEqual(verdict.reasons[-1], f"… and {40 - story.MOST_REASONS} more")


class ManyCellsTest(unittest.TestCase):
    def test_the_page_of_96_cells_of_three_variants_stays_usable(self):
        axes = SERIES | BATCHES | LINKS | {matrix.SHARDS: ["1", "2", "5", "10"]}
        report = matrix.report(axes, ("push", "push-b", "pull"))
        self.assertEqual(len(report.cells), 96)
        text = page.render(report)
        self.assertLess(len(text.encode()), 3_000_000)
        self.assertIn("56 more cells of 96 left out here", text)
        self.assertIn("One cell in full: series=300k", text)
        self.assertEqual(len(re.findall("<h2 class=\"cell\"", text)), 1)
        ids = re.findall(r'\bid="([^"]*)"', text)
        self.assertEqual(len(ids), len(set(ids)))
        told = summary.render(report)
        self.assertLessEqual(len(told.encode()), summary.MAX_BYTES)
        self.assertIn("56 more cells left out", told)
        self.assertTrue("## One cell in full: series=300k" in told, told[-300:])


if __name__ == "__main__":
    unittest.main()
