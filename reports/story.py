"""The report in words: a verdict, and three sentences that say what was compared, what differs and
what the faults did. Every word is computed; where the data is silent, so are they."""

import math
from dataclasses import dataclass

from reports import format as fmt
from reports.comparison import mark, ratio_of, same
from reports.model import Arm, Cell, Fault, Report, finite
from reports.recovery import delivered_during, in_words, recoveries


MOST_REASONS = 20  # why runs are invalid: of many, these


@dataclass(frozen=True)
class Verdict:
    word: str  # stands beside the colour, which not everyone sees
    bad: bool
    text: str
    reasons: list[str]


def verdict(report: Report) -> Verdict:
    if report.invalid_runs:
        reasons = reasons_of(report)
        text = (f"{len(report.invalid_runs)} of {fmt.plural(len(report.runs), 'run')} cannot be "
                "used. Do not draw conclusions from what they show.")
        return Verdict("INVALID", True, text, reasons)
    if report.interrupted or report.interrupted_runs:
        text = ("The run was stopped before its end. What was measured until then is below; later "
                "variants and phases may be missing.")
        return Verdict("INTERRUPTED", True, text, report.exit_reasons)
    if report.exit_code != 0:
        return Verdict("FAILED", True, f"pushpull ended with exit code {report.exit_code}.",
                       report.exit_reasons)
    if len(report.cells) == 1:
        return Verdict("VALID", False, delivery(report.cells[0]), [])
    return Verdict("VALID", False, arrived(report), [])


def reasons_of(report: Report) -> list[str]:
    """Why runs are invalid; the first of many."""
    reasons = []
    for run in report.invalid_runs:
        where = f"{run.cell}, {run.variant}" if len(report.cells) > 1 else run.variant
        reasons += [f"{where}, repetition {run.repetition}: {reason}"
                    for reason in run.invalid_reasons or ["no reason was recorded"]]
    more = len(reasons) - MOST_REASONS
    return reasons if more <= 0 else reasons[:MOST_REASONS] + [f"… and {more} more"]


def across(report: Report) -> list[str]:
    """A matrix: what was varied, and at what price; who delivered everything where, the verdict
    says unless it has something worse to say."""
    told = (varied(report), arrived(report) if verdict(report).bad else "", prices(report))
    return [text for text in told if text]


def varied(report: Report) -> str:
    axes = []
    for path in report.axes:
        texts = dict.fromkeys(cell.axes[path].text for cell in report.cells if path in cell.axes)
        axes.append(f"{path} ({', '.join(texts)})")
    first = {arm.variant: arm.transport for cell in report.cells for arm in cell.arms}
    ways = [f"{variant} ({transport})" for variant, transport in first.items()]
    text = f"{fmt.listing(ways)} {'were' if len(ways) > 1 else 'was'} run in " \
           f"{len(report.cells)} cells"
    return f"{text}: {' × '.join(axes)}." if axes else f"{text}."


def arrived(report: Report) -> str:
    """Of how many cells each variant delivered everything, and the worst one."""
    parts = []
    for variant, arms in by_variant(report).items():
        shares = {cell.name: share for cell, arm in arms
                  if (share := arm.value("completeness")) is not None}
        if not shares:
            continue
        complete = sum(share == 1 for share in shares.values())
        if complete == len(shares):
            parts.append(f"in all {len(shares)} cells with {variant}")
        else:
            worst = min(shares, key=lambda name: shares[name])
            parts.append(f"in {complete} of {len(shares)} cells with {variant} (at worst "
                         f"{fmt.percent(shares[worst])}, {worst})")
    return f"Every sample arrived {fmt.listing(parts)}." if parts else \
        "How many samples arrived was not recorded."


def by_variant(report: Report) -> dict[str, list[tuple[Cell, Arm]]]:
    found: dict[str, list[tuple[Cell, Arm]]] = {}
    for cell in report.cells:
        for arm in cell.arms:
            found.setdefault(arm.variant, []).append((cell, arm))
    return found


def prices(report: Report) -> str:
    """Between which ratios to the baseline each variant lies."""
    base = report.cells[0].baseline_name
    parts = []
    for variant, arms in by_variant(report).items():
        costs = []
        for metric, noun in COSTS:
            pairs = [(figure, factor) for cell, arm in arms if cell.baseline not in (None, arm)
                     and (figure := arm.figure(metric)) is not None
                     and (factor := ratio_of(figure, cell.baseline.figure(metric))) is not None]
            if pairs:
                low, high = (pick(pairs, key=lambda pair: pair[1]) for pick in (min, max))
                # Where all are the same, a range would say nothing.
                to = "" if fmt.ratio(low[1]) == fmt.ratio(high[1]) else f" to {fmt.ratio(high[1])}"
                costs.append(f"{mark(low[0], fmt.ratio(low[1]))}{to} the {noun}")
        if costs:
            parts.append(f"{variant} takes {' and '.join(costs)}")
    return f"Against {base}, per delivered sample, {'; '.join(parts)}." if parts else ""


