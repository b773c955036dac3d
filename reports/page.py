"""report.html: one file that needs nothing else, neither network nor scripts."""

import pathlib
from typing import Any

import jinja2
import markupsafe

from reports import comparison, facts, glossary, overview, story, trust
from reports import format as fmt
from reports.charts.all import OF_CELL, OF_MATRIX, drawn
from reports.charts.chart import Chart
from reports.model import Cell, Report
from reports.style import PALETTE, styles, styles_across

TEMPLATES = pathlib.Path(__file__).parent / "templates"


def render(report: Report) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("report.html.j2").render(
        report=report,
        verdict=story.verdict(report),
        matrix=matrix(report) if len(report.cells) > 1 else None,
        it=section(overview.telling(report), report),
        checks=trust.checks(report),
        kinds=trust.kinds(report),
        warnings=trust.warnings(report),
        environment=facts.environment(report),
        scenario_text=str(report.scenario.get("text", "")),
        terms=glossary.TERMS,
        palette=PALETTE,
        fmt=fmt)


def matrix(report: Report) -> dict[str, Any]:
    """What the template needs for all cells together."""
    arms = {arm.variant: arm for cell in report.cells for arm in cell.arms}
    return {
        "sentences": story.across(report),
        "overview": overview.overview(report),
        "which": overview.WHICH,
        "charts": pictures(drawn(OF_MATRIX, report)),
        "arms": list(arms.values()),
        "styles": styles_across(report),
    }


def pictures(found: dict[str, list[Chart]]) -> list[tuple[str, list[tuple[Chart, str]]]]:
    """By heading. Pictures are ours, all names in them escaped by matplotlib."""
    return [(heading, [(chart, markupsafe.Markup(chart.svg)) for chart in charts])
            for heading, charts in found.items()]


def section(cell: Cell, report: Report) -> dict[str, Any]:
    """What the template needs for a cell."""
    return {
        "cell": cell,
        "sentences": story.sentences(cell, report),
        "delivery": story.delivery(cell),
        "table": comparison.compare(cell, report.is_virtual),
        "charts": pictures(drawn(OF_CELL, cell)),
        "styles": styles(cell),
        "losses": facts.losses(cell),
        "roles": facts.roles(cell),
    }
