"""What does a bad day look like, and when is it over? Staleness, arrivals and backlog above one
another, with the faults as bands and the moment each variant is as fresh as before."""

import math
from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import Point, extremes, nice_step, share_of_budget, sums
from reports.model import Arm, Cell
from reports.recovery import STAYS_S, TOLERANCE, Recovery, delivered_during, in_words, recoveries
from reports.style import Style, ellipsis, styles

NAME = "timeline"
QUESTION = "What happens while something fails, and when are we back?"
NOTE = ("Bands: faults as they really were. A ring on the staleness shows when the variant was as "
        f"fresh as before: at most {TOLERANCE - 1:.0%} above its worst second before any fault, "
        f"for {STAYS_S} s. Fresh again is not complete again: samples lost meanwhile stay lost.")
LEAST_POINTS = 5


@dataclass(frozen=True)
class Panel:
    title: str
    lines: dict[str, list[Point]]  # by variant, times in s since the start of the measure phase
    durations: bool = False  # seconds upwards; otherwise samples
    steps: bool = False  # a point stands for the time up to the next


def panels(cell: Cell) -> list[Panel]:
    """Only those that there is data for."""
    # Three panels share the budget; a step and a column of extremes are two points each.
    lines = 3 * len(cell.arms)
    step = nice_step(cell.warmup_s + cell.measure_s + cell.drain_s,
                     share_of_budget(lines, 2, most=180), least=1)
    columns = share_of_budget(lines, 2, most=400)
    staleness, arrivals, backlog = {}, {}, {}
    for arm in cell.arms:
        # After the measure phase nothing is scraped: staleness grows, and means nothing.
        staleness[arm.variant] = extremes(
            points(arm, "staleness_max", -math.inf, cell.measure_s), columns)
        arrivals[arm.variant] = [(t, total / step) for t, total in
                                 sums(points(arm, "delivered", -math.inf, math.inf), step)]
        backlog[arm.variant] = extremes(points(arm, "backlog", -math.inf, math.inf), columns)
    every = f"mean of {fmt.clock(step, step)}"
    found = [Panel("staleness of the stalest series", staleness, durations=True),
             Panel(f"samples arriving per second, {every}", arrivals, steps=True),
             Panel("samples held back at the leaves", backlog)]
    return [panel for panel in found
            if any(len(line) >= LEAST_POINTS for line in panel.lines.values())]


def points(arm: Arm, name: str, start: float, end: float) -> list[Point]:
    column = arm.column(name)
    return column.between(start, end) if column else []


def chart(cell: Cell) -> Chart:
    found = panels(cell)
    if not found:
        columns = [len(points(arm, name, -math.inf, math.inf)) for arm in cell.arms
                   for name in ("staleness_max", "delivered", "backlog")]
        return too_little(NAME, QUESTION, max(columns, default=0), LEAST_POINTS)
    recovered = {arm.variant: recoveries(cell, arm) for arm in cell.arms}
    alt = (f"{len(found)} panels over time: {fmt.listing([panel.title for panel in found])}. "
           + ("Faults: " + fmt.listing([f.name for f in cell.faults]) + "." if cell.faults else ""))
    return Chart(NAME, answer(cell, recovered), QUESTION, picture(cell, found, recovered, alt), alt,
                 ["Fault", "Variant", "Usual staleness", "Peak", "As fresh as before after",
                  "Arrived meanwhile", "Most held back"], rows(cell, recovered), texts=2, note=NOTE)


def answer(cell: Cell, recovered: dict[str, list[Recovery]]) -> str:
    told = []
    for fault in cell.faults:
        of_it = {variant: recovery for variant, all_of in recovered.items() for recovery in all_of
                 if recovery.fault == fault}
        if of_it:
            told.append(in_words(fault.name, of_it))
    if told:
        return "; ".join(told)
    if cell.faults:
        return "The faults, and what was recorded around them"
    return "No fault was planned: this is what usual looks like"


def rows(cell: Cell, recovered: dict[str, list[Recovery]]) -> list[list[str]]:
    found = []
    for arm in cell.arms:
        for recovery in recovered[arm.variant]:
            arrived = delivered_during(arm, recovery.fault)
            backlog = [value for _, value in
                       points(arm, "backlog", recovery.fault.from_s, recovery.fault.to_s + 1)]
            after = recovery.back_after_s
            found.append([
                recovery.fault.name, arm.variant, fmt.duration(recovery.usual_s),
                fmt.duration(recovery.peak_s),
                "not within the measurement" if after is None else fmt.duration(after),
                fmt.UNKNOWN if math.isnan(arrived) else fmt.exact(arrived),
                fmt.exact(max(backlog)) if backlog else fmt.UNKNOWN])
    return sorted(found, key=lambda row: [f.name for f in cell.faults].index(row[0]))


def picture(cell: Cell, found: list[Panel], recovered: dict[str, list[Recovery]], alt: str) -> str:
    look = styles(cell)
    with draw.settings():
        figure, axes = draw.panels([2.0] + [1.4] * (len(found) - 1))
        for ax, panel in zip(axes, found):
            draw.title(ax, panel.title)
            for variant, line in panel.lines.items():
                draw.line(ax, line, look[variant], panel.steps)
            ax.set_ylim(bottom=0)
            if panel.durations:
                mark_recoveries(ax, look, recovered)
                draw.duration_axis(ax)
            else:
                draw.numbers(ax.yaxis, fmt.count)
        draw.time_axis(axes[-1], -cell.warmup_s, cell.measure_s + cell.drain_s)
        draw.fault_bands(axes, [fault for fault in cell.faults if fault.happened])
        draw.phase_lines(axes, cell.measure_s)
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)


def mark_recoveries(ax: draw.Axes, look: dict[str, Style],
                    recovered: dict[str, list[Recovery]]) -> None:
    """A ring where each is back. Of those that follow one another the earlier label stands higher,
    since text runs to the right."""
    marks = sorted(((recovery.fault.to_s + recovery.back_after_s, variant, recovery)
                    for variant, all_of in recovered.items() for recovery in all_of
                    if recovery.felt and recovery.back_after_s is not None),
                   key=lambda mark: mark[0], reverse=True)
    rank: dict[str, int] = {}
    for at, variant, recovery in marks:
        color = look[variant].color
        ax.plot([at], [recovery.usual_s], color=color, marker="o", markersize=9,
                markerfacecolor="none", markeredgewidth=1.8)
        height = rank[recovery.fault.name] = rank.get(recovery.fault.name, 0) + 1
        ax.annotate(f"+{fmt.duration(recovery.back_after_s)} {ellipsis(variant, 24)}",
                    (at, recovery.usual_s), (7, 14 * height - 8), textcoords="offset points",
                    fontsize=10, color=color, bbox=draw.HALO)
