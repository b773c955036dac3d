"""A plausible result.json, worked out by arithmetic: 100k series every 15 s, shipped by push, by
push in larger batches, and by pull; the link is gone from 600 s to 900 s."""

import math
import pathlib

from reports.model import Cell, Report
from reports.parse import report_of

SERIES, INTERVAL = 100_000, 15
RATE = SERIES / INTERVAL  # 6667 samples per second
WARMUP, MEASURE, DRAIN = 120, 1800, 600
DOWN, UP = 600, 900
SCRAPED = SERIES * MEASURE // INTERVAL  # 12 000 000
GAP = SERIES * (UP - DOWN) // INTERVAL  # 2 000 000 samples scraped while the link was down
SCENARIO = "version: 1\nname: quickstart\n"


def document(runs=None):
    """The whole file; `runs` in place of the three variants."""
    runs = [push("push-default", 4), push("push-large", 8), pull()] if runs is None else runs
    return {
        "schema_version": 1,
        "tool": {"name": "pushpull", "version": "0.1.0"},
        "host": {"cores": 2, "cpu": "Some CPU", "memory_bytes": 8_000_000_000, "kernel": "6.1"},
        "started": "2026-11-24T13:00:00Z", "wall_seconds": 3.1,
        "command": "pushpull run scenarios/quickstart.yaml",
        "scenario": {"path": "scenarios/quickstart.yaml", "hash": "c0ffee", "text": SCENARIO,
                     "expanded": {"workload": {"scrape_interval": f"{INTERVAL}s"}, "link": "wan",
                                  "links": {"wan": {"bandwidth": "200Mbit/s"}}}},
        "exit": {"code": 0, "reasons": []}, "interrupted": False,
        "result": {
            "name": "quickstart", "description": "Push and pull over 80 ms; the link fails.",
            "engine": "virtual", "seed": 42, "baseline": "push-default",
            "phases": {"warmup_s": WARMUP, "measure_s": MEASURE, "drain_s": DRAIN},
            "faults": [{"name": "outage", "fault": "link_down",
                        "planned": {"at_s": DOWN, "for_s": UP - DOWN},
                        "actual": {"from_s": DOWN, "to_s": UP}}],
            "runs": runs}}


def report(runs=None) -> Report:
    return report_of(document(runs), "result.json")


def cell(runs=None) -> Cell:
    return report(runs).cells[0]


def write(folder, content) -> pathlib.Path:
    path = pathlib.Path(folder, "result.json")
    path.write_text(content, encoding="utf-8")
    return path


def run(variant, transport, metrics, lags, seconds, wire, losses=()):
    return {
        "cell": "default", "axes": {}, "variant": variant, "transport": transport, "repetition": 0,
        "systems": {"leaf": "mock 3.5", "central": "mock 3.5"}, "valid": True,
        "invalid_reasons": [], "interrupted": False,
        "metrics": [metric(name, *rest) for name, rest in metrics.items()],
        "losses": [{"cause": cause, "samples": samples} for cause, samples in losses],
        "histograms": {"freshness_lag": lags},
        "series": [{"step_s": 1, "start_s": -WARMUP, "columns": seconds},
                   {"step_s": 0.1, "start_s": -WARMUP, "columns": wire}],
        "raster": raster(seconds.get("staleness_max", [])),
        "roles": [{"role": "leaf-0", "system": "mock 3.5", "kind": "simulated",
                   "cpu_seconds": 30.5, "peak_rss_bytes": None}],
        "warnings": ["sizes are modelled; largest error 0.4 %"]}


def raster(staleness):
    """Two targets as stale as the stalest series, in steps of 5 s."""
    return {"step_s": 5, "start_s": -WARMUP, "targets": [0, 100],
            "staleness_s": [staleness[:WARMUP + MEASURE:5]] * 2}


def metric(name, value, unit="samples", kind="exact", better="lower"):
    return {"name": name, "unit": unit, "kind": kind, "better": better, "value": value}


