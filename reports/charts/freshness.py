"""How old are samples when they become visible? The complementary distribution of freshness lag:
for each lag, the share of samples that took longer. What never arrived stays as a plateau."""

import math
from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import Point, share_of_budget, visible
from reports.model import Arm, Cell, Histogram
from reports.style import ellipsis, styles

NAME = "freshness"
QUESTION = "How stale is data when it becomes visible at central, and how much never does?"
NOTE = ("Lag: visible at central minus the intended scrape time, per sample of the measure phase, "
        "on logarithmic scales; markers at p50 and p99. A curve that ends on the right edge has a "
        "plateau: the share of samples that never arrived.")
LEAST_BUCKETS = 5
SHARES = (0.5, 0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001)
# Round lags to mark; the second list where one decade or two fill the axis.
COARSE = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 60, 600, 3600, 36000)
FINE = (1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
        1200, 3600, 7200, 18000, 36000)


@dataclass(frozen=True)
class Line:
    variant: str
    points: list[Point]  # (lag in s, share of samples older), lags ascending
    lost: float  # share that never arrived: where the plateau lies


def lines(cell: Cell) -> list[Line]:
    found = []
    for arm in cell.arms:
        histogram = arm.histogram("freshness_lag")
        points = older(histogram) if histogram else []
        if len(points) > LEAST_BUCKETS:  # one more than buckets
            found.append(Line(arm.variant, points, histogram.infinite / histogram.count))
    return found


def older(histogram: Histogram) -> list[Point]:
    """The share of samples that took longer than each bucket's end; exact at those points."""
    points = [(low, 1.0) for low, _, _ in histogram.buckets[:1]]
    rest = histogram.count
    for _, high, count in histogram.buckets:
        rest -= count
        points.append((high, rest / histogram.count))
    # A logarithmic axis has no place for 0, nor for lags below the clock's step.
    return [(lag, share) for lag, share in points if lag > 1e-6]


def chart(cell: Cell) -> Chart:
    found = lines(cell)
    if not found:
        buckets = [len(h.buckets) for h in (a.histogram("freshness_lag") for a in cell.arms) if h]
        return too_little(NAME, QUESTION, max(buckets, default=0), LEAST_BUCKETS, "bucket")
    arms = [arm for arm in cell.arms if any(line.variant == arm.variant for line in found)]
    rows = [row(arm) for arm in arms]
    alt = "Share of samples older than a lag, falling with the lag. " + " ".join(
        f"{line.variant}: ends at a plateau of {fmt.percent(line.lost)} never arrived."
        if line.lost else f"{line.variant}: falls to 0 at {fmt.duration(line.points[-1][0])}."
        for line in found)
    return Chart(NAME, answer(arms, found), QUESTION, picture(cell, found, alt), alt,
                 ["Variant", "p50", "p90", "p99", "largest that arrived", "never arrived",
                  "samples"], rows, note=NOTE)


def answer(arms: list[Arm], found: list[Line]) -> str:
    medians = []
    for arm in arms:
        median = arm.value("freshness_lag_p50")
        if median is not None and math.isfinite(median):
            medians.append(f"{fmt.duration(median)} with {arm.variant}")
    text = f"Half of the samples are visible within {fmt.listing(medians)}" if medians else \
        "No variant made half of the samples visible"
    lost = [f"{fmt.percent(line.lost)} with {line.variant}" for line in found if line.lost > 0]
    return f"{text}; never arrived: {fmt.listing(lost)}" if lost else text


def row(arm: Arm) -> list[str]:
    histogram = arm.histogram("freshness_lag")
    lost = fmt.percent(histogram.infinite / histogram.count)
    quantiles = [arm.value(f"freshness_lag_{name}") for name in ("p50", "p90", "p99")]
    return [arm.variant,
            *(fmt.UNKNOWN if value is None else fmt.duration(value) for value in quantiles),
            fmt.UNKNOWN if histogram.maximum is None else fmt.duration(histogram.maximum),
            f"{fmt.exact(histogram.infinite)} ({lost})",
            fmt.exact(histogram.count)]


def picture(cell: Cell, found: list[Line], alt: str) -> str:
    shares = [share for line in found for _, share in line.points if share > 0]
    floor = max(SHARES[-1], 10 ** math.floor(math.log10(min(shares)) - 0.01))
    left = min(line.points[0][0] for line in found) / 1.1
    right = max(line.points[-1][0] for line in found) * 1.6
    look = styles(cell)
    pixels = share_of_budget(len(found), 3, most=400)
    with draw.settings():
        figure, (ax,) = draw.panels([3.4])
        ax.set_xscale("log")
        ax.set_yscale("log")
        for line in found:
            style = look[line.variant]
            x, y = zip(*drawn(line, left, right, floor, pixels))
            ax.plot(x, y, color=style.color, linestyle=style.dash, drawstyle="steps-post")
            # A marker at p50, p99 and the end, where they can be told apart.
            marks = [next((p for p in line.points if p[1] <= share), None) for share in (0.5, 0.01)]
            x, y = zip(*[p for p in marks if p and p[1] > floor] or [(math.nan, math.nan)])
            ax.plot(x, y, color=style.color, marker=style.marker, linestyle="none")
        label_plateaus(ax, found, right)
        ax.set_xlim(left, right)
        ax.set_ylim(floor, 1.3)
        ticks = FINE if right / left < 2000 else COARSE
        ticks = [tick for tick in ticks if left <= tick <= right]
        ax.set_xticks(ticks, [fmt.clock(tick, tick) for tick in ticks])
        ax.set_xticks([], minor=True)
        share_ticks = [1.0, *(share for share in SHARES if share >= floor)]
        ax.set_yticks(share_ticks, [f"{share * 100:g}{fmt.NBSP}%" for share in share_ticks])
        ax.set_yticks([], minor=True)
        ax.set_xlabel("freshness lag")
        draw.title(ax, "samples older than that")
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)


def drawn(line: Line, left: float, right: float, floor: float, pixels: int) -> list[Point]:
    """The line up to the edges: along its plateau to the right, or down to the bottom."""
    points = [(left, 1.0), *line.points]
    if line.lost > 0:
        points.append((right, line.lost))
    logs = [(math.log10(lag), math.log10(max(share, floor / 10))) for lag, share in points]
    kept = visible(logs, pixels / math.log10(right / left), pixels / 2 / -math.log10(floor))
    return [(10 ** x, 10 ** y) for x, y in kept]


def label_plateaus(ax: draw.Axes, found: list[Line], right: float) -> None:
    """At the right edge, each above its line; lines that share a plateau share the label."""
    by_height: dict[str, list[str]] = {}
    heights = {}
    for line in found:
        if line.lost > 0:
            text = fmt.percent(line.lost)
            by_height.setdefault(text, []).append(ellipsis(line.variant, 30))
            heights[text] = line.lost
    for text, variants in by_height.items():
        ax.annotate(f"{text} never arrived: {fmt.listing(variants)}", (right, heights[text]),
                    (-4, 4), textcoords="offset points", ha="right", va="bottom", fontsize=10)
