"""The charts of a report, in its order. To add one: write its file, name it here."""

from collections.abc import Callable

from reports.charts import bandwidth, freshness, timeline, wire_cost
from reports.charts.chart import Chart
from reports.model import Cell

CHARTS: tuple[Callable[[Cell], Chart], ...] = (
    freshness.chart, timeline.chart, wire_cost.chart, bandwidth.chart)
