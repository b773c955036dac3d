"""A plausible result of a matrix, worked out by arithmetic: each cell is 600 s of measurement, and
each run is a few formulas of its place on the axes. The link is down from 120 s to 180 s."""

import itertools

from reports.model import Report
from reports.parse import report_of
from reports.tests import fixture

MEASURE, DRAIN, DOWN, UP = 600, 60, 120, 180
INTERVAL = 15
SHARD_RATE = 2000  # samples per second of a shard
NUMBERS = {"10k": 10_000, "30k": 30_000, "100k": 100_000, "300k": 300_000, "1M": 1_000_000}
SHARDS = "variants.push.remote_write.queue_config.max_shards"
BATCH = "variants.push.remote_write.queue_config.max_samples_per_send"
SERIES, BANDWIDTH = "workload.series", "links.wan.bandwidth"


def axis_value(text):
    number = NUMBERS.get(text, float(text) if text.isdigit() else None)
    return {"text": text} if number is None else {"text": text, "value": number}


def document(axes, variants=("push", "pull")):
    runs = []
    for place in itertools.product(*axes.values()):
        axis = dict(zip(axes, place))
        for variant in variants:
            runs.append(run(axis, variant))
    whole = fixture.document(runs)
    whole["result"] |= {
        "name": "sizing", "baseline": variants[0],
        "phases": {"warmup_s": 0, "measure_s": MEASURE, "drain_s": DRAIN},
        "faults": [{"name": "outage", "fault": "link_down",
                    "planned": {"at_s": DOWN, "for_s": UP - DOWN}}]}
    whole["scenario"]["expanded"] = {"link": "wan", "links": {"wan": {"bandwidth": "8Mbit/s"}}}
    return whole


def report(axes, variants=("push", "pull")) -> Report:
    return report_of(document(axes, variants), "result.json")


def rate_of(axis):
    return NUMBERS[axis.get(SERIES, "100k")] / INTERVAL


def catch_up_rate(axis):
    """What the shards manage."""
    return SHARD_RATE * int(axis.get(SHARDS, "10"))


def bytes_per_sample(axis, variant):
    """A header of 20 kB per batch, or a price that falls with the number of series."""
    if variant == "pull":
        return 20 + 200_000 / NUMBERS[axis.get(SERIES, "100k")]
    return 20 + 20_000 / int(axis.get(BATCH, "2000"))


def backlog_at(t, axis):
    """Samples held back at time t."""
    rate, fastest = rate_of(axis), catch_up_rate(axis)
    calm = max(0, rate - fastest)
    if t < DOWN:
        return calm * t
    if t < UP:
        return calm * DOWN + rate * (t - DOWN)
    scraping = min(t, MEASURE)
    return max(0, calm * DOWN + rate * (scraping - DOWN) - fastest * (t - UP))


def run(axis, variant):
    rate, push = rate_of(axis), variant != "pull"
    seconds = range(MEASURE + DRAIN)
    size = bytes_per_sample(axis, variant)
    if push:
        held = [backlog_at(t, axis) for t in range(MEASURE + DRAIN + 1)]
        arriving = [round((rate if t < MEASURE else 0) - (held[t + 1] - held[t]), 6)
                    for t in seconds]
    else:
        arriving = [rate * INTERVAL if t % INTERVAL == 0 and not DOWN <= t < UP and t < MEASURE
                    else 0 for t in seconds]
    scraped = round(rate * MEASURE)
    delivered = round(sum(arriving))
    lost = 0 if push else scraped - delivered
    columns = {"delivered": arriving,
               "staleness_max": [20 + max(0, t - DOWN if t < UP else 0) for t in range(MEASURE)]}
    if push:
        columns["backlog"] = held[:-1]
    made = fixture.run(
        variant, "push" if push else "pull",
        {"samples_scraped": (scraped, "samples", "exact", "none"),
         "samples_delivered": (delivered, "samples", "exact", "higher"),
         "samples_lost": (lost,),
         "samples_pending": (scraped - delivered - lost,),
         "completeness": (delivered / scraped, "ratio", "exact", "higher"),
         "freshness_lag_p50": (2.0 if push else 8.0, "s", "simulated"),
         "freshness_lag_p99": (5 + 600_000 / catch_up_rate(axis) if push else None, "s",
                               "simulated"),
         "wire_bytes_per_sample": (size, "B/sample"),
         "cpu_us_per_sample": (2.5 if push else 4, "us/sample", "simulated")},
        fixture.histogram([(lag, delivered // 100) for lag in fixture.spread(0.5, 65)], lost),
        columns,
        {"to_central": [n * size for n in arriving]},
        [("federate_failed", lost)] if lost else [])
    for series in made["series"]:
        series |= {"start_s": 0, "step_s": 1}  # bytes per second will do
    return made | {
            "cell": " ".join(f"{path.rsplit('.', 1)[-1]}={text}" for path, text in axis.items())
                    or "default",
            "axes": {path: axis_value(text) for path, text in axis.items()},
            "faults": [{"name": "outage", "fault": "link_down",
                        "planned": {"at_s": DOWN, "for_s": UP - DOWN},
                        "actual": {"from_s": DOWN, "to_s": UP}}],
            "raster": made["raster"] | {"start_s": 0}}
