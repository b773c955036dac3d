"""report.html: one file that needs nothing else, neither network nor scripts."""

import pathlib
from typing import Any

import jinja2
import markupsafe

from reports import comparison, facts, glossary, story, trust
from reports import format as fmt
from reports.charts.all import CHARTS
from reports.model import Cell, Report
from reports.style import PALETTE, styles

TEMPLATES = pathlib.Path(__file__).parent / "templates"


def render(report: Report) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("report.html.j2").render(
        report=report,
        verdict=story.verdict(report),
        cells=[section(cell, report) for cell in report.cells],
        checks=trust.checks(report),
        kinds=trust.kinds(report),
        warnings=trust.warnings(report),
        environment=facts.environment(report),
        scenario_text=str(report.scenario.get("text", "")),
        terms=glossary.TERMS,
        palette=PALETTE,
        fmt=fmt)


def section(cell: Cell, report: Report) -> dict[str, Any]:
    """What the template needs for a cell."""
    charts = [draw(cell) for draw in CHARTS]
    return {
        "cell": cell,
        "sentences": story.sentences(cell, report),
        "delivery": story.delivery(cell),
        "table": comparison.compare(cell, report.is_virtual),
        # Pictures are ours, all names in them escaped by matplotlib.
        "charts": [(chart, markupsafe.Markup(chart.svg)) for chart in charts],
        "styles": styles(cell),
        "losses": facts.losses(cell),
        "roles": facts.roles(cell),
    }
