"""result.json, as an object of Python's, → model.Report. README.md is the specification."""

import math
from typing import Any

from reports import format as fmt
from reports import links, model
from reports.node import NUMBER, InputError, Node

# Where null means that the rank falls among samples that never arrived.
MAY_BE_INFINITE = ("freshness_lag", "reader_staleness", "generator_lateness")


def report_of(document: dict[str, Any], path: str) -> model.Report:
    root = Node(document, path)
    result = Node(root.need("result", dict), f"{path}: result")
    outcome = root.child("exit")
    runs = [run_of(node) for node in result.children("runs")]
    if not runs:
        raise InputError(f"{path}: result.runs is empty: nothing was run, nothing is to report")
    return model.Report(
        name=result.need("name", str),
        description=result.get("description", str, ""),
        engine=result.need("engine", str),
        seed=result.get("seed", int, 0),
        cells=cells_of(root, result, runs),
        interrupted=root.get("interrupted", bool, False),
        exit_code=outcome.get("code", int, 0),
        exit_reasons=[str(reason) for reason in outcome.get("reasons", list, [])],
        tool=root.get("tool", dict, {}),
        host=root.get("host", dict, {}),
        scenario=root.get("scenario", dict, {}),
        started=root.get("started", str, ""),
        wall_seconds=root.get("wall_seconds", NUMBER, None),
        command=root.get("command", str, ""))


def cells_of(root: Node, result: Node, runs: list[model.Run]) -> list[model.Cell]:
    by_cell: dict[str, dict[str, list[model.Run]]] = {}
    for run in runs:
        by_cell.setdefault(run.cell, {}).setdefault(run.variant, []).append(run)
    first: dict[str, Node] = {}
    for node in result.children("runs"):
        first.setdefault(node.get("cell", str, "default"), node)
    return [cell_of(root, result, first[name], index, name, variants)
            for index, (name, variants) in enumerate(by_cell.items())]


def cell_of(root: Node, result: Node, first: Node, index: int, name: str,
            variants: dict[str, list[model.Run]]) -> model.Cell:
    """Phases and faults are those of its first run; files of version 1 have them for all runs."""
    phases = first.child("phases") if first.child("phases").members else result.child("phases")
    expanded = root.child("scenario").members.get("expanded")
    return model.Cell(
        index=index,
        name=name,
        arms=[model.Arm(variant, same[0].transport, same) for variant, same in variants.items()],
        faults=next((run.faults for same in variants.values() for run in same if run.faults),
                    faults_of(result)),
        measure_s=phases.get("measure_s", NUMBER, 0),
        warmup_s=phases.get("warmup_s", NUMBER, 0),
        drain_s=phases.get("drain_s", NUMBER, 0),
        baseline_name=result.get("baseline", str, ""),
        link=links.link_of(expanded, next(iter(variants.values()))[0].axes))


def faults_of(node: Node) -> list[model.Fault]:
    return sorted((fault_of(fault) for fault in node.children("faults")),
                  key=lambda fault: fault.from_s)


def fault_of(node: Node) -> model.Fault:
    planned = node.child("planned")
    at = planned.get("at_s", NUMBER, 0)
    actual = node.child("actual")
    return model.Fault(
        name=node.need("name", str),
        kind=node.get("fault", str, "fault"),
        from_s=actual.get("from_s", NUMBER, at),
        to_s=actual.get("to_s", NUMBER, at + planned.get("for_s", NUMBER, 0)),
        happened=bool(actual.members))


