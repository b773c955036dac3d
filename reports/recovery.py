"""What a fault did to a run: how stale the central became, and how long until it was as fresh as
before."""

import math
from dataclasses import dataclass

from reports import format as fmt
from reports.model import Arm, Cell, Fault

# Back to usual: at most so much above the worst second before any fault ...
TOLERANCE = 1.1
# ... for so many seconds, or up to the next fault or the end of the measure phase.
STAYS_S = 60
# Start times of steps are sums of floating-point numbers.
STEP_SLACK_S = 1e-6
LEAST_POINTS = 10


@dataclass(frozen=True)
class Recovery:
    fault: Fault
    usual_s: float  # the largest staleness before any fault
    peak_s: float  # during the fault and after it
    peak_at_s: float
    back_after_s: float | None  # from the end of the fault; None: not within the measure phase

    @property
    def felt(self) -> bool:
        return self.peak_s > self.usual_s * TOLERANCE


def in_words(fault: str, found: dict[str, Recovery]) -> str:
    """When each variant was back from one fault."""
    if not any(recovery.felt for recovery in found.values()):
        return f"No variant got staler than before by {fault}"
    parts = [f"{when(recovery)} with {variant}" for variant, recovery in found.items()]
    return f"After {fault}, data was as fresh as before {fmt.listing(parts)}"


def when(recovery: Recovery) -> str:
    if not recovery.felt:
        return "all along"
    if recovery.back_after_s is None:
        return "not until the measurement ended"
    return f"within {fmt.duration(recovery.back_after_s)}"


def recoveries(cell: Cell, arm: Arm) -> list[Recovery]:
    """In order of the faults; without those that the data says nothing of."""
    column = arm.column("staleness_max")
    faults = [fault for fault in cell.faults if fault.happened]
    if column is None or not faults:
        return []
    calm = column.between(*calm_span(cell))
    if len(calm) < LEAST_POINTS:
        return []
    usual = max(value for _, value in calm)
    found = []
    for fault, following in zip(faults, [*faults[1:], None]):
        horizon = following.from_s if following else cell.measure_s
        felt = column.between(fault.from_s, max(fault.to_s, horizon))
        if felt:
            peak_at, peak = max(felt, key=lambda point: point[1])
            after = column.between(fault.to_s, horizon)
            found.append(Recovery(fault, usual, peak, peak_at,
                                  back_after(after, fault.to_s, usual * TOLERANCE)))
    return found


def calm_span(cell: Cell) -> tuple[float, float]:
    """From when to when it was as usual: up to the first fault, or the end of the measure phase. A
    fault right at the start leaves the second half of the warm-up."""
    first = min((fault.from_s for fault in cell.faults if fault.happened), default=cell.measure_s)
    return (0 if first >= STAYS_S else -cell.warmup_s / 2), first


def back_after(points: list[tuple[float, float]], since: float, limit: float) -> float | None:
    """Seconds from `since` to the first point from which on all of STAYS_S are within `limit`."""
    candidate = None
    for t, value in points:
        if value > limit:
            candidate = None
        elif candidate is None:
            candidate = t
        if candidate is not None and t - candidate >= STAYS_S:
            break
    return None if candidate is None else candidate - since


def delivered_during(arm: Arm, fault: Fault) -> float:
    """Samples that became visible while the fault was in force; NaN where that is not recorded.

    Only steps that lie wholly inside it count: a real fault begins and ends a moment after a full
    second, and what arrives in the rest of that second came before or after it."""
    column = arm.column("delivered")
    if column is None:
        return math.nan
    inside = column.between(fault.from_s, fault.to_s - column.step_s + STEP_SLACK_S)
    return sum(value for _, value in inside)
