"""The charts of a report, in its order. To add one: write its file, name it here below the heading
it belongs to. Each is left out where its question does not arise."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from reports.charts import (backlog, bandwidth, batch_size, capacity, cardinality, catch_up,
                            completeness, freshness, percentiles, resharding, roles, shards,
                            staleness_raster, timeline, wire_cost)
from reports.charts.chart import Chart
from reports.model import Cell, Report

Subject = TypeVar("Subject", Cell, Report)


class Entry(NamedTuple, Generic[Subject]):
    heading: str
    applies: Callable[[Subject], bool]
    draw: Callable[[Subject], Chart]


def always(_: Cell | Report) -> bool:
    return True


FRESHNESS, BAD_DAY, COMPLETENESS, COST, SIZING = (
    "How fresh is it?", "What does a bad day do?", "Does everything arrive?", "What does it cost?",
    "How to size the queue?")

# Of one cell.
OF_CELL: tuple[Entry[Cell], ...] = (
    Entry(FRESHNESS, always, freshness.chart),
    Entry(FRESHNESS, always, percentiles.chart),
    Entry(BAD_DAY, always, timeline.chart),
    Entry(BAD_DAY, catch_up.applies, catch_up.chart),
    Entry(BAD_DAY, staleness_raster.applies, staleness_raster.chart),
    Entry(COMPLETENESS, always, completeness.chart),
    Entry(COST, always, wire_cost.chart),
    Entry(COST, always, bandwidth.chart),
    Entry(COST, capacity.applies, capacity.chart),
    Entry(COST, roles.applies, roles.chart),
    Entry(SIZING, resharding.applies, resharding.chart),
)
# Of all cells of a matrix.
OF_MATRIX: tuple[Entry[Report], ...] = (
    Entry(COMPLETENESS, always, completeness.matrix_chart),
    Entry(COST, cardinality.applies, cardinality.chart),
    Entry(COST, capacity.applies_across, capacity.matrix_chart),
    Entry(SIZING, shards.applies, shards.chart),
    Entry(SIZING, backlog.applies, backlog.chart),
    Entry(SIZING, batch_size.applies, batch_size.chart),
)


def drawn(entries: tuple[Entry[Subject], ...], subject: Subject) -> dict[str, list[Chart]]:
    """Those that apply, by heading."""
    found: dict[str, list[Chart]] = {}
    for entry in entries:
        if entry.applies(subject):
            found.setdefault(entry.heading, []).append(entry.draw(subject))
    return found
