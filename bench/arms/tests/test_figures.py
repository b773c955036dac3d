import math
import unittest

from arms import figures
from arms.conditions import CONDITIONS, Condition, Event

from .recordings import SECOND, arm, gauges, request, scrape


def named(differences, name):
    return next(d for d in differences if d.name == name)


class LimitTest(unittest.TestCase):
    def test_is_the_stated_share_where_the_real_ones_agree(self):
        self.assertTrue(figures.scalar("f", "", [100, 100, 105], 0.05).ok)
        self.assertFalse(figures.scalar("f", "", [100, 100, 105.1], 0.05).ok)
        self.assertFalse(figures.scalar("f", "", [100, 100, 94], 0.05).ok)

    def test_is_twice_what_the_real_ones_are_apart_where_that_is_more(self):
        d = figures.scalar("f", "", [90, 110, 140], 0.05)
        self.assertEqual((d.difference, d.spread, d.limit), (40, 20, 40))
        self.assertTrue(d.ok)
        self.assertFalse(figures.scalar("f", "", [90, 110, 141], 0.05).ok)

    def test_is_never_below_the_floor(self):
        self.assertTrue(figures.scalar("f", "s", [0.001, 0.001, 0.1], 0.05, floor=0.1).ok)
        self.assertFalse(figures.scalar("f", "s", [0.001, 0.001, 0.2], 0.05, floor=0.1).ok)

    def test_what_never_comes_is_equal_to_what_never_comes_only(self):
        self.assertTrue(figures.scalar("f", "s", [math.inf, math.inf, math.inf], 0.05).ok)
        self.assertFalse(figures.scalar("f", "s", [math.inf, math.inf, 3], 0.05).ok)
        self.assertFalse(figures.scalar("f", "s", [3, 3, math.inf], 0.05, floor=0.1).ok)


class LagTest(unittest.TestCase):
    def test_quantiles_count_samples_and_lost_ones_come_last(self):
        lags = figures.lags_of([scrape(1, after=0.1), scrape(2, after=0.3), scrape(3, delivered=0)])
        self.assertAlmostEqual(figures.quantile(lags, 0.3), 0.1)
        self.assertAlmostEqual(figures.quantile(lags, 0.6), 0.3)
        self.assertEqual(figures.quantile(lags, 0.7), math.inf)

    def test_of_nothing_there_is_none(self):
        self.assertTrue(math.isnan(figures.quantile([], 0.5)))


class RetryTest(unittest.TestCase):
    # Two batches: retried after 30 and 60 ms, and after 34 ms.
    REQUESTS = [request(1.0, 503), request(1.03, 503, attempt=1), request(1.09, 204, attempt=2),
                request(2.0, 503, body=2), request(2.034, 204, body=2, attempt=1), request(3.0, 204, body=3)]

    def test_intervals_are_medians_by_attempt(self):
        first, second = figures.retry_intervals(self.REQUESTS)
        self.assertAlmostEqual(first, 0.032)
        self.assertAlmostEqual(second, 0.06)

    def test_headers_must_count(self):
        self.assertEqual(figures.retry_headers(self.REQUESTS), 1)
        self.assertEqual(figures.retry_headers([request(1), request(2)]), 0)
        self.assertEqual(figures.retry_headers([request(1, body=1), request(2, body=2)]), 0)

    def test_the_worst_interval_is_the_one_that_is_told(self):
        slow = [request(1, 503), request(1.03, 503), request(1.5)]
        arms = tuple(arm(requests=r) for r in (self.REQUESTS, self.REQUESTS, slow))
        worst = figures.compare_intervals(arms)
        self.assertEqual(worst.name, "retry_interval_2")
        self.assertFalse(worst.ok)
        self.assertAlmostEqual(worst.difference, 0.41)

    def test_without_retries_there_is_no_interval(self):
        self.assertIsNone(figures.compare_intervals((arm(), arm(), arm())))


class LostSetTest(unittest.TestCase):
    def test_counts_samples_that_only_one_has_lost(self):
        a = arm(scrapes=[scrape(1.25, delivered=0b1111111100), scrape(2.25)])
        b = arm(scrapes=[scrape(1.26, delivered=0b1111111100), scrape(2.26)])
        self.assertTrue(figures.compare_lost_sets((a, b, b), 0).ok)
        other = arm(scrapes=[scrape(1.25, delivered=0b1111110011), scrape(2.25)])
        d = figures.compare_lost_sets((a, b, other), 0)
        self.assertEqual(d.difference, 4)
        self.assertFalse(d.ok)
        self.assertTrue(figures.compare_lost_sets((a, b, other), 4).ok)


class PhasesTest(unittest.TestCase):
    def at(self, first, second):
        return arm(scrapes=[scrape(s + first) for s in range(5)] + [scrape(s + second, target=1) for s in range(5)])

    def test_each_target_must_be_scraped_at_its_place(self):
        real = self.at(0.25, 0.999)
        self.assertTrue(figures.compare_phases((real, real, self.at(0.26, 0.001))).ok)
        d = figures.compare_phases((real, real, self.at(0.25, 0.1)))
        self.assertFalse(d.ok)
        self.assertAlmostEqual(d.difference, 0.101)

    def test_a_target_that_is_not_scraped_is_found(self):
        real = self.at(0.25, 0.75)
        self.assertFalse(figures.compare_phases((real, real, arm(scrapes=[scrape(0.25)]))).ok)


