"""How a sweep looks: a line per variant, or several that differ in their markers, with their names
at the right edge."""

import math
from collections.abc import Callable

from reports import format as fmt
from reports.charts import draw
from reports.charts.freshness import COARSE, FINE
from reports.charts.sweep import Place, Sweep
from reports.style import MARKERS, Style, ellipsis

LABEL_LENGTH = 34
LOG_FROM = 8  # the largest to the smallest


def label_room(*sweeps: Sweep) -> float:
    """Inches to the right of the panels."""
    longest = max((min(LABEL_LENGTH, len(line.label)) for found in sweeps for line in found.lines),
                  default=0)
    return 0.3 + 0.083 * longest


def panel(ax: draw.Axes, found: Sweep, look: dict[str, Style], show: Callable[[float], str],
          log: bool = False, levels: list[float] | None = None) -> None:
    """`levels`: other values that must be in view."""
    for line in found.lines:
        style = look[line.variant]
        marker, _ = MARKERS[(style.order + line.number) % len(MARKERS)]
        ax.plot([place.x for place in line.places], [place.value for place in line.places],
                color=style.color, linestyle=style.dash, marker=marker)
    x_axis(ax, found.places)
    values = [place.value for place in found.places] + (levels or [])
    if log and min(values) > 0 and max(values) / min(values) >= LOG_FROM:
        ax.set_yscale("log")
        low, high = min(values) / 1.5, max(values) * 1.5
        ax.set_ylim(low, high)
        ticks = [tick for tick in log_ticks(low, high, show is fmt.duration)
                 if low <= tick <= high]
        ax.set_yticks(ticks, [fmt.clock(tick, tick) if show is fmt.duration else
                              draw.round_text(show(tick)) for tick in ticks])
        ax.set_yticks([], minor=True)
    else:
        ax.set_ylim(0, max(values) * 1.12 or 1)
        if show is fmt.duration:
            draw.duration_axis(ax)
        else:
            draw.numbers(ax.yaxis, show)
    draw.end_labels(ax, [(line.places[-1].value, ellipsis(line.label, LABEL_LENGTH),
                          look[line.variant].color) for line in found.lines])


def log_ticks(low: float, high: float, durations: bool) -> list[float]:
    """Round values, as many as there is room for."""
    if durations:
        return list(FINE if high / low < 2000 else COARSE)
    factors = (1, 2, 5) if high / low < 300 else (1,)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return [factor * 10.0 ** power for power in range(first, last + 1) for factor in factors]


def x_axis(ax: draw.Axes, places: list[Place]) -> None:
    """Marked where there are points, in the scenario's own words."""
    texts = {place.x: place.text for place in places}
    low, high = min(texts), max(texts)
    if low > 0 and high / low >= LOG_FROM:
        ax.set_xscale("log")
        ax.set_xlim(low / (high / low) ** 0.03, high * (high / low) ** 0.03)
    else:
        margin = (high - low) * 0.03 or 1
        ax.set_xlim(low - margin, high + margin)
    ax.set_xticks(list(texts), list(texts.values()))
    ax.set_xticks([], minor=True)
