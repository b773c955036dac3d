"""Which variant is cheaper on the wire? Bytes per sample that arrived, so that one that loses half
of its samples does not look cheap."""

from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.comparison import mark, ratio_of
from reports.model import Cell, Figure
from reports.style import ellipsis, styles

NAME = "wire-cost"
QUESTION = "Which is cheaper on the wire?"
NOTE = ("Wire bytes of both directions over the whole run, warm-up and drain included, divided by "
        "the samples that arrived. Hatched: pull.")


@dataclass(frozen=True)
class Bar:
    variant: str
    push: bool
    figure: Figure
    ratio: float | None  # to the baseline


def bars(cell: Cell) -> list[Bar]:
    base = cell.baseline.figure("wire_bytes_per_sample") if cell.baseline else None
    return [Bar(arm.variant, arm.is_push, figure, ratio_of(figure, base)) for arm in cell.arms
            if (figure := arm.figure("wire_bytes_per_sample")) is not None]


def chart(cell: Cell) -> Chart:
    found = bars(cell)
    if not found:
        return too_little(NAME, QUESTION, 0, 1, "variant")
    alt = "Bars from zero: " + fmt.listing([f"{bar.variant} {text(bar)}" for bar in found]) + "."
    model = any(bar.figure.metric.kind == "model" for bar in found)
    note = NOTE + (" ≈: sizes are modelled, see the warnings for their error." if model else "")
    return Chart(NAME, answer(cell, found), QUESTION, picture(cell, found, alt), alt,
                 ["Variant", "Bytes per delivered sample", "To the baseline", "Kind", "Runs"],
                 [[bar.variant, text(bar), fmt.ratio(bar.ratio) if bar.ratio else fmt.UNKNOWN,
                   bar.figure.metric.kind, str(len(bar.figure.values))] for bar in found],
                 note=note, legend=False)


def text(bar: Bar) -> str:
    return mark(bar.figure, fmt.size(bar.figure.median))


def answer(cell: Cell, found: list[Bar]) -> str:
    others = [bar for bar in found if bar.ratio and bar.variant != cell.baseline_name]
    if not others:
        return "Bytes per delivered sample: " + fmt.listing(
            [f"{text(bar)} with {bar.variant}" for bar in found])
    parts = [f"{bar.variant} needs {mark(bar.figure, fmt.ratio(bar.ratio))}" for bar in others]
    return f"{fmt.listing(parts)} the bytes of {cell.baseline_name} for each sample that arrives"


def picture(cell: Cell, found: list[Bar], alt: str) -> str:
    look = styles(cell)
    with draw.settings():
        names = [ellipsis(bar.variant, 32) for bar in found]
        room = 0.3 + 0.09 * max(map(len, names))  # inches of a character in this size
        figure, (ax,) = draw.panels([0.2 + 0.42 * len(found)], left=room, foot=0.3)
        rows = list(range(len(found)))
        for row, bar in zip(rows, found):
            color = look[bar.variant].color
            ax.barh(row, bar.figure.median, height=0.62, edgecolor=color, linewidth=1.5,
                    facecolor=color if bar.push else draw.PAPER, hatch=None if bar.push else "////")
            ax.annotate(text(bar), (bar.figure.median, row), (6, 0), textcoords="offset points",
                        va="center")
        ax.set_yticks(rows, names)
        ax.tick_params(axis="y", length=0, labelcolor=draw.INK)
        ax.invert_yaxis()  # the first variant on top, as in the table
        ax.grid(axis="y", visible=False)
        ax.set_xlim(0, max(bar.figure.median for bar in found) * 1.12 or 1)
        draw.numbers(ax.xaxis, fmt.size)
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)
