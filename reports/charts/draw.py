"""The only user of matplotlib: figures in the report's colours, and their SVG. Colours become CSS
variables, so that one picture serves light and dark; text stays text."""

import html
import io
import re
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from reports import format as fmt
from reports.charts.points import Point, nice_step
from reports.model import Fault
from reports.style import PALETTE, Style

INK, MUTED, GRID, BAND, PAPER = "#1c2127", "#5f6873", "#dde1e6", "#fae3d3", "#fffffe"
FAINT = "#aab2bc"  # less than muted, more than the grid
VARIABLES = {INK: "ink", MUTED: "muted", FAINT: "faint", GRID: "grid", BAND: "band",
             PAPER: "paper"} | {
    light: f"series-{i}" for i, (light, _) in enumerate(PALETTE)}

SETTINGS = {
    "svg.fonttype": "none",  # text, not outlines: small, searchable
    "svg.hashsalt": "pushpull",  # equal data, equal bytes
    "text.parse_math": False,  # a $ in a name is a $
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "hatch.linewidth": 0.8,
}
GAP, RIGHT = 0.36, 0.35  # above each panel, and to the right of all
HALO = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1}  # behind text on lines
LABEL_SHARE = 0.06  # of the width, for a short word
WIDTH = 12.0  # inches of 72 units; the page scales the picture


def panels(heights: list[float], left: float = 0.95, foot: float = 0.6, right: float = RIGHT,
           gap: float = GAP, share: bool = True) -> tuple[Figure, list[Axes]]:
    """Panels above one another, that share x unless told otherwise; `heights`, the room around them
    and the `gap` above each in inches. Call within `settings()`. Matplotlib's own layouts differ
    from run to run in the last digit."""
    height = sum(heights) + gap * len(heights) + foot
    figure = Figure(figsize=(WIDTH, height), facecolor="none")
    axes: list[Axes] = []
    top = height
    for panel in heights:
        top -= gap + panel
        box = (left / WIDTH, top / height, 1 - (left + right) / WIDTH, panel / height)
        shared = axes[0] if axes and share else None
        axes.append(figure.add_axes(box, facecolor="none", sharex=shared))
    for ax in axes[:-1] if share else []:
        ax.tick_params(axis="x", labelbottom=False)
    return figure, axes


