"""summary.md: the report in Markdown, for terminals, pull requests and step summaries."""

import re

from reports import comparison, facts, overview, story, trust
from reports import format as fmt
from reports.comparison import Entry, Table
from reports.model import Cell, Report

MAX_BYTES = 60_000  # GitHub refuses comments over 65536 characters
CUT = "\n_Cut here: the rest is in report.html._\n"


def render(report: Report) -> str:
    told = story.verdict(report)
    parts = [f"# {plain(report.name)}: push against pull",
             f"**{told.word}.** {plain(told.text)}"]
    parts += [f"- {plain(reason)}" for reason in told.reasons]
    if report.description:
        parts.append(f"_{plain(report.description)}_")
    if len(report.cells) > 1:
        parts += matrix_parts(report)
    parts += cell_parts(overview.telling(report), report)
    parts.append("## How far to trust this")
    parts.append("\n".join(f"- **{check.subject}** ({check.state}): {plain(check.text)}"
                           if check.state in ("bad", "warning", "ok") else
                           f"- **{check.subject}**: {plain(check.text)}"
                           for check in trust.checks(report)))
    parts += [f"- Warning: {plain(warning)}" for warning in trust.warnings(report)]
    if report.command:
        parts.append(f"Run it again: {code(report.command)}")
    return cut("\n\n".join(parts) + "\n")


def matrix_parts(report: Report) -> list[str]:
    """All cells in one table, and which is told in full."""
    whole = overview.overview(report)
    rows = [[group.cell.name, variant, *(entry_text(entry) for entry in entries)]
            for group in whole.groups for variant, entries in group.rows]
    parts = [plain(sentence) for sentence in story.across(report)]
    parts.append(table(["Cell", "Variant", *whole.header], rows, "ll" + "r" * len(whole.header)))
    if whole.left_out:
        parts.append(f"{fmt.plural(whole.left_out, 'more cell')} left out: the figures of all are "
                     "in result.json, result.runs[].metrics.")
    return parts


def cell_parts(cell: Cell, report: Report) -> list[str]:
    parts = []
    if len(report.cells) > 1:
        parts = [f"## One cell in full: {plain(cell.name)}", overview.WHICH,
                 plain(story.delivery(cell))]
    parts += [plain(sentence) for sentence in story.sentences(cell, report)]
    parts.append(comparison_table(comparison.compare(cell, report.is_virtual)))
    losses = facts.losses(cell)
    if losses:
        parts.append(table(["Lost with", "cause", "which means", "samples", "of scraped"], losses,
                           "lllrr"))
    return parts


def comparison_table(compared: Table) -> str:
    header = [""]
    for arm in compared.arms:
        invalid = "" if all(run.valid for run in arm.runs) else " INVALID"
        base = ", baseline" if arm.variant == compared.baseline else ""
        header.append(f"{arm.variant} ({arm.transport}{base}){invalid}")
    rows = [[row.label, *(entry_text(entry) for entry in row.entries)] for row in compared.rows]
    return table(header, rows, "l" + "r" * len(compared.arms))


def entry_text(entry: Entry) -> str:
    said = " ".join(word for word in (entry.ratio, entry.verdict) if word)
    return f"{entry.text} · {said}" if said else entry.text


def table(header: list[str], rows: list[list[str]], align: str) -> str:
    """A pipe table that is also aligned where Markdown is not rendered."""
    cells = [[plain(text).replace("|", "\\|") for text in row] for row in [header, *rows]]
    widths = [max(3, *(len(row[i]) for row in cells)) for i in range(len(header))]
    lines = ["| " + " | ".join(text.rjust(width) if side == "r" else text.ljust(width)
                               for text, width, side in zip(row, widths, align)) + " |"
             for row in cells]
    rule = ["-" * (width + 1) + (":" if side == "r" else "-")
            for width, side in zip(widths, align)]
    return "\n".join([lines[0], "|" + "|".join(rule) + "|", *lines[1:]])


def plain(text: str) -> str:
    """Text that Markdown shows as it is: one line, no tags, no emphasis. An underscore within a
    word is none."""
    text = re.sub(r"[\r\n\t]+", " ", text)
    return re.sub(r"([\\`*<\[]|(?<!\w)_|_(?!\w))", r"\\\1", text)


def code(text: str) -> str:
    """Between more backticks than it holds itself."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"


def cut(text: str) -> str:
    data = text.encode()
    if len(data) <= MAX_BYTES:
        return text
    kept = data[:MAX_BYTES - len(CUT.encode())].decode(errors="ignore")
    return kept[:kept.rindex("\n") + 1] + CUT
