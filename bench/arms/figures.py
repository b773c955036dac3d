"""What is compared, and how near is near enough.

A real server differs from itself, so each limit is max(stated share of the real mean, 2 × what the two real arms are
apart, a floor below which this machine cannot tell).
"""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from .arm import INTERVAL_NS
from .conditions import Condition
from .recording import Recording, Request, Scrape, attempts

TICK_NS = 10_000_000_000
# A tick's number stands once the shards of the one before have drained.
AFTER_TICK_NS = 4_000_000_000
LAG_FLOOR = 0.1  # s, on loopback
PHASE_FLOOR = 0.03  # s


@dataclass(frozen=True)
class Difference:
    name: str
    unit: str
    real: tuple[float, float]
    mock: float
    difference: float
    spread: float
    limit: float

    @property
    def ok(self) -> bool:
        return self.difference <= self.limit * (1 + 1e-9)


Arms = tuple[Recording, Recording, Recording]  # real, real, mock


def apart(a: float, b: float) -> float:
    """|a - b|, where both may be infinite."""
    return 0.0 if a == b else abs(a - b)


def scalar(name: str, unit: str, values: list[float], stated: float, floor: float = 0.0) -> Difference:
    """One number of each arm; `stated` is a share of the real mean, `floor` in the unit."""
    a, b, mock = values
    mean = (a + b) / 2
    spread = apart(a, b)
    share = 0.0 if math.isinf(mean) else stated * abs(mean)
    return Difference(name, unit, (a, b), mock, apart(mock, mean), spread, max(share, 2 * spread, floor))


def quantile(lags: list[tuple[float, int]], share: float) -> float:
    """Of (lag, how many): the least lag that so much of all does not exceed."""
    wanted = share * sum(count for _, count in lags)
    seen = 0
    for lag, count in sorted(lags):
        seen += count
        if seen >= wanted:
            return lag
    return math.nan


def lags_of(scrapes: list[Scrape]) -> list[tuple[float, int]]:
    """Seconds from a sample's scrape until it was at the central; infinite where it never came."""
    lags = [((at - scrape.arrival) / 1e9, count) for scrape in scrapes for at, count in scrape.visible]
    lost = sum(scrape.lost for scrape in scrapes)
    return lags + [(math.inf, lost)] if lost else lags


def retry_intervals(requests: list[Request]) -> list[float]:
    """Seconds between attempts at one batch: the median of all batches, by the number of the attempt."""
    by_attempt: list[list[float]] = []
    for batch in attempts(requests):
        for i in range(1, len(batch)):
            if len(by_attempt) < i:
                by_attempt.append([])
            by_attempt[i - 1].append((batch[i].asked - batch[i - 1].asked) / 1e9)
    return [statistics.median(each) for each in by_attempt]


def retry_headers(requests: list[Request]) -> float:
    """The share of repeated attempts that say which attempt they are."""
    repeated = [(i, request) for batch in attempts(requests) for i, request in enumerate(batch) if i > 0]
    return sum(request.attempt == i for i, request in repeated) / len(repeated) if repeated else 0.0


def compare_intervals(arms: Arms) -> Difference | None:
    """The attempt whose interval is furthest from the real ones, measured by its limit."""
    all_intervals = [retry_intervals(answered(arm)) for arm in arms]
    each = [scalar(f"retry_interval_{i + 1}", "s", list(values), 0.05, 0.02)
            for i, values in enumerate(zip(*all_intervals))]
    return max(each, key=lambda d: d.difference / d.limit, default=None)


def answered(arm: Recording) -> list[Request]:
    """Requests that were seen, refused connections left out."""
    return [request for request in arm.requests if request.size > 0]


def lost_set(arm: Recording) -> dict[tuple[int, int], int]:
    """The positions lost of each scrape, as bits."""
    return {s.place: ((1 << s.size) - 1) & ~s.delivered for s in arm.scrapes if s.lost}


def unlike(a: dict, b: dict) -> int:
    """Samples that one arm lost and the other did not."""
    return sum((a.get(place, 0) ^ b.get(place, 0)).bit_count() for place in a.keys() | b.keys())


def compare_lost_sets(arms: Arms, floor: float) -> Difference:
    a, b, mock = (lost_set(arm) for arm in arms)
    difference = min(unlike(mock, a), unlike(mock, b))
    spread = unlike(a, b)
    return Difference("lost_set", "samples unlike", (0.0, spread), difference, difference, spread,
                      max(2.0 * spread, floor))


def phases_of(arm: Recording) -> dict[int, float]:
    """Where in its second each target is scraped, in s: the median."""
    places: dict[int, list[float]] = {}
    for scrape in arm.scrapes:
        places.setdefault(scrape.target, []).append(scrape.arrival % INTERVAL_NS / 1e9)
    return {target: statistics.median(each) for target, each in places.items()}


