"""Thinning of data to what a picture can show. An SVG of the report stays below 150 kB."""

import math

Point = tuple[float, float]

# Steps of time that a reader can divide in the head.
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)
# What all lines of one picture have to share; a point takes about 20 bytes.
POINT_BUDGET = 4000


def share_of_budget(lines: int, points_per_step: int, most: int) -> int:
    """How many steps along x each of `lines` may have, so that all stay within the budget."""
    return max(20, min(most, POINT_BUDGET // (points_per_step * max(1, lines))))


def nice_step(span: float, bins: int, least: float = 0) -> float:
    """The smallest of STEPS, not below `least`, that cuts `span` into at most `bins`."""
    return next((step for step in STEPS if step >= least and span / step <= bins),
                max(STEPS[-1], span / bins))


def binned(points: list[Point], step: float) -> dict[float, list[float]]:
    """Values by the start of their bin; the bins lie on multiples of `step`."""
    bins: dict[float, list[float]] = {}
    for t, value in points:
        # A time is start + row × 0.1 s in floating point; a bin must not miss it by the last bit.
        bins.setdefault(math.floor(t / step + 1e-6) * step, []).append(value)
    return bins


def sums(points: list[Point], step: float) -> list[Point]:
    return [(start, sum(values)) for start, values in sorted(binned(points, step).items())]


def extremes(points: list[Point], columns: int) -> list[Point]:
    """At most the lowest and the highest point of each of `columns` columns of pixels: no peak gets
    lost, however short it is."""
    if len(points) <= 2 * columns:
        return points
    first, last = points[0][0], points[-1][0]
    width = (last - first) / columns or 1
    by_column: dict[int, list[Point]] = {}
    for point in points:
        by_column.setdefault(min(columns - 1, int((point[0] - first) / width)), []).append(point)
    kept = []
    for column in by_column.values():
        low = min(column, key=lambda point: point[1])
        high = max(column, key=lambda point: point[1])
        kept += sorted({low, high})
    return kept


def visible(points: list[Point], width: float, height: float) -> list[Point]:
    """Leaves out points of an ascending line that fall on the pixel of the one before. `width` and
    `height` are pixels per unit; the last point stays."""
    kept: list[Point] = []
    for point in points:
        if not kept or (abs(point[0] - kept[-1][0]) * width >= 1
                        or abs(point[1] - kept[-1][1]) * height >= 1):
            kept.append(point)
    if points and kept[-1] != points[-1]:
        kept.append(points[-1])
    return kept
