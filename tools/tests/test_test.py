import unittest

from scripts import ALL_INSTALLED, PACKAGES, Checkout

RECORDER = """#!/bin/bash
echo "${0##*/} $*" >>"$CALLS"
[[ " $BROKEN " != *" ${0##*/} "* ]]
"""
STAND_INS = {name: RECORDER for name in ("cmake", "ctest", "setarch")} | ALL_INSTALLED
PASSING = "import unittest\n\n\nclass Test(unittest.TestCase):\n    def test(self):\n        pass\n"
FILES = {
    "tools/packages": PACKAGES,
    "tools/lint": RECORDER,
    "tools/servers": RECORDER,
    "tools/tests/test_a.py": PASSING,
    "reports/tests/__init__.py": "",
    "reports/tests/test_b.py": PASSING,
    "bench/fidelity": RECORDER,
    "bench/arms/tests/__init__.py": "",
    "bench/arms/tests/test_c.py": PASSING,
    "build/servers/VERSIONS": "prometheus-2.42 2.42.0\nprometheus-3.5 3.5.3\n",
    "scenarios/wan.yaml": "",
    "build/release/tools/pushpull": RECORDER,
    "build/release/bench/wire_bench": RECORDER,
    "harness/wire/text_fuzz.cc": "",
    "build/fuzz/harness/wire/text_fuzz": RECORDER,
}
STEPS = ["packages", "servers", "lint", "build", "unit_tests", "python_tests", "fidelity",
         "scenarios", "benchmarks"]


def steps_begun(output):
    return [line[3:] for line in output.splitlines() if line.startswith("== ")]


class TestTest(unittest.TestCase):
    def setUp(self):
        self.checkout = Checkout(self, ["lib.sh", "test"], FILES, STAND_INS)

    def run_script(self, *arguments, broken=""):
        return self.checkout.run("tools/test", *arguments, BROKEN=broken)

    def test_runs_every_step_and_says_so(self):
        code, output, calls = self.run_script()
        self.assertEqual(code, 0, output)
        self.assertEqual(steps_begun(output), STEPS)
        self.assertIn("all 9 steps passed", output.splitlines()[-1])
        scenario = f"{self.checkout.root}/scenarios/wan.yaml"
        smoke = f"{self.checkout.root}/build/smoke/wan"
        self.assertIn(f"pushpull validate {scenario}\n", calls)
        self.assertIn(f"pushpull run {scenario} --profile smoke --out {smoke}\n", calls)
        self.assertIn("wire_bench --benchmark_min_time=0.01 --benchmark_filter=-Day\n", calls)

    def test_stops_at_the_first_step_that_fails(self):
        for broken, step in (("servers", 1), ("lint", 2), ("cmake", 3), ("ctest", 4),
                             ("fidelity", 6), ("pushpull", 7), ("wire_bench", 8)):
            with self.subTest(broken):
                code, output, _ = self.run_script(broken=broken)
                self.assertEqual(code, 1)
                self.assertEqual(steps_begun(output), STEPS[: step + 1])
                self.assertIn(f"FAILED in step '{STEPS[step]}'", output.splitlines()[-1])

    def test_compares_with_the_real_servers_there_are(self):
        _, _, calls = self.run_script()
        self.assertIn("fidelity push --release 2.42 --condition 503 ", calls)
        self.assertIn("fidelity push --release 3.5 ", calls)
        (self.checkout.root / "build/servers/VERSIONS").write_text("prometheus-2.42 2.42.0\n")
        _, _, calls = self.run_script()
        self.assertNotIn("fidelity push --release 3.5 ", calls)

    def test_passes_options_to_those_they_are_for(self):
        _, _, calls = self.run_script("--without-3.5", "-R", "federation")
        self.assertIn("servers --without-3.5\n", calls)
        quick, processes = [call for call in calls.splitlines() if call.startswith("ctest ")]
        self.assertTrue(quick.endswith("--label-exclude ^(slow|loopback|real)$ -R federation"), quick)
        self.assertTrue(processes.endswith("--label-regex ^(loopback|real)$ -R federation"),
                        processes)

    def test_without_options_no_kind_of_test_may_be_missing(self):
        _, _, calls = self.run_script()
        quick, processes = [call for call in calls.splitlines() if call.startswith("ctest ")]
        self.assertIn("--label-exclude ^(slow|loopback|real)$ --no-tests=error", quick)
        self.assertIn("--label-regex ^(loopback|real)$ --no-tests=error", processes)

    def test_slow_adds_its_steps(self):
        code, output, calls = self.run_script("--slow")
        self.assertEqual(code, 0, output)
        slow = ["address_sanitizer", "thread_sanitizer", "fuzz", "tidy", "slow_tests"]
        self.assertEqual(steps_begun(output), STEPS + slow)
        self.assertIn("text_fuzz -max_total_time=60 ", calls)
        self.assertIn("lint --tidy\n", calls)
        self.assertIn("--label-regex ^slow$ --no-tests=error\n", calls)

    def test_no_scenario_or_benchmark_is_a_failure(self):
        for path in ("scenarios/wan.yaml", "build/release/bench/wire_bench"):
            with self.subTest(path):
                self.setUp()
                (self.checkout.root / path).unlink()
                code, _, _ = self.run_script()
                self.assertEqual(code, 1)


if __name__ == "__main__":
    unittest.main()