class ShardsTest(unittest.TestCase):
    def of(self, *shards):
        """An arm that had so many at 10, 20 … s."""
        values = [1.0] * 10
        for each in shards:
            values += [float(each)] * 10
        return arm(gauges=gauges(shards=values))

    def test_one_unequal_tick_of_ten_is_allowed(self):
        real = self.of(1, 2, 3, 4, 4, 4)
        self.assertEqual(figures.ticks(real, "shards"), [1, 2, 3, 4, 4, 4])
        self.assertTrue(figures.compare_shards((real, real, real)).ok)
        self.assertFalse(figures.compare_shards((real, real, self.of(1, 1, 3, 4, 4, 4))).ok)

    def test_real_ones_that_disagree_allow_more(self):
        a, b = self.of(1, 2, 3, 4, 4, 4), self.of(1, 1, 3, 4, 4, 4)
        self.assertTrue(figures.compare_shards((a, b, self.of(1, 1, 2, 4, 4, 4))).ok)


class CompareTest(unittest.TestCase):
    CONDITION = Condition("test", "", 0, 60, 10, (Event(5, "answer 400"), Event(10, "pass")))

    def whole(self, **changes):
        fields = {"scrapes": [scrape(s + 0.25) for s in range(60)],
                  "requests": [request(s + 0.5, body=s) for s in range(60)],
                  "gauges": gauges(shards=[1.0] * 70, pending=[5.0] * 70, failed=[0.0] * 70, retried=[0.0] * 70)}
        return arm(**(fields | changes))

    def test_equal_arms_pass_in_every_figure(self):
        differences = figures.compare(self.CONDITION, "2.42.0", (self.whole(), self.whole(), self.whole()))
        self.assertTrue(all(d.ok for d in differences), differences)
        self.assertEqual(named(differences, "samples_per_request").mock, 10)
        self.assertEqual(named(differences, "requests").real, (60, 60))
        self.assertEqual({d.name for d in differences} & {"retries", "lost", "stop_takes"}, set(),
                         "figures that no arm has are left out")

    def test_each_kind_of_difference_is_found(self):
        lost = [scrape(s + 0.25, delivered=0 if 5 <= s < 55 else None, size=100) for s in range(60)]
        whole = [scrape(s + 0.25, size=100) for s in range(60)]
        cases = {
            "wire_bytes": {"wire_bytes": 1200},
            "requests": {"requests": [request(s / 2, body=s) for s in range(120)]},
            "retries": {"requests": [request(s / 2, body=s // 4) for s in range(60)]},
            "freshness_p99": {"scrapes": [scrape(s + 0.25, after=3.0 if s == 30 else 0.5) for s in range(60)]},
            "backlog_p90": {"gauges": gauges(shards=[1.0] * 70, pending=[5.0] * 30 + [900.0] * 40)},
            "shards": {"gauges": gauges(shards=[2.0] * 70)},
            "corrupted": {"corrupted": 1},
            "scraped": {"scrapes": [scrape(s + 0.25) for s in range(59)]},
        }
        for name, changes in cases.items():
            with self.subTest(name):
                differences = figures.compare(self.CONDITION, "2.42.0",
                                              (self.whole(), self.whole(), self.whole(**changes)))
                self.assertFalse(named(differences, name).ok)
        arms = (self.whole(scrapes=whole), self.whole(scrapes=whole), self.whole(scrapes=lost))
        differences = figures.compare(self.CONDITION, "2.42.0", arms)
        self.assertFalse(named(differences, "lost").ok)
        self.assertFalse(named(differences, "lost_set").ok)

    def test_a_leaf_that_does_not_stop_is_found(self):
        stopped = {"stop_seconds": 4.0, "stop_code": 0}
        arms = (self.whole(**stopped), self.whole(**stopped), self.whole())
        self.assertFalse(named(figures.compare(self.CONDITION, "2.42.0", arms), "stop_takes").ok)

    def test_what_a_leaf_says_at_its_very_end_is_left_out(self):
        failed = [0.0] * 40 + [9000.0] * 30
        quiet = self.whole(stopped=35 * SECOND, stop_seconds=4.0, stop_code=0)
        late = self.whole(stopped=35 * SECOND, stop_seconds=4.0, stop_code=0,
                          gauges=gauges(shards=[1.0] * 70, pending=[5.0] * 70, failed=failed, retried=[0.0] * 70))
        self.assertTrue(all(d.ok for d in figures.compare(self.CONDITION, "2.42.0", (quiet, quiet, late))))
        going_on = self.whole(gauges=late.gauges)
        differences = figures.compare(self.CONDITION, "2.42.0", (self.whole(), self.whole(), going_on))
        self.assertFalse(named(differences, "counted_failed").ok)

    def test_refused_connections_are_no_requests(self):
        refused = [request(s + 0.5, 0, body=0, size=0) for s in range(20)]
        whole = self.whole()
        more = self.whole(requests=whole.requests + refused)
        differences = figures.compare(self.CONDITION, "2.42.0", (more, more, whole))
        self.assertFalse(named(differences, "refused").ok)
        self.assertTrue(named(differences, "requests").ok)


class ConditionsTest(unittest.TestCase):
    def test_are_in_order_and_end(self):
        for condition in CONDITIONS:
            with self.subTest(condition.name):
                times = [event.at for event in condition.events]
                self.assertEqual(times, sorted(times))
                self.assertLess(condition.begin, condition.end)
                self.assertLessEqual(condition.seconds, 150, "a test of it takes two minutes and a half at most")


if __name__ == "__main__":
    unittest.main()
