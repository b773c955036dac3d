"""What was seen of one arm: journals of targets, central and link, and the leaf's own gauges."""

import json
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field

from .arm import INTERVAL_NS, Arm
from .child import Failed


@dataclass(frozen=True)
class Request:
    """A write request as the link saw it. Times in ns since the Unix epoch."""

    asked: int
    answered: int
    status: int  # 0: no answer
    by_link: bool
    attempt: int  # its Retry-Attempt header; 0 where it has none
    size: int  # bytes of its body
    body: int  # a hash: attempts at one batch have one body


@dataclass
class Scrape:
    """One answer of a target: its samples, by position, and when each came to be at the central."""

    target: int
    arrival: int  # ns
    size: int
    delivered: int = 0  # a bit per position
    visible: list[tuple[int, int]] = field(default_factory=list)  # (ns, samples) that came first then

    @property
    def place(self) -> tuple[int, int]:
        """(target, which interval): the same for all arms."""
        return self.target, self.arrival // INTERVAL_NS

    @property
    def lost(self) -> int:
        return self.size - self.delivered.bit_count()


@dataclass
class Recording:
    """Times in ns."""

    ready: int
    begin: int
    end: int  # what was scraped from `begin` until then is compared
    until: int  # what was seen
    requests: list[Request]  # from `begin` until `until`
    scrapes: list[Scrape]  # of what is compared
    wire_bytes: int  # from `begin` until `until`, both ways
    gauges: list[tuple[int, dict[str, float]]]
    stopped: int | None = None  # the leaf, by SIGTERM
    stop_seconds: float | None = None  # from then to its end
    stop_code: int | None = None
    corrupted: int = 0  # samples that are none of the targets'

    def gauge(self, name: str, at: int) -> float | None:
        """What the leaf said last before `at`; None where it has not said."""
        said = [values[name] for asked, values in self.gauges if asked <= at and name in values]
        return said[-1] if said else None

    def gauges_within(self, name: str) -> list[float]:
        """All it said from `begin` until `end`."""
        return [values[name] for asked, values in self.gauges if self.begin <= asked < self.end and name in values]


def run_mask(first: int, stride: int, count: int) -> int:
    """A bit for each position of a run."""
    if count == 0:
        return 0
    return ((1 << stride * count) - 1) // ((1 << stride) - 1) << first


def size_of(target: int, targets: int, series: int) -> int:
    """Series of a target: spread evenly."""
    return series // targets + (1 if target < series % targets else 0)


class Reader:
    """Entries of journals → a recording. Feed targets before central."""

    def __init__(self, sizes: list[int]):
        self._sizes = sizes
        self._scrapes: dict[tuple[int, int], Scrape] = {}
        self._bytes: list[tuple[int, int]] = []
        self.requests: list[Request] = []
        self.corrupted = 0

    def take(self, entry: dict) -> None:
        kind = entry["entry"]
        if kind == "answered":
            target = entry["target"]
            self._scrapes[target, entry["ordinal"]] = Scrape(target, entry["arrival"], self._sizes[target])
        elif kind == "received":
            self._received(entry)
        elif kind == "unresolved":
            self.corrupted += entry["corrupted"] + entry["unknown"]
        elif kind == "exchanged":
            self.requests.append(Request(entry["asked"], entry["answered"], entry["status"], entry["by_link"],
                                         entry["attempt"], entry["body_size"], entry["body_hash"]))
        elif kind == "wire_bytes":
            self._bytes.append((entry["at"], entry["to_central"] + entry["to_leaf"]))

    def _received(self, entry: dict) -> None:
        if entry["fate"] not in ("stored", "duplicate"):
            return
        scrape = self._scrapes.get((entry["target"], entry["ordinal"]))
        if scrape is None:
            raise Failed("the central received a sample that no target has answered with")
        news = run_mask(*entry["positions"]) & ~scrape.delivered
        if news:
            scrape.delivered |= news
            scrape.visible.append((entry["visible"], news.bit_count()))

    def scrapes(self, begin: int, end: int) -> list[Scrape]:
        return sorted((s for s in self._scrapes.values() if begin <= s.arrival < end), key=lambda s: s.arrival)

    def wire_bytes(self, begin: int, until: int) -> int:
        return sum(size for at, size in self._bytes if begin <= at < until)


def sizes_of(arm: Arm, targets: int) -> list[int]:
    return [size_of(target, targets, arm.world.condition.series) for target in range(targets)]


def read(arm: Arm, targets: int, begin: int, end: int, until: int) -> Recording:
    """Requires: the arm was stopped."""
    reader = Reader(sizes_of(arm, targets))
    paths = [str(arm.journal(role)) for role in ("targets", "central", "link")]
    command = [arm.world.pushpull, "journal", *paths]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as dump:
        for line in dump.stdout:
            reader.take(json.loads(line))
    if dump.returncode != 0:
        raise Failed(f"pushpull journal could not read what is in {arm.folder}")
    reader.requests.sort(key=lambda request: request.asked)
    stopped = arm.leaf_stopped_ns
    ended = arm.leaf_ended_ns
    return Recording(
        ready=arm.ready_ns, begin=begin, end=end, until=until,
        requests=[r for r in reader.requests if begin <= r.asked < until],
        scrapes=reader.scrapes(begin, end), wire_bytes=reader.wire_bytes(begin, until), gauges=arm.gauges,
        stopped=stopped, stop_seconds=(ended - stopped) / 1e9 if stopped and ended else None, stop_code=arm.leaf_code,
        corrupted=reader.corrupted)


def attempts(requests: list[Request]) -> list[list[Request]]:
    """Requests by batch, in order of time."""
    batches: dict[int, list[Request]] = defaultdict(list)
    for request in requests:
        batches[request.body].append(request)
    return list(batches.values())
