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


def title(world: World, version: str) -> str:
    return f"{world.condition.name}, Prometheus {version}, remote write {world.message}"


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


def as_json(world: World, version: str, differences: list[Difference]) -> dict:
    def finite(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {
        "condition": world.condition.name, "prometheus": version, "remote_write": world.message,
        "passed": all(d.ok for d in differences),
        "figures": [{"name": d.name, "unit": d.unit, "real": [finite(v) for v in d.real], "mock": finite(d.mock),
                     "difference": finite(d.difference), "spread": finite(d.spread), "limit": finite(d.limit),
                     "passed": d.ok} for d in differences]}
