"""What stands at the end of a report, as rows of texts: losses, processes, environment."""

from collections.abc import Callable
from typing import Any

from reports import format as fmt
from reports import glossary
from reports.model import Arm, Cell, Report


def losses(cell: Cell) -> list[list[str]]:
    """(variant, cause, meaning, samples, share of those scraped); a variant's largest first."""
    rows = []
    for arm in cell.arms:
        run = arm.usable[0]
        scraped = run.metrics.get("samples_scraped")
        for cause, samples in sorted(run.losses.items(), key=lambda loss: -loss[1]):
            share = samples / scraped.value if scraped and scraped.value > 0 else None
            rows.append([arm.variant, cause, glossary.cause(cause, run), fmt.exact(samples),
                         fmt.UNKNOWN if share is None else fmt.percent(share)])
    return rows


def roles(cell: Cell) -> list[list[str]]:
    """(variant, process, system, CPU, peak memory) of the first repetition."""
    return [[arm.variant, str(role.get("role", "")), str(role.get("system", "")),
             shown(role.get("cpu_seconds"), fmt.duration),
             shown(role.get("peak_rss_bytes"), fmt.size), str(role.get("kind", ""))]
            for arm in cell.arms for role in first_roles(arm)]


def first_roles(arm: Arm) -> list[dict[str, Any]]:
    return arm.usable[0].roles


def shown(value: Any, show: Callable[[float], str]) -> str:
    return show(value) if isinstance(value, (int, float)) else fmt.UNKNOWN


def environment(report: Report) -> list[tuple[str, str]]:
    host, scenario = report.host, report.scenario
    memory = shown(host.get("memory_bytes"), fmt.size)
    systems = sorted({f"{role} {system}" for run in report.runs
                      for role, system in run.systems.items() if system})
    rows = [
        ("Tool", f"{report.tool.get('name', 'pushpull')} {report.tool.get('version', '')}"),
        ("Engine", report.engine),
        ("Seed", str(report.seed)),
        ("Systems", ", ".join(systems)),
        ("Scenario", f"{scenario.get('path', '')} ({scenario.get('hash', 'no hash')})"),
        ("Started", report.started),
        ("Took", "" if report.wall_seconds is None else fmt.duration(report.wall_seconds)),
        ("Machine", f"{host.get('cpu', 'unknown CPU')}, {host.get('cores', '?')} cores, {memory} "
                    f"memory, kernel {host.get('kernel', 'unknown')}"),
    ]
    return [(name, text) for name, text in rows if text.strip()]
