"""Where do my alerts see nothing? A row per target, time to the right, shaded where the newest
sample at central is older than Prometheus looks back."""

import statistics
from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import Point
from reports.model import Cell, Raster
from reports.style import ellipsis

NAME = "staleness-raster"
QUESTION = "Which targets vanish from queries and alerts, and when?"
LOOK_BACK_S = 300  # Prometheus's --query.lookback-delta, unless changed
LATE = 4  # times the usual age: drawn in half shade
LEAST_STEPS = 10
OVERLAP = 1.05  # of rows, or the paper would show between them
MOST_RUNS = 3000  # of one shade, so that the picture stays small


@dataclass(frozen=True)
class Panel:
    variant: str
    raster: Raster
    late_s: float  # from which age on a target is drawn in half shade

    def above(self, limit: float) -> list[list[Point]]:
        """By target: the spans (from, to) in which it is older than that."""
        return [spans(self.raster, row, limit) for row in self.raster.rows]

    @property
    def gone(self) -> list[float]:
        """By target: the longest time without a sample that a query sees."""
        return [max((end - start for start, end in row), default=0.0)
                for row in self.above(LOOK_BACK_S)]


def spans(raster: Raster, row: list[float | None], limit: float) -> list[Point]:
    found: list[Point] = []
    for i, age in enumerate(row):
        if age is not None and age > limit:
            start = raster.start_s + i * raster.step_s
            if found and abs(found[-1][1] - start) < raster.step_s / 2:
                start = found.pop()[0]
            found.append((start, raster.start_s + (i + 1) * raster.step_s))
    return found


def applies(cell: Cell) -> bool:
    return any(arm.usable[0].raster for arm in cell.arms)


def panels(cell: Cell) -> list[Panel]:
    rasters = {arm.variant: arm.usable[0].raster for arm in cell.arms}
    medians = [statistics.median(ages) for raster in rasters.values() if raster
               and (ages := [age for row in raster.rows for age in row if age is not None])]
    # Late is what is late for the freshest variant: one limit for all, or they could not be
    # compared.
    late = LATE * min(medians, default=0)
    return [Panel(variant, raster, late) for variant, raster in rasters.items()
            if raster and any(len(row) >= LEAST_STEPS for row in raster.rows)]


def chart(cell: Cell) -> Chart:
    found = panels(cell)
    if not found:
        steps = [len(row) for arm in cell.arms if (raster := arm.usable[0].raster)
                 for row in raster.rows]
        return too_little(NAME, QUESTION, max(steps, default=0), LEAST_STEPS, "step")
    answer = in_words(found)
    alt = f"Rows of targets over time, shaded where a query finds no sample. {answer}."
    rows = [[panel.variant, str(len(panel.gone)), str(sum(gap > 0 for gap in panel.gone)),
             fmt.duration(max(panel.gone)), oldest(panel)] for panel in found]
    note = (f"Full shade: the newest visible sample of the target is older than "
            f"{fmt.duration(LOOK_BACK_S)}, so that an instant query finds none. Half shade: older "
            f"than {fmt.duration(found[0].late_s)}, {LATE} times the median age with the freshest "
            f"variant. Targets are evenly chosen, at most 64; a step of "
            f"{fmt.duration(found[0].raster.step_s)} shows its worst second.")
    late = any(row for panel in found for row in panel.above(panel.late_s))
    if not late:
        note = f"No target shown got older than {fmt.duration(found[0].late_s)}: nothing to draw."
    return Chart(NAME, answer, QUESTION, picture(cell, found, alt) if late else "", alt,
                 ["Variant", "Targets shown", f"Ever older than {fmt.duration(LOOK_BACK_S)}",
                  "Longest time so", "Oldest"], rows, note=note, legend=False)


def oldest(panel: Panel) -> str:
    return fmt.duration(max((age for row in panel.raster.rows for age in row if age is not None),
                            default=0))


def in_words(found: list[Panel]) -> str:
    gone = [panel for panel in found if any(panel.gone)]
    limit = fmt.duration(LOOK_BACK_S)
    if not gone:
        return f"Queries always find a sample: no target shown got older than {limit}"
    parts = [f"{sum(gap > 0 for gap in panel.gone)} of {len(panel.gone)} targets for up to "
             f"{fmt.duration(max(panel.gone))} with {panel.variant}" for panel in gone]
    return f"Older than {limit}, and so gone from queries: {fmt.listing(parts)}"


def coarser(raster: Raster) -> Raster:
    """Half of the steps, each the worse of two."""
    rows = []
    for row in raster.rows:
        pairs = [row[i:i + 2] for i in range(0, len(row), 2)]
        rows.append([max((age for age in pair if age is not None), default=None)
                     for pair in pairs])
    return Raster(raster.start_s, raster.step_s * 2, raster.targets, rows)


def drawable(panel: Panel, budget: int) -> Panel:
    """As fine as the picture can bear."""
    while sum(len(row) for limit in (panel.late_s, LOOK_BACK_S)
              for row in panel.above(limit)) > budget:
        panel = Panel(panel.variant, coarser(panel.raster), panel.late_s)
    return panel


def picture(cell: Cell, found: list[Panel], alt: str) -> str:
    inches = 1.5 if len(found) < 4 else 1.0
    with draw.settings():
        figure, axes = draw.panels([inches] * len(found), left=0.95)
        for ax, panel in zip(axes, found):
            rows = len(panel.raster.rows)
            panel = drawable(panel, MOST_RUNS // len(found))
            draw.title(ax, f"{ellipsis(panel.variant, 60)}: {fmt.plural(rows, 'target')}")
            for limit, color in ((panel.late_s, draw.FAINT), (LOOK_BACK_S, draw.INK)):
                bars(ax, panel.above(limit), color, inches * 72 / rows * OVERLAP)
            ax.set_ylim(rows - 0.5, -0.5)
            ax.set_yticks([0, rows - 1], [str(panel.raster.targets[0]),
                                          str(panel.raster.targets[-1])])
            ax.grid(axis="y", visible=False)
            ax.set_ylabel("target")
        draw.time_axis(axes[-1], found[0].raster.start_s, cell.measure_s)
        draw.fault_bands(axes, [fault for fault in cell.faults if fault.happened])
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)


def bars(ax: draw.Axes, rows: list[list[Point]], color: str, height: float) -> None:
    """All in one path: a picture of a thousand elements would be slow."""
    x: list[float] = []
    y: list[float] = []
    for i, row in enumerate(rows):
        for start, end in row:
            x += [start, end, float("nan")]
            y += [i, i, float("nan")]
    ax.plot(x, y, color=color, linewidth=height, solid_capstyle="butt", marker="none")
