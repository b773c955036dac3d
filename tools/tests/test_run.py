import unittest

from scripts import ALL_INSTALLED, PACKAGES, Checkout

STAND_INS = {
    # "Builds" a pushpull that writes a report where --out, always its last argument here, says.
    "cmake": """#!/bin/bash
echo "cmake $*" >>"$CALLS"
[[ $1 == --build ]] || exit 0
[[ -z $BROKEN ]] || { echo "error: expected ;"; exit 1; }
mkdir -p "$2/tools"
cat >"$2/tools/pushpull" <<'END'
#!/bin/bash
echo "pushpull $*" >>"$CALLS"
mkdir -p "${@: -1}"
touch "${@: -1}/report.html"
exit "$RESULT"
END
chmod +x "$2/tools/pushpull"
""",
} | ALL_INSTALLED
FILES = {"tools/packages": PACKAGES, "scenarios/quickstart.yaml": "", "mine/wan.yaml": ""}


class RunTest(unittest.TestCase):
    def setUp(self):
        self.checkout = Checkout(self, ["lib.sh", "run"], FILES, STAND_INS)
        self.root = self.checkout.root

    def run_script(self, *arguments, broken="", result="0"):
        return self.checkout.run("tools/run", *arguments, BROKEN=broken, RESULT=result)

    def test_builds_one_target_and_runs_the_quickstart(self):
        code, output, calls = self.run_script()
        self.assertEqual(code, 0, output)
        configure, compile_, run = calls.splitlines()
        self.assertIn(f"--preset release -B {self.root}/build/run -DPUSHPULL_TESTS=OFF", configure)
        self.assertIn("--target pushpull ", compile_)
        self.assertTrue(run.startswith(f"pushpull run {self.root}/scenarios/quickstart.yaml "), run)
        results = run.split("--out ")[1]
        self.assertTrue(results.startswith(f"{self.root}/results/quickstart/"), run)
        self.assertEqual(output.splitlines()[-1], f"Report: {results}/report.html")

    def test_passes_scenario_and_options_on(self):
        _, output, calls = self.run_script("mine/wan.yaml", "--seed", "7", "--out", "here")
        self.assertEqual(calls.splitlines()[-1], "pushpull run mine/wan.yaml --seed 7 --out here")
        self.assertEqual(output.splitlines()[-1], f"Report: {self.root}/here/report.html")

    def test_options_alone_go_with_the_quickstart(self):
        _, _, calls = self.run_script("--seed", "7")
        self.assertIn("scenarios/quickstart.yaml --seed 7 --out ", calls)

    def test_keeps_the_exit_code_and_still_names_the_report(self):
        code, output, _ = self.run_script(result="3")
        self.assertEqual(code, 3)
        self.assertIn("Report: ", output)

    def test_a_missing_scenario_builds_nothing(self):
        code, output, calls = self.run_script("mine/lan.yaml")
        self.assertEqual((code, calls), (2, ""))
        self.assertIn("no scenario at 'mine/lan.yaml'", output)

    def test_a_broken_build_shows_the_errors_and_runs_nothing(self):
        code, output, calls = self.run_script(broken="yes")
        self.assertEqual(code, 1)
        self.assertIn("error: expected ;", output)
        self.assertNotIn("pushpull run", calls)


if __name__ == "__main__":
    unittest.main()
