"""Recordings made by hand, for the tests."""

from arms.recording import Recording, Request, Scrape

SECOND = 1_000_000_000


def request(at: float, status: int = 204, body: int = 1, attempt: int = 0, size: int = 100) -> Request:
    return Request(int(at * SECOND), int(at * SECOND), status, False, attempt, size, body)


def scrape(at: float, size: int = 10, delivered: int | None = None, after: float = 0.5, target: int = 0) -> Scrape:
    """`delivered`: bits; all by default. They came `after` seconds later."""
    bits = (1 << size) - 1 if delivered is None else delivered
    made = Scrape(target, int(at * SECOND), size, bits)
    if bits:
        made.visible.append((int((at + after) * SECOND), bits.bit_count()))
    return made


def arm(**changes) -> Recording:
    """Compared from second 0 to 60, then 10 s of drain."""
    fields = {"ready": 0, "begin": 0, "end": 60 * SECOND, "until": 70 * SECOND, "requests": [], "scrapes": [],
              "wire_bytes": 1000, "gauges": []}
    return Recording(**(fields | changes))


def gauges(**values: list[float]) -> list[tuple[int, dict[str, float]]]:
    """One value of each per second, from second 0 on."""
    seconds = max(len(each) for each in values.values())
    return [(second * SECOND, {name: each[second] for name, each in values.items()}) for second in range(seconds)]
