"""How bad is the tail? Freshness lag against the percentile, spread out so that each further nine
takes the same room. What never arrived ends a line: from there on the lag has no end."""

import math
from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.freshness import COARSE, FINE
from reports.charts.points import Point, share_of_budget, visible
from reports.model import Cell, Histogram
from reports.style import ellipsis, styles

NAME = "percentiles"
QUESTION = "How late are the latest samples?"
NOTE = ("Lag of each percentile of the samples of the measure phase, on logarithmic scales; the "
        "axis is 1 ÷ (1 − p). A line that rises to the top does so where the samples begin that "
        "never arrived.")
LEAST_BUCKETS = 5
SHOWN = (0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999)
MOST_LABELS = 4


@dataclass(frozen=True)
class Line:
    variant: str
    points: list[Point]  # (1 / (1 - p), lag in s), both ascending
    lost_from: float | None  # 1 / (1 - p) from which on samples never arrived

    @property
    def end(self) -> float:
        return self.points[-1][0]


def line_of(variant: str, histogram: Histogram) -> Line:
    """A point per bucket, by the rule of the harness: the middle of the bucket, never outside the
    smallest and the largest lag. So the table has the same figures."""
    points = []
    seen = 0
    for low, high, count in histogram.buckets:
        seen += count
        lag = max((low + high) / 2, histogram.minimum or 0)
        lag = lag if histogram.maximum is None else min(lag, histogram.maximum)
        # The largest of n lies at n: there is no percentile beyond it.
        odds = histogram.count / max(1, histogram.count - seen)
        if lag > 1e-6:
            points.append((odds, lag))
    lost = histogram.count / histogram.infinite if histogram.infinite else None
    return Line(variant, points, lost)


def lines(cell: Cell) -> list[Line]:
    found = []
    for arm in cell.arms:
        histogram = arm.histogram("freshness_lag")
        if histogram and len(histogram.buckets) >= LEAST_BUCKETS:
            found.append(line_of(arm.variant, histogram))
    return [line for line in found if line.points]


def at(line: Line, p: float) -> float | None:
    """The lag that a share `p` does not exceed; None among those that never arrived."""
    return next((lag for odds, lag in line.points if odds >= (1 - 1e-12) / (1 - p)), None)


def chart(cell: Cell) -> Chart:
    found = lines(cell)
    if not found:
        buckets = [len(h.buckets) for h in (a.histogram("freshness_lag") for a in cell.arms) if h]
        return too_little(NAME, QUESTION, max(buckets, default=0), LEAST_BUCKETS, "bucket")
    answer = in_words(found)
    alt = f"Freshness lag rising with the percentile. {answer}."
    rows = [[line.variant, *(lag_text(line, p) for p in SHOWN)] for line in found]
    return Chart(NAME, answer, QUESTION, picture(cell, found, alt), alt,
                 ["Variant", *(name_of(p) for p in SHOWN)], rows, note=NOTE,
                 legend=len(found) > MOST_LABELS)


def name_of(p: float) -> str:
    return f"p{p * 100:g}"


def lag_text(line: Line, p: float) -> str:
    lag = at(line, p)
    if lag is not None:
        return fmt.duration(lag)
    # Beyond the last sample there is no percentile, only where some never arrived an endless one.
    return fmt.INFINITE if line.lost_from is not None else fmt.UNKNOWN


def in_words(found: list[Line]) -> str:
    parts = []
    for line in found:
        lag = at(line, 0.99)
        parts.append(f"{fmt.duration(lag)} with {line.variant}" if lag is not None else
                     f"unknown with {line.variant}" if line.lost_from is None else
                     f"endless with {line.variant}, where {fmt.percent(1 / line.lost_from)} "
                     "never arrived")
    return f"The lag that 99{fmt.NBSP}% of the samples stay within is {fmt.listing(parts)}"


def picture(cell: Cell, found: list[Line], alt: str) -> str:
    look = styles(cell)
    lags = [lag for line in found for _, lag in line.points]
    low, high = min(lags) / 1.2, max(lags) * 1.3
    right = max(10.0, *(line.end for line in found))
    direct = len(found) <= MOST_LABELS
    names = [ellipsis(line.variant, 30) for line in found]
    room = 0.3 + 0.09 * max(map(len, names)) if direct else draw.RIGHT
    pixels = share_of_budget(len(found), 3, most=400)
    with draw.settings():
        figure, (ax,) = draw.panels([3.4], right=room)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlim(1, right)
        ax.set_ylim(low, high)
        for line in found:
            style = look[line.variant]
            x, y = zip(*drawn(line, high, pixels / math.log10(right), pixels / math.log10(high / low)))
            ax.plot(x, y, color=style.color, linestyle=style.dash, drawstyle="steps-pre")
            marks = [(1 / (1 - p), lag) for p in SHOWN if (lag := at(line, p)) is not None]
            if marks:
                ax.plot(*zip(*marks), color=style.color, marker=style.marker, linestyle="none")
        axis_of_percentiles(ax, right)
        ticks = [tick for tick in (FINE if high / low < 2000 else COARSE) if low <= tick <= high]
        ax.set_yticks(ticks, [fmt.clock(tick, tick) for tick in ticks])
        ax.set_yticks([], minor=True)
        draw.title(ax, "freshness lag")
        if direct:
            draw.end_labels(ax, [(high if line.lost_from else line.points[-1][1], name,
                                  look[line.variant].color) for line, name in zip(found, names)])
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)


def drawn(line: Line, top: float, width: float, height: float) -> list[Point]:
    """The points that differ on the screen, and the way up where samples never arrived; `width` and
    `height` are pixels per decade."""
    logs = [(math.log10(odds), math.log10(lag)) for odds, lag in line.points]
    points = [(10 ** x, 10 ** y) for x, y in visible(logs, width, height)]
    return points + ([(points[-1][0], top)] if line.lost_from is not None else [])


def axis_of_percentiles(ax: draw.Axes, right: float) -> None:
    shown = [p for p in SHOWN if 1 / (1 - p) <= right * 1.001]
    ax.set_xticks([1 / (1 - p) for p in shown], [name_of(p) for p in shown])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("percentile of the samples")
