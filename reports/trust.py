"""How far to trust a report: what could make its figures wrong, checked one by one."""

import re
from dataclasses import dataclass

from reports import format as fmt
from reports.comparison import LEAST_DIFFERENCE, LEAST_REPETITIONS
from reports.glossary import KINDS
from reports.model import Report

# Beyond these the figures describe the harness rather than the servers.
MOST_LATENESS = 0.01  # of the scrape interval
MOST_HARNESS = 0.25  # of all CPU
UNIT_S = {"ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}


@dataclass(frozen=True)
class Check:
    subject: str
    state: str  # ok | warning | bad | none: nothing to judge
    text: str


def checks(report: Report) -> list[Check]:
    return [check for check in (engine(report), conservation(report), strangers(report),
                                lateness(report), harness(report), repetitions(report))
            if check is not None]


def engine(report: Report) -> Check:
    if report.is_virtual:
        return Check("Engine", "none", "Virtual: a discrete-event simulation of the same logic. "
                     "Equal seed, equal result, to the bit. Times and CPU rest on a calibration.")
    return Check("Engine", "none", "Loopback: real processes and sockets on one machine, which "
                 "they share with the harness.")


def conservation(report: Report) -> Check:
    runs = fmt.plural(len(report.runs), "run")
    if report.invalid_runs:
        return Check("Conservation", "bad", f"{len(report.invalid_runs)} of {runs} invalid; the "
                     "reasons are at the top.")
    return Check("Conservation", "ok", f"Holds in {runs}: each scraped sample was delivered, not "
                 "selected, undersampled, lost with a cause, or pending.")


def strangers(report: Report) -> Check | None:
    """Samples at central that no target can have produced."""
    names = ("samples_corrupted", "samples_unknown")
    found = [run.metrics[name].value for run in report.runs for name in names
             if name in run.metrics]
    if not found:
        return None
    if any(found):
        return Check("Values", "bad", f"{fmt.exact(sum(found))} samples at central are corrupted, "
                     "or nobody scraped them.")
    text = "Each sample that central received was scraped with that value."
    rounded = sum(run.metrics["samples_rounded"].value for run in report.runs
                  if "samples_rounded" in run.metrics)
    if rounded:
        text += (f" {fmt.exact(rounded)} came with other last digits, within what their servers "
                 "round by.")
    return Check("Values", "ok", text)


def lateness(report: Report) -> Check | None:
    worst = max((run.metrics["generator_lateness_p99"].value for run in report.runs
                 if "generator_lateness_p99" in run.metrics), default=None)
    if worst is None:
        return None
    text = f"p99 at worst {fmt.duration(worst)}"
    interval = scrape_interval(report)
    if interval is None:
        return Check("Generator lateness", "none", f"{text}.")
    share = worst / interval
    text += f", {fmt.percent(share)} of the scrape interval"
    if share > MOST_LATENESS:
        return Check("Generator lateness", "warning",
                     f"{text}: more than {MOST_LATENESS:.0%}; the targets could not keep "
                     "their schedule, lags describe the harness.")
    return Check("Generator lateness", "ok", f"{text}.")


def harness(report: Report) -> Check | None:
    worst = max((run.metrics["harness_share"].value for run in report.runs
                 if "harness_share" in run.metrics), default=None)
    if worst is None:
        return None
    text = f"At most {fmt.percent(worst)} of all CPU went to targets, link and runner"
    if worst > MOST_HARNESS:
        return Check("Harness share", "warning", f"{text}: more than {MOST_HARNESS:.0%}; "
                     "times describe the harness. Use fewer series or more cores.")
    return Check("Harness share", "ok", f"{text}.")


def repetitions(report: Report) -> Check:
    counts = {len(arm.runs) for cell in report.cells for arm in cell.arms}
    text = f"{fmt.listing([str(n) for n in sorted(counts)])} per variant. "
    if report.is_virtual:
        return Check("Repetitions", "none", f"{text}More would be identical. Better and worse are "
                     f"said from {LEAST_DIFFERENCE:.0%} on, never of a model (≈).")
    rule = "Better and worse are said where no repetition of one lies among those of the other."
    if min(counts) < LEAST_REPETITIONS:
        return Check("Repetitions", "warning", f"{text}At least {LEAST_REPETITIONS} are needed to "
                     f"tell a difference from noise, so none is called better or worse. {rule}")
    return Check("Repetitions", "ok", f"{text}Table: median (lowest…highest); charts over time: "
                 f"the first. {rule}")


def kinds(report: Report) -> list[tuple[str, str, list[str]]]:
    """(kind, meaning, metrics of that kind), of the kinds that occur."""
    names: dict[str, set[str]] = {}
    for run in report.runs:
        for metric in run.metrics.values():
            names.setdefault(metric.kind, set()).add(metric.name)
    return [(kind, meaning, sorted(names[kind])) for kind, meaning in KINDS.items()
            if kind in names]


def warnings(report: Report) -> list[str]:
    """Each warning once, with the variants that gave it."""
    by_text: dict[str, list[str]] = {}
    for run in report.runs:
        for text in run.warnings:
            variants = by_text.setdefault(text, [])
            if run.variant not in variants:
                variants.append(run.variant)
    return [f"{fmt.listing(variants)}: {text}" for text, variants in by_text.items()]


def scrape_interval(report: Report) -> float | None:
    """In seconds, from the expanded scenario, where it is as Prometheus writes it: 1m30s."""
    expanded = report.scenario.get("expanded")
    workload = expanded.get("workload") if isinstance(expanded, dict) else None
    text = workload.get("scrape_interval") if isinstance(workload, dict) else None
    if not isinstance(text, str) or not re.fullmatch(r"(\d+(ms|[smhdwy]))+", text):
        return None
    seconds = sum(int(number) * UNIT_S[unit]
                  for number, unit in re.findall(r"(\d+)(ms|[smhdwy])", text))
    return seconds or None
