"""What result.json holds, as the rest of the package sees it. README.md describes the file."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Metric:
    name: str
    unit: str
    kind: str  # exact | simulated | measured | model
    better: str  # none | lower | higher
    value: float  # math.inf: samples that never arrived


@dataclass(frozen=True)
class Histogram:
    """A distribution of seconds: buckets (low, high, count) ascending, and those without end."""

    count: int
    infinite: int
    minimum: float | None
    maximum: float | None
    buckets: list[tuple[float, float, int]]


@dataclass(frozen=True)
class Column:
    """One value per step; None where there is none. Times count from the start of the measure
    phase."""

    start_s: float
    step_s: float
    values: list[float | None]

    def points(self) -> list[tuple[float, float]]:
        return [(self.start_s + row * self.step_s, value)
                for row, value in enumerate(self.values) if value is not None]

    def between(self, start: float, end: float) -> list[tuple[float, float]]:
        """The points in [start, end)."""
        return [(t, value) for t, value in self.points() if start <= t < end]


@dataclass(frozen=True)
class Fault:
    name: str
    kind: str
    from_s: float  # as it was, or as planned where it did not come to it
    to_s: float
    happened: bool


@dataclass(frozen=True)
class AxisValue:
    """Where a cell stands on an axis of the matrix."""

    text: str  # as in the scenario
    number: float | None  # where it is one: 10k is 10000


@dataclass(frozen=True)
class Link:
    name: str
    bits_per_s: float | None  # each way; None where it is not limited


@dataclass(frozen=True)
class Raster:
    """How old the newest visible sample of some targets is: a row per target, a value per step, the
    largest of its seconds. Times count from the start of the measure phase."""

    start_s: float
    step_s: float
    targets: list[int]
    rows: list[list[float | None]]


@dataclass(frozen=True)
class Run:
    """One repetition of one variant in one cell."""

    cell: str
    axes: dict[str, AxisValue]  # by path
    variant: str
    transport: str  # push | pull
    repetition: int
    systems: dict[str, str]
    valid: bool
    invalid_reasons: list[str]
    interrupted: bool
    metrics: dict[str, Metric]
    losses: dict[str, int]  # by cause
    histograms: dict[str, Histogram]
    columns: dict[str, Column]
    raster: Raster | None
    faults: list[Fault]  # empty where the file tells them for all runs at once
    roles: list[dict[str, Any]]
    warnings: list[str]


@dataclass(frozen=True)
class Figure:
    """A metric over the repetitions of a variant."""

    metric: Metric
    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median_low(self.values)

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)


@dataclass(frozen=True)
class Arm:
    """A variant in a cell, with its repetitions."""

    variant: str
    transport: str
    runs: list[Run]

    @property
    def is_push(self) -> bool:
        return self.transport == "push"

    @property
    def usable(self) -> list[Run]:
        """Valid runs; where there are none, the invalid ones, which the report marks."""
        return [run for run in self.runs if run.valid] or self.runs

    def figure(self, name: str) -> Figure | None:
        found = [run.metrics[name] for run in self.usable if name in run.metrics]
        return Figure(found[0], [metric.value for metric in found]) if found else None

    def value(self, name: str) -> float | None:
        figure = self.figure(name)
        return figure.median if figure else None

    def histogram(self, name: str) -> Histogram | None:
        """Of all repetitions together."""
        return merged([run.histograms[name] for run in self.usable if name in run.histograms])

    def column(self, name: str) -> Column | None:
        """Of the first repetition: an average over time of several would hide their peaks."""
        return next((run.columns[name] for run in self.usable if name in run.columns), None)


def merged(histograms: list[Histogram]) -> Histogram | None:
    if len(histograms) < 2:
        return histograms[0] if histograms else None
    counts: dict[tuple[float, float], int] = {}
    for low, high, samples in (bucket for h in histograms for bucket in h.buckets):
        counts[low, high] = counts.get((low, high), 0) + samples
    return Histogram(
        count=sum(h.count for h in histograms),
        infinite=sum(h.infinite for h in histograms),
        minimum=min((h.minimum for h in histograms if h.minimum is not None), default=None),
        maximum=max((h.maximum for h in histograms if h.maximum is not None), default=None),
        buckets=[(low, high, counts[low, high]) for low, high in sorted(counts)])


@dataclass(frozen=True)
class Cell:
    """A point of the scenario's matrix: what may be compared with one another."""

    index: int  # 0, 1, ... in the file
    name: str
    arms: list[Arm]  # in the scenario's order, which every table and legend keeps
    faults: list[Fault]  # as they were in the first run
    measure_s: float
    warmup_s: float
    drain_s: float
    baseline_name: str
    link: Link | None

    @property
    def axes(self) -> dict[str, AxisValue]:
        return self.arms[0].runs[0].axes

    @property
    def baseline(self) -> Arm | None:
        return next((arm for arm in self.arms if arm.variant == self.baseline_name), None)


@dataclass(frozen=True)
class Report:
    name: str
    description: str
    engine: str  # virtual | loopback
    seed: int
    cells: list[Cell]
    interrupted: bool
    exit_code: int
    exit_reasons: list[str]
    tool: dict[str, Any] = field(default_factory=dict)
    host: dict[str, Any] = field(default_factory=dict)
    scenario: dict[str, Any] = field(default_factory=dict)
    started: str = ""
    wall_seconds: float | None = None
    command: str = ""

    @property
    def runs(self) -> list[Run]:
        return [run for cell in self.cells for arm in cell.arms for run in arm.runs]

    @property
    def axes(self) -> list[str]:
        """Paths that differ between cells, in the order of the file."""
        texts: dict[str, set[str]] = {}
        for cell in self.cells:
            for path, value in cell.axes.items():
                texts.setdefault(path, set()).add(value.text)
        return [path for path, found in texts.items() if len(found) > 1]

    @property
    def is_virtual(self) -> bool:
        return self.engine == "virtual"

    @property
    def interrupted_runs(self) -> list[Run]:
        return [run for run in self.runs if run.interrupted]

    @property
    def invalid_runs(self) -> list[Run]:
        return [run for run in self.runs if not run.valid]


def finite(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]
