"""What became of what was scraped? All of it, for each variant: delivered, left out by design, lost
by cause, or still queued."""

from dataclasses import dataclass

from reports import format as fmt
from reports import glossary
from reports.charts import draw
from reports.charts.chart import Chart, too_little
from reports.charts.sweep import moves, short
from reports.model import Arm, Cell, Report
from reports.style import PALETTE, ellipsis

NAME = "completeness"
QUESTION = "Does everything arrive, and if not, why?"
NOTE = ("Shares of the samples scraped in the measure phase; of several repetitions the first. "
        "Undersampled and not selected ones were never meant to ship; lost ones were.")
MOST_BARS = 24
MOST_TOLD = 6  # one by one, in the title
DELIVERED, UNDERSAMPLED, NOT_SELECTED, PENDING = (
    "delivered", "undersampled", "not selected", "pending")
BY_DESIGN = ((UNDERSAMPLED, "samples_undersampled"), (NOT_SELECTED, "samples_not_selected"))
# (colour, hatch) of a part. Losses take those behind, by the order in which their causes come up.
LOOKS = {DELIVERED: (PALETTE[2][0], None), UNDERSAMPLED: (PALETTE[5][0], "...."),
         NOT_SELECTED: (PALETTE[5][0], "xxxx"), PENDING: (PALETTE[0][0], "\\\\\\\\")}
LOSSES = ((PALETTE[1][0], "////"), (PALETTE[3][0], "----"), (PALETTE[4][0], "||||"),
          (PALETTE[1][0], "++++"), (PALETTE[3][0], "oo"), (PALETTE[4][0], "**"))
LINE = 44  # characters of a label, in each of two lines
LEAST_LABELLED = 0.06  # of the width: a narrower part has no room for its share


@dataclass(frozen=True)
class Bar:
    label: str
    scraped: float
    parts: dict[str, float]  # samples by fate, in the order of drawing; none is 0
    means: dict[str, str]  # of the causes of loss among them

    def share(self, part: str) -> float:
        return self.parts.get(part, 0) / self.scraped


def bar_of(label: str, arm: Arm) -> Bar | None:
    run = arm.usable[0]
    counts = {name: metric.value for name, metric in run.metrics.items()}
    scraped, delivered = counts.get("samples_scraped"), counts.get("samples_delivered")
    if not scraped or delivered is None:
        return None
    causes = sorted(run.losses.items(), key=lambda loss: -loss[1])
    parts = [(DELIVERED, delivered),
             *((part, counts.get(metric, 0)) for part, metric in BY_DESIGN),
             *causes, (PENDING, counts.get("samples_pending", 0))]
    return Bar(label, scraped, {part: samples for part, samples in parts if samples > 0},
               {cause: glossary.cause(cause, run) for cause, samples in causes if samples > 0})


def chart(cell: Cell) -> Chart:
    bars = [bar for arm in cell.arms if (bar := bar_of(arm.variant, arm)) is not None]
    return chart_of(bars, NAME, f"-{cell.index}", "")


def matrix_chart(report: Report) -> Chart:
    """Of all cells those bars that are least complete, in the order of the file. Cells that differ
    only in what another variant does are one bar."""
    by_label: dict[str, Bar] = {}
    for cell in report.cells:
        for arm in cell.arms:
            place = [f"{short(path)} {cell.axes[path].text}" for path in report.axes
                     if path in cell.axes and moves(path, arm.variant)]
            label = " · ".join([arm.variant, *(place if report.axes else [cell.name])])
            bar = bar_of(label, arm)
            if bar is not None:
                by_label.setdefault(label, bar)
    bars = list(by_label.values())
    kept = sorted(range(len(bars)), key=lambda i: (bars[i].share(DELIVERED), i))[:MOST_BARS]
    note = "" if len(kept) == len(bars) else \
        f" The {len(kept)} least complete of {len(bars)}; the others deliver at least " \
        f"{fmt.percent(max(bars[i].share(DELIVERED) for i in kept))}."
    return chart_of([bars[i] for i in sorted(kept)], f"{NAME}-cells", "", note)


def chart_of(bars: list[Bar], name: str, suffix: str, note: str) -> Chart:
    if not bars:
        return too_little(NAME, QUESTION, 0, 1, "variant")
    answer = in_words(bars)
    alt = f"Bars of what became of the samples scraped. {answer}."
    rows = [[bar.label, part, fmt.exact(samples), fmt.percent(bar.share(part))]
            for bar in bars for part, samples in bar.parts.items()]
    return Chart(name, answer, QUESTION, picture(bars, name + suffix, alt), alt, ["Variant", "Fate",
                 "Samples", "Of scraped"], rows, texts=2, note=NOTE + note + meanings(bars),
                 legend=False)


