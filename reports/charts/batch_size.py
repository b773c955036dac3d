"""What do larger batches save on the wire? Bytes per sample that arrived against samples per
request."""

from reports import format as fmt
from reports.charts import draw, sweep_draw
from reports.charts.chart import Chart, too_little
from reports.charts.sweep import Sweep, has_axis, reach, said, spans, sweep
from reports.model import Report
from reports.style import styles_across

NAME = "batch-size"
QUESTION = "How large should a batch be?"
NOTE = ("Wire bytes of both directions divided by the samples that arrived, and how long samples "
        "took, against max_samples_per_send. A batch that does not fill leaves after "
        "batch_send_deadline.")
AXIS = ".max_samples_per_send"
LEAST_POINTS = 3


def applies(report: Report) -> bool:
    return has_axis(report, AXIS)


def against_batches(report: Report, metric: str) -> Sweep:
    return sweep(report, (AXIS,), lambda _, arm: arm.value(metric))


def chart(report: Report) -> Chart:
    size = against_batches(report, "wire_bytes_per_sample")
    lag = against_batches(report, "freshness_lag_p50")
    if size.points < LEAST_POINTS:
        return too_little(NAME, QUESTION, size.points, LEAST_POINTS)
    low, high = reach(size)
    answer = (f"From {low} to {high} samples per request, a delivered sample takes "
              f"{fmt.listing(spans(size, fmt.size))}")
    alt = f"Lines against the size of a batch. {answer}."
    rows = [[line.label, place.text, fmt.size(place.value),
             shown_lag(place.arm.value("freshness_lag_p50"))]
            for line in size.lines for place in line.places]
    return Chart(NAME, answer, QUESTION, picture(report, size, lag, alt), alt,
                 ["Line", "Samples per request", "Bytes per delivered sample", "Lag p50"], rows,
                 note=f"{NOTE} {said(size)}".rstrip(), legend=False)


def shown_lag(seconds: float | None) -> str:
    return fmt.UNKNOWN if seconds is None else fmt.duration(seconds)


def picture(report: Report, size: Sweep, lag: Sweep, alt: str) -> str:
    look = styles_across(report)
    shown = [(size, fmt.size, "wire bytes per delivered sample")]
    if lag.points >= LEAST_POINTS:
        shown.append((lag, fmt.duration, "median freshness lag"))
    with draw.settings():
        figure, axes = draw.panels([2.4] * len(shown), right=sweep_draw.label_room(size))
        for ax, (found, show, title) in zip(axes, shown):
            sweep_draw.panel(ax, found, look, show)
            draw.title(ax, title)
        axes[-1].set_xlabel("samples per request, at most (max_samples_per_send)")
        return draw.svg(figure, NAME, alt)
