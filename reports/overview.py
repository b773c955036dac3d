"""A matrix as a whole: its table, a row per cell and variant, and the cell that is shown in full."""

import math
from dataclasses import dataclass

from reports.comparison import ROWS, Entry, entry_of
from reports.model import Cell, Report, finite

MOST_ROWS = 120  # of the table; cells stay whole
OPEN_ROWS = 24
COLUMNS = ("completeness", "samples_lost", "freshness_lag_p50", "freshness_lag_p99",
           "reader_staleness_max", "wire_bytes_per_sample", "cpu_us_per_sample")
WHICH = ("It is the cell in which the variants differ most: in the share delivered or, where that "
         "is equal, in the ratio of their median lags; the first of equals.")


@dataclass(frozen=True)
class Group:
    """The variants of a cell."""

    cell: Cell
    rows: list[tuple[str, list[Entry]]]  # (variant, figures)


@dataclass(frozen=True)
class Overview:
    header: list[str]
    groups: list[Group]
    left_out: int  # cells

    @property
    def short(self) -> bool:
        """Whether it can stand open before the charts."""
        return sum(len(group.rows) for group in self.groups) <= OPEN_ROWS


def overview(report: Report) -> Overview:
    specs = [spec for name in COLUMNS for spec in ROWS if spec.metric == name]
    groups: list[Group] = []
    rows = 0
    for cell in report.cells:
        rows += len(cell.arms)
        if groups and rows > MOST_ROWS:
            break
        groups.append(Group(cell, [(arm.variant, [
            entry_of(spec, arm.figure(spec.metric),
                     cell.baseline.figure(spec.metric)
                     if cell.baseline and arm is not cell.baseline else None, report.is_virtual)
            for spec in specs]) for arm in cell.arms]))
    return Overview([spec.label for spec in specs], groups, len(report.cells) - len(groups))


def telling(report: Report) -> Cell:
    """See WHICH."""
    return max(report.cells, key=difference)


def difference(cell: Cell) -> tuple[float, float]:
    shares = finite(arm.value("completeness") for arm in cell.arms)
    lags = [lag for lag in finite(arm.value("freshness_lag_p50") for arm in cell.arms) if lag > 0]
    return (max(shares) - min(shares) if shares else 0.0,
            math.log(max(lags) / min(lags)) if lags else 0.0)
