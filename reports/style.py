"""How a variant looks, in every chart and legend: colour and marker by its place in the scenario,
solid for push and dashed for pull. Colour alone never carries meaning."""

from dataclasses import dataclass

from reports.model import Arm, Cell, Report

# Okabe and Ito's palette, told apart with any kind of colour vision; (on light, on dark).
PALETTE = (("#0072b2", "#56a8e0"), ("#d55e00", "#f08a3c"), ("#009e73", "#2fc49a"),
           ("#cc79a7", "#e19ac0"), ("#a87900", "#e6b23c"), ("#56b4e9", "#8fd0f5"))
# Matplotlib's code, and the same shape as an SVG path around (0, 0).
MARKERS = (("o", "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z"), ("s", "M-3.5,-3.5h7v7h-7z"),
           ("^", "M0,-4.5L4.5,3.5H-4.5z"), ("D", "M0,-4.8L4.8,0L0,4.8L-4.8,0z"),
           ("v", "M0,4.5L4.5,-3.5H-4.5z"), ("P", "M-1.5,-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z"),
           ("X", "M-4,-2L-2,-4L0,-2L2,-4L4,-2L2,0L4,2L2,4L0,2L-2,4L-4,2L-2,0z"))
SOLID, DASHED = "solid", (0, (5, 2))


@dataclass(frozen=True)
class Style:
    order: int  # place in the scenario
    color: str
    marker: str
    push: bool
    marker_path: str

    @property
    def dash(self) -> str | tuple[int, tuple[int, int]]:
        return SOLID if self.push else DASHED


def styles(cell: Cell) -> dict[str, Style]:
    """By variant. Colours and markers come round at different times, so 42 variants differ."""
    return styles_of(cell.arms)


def styles_across(report: Report) -> dict[str, Style]:
    """The same of all cells. Interrupted, the last one lacks variants; a cell has no others."""
    arms = {arm.variant: arm for cell in report.cells for arm in cell.arms}
    return styles_of(list(arms.values()))


def styles_of(arms: list[Arm]) -> dict[str, Style]:
    found = {}
    for i, arm in enumerate(arms):
        color, _ = PALETTE[i % len(PALETTE)]
        marker, path = MARKERS[i % len(MARKERS)]
        found[arm.variant] = Style(i, color, marker, arm.is_push, path)
    return found


def ellipsis(name: str, length: int) -> str:
    """Names have up to 64 characters; a chart has less room."""
    return name if len(name) <= length else name[:length - 1] + "\N{HORIZONTAL ELLIPSIS}"
