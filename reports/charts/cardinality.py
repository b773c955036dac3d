"""What does cardinality do to the price on the wire? Bytes per sample that arrived against series."""

from reports import format as fmt
from reports.charts import draw, sweep_draw
from reports.charts.chart import Chart, too_little
from reports.charts.sweep import Sweep, has_axis, reach, said, spans, sweep
from reports.model import Report
from reports.style import styles_across

NAME = "cardinality"
QUESTION = "How does the price on the wire change with cardinality?"
NOTE = ("Wire bytes of both directions over the whole run divided by the samples that arrived; "
        "series per leaf.")
AXIS = "workload.series"
LEAST_POINTS = 3


def applies(report: Report) -> bool:
    return has_axis(report, AXIS)


def against_series(report: Report) -> Sweep:
    return sweep(report, (AXIS,), lambda _, arm: arm.value("wire_bytes_per_sample"))


def chart(report: Report) -> Chart:
    found = against_series(report)
    if found.points < LEAST_POINTS:
        return too_little(NAME, QUESTION, found.points, LEAST_POINTS)
    low, high = reach(found)
    answer = (f"From {low} to {high} series, a delivered sample takes "
              f"{fmt.listing(spans(found, fmt.size))}")
    alt = f"Lines of bytes per delivered sample against series. {answer}."
    rows = [[line.label, place.text, fmt.size(place.value),
             place.arm.figure("wire_bytes_per_sample").metric.kind]
            for line in found.lines for place in line.places]
    return Chart(NAME, answer, QUESTION, picture(report, found, alt), alt,
                 ["Line", "Series", "Bytes per delivered sample", "Kind"], rows,
                 note=f"{NOTE} {said(found)}".rstrip(), legend=False)


def picture(report: Report, found: Sweep, alt: str) -> str:
    with draw.settings():
        figure, (ax,) = draw.panels([3.0], right=sweep_draw.label_room(found))
        sweep_draw.panel(ax, found, styles_across(report), fmt.size)
        ax.set_xlabel("series")
        draw.title(ax, "wire bytes per delivered sample")
        return draw.svg(figure, NAME, alt)
