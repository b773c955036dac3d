"""Figures against an axis of the matrix. Other axes are held, or get a line for each of their
combinations; every chart says which.

An axis below `variants.<name>` moves that variant only: the others have no line against it, and
their cells that differ in it alone are one point."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from reports import format as fmt
from reports.model import Arm, Cell, Report

MOST_LINES = 8
Value = Callable[[Cell, Arm], float | None]
Others = tuple[tuple[str, str], ...]  # (path, text) of the other axes


@dataclass(frozen=True)
class Place:
    x: float
    text: str  # of x, as in the scenario
    value: float
    cell: Cell
    arm: Arm


@dataclass(frozen=True)
class Line:
    variant: str
    others: Others  # only those that differ between the lines of the chart
    number: int  # 0, 1, ... among the lines of the variant
    places: list[Place]  # x ascending

    @property
    def label(self) -> str:
        return " · ".join([self.variant, *(f"{short(path)} {text}" for path, text in self.others)])


@dataclass(frozen=True)
class Sweep:
    lines: list[Line]
    held: dict[str, str] = field(default_factory=dict)  # text by path
    left_out: int = 0  # lines beyond the most that a chart has

    @property
    def points(self) -> int:
        """Of the longest line."""
        return max((len(line.places) for line in self.lines), default=0)

    @property
    def places(self) -> list[Place]:
        return [place for line in self.lines for place in line.places]


def short(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def moves(path: str, variant: str) -> bool:
    return not path.startswith("variants.") or path.startswith(f"variants.{variant}.")


def axis_of(report: Report, variant: str, endings: tuple[str, ...]) -> str | None:
    return next((path for path in report.axes if path.endswith(endings) and moves(path, variant)),
                None)


def has_axis(report: Report, *endings: str) -> bool:
    return any(path.endswith(endings) for path in report.axes)


def sweep(report: Report, endings: tuple[str, ...], value: Value) -> Sweep:
    """`value` against the first axis that ends so; what it does not know has no point."""
    groups: dict[tuple[str, Others], dict[float, Place]] = {}
    for cell in report.cells:
        for arm in cell.arms:
            axis = axis_of(report, arm.variant, endings)
            x = cell.axes[axis] if axis in cell.axes else None
            y = value(cell, arm) if x and x.number is not None else None
            if x and y is not None and math.isfinite(y):
                others = tuple((path, cell.axes[path].text) for path in report.axes
                               if path != axis and path in cell.axes and moves(path, arm.variant))
                groups.setdefault((arm.variant, others), {}).setdefault(
                    x.number, Place(x.number, x.text, y, cell, arm))
    held: dict[str, str] = {}
    while len(groups) > MOST_LINES and (path := last_varied(report, groups)) is not None:
        held[path] = next(text for _, others in groups for at, text in others if at == path)
        groups = {key: places for key, places in groups.items()
                  if dict(key[1]).get(path, held[path]) == held[path]}
    return Sweep(lines_of(groups)[:MOST_LINES], held, max(0, len(groups) - MOST_LINES))


def last_varied(report: Report, groups: dict[tuple[str, Others], dict[float, Place]]
                ) -> str | None:
    """Of the paths in which the lines of some variant differ, the last one of the file."""
    texts: dict[tuple[str, str], set[str]] = {}
    for variant, others in groups:
        for path, text in others:
            texts.setdefault((variant, path), set()).add(text)
    varied = {path for (_, path), found in texts.items() if len(found) > 1}
    return next((path for path in reversed(report.axes) if path in varied), None)


def lines_of(groups: dict[tuple[str, Others], dict[float, Place]]) -> list[Line]:
    texts: dict[str, set[str]] = {}
    for _, others in groups:
        for path, text in others:
            texts.setdefault(path, set()).add(text)
    numbers: dict[str, int] = {}
    lines = []
    for (variant, others), places in groups.items():
        number = numbers[variant] = numbers.get(variant, -1) + 1
        telling = tuple((path, text) for path, text in others if len(texts[path]) > 1)
        lines.append(Line(variant, telling, number, [places[x] for x in sorted(places)]))
    return lines


def said(found: Sweep) -> str:
    """What was held and left out, for the note of a chart."""
    words = []
    if found.held:
        words.append("Held: " + fmt.listing([f"{short(path)} at {text}"
                                             for path, text in found.held.items()]) + ".")
    apart = dict.fromkeys(short(path) for line in found.lines for path, _ in line.others)
    if apart:
        words.append(f"A line for each {fmt.listing(list(apart))}.")
    if found.left_out:
        words.append(f"{fmt.plural(found.left_out, 'more line')} left out: "
                     f"a chart has at most {MOST_LINES}.")
    return " ".join(words)


def spans(found: Sweep, show: Callable[[float], str]) -> list[str]:
    """How each variant goes from the first to the last x, or, with lines of its own for other axes,
    between which values it lies."""
    by_variant: dict[str, list[Line]] = {}
    for line in found.lines:
        by_variant.setdefault(line.variant, []).append(line)
    words = []
    for variant, lines in by_variant.items():
        values = [place.value for line in lines for place in line.places]
        if show(min(values)) == show(max(values)):
            words.append(f"{show(values[0])} throughout with {variant}")
        elif len(lines) == 1:
            words.append(f"from {show(values[0])} to {show(values[-1])} with {variant}")
        else:
            words.append(f"between {show(min(values))} and {show(max(values))} with {variant}")
    return words


def reach(found: Sweep) -> tuple[str, str]:
    """The texts of the smallest and the largest x."""
    places = sorted(found.places, key=lambda place: place.x)
    return places[0].text, places[-1].text
