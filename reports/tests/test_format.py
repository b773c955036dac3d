import math
import unittest

from reports import format as fmt


def plain(text):
    return text.replace(fmt.NBSP, " ")


class FormatTest(unittest.TestCase):
    def assert_shown(self, show, expected):
        for value, text in expected.items():
            with self.subTest(value=value):
                self.assertEqual(plain(show(value)), text)

    def test_significant_digits_round_behind_the_point_only(self):
        self.assert_shown(fmt.significant, {0: "0", 1234.4: "1234", 12.345: "12.3",
                                            9.996: "10.0", 0.012345: "0.0123", math.inf: "∞"})

    def test_counts_are_exact_while_short(self):
        self.assert_shown(fmt.count, {0: "0", 3: "3", 9999: "9 999", 12_345: "12.3 k",
                                      999_600: "1.00 M", 2e9: "2.00 G"})

    def test_exact(self):
        self.assert_shown(fmt.exact, {1_234_567: "1 234 567", 7: "7"})

    def test_durations_change_their_unit(self):
        self.assert_shown(fmt.duration, {
            0: "0 s", 25e-6: "25.0 µs", 0.08: "80.0 ms", 0.9996: "1.00 s", 17.31: "17.3 s",
            119.96: "2m", 604: "10m04s", 3599.6: "1h", 7500: "2h05m", -3: "−3.00 s",
            math.inf: "∞"})

    def test_clock_keeps_the_unit_of_the_step(self):
        self.assertEqual([plain(fmt.clock(*times)) for times in (
            (90, 30), (-300, 300), (90, 60), (5400, 1800), (7200, 3600), (0.5, 0.5))],
            ["90 s", "−5 min", "1.5 min", "90 min", "2 h", "500 ms"])

    def test_bytes(self):
        self.assert_shown(fmt.size, {19.84: "19.8 B", 1500: "1.50 kB", 6e6: "6.00 MB"})
        self.assert_shown(fmt.rate, {0: "0 B/s", 133_000: "133 kB/s"})

    def test_100_percent_means_all(self):
        self.assert_shown(fmt.percent, {1: "100 %", 0.9999996: "99.99996 %", 0.99951: "99.95 %",
                                        0.8333: "83.3 %", 1e-6: "0.000100 %", 0: "0 %"})

    def test_ratios(self):
        self.assert_shown(fmt.ratio, {0.418: "0.42×", 3.148: "3.15×", 0.0281: "0.028×"})

    def test_listing(self):
        self.assertEqual([fmt.listing(list(words)) for words in ("", "a", "ab", "abc")],
                         ["", "a", "a and b", "a, b and c"])


if __name__ == "__main__":
    unittest.main()