def compare_phases(arms: Arms) -> Difference:
    """A real server starts a target's clock when it gets to it, which makes it late for good."""
    a, b, mock = (phases_of(arm) for arm in arms)

    def furthest(x: dict[int, float], y: dict[int, float]) -> float:
        if x.keys() != y.keys():
            return math.inf
        turns = (abs(x[target] - y[target]) for target in x)
        return max((min(turn, 1 - turn) for turn in turns), default=0.0)
    difference = min(furthest(mock, a), furthest(mock, b))
    spread = furthest(a, b)
    return Difference("scrape_phase", "s apart", (0.0, spread), difference, difference, spread,
                      max(2 * spread, PHASE_FLOOR))


def ticks(arm: Recording, name: str) -> list[float | None]:
    """What the gauge was at each ten-second tick of the leaf while it was compared, and before."""
    count = (arm.end - arm.ready) // TICK_NS
    return [arm.gauge(name, arm.ready + TICK_NS * (k + 1) + AFTER_TICK_NS) for k in range(count)]


def compare_shards(arms: Arms) -> Difference | None:
    a, b, mock = (ticks(arm, "shards") for arm in arms)
    if not a:
        return None
    def unequal(x: list, y: list) -> float:
        return sum(p != q for p, q in zip(x, y)) / len(a)
    difference = min(unequal(mock, a), unequal(mock, b))
    spread = unequal(a, b)
    return Difference("shards", "ticks unequal", (0.0, spread), difference, difference, spread, max(0.1, 2 * spread))


def samples_per_request(arm: Recording) -> float:
    """Of requests that were taken before `end`."""
    taken = sum(200 <= r.status < 300 and r.asked < arm.end for r in arm.requests)
    samples = sum(count for s in arm.scrapes for at, count in s.visible if at < arm.end)
    return samples / taken if taken else 0.0


def last(arm: Recording, name: str) -> float:
    """What a counter of the leaf's has grown by since `begin`; what one that ends says last is a matter of luck."""
    before = arm.gauge(name, arm.begin) or 0.0
    return (arm.gauge(name, arm.stopped or arm.until) or 0.0) - before


def pending(arm: Recording) -> list[float]:
    return arm.gauges_within("pending") or [0.0]


def batch_size(condition: Condition, release: str) -> int:
    """The release's max_samples_per_send."""
    return condition.queue.get("max_samples_per_send", 500 if release.startswith("2.") else 2000)


def compare(condition: Condition, release: str, arms: Arms) -> list[Difference]:
    """Every figure that the condition has."""
    batch = batch_size(condition, release)
    edge = batch * max(1, condition.edges)  # samples that may fall on either side of an edge
    body = statistics.fmean(r.size for r in answered(arms[0])) if answered(arms[0]) else 0.0

    def each(f: Callable[[Recording], float]) -> list[float]:
        return [f(arm) for arm in arms]

    lags = [lags_of(arm.scrapes) for arm in arms]
    found = [
        scalar("scraped", "samples", each(lambda a: sum(s.size for s in a.scrapes)), 0.0),
        compare_phases(arms),
        scalar("wire_bytes", "B", each(lambda a: a.wire_bytes), 0.01, body),
        scalar("requests", "requests", each(lambda a: len(answered(a))), 0.02, 2),
        scalar("refused", "connections", each(lambda a: len(a.requests) - len(answered(a))), 0.02, 2),
        scalar("samples_per_request", "samples", each(samples_per_request), 0.02),
        scalar("retries", "requests", each(lambda a: len(answered(a)) - len(attempts(answered(a)))), 0.05, 1),
        compare_intervals(arms),
        scalar("retry_header", "share", each(lambda a: retry_headers(answered(a))), 0.0),
        scalar("lost", "samples", each(lambda a: sum(s.lost for s in a.scrapes)), 0.0, edge),
        compare_lost_sets(arms, edge),
        scalar("counted_failed", "samples", each(lambda a: last(a, "failed")), 0.02, edge),
        scalar("counted_retried", "samples", each(lambda a: last(a, "retried")), 0.05, batch),
        scalar("freshness_p50", "s", [quantile(lag, 0.5) for lag in lags], 0.05, LAG_FLOOR),
        scalar("freshness_p90", "s", [quantile(lag, 0.9) for lag in lags], 0.10, LAG_FLOOR),
        scalar("freshness_p99", "s", [quantile(lag, 0.99) for lag in lags], 0.10, LAG_FLOOR),
        scalar("backlog_mean", "samples", each(lambda a: statistics.fmean(pending(a))), 0.10, batch),
        scalar("backlog_p90", "samples", each(lambda a: quantile([(v, 1) for v in pending(a)], 0.9)), 0.10, batch),
        compare_shards(arms),
        scalar("corrupted", "samples", each(lambda a: a.corrupted), 0.0),
    ]
    if arms[0].stop_seconds is not None:
        found.append(scalar("stop_takes", "s", each(lambda a: math.inf if a.stop_seconds is None else a.stop_seconds),
                            0.05, LAG_FLOOR))
        found.append(scalar("exit_code", "", each(lambda a: math.nan if a.stop_code is None else a.stop_code), 0.0))
    # What no arm has is no figure of this condition.
    return [d for d in found if d is not None and (any(d.real) or d.mock)]
