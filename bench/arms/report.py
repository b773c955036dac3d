"""A comparison as text for people and as JSON for tools."""

import math

from .arm import World
from .figures import Arms, Difference, retry_intervals, answered, ticks


def number(value: float) -> str:
    """Four digits are more than the noise allows."""
    if math.isinf(value):
        return "never"
    if value == int(value) and abs(value) < 1e12:
        return f"{int(value)}"
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def title(world: World) -> str:
    return f"{world.condition.name}, Prometheus {world.release}, remote write {world.message}"


def table(differences: list[Difference]) -> str:
    rows = [("figure", "real", "real", "mock", "difference", "real-real", "limit", "")]
    for d in differences:
        rows.append((f"{d.name} ({d.unit})" if d.unit else d.name, number(d.real[0]), number(d.real[1]), number(d.mock),
                     number(d.difference), number(d.spread), number(d.limit), "" if d.ok else "BEYOND"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def traces(arms: Arms) -> str:
    """What lies behind the figures: shards at each tick, and the intervals of retries."""
    lines = []
    for name, arm in zip(("real", "real", "mock"), arms):
        shards = " ".join("-" if v is None else f"{v:g}" for v in ticks(arm, "shards"))
        desired = " ".join("-" if v is None else f"{v:.2f}" for v in ticks(arm, "desired"))
        lines.append(f"  {name} shards {shards}; desired {desired}")
        intervals = retry_intervals(answered(arm))
        if intervals:
            lines.append(f"  {name} retries after " + " ".join(f"{i:.3f}" for i in intervals[:14]))
    return "\n".join(lines)


# Of the table of everything; all others are in the JSON.
COLUMNS = {"wire_bytes": "wire bytes", "requests": "requests", "retries": "retries", "lost": "lost",
           "freshness_p50": "lag p50, s", "freshness_p99": "lag p99, s", "backlog_mean": "backlog"}


def markdown(results: list[dict]) -> str:
    """Comparisons as as_json() gives them: a table per release and message, each cell `real real mock`."""
    lines = []
    for release in dict.fromkeys((r["prometheus"], r["remote_write"]) for r in results):
        lines += [f"Prometheus {release[0]}, remote write {release[1]}:", "",
                  "| condition | " + " | ".join(COLUMNS.values()) + " | ticks unequal | beyond its limit |",
                  "|---" * (len(COLUMNS) + 3) + "|"]
        for result in (r for r in results if (r["prometheus"], r["remote_write"]) == release):
            figures = {figure["name"]: figure for figure in result["figures"]}
            cells = [_cell(figures.get(name)) for name in COLUMNS]
            shards = figures.get("shards", {"mock": 0})["mock"]
            beyond = ", ".join(f["name"] for f in result["figures"] if not f["passed"]) or "none"
            lines.append("| " + " | ".join([result["condition"], *cells, f"{shards:.0%}", beyond]) + " |")
        lines.append("")
    return "\n".join(lines)


def _cell(figure: dict | None) -> str:
    if figure is None:
        return ""
    return " ".join(number(math.inf if v is None else v) for v in [*figure["real"], figure["mock"]])


def as_json(world: World, differences: list[Difference]) -> dict:
    def finite(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {
        "condition": world.condition.name, "prometheus": world.release, "remote_write": world.message,
        "passed": all(d.ok for d in differences),
        "figures": [{"name": d.name, "unit": d.unit, "real": [finite(v) for v in d.real], "mock": finite(d.mock),
                     "difference": finite(d.difference), "spread": finite(d.spread), "limit": finite(d.limit),
                     "passed": d.ok} for d in differences]}
