"""How fast does it catch up, and what does central get to bear meanwhile? Arrivals since the end of
a fault in terms of the usual rate, and what is still held back."""

import statistics
from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import Point, extremes, nice_step, share_of_budget, sums
from reports.model import Arm, Cell, Fault
from reports.recovery import (LEAST_POINTS, STAYS_S, STEP_SLACK_S, TOLERANCE, back_after,
                              calm_span)
from reports.style import styles

NAME = "catch-up"
QUESTION = "How fast does it catch up, and how much comes at once?"
NOTE = ("Usual rate: mean of the arrivals before any fault. Caught up: no more held back than "
        f"{TOLERANCE - 1:.0%} above the most before any fault, for {STAYS_S} s. A pull holds "
        "nothing back: what was replaced at the leaf meanwhile is lost.")
MARGIN = 1.3  # how far the axis goes beyond the last one to catch up
LEAST_SPAN_S = 60
LEAST_STEP_S = 5


@dataclass(frozen=True)
class CatchUp:
    variant: str
    usual: float  # samples per second
    arrivals: list[Point]  # (s since the fault's end, samples per second)
    backlog: list[Point]  # (s since the fault's end, samples)
    after_s: float | None  # until caught up; None: not known or not before the end
    end_s: float  # since the fault's end, when the next one begins or the measurement ends
    beat_s: float  # the usual time from one arrival to the next

    @property
    def left(self) -> float:
        """Held back when the fault ended."""
        return self.backlog[0][1] if self.backlog else 0


def applies(cell: Cell) -> bool:
    return any(fault.happened for fault in cell.faults)


def end_of(cell: Cell, fault: Fault) -> float:
    """Up to where the fault's aftermath is its own."""
    later = [f.from_s for f in cell.faults if f.happened and f.from_s >= fault.to_s]
    return min(later, default=cell.measure_s)


def catch_up(cell: Cell, arm: Arm, fault: Fault) -> CatchUp | None:
    arrivals, backlog = arm.column("delivered"), arm.column("backlog")
    start, end = calm_span(cell)
    if arrivals is None or end - start < LEAST_POINTS:
        return None
    calm = arrivals.between(start, end)
    usual = sum(value for _, value in calm) / (end - start)
    since = [(t - fault.to_s, value)
             for t, value in arrivals.between(fault.to_s, end_of(cell, fault))]
    if usual <= 0 or not since:
        return None
    held, after = [], None
    if backlog is not None:
        most = max((value for _, value in backlog.between(start, end)), default=0)
        rest = backlog.between(fault.to_s, end_of(cell, fault))
        held = [(t - fault.to_s, value) for t, value in rest]
        after = back_after(rest, fault.to_s, most * TOLERANCE)
    return CatchUp(arm.variant, usual, since, held, after, end_of(cell, fault) - fault.to_s,
                   beat_of(calm))


def worst(cell: Cell) -> tuple[Fault, list[CatchUp]] | None:
    """Of several faults the one that left the most behind; the first of equals."""
    found = []
    for fault in cell.faults:
        if fault.happened:
            told = [it for arm in cell.arms if (it := catch_up(cell, arm, fault)) is not None]
            if told:
                found.append((fault, told))
    return max(found, key=lambda pair: max(it.left for it in pair[1]), default=None)


def beat_of(calm: list[Point]) -> float:
    """The usual time from one arrival to the next: a pull's interval. A mean over less is no rate."""
    busy = [t for t, value in calm if value > 0]
    return statistics.median(b - a for a, b in zip(busy, busy[1:])) if len(busy) > 1 else 0.0


def step_of(told: list[CatchUp]) -> float:
    return nice_step(span_of(told), 60, least=max(LEAST_STEP_S, *(it.beat_s for it in told)))


def bursts(it: CatchUp, step: float) -> list[Point]:
    """(s, times the usual rate), a mean of each whole step."""
    end = it.end_s - step + STEP_SLACK_S
    return [(start, total / step / it.usual) for start, total in sums(it.arrivals, step)
            if start <= end]


