"""What is done to the arms: the conditions of a comparison. Times are seconds since the leaves were ready."""

from dataclasses import dataclass, field

# Real servers know their targets after five seconds and send after seven.
WARM = 20.0


@dataclass(frozen=True)
class Event:
    """Something that happens to every arm at once.

    what: `answer STATUS [RETRY_AFTER]` and `pass` (requests, at the link), `slow` and `fast` (the central),
    `central down` and `central up`, `leaf stop` (SIGTERM).
    """

    at: float
    what: str


@dataclass(frozen=True)
class Condition:
    name: str
    about: str
    begin: float
    end: float  # what is scraped from `begin` until then is compared
    drain: float  # time for the rest of it to arrive; scraping goes on
    events: tuple[Event, ...] = ()
    series: int = 4000
    queue: dict = field(default_factory=dict)  # queue_config beside the release's defaults
    flush_deadline: str = "1m"

    @property
    def seconds(self) -> float:
        return self.end + self.drain

    @property
    def edges(self) -> int:
        """How many times a fault begins or ends while samples are counted: a batch may be on either side."""
        return sum(self.begin <= event.at <= self.end for event in self.events)

    def slowness(self, release: str) -> str:
        """How long a slow central takes over each request: enough that the release's batches ask for more shards."""
        return "300ms" if release.startswith("2.") else "1200ms"


def _answered(name: str, about: str, answer: str, seconds: float, after: float, queue: dict | None = None):
    begin = WARM + 5
    return Condition(name, about, WARM, begin + seconds + after, 8,
                     (Event(begin, "answer " + answer), Event(begin + seconds, "pass")), queue=queue or {})


CONDITIONS = (
    Condition("steady", "nothing goes wrong", WARM, WARM + 60, 8),
    # From the start on, as the shard controller's first ticks are part of it.
    Condition("slow", "the receiver takes 300 ms (2.42) or 1.2 s (3.x) over each request", 8, 108, 20,
              (Event(0, "slow"),), series=5000),
    Condition("down", "the receiver is down for 60 s", WARM, WARM + 90, 12,
              (Event(WARM + 5, "central down"), Event(WARM + 65, "central up"))),
    # Long enough afterwards for half of all samples not to be late: what a leaf catches up with depends on its speed.
    _answered("503", "503 for 20 s", "503", 20, 30),
    _answered("503-retry-after", "503 with Retry-After: 3 for 20 s", "503 3", 20, 30),
    _answered("429", "429 for 20 s: batches are dropped", "429", 20, 15),
    _answered("429-retry", "429 for 20 s, retry_on_http_429", "429", 20, 30, {"retry_on_http_429": True}),
    _answered("400", "400 for 20 s: batches are dropped", "400", 20, 15),
    Condition("shutdown", "SIGTERM while the receiver answers 503; flush deadline 4 s", WARM, WARM + 20, 8,
              (Event(WARM + 5, "answer 503"), Event(WARM + 15, "leaf stop")), flush_deadline="4s"),
)
