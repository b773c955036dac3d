import pathlib
import socket
import sys
import tempfile
import threading
import unittest

from arms import recording
from arms.arm import INTERVAL_NS, choose, fetch, place_of, read_gauges
from arms.child import Child, Failed
from arms.recording import Reader, run_mask

PAGE = """# HELP prometheus_remote_storage_shards The number of shards.
# TYPE prometheus_remote_storage_shards gauge
prometheus_remote_storage_shards{remote_name="a",url="http://x/y?z={1}"} 2
prometheus_remote_storage_shards{remote_name="b",url="http://x"} 1
prometheus_remote_storage_shards_desired{remote_name="a"} 1.5e+00
prometheus_remote_storage_samples_pending 7
go_goroutines 30
"""


class GaugesTest(unittest.TestCase):
    def test_are_summed_by_name_and_others_left_out(self):
        self.assertEqual(read_gauges(PAGE), {"shards": 3, "desired": 1.5, "pending": 7})


class FetchTest(unittest.TestCase):
    def answered(self, answer):
        """What fetch() makes of a server that answers so and goes."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def serve():
                stream, _ = listener.accept()
                with stream:
                    stream.recv(4096)
                    stream.sendall(answer)
            server = threading.Thread(target=serve)
            server.start()
            try:
                return fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/")
            finally:
                server.join()

    def test_takes_a_whole_page_only(self):
        self.assertEqual(self.answered(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup"), "up")
        self.assertIsNone(self.answered(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nup"))
        self.assertIsNone(self.answered(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nup"))
        self.assertIsNone(self.answered(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno"))
        self.assertIsNone(self.answered(b""))


class PlacesTest(unittest.TestCase):
    def test_are_away_from_whole_and_half_seconds(self):
        self.assertEqual([place_of(0), place_of(1)], [INTERVAL_NS // 4, INTERVAL_NS * 3 // 4])

    def test_the_nearest_phase_is_chosen_around_the_end_too(self):
        self.assertEqual(choose([100, 400, 260], 250), 2)
        self.assertEqual(choose([INTERVAL_NS // 2, INTERVAL_NS - 1], 0), 1)


class RunMaskTest(unittest.TestCase):
    def test_has_a_bit_per_position(self):
        self.assertEqual(run_mask(0, 1, 3), 0b111)
        self.assertEqual(run_mask(1, 2, 3), 0b101010)
        self.assertEqual(run_mask(5, 1, 1), 1 << 5)
        self.assertEqual(run_mask(5, 9, 0), 0)


class ReaderTest(unittest.TestCase):
    def reader(self, *entries):
        reader = Reader([4, 4])
        for entry in entries:
            reader.take(entry)
        return reader

    ANSWER = {"entry": "answered", "target": 1, "ordinal": 8, "arrival": 5 * INTERVAL_NS + 7}

    def received(self, positions, visible, fate="stored"):
        return {"entry": "received", "target": 1, "ordinal": 8, "positions": positions, "fate": fate,
                "visible": visible}

    def test_a_sample_counts_when_it_comes_first(self):
        reader = self.reader(self.ANSWER, self.received([0, 2, 2], 100), self.received([0, 1, 3], 200, "duplicate"),
                             self.received([3, 1, 1], 300, "out_of_order"))
        [scrape] = reader.scrapes(0, 9 * INTERVAL_NS)
        self.assertEqual(scrape.visible, [(100, 2), (200, 1)])
        self.assertEqual(scrape.lost, 1)
        self.assertEqual(scrape.place, (1, 5))
        self.assertEqual(reader.scrapes(0, 5 * INTERVAL_NS), [])

    def test_a_sample_that_nobody_sent_is_no_sample(self):
        with self.assertRaises(Failed):
            self.reader(self.received([0, 1, 1], 100))

    def test_wire_bytes_are_both_ways(self):
        reader = self.reader({"entry": "wire_bytes", "at": 10, "to_central": 100, "to_leaf": 20},
                             {"entry": "wire_bytes", "at": 20, "to_central": 1, "to_leaf": 2})
        self.assertEqual(reader.wire_bytes(0, 21), 123)
        self.assertEqual(reader.wire_bytes(15, 21), 3)
        self.assertEqual(reader.wire_bytes(0, 20), 120)

    def test_sizes_are_even(self):
        self.assertEqual([recording.size_of(t, 3, 10) for t in range(3)], [4, 3, 3])


class ChildTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name) / "log"

    def child(self, program):
        child = Child("it", [sys.executable, "-c", program], self.log)
        self.addCleanup(child.kill)
        return child

    def test_hears_what_it_is_told_and_says_how_it_ended(self):
        child = self.child("print('port 7', flush=True); print(input(), flush=True); raise SystemExit(3)")
        self.assertEqual(child.await_line("port "), "7")
        child.command("go on")
        self.assertEqual(child.await_line("go "), "on")
        self.assertEqual(child.await_end(20), 3)
        self.assertFalse(child.running())

    def test_one_that_dies_is_named_with_its_last_words(self):
        child = self.child("raise SystemExit('no such file')")
        with self.assertRaisesRegex(Failed, "it did not say 'port '.*no such file"):
            child.await_line("port ")

    def test_one_that_cannot_start_is_named(self):
        with self.assertRaisesRegex(Failed, "^it: "):
            Child("it", ["/no/such/program"], self.log)


if __name__ == "__main__":
    unittest.main()
