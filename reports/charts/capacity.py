"""Does it fit through the link? What the busiest second takes of the link's capacity: over time for
one cell, and against series for a matrix."""

from reports import format as fmt
from reports.charts import draw, sweep_draw
from reports.charts.bandwidth import LEAST_SECONDS, Traffic, traffic
from reports.charts.chart import Chart, too_little
from reports.charts.points import nice_step, share_of_budget
from reports.charts.sweep import Place, Sweep, has_axis, said, sweep
from reports.model import Arm, Cell, Report
from reports.style import styles, styles_across

NAME = "capacity"
MATRIX_NAME = "capacity-series"
QUESTION = "Does it fit through the link?"
NOTE = ("Leaf to central, TCP payload with HTTP headers; IP and TCP headers take about 4 % of a "
        "link more. A busiest second near 100 % means that the link, not the sender, sets the pace.")
AXIS = "workload.series"
LEAST_POINTS = 3
DIRECTION = "to_central"
FLOOR = 1e-4  # of the capacity: quiet times are drawn there


def applies(cell: Cell) -> bool:
    return cell.link is not None and cell.link.bits_per_s is not None


def applies_across(report: Report) -> bool:
    return has_axis(report, AXIS)


def bits_of(arm: Arm) -> Traffic | None:
    """Bits of each second."""
    flow = traffic(arm, DIRECTION)
    return Traffic([(t, 8 * value) for t, value in flow.seconds]) if flow else None


def flows(cell: Cell) -> dict[str, Traffic]:
    return {arm.variant: flow for arm in cell.arms if (flow := bits_of(arm)) is not None}


def chart(cell: Cell) -> Chart:
    found = flows(cell)
    recorded = max((len(flow.seconds) for flow in found.values()), default=0)
    if recorded < LEAST_SECONDS or cell.link is None or cell.link.bits_per_s is None:
        return too_little(NAME, QUESTION, recorded if applies(cell) else 0, LEAST_SECONDS, "second")
    capacity = cell.link.bits_per_s
    parts = [f"{fmt.percent(flow.peak[1] / capacity)} with {variant}"
             for variant, flow in found.items()]
    answer = (f"The busiest second takes {fmt.listing(parts)} of the {fmt.bits(capacity)} of "
              f"{cell.link.name}")
    alt = f"Share of the link over time. {answer}."
    rows = [[variant, fmt.bits(flow.mean(cell.measure_s)),
             fmt.percent(flow.mean(cell.measure_s) / capacity), fmt.bits(flow.peak[1]),
             fmt.percent(flow.peak[1] / capacity)] for variant, flow in found.items()]
    return Chart(NAME, answer, QUESTION, picture(cell, found, capacity, alt), alt,
                 ["Variant", "Mean while measuring", "Of the link", "Busiest second",
                  "Of the link"], rows, note=NOTE)


def picture(cell: Cell, found: dict[str, Traffic], capacity: float, alt: str) -> str:
    look = styles(cell)
    step = nice_step(cell.warmup_s + cell.measure_s + cell.drain_s,
                     share_of_budget(len(found), 2, most=180), least=1)
    top = max(1.0, *(flow.peak[1] / capacity for flow in found.values()))
    with draw.settings():
        figure, (ax,) = draw.panels([2.6])
        ax.set_yscale("log")
        for variant, flow in found.items():
            draw.line(ax, [(t, max(FLOOR, value / capacity)) for t, value in flow.peaks(step)],
                      look[variant], steps=True)
        ax.set_ylim(FLOOR, top * 6)  # room for words above the line
        ax.axhline(1, color=draw.INK, linewidth=1.2)
        ax.annotate(f"{fmt.bits(capacity)}: all of the link", (1, 1), (-4, 3), ha="right",
                    xycoords=ax.get_yaxis_transform(), textcoords="offset points", fontsize=10)
        shares = [10.0 ** -i for i in range(5)]
        ax.set_yticks(shares, [f"{share * 100:g}{fmt.NBSP}%" for share in shares])
        ax.set_yticks([], minor=True)
        draw.title(ax, "share of the link, busiest second"
                   + (f" in {fmt.clock(step, step)}" if step > 1 else ""))
        draw.time_axis(ax, -cell.warmup_s, cell.measure_s + cell.drain_s)
        draw.fault_bands([ax], [fault for fault in cell.faults if fault.happened])
        draw.phase_lines([ax], cell.measure_s)
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)


