"""Who pays? CPU per sample that arrived and peak memory, by what the process is for."""

from dataclasses import dataclass

from reports import format as fmt
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.comparison import micro
from reports.model import Arm, Cell
from reports.style import PALETTE, ellipsis

NAME = "roles"
QUESTION = "What does it cost in CPU and memory, and who pays?"
NOTES = {
    "simulated": "Simulated: CPU as the calibration charges it, good for comparing; memory is not "
                 "simulated.",
    "measured": "Measured on this machine, the whole run; peak resident memory. Grey: the "
                "harness's own processes, which a real installation does not have.",
}
# (colour, hatch); the third and all others belong to the harness.
LOOKS = ((PALETTE[0][0], None), (PALETTE[1][0], "////"))
HARNESS = ((draw.MUTED, ".."), (draw.MUTED, "xx"), (draw.MUTED, "--"), (draw.MUTED, "||"))
SERVERS = ("leaf", "central")


@dataclass(frozen=True)
class Bar:
    variant: str
    parts: dict[str, float]  # by kind of role: leaf, central, then the harness's

    @property
    def total(self) -> float:
        return sum(self.parts.values())


def kind_of(role: str) -> str:
    """Leaves are numbered: leaf-0."""
    name, _, number = role.rpartition("-")
    return name if number.isdigit() and name else role


def sums_by_kind(arm: Arm, member: str) -> dict[str, float]:
    """Of the first repetition; empty where no process tells."""
    found: dict[str, float] = {}
    for role in arm.usable[0].roles:
        amount = role.get(member)
        if isinstance(amount, (int, float)) and not isinstance(amount, bool):
            kind = kind_of(str(role.get("role", "")))
            found[kind] = found.get(kind, 0) + amount
    return {kind: found[kind] for kind in sorted(found, key=rank)}


def rank(kind: str) -> tuple[int, str]:
    return (SERVERS.index(kind) if kind in SERVERS else len(SERVERS), kind)


def cpu(cell: Cell) -> list[Bar]:
    """Microseconds per delivered sample: what the harness counted for leaf and central together,
    divided among the roles by their CPU. A variant that delivered nothing has no price."""
    bars = []
    for arm in cell.arms:
        price = arm.usable[0].metrics.get("cpu_us_per_sample")
        seconds = sums_by_kind(arm, "cpu_seconds")
        servers = sum(seconds.get(kind, 0) for kind in SERVERS)
        if price and servers > 0:
            bars.append(Bar(arm.variant, {kind: price.value * each / servers
                                          for kind, each in seconds.items()}))
    return bars


def memory(cell: Cell) -> list[Bar]:
    bars = [Bar(arm.variant, sums_by_kind(arm, "peak_rss_bytes")) for arm in cell.arms]
    return [bar for bar in bars if bar.total > 0]


def applies(cell: Cell) -> bool:
    return any(arm.usable[0].roles for arm in cell.arms)


def chart(cell: Cell) -> Chart:
    costs, peaks = cpu(cell), memory(cell)
    if not costs:
        return too_little(NAME, QUESTION, 0, 1, "variant")
    answer = in_words(costs)
    alt = f"Bars of CPU per delivered sample by role. {answer}."
    rows = [[bar.variant, kind, micro(each), memory_of(peaks, bar.variant, kind)]
            for bar in costs for kind, each in bar.parts.items()]
    kinds = dict.fromkeys(str(role.get("kind", "")) for arm in cell.arms
                          for role in arm.usable[0].roles)
    return Chart(NAME, answer, QUESTION, picture(cell, costs, peaks, alt), alt,
                 ["Variant", "Role", "CPU per delivered sample", "Peak memory"], rows, texts=2,
                 note=" ".join(NOTES[kind] for kind in kinds if kind in NOTES), legend=False)


def memory_of(peaks: list[Bar], variant: str, kind: str) -> str:
    found = next((bar.parts[kind] for bar in peaks if bar.variant == variant
                  and kind in bar.parts), None)
    return fmt.UNKNOWN if found is None else fmt.size(found)


def in_words(costs: list[Bar]) -> str:
    """Of the servers: the harness is no part of the price."""
    parts = []
    for bar in costs:
        own = {kind: each for kind, each in bar.parts.items() if kind in SERVERS}
        total = sum(own.values())
        if total > 0:
            share = own.get("leaf", 0) / total
            parts.append(f"{micro(total)} with {bar.variant} ({fmt.percent(share)} at the leaf)")
    if not parts:
        return "Neither leaf nor central told its CPU"
    return f"A delivered sample takes {fmt.listing(parts)} of CPU"


def picture(cell: Cell, costs: list[Bar], peaks: list[Bar], alt: str) -> str:
    kinds = dict.fromkeys(kind for bar in [*costs, *peaks] for kind in bar.parts)
    others = [kind for kind in kinds if kind not in SERVERS]
    looks = dict(zip(SERVERS, LOOKS)) | {kind: HARNESS[i % len(HARNESS)]
                                        for i, kind in enumerate(others)}
    shown = [(costs, micro, "CPU per delivered sample")]
    if peaks:
        shown.append((peaks, fmt.size, "peak memory"))
    left = 0.3 + 0.09 * max(len(ellipsis(arm.variant, 32)) for arm in cell.arms)
    with draw.settings():
        figure, axes = draw.panels([0.3 + 0.4 * len(bars) for bars, _, _ in shown], left=left,
                                   foot=0.4, gap=0.7, share=False)
        for ax, (bars, show, title) in zip(axes, shown):
            draw.title(ax, title)
            stack(ax, bars, looks)
            draw.numbers(ax.xaxis, show)
            for row, bar in enumerate(bars):
                ax.annotate(show(bar.total), (bar.total, row), (6, 0), textcoords="offset points",
                            va="center")
        seen = [kind for kind in (*SERVERS, *others) if kind in kinds]
        axes[0].legend([draw.swatch(*looks[kind]) for kind in seen], seen, loc="lower right",
                       bbox_to_anchor=(1, 1), ncol=6, frameon=False, borderaxespad=0.1, fontsize=10)
        return draw.svg(figure, f"{NAME}-{cell.index}", alt)


def stack(ax: draw.Axes, bars: list[Bar], looks: dict[str, tuple[str, str | None]]) -> None:
    for row, bar in enumerate(bars):
        left = 0.0
        for kind, each in bar.parts.items():
            color, hatch = looks[kind]
            ax.barh(row, each, left=left, height=0.62, edgecolor=color, linewidth=1.2, hatch=hatch,
                    facecolor=draw.PAPER if hatch else color)
            left += each
    ax.set_yticks(range(len(bars)), [ellipsis(bar.variant, 32) for bar in bars])
    ax.tick_params(axis="y", length=0, labelcolor=draw.INK)
    ax.set_ylim(len(bars) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, max(bar.total for bar in bars) * 1.12)
