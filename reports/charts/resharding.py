"""How many shards does push take over time, and how many would resharding like? In use above
desired, by variant, with the faults as bands."""

import math
from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import Point, extremes, share_of_budget
from reports.model import Arm, Cell
from reports.style import styles

NAME = "resharding"
QUESTION = "How many shards does it use over time, and how many would it like?"
NOTE = ("Over all leaves. Desired: what the sender reckons every 10 s from its rates and its "
        "backlog, before rounding, limits and the reasons not to change (within 30 %, behind, "
        "nothing sent lately, retrying). A change takes as long as the old shards need to drain.")
LEAST_POINTS = 5


@dataclass(frozen=True)
class Shards:
    variant: str
    used: list[Point]  # times in s since the start of the measure phase
    desired: list[Point]

    @property
    def first(self) -> float:
        return self.used[0][1]

    @property
    def last(self) -> float:
        return self.used[-1][1]

    @property
    def most(self) -> float:
        return max(value for _, value in self.used)

    @property
    def fewest(self) -> float:
        return min(value for _, value in self.used)

    @property
    def changes(self) -> int:
        return sum(a != b for (_, a), (_, b) in zip(self.used, self.used[1:]))

    @property
    def most_desired(self) -> float:
        return max(value for _, value in self.desired)


def shards_of(arm: Arm) -> Shards | None:
    """None under pull, and where a sender does not tell."""
    used, desired = arm.column("shards"), arm.column("shards_desired")
    if used is None or desired is None or not used.points() or not desired.points():
        return None
    return Shards(arm.variant, used.points(), desired.points())


def told(cell: Cell) -> list[Shards]:
    return [it for arm in cell.arms if (it := shards_of(arm)) is not None]


def applies(cell: Cell) -> bool:
    return bool(told(cell))


def chart(cell: Cell) -> Chart:
    found = told(cell)
    recorded = max((len(it.used) for it in found), default=0)
    if recorded < LEAST_POINTS:
        return too_little(NAME, QUESTION, recorded, LEAST_POINTS)
    answer = in_words(found)
    alt = f"Shards in use and desired shards over time. {answer}."
    rows = [[it.variant, fmt.exact(it.first), fmt.exact(it.most), fmt.exact(it.last),
             fmt.exact(it.changes), desired_text(it.most_desired)] for it in found]
    return Chart(NAME, answer, QUESTION, picture(cell, found, alt), alt,
                 ["Variant", "Shards at the start", "At most", "At the end", "Changes",
                  "Desired at most"], rows, note=NOTE)


def desired_text(shards: float) -> str:
    return f"{shards:.1f}" if shards < 1000 else fmt.count(shards)


def in_words(found: list[Shards]) -> str:
    return "; ".join(one_in_words(it) for it in found)


def one_in_words(it: Shards) -> str:
    desired = f"up to {desired_text(it.most_desired)} desired"
    if it.changes == 0:
        return f"{it.variant} stays at {fmt.plural(round(it.first), 'shard')}, {desired}"
    return (f"{it.variant} uses {fmt.exact(it.fewest)} to {fmt.plural(round(it.most), 'shard')} in "
            f"{fmt.plural(it.changes, 'change')}, {desired}")


def picture(cell: Cell, found: list[Shards], alt: str) -> str:
    look = styles(cell)
    # Two points of a column, and two of the picture for each step.
    columns = share_of_budget(2 * len(found), 4, most=400)
    panels = (("shards in use", [it.used for it in found]),
              ("desired shards", [it.desired for it in found]))
    with draw.settings():
        figure, axes = draw.panels([1.8, 1.8])
        for ax, (title, lines) in zip(axes, panels):
            draw.title(ax, title)
            for it, line in zip(found, lines):
                draw.line(ax, changes_only(line, columns), look[it.variant], steps=True)
            ax.set_ylim(bottom=0, top=1.05 * max(1.0, *(v for line in lines for _, v in line)))
            draw.numbers(ax.yaxis, fmt.count)
        draw.time_axis(axes[-1], -cell.warmup_s, cell.measure_s + cell.drain_s)
        draw.fault_bands(axes, [fault for fault in cell.faults if fault.happened])
        draw.phase_lines(axes, cell.measure_s)
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)


def changes_only(line: list[Point], columns: int) -> list[Point]:
    """A line of steps needs the points at which it changes, and its last."""
    last = math.nan
    kept = []
    for i, (t, value) in enumerate(line):
        if value != last or i == len(line) - 1:
            kept.append((t, value))
        last = value
    return extremes(kept, columns)