def mean_rate(cell: Cell, arm: Arm) -> float | None:
    flow = bits_of(arm)
    return flow.mean(cell.measure_s) if flow else None


def peak_rate(_: Cell, arm: Arm) -> float | None:
    flow = bits_of(arm)
    return flow.peak[1] if flow else None


def capacity_of(place: Place) -> float | None:
    return place.cell.link.bits_per_s if place.cell.link else None


def filled(found: Sweep) -> dict[str, tuple[float, Place]]:
    """By variant: the largest share that a busiest second takes of its link, and where."""
    worst: dict[str, tuple[float, Place]] = {}
    for line in found.lines:
        for place in line.places:
            capacity = capacity_of(place)
            if capacity and place.value / capacity > worst.get(line.variant, (-1.0, place))[0]:
                worst[line.variant] = (place.value / capacity, place)
    return worst


def matrix_chart(report: Report) -> Chart:
    means, peaks = sweep(report, (AXIS,), mean_rate), sweep(report, (AXIS,), peak_rate)
    if peaks.points < LEAST_POINTS:
        return too_little(MATRIX_NAME, QUESTION, peaks.points, LEAST_POINTS)
    answer = in_words(peaks)
    alt = f"Lines of bandwidth against series. {answer}."
    rows = []
    for mean, peak in zip(means.lines, peaks.lines):
        for low, high in zip(mean.places, peak.places):
            capacity = capacity_of(high)
            rows.append([peak.label, high.text, fmt.bits(low.value), fmt.bits(high.value),
                         fmt.percent(high.value / capacity) if capacity else fmt.UNKNOWN])
    return Chart(MATRIX_NAME, answer, QUESTION, matrix_picture(report, means, peaks, alt), alt,
                 ["Line", "Series", "Mean while measuring", "Busiest second", "Of the link"], rows,
                 note=f"{NOTE} {said(peaks)}".rstrip(), legend=False)


def in_words(peaks: Sweep) -> str:
    worst = filled(peaks)
    if worst:
        parts = [f"{fmt.percent(share)} with {variant} ({place.text} series)"
                 for variant, (share, place) in worst.items()]
        return f"At its busiest the link is filled to {fmt.listing(parts)}"
    most = max(peaks.places, key=lambda place: place.value)
    return (f"The busiest second takes up to {fmt.bits(most.value)} "
            f"({most.text} series, {most.arm.variant}); the link has no limit")


def matrix_picture(report: Report, means: Sweep, peaks: Sweep, alt: str) -> str:
    look = styles_across(report)
    capacities = {capacity: place.cell.link.name for place in peaks.places
                  if (capacity := capacity_of(place))}
    with draw.settings():
        figure, axes = draw.panels([2.4, 2.4], right=sweep_draw.label_room(peaks))
        for ax, found, title in ((axes[0], means, "mean while measuring, leaf → central"),
                                 (axes[1], peaks, "busiest second, leaf → central")):
            lowest = min(place.value for place in found.places)
            sweep_draw.panel(ax, found, look, fmt.bits, log=lowest > 0,
                             levels=sorted(capacities))
            for capacity, name in capacities.items():
                ax.axhline(capacity, color=draw.INK, linewidth=1.2)
                ax.annotate(f"{fmt.bits(capacity)} of {name}", (0, capacity), (4, 3),
                            xycoords=ax.get_yaxis_transform(), textcoords="offset points",
                            fontsize=10, bbox=draw.HALO)
            draw.title(ax, title)
        axes[-1].set_xlabel("series")
        return draw.svg(figure, MATRIX_NAME, alt)
