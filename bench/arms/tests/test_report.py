import json
import math
import unittest

from arms import report
from arms.arm import World
from arms.conditions import CONDITIONS
from arms.figures import scalar

from .recordings import arm, gauges, request

OLD, NEW = (World("pushpull", release, "1.0", CONDITIONS[0]) for release in ("2.42.0+ds", "3.5.3"))
DIFFERENCES = [scalar("wire_bytes", "B", [1000.0, 1010.0, 1500.0], 0.01),
               scalar("freshness_p99", "s", [math.inf, math.inf, math.inf], 0.1)]


class ReportTest(unittest.TestCase):
    def test_numbers_are_as_long_as_they_are_good_for(self):
        self.assertEqual([report.number(v) for v in (0.0, 3.0, 0.12345, 12345.6, math.inf)],
                         ["0", "3", "0.1235", "12346", "never"])

    def test_the_table_names_what_is_beyond_its_limit(self):
        head, first, second = report.table(DIFFERENCES).splitlines()
        self.assertTrue(head.startswith("figure"))
        self.assertTrue(first.endswith("BEYOND"), first)
        self.assertIn("never", second)
        self.assertFalse(second.endswith("BEYOND"), second)

    def test_json_has_null_for_what_never_comes(self):
        result = report.as_json(OLD, DIFFERENCES)
        self.assertFalse(result["passed"])
        self.assertEqual(result["figures"][1]["real"], [None, None])
        json.dumps(result, allow_nan=False)

    def test_markdown_is_a_table_per_release(self):
        results = [report.as_json(world, DIFFERENCES) for world in (OLD, NEW)]
        text = report.markdown(results)
        self.assertIn("| steady | 1000 1010 1500 |  |  |  |  | never never never |  | 0% | wire_bytes |", text)
        self.assertEqual(text.count("| condition |"), 2)

    def test_traces_show_shards_and_retries(self):
        seen = arm(gauges=gauges(shards=[1.0] * 70, desired=[0.25] * 70),
                   requests=[request(1.0, 503), request(1.03, 204)])
        first, second, *_ = report.traces((seen, seen, seen)).splitlines()
        self.assertEqual(first, "  real shards 1 1 1 1 1 1; desired 0.25 0.25 0.25 0.25 0.25 0.25")
        self.assertEqual(second, "  real retries after 0.030")


if __name__ == "__main__":
    unittest.main()