def sentences(cell: Cell, report: Report) -> list[str]:
    return [text for text in (compared(cell, report), differs(cell), faults(cell)) if text]


def compared(cell: Cell, report: Report) -> str:
    ways = [f"{arm.variant} ({arm.transport}{', the baseline' if arm is cell.baseline else ''})"
            for arm in cell.arms]
    clock = "virtual time" if report.is_virtual else "real time"
    text = f"{fmt.listing(ways)} {'were' if len(ways) > 1 else 'was'} run over " \
           f"{fmt.duration(cell.measure_s)} of {clock}"
    scraped = finite(arm.value("samples_scraped") for arm in cell.arms)
    if not scraped:
        return text + "."
    low, high = min(scraped), max(scraped)
    if low == high:
        return f"{text}, each with the same {fmt.count(low)} samples to ship."
    return f"{text}, with {fmt.count(low)} to {fmt.count(high)} samples to ship."


def delivery(cell: Cell) -> str:
    """Who delivered everything, and who did not."""
    shares = {arm.variant: arm.value("completeness") for arm in cell.arms}
    complete = [variant for variant, share in shares.items() if share == 1]
    rest = [f"{fmt.percent(share)} with {variant}" for variant, share in shares.items()
            if share not in (None, 1)]
    if complete:
        but = f", but only {fmt.listing(rest)}" if rest else ""
        return f"Every sample arrived with {fmt.listing(complete)}{but}."
    if rest:
        return f"Of the samples scraped, {fmt.listing(rest)} arrived."
    return "How many samples arrived was not recorded."


def differs(cell: Cell) -> str:
    base = cell.baseline
    others = [arm for arm in cell.arms if arm is not base]
    if base is None or not others:
        return ""
    parts = [part for part in (difference(arm, base) for arm in others) if part]
    return f"Against {base.variant}, {'; '.join(parts)}." if parts else ""


# Metric, what it is called when it is compared.
COSTS = (("wire_bytes_per_sample", "bytes"), ("cpu_us_per_sample", "CPU"))


def difference(arm: Arm, base: Arm) -> str:
    costs = [f"{times} {noun}" for metric, noun in COSTS if (times := against(arm, base, metric))]
    said = [text for text in (median_lag(arm, base), fmt.listing(costs)) if text]
    if not said:
        return ""
    return f"{arm.variant} has {', and '.join(said)}{' per delivered sample' if costs else ''}"


def median_lag(arm: Arm, base: Arm) -> str:
    lag = arm.value("freshness_lag_p50")
    if lag is None:
        return ""
    times = against(arm, base, "freshness_lag_p50") or "a different"
    return f"{times} median lag ({fmt.duration(lag)})"


def against(arm: Arm, base: Arm, metric: str) -> str:
    """"3.15× the", "the same", or nothing where that would say nothing."""
    figure = arm.figure(metric)
    factor = ratio_of(figure, base.figure(metric))
    if figure is None or factor is None:
        return ""
    return "the same" if same(factor) else f"{mark(figure, fmt.ratio(factor))} the"


def faults(cell: Cell) -> str:
    if not cell.faults:
        return "Nothing was made to fail: this run says nothing about a bad day."
    told = []
    for fault in cell.faults:
        span = f"{fault.name} ({fault.kind}, {fmt.duration(fault.to_s - fault.from_s)})"
        if fault.happened:
            told.append(f"During {span} {arrivals(cell, fault)}.")
            told.append(aftermath(cell, fault))
        else:
            told.append(f"The run ended before {span}.")
    return " ".join(text for text in (*told, losses(cell)) if text)


def arrivals(cell: Cell, fault: Fault) -> str:
    """Who got anything through while the fault was in force."""
    got = {arm.variant: delivered_during(arm, fault) for arm in cell.arms}
    known = {variant: samples for variant, samples in got.items() if not math.isnan(samples)}
    if not known:
        return "arrivals were not recorded"
    if not any(known.values()):
        return "nothing arrived"
    return "samples arrived: " + fmt.listing([f"{fmt.count(samples)} with {variant}"
                                              for variant, samples in known.items()])


def aftermath(cell: Cell, fault: Fault) -> str:
    found = {arm.variant: recovery for arm in cell.arms
             for recovery in recoveries(cell, arm) if recovery.fault == fault}
    return f"{in_words('it', found)}." if found else ""


def losses(cell: Cell) -> str:
    lost = [(arm.variant, arm.value("samples_lost")) for arm in cell.arms]
    parts = [f"{fmt.count(samples)} with {variant}" for variant, samples in lost if samples]
    if parts:
        return f"Samples lost for good: {fmt.listing(parts)}."
    if lost and all(samples == 0 for _, samples in lost):
        return "No variant lost a sample."
    return ""
