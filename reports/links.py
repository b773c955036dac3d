"""Which link a cell has, and how much fits through it: the expanded scenario, changed by the cell's
place in the matrix."""

import re
from typing import Any

from reports.model import AxisValue, Link

BITS = {"bit/s": 1, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9}


def link_of(expanded: Any, axes: dict[str, AxisValue]) -> Link | None:
    """None where the scenario does not say."""
    scenario = expanded if isinstance(expanded, dict) else {}
    name = axes["link"].text if "link" in axes else scenario.get("link")
    if not isinstance(name, str) or not name:
        return None
    place = axes.get(f"links.{name}.bandwidth")
    if place is not None:
        return Link(name, bits_per_s(place.text))
    known = scenario.get("links")
    link = known.get(name) if isinstance(known, dict) else None
    return Link(name, bits_per_s(link.get("bandwidth")) if isinstance(link, dict) else None)


def bits_per_s(bandwidth: Any) -> float | None:
    """200Mbit/s is 200 000 000; None for `unlimited` and what is no bandwidth."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([kMG]?bit/s)", bandwidth) \
        if isinstance(bandwidth, str) else None
    return float(found[1]) * BITS[found[2]] if found and float(found[1]) > 0 else None