def grid(count: int, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """Small panels beside and above one another that share both axes, labelled at the edges."""
    rows = -(-count // columns)
    total = (height + GAP) * rows + 0.6
    figure = Figure(figsize=(WIDTH, total), facecolor="none")
    axes: list[Axes] = []
    left, width = 0.8, (WIDTH - 0.8 - RIGHT) / columns
    for i in range(count):
        box = ((left + width * (i % columns)) / WIDTH,
               1 - (height + GAP) * (i // columns + 1) / total,
               (width - 0.4) / WIDTH, height / total)
        shared = axes[0] if axes else None
        axes.append(figure.add_axes(box, facecolor="none", sharex=shared, sharey=shared))
        axes[-1].tick_params(axis="x", labelbottom=i + columns >= count)
        axes[-1].tick_params(axis="y", labelleft=i % columns == 0)
    return figure, axes


def settings() -> AbstractContextManager[None]:
    """Draws and saves in the style of the report; global state of matplotlib's comes back after."""
    return matplotlib.rc_context(SETTINGS)


def title(ax: Axes, text: str, size: int = 11) -> None:
    """Above the panel and to the left, where reading begins."""
    ax.set_title(text, loc="left", fontsize=size, color=INK)


def time_axis(ax: Axes, start: float, end: float, steps: int = 12) -> None:
    """Time since the start of the measure phase, in at most so many steps of the clock."""
    step = nice_step(end - start, steps, least=1)
    first = -int(-start // step) * step
    ticks = [first + i * step for i in range(int((end - first) / step) + 1)]
    ax.set_xticks(ticks, [fmt.clock(tick, step) for tick in ticks])
    ax.set_xlim(start, end)
    ax.set_xlabel("time since the start of the measurement")


def duration_axis(ax: Axes) -> None:
    """Durations upwards from 0, in steps of the clock."""
    top = ax.get_ylim()[1]
    step = nice_step(top, 6)
    ticks = [i * step for i in range(int(top / step) + 1)]
    ax.set_yticks(ticks, [fmt.clock(tick, step) for tick in ticks])
    ax.set_ylim(0, top)


def numbers(axis: Axis, show: Callable[[float], str]) -> None:
    """Ticks of an axis in the words of reports.format."""
    axis.set_major_formatter(lambda value, _: round_text(show(value)) if value else "0")


def round_text(text: str) -> str:
    """Ticks are round: 20.0 kB is 20 kB."""
    return re.sub(r"\.0+(?!\d)|(?<=\.\d)0+(?!\d)", "", text)


def line(ax: Axes, points: list[Point], style: Style, steps: bool) -> None:
    """A line over time, with a marker here and there to tell it from others without colour."""
    if points:
        x, y = zip(*points)
        every = max(1, len(points) // 8)
        ax.plot(x, y, color=style.color, linestyle=style.dash, linewidth=1.5, marker=style.marker,
                markersize=5, markevery=(style.order * every // 7 % every, every),
                drawstyle="steps-post" if steps else "default")


def swatch(color: str, hatch: str | None) -> Patch:
    """A bar's look, for a legend."""
    return Patch(edgecolor=color, facecolor=PAPER if hatch else color, hatch=hatch, linewidth=1.2)


LABEL_ROOM = 13  # points from one label to the next


def end_labels(ax: Axes, labels: list[tuple[float, str, str]]) -> None:
    """(y, text, color) at the right edge, each beside its y as far as the others let it; of equal
    ones the first on top. Limits and scales of the axes must stand."""
    height = ax.get_position().height * ax.figure.get_figheight() * 72
    fraction = ax.transAxes.inverted()
    placed = sorted((round(float(fraction.transform(ax.transData.transform((1, y)))[1]) * height),
                     -i, text, color) for i, (y, text, color) in enumerate(labels))
    at = spread([min(max(place, 0), height) for place, *_ in placed], height)
    for place, (_, _, text, color) in zip(at, placed):
        ax.annotate(text, (1, place / height), (5, 0), xycoords="axes fraction",
                    textcoords="offset points", va="center", fontsize=10, color=color)


def spread(heights: list[float], top: float) -> list[float]:
    """Ascending heights, moved up and, at the top, back down until they are LABEL_ROOM apart."""
    found: list[float] = []
    for height in heights:
        found.append(max(height, found[-1] + LABEL_ROOM) if found else height)
    limit = top
    for i in reversed(range(len(found))):
        found[i] = min(found[i], limit)
        limit = found[i] - LABEL_ROOM
    return found


def fault_bands(axes: list[Axes], faults: list[Fault], named: bool = True) -> None:
    for fault in faults:
        for ax in axes:
            ax.axvspan(fault.from_s, fault.to_s, color=BAND, linewidth=0, zorder=0)
        if named:
            axes[0].annotate(fault.name, ((fault.from_s + fault.to_s) / 2, 1), (0, -4),
                             xycoords=axes[0].get_xaxis_transform(), textcoords="offset points",
                             ha="center", va="top", fontsize=10, color=INK, clip_on=True)


def phase_lines(axes: list[Axes], measure_s: float) -> None:
    """Where the measure phase begins and ends."""
    for ax in axes:
        for t in (0, measure_s):
            ax.axvline(t, color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    low, high = axes[-1].get_xlim()
    for text, at, length in (("warm-up", low / 2, -low),
                             ("drain", (measure_s + high) / 2, high - measure_s)):
        if length / (high - low) >= LABEL_SHARE:
            axes[-1].annotate(text, (at, 1), (0, -3), xycoords=axes[-1].get_xaxis_transform(),
                              textcoords="offset points", ha="center", va="top", fontsize=9,
                              color=MUTED)


def svg(figure: Figure, name: str, alt: str) -> str:
    """The picture, to stand in a page among others: no prolog, no fixed size, ids of its own."""
    out = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the browser has its own
        figure.savefig(out, format="svg", transparent=True,
                       metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = out.getvalue()
    text = text[text.index("<svg"):].rstrip()
    # The style is for every element of the page; report.css has it for pictures only.
    text = re.sub(r"\s*<(metadata|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    ids: dict[str, str] = {}
    text = re.sub(r"<[^>]+>", lambda tag: themed(renamed(tag.group(), name, ids)), text)
    # What is left of the first tag after the size of matplotlib's is the box it draws in.
    text = re.sub(r' (width|height)="[^"]*"', "", text, count=2)
    return text.replace("<svg", f'<svg role="img" aria-label="{html.escape(alt)}"', 1)


def renamed(tag: str, name: str, ids: dict[str, str]) -> str:
    """A tag whose id, and those it refers to, are unique in the page and numbered as they come:
    some of matplotlib's are made of addresses in memory."""
    def number(found: re.Match[str]) -> str:
        return found[1] + ids.setdefault(found[2], f"{name}-{len(ids)}")
    return re.sub(r"""(\bid="|url\(#|href="#)([^")]+)""", number, tag)


def themed(tag: str) -> str:
    """A tag in the page's colours and font, and shorter. Text is left alone: it may look alike."""
    tag = re.sub(r"(\.\d\d)\d+", r"\1", tag)  # a hundredth of a pixel will do
    tag = re.sub(r'font:[^;"]*?([\d.]+px)[^;"]*', r"font-size: \1", tag)
    for color, variable in VARIABLES.items():
        tag = tag.replace(color, f"var(--{variable}, {color})")
    return tag
