"""The comparison table: a row per figure, a column per variant, each set against the baseline."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from reports import format as fmt
from reports.model import Arm, Cell, Figure

# Below this a difference is not worth a word.
LEAST_DIFFERENCE = 0.01
# So many repetitions of two equal variants lie apart from each other with a chance of 1 in 35.
LEAST_REPETITIONS = 4


@dataclass(frozen=True)
class RowSpec:
    metric: str
    label: str
    show: Callable[[float], str]
    hint: str
    always: bool = True  # False: only where some variant has other than 0


def micro(value: float) -> str:
    return f"{fmt.significant(value)}{fmt.NBSP}µs"


# To add a row: one line here.
ROWS = (
    RowSpec("completeness", "Delivered", fmt.percent, "of the samples scraped"),
    RowSpec("samples_lost", "Lost", fmt.count, "samples, each with a cause below"),
    RowSpec("samples_undersampled", "Undersampled", fmt.count,
            "samples replaced at the leaf before they were fetched, by design"),
    RowSpec("samples_pending", "Still pending", fmt.count, "samples queued at the end", False),
    RowSpec("samples_not_selected", "Not selected", fmt.count,
            "samples that no match[] chooses", False),
    RowSpec("samples_duplicate", "Duplicates", fmt.count, "samples received again", False),
    RowSpec("samples_rejected", "Rejected", fmt.count, "samples refused by central", False),
    RowSpec("samples_corrupted", "Corrupted", fmt.count, "values that were not scraped", False),
    RowSpec("samples_unknown", "Unknown", fmt.count, "samples nobody scraped", False),
    RowSpec("leaf_made_delivered", "Made by the leaf", fmt.count,
            "samples of up, scrape_… and stale markers at central, counted apart from all above",
            False),
    RowSpec("freshness_lag_p50", "Freshness lag, p50", fmt.duration, "scraped → visible"),
    RowSpec("freshness_lag_p99", "Freshness lag, p99", fmt.duration, "scraped → visible"),
    RowSpec("freshness_lag_max", "Freshness lag, max", fmt.duration,
            f"scraped → visible; {fmt.INFINITE} where a sample never arrived"),
    RowSpec("reader_staleness_max", "Staleness, max", fmt.duration,
            "age of the newest sample of any series, at its worst"),
    RowSpec("wire_bytes_per_sample", "Wire bytes per sample", fmt.size, "delivered, both ways"),
    RowSpec("cpu_us_per_sample", "CPU per sample", micro, "delivered, of leaf and central"),
    RowSpec("requests", "Requests", fmt.count, "sent, those that failed included"),
    RowSpec("requests_failed", "Requests failed", fmt.count, "refused, cut or timed out", False),
)


@dataclass(frozen=True)
class Entry:
    text: str
    exact: str = ""  # all digits, for a tooltip
    ratio: str = ""  # to the baseline
    verdict: str = ""  # better | worse, where that can be said


@dataclass(frozen=True)
class Row:
    label: str
    hint: str
    entries: list[Entry]


@dataclass(frozen=True)
class Table:
    arms: list[Arm]
    baseline: str
    rows: list[Row]


def compare(cell: Cell, virtual: bool) -> Table:
    rows = []
    for spec in ROWS:
        figures = [arm.figure(spec.metric) for arm in cell.arms]
        if spec.always or any(figure and figure.high > 0 for figure in figures):
            base = cell.baseline.figure(spec.metric) if cell.baseline else None
            entries = [entry_of(spec, figure, None if arm is cell.baseline else base, virtual)
                       for arm, figure in zip(cell.arms, figures)]
            rows.append(Row(spec.label, spec.hint, entries))
    return Table(cell.arms, cell.baseline_name, rows)


def entry_of(spec: RowSpec, figure: Figure | None, base: Figure | None,
             virtual: bool) -> Entry:
    if figure is None:
        return Entry(fmt.UNKNOWN, "not recorded")
    text = mark(figure, spec.show(figure.median))
    if len(figure.values) > 1 and figure.low != figure.high:
        text += f" ({spec.show(figure.low)}…{spec.show(figure.high)})"
    factor = ratio_of(figure, base)
    return Entry(text, f"{figure.median!r} {figure.metric.unit}, {figure.metric.kind}",
                 "" if factor in (None, 1) else fmt.ratio(factor),
                 verdict(figure, base, virtual) if base else "")


def mark(figure: Figure, text: str) -> str:
    """A figure that comes from a formula says so."""
    return f"≈{fmt.NBSP}{text}" if figure.metric.kind == "model" else text


def ratio_of(figure: Figure | None, base: Figure | None) -> float | None:
    """Nothing where a ratio would say nothing: of or to nothing, or of what never ends."""
    if figure is None or base is None:
        return None
    if not (math.isfinite(figure.median) and math.isfinite(base.median)):
        return None
    if figure.median <= 0 or base.median <= 0:
        return None
    return figure.median / base.median


def same(factor: float) -> bool:
    return abs(factor - 1) < LEAST_DIFFERENCE


def verdict(figure: Figure, base: Figure, virtual: bool) -> str:
    """Equal runs of the virtual engine are equal, so that any difference is one. Measured figures
    differ by themselves: only those whose repetitions do not overlap are told apart."""
    direction = figure.metric.better
    if direction == "none" or figure.median == base.median:
        return ""
    if "model" in (figure.metric.kind, base.metric.kind):
        return ""
    factor = ratio_of(figure, base)
    if factor is not None and same(factor):
        return ""
    if not virtual:
        if min(len(figure.values), len(base.values)) < LEAST_REPETITIONS:
            return ""
        if figure.low <= base.high and base.low <= figure.high:
            return ""
    lower = figure.median < base.median
    return "better" if lower == (direction == "lower") else "worse"