def meanings(bars: list[Bar]) -> str:
    """Of each cause of loss that is drawn: all it means, where that depends on the variant."""
    said = dict.fromkeys(f"{cause}: {text}" for bar in bars for cause, text in bar.means.items()
                         if text)
    return f" {'; '.join(said)}." if said else ""


def in_words(bars: list[Bar]) -> str:
    incomplete = [bar for bar in bars if bar.share(DELIVERED) < 1]
    if not incomplete:
        return "Every sample scraped arrived, with every variant"
    if len(bars) > MOST_TOLD:
        worst = min(bars, key=lambda bar: bar.share(DELIVERED))
        return (f"{len(incomplete)} of the {len(bars)} shown did not deliver everything; least "
                f"arrived with {worst.label}: {fmt.percent(worst.share(DELIVERED))}")
    parts = []
    for bar in incomplete:
        why = [f"{fmt.percent(bar.share(part))} {part}" for part in by_size(bar) if part != DELIVERED]
        parts.append(f"with {bar.label} {fmt.percent(bar.share(DELIVERED))} arrived "
                     f"({fmt.listing(why)})")
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def by_size(bar: Bar) -> list[str]:
    return sorted(bar.parts, key=lambda part: -bar.parts[part])


def looks_of(bars: list[Bar]) -> dict[str, tuple[str, str | None]]:
    """Of the parts that occur, in the order of the legend."""
    seen = dict.fromkeys(part for bar in bars for part in bar.parts)
    causes = [part for part in seen if part not in LOOKS]
    looks = LOOKS | {cause: LOSSES[i % len(LOSSES)] for i, cause in enumerate(causes)}
    order = [DELIVERED, UNDERSAMPLED, NOT_SELECTED, *causes, PENDING]
    return {part: looks[part] for part in order if part in seen}


def two_lines(label: str) -> str:
    """A label that tells cells apart at its end must not lose it: broken at its middle."""
    if len(label) <= LINE:
        return label
    places = label.split(" · ")
    breaks = [" · ".join(places[:i]) for i in range(1, len(places))]
    first = min(breaks, key=lambda line: abs(len(line) - len(label) / 2), default="")
    if not first:
        return ellipsis(label, LINE)
    second = label[len(first) + len(" · "):]
    return f"{ellipsis(first, LINE)}\n{ellipsis(second, LINE)}"


def picture(bars: list[Bar], name: str, alt: str) -> str:
    looks = looks_of(bars)
    names = [two_lines(bar.label) for bar in bars]
    width = max(len(line) for name in names for line in name.split("\n"))
    with draw.settings():
        figure, (ax,) = draw.panels([0.3 + 0.36 * len(bars)], left=0.3 + 0.09 * width,
                                    foot=0.5)
        for row, bar in enumerate(bars):
            left = 0.0
            for part in looks:
                if share := bar.share(part):
                    segment(ax, row, left, share, looks[part])
                    left += share
        handles = [draw.swatch(color, hatch) for color, hatch in looks.values()]
        ax.legend(handles, list(looks), loc="lower left", bbox_to_anchor=(0, 1), ncol=6,
                  frameon=False, borderaxespad=0.1, fontsize=10, handlelength=1.6)
        ax.set_yticks(range(len(bars)), names, fontsize=9 if any("\n" in name for name in names)
                      else None)
        ax.tick_params(axis="y", length=0, labelcolor=draw.INK)
        ax.set_ylim(len(bars) - 0.5, -0.5)
        ax.grid(axis="y", visible=False)
        ax.set_xlim(0, 1)
        draw.numbers(ax.xaxis, fmt.percent)
        return draw.svg(figure, name, alt)


def segment(ax: draw.Axes, row: int, left: float, share: float,
            look: tuple[str, str | None]) -> None:
    color, hatch = look
    ax.barh(row, share, left=left, height=0.66, edgecolor=color, linewidth=1.2, hatch=hatch,
            facecolor=draw.PAPER if hatch else color)
    if share >= LEAST_LABELLED:
        ax.annotate(fmt.percent(share), (left + share / 2, row), ha="center", va="center",
                    fontsize=10, bbox=draw.HALO)
