import unittest

from scripts import Checkout

PACKAGES = "# build: a comment\nbuild g++\nbuild cmake\n\nreport matplotlib\ntest cmake\n"
STAND_INS = {
    # Every package is installed but those in $MISSING; the one in $REMOVED left its files behind.
    "dpkg-query": """#!/bin/bash
for package in "${@:4}"; do
  [[ " $MISSING " == *" $package "* ]] || echo "$package installed"
done
echo "$REMOVED config-files"
exit 1
""",
    "apt-get": """#!/bin/bash
echo "apt-get $*" >>"$CALLS"
[[ $* == *" ${FAILS:-none}"* ]] && { echo "E: no network"; exit 100; }
exit 0
""",
    "id": """#!/bin/bash
echo "$USER_ID"
""",
    "sudo": """#!/bin/bash
[[ $SUDO == yes && $1 == -n ]] && exec "${@:2}"
echo "sudo: a password is required" >&2
exit 1
""",
}
ROOT = {"USER_ID": "0", "SUDO": "", "MISSING": "", "REMOVED": ""}
USER = ROOT | {"USER_ID": "1000"}


class LibTest(unittest.TestCase):
    def setUp(self):
        self.checkout = Checkout(self, ["lib.sh"], {"tools/packages": PACKAGES}, STAND_INS)

    def bash(self, command, **environment):
        script = f"source tools/lib.sh; {command}"
        return self.checkout.run("bash", "-euo", "pipefail", "-c", script, **environment)

    def need(self, purposes, who, **environment):
        return self.bash(f"need_packages {purposes}", **(who | environment))

    def test_nothing_missing_touches_nothing(self):
        self.assertEqual(self.need("build report test", ROOT), (0, "", ""))

    def test_missing_packages_are_installed_after_an_update(self):
        code, output, calls = self.need("build report", ROOT, MISSING="g++ matplotlib")
        self.assertEqual(code, 0, output)
        update, install = calls.splitlines()
        self.assertTrue(update.endswith(" update"), calls)
        self.assertTrue(install.endswith(" --no-install-recommends g++ matplotlib"), calls)
        self.assertIn("2 Debian packages: g++ matplotlib", output)

    def test_other_purposes_are_left_out(self):
        self.assertEqual(self.need("build", ROOT, MISSING="matplotlib"), (0, "", ""))

    def test_an_unknown_purpose_is_a_mistake_of_ours(self):
        code, output, calls = self.need("biuld", ROOT, MISSING="cmake")
        self.assertEqual((code, calls), (1, ""))
        self.assertIn("nothing for the purpose 'biuld'", output)

    def test_a_removed_package_is_missing(self):
        code, _, calls = self.need("report", ROOT, MISSING="matplotlib", REMOVED="matplotlib")
        self.assertEqual(code, 0)
        self.assertIn("--no-install-recommends matplotlib\n", calls)

    def test_a_package_of_two_purposes_is_asked_for_once(self):
        _, _, calls = self.need("build test", ROOT, MISSING="cmake")
        self.assertTrue(calls.endswith("--no-install-recommends cmake\n"), calls)

    def test_a_failed_update_does_not_stop_the_install(self):
        code, _, calls = self.need("build", ROOT, MISSING="cmake", FAILS="update")
        self.assertEqual((code, len(calls.splitlines())), (0, 2))

    def test_a_failed_install_shows_why(self):
        code, output, _ = self.need("build", ROOT, MISSING="cmake", FAILS="cmake")
        self.assertEqual(code, 2)
        self.assertIn("E: no network", output)

    def test_goes_through_sudo_without_a_password(self):
        code, _, calls = self.need("build", USER, MISSING="cmake", SUDO="yes")
        self.assertEqual((code, len(calls.splitlines())), (0, 2))

    def test_without_rights_prints_the_one_line_to_run(self):
        code, output, calls = self.need("build", USER, MISSING="cmake g++")
        self.assertEqual((code, calls), (2, ""))
        self.assertEqual(
            output.splitlines()[-1],
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends cmake g++",
        )

    def test_says_so_where_there_is_no_apt(self):
        folder = self.checkout.root / "no-apt"
        folder.mkdir()
        for tool in ("bash", "dirname"):
            (folder / tool).symlink_to(f"/usr/bin/{tool}")
        code, output, _ = self.bash("need_packages build", PATH=str(folder))
        self.assertEqual(code, 2)
        self.assertIn("debian:12", output)

    def test_quietly_keeps_silent_until_it_fails(self):
        self.assertEqual(self.bash("quietly log echo fine")[:2], (0, ""))
        code, output, _ = self.bash("quietly log bash -c 'echo because; exit 7'")
        self.assertEqual((code, output), (7, "because\n"))


if __name__ == "__main__":
    unittest.main()
