"""How many shards does it take? What arrives in the busiest seconds, and how late, against the
number of shards."""

from reports import format as fmt
from reports.charts import draw, sweep_draw
from reports.charts.chart import Chart, too_little
from reports.charts.points import binned
from reports.charts.sweep import Sweep, has_axis, reach, said, sweep
from reports.model import Arm, Report
from reports.style import styles_across

NAME = "shards"
QUESTION = "How many shards do I need?"
WINDOW_S = 10
NOTE = (f"Arrivals: the busiest {WINDOW_S} s of the run, which are those of catching up where there "
        "was something to catch up with; otherwise no more can arrive than is scraped. A p99 that "
        "is infinite has no point.")
AXES = (".max_shards", ".min_shards")
LEAST_POINTS = 3
MOST_TOLD = 4  # lines, in the title
GAIN = 0.95  # of the most that arrives: more shards than that buy nothing


def applies(report: Report) -> bool:
    return has_axis(report, *AXES)


def busiest(arm: Arm) -> float | None:
    """Samples per second, in the best window."""
    column = arm.column("delivered")
    bins = binned(column.points(), WINDOW_S) if column else {}
    return max((sum(values) / WINDOW_S for values in bins.values()), default=None)


def chart(report: Report) -> Chart:
    arrivals = sweep(report, AXES, lambda _, arm: busiest(arm))
    lag = sweep(report, AXES, lambda _, arm: arm.value("freshness_lag_p99"))
    if arrivals.points < LEAST_POINTS:
        return too_little(NAME, QUESTION, arrivals.points, LEAST_POINTS)
    answer = in_words(arrivals)
    alt = f"Lines of arrivals and of lag against shards. {answer}."
    rows = [[line.label, place.text, fmt.count(place.value),
             lag_text(place.arm.value("freshness_lag_p99"))]
            for line in arrivals.lines for place in line.places]
    return Chart(NAME, answer, QUESTION, picture(report, arrivals, lag, alt), alt,
                 ["Line", "Shards", "Samples/s at best", "Lag p99"], rows,
                 note=f"{NOTE} {said(arrivals)}".rstrip(), legend=False)


def lag_text(seconds: float | None) -> str:
    return fmt.UNKNOWN if seconds is None else fmt.duration(seconds)


def enough(arrivals: Sweep) -> dict[str, str]:
    """By line: the fewest shards that bring nearly the most."""
    found = {}
    for line in arrivals.lines:
        most = max(place.value for place in line.places)
        found[line.label] = next(place.text for place in line.places
                                 if place.value >= most * GAIN)
    return found


def in_words(arrivals: Sweep) -> str:
    counts = enough(arrivals)
    _, high = reach(arrivals)
    told = f"of up to {high} shards to bring {GAIN:.0%} of the most that arrives"
    if len(counts) > 1 and len(set(counts.values())) == 1:
        return f"It takes {next(iter(counts.values()))} {told}, on each of the {len(counts)} lines"
    parts = [f"{text} with {label}" for label, text in list(counts.items())[:MOST_TOLD]]
    if len(counts) > MOST_TOLD:
        parts.append(f"{fmt.plural(len(counts) - MOST_TOLD, 'line')} more")
    return f"It takes so many {told}: {fmt.listing(parts)}"


def picture(report: Report, arrivals: Sweep, lag: Sweep, alt: str) -> str:
    look = styles_across(report)
    shown = [(arrivals, fmt.count, f"samples arriving per second, busiest {WINDOW_S} s", False)]
    if lag.lines:
        shown.append((lag, fmt.duration, "freshness lag, p99", True))
    with draw.settings():
        figure, axes = draw.panels([2.4] * len(shown), right=sweep_draw.label_room(arrivals, lag))
        for ax, (found, show, title, log) in zip(axes, shown):
            sweep_draw.panel(ax, found, look, show, log)
            draw.title(ax, title)
        axes[-1].set_xlabel("shards, at most")
        return draw.svg(figure, NAME, alt)