def span_of(told: list[CatchUp]) -> float:
    """Seconds to show: until all have caught up, and a little more."""
    whole = max(it.end_s for it in told)
    if any(it.backlog and it.after_s is None for it in told):
        return whole
    return min(whole, max(LEAST_SPAN_S, *(MARGIN * (it.after_s or 0) for it in told)))


def chart(cell: Cell) -> Chart:
    found = worst(cell)
    if found is None:
        start, end = calm_span(cell)
        known = int(end - start) if any(arm.column("delivered") for arm in cell.arms) else 0
        return too_little(NAME, QUESTION, min(known, LEAST_POINTS - 1), LEAST_POINTS,
                          "usual second")
    recorded = max(len(it.arrivals) for it in found[1])
    if recorded < LEAST_POINTS:
        return too_little(NAME, QUESTION, recorded, LEAST_POINTS)
    fault, told = found
    answer = in_words(fault, told)
    alt = f"Arrivals and what is held back since the end of {fault.name}. {answer}."
    step = step_of(told)
    rows = [[it.variant, fmt.count(it.usual), fmt.ratio(peak(it, step)), after_text(it),
             fmt.count(it.left) if it.backlog else fmt.UNKNOWN] for it in told]
    felt = sum(f.happened for f in cell.faults)
    note = NOTE + (f" Of {felt} faults the one that left the most behind." if felt > 1 else "")
    return Chart(NAME, answer, QUESTION, picture(cell, told, alt), alt,
                 ["Variant", "Usual samples/s", f"Most at once, mean of {fmt.clock(step, step)}",
                  "Caught up after", "Held back at the fault's end"], rows, note=note)


def peak(it: CatchUp, step: float) -> float:
    return max((times for _, times in bursts(it, step)), default=0.0)


def after_text(it: CatchUp) -> str:
    if not it.backlog:
        return fmt.UNKNOWN
    return "not within the measurement" if it.after_s is None else fmt.duration(it.after_s)


def in_words(fault: Fault, told: list[CatchUp]) -> str:
    step = step_of(told)
    parts = []
    for it in told:
        text = f"{it.variant} reaches {fmt.ratio(peak(it, step))} its usual rate"
        if it.backlog:
            text += " and has not caught up" if it.after_s is None else \
                f" and has caught up after {fmt.duration(it.after_s)}"
        parts.append(text)
    return f"After {fault.name}, {fmt.listing(parts)}"


def picture(cell: Cell, told: list[CatchUp], alt: str) -> str:
    look = styles(cell)
    span = span_of(told)
    step = step_of(told)
    columns = share_of_budget(2 * len(told), 2, most=300)
    holding = [it for it in told if it.backlog]
    with draw.settings():
        figure, axes = draw.panels([2.2, 1.6] if holding else [2.2])
        for it in told:
            shown = [point for point in bursts(it, step) if point[0] < span]
            draw.line(axes[0], shown, look[it.variant], steps=True)
        axes[0].axhline(1, color=draw.MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
        axes[0].set_ylim(bottom=0)
        draw.numbers(axes[0].yaxis, fmt.ratio)
        draw.title(axes[0], f"arrivals in terms of the usual rate, mean of {fmt.clock(step, step)}")
        for it in holding:
            shown = [point for point in it.backlog if point[0] < span]
            draw.line(axes[1], extremes(shown, columns), look[it.variant], steps=False)
            if it.after_s is not None:
                axes[1].plot([it.after_s], [0], color=look[it.variant].color, marker="o",
                             markersize=9, markerfacecolor="none", markeredgewidth=1.8,
                             clip_on=False)
        if holding:
            axes[1].set_ylim(bottom=0)
            draw.numbers(axes[1].yaxis, fmt.count)
            draw.title(axes[1], "samples still held back; a ring where caught up")
        draw.time_axis(axes[-1], 0, span)
        axes[-1].set_xlabel("time since the end of the fault")
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)