def run_of(node: Node) -> model.Run:
    histograms = node.child("histograms")
    transport = node.need("transport", str)
    if transport not in ("push", "pull"):
        raise InputError(f"{node.where}.transport: expected push or pull, got {transport[:40]}")
    return model.Run(
        cell=node.get("cell", str, "default"),
        axes=axes_of(node.child("axes")),
        variant=node.need("variant", str),
        transport=transport,
        repetition=node.get("repetition", int, 0),
        systems={str(k): str(v) for k, v in node.get("systems", dict, {}).items()},
        valid=node.need("valid", bool),
        invalid_reasons=[str(reason) for reason in node.get("invalid_reasons", list, [])],
        interrupted=node.get("interrupted", bool, False),
        metrics=metrics_of(node),
        losses={loss.need("cause", str): loss.need("samples", int)
                for loss in node.children("losses")},
        histograms={name: histogram_of(histograms.child(name)) for name in histograms.members
                    if histograms.members[name] is not None},
        columns=columns_of(node),
        raster=raster_of(node.child("raster")),
        faults=faults_of(node),
        roles=[role.members for role in node.children("roles")],
        warnings=[str(warning) for warning in node.get("warnings", list, [])] + blindness_of(node))


def blindness_of(run: Node) -> list[str]:
    """What the run could not observe, a sentence per reason."""
    figures: dict[str, list[str]] = {}
    for hidden in run.children("not_observable"):
        figures.setdefault(hidden.need("why", str), []).append(hidden.need("figure", str))
    return [f"not observable: {fmt.listing(names)}: {why}" for why, names in figures.items()]


def axes_of(node: Node) -> dict[str, model.AxisValue]:
    axes = {}
    for path in node.members:
        place = node.child(path)
        axes[path] = model.AxisValue(place.need("text", str), place.get("value", NUMBER, None))
    return axes


def raster_of(node: Node) -> model.Raster | None:
    if not node.members:
        return None
    step = node.need("step_s", NUMBER)
    targets = [int(target) for target in node.numbers("targets") if target is not None]
    rows = [Node({"row": row}, f"{node.where}.staleness_s[{i}]").numbers("row")
            for i, row in enumerate(node.get("staleness_s", list, []))]
    if step <= 0 or len(targets) != len(rows):
        raise InputError(f"{node.where}: expected step_s above 0 and a row of staleness_s for each "
                         f"target, got {step}, {len(rows)} rows and {len(targets)} targets")
    return model.Raster(node.get("start_s", NUMBER, 0), step, targets, rows)


def metrics_of(run: Node) -> dict[str, model.Metric]:
    metrics = {}
    for node in run.children("metrics"):
        name = node.need("name", str)
        value = node.get("value", NUMBER, None)
        if value is None:
            # null is infinite where samples that never arrived count; elsewhere nothing is known.
            if not name.startswith(MAY_BE_INFINITE):
                continue
            value = math.inf
        metrics[name] = model.Metric(name, node.get("unit", str, ""), node.need("kind", str),
                                     node.get("better", str, "none"), value)
    return metrics


def histogram_of(node: Node) -> model.Histogram:
    infinite = node.get("infinite", int, 0)
    buckets = [bucket_of(node, i) for i in range(len(node.get("buckets", list, [])))]
    return model.Histogram(
        count=sum(count for _, _, count in buckets) + infinite,
        infinite=infinite,
        minimum=node.get("min", NUMBER, None),
        maximum=node.get("max", NUMBER, None),
        buckets=buckets)


def bucket_of(histogram: Node, i: int) -> tuple[float, float, int]:
    bucket = histogram.members["buckets"][i]
    numbers = Node({"bucket": bucket}, f"{histogram.where}.buckets[{i}]").numbers("bucket")
    if len(numbers) != 3 or None in numbers or numbers[2] <= 0:
        raise InputError(f"{histogram.where}.buckets[{i}]: expected [low, high, count], count > 0")
    return tuple(numbers)


def columns_of(run: Node) -> dict[str, model.Column]:
    columns = {}
    for series in run.children("series"):
        step = series.need("step_s", NUMBER)
        if step <= 0:
            raise InputError(f"{series.where}.step_s: expected more than 0, got {step}")
        values = series.child("columns")
        for name in values.members:
            columns[name] = model.Column(series.get("start_s", NUMBER, 0), step,
                                         values.numbers(name))
    return columns
