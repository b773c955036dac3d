import contextlib
import io
import pathlib
import tempfile
import unittest

from scripts import load, write_tree

check_layers = load("check-layers")


def errors_of(files):
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, files)
        return check_layers.check_tree(pathlib.Path(root))


class FloorsTest(unittest.TestCase):
    def assert_refused(self, path, include, reason):
        errors = errors_of({path: f"#pragma once\n\n{include}\n"})
        self.assertEqual(len(errors), 1, errors)
        self.assertTrue(errors[0].startswith(f"{path}:3: "), errors)
        self.assertIn(reason, errors[0])

    def assert_allowed(self, path, include):
        self.assertEqual(errors_of({path: include + "\n"}), [])

    def test_lower_floors_and_the_module_itself_are_allowed(self):
        self.assert_allowed("harness/net/a.h", '#include "harness/base/time.h"')
        self.assert_allowed("harness/net/a.cc", '#include "harness/net/a.h"')
        self.assert_allowed("harness/prometheus/a.cc", '#include "harness/head/a.h"')
        self.assert_allowed("tools/main.cc", '#include "harness/run/a.h"')
        self.assert_allowed("harness/wire/a_test.cc", "#include <gtest/gtest.h>")
        self.assert_allowed("harness/wire/a_test.cc", '#include "harness/wire/remote_write.pb.h"')

    def test_higher_floors_are_refused(self):
        include = '#include "harness/net/a.h"'
        self.assert_refused("harness/base/a.h", include, "base must not include net")
        self.assert_refused("harness/loop/a_test.cc", include, "loop must not include net")
        include = '#include "tools/a.h"'
        self.assert_refused("harness/plan/a.cc", include, "plan must not include tools")

    def test_the_same_floor_is_refused(self):
        include = '#include "harness/wire/a.h"'
        self.assert_refused("harness/net/a.h", include, "net must not include wire")

    def test_composed_modules_never_see_each_other(self):
        include = '#include "harness/head/config.h"'
        self.assert_refused("harness/scrape/a.h", include, "let prometheus compose them")

    def test_run_sees_only_the_configuration_of_what_prometheus_composes(self):
        self.assert_allowed("harness/run/a.cc", '#include "harness/scrape/config.h"')
        include = '#include "harness/scrape/loop.h"'
        self.assert_refused("harness/run/a.cc", include, "must not reach past prometheus")

    def test_unknown_modules_and_relative_paths_are_refused(self):
        include = '#include "harness/misc/a.h"'
        self.assert_refused("harness/net/a.h", include, "no module of ours")
        self.assert_refused("harness/net/a.h", '#include "message.h"', "write ours from the root")
        self.assertIn("has no floor", errors_of({"harness/misc/a.h": "\n"})[0])

    def test_every_line_is_reported(self):
        include = '#include "harness/run/a.h"\n'
        errors = errors_of({"harness/base/a.h": include * 2, "harness/base/b.h": include})
        places = [error.split(": ")[0] for error in errors]
        self.assertEqual(places, [f"harness/base/{at}" for at in ("a.h:1", "a.h:2", "b.h:1")])


class WrappedLibrariesTest(unittest.TestCase):
    def test_only_the_owner_includes_them(self):
        yaml, http = "#include <yaml-cpp/yaml.h>\n", "#include <httplib.h>\n"
        self.assertEqual(errors_of({"harness/yaml/a.cc": yaml, "harness/net_http/a.cc": http}), [])
        errors = errors_of({"harness/net_http/a.cc": yaml, "tools/main.cc": http})
        self.assertEqual(len(errors), 2, errors)
        self.assertIn("only harness/yaml includes yaml-cpp/yaml.h", errors[0])
        self.assertIn("only harness/net_http includes httplib.h", errors[1])


class OsTest(unittest.TestCase):
    TOUCHES = (
        "#include <thread>",
        "#include <sys/socket.h>",
        "auto now = std::chrono::steady_clock::now();",
        "clock_gettime(CLOCK_MONOTONIC, &now);",
        "std::this_thread::yield();",
    )

    def test_logic_touches_no_threads_sockets_or_clocks(self):
        for line in self.TOUCHES:
            with self.subTest(line):
                (error,) = errors_of({"harness/scrape/a.cc": f"\n{line}\n"})
                self.assertTrue(error.startswith("harness/scrape/a.cc:2: "), error)
                self.assertIn("use EventLoop", error)

    def test_the_edges_may(self):
        paths = ("loop/real_loop.cc", "net_http/server.cc", "roles/link.cc", "base/log.cc",
                 "measure/process_probe_test.cc", "systems/mock.cc")
        text = "\n".join(self.TOUCHES)
        self.assertEqual(errors_of({f"harness/{path}": text for path in paths}), [])

    def test_their_neighbours_may_not(self):
        for path in ("loop/virtual_loop.cc", "measure/ledger.cc", "base/time.h", "net_sim/link.h"):
            with self.subTest(path):
                self.assertEqual(len(errors_of({f"harness/{path}": "#include <mutex>\n"})), 1)

    def test_comments_and_calendars_are_fine(self):
        for line in ("int64_t ns;  // not a steady_clock", "std::chrono::year_month_day date;"):
            self.assertEqual(errors_of({"harness/base/a.h": line + "\n"}), [])


class ExitCodeTest(unittest.TestCase):
    def test_tells_clean_from_broken(self):
        for text, code in (("#include <map>\n", 0), ("#include <poll.h>\n", 1)):
            with self.subTest(text), tempfile.TemporaryDirectory() as root:
                write_tree(root, {"harness/base/a.h": text})
                with contextlib.redirect_stdout(io.StringIO()):
                    self.assertEqual(check_layers.main([root]), code)


if __name__ == "__main__":
    unittest.main()
