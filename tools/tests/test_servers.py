import shutil
import subprocess
import unittest

from scripts import ALL_INSTALLED, PACKAGES, Checkout, write_tree

# apt-get -q -c build/servers/.apt/<suite>/apt.conf update | download <package>
STAND_INS = ALL_INSTALLED | {
    "apt-get": """#!/bin/bash
[[ $1 == indextargets ]] && exit
suite=$(basename "$(dirname "$3")")
echo "$suite ${*:4}" >>"$CALLS"
[[ $UNREACHABLE == *$suite* ]] && { echo "E: could not connect"; exit 100; }
[[ $4 == update ]] || cp "$MIRROR/$suite/$5"_*.deb .
"""
}
RUNS = "#!/bin/sh\n"
BREAKS = "#!/bin/sh\necho 'GLIBC_2.99 not found' >&2\nexit 1\n"


class ServersTest(unittest.TestCase):
    def setUp(self):
        files = {"tools/packages": PACKAGES}
        self.checkout = Checkout(self, ["lib.sh", "servers"], files, STAND_INS)
        self.servers = self.checkout.root / "build/servers"
        self.publish("bookworm", "prometheus", "2.42.0+ds-5+b5", ["prometheus", "promtool"])
        exporter = "prometheus-node-exporter"
        self.publish("bookworm", "victoria-metrics", "1.79.5+ds1", ["victoria-metrics", "vmagent"])
        self.publish("bookworm", exporter, "1.5.0-1", [exporter])
        self.publish("forky", "prometheus", "3.7.1+ds-1", ["prometheus"])

    def publish(self, suite, package, version, binaries, binary=RUNS):
        """Puts a package, in place of any other of its name, on the mirror."""
        mirror = self.checkout.root / "mirror" / suite
        for old in mirror.glob(f"{package}_*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        tree = mirror / f"{package}_{version}"
        control = (f"Package: {package}\nVersion: {version}\nArchitecture: all\n"
                   "Maintainer: nobody <nobody@example.org>\nDescription: none\n")
        write_tree(tree, {f"usr/bin/{name}": binary for name in binaries})
        write_tree(tree, {"DEBIAN/control": control})
        command = ["dpkg-deb", "-Znone", "--build", tree, f"{tree}.deb"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def fetch(self, *options, unreachable=""):
        return self.checkout.run(
            "tools/servers", *options, UNREACHABLE=unreachable,
            MIRROR=f"{self.checkout.root}/mirror", XDG_CACHE_HOME=f"{self.checkout.root}/cache",
        )

    def versions(self):
        return (self.servers / "VERSIONS").read_text().splitlines()

    ALL = ["prometheus-2.42 2.42.0", "prometheus-3.5 3.7.1", "victoria-metrics 1.79.5",
           "node-exporter 1.5.0"]

    def test_fetches_all_and_records_the_real_versions(self):
        code, output, calls = self.fetch()
        self.assertEqual(code, 0, output)
        self.assertEqual(self.versions(), self.ALL)
        self.assertTrue((self.servers / "victoria-metrics/usr/bin/vmagent").exists())
        self.assertEqual(calls.count(" update"), 2)  # once a suite

    def test_needs_no_network_again(self):
        self.fetch()
        self.assertEqual(self.fetch(unreachable="bookworm forky")[::2], (0, ""))
        shutil.rmtree(self.servers)
        self.assertEqual(self.fetch(unreachable="bookworm forky")[::2], (0, ""))
        self.assertEqual(self.versions(), self.ALL)

    def test_refresh_takes_the_newer_package(self):
        self.fetch()
        self.publish("forky", "prometheus", "3.12.0-1", ["prometheus"])
        self.fetch("--refresh")
        self.assertIn("prometheus-3.5 3.12.0", self.versions())

    def test_a_failed_refresh_leaves_the_old_ones(self):
        self.fetch()
        code, output, _ = self.fetch("--refresh", unreachable="forky")
        self.assertEqual((code, self.versions()), (1, self.ALL), output)
        self.assertEqual(self.fetch(unreachable="forky")[0], 0)

    def test_names_the_way_out_when_testing_is_out_of_reach(self):
        code, output, _ = self.fetch(unreachable="forky")
        self.assertEqual(code, 1)
        self.assertIn("--without-3.5", output.splitlines()[-1])
        self.assertFalse((self.servers / "VERSIONS").exists())

    def test_leaves_it_out_only_on_request_and_says_so(self):
        code, output, calls = self.fetch("--without-3.5", unreachable="forky")
        self.assertEqual(code, 0, output)
        self.assertIn("Leaving out prometheus-3.5", output)
        self.assertEqual(self.versions(), [line for line in self.ALL if "3.5 " not in line])
        self.assertNotIn("forky", calls)

    def test_other_servers_have_no_way_out(self):
        code, output, _ = self.fetch(unreachable="bookworm")
        self.assertEqual(code, 1)
        self.assertIn("check the network", output.splitlines()[-1])
        self.assertNotIn("--without", output)

    def test_refuses_a_version_that_does_not_stand_in(self):
        for version in ("3.4.2-1", "4.0.0-1"):
            with self.subTest(version):
                self.publish("forky", "prometheus", version, ["prometheus"])
                code, output, _ = self.fetch("--refresh")
                self.assertEqual(code, 1)
                self.assertIn(f"in version {version[:5]}", output)

    def test_refuses_a_binary_that_does_not_run(self):
        self.publish("forky", "prometheus", "3.5.0-1", ["prometheus"], BREAKS)
        code, output, _ = self.fetch()
        self.assertEqual(code, 1)
        self.assertIn("does not run here: GLIBC_2.99 not found", output)
        self.assertFalse((self.servers / "prometheus-3.5").exists())


if __name__ == "__main__":
    unittest.main()
