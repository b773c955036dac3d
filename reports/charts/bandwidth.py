"""How much bandwidth does each variant need? Wire bytes per second and direction over time, as a
mean and in the busiest second: links are bought for the latter."""

from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import Point, nice_step, share_of_budget, sums
from reports.model import Arm, Cell
from reports.style import styles

NAME = "bandwidth"
QUESTION = "How much bandwidth must I buy?"
NOTE = ("TCP payload with HTTP headers, without IP and TCP headers: full segments add about 4 %. "
        "The busiest second of each step shows bursts that a mean hides.")
LEAST_SECONDS = 5
DIRECTIONS = (("to_central", "leaf → central"), ("to_leaf", "central → leaf"))


@dataclass(frozen=True)
class Traffic:
    """One direction of one variant."""

    seconds: list[Point]  # bytes of each

    @property
    def total(self) -> float:
        return sum(value for _, value in self.seconds)

    def mean(self, measure_s: float) -> float:
        """Of the measure phase."""
        inside = [value for t, value in self.seconds if 0 <= t < measure_s]
        return sum(inside) / max(1, len(inside))

    @property
    def peak(self) -> Point:
        return max(self.seconds, key=lambda point: point[1])

    def means(self, step: float) -> list[Point]:
        return [(start, total / step) for start, total in sums(self.seconds, step)]

    def peaks(self, step: float) -> list[Point]:
        best: dict[float, float] = {}
        for t, value in self.seconds:
            start = t // step * step
            best[start] = max(best.get(start, 0), value)
        return sorted(best.items())


def traffic(arm: Arm, direction: str) -> Traffic | None:
    """Every second from the first byte to the last; quiet ones between them count."""
    column = arm.column(direction)
    known = dict(sums(column.points(), 1)) if column and column.step_s <= 1 else {}
    if not known:
        return None
    first, last = int(min(known)), int(max(known))
    return Traffic([(float(t), known.get(float(t), 0.0)) for t in range(first, last + 1)])


def chart(cell: Cell) -> Chart:
    found = {(arm.variant, direction): flow for arm in cell.arms for direction, _ in DIRECTIONS
             if (flow := traffic(arm, direction)) is not None}
    recorded = max((len(flow.seconds) for flow in found.values()), default=0)
    if recorded < LEAST_SECONDS:
        return too_little(NAME, QUESTION, recorded, LEAST_SECONDS, "second")
    peaks = [f"{fmt.rate(flow.peak[1])} with {variant}"
             for (variant, direction), flow in found.items() if direction == "to_central"]
    answer = f"The busiest second to central takes {fmt.listing(peaks)}"
    alt = f"Bytes per second over time, by direction. {answer}."
    rows = [[variant, dict(DIRECTIONS)[direction], fmt.rate(flow.mean(cell.measure_s)),
             fmt.rate(flow.peak[1]), fmt.duration(flow.peak[0]), fmt.size(flow.total)]
            for (variant, direction), flow in found.items()]
    return Chart(NAME, answer, QUESTION, picture(cell, found, alt), alt,
                 ["Variant", "Direction", "Mean while measuring", "Busiest second",
                  "It began at", "Whole run"], rows, texts=2, note=NOTE)


def picture(cell: Cell, found: dict[tuple[str, str], Traffic], alt: str) -> str:
    look = styles(cell)
    step = nice_step(cell.warmup_s + cell.measure_s + cell.drain_s,
                     share_of_budget(3 * len(cell.arms), 2, most=180), least=1)
    every = fmt.clock(step, step)
    shown = [("to_central", Traffic.means, f"leaf → central, mean of {every}"),
             ("to_central", Traffic.peaks, f"leaf → central, busiest second in {every}"),
             ("to_leaf", Traffic.means, f"central → leaf, mean of {every}")]
    if step == 1:
        del shown[1]  # each second is its own mean
    with draw.settings():
        figure, axes = draw.panels([1.4] * len(shown))
        for ax, (direction, values, title) in zip(axes, shown):
            draw.title(ax, title)
            for arm in cell.arms:
                if (arm.variant, direction) in found:
                    draw.line(ax, values(found[arm.variant, direction], step), look[arm.variant],
                              steps=True)
            ax.set_ylim(bottom=0)
            draw.numbers(ax.yaxis, fmt.rate)
        draw.time_axis(axes[-1], -cell.warmup_s, cell.measure_s + cell.drain_s)
        draw.fault_bands(axes, [fault for fault in cell.faults if fault.happened])
        draw.phase_lines(axes, cell.measure_s)
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)
