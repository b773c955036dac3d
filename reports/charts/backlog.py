"""Where does a backlog build up, and does it drain? Samples held back at the leaves over time, a
small panel for each cell."""

from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import Point, extremes, share_of_budget
from reports.charts.sweep import short
from reports.model import Arm, Cell, Report
from reports.style import ellipsis, styles_across

NAME = "backlog"
QUESTION = "Where does a backlog build up, and does it drain?"
NOTE = "Samples held back at the leaves by push; a pull holds nothing back. All panels share axes."
MOST_CELLS = 12
LEAST_POINTS = 5
THIRD = 46  # characters above a panel that is a third of the picture wide
DRAINED = 0.01  # of the most held back


@dataclass(frozen=True)
class Panel:
    cell: Cell
    lines: dict[str, list[Point]]  # by variant

    @property
    def most(self) -> float:
        return max(value for line in self.lines.values() for _, value in line)


def applies(report: Report) -> bool:
    return len(report.cells) > 1 and any("backlog" in run.columns for run in report.runs)


def held_back(arm: Arm) -> list[Point]:
    column = arm.column("backlog")
    return column.points() if column else []


def drained(line: list[Point]) -> bool:
    """What is in flight at any time is no backlog."""
    return line[-1][1] <= DRAINED * max(value for _, value in line)


def panels(report: Report) -> list[Panel]:
    found = []
    for cell in report.cells:
        lines = {arm.variant: line for arm in cell.arms
                 if len(line := held_back(arm)) >= LEAST_POINTS}
        if lines:
            found.append(Panel(cell, lines))
    return found


def chart(report: Report) -> Chart:
    found = panels(report)
    if not found:
        recorded = [len(held_back(arm)) for cell in report.cells for arm in cell.arms]
        return too_little(NAME, QUESTION, max(recorded, default=0), LEAST_POINTS)
    # Those with the largest backlog, in the order of the file.
    largest = sorted(found, key=lambda panel: -panel.most)[:MOST_CELLS]
    shown = sorted(largest, key=lambda panel: panel.cell.index)
    note = NOTE if len(shown) == len(found) else \
        f"{NOTE} The {len(shown)} of {len(found)} cells with the largest backlog." \
        + common(report, shown)
    answer = in_words(found)
    alt = f"Small panels of the backlog over time, one per cell. {answer}."
    rows = [[panel.cell.name, variant, fmt.exact(max(value for _, value in line)),
             fmt.exact(line[-1][1])] for panel in shown for variant, line in panel.lines.items()]
    return Chart(NAME, answer, QUESTION, picture(report, shown, alt), alt,
                 ["Cell", "Variant", "Most held back", "At the end"], rows, texts=2, note=note)


def labels(report: Report, shown: list[Panel]) -> list[str]:
    """What tells these cells from one another; a name says it all, at length."""
    told = [path for path in report.axes
            if len({panel.cell.axes[path].text for panel in shown if path in panel.cell.axes}) > 1]
    return [" · ".join(f"{short(path)} {panel.cell.axes[path].text}" for path in told
                       if path in panel.cell.axes) or panel.cell.name for panel in shown]


def common(report: Report, shown: list[Panel]) -> str:
    """Where all of them stand on the other axes."""
    texts = {path: {panel.cell.axes[path].text for panel in shown if path in panel.cell.axes}
             for path in report.axes}
    same = [f"{short(path)} at {next(iter(found))}" for path, found in texts.items()
            if len(found) == 1]
    return f" All shown have {fmt.listing(same)}." if same else ""


def in_words(found: list[Panel]) -> str:
    lines = [(panel.cell.name, variant, line) for panel in found
             for variant, line in panel.lines.items()]
    name, variant, line = max(lines, key=lambda it: max(value for _, value in it[2]))
    most = max(value for _, value in line)
    if most == 0:
        return "Nothing was ever held back"
    emptied = sum(drained(line) for _, _, line in lines)
    return (f"At most {fmt.count(most)} samples were held back ({variant} at {name}); "
            f"{emptied} of {len(lines)} backlogs were gone at the end")


def picture(report: Report, shown: list[Panel], alt: str) -> str:
    look = styles_across(report)
    columns = share_of_budget(sum(len(panel.lines) for panel in shown), 2, most=200)
    names = labels(report, shown)
    side = min(3 if max(map(len, names)) <= THIRD else 2, len(shown))
    with draw.settings():
        figure, axes = draw.grid(len(shown), side, 1.3)
        top = max(panel.most for panel in shown)
        start = -max(panel.cell.warmup_s for panel in shown)
        end = max(panel.cell.measure_s + panel.cell.drain_s for panel in shown)
        for ax, panel, name in zip(axes, shown, names):
            for variant, line in panel.lines.items():
                draw.line(ax, extremes(line, columns), look[variant], steps=False)
            draw.title(ax, ellipsis(name, 3 * THIRD // side), size=9)
            draw.fault_bands([ax], [f for f in panel.cell.faults if f.happened], named=False)
        axes[0].set_ylim(0, top * 1.08 or 1)
        draw.numbers(axes[0].yaxis, fmt.count)
        for ax in axes:
            draw.time_axis(ax, start, end, 15 // side)
            ax.set_xlabel("")
        return draw.svg(figure, NAME, alt)