def push(variant, catch_up):
    """Lags of 0.5 s to 5 s; what waits during the outage goes out at `catch_up` times the rate."""
    seconds = range(-WARMUP, MEASURE + DRAIN)
    catches_up = (UP - DOWN) / (catch_up - 1)  # seconds from UP until the backlog is gone

    def rate(t):
        if DOWN <= t < UP or t >= MEASURE:
            return 0
        return catch_up * RATE if UP <= t < UP + catches_up else RATE

    metrics = common(1, 0, 5) | {
        "freshness_lag_max": (UP - DOWN + 5, "s", "simulated"),
        "wire_bytes_per_sample": (80 / catch_up, "B/sample", "exact"),
        "cpu_us_per_sample": (2.8, "us/sample", "simulated"),
        "requests": (6000 * 4 // catch_up, "requests")}
    waited = round(RATE * (UP - DOWN + catches_up))
    late = [(lag, waited // 100) for lag in spread(5, UP - DOWN + 5)]
    soon = [(lag, (SCRAPED - waited) // 100) for lag in spread(0.5, 5)]
    return run(variant, "push", metrics, histogram(soon + late, 0), {
        "delivered": [rate(t) for t in seconds],
        "staleness_max": [20 + held(t, catches_up) for t in seconds],
        "backlog": [RATE * held(t, catches_up) for t in seconds],
        "shards": [catch_up if UP <= t < UP + catches_up else 1 for t in seconds],
        "shards_desired": [0.8 * (catch_up if UP <= t < UP + catches_up else 1) for t in seconds],
    }, wire_of(lambda t: 80 / catch_up * rate(t)))


def held(t, catches_up):
    """How many seconds of samples wait at time t."""
    if t < DOWN or t > UP + catches_up:
        return 0
    return t - DOWN if t < UP else (UP - DOWN) * (1 - (t - UP) / catches_up)


def pull():
    """A fetch every 15 s; those during the outage fail, and their samples are lost."""
    seconds = range(-WARMUP, MEASURE + DRAIN)
    metrics = common((SCRAPED - GAP) / SCRAPED, GAP, None) | {
        "freshness_lag_max": (None, "s", "simulated"),
        "wire_bytes_per_sample": (60, "B/sample", "model"),
        "cpu_us_per_sample": (4.2, "us/sample", "simulated"),
        "requests": (168, "requests"), "requests_failed": (20, "requests")}
    soon = [(lag, (SCRAPED - GAP) // 100) for lag in spread(0.3, 15.3)]
    return run("pull-15s", "pull", metrics, histogram(soon, GAP), {
        "delivered": [SERIES if t % 15 == 0 and not DOWN <= t < UP and t < MEASURE else 0
                      for t in seconds],
        "staleness_max": [20 + t % 15 + (t - DOWN if DOWN <= t < UP + 15 else 0) for t in seconds],
    }, wire_of(lambda t: 0 if DOWN <= t < UP or t % 15 else 60 * SERIES),
        [("federate_failed", GAP)])


def common(completeness, lost, p99):
    return {
        "samples_scraped": (SCRAPED, "samples", "exact", "none"),
        "samples_delivered": (SCRAPED - lost, "samples", "exact", "higher"),
        "completeness": (completeness, "ratio", "exact", "higher"),
        "samples_lost": (lost,),
        "samples_undersampled": (0,),
        "samples_corrupted": (0,),
        "freshness_lag_p50": (8.2 if lost else 2.6, "s", "simulated"),
        "freshness_lag_p90": (None if lost else 120.0, "s", "simulated"),
        "freshness_lag_p99": (p99 and p99 * 57, "s", "simulated"),
        "reader_staleness_max": (345, "s", "simulated"),
        "generator_lateness_p99": (0, "s", "simulated")}


def spread(low, high):
    """100 values, evenly."""
    return [low + (high - low) * (i + 0.5) / 100 for i in range(100)]


def histogram(values, infinite):
    """(seconds, samples) in buckets that grow by a tenth."""
    buckets = {}
    for value, samples in values:
        index = math.floor(math.log(value, 1.1))
        buckets[index] = buckets.get(index, 0) + samples
    return {"unit": "s", "count": sum(buckets.values()) + infinite, "infinite": infinite,
            "min": min(v for v, _ in values), "max": max(v for v, _ in values),
            "mean": sum(v * n for v, n in values) / sum(n for _, n in values),
            "buckets": [[1.1 ** i, 1.1 ** (i + 1), n] for i, n in sorted(buckets.items())]}


def wire_of(per_second):
    """Bytes per 100 ms; a twentieth comes back."""
    each = [per_second(t) / 10 for t in range(-WARMUP, MEASURE) for _ in range(10)]
    return {"to_central": each, "to_leaf": [bytes_ / 20 for bytes_ in each]}
