import dataclasses
import functools
import hashlib
import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

from reports import page, summary
from reports.charts.all import OF_CELL
from reports.parse import report_of
from reports.tests import fixture

ROOT = pathlib.Path(page.__file__).resolve().parent.parent
HOSTILE = "</script></code><script>alert(1)</script> `x` | *y* <img src=x>"


class Tags(html.parser.HTMLParser):
    """What a browser would see: tags, attributes and texts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def hostile_report():
    document = fixture.document()
    document["command"] = document["scenario"]["text"] = HOSTILE
    document["result"]["name"] = document["result"]["description"] = HOSTILE
    document["result"]["faults"][0]["name"] = HOSTILE
    for run in document["result"]["runs"][:1]:
        run["variant"] = document["result"]["baseline"] = HOSTILE
        run["warnings"] = [HOSTILE]
    return report_of(json.loads(json.dumps(document)), "")


@functools.cache
def usual_page():
    return page.render(fixture.report())


class PageTest(unittest.TestCase):
    def test_equal_results_give_equal_bytes(self):
        # In other processes too: addresses and hashes differ there.
        script = ("import hashlib; from reports import page; from reports.tests import fixture; "
                  "print(hashlib.md5(page.render(fixture.report()).encode()).hexdigest())")
        digests = [subprocess.run([sys.executable, "-c", script], check=True, capture_output=True,
                                  text=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}
                                  ).stdout for seed in ("1", "2")]
        here = hashlib.md5(usual_page().encode()).hexdigest() + "\n"
        self.assertEqual(digests, [here, here])

    def test_needs_no_network_and_no_scripts(self):
        seen = Tags(usual_page())
        self.assertTrue({"script", "link", "img", "iframe", "object"}.isdisjoint(seen.tags))
        self.assertTrue(all((value or "").startswith("#") for name, value in seen.attributes
                            if name in ("src", "href", "xlink:href")))

    def test_ids_are_unique(self):
        runs = [fixture.push("a", 4), fixture.push("a", 4) | {"cell": "series=1M"}]
        ids = [value for name, value in Tags(page.render(fixture.report(runs))).attributes
               if name == "id"]
        self.assertEqual(len(ids), len(set(ids)))

    def test_hostile_texts_stay_texts(self):
        text = page.render(hostile_report())
        seen = Tags(text)
        self.assertTrue({"script", "img"}.isdisjoint(seen.tags))
        self.assertIn(HOSTILE, seen.texts)

    def test_has_every_part(self):
        text = usual_page()
        for part in ("VALID", "Comparison", "Losses by cause", "federate_failed",
                     "How far to trust this", "Environment", "Some CPU", "Run it again",
                     "pushpull run scenarios/quickstart.yaml", "Glossary", fixture.SCENARIO):
            self.assertIn(part, text)
        self.assertEqual(text.count("<figure"), len(OF_CELL))
        self.assertEqual(text.count('<svg role="img" aria-label="'), len(OF_CELL))
        self.assertNotIn("INVALID", text)

    def test_invalid_runs_say_so_at_the_top_and_in_the_table(self):
        runs = [fixture.push("push-default", 4),
                fixture.pull() | {"valid": False, "invalid_reasons": ["sums differ"]}]
        text = page.render(fixture.report(runs))
        self.assertRegex(text, r'(?s)class="verdict bad".*INVALID.*sums differ.*<h2>Comparison')
        self.assertEqual(len(re.findall('class="flag">INVALID', text)), 1)

    def test_interrupted(self):
        text = page.render(dataclasses.replace(fixture.report(), interrupted=True))
        self.assertRegex(text, r'(?s)class="verdict bad".*INTERRUPTED')

    def test_bare_runs_still_have_a_page(self):
        runs = [fixture.push("a", 4) | {"metrics": [], "series": [], "histograms": {}}]
        self.assertIn("Not enough data", page.render(fixture.report(runs)))
        runs.append(runs[0] | {"cell": "another"})
        self.assertIn("Not enough data", page.render(fixture.report(runs)))


class SummaryTest(unittest.TestCase):
    def test_the_same_words_and_figures(self):
        text = summary.render(fixture.report()).replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("**VALID.** Every sample arrived with push-default", text)
        self.assertIn("Samples lost for good: 2.00 M with pull-15s.", text)
        self.assertRegex(text, r"\| Wire bytes per sample +\| +20.0 B \| 10.0 B · 0.50× better "
                         r"\| +≈ 60.0 B · 3.00× \|")
        self.assertIn("| pull-15s  | federate_failed ", text)
        self.assertIn("Run it again: `pushpull run scenarios/quickstart.yaml`", text)

    def test_tables_are_aligned_as_text(self):
        lines = [line for line in summary.render(fixture.report()).splitlines()
                 if line.startswith("|")]
        widths = {len(line) for line in lines}
        self.assertEqual(len(widths), 2)  # of two tables

    def test_hostile_texts_break_neither_table_nor_code(self):
        text = summary.render(hostile_report())
        self.assertNotRegex(text, r"(?<!\\)<(script|img)(?!.*`)")
        self.assertIn("``" + " " + HOSTILE + " " + "``", text)
        table = [line for line in text.splitlines() if line.startswith("| Lost ")]
        self.assertEqual(len(re.findall(r"(?<!\\)\|", table[0])), 5)

    def test_is_cut_at_a_line_below_60_kb(self):
        names = [f"cell {i} {'of a long name ' * 40}" for i in range(120)]
        runs = [fixture.push("a", 4) | {"cell": name, "series": []} for name in names]
        text = summary.render(fixture.report(runs))
        self.assertLessEqual(len(text.encode()), 60_000)
        self.assertTrue(text.endswith(summary.CUT))


if __name__ == "__main__":
    unittest.main()
